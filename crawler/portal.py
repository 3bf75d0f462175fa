"""Portal: the facts of one city, and the walk column -> list pages -> documents.

A city is a subclass of declared facts, checked when the class is made
(`crawler.facts`). The walk lives here once and asks the city's system
(`crawler.systems`) what a page holds. Every page is asked for with a role; its
answer passes the guards, then the step of its role. A list is held against what
it states (`crawler.walk`), and its rows say where they lead (`crawler.rows`). A
fault is counted under its name with the first address it was seen at
(`crawler.account`), and the walk goes on with the next page.
"""

from __future__ import annotations

import dataclasses
import functools
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy import Request
from scrapy.exceptions import CloseSpider
from scrapy.http import Response, TextResponse

from archive.rebuild import REPORT
from archive.writer import ArchiveError
from crawler import arguments, facts, faults, guards, mirrors, politeness
from crawler.account import Account
from crawler.capture import Archive
from crawler.recheck import Before, Gone, Recheck
from crawler.rows import ROSTER, Lead, leads_to
from crawler.systems import Column, Listing, Row, System, address_key
from crawler.walk import Walk, hold_against_organs
from pipelines.document import Known
from pipelines.report import Level

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure


@dataclasses.dataclass(frozen=True, slots=True)
class Captured:
    """A report page that is safely in the archive: what the pipeline takes."""

    capture: str
    """WARC-Record-ID of the response."""
    exchange: str
    """Id of the exchange in the ledger."""
    url: str


def captured(response: Response) -> Captured:
    """What the archive holds of a response."""
    return Captured(response.meta["capture"], response.meta["exchange"], response.url)


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """What one request is for: carried to its answer."""

    known: Known
    walk: Walk | None = None
    """The list that is being walked; None for other pages."""
    year: str = ""
    """Year of the report asked for, or `unknown`; empty for other pages."""
    before: Before | None = None
    """What earlier runs have of the page; None for one that is new, and for other pages."""


class Portal(scrapy.Spider):
    """A city's portal. Subclasses declare the facts; everything else is here.

    What follows from other facts (`crawler.facts`) is declared only where it would be wrong.
    """

    # Which city
    region_code: str
    """GB/T 2260 code of the portal's owner."""
    name: str
    """What `scrapy crawl` calls it. Follows: the name of the file."""
    city: str
    """Its name with the suffix, 常州市. Follows from the code."""
    level: ClassVar[Level]
    """Follows from the code."""

    # Where to look
    system: ClassVar[System]
    directories: ClassVar[tuple[str, ...]] = ()
    """Pages that list the organs and lead to their columns."""
    columns: ClassVar[tuple[Column, ...]] = ()
    """Columns of annual reports whose addresses are known."""
    hosts: tuple[str, ...]
    """Hosts the portal owns; a host stands for those below it too. Follows: the governments' names
    (changzhou.gov.cn) in the addresses above."""

    # What to expect
    floors: ClassVar[tuple[tuple[int, int], ...]] = ()
    """Report year, and how many reports there are at least; held against real hosts only."""
    first_year: ClassVar[int | None]
    """The first report year the portal is known to hold, if one is. Follows: the first of floors.
    """

    def __init_subclass__(cls, *, declared: bool = True, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if declared:
            facts.settle(cls)

    def __init__(self, **given: str) -> None:
        super().__init__()
        self.arguments = arguments.parse(given, self.name)
        self.walks: dict[str, Walk] = {}
        """The walk of every column that was begun, by the key of its address."""
        self._columns: set[str] = set()
        self._pages: set[str] = set()
        self._reached: set[str] = set()
        self._beside: set[str] = set()
        self._recheck: Recheck | None = None
        self._listed = 0
        self._done = 0

    @functools.cached_property
    def account(self) -> Account:
        """What the walk counts."""
        assert self.crawler.stats
        return Account(self.crawler.stats)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Raises UsageError when the delay is too short, or CONNECT_TO cannot be read."""
        super().update_settings(settings)
        politeness.hold_to_delay(settings)

    async def start(self) -> AsyncIterator[Request]:
        """The first requests: the directories, and the columns whose address is known."""
        if not self.settings["CONNECT_TO"] and not self.settings["NIANBAO_CONTACT"]:
            self.logger.warning("set NIANBAO_CONTACT: the portal cannot reach who runs this crawl")
        if archive := self.crawler.get_extension(Archive):
            self._recheck = Recheck(archive, self.arguments.recheck)
        for url in self.directories:
            yield self._ask(Request(url), Asked(self._known("index")))
        for column in self.columns:
            for request in self._column(column, parent=""):
                yield request

    def received(self, response: Response, asked: Asked) -> Iterator[Request | Captured]:
        """Callback of every request: the guards, then the step of the page's role."""
        role = asked.known.role
        steps: dict[str, Callable[[Any, Asked], Iterator[Request | Captured]]] = {
            "index": self._index,
            "list": self._list,
            REPORT: self._report,
            ROSTER: self._roster,
            mirrors.ROLE: self._mirror,
        }
        if response.status == HTTPStatus.NOT_MODIFIED and asked.before:
            yield from self._kept("unchanged", asked, asked.before)
            return
        hosts = self.hosts
        if role == mirrors.ROLE and response.request:
            hosts = (urlsplit(response.request.url).hostname or "",)
        fault = guards.answer(response, guards.Expected(role, hosts))
        if fault is None:
            try:
                yield from steps[role](response, asked)
            except faults.PortalError as error:
                fault = error
        if fault:
            self._lost(fault, response.url, asked)
            if asked.known.role == REPORT and response.status == HTTPStatus.OK:
                # Read as well, so that the catalogue says why there is no report: the archive
                # alone cannot tell what the guards thought of a page.
                yield captured(response)

    def failed(self, failure: Failure) -> None:
        """Errback of every request: a named error is counted, any other is raised as it is."""
        assert failure.value
        assert self.crawler.engine
        if isinstance(failure.value, ArchiveError) or not self.crawler.engine.running:
            return  # the run is being stopped, and its verdict says why
        fault = faults.failure(failure.value)
        if not fault:
            failure.raiseException()
        request: Request = failure.request  # type: ignore[attr-defined]
        self._lost(fault, request.url, request.cb_kwargs["asked"])

    def _index(self, response: TextResponse, _: Asked) -> Iterator[Request | Captured]:
        directory = self.system.directory(response)
        for column in directory.columns:
            yield from self._column(column, response.url)
        hold_against_organs(directory)

    def _column(self, column: Column, parent: str) -> Iterator[Request]:
        if walk := self._begun(column):
            known = self._known("list", column=column.name, parent=parent)
            yield self._ask(Request(column.url), Asked(known, walk))

    def _begun(self, column: Column) -> Walk | None:
        """A walk through a column; None when it was begun before, or the column is elsewhere."""
        key = self.system.page_key(column.url)
        if key in self._columns:
            return None
        self._columns.add(key)
        if not guards.on_site(column.url, self.hosts):
            self.account.count("found/columns_elsewhere")
            return None
        self.account.count("found/columns")
        self.walks[key] = Walk(column)
        return self.walks[key]

    def _list(self, response: TextResponse, asked: Asked) -> Iterator[Request | Captured]:
        walk = asked.walk
        assert walk
        listing = self.system.listing(response)
        if listing.page != 0:
            self.account.count("found/lists")
        walk.turn(listing)
        rows = [row for row in listing.rows if urlsplit(row.url).scheme in {"http", "https"}]
        if len(rows) < len(listing.rows):
            seen = next(row.url for row in listing.rows if row not in rows)
            fault = faults.DriftedError(self.system.name, "row", f"leads to {seen}")
            self.account.note(fault, response.url)
        walk.add([self.system.page_key(row.url) for row in rows])
        self.account.count("found/rows", len(rows))
        for column in listing.columns:
            yield from self._column(column, response.url)
        for row in rows:
            yield from self._row(row, walk, response.url)
        if self._enough:
            return
        if listing.following:
            yield self._ask(listing.following, asked)
        else:
            self._list_ended(walk, listing, response)

    def _list_ended(self, walk: Walk, _: Listing, __: TextResponse) -> None:
        walk.end()

    def _row(self, row: Row, walk: Walk, parent: str) -> Iterator[Request | Captured]:
        lead = leads_to(row, walk.column, parent, self.system)
        if lead.role != REPORT:
            self.account.count("found/other_rows")
        if not lead.role or not self.arguments.wants(lead.year) or self._enough:
            return
        known = self._known(lead.role, row.title, row.date, walk.column.name, parent)
        if lead.role == ROSTER:
            yield from self._ask_beside(lead.url, known)
            return
        walk.reports += 1
        if lead.copy:
            copy = dataclasses.replace(known, role=mirrors.ROLE, parent=lead.url)
            yield from self._ask_beside(lead.copy, copy)
        key = self.system.page_key(lead.url)
        if key not in self._pages:
            self._pages.add(key)
            asked = Asked(known, year="unknown" if lead.year is None else str(lead.year))
            yield from self._listed_report(lead, asked)

    def _listed_report(self, lead: Lead, asked: Asked) -> Iterator[Request | Captured]:
        """A report that was not listed before: asked for, or left alone for now."""
        if not guards.on_site(lead.url, self.hosts):
            self.account.count(f"found/elsewhere/{asked.year}")
            return
        self._listed += 1
        self.account.count(f"found/listed/{asked.year}")
        before = self._recheck.before(lead.url) if self._recheck else None
        if not (self._recheck and before):
            yield self._ask(Request(lead.url), asked)
        elif self._recheck.is_due(before, lead.year):
            # What a browser draws is made of many answers, and no condition covers them all.
            drawn = REPORT in self.system.drawn
            headers = {} if drawn else self._recheck.conditions(before)
            asked = dataclasses.replace(asked, before=before)
            yield self._ask(Request(lead.url, headers=headers), asked)
        else:
            yield from self._kept("known", asked, before)

    def _ask_beside(self, url: str, known: Known) -> Iterator[Request]:
        """A page that is kept beside the reports, once: a roster of ours, or a mirror."""
        mirror = known.role == mirrors.ROLE
        key = address_key(url) if mirror else self.system.page_key(url)
        if key not in self._beside and (mirror or guards.on_site(url, self.hosts)):
            self._beside.add(key)
            yield self._ask(Request(url), Asked(known))

    def _roster(self, _: Response, __: Asked) -> Iterator[Captured]:
        self.account.count("found/rosters")
        yield from ()

    def _mirror(self, response: Response, _: Asked) -> Iterator[Request | Captured]:
        self.account.count("found/mirrors")
        yield captured(response)

    def _kept(self, how: str, asked: Asked, before: Before) -> Iterator[Captured]:
        """A report that the archive has: as it was, or left alone."""
        if before.standing:
            self.account.keep(before.standing)
        else:
            assert before.page.response_id
            yield Captured(before.page.response_id, before.page.id, before.page.url)
        self._settle(how, asked)

    def vanished(self, finished: str) -> tuple[Gone, ...]:
        """The reports of earlier runs that the portal has no more; asked once, at the end.

        Those that left the lists are told only when every list was seen to its end.
        """
        if self._recheck is None:
            return ()
        asked = self.arguments
        whole = finished == "finished" and not (asked.years or asked.sample)
        if whole and not self.account.incomplete():
            self._recheck.hold_against(self._pages | self._reached, self.system.page_key)
        return self._recheck.close()

    def _report(self, response: Response, asked: Asked) -> Iterator[Captured]:
        # Told by its bytes: a PDF may be declared as HTML, or look like text to Scrapy.
        if guards.kind_of(response) == "text":
            assert isinstance(response, TextResponse)
            try:
                self.system.document(response)
            except faults.DriftedError as fault:
                # The markup moved; the reading may well not need it, so the page goes on.
                self.account.note(fault, response.url)
        # A redirect may have led to an address that no list has.
        self._reached.add(self.system.page_key(response.url))
        yield captured(response)
        self._settle("fetched", asked)

    @property
    def _enough(self) -> bool:
        return self.arguments.sample is not None and self._listed >= self.arguments.sample

    def _settle(self, how: str, asked: Asked) -> None:
        """A listed report has come to its end: fetched, unchanged, known or lost."""
        self.account.count(f"found/{how}/{asked.year}")
        self._done += 1
        if self._done == self.arguments.sample:
            raise CloseSpider("sample")

    def _lost(self, fault: faults.PortalError, url: str, asked: Asked) -> None:
        if asked.known.role in BESIDE:
            self.account.count(f"found/{asked.known.role}s_lost")  # no report is lost with it
            return
        self.account.note(fault, url)
        if asked.walk and asked.walk.pages and not isinstance(fault, faults.ListTruncatedError):
            self.account.note(
                faults.ListTruncatedError(
                    f"nothing after page {asked.walk.pages} of the list was seen"
                ),
                asked.walk.column.url,
            )
        gone = isinstance(fault, faults.GoneError | faults.SoftMissingError)
        if gone and asked.before and self._recheck:
            self._recheck.lose(asked.before, fault.name)
        if asked.known.role == REPORT:
            self._settle("lost", asked)

    def _known(
        self, role: str, title: str = "", date: str = "", column: str = "", parent: str = ""
    ) -> Known:
        return Known(self.name, self.city, self.region_code, role, title, date, column, parent)

    def _ask(self, request: Request, asked: Asked) -> Request:
        begun = asked.walk is not None and asked.walk.pages > 0
        drawn = self.system.drawn.get(asked.known.role)
        render = {} if drawn is None else {"render": drawn}
        return request.replace(
            callback=self.received,
            errback=self.failed,
            cb_kwargs={"asked": asked},
            meta={**request.meta, **render, "known": asked.known.to_json()},
            priority=PRIORITY["rest of list" if begun else asked.known.role],
            dont_filter=True,
        )


BESIDE = frozenset({ROSTER, mirrors.ROLE})
"""Roles of pages that are kept beside the reports."""

PRIORITY: Mapping[str, int] = {
    "index": 30,
    "rest of list": 20,
    REPORT: 10,
    ROSTER: 10,
    mirrors.ROLE: 10,
    "list": 0,
}
"""A list is walked to its end at once, so that it cannot change on the way; then its reports are
fetched; then the next list begins. What waits is never more than one list holds."""
