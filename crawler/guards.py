"""What can be wrong with an answer, each fault by its name.

    PortalError
    ├── RefusedError       robots.txt forbids the address, or its rules cannot be had
    ├── UnreachableError   no answer: no such name, refused, timed out, reset
    ├── TlsError           no secure connection: the handshake failed, or TLS is too old
    ├── UnavailableError   an answer, but an error of the server's own, after every retry
    ├── BlockedError       the portal turned the crawler away: 403, 412, 521, a challenge page
    ├── LoginError         a login page where a public one should be
    ├── GoneError          404 or 410
    ├── SoftMissingError   an error page that says 200
    ├── EmptyError         nothing in the answer, or nothing to read
    ├── WrongTypeError     a picture, a program, an error page where a document should be
    ├── OffSiteError       the portal sent us to a host that is not its own
    ├── TruncatedError     the body ended early
    ├── TooLargeError      the body was larger than what is read
    ├── DriftedError       a selector that must match did not
    ├── UndrawnError       a page that the browser cannot draw to its end
    ├── BrowserMissingError  there is no browser to draw it
    ├── ListTruncatedError a list ended before the total it states, or a page of it is missing
    ├── MirrorError        the address to start from is on no government's host
    ├── UnstatedError      a list of no known system that does not say how much it holds
    ├── BoundedError       the walk of an unknown portal came to its bounds
    └── NotArchivedError   the archive that answers in place of the network does not have the page

Everything here is pure: `answer` looks at a response, `failure` at what a
download ended with; both give a named error or nothing. `crawler.portal` asks
them, counts the name, and goes on with the next page.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, ClassVar, Literal
from urllib.parse import urlsplit

from OpenSSL import SSL
from scrapy import exceptions
from scrapy.http import Response, TextResponse
from twisted.internet import error as network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

Weight = Literal["incomplete", "suspicious"]


class PortalError(Exception):
    """Something a portal did, or did not do, that a run has to report.

    The first argument is what was seen. `name` is the word that statistics and
    verdicts use, `advice` tells the operator what to do about it, and `weight`
    is the least grave verdict of a run in which it happened.
    """

    name: ClassVar[str]
    weight: ClassVar[Weight] = "incomplete"
    advice: ClassVar[str]


class RefusedError(PortalError):
    """robots.txt forbids the address, or answers 5xx or 429, which counts as a ban."""

    name = "refused"
    advice = "the portal's wish stands: ask its office for access, or leave the pages out"


class UnreachableError(PortalError):
    """No answer: no such name, refused, timed out, reset."""

    name = "unreachable"
    advice = "open the address in a browser; if it works there, run again later"


class TlsError(PortalError):
    """No secure connection: the handshake failed, or the server speaks none but old versions."""

    name = "tls"
    advice = "see whether the portal answers over http; nothing is done to weaken the connection"


class UnavailableError(PortalError):
    """The server's own error after every retry, or a host left alone after failing too often."""

    name = "unavailable"
    advice = "the server is in trouble: run again later"


class BlockedError(PortalError):
    """The portal turned the crawler away: 403, 412, 429, 521, or a challenge page."""

    name = "blocked"
    advice = "wait a day and run again with a larger DOWNLOAD_DELAY; do not disguise the crawler"


class LoginError(PortalError):
    """A login page where a public one should be."""

    name = "login"
    advice = "the page is not public, or is not any more: look for the public one; do not log in"


class GoneError(PortalError):
    """404 or 410: the page is not there any more, and the portal says so."""

    name = "gone"
    weight = "suspicious"
    advice = "the page was taken down: look for its new place; the archive has earlier captures"


class SoftMissingError(PortalError):
    """An error page that says 200."""

    name = "soft_404"
    weight = "suspicious"
    advice = "open the address: if the document is there, the guard is wrong and wants a test"


class EmptyError(PortalError):
    """No bytes, or a page without a word."""

    name = "empty"
    weight = "suspicious"
    advice = "open the address: the portal may draw the page by script, or have lost the file"


class WrongTypeError(PortalError):
    """A picture, a program or the like where a document should be."""

    name = "wrong_type"
    weight = "suspicious"
    advice = "open the address: the link may lead to an error page or to a picture"


class OffSiteError(PortalError):
    """The portal sent us to a host that is not its own."""

    name = "off_site"
    weight = "suspicious"
    advice = "if the host belongs to the city, add it to the spider's hosts"


class TruncatedError(PortalError):
    """The body ended early, on every try."""

    name = "truncated"
    advice = "run again later; what did arrive is in the archive"


class TooLargeError(PortalError):
    """The body is larger than DOWNLOAD_MAXSIZE."""

    name = "too_large"
    weight = "suspicious"
    advice = "if the file is a report, raise DOWNLOAD_MAXSIZE for this portal"


class DriftedError(PortalError):
    """A selector that must match did not, or matched more than once."""

    name = "drifted"
    advice = "the portal changed its pages: compare the archived page with the selector"

    def __init__(self, system: str, selector: str, seen: str) -> None:
        super().__init__(f"selector {selector!r} of system {system!r} {seen}")
        self.system = system
        self.selector = selector


class UndrawnError(PortalError):
    """A page the browser cannot draw to its end: never quiet, or without what it is waited for."""

    name = "undrawn"
    advice = "open the page in a browser; what it came to, and all it asked for, is archived"


class BrowserMissingError(PortalError):
    """There is no browser on this machine, and the page has to be drawn by one."""

    name = "browser_missing"
    advice = (
        "install one: apt-get install chromium fonts-noto-cjk, or playwright install chromium,"
        " or name one with BROWSER; then run again"
    )


class ListTruncatedError(PortalError):
    """A list ended before the total it states, or a page of it is missing."""

    name = "list_truncated"
    advice = "the list was not seen to its end: run again, and do not use this run's counts"


class MirrorError(PortalError):
    """The address to start from is on a host that is no government's by its name."""

    name = "mirror"
    weight = "suspicious"
    advice = "what stands there is evidence and no original: crawl the government's own host"


class UnstatedError(PortalError):
    """A list of no known system, which nothing could be held against."""

    name = "unstated"
    weight = "suspicious"
    advice = "nothing states how many there should be: compare with the portal, or write a spider"


class BoundedError(PortalError):
    """A page that may lead to reports was not followed: the walk came to its bounds."""

    name = "bounded"
    weight = "suspicious"
    advice = "start from a page nearer to the reports, or raise SCOUT_DEPTH or SCOUT_PAGES"


class NotArchivedError(PortalError):
    """The network is off (REPLAY), and the archive that answers in its place has no such page."""

    name = "not_archived"
    advice = "record the page as well, or run without REPLAY"


def kinds() -> Mapping[str, type[PortalError]]:
    """Every named error, in the order of the tree above."""
    return {kind.name: kind for kind in PortalError.__subclasses__()}


@dataclasses.dataclass(frozen=True, slots=True)
class Expected:
    """What an answer is held against: the role of the page that was asked for, and whose it is."""

    role: str
    hosts: tuple[str, ...]


def on_site(url: str, hosts: tuple[str, ...]) -> bool:
    """Whether the address is on one of the hosts, or on a host below one of them."""
    host = urlsplit(url).hostname or ""
    return any(host == ours or host.endswith(f".{ours}") for ours in hosts)


STATUSES: Mapping[int, type[PortalError]] = {
    403: BlockedError,
    412: BlockedError,  # what web application firewalls of ministries answer
    429: BlockedError,  # still too many after every retry
    521: BlockedError,  # the challenge of 加速乐
    404: GoneError,
    410: GoneError,
}
"""Statuses that mean more than their class; any other 4xx or 5xx is UnavailableError."""

SMALL = 32_768
"""A page larger than this, in bytes, is no challenge and no error page."""

FEW = 300
"""Characters of visible text that a challenge or an error page may have."""

CHALLENGES: Mapping[str, re.Pattern[str]] = {
    "of 加速乐": re.compile(r"__jsl_clearance|__jsluid"),
    "with a captcha": re.compile(r"(?:安全|访问|滑动|人机|身份)验证|验证码|captcha", re.IGNORECASE),
    "of a firewall": re.compile(r"eval\s*\(\s*['\"]_\$|\$_ts\s*=|acw_sc__v2"),
    "that sets a cookie by script": re.compile(r"document\.cookie\s*="),
}
"""Whose challenge it is, by what a page with hardly any text says that wants a browser first."""

OPENS = re.compile(rb"^__jsluid")
"""Cookies of a challenge that open the page to who comes again with them: those of 加速乐."""

PASSWORD = re.compile(r"<input\b[^>]*\btype\s*=\s*['\"]?password", re.IGNORECASE)
"""The field that makes a page with hardly any text a login page."""

ERROR_PAGES = re.compile(
    r"^\s*(?:404|403|500|502|503)\b|页面(?:不存在|未找到|已删除|找不到|出错)|(?:找不到|不存在).{0,8}页面"
    r"|您(?:所)?访问的(?:页面|内容|网页).{0,8}(?:不存在|已删除|找不到)|系统错误|not found|访问出错",
    re.IGNORECASE,
)
"""What the title, or the few words, of an error page say."""

MAGIC: Mapping[bytes, str] = {
    b"%PDF": "pdf",
    b"\xd0\xcf\x11\xe0": "doc",  # Word and Excel before 2007
    b"PK\x03\x04": "zip",  # docx, xlsx, ofd
    b"{\\rtf": "rtf",
    b"\x89PNG": "image",
    b"\xff\xd8\xff": "image",
    b"GIF8": "image",
    b"BM": "image",
    b"MZ": "program",
    b"Rar!": "archive",
}
"""First bytes of a file, and what they make it."""

READ: Mapping[str, frozenset[str]] = {
    "index": frozenset({"text"}),
    "list": frozenset({"text"}),
    "report": frozenset({"text", "pdf", "doc", "zip", "rtf"}),
    "roster": frozenset({"text"}),
    "mirror": frozenset({"text", "pdf", "doc", "zip", "rtf"}),
}
"""Which kinds of file each role may be answered with."""


def kind_of(response: Response) -> str:
    """What the answer is by its bytes: a value of `MAGIC`, `text`, or `unknown`."""
    for magic, kind in MAGIC.items():
        if response.body.startswith(magic):
            return kind
    declared = (response.headers.get("Content-Type") or b"").split(b";")[0].strip().lower()
    if isinstance(response, TextResponse) and not declared.startswith(b"image/"):
        return "text"
    return "unknown"


UNSEEN = re.compile(
    r"<(head|script|style|noscript)\b.*?</\1\s*>|<!--.*?-->|<[^>]*>|\s+", re.IGNORECASE | re.DOTALL
)
TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
LINKS = re.compile(r"<(?:a|iframe|embed|object|img|frame)\b", re.IGNORECASE)


def visible(page: str) -> str:
    """The text a reader sees, white space taken out; no DOM is made for it."""
    return UNSEEN.sub("", page)


def _off_site(response: Response, expected: Expected) -> PortalError | None:
    if on_site(response.url, expected.hosts):
        return None
    return OffSiteError(f"led to {response.url}")


HOME = re.compile(r"^(?:/(?:index\.\w+)?)?$")
"""The path of a home page."""


def _sent_home(response: Response, _: Expected) -> PortalError | None:
    """What is no more, of which some portals make their home page."""
    hops = response.request.meta.get("redirect_urls", []) if response.request else []
    at_home = HOME.match(urlsplit(response.url).path)
    if not hops or not at_home or HOME.match(urlsplit(hops[0]).path):
        return None
    return SoftMissingError("led to the home page")


def _status(response: Response, _: Expected) -> PortalError | None:
    if response.status < 400:
        return None
    return STATUSES.get(response.status, UnavailableError)(f"status {response.status}")


def _no_redirect(response: Response, _: Expected) -> PortalError | None:
    if 200 <= response.status < 300:
        return None
    return UnavailableError(f"status {response.status} leads nowhere")


def _empty(response: Response, _: Expected) -> PortalError | None:
    if response.body.strip():
        return None
    return EmptyError("no bytes" if not response.body else "only white space")


def _small_page(response: Response, _: Expected | None = None) -> PortalError | None:
    if len(response.body) > SMALL or kind_of(response) != "text":
        return None
    assert isinstance(response, TextResponse)
    text = visible(response.text)
    if len(text) > FEW:
        return None
    if PASSWORD.search(response.text):
        return LoginError("the page asks for a password")
    for whose, sign in CHALLENGES.items():
        if found := sign.search(response.text):
            return BlockedError(f"a challenge page {whose}: {found[0]}")
    for words in (*TITLE.findall(response.text), text):
        if found := ERROR_PAGES.search(words):
            return SoftMissingError(f"the page says {found[0]!r}")
    if not text and not LINKS.search(response.text):
        return EmptyError("no words on the page")
    return None


def _type(response: Response, expected: Expected) -> PortalError | None:
    kind = kind_of(response)
    if kind in READ[expected.role]:
        return None
    declared = (response.headers.get("Content-Type") or b"none").decode("latin-1")
    return WrongTypeError(f"{kind}, declared {declared}, where a {expected.role} page should be")


GUARDS: tuple[Callable[[Response, Expected], PortalError | None], ...] = (
    _off_site,
    _sent_home,
    _status,
    _no_redirect,
    _empty,
    _type,
    _small_page,
)
"""The questions put to every answer, in this order; the first that finds a fault names it."""


def answer(response: Response, expected: Expected) -> PortalError | None:
    """What is wrong with this answer to what was asked; None when nothing is."""
    return next((fault for guard in GUARDS if (fault := guard(response, expected))), None)


def opens_on_second_try(response: Response) -> bool:
    """Whether a challenge has handed out a cookie that may open the page; no script is run."""
    cookies = response.headers.getlist("Set-Cookie")
    if not any(OPENS.match(cookie) for cookie in cookies):
        return False
    return response.status == 521 or isinstance(_small_page(response), BlockedError)


FAILURES: Mapping[type[BaseException], type[PortalError]] = {
    exceptions.CannotResolveHostError: UnreachableError,
    exceptions.DownloadConnectionRefusedError: UnreachableError,
    exceptions.DownloadTimeoutError: UnreachableError,
    exceptions.DownloadFailedError: UnreachableError,
    network.ConnectError: UnreachableError,
    network.ConnectionDone: UnreachableError,
    network.ConnectionLost: UnreachableError,
    exceptions.ResponseDataLossError: TruncatedError,
    exceptions.DownloadCancelledError: TooLargeError,  # Scrapy cancels a body over DOWNLOAD_MAXSIZE
    exceptions.IgnoreRequest: UnavailableError,  # Scrapy gave up on a chain of redirects
    OSError: UnavailableError,  # a body that its Content-Encoding cannot have made
}
"""How a download can end without an answer."""


def failure(error: BaseException) -> PortalError | None:
    """The named error behind an exception; None when it is a fault of ours."""
    if isinstance(error, PortalError):
        return error
    if not isinstance(error, tuple(FAILURES)):
        return None
    for cause in causes(error):
        if isinstance(cause, SSL.Error):
            return TlsError(f"{type(cause).__name__}: {cause}")
    name = next(name for kind, name in FAILURES.items() if isinstance(error, kind))
    return name(f"{type(error).__name__}: {error}")


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error, and those that it wraps."""
    yield error
    for inner in wrapped(error):
        yield from causes(inner)


def wrapped(error: BaseException) -> list[BaseException]:
    """What Scrapy raised this error from, and what Twisted put into it as its reasons."""
    cause = [error.__cause__] if error.__cause__ else []
    return cause + [reason.value for reason in getattr(error, "reasons", ())]
