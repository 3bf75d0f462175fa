"""Portal: the facts of one city, and the walk column -> list pages -> documents.

A city is a subclass of declared facts, checked when the class is made. The walk
lives here once and asks the city's system (`crawler.systems`) what a page
holds. Every page is asked for with a role; its answer passes the guards, then
the step of its role. A fault is counted under its name with the first address
it was seen at, and the walk goes on with the next page.

What a run leaves in Scrapy's statistics (`crawler.summary` reads it):

    portal/<name>            how often a named error happened
    portal/<name>/example    the first time it did
    found/<what>/<year>      reports listed, fetched, unchanged, known, lost, elsewhere
    kept/<quality>  kept/year/<year>/<quality>
                             what the catalogue has of reports that are unchanged or known
    found/columns  found/columns_elsewhere  found/lists  found/rows  found/other_rows
"""

from __future__ import annotations

import dataclasses
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy import Request
from scrapy.exceptions import CloseSpider, UsageError
from scrapy.http import Response, TextResponse

from archive.writer import ArchiveError
from crawler import arguments, facts, faults, guards, mirrors, titles
from crawler.capture import Archive
from crawler.connect import ConnectToError, leads_home
from crawler.recheck import Before, Gone, Recheck, gone
from crawler.systems import Column, Directory, Listing, Row, System, address_key
from pipelines.document import Known
from pipelines.report import Level

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator, Mapping

    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

SLOWEST = 1.0
"""Seconds between two requests to a real host that no setting may go below."""

QUICK_BACKOFF = 0.05
"""Seconds a host of the sample city rests after its first failure."""


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


@dataclasses.dataclass(slots=True)
class Walk:
    """How far the walk through one column's list has come."""

    column: Column
    pages: int = 0
    rows: int = 0
    """Rows so far that no page before theirs had."""
    last: int | None = None
    """Which page was last said to be the last; None when none was."""
    total: int | None = None
    """How many rows it was last said to have: some systems say so on the first page only."""
    seen: set[str] = dataclasses.field(default_factory=set)
    """Keys of the rows so far."""
    reports: int = 0
    """Rows so far that are annual reports of years wanted."""


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
        self._columns: set[str] = set()
        self._pages: set[str] = set()
        self._reached: set[str] = set()
        self._rosters: set[str] = set()
        self.walks: dict[str, Walk] = {}
        """The walk of every column that was begun, by the key of its address."""
        self._gone: list[Gone] = []
        self._recheck: Recheck | None = None
        self._listed = 0
        self._done = 0

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Drops the delay when CONNECT_TO leads to this machine, else sees that there is one.

        Raises UsageError when it has been set too low, or CONNECT_TO cannot be read.
        """
        super().update_settings(settings)
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
            "report": self._report,
            "roster": self._roster,
            mirrors.ROLE: self._evidence,
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
            if asked.known.role == "report" and response.status == HTTPStatus.OK:
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
        held_against_organs(directory)

    def _column(self, column: Column, parent: str) -> Iterator[Request]:
        key = self.system.page_key(column.url)
        if key in self._columns:
            return
        self._columns.add(key)
        if not guards.on_site(column.url, self.hosts):
            self._count("found/columns_elsewhere")
            return
        self._count("found/columns")
        known = self._known("list", column=column.name, parent=parent)
        self.walks[key] = Walk(column)
        yield self._ask(Request(column.url), Asked(known, self.walks[key]))

    def _list(self, response: TextResponse, asked: Asked) -> Iterator[Request | Captured]:
        walk = asked.walk
        assert walk
        listing = self.system.listing(response)
        if listing.page != 0:
            walk.pages += 1
            self._count("found/lists")
        if listing.page is not None and listing.page != walk.pages:
            raise faults.ListTruncatedError(
                f"page {walk.pages} was asked for and page {listing.page} shown"
            )
        if listing.pages is None and walk.last is not None:
            raise faults.ListTruncatedError(
                f"page {walk.pages} of {walk.last} does not say how many there are"
            )
        walk.last = listing.pages
        rows = [row for row in listing.rows if urlsplit(row.url).scheme in {"http", "https"}]
        if len(rows) < len(listing.rows):
            seen = next(row.url for row in listing.rows if row not in rows)
            self._note(
                faults.DriftedError(self.system.name, "row", f"leads to {seen}"), response.url
            )
        keys = [self.system.page_key(row.url) for row in rows]
        if keys and walk.seen.issuperset(keys):
            raise faults.ListTruncatedError(
                f"page {walk.pages} repeats the rows of pages before it"
            )
        # A row that comes again is no row more: where pages overlap, rows are missing at the end.
        walk.rows += sum(key not in walk.seen for key in keys)
        walk.seen.update(keys)
        walk.total = walk.total if listing.total is None else listing.total
        self._count("found/rows", len(rows))
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

    def _list_ended(self, walk: Walk, listing: Listing, _: TextResponse) -> None:
        """At the end of a list: raises ListTruncatedError when it had less than its pages state."""
        if walk.total is not None and walk.rows < walk.total:
            raise faults.ListTruncatedError(
                f"the list of {walk.column.name} states {walk.total} rows and shows {walk.rows}"
            )
        if listing.pages is not None and walk.pages < listing.pages:
            raise faults.ListTruncatedError(
                f"the list of {walk.column.name} states {listing.pages} pages and has {walk.pages}"
            )

    def _row(self, row: Row, walk: Walk, parent: str) -> Iterator[Request | Captured]:
        if not (walk.column.every or titles.is_report(row.title)):
            self._count("found/other_rows")
            yield from self._roster_row(row, walk, parent)
            return
        year = titles.report_year(row.title, row.date)
        key = self.system.page_key(row.url)
        if not self.arguments.wants(year) or self._enough:
            return
        walk.reports += 1
        if own := mirrors.original(row.url, parent, self.system):
            yield from self._mirror(row, own, walk.column)
            row = dataclasses.replace(row, url=own)
            key = self.system.page_key(own)
        if key in self._pages:
            return
        self._pages.add(key)
        known = self._known("report", row.title, row.date, walk.column.name, parent)
        asked = Asked(known, year="unknown" if year is None else str(year))
        if not guards.on_site(row.url, self.hosts):
            self._count(f"found/elsewhere/{asked.year}")
            return
        self._listed += 1
        self._count(f"found/listed/{asked.year}")
        before = self._recheck.before(row.url) if self._recheck else None
        if not (self._recheck and before):
            yield self._ask(Request(row.url), asked)
        elif self._recheck.is_due(before, year):
            # What a browser draws is made of many answers, and no condition covers them all.
            drawn = "report" in self.system.drawn
            headers = {} if drawn else self._recheck.conditions(before)
            asked = dataclasses.replace(asked, before=before)
            yield self._ask(Request(row.url, headers=headers), asked)
        else:
            yield from self._kept("known", asked, before)

    def _mirror(self, row: Row, own: str, column: Column) -> Iterator[Request]:
        """A copy on a foreign host, once: kept as evidence, beside the original it is of."""
        key = address_key(row.url)
        if key not in self._pages:
            self._pages.add(key)
            known = self._known(mirrors.ROLE, row.title, row.date, column.name, own)
            yield self._ask(Request(row.url), Asked(known))

    def _evidence(self, _: Response, __: Asked) -> Iterator[Request]:
        self._count("found/mirrors")
        yield from ()

    def _roster_row(self, row: Row, walk: Walk, parent: str) -> Iterator[Request]:
        """A list of who has published is kept: `crawler.coverage` reads it from the archive."""
        key = self.system.page_key(row.url)
        year = titles.report_year(row.title, row.date)
        if not titles.is_roster(row.title) or key in self._rosters or self._enough:
            return
        if self.arguments.wants(year) and guards.on_site(row.url, self.hosts):
            self._rosters.add(key)
            known = self._known("roster", row.title, row.date, walk.column.name, parent)
            yield self._ask(Request(row.url), Asked(known))

    def _roster(self, _: Response, __: Asked) -> Iterator[Request]:
        self._count("found/rosters")
        yield from ()

    def _kept(self, how: str, asked: Asked, before: Before) -> Iterator[Captured]:
        """A report that the archive has: as it was, or left alone."""
        if before.standing:
            quality = before.standing.quality
            self._count(f"kept/{quality}")
            self._count(f"kept/year/{before.standing.year or 'unknown'}/{quality}")
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
        assert self.crawler.stats
        whole = not any(
            self.crawler.stats.get_value(f"portal/{name}")
            for name, kind in faults.kinds().items()
            if kind.weight == "incomplete"
        )
        if finished == "finished" and whole and not (self.arguments.years or self.arguments.sample):
            self._gone += self._recheck.unlisted(self._pages | self._reached, self.system.page_key)
        self._recheck.close()
        return tuple(sorted(self._gone, key=lambda one: one.url))

    def _report(self, response: Response, asked: Asked) -> Iterator[Captured]:
        # Told by its bytes: a PDF may be declared as HTML, or look like text to Scrapy.
        if guards.kind_of(response) == "text":
            assert isinstance(response, TextResponse)
            try:
                self.system.document(response)
            except faults.DriftedError as fault:
                # The markup moved; the reading may well not need it, so the page goes on.
                self._note(fault, response.url)
        # A redirect may have led to an address that no list has.
        self._reached.add(self.system.page_key(response.url))
        yield captured(response)
        self._settle("fetched", asked)

    @property
    def _enough(self) -> bool:
        return self.arguments.sample is not None and self._listed >= self.arguments.sample

    def _settle(self, how: str, asked: Asked) -> None:
        """A listed report has come to its end: fetched, unchanged, known or lost."""
        self._count(f"found/{how}/{asked.year}")
        self._done += 1
        if self._done == self.arguments.sample:
            raise CloseSpider("sample")

    def _lost(self, fault: faults.PortalError, url: str, asked: Asked) -> None:
        if asked.known.role in BESIDE:
            self._count(f"found/{asked.known.role}s_lost")  # no report is lost with it
            return
        self._note(fault, url)
        if asked.walk and asked.walk.pages and not isinstance(fault, faults.ListTruncatedError):
            self._note(
                faults.ListTruncatedError(
                    f"nothing after page {asked.walk.pages} of the list was seen"
                ),
                asked.walk.column.url,
            )
        if isinstance(fault, faults.GoneError | faults.SoftMissingError) and asked.before:
            self._gone += gone(asked.before.standing, fault.name)
        if asked.known.role == "report":
            self._settle("lost", asked)

    def _note(self, fault: faults.PortalError, url: str) -> None:
        assert self.crawler.stats
        self._count(f"portal/{fault.name}")
        if not self.crawler.stats.get_value(f"portal/{fault.name}/example"):
            self.crawler.stats.set_value(f"portal/{fault.name}/example", f"{url}: {fault}")

    def _count(self, name: str, more: int = 1) -> None:
        assert self.crawler.stats
        self.crawler.stats.inc_value(name, more)

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


def held_against_organs(directory: Directory) -> None:
    """Raises ListTruncatedError when a page lists fewer organs than it states."""
    if directory.stated is not None and directory.organs < directory.stated:
        raise faults.ListTruncatedError(
            f"the page states {directory.stated} organs and lists {directory.organs}"
        )


BESIDE = frozenset({"roster", mirrors.ROLE})
"""Roles of pages that are kept beside the reports."""

PRIORITY: Mapping[str, int] = {
    "index": 30,
    "rest of list": 20,
    "report": 10,
    "roster": 10,
    mirrors.ROLE: 10,
    "list": 0,
}
"""A list is walked to its end at once, so that it cannot change on the way; then its reports are
fetched; then the next list begins. What waits is never more than one list holds."""
