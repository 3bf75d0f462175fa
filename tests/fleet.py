"""One sample city per system, the spider that walks it, and a walk without Scrapy's engine.

A system is added to `FLEET` and thereby to every test of `tests/test_systems.py`
and to `python -m tests.bench.systems`.
"""

from __future__ import annotations

import asyncio
import dataclasses
import http.client
import io
import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.test import get_crawler

from crawler.account import Account
from crawler.health import Facts, Seen, Verdict, judge
from crawler.portal import Captured, Portal
from crawler.systems import (
    annual,
    changzhou,
    czfx,
    epoint,
    gkmlpt,
    huaian,
    jpaas,
    jpage,
    static,
    trs,
    truecms,
    ucap,
)
from tests.city.message import Request as Received
from tests.city.message import Response as Given
from tests.city.message import encode
from tests.city.systems.known import SYSTEMS as SERVED

if TYPE_CHECKING:
    from crawler.systems import System
    from tests.city.city import City
    from tests.city.message import App
    from tests.city.systems import Cms


@dataclasses.dataclass(frozen=True)
class Member:
    """A system as the sample city serves it, and what reads it."""

    cms: Cms
    system: System
    unharmed: frozenset[str] = frozenset()
    """Breakages that this system's pages cannot have; a city with one is walked as ever."""
    organs: int = 5
    """Organs of the city that breaks: its longest list has three pages, if lists here have."""

    years: range = range(2019, 2024)
    """Report years of that city."""
    years_apart: bool = False
    """Whether a column is a folder per year, each a column of its own."""

    @property
    def spider(self) -> type[Portal]:
        """The fact sheet of the sample city on this system."""
        facts: dict[str, Any] = {
            "name": f"sample_{self.cms.name.replace('-', '_')}",
            "city": "澄川市",
            "region_code": "320400",
            "level": "prefecture",
            "system": self.system,
            "hosts": (self.cms.host,),
            "directories": (f"http://{self.cms.host}{self.cms.start}",),
            "first_year": 2019,
        }
        return type("Sample", (Portal,), facts)


ONE_PAGE = frozenset(
    {
        "page-2-missing",
        "first-page-again",
        "home-on-page-2",
        "login-on-page-2",
        "paging-down",
        "challenge-on-page-3",
        "pager-gone",
    }
)
"""Breakages that lists of one page cannot have, and nothing after it."""

FLEET: dict[str, Member] = {
    member.cms.name: member
    for member in (
        Member(SERVED["changzhou"], changzhou.SYSTEM),
        Member(SERVED["czfx"], czfx.SYSTEM),
        Member(SERVED["czfx-framed"], czfx.SYSTEM),
        Member(SERVED["static-nanjing"], trs.SYSTEM),
        Member(SERVED["static-wuxi"], static.SYSTEM),
        Member(SERVED["trs"], trs.SYSTEM),
        Member(
            SERVED["trs-yearly"], trs.SYSTEM, years_apart=True, organs=18, years=range(2022, 2024)
        ),
        Member(SERVED["truecms"], truecms.SYSTEM, organs=8),
        Member(SERVED["truecms-404"], truecms.SYSTEM, ONE_PAGE),
        Member(SERVED["ucap"], ucap.SYSTEM),
        Member(SERVED["annual"], annual.SYSTEM, ONE_PAGE | {"total-lies"}),
        Member(SERVED["epoint"], epoint.SYSTEM),
        Member(SERVED["gkmlpt"], gkmlpt.SYSTEM),
        Member(SERVED["huaian"], huaian.SYSTEM),
        Member(SERVED["huaian-served"], huaian.SYSTEM),
        Member(SERVED["jpaas"], jpaas.SYSTEM),
        Member(
            SERVED["jpaas-yearly"],
            jpaas.SYSTEM,
            years_apart=True,
            organs=18,
            years=range(2022, 2024),
        ),
        Member(SERVED["jpage"], jpage.SYSTEM),
        Member(SERVED["jpage-posted"], jpage.SYSTEM),
        Member(SERVED["jpage-search"], jpage.SYSTEM),
        Member(
            SERVED["jpage-yearly"],
            jpage.SYSTEM,
            years_apart=True,
            organs=18,
            years=range(2022, 2024),
        ),
    )
}


class _Wire(socket.socket):
    """What came over the wire, for the parser of a client that has no socket."""

    def __init__(self, came: bytes) -> None:
        super().__init__()
        self._came = came

    def makefile(self, *_: Any, **__: Any) -> Any:
        self.close()
        return io.BytesIO(self._came)


class Walked:
    """A walk of a portal's spider through a city, one request at a time, without a network."""

    def __init__(self, portal: type[Portal], app: App, **said: str) -> None:
        settings = {
            "CONNECT_TO": "*=127.0.0.1:1",
            "NIANBAO_CONTACT": "mailto:tests@example.org",
            "SCOUT_DEPTH": 3,
            "SCOUT_PAGES": 300,
        }
        crawler = get_crawler(portal, settings)
        self.spider = portal.from_crawler(crawler, **said)
        self.asked: list[Request] = []
        self.pages: list[Response] = []
        self.captured: list[Captured] = []
        self._app = app
        asyncio.run(self._go())
        assert crawler.stats
        self.account = Account(crawler.stats)
        self.stats = crawler.stats.get_stats()

    async def _go(self) -> None:
        waiting = [request async for request in self.spider.start()]
        while waiting:
            waiting.sort(key=lambda request: -request.priority)
            request = waiting.pop(0)
            self.asked.append(request)
            request.meta.update(capture="<urn:uuid:1>", exchange="1")
            response = self._fetched(request)
            self.pages.append(response)
            for found in self.spider.received(response, **request.cb_kwargs):
                if isinstance(found, Request):
                    waiting.append(found)
                else:
                    self.captured.append(found)

    def _fetched(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        names = [(name, values[0]) for name, values in request.headers.items()]
        received = Received(
            request.method,
            target,
            parts.hostname or "",
            ((b"Host", parts.netloc.encode()), *names),
            request.body,
            raw=b"",
            keep=False,
            tls=parts.scheme == "https",
        )
        given = self._app(received)
        assert isinstance(given, Given)
        answer = http.client.HTTPResponse(_Wire(encode(given, received)))
        answer.begin()
        body = answer.read()
        if answer.status in {301, 302} and (to := answer.getheader("Location")):
            hops = [*request.meta.get("redirect_urls", []), request.url]
            meta = {**request.meta, "redirect_urls": hops}
            url = urljoin(request.url, to)
            return self._fetched(request.replace(url=url, method="GET", body=b"", meta=meta))
        headers = Headers(answer.getheaders())
        kind = responsetypes.from_args(headers, request.url, body=body)
        return kind(request.url, answer.status, headers, body, request=request)

    @property
    def faults(self) -> dict[str, Seen]:
        """Named errors, as a verdict sees them."""
        return self.account.errors()

    @property
    def verdict(self) -> Verdict:
        """The verdict on a run that found this."""
        return judge(Facts("finished", self.account.years(), errors=self.faults))


def key(url: str) -> str:
    """A report's address over http or https."""
    return url.partition("//")[2]


def reports(city: City) -> set[str]:
    """The keys of all reports of a city."""
    return {f"{city.cms.host}{entry.path}" for entry in city.report_entries()}
