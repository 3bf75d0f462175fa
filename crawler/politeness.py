"""Who is asked, whether, and when: five downloader middlewares.

In the order a request meets them (see `DOWNLOADER_MIDDLEWARES` in the settings):

- `OnSite` lets nothing out to a host that is not the portal's, redirects included.
- `Robots` holds every request back until the host's robots.txt has been read.
- `SecondTry` asks once more where a challenge handed out the cookie that opens it.
- `Cookies` are Scrapy's, without the download that comes with their first use.
- `Turns` lets one request at a time through to each host, and gives a host that
  says "not now" the rest it asked for. Scrapy's own RetryMiddleware asks again.

What they refuse is raised as a named error of `crawler.faults`, so that it
reaches the spider and is counted. How long the delay between two requests must be at
least, `hold_to_delay` says.
"""

from __future__ import annotations

import asyncio
import collections
import dataclasses
import email.utils
import random
import time
from typing import TYPE_CHECKING, Protocol, cast
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.downloadermiddlewares import cookies
from scrapy.exceptions import IgnoreRequest, NotConfigured, UsageError
from scrapy.http.request import NO_CALLBACK
from tldextract import TLDExtract

from crawler import faults, guards, mirrors
from crawler.connect import ConnectToError, leads_home
from pipelines.document import Known

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from scrapy.settings import BaseSettings

SLOWEST = 1.0
"""Seconds between two requests to a real host that no setting may go below."""

QUICK_BACKOFF = 0.05
"""Seconds a host of the sample city rests after its first failure."""


def hold_to_delay(settings: BaseSettings) -> None:
    """Drops the delay when CONNECT_TO leads to this machine, else sees that there is one.

    Raises UsageError when it has been set too low, or CONNECT_TO cannot be read.
    """
    try:
        home = leads_home(settings["CONNECT_TO"])
    except ConnectToError as error:
        raise UsageError(str(error), print_help=False) from error
    if home:
        settings.set("DOWNLOAD_DELAY", 0, priority="spider")
        settings.set("BACKOFF", QUICK_BACKOFF, priority="spider")
    elif settings.getfloat("DOWNLOAD_DELAY") < SLOWEST:
        raise UsageError(
            f"DOWNLOAD_DELAY must be {SLOWEST} seconds or more: a portal is a public service,"
            " and only CONNECT_TO a loopback address lifts this",
            print_help=False,
        )


class HasHosts(Protocol):
    """A spider that says which hosts are its portal's."""

    hosts: tuple[str, ...]


class OnSite:
    """Raises OffSiteError for an address outside the portal's hosts.

    Scrapy's OffsiteMiddleware drops such requests in silence; a page that
    redirects to another host would vanish from the run. The spider is asked each time:
    whose page a mirror has may be told while it runs (`crawler.undeclared`).
    """

    def __init__(self, spider: HasHosts) -> None:
        self._spider = spider

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Takes the hosts from the spider's facts; a spider that declares none may go anywhere."""
        if getattr(crawler.spider, "hosts", None) is None:
            raise NotConfigured
        return cls(cast("HasHosts", crawler.spider))

    def process_request(self, request: Request) -> None:
        """Robots rules may lie elsewhere (RFC 9309 2.3.1.2), and mirrors do; pages may not."""
        if role(request) in {"robots", mirrors.ROLE}:
            return
        if not guards.on_site(request.url, self._spider.hosts):
            raise faults.OffSiteError(f"led to {request.url}")


class Robots:
    """Obeys robots.txt as RFC 9309 has it.

    Scrapy's own middleware, since 2.14, lets every request but the first pass
    while the rules of a host are still on their way. Here each waits for the
    same task. Rules that answer 4xx are no rules; 5xx, after every retry, and
    no answer at all mean that nothing may be fetched.
    """

    LIMIT = 500 * 1024
    """Bytes of robots.txt that are read; RFC 9309 2.5 wants at least this many."""

    def __init__(self, crawler: Crawler, agent: str) -> None:
        self._crawler = crawler
        self._agent = agent
        self._rules: dict[str, asyncio.Task[Protego]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Rules are matched with the product token of the user agent."""
        if not crawler.settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(crawler, crawler.settings["USER_AGENT"].split("/")[0])

    async def process_request(self, request: Request) -> None:
        """Returns when the request may go out; RefusedError or UnreachableError when it may not."""
        if role(request) == "robots":
            return
        address = urlsplit(request.url)
        origin = f"{address.scheme}://{address.netloc}"
        if origin not in self._rules:
            self._rules[origin] = asyncio.ensure_future(self._read(origin, request))
        rules = await asyncio.shield(self._rules[origin])
        if not rules.can_fetch(request.url, self._agent):
            assert self._crawler.stats
            self._crawler.stats.inc_value("robots/forbidden")
            raise faults.RefusedError(f"{origin}/robots.txt forbids the address to {self._agent}")
        request.meta["crawl_delay"] = rules.crawl_delay(self._agent) or 0.0
        request.meta["sitemaps"] = list(rules.sitemaps)

    async def _read(self, origin: str, first: Request) -> Protego:
        assert self._crawler.engine
        asked = Known.from_json(first.meta.get("known", {}))
        known = Known(asked.portal, asked.city, asked.region_code, role="robots")
        request = Request(
            f"{origin}/robots.txt",
            callback=NO_CALLBACK,
            meta={"known": known.to_json()},
            priority=1000,
        )
        try:
            response = await self._crawler.engine.download_async(request)
        except IgnoreRequest:  # a chain of redirects without end counts as no rules
            return Protego.parse("")
        except tuple(faults.FAILURES) as error:
            fault = faults.failure(error)
            # Whatever it was, there are no rules; what concerns every page keeps its name.
            kind = type(fault) if isinstance(fault, faults.TlsError) else faults.UnreachableError
            raise kind(f"{origin}/robots.txt: {fault}") from error
        if response.status >= 500 or response.status == 429:
            raise faults.RefusedError(
                f"{origin}/robots.txt answers {response.status}, which RFC 9309 takes as"
                " a ban for as long as it lasts"
            )
        if response.status >= 300:
            return Protego.parse("")
        return Protego.parse(response.body[: self.LIMIT].decode("utf-8", errors="replace"))


# Scrapy's cookies ask tldextract where a domain ends, and tldextract's default
# is to download the list of suffixes first. This one reads the list it came with.
cookies._split_domain = TLDExtract(  # noqa: SLF001
    suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True
)


class Cookies(cookies.CookiesMiddleware):
    """Scrapy's cookies, reading the list of public suffixes that is installed."""


@dataclasses.dataclass(slots=True)
class Host:
    """What `Turns` remembers of a host; times are of `time.monotonic`."""

    turn: asyncio.Lock = dataclasses.field(default_factory=asyncio.Lock)
    rests_until: float = 0.0
    failures: int = 0
    """Failures in a row, of any page."""


HOST_FAILED = tuple(kind for kind in faults.FAILURES if kind is not IgnoreRequest)
"""Exceptions that are the host's doing."""


class SecondTry:
    """Asks once more for a page whose challenge handed out the cookie that opens it.

    The cookie alone is brought back: no script is run, and nothing is pretended. What comes
    then is what the spider gets, a second challenge included.
    """

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats
        self._stats = crawler.stats

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Needs nothing but the statistics, where it counts `guards/second_tries`."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """The answer, or the request once more."""
        meta = request.meta
        if meta.get("second_try") or meta.get("dont_merge_cookies"):
            return response
        if not guards.opens_on_second_try(response):
            return response
        self._stats.inc_value("guards/second_tries")
        # Counted as a retry, so that the archive links it to the challenge.
        again = {**meta, "second_try": True, "retry_times": meta.get("retry_times", 0) + 1}
        return request.replace(meta=again, dont_filter=True)


class Turns:
    """One request at a time to each host, a rest when it says so, and an end to asking.

    Innermost of all middlewares, so it sees each answer before any other and
    holds nothing back but what would go out. A host that fails rests for
    `BACKOFF` seconds, doubled with every failure in a row, or for as long as
    its Retry-After says; after a good answer for the Crawl-delay of its
    robots.txt, which is no rule of RFC 9309 but a wish; never longer than
    `REST_LIMIT`. After `HOST_GIVE_UP` failures in a row the rest of its pages
    are not asked for in this run.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._backoff = settings.getfloat("BACKOFF")
        self._limit = settings.getfloat("REST_LIMIT")
        self._give_up = settings.getint("HOST_GIVE_UP")
        self._again = {int(status) for status in settings.getlist("RETRY_HTTP_CODES")}
        self._hosts: collections.defaultdict[str, Host] = collections.defaultdict(Host)
        self._out: dict[Request, Host] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Reads BACKOFF, REST_LIMIT, HOST_GIVE_UP and RETRY_HTTP_CODES."""
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        """Returns when it is this request's turn.

        Raises UnavailableError when the host is given up, IgnoreRequest when the run was stopped.
        """
        host = self._hosts[urlsplit(request.url).hostname or ""]
        await host.turn.acquire()
        self._out[request] = host
        if host.failures >= self._give_up:
            raise faults.UnavailableError(
                f"not asked for: the host failed {host.failures} times in a row"
            )
        assert self._crawler.engine
        # Polled, since the engine tells nobody when it begins to stop.
        while (  # noqa: ASYNC110
            self._crawler.engine.running and (rest := host.rests_until - time.monotonic()) > 0
        ):
            await asyncio.sleep(min(rest, 1.0))
        if not self._crawler.engine.running:
            raise IgnoreRequest("the run was stopped")

    def process_response(self, request: Request, response: Response) -> Response:
        """Takes note of the answer and lets the next request go."""
        if host := self._out.pop(request, None):
            if response.status in self._again:
                self._rest(host, retry_after(response))
            elif guards.STATUSES.get(response.status) is faults.BlockedError:
                host.failures += 1
            else:
                host.failures = 0
                host.rests_until = time.monotonic() + self._wished(request)
            host.turn.release()
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Takes note of the failure and lets the next request go."""
        if host := self._out.pop(request, None):
            if isinstance(exception, HOST_FAILED):
                self._rest(host, None)
            host.turn.release()

    def _wished(self, request: Request) -> float:
        """Seconds between requests that the host's robots.txt asks for."""
        delay: float = request.meta.get("crawl_delay", 0.0)
        return min(delay, self._limit)

    def _rest(self, host: Host, wanted: float | None) -> None:
        host.failures += 1
        seconds = back_off(host.failures, self._backoff) if wanted is None else wanted
        host.rests_until = time.monotonic() + min(seconds, self._limit)


def role(request: Request) -> str:
    """What the request asks for: a role of `pipelines.document.Known`; empty when it has none."""
    known: dict[str, str] = request.meta.get("known", {})
    return known.get("role", "")


def back_off(failures: int, first: float) -> float:
    """Seconds to rest after this many failures in a row: doubling, a quarter up or down."""
    doubled: float = first * 2 ** min(failures - 1, 16)
    return doubled * random.uniform(0.75, 1.25)  # noqa: S311


def retry_after(response: Response) -> float | None:
    """Seconds that Retry-After asks for, from now; None when it asks for nothing readable."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if said.isdecimal():
        return float(said)
    try:
        then = email.utils.parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, then.timestamp() - time.time())
