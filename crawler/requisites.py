"""Requisites of report pages: asked for after everything else, each once a run.

A spider middleware, so the walk knows nothing of it. Every report page that
was answered with 200 is looked at for what it needs (`archive.requisites`), and
so is each stylesheet that a page names; what a stylesheet imports is not looked
into. Only the portal's own hosts are asked, under the same rules as all other
pages. A file that was captured whole within REQUISITES_RECHECK days counts as
known. `-a requisites=no` turns all this off.

Nothing here touches the verdict: a page without its logo is still the report.
What became of each file is counted in Scrapy's statistics:

    requisites/fetched   requisites/known
    requisites/refused   robots.txt forbids it
    requisites/missing   asked for and not had; requisites/missing/example is the first
"""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.exceptions import NotConfigured

from archive import requisites
from archive.address import address_key
from archive.entries import Entry
from archive.folder import find
from archive.ledger import last_capture, open_ledger
from archive.rebuild import REPORT
from archive.warc import read_set
from archive.writer import ArchiveError
from crawler import faults, guards
from crawler.capture import Archive
from crawler.politeness import role
from pipelines.document import Known

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import AsyncIterator, Iterable, Iterator
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.portal import Portal

PRIORITY = -10
"""Below every page of the walk."""


class Requisites:
    """The spider middleware; see the top of this module."""

    def __init__(self, crawler: Crawler, portal: Portal, archive: Archive) -> None:
        assert crawler.stats
        self._stats = crawler.stats
        self._crawler = crawler
        self._portal = portal
        self._archive = archive
        self._recheck = dt.timedelta(days=crawler.settings.getint("REQUISITES_RECHECK"))
        self._ledger: sqlite3.Connection = open_ledger(archive.folder)
        self._seen: set[str] = set()
        crawler.signals.connect(self.closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured under `-a requisites=no`, and when nothing is fetched at all."""
        portal: Portal = crawler.spider  # type: ignore[assignment]
        archive = crawler.get_extension(Archive)
        if archive is None or not portal.arguments.requisites:
            raise NotConfigured
        return cls(crawler, portal, archive)

    def closed(self) -> None:
        """Close the ledger."""
        self._ledger.close()

    async def process_spider_output(
        self, response: Response, result: AsyncIterator[Any]
    ) -> AsyncIterator[Any]:
        """What the spider made of a page, and then the requests for what the page needs."""
        async for made in result:
            yield made
        assert response.request
        if role(response.request) == REPORT and response.status == HTTPStatus.OK:
            for request in self._requests(_needed(response), response.url, within=False):
                yield request

    def received(self, response: Response, *, within: bool) -> Iterator[Request]:
        """Callback of every requisite; `within` says that a stylesheet named it."""
        if response.status != HTTPStatus.OK:
            self._missing(f"{response.url}: status {response.status}")
            return
        self._count("fetched")
        if not within and _is_stylesheet(response):
            yield from self._requests(_needed(response), response.url, within=True)

    def failed(self, failure: Failure) -> None:
        """Errback of every requisite: a named error is counted, any other is raised as it is."""
        assert failure.value
        assert self._crawler.engine
        if isinstance(failure.value, ArchiveError) or not self._crawler.engine.running:
            return  # the run is being stopped, and its verdict says why
        fault = faults.failure(failure.value)
        if not fault:
            failure.raiseException()
        if isinstance(fault, faults.RefusedError):
            self._count("refused")
        else:
            request: Request = failure.request  # type: ignore[attr-defined]
            self._missing(f"{request.url}: {fault}")

    def _requests(self, needed: Iterable[str], parent: str, *, within: bool) -> Iterator[Request]:
        """Requests for those files that are the portal's and were not asked for in this run."""
        for url in needed:
            key = address_key(url)
            if key in self._seen or not guards.on_site(url, self._portal.hosts):
                continue
            self._seen.add(key)
            request = self._request(url, parent, within=within)
            known = self._captured_lately(request.url)
            if known is None:
                yield request
                continue
            self._count("known")
            if not within and known.content_type.lower().startswith(requisites.STYLESHEET):
                found = read_set(find(self._archive.folder, known.file), known.offset)
                yield from self._requests(requisites.of_set(found), known.url, within=True)

    def _request(self, url: str, parent: str, *, within: bool) -> Request:
        portal = self._portal
        known = Known(portal.name, portal.city, portal.region_code, requisites.ROLE, parent=parent)
        return Request(
            url,
            callback=self.received,
            errback=self.failed,
            cb_kwargs={"within": within},
            meta={"known": known.to_json()},
            priority=PRIORITY,
            dont_filter=True,
        )

    def _captured_lately(self, url: str) -> Entry | None:
        """The last capture, over http or https, when it is good and young enough."""
        oldest = self._archive.begun - self._recheck
        # A run that goes on with others decides as the first of them did.
        these = (*self._archive.run.resumes, self._archive.run.id)
        rest = url.partition(":")[2]
        for scheme in ("http", "https"):
            found = last_capture(self._ledger, f"{scheme}:{rest}", besides=these)
            if (
                found
                and found.status == HTTPStatus.OK
                and dt.datetime.fromisoformat(found.started) > oldest
            ):
                return found
        return None

    def _missing(self, what: str) -> None:
        self._count("missing")
        if not self._stats.get_value("requisites/missing/example"):
            self._stats.set_value("requisites/missing/example", what)

    def _count(self, what: str) -> None:
        self._stats.inc_value(f"requisites/{what}")


def _needed(response: Response) -> tuple[str, ...]:
    return requisites.needs(response.body, _content_type(response), response.url)


def _is_stylesheet(response: Response) -> bool:
    return _content_type(response).lower().startswith(requisites.STYLESHEET)


def _content_type(response: Response) -> str:
    return (response.headers.get("Content-Type") or b"").decode("latin-1")
