"""A portal that no file describes: `scrapy crawl portal -a url=URL`.

The walk of `crawler.portal`, from an address instead of declared facts. The
address may be of a home page, a directory of organs, a column or a report. What a
page is, and of which system, is told page by page (`crawler.detect`); pages that
lead towards columns are followed to a depth of SCOUT_DEPTH, and no more than
SCOUT_PAGES of them. A page that shows nothing without scripts is asked for again
and drawn by the browser.

City and region come from the facts of a spider whose portal it is, or from the
page's own tags (SiteIDCode, then SiteName); else they stay unknown, and are said
to be. The data folder is named after the host.

A host that is no government's by its name, and no spider's, is a mirror's: its page is
kept as evidence, nothing else of it is asked for, and where the page tells whose it is
(`crawler.claims`) the original is fetched from its portal's own host. Where it does not,
a MirrorError says what is missing.

The verdict of such a run is healthy only as far as it is known how much there is.
What a known system lists is held against what its pages state, as ever. A list of
no known system must state its rows or pages itself, and keep to it; one that does
not is an UnstatedError, and the run suspicious.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import JsonResponse, TextResponse

from crawler import claims, detect, faults, guards, mirrors
from crawler.fleet import fleet, owner
from crawler.portal import Asked, Captured, Portal
from crawler.systems import Column, Listing, Row, generic
from crawler.walk import Walk, hold_against_organs
from pipelines import read, regions
from pipelines.document import Document
from pipelines.report import Level

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scrapy.http import Response


class Undeclared(Portal, declared=False):
    """A portal known by an address of it; see the top of this module."""

    level: ClassVar[Level] = "unknown"
    system = detect.SYSTEM
    first_year = None

    def __init__(self, **given: str) -> None:
        super().__init__(**given)
        host = urlsplit(self.arguments.url).hostname or ""
        self.name = host
        self.hosts = (host.removeprefix("www."),)
        self.city = self.region_code = ""
        self._scouted: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """The first request: the address given."""
        if declared := owner(self.settings, self.name):
            self.city, self.region_code = declared.city, declared.region_code
            self.logger.warning(
                "%s is a host of %s: `scrapy crawl %s` knows its columns",
                *(self.name, declared.city, declared.name),
            )
        async for request in super().start():
            yield request
        if not (declared or mirrors.is_government(self.arguments.url)):
            known = self._known(mirrors.ROLE)
            yield self._ask(Request(self.arguments.url), Asked(known))
            return
        for request in self._scout(self.arguments.url, "", depth=0):
            yield request

    def received(self, response: Response, asked: Asked) -> Iterator[Request | Captured]:
        """As for any portal, but a page that shows nothing without scripts is drawn first."""
        if _wants_drawing(response, asked):
            assert response.request
            yield response.request.replace(meta={**_lasting(response), "render": ""})
            return
        yield from super().received(response, asked)

    def _list(self, response: TextResponse, asked: Asked) -> Iterator[Request | Captured]:
        self.account.count(f"found/systems/{detect.system_of(response).name}")
        yield from super()._list(response, asked)

    def _scout(self, url: str, parent: str, depth: int) -> Iterator[Request]:
        """A page on the way to columns, once, within the bounds."""
        key = self.system.page_key(url)
        if key in self._scouted or key in self._columns:
            return
        if not guards.on_site(url, self.hosts):
            self.account.count("found/columns_elsewhere")
            return
        pages, deepest = (self.settings.getint(f"SCOUT_{name}") for name in ("PAGES", "DEPTH"))
        if depth > deepest or len(self._scouted) >= pages:
            bound = f"SCOUT_DEPTH={deepest}" if depth > deepest else f"SCOUT_PAGES={pages}"
            self.account.note(faults.BoundedError(f"not followed, for {bound}"), url)
            return
        self._scouted.add(key)
        request = self._ask(Request(url), Asked(self._known("index", parent=parent)))
        meta = {**request.meta, "depth_scouted": depth}
        yield request.replace(meta=meta, priority=request.priority - depth)

    def _index(self, response: TextResponse, asked: Asked) -> Iterator[Request | Captured]:
        self._learn(response)
        if column := detect.is_column(response):
            walk = self._begun(column)
            if not walk:
                return
            known = self._known("list", column=column.name, parent=asked.known.parent)
            yield from self._list(response, Asked(known, walk))
            return
        if row := detect.report_on(response):
            yield from self._row(row, Walk(Column("", response.url)), asked.known.parent)
        directory = self.system.directory(response)
        for column in directory.columns:
            yield from self._column(column, response.url)
        assert response.request
        depth = response.request.meta["depth_scouted"] + 1
        further = detect.leads(response, len(directory.columns))
        if depth == 1 and not directory.columns:
            # Where an address leads nowhere by itself, its host's home page may.
            further += (response.urljoin("/"), *response.request.meta.get("sitemaps", ()))
        for url in further:
            yield from self._scout(url, response.url, depth)
        hold_against_organs(directory)

    def _mirror(self, response: Response, asked: Asked) -> Iterator[Request | Captured]:
        """As for any portal; where no row has said what the page is a copy of, it is told here."""
        yield from super()._mirror(response, asked)
        if asked.known.parent:
            return
        head = read(Document(response.url, response.body)).report
        try:
            claim = claims.owned(response, head, fleet(self.settings))
        except faults.MirrorError as unowned:
            self.account.note(unowned, response.url)
            return
        portal = claim.portal
        self.hosts, self.city, self.region_code = portal.hosts, portal.city, portal.region_code
        row = Row(claim.url, head.title or "", "")
        yield from self._row(row, Walk(Column("", response.url, every=True)), response.url)

    def _lost(self, fault: faults.PortalError, url: str, asked: Asked) -> None:
        """A link that was followed on a guess, and leads nowhere, is no fault of the run."""
        if asked.known.role == mirrors.ROLE and not asked.known.parent:
            self.account.note(fault, url)
        elif asked.known.role == "index" and asked.known.parent and isinstance(fault, NOWHERE):
            self.account.count("found/leads_nowhere")
        else:
            super()._lost(fault, url, asked)

    def _list_ended(self, walk: Walk, listing: Listing, response: TextResponse) -> None:
        super()._list_ended(walk, listing, response)
        guessed = detect.system_of(response) is generic.SYSTEM
        stated = walk.total is not None or listing.pages is not None
        if guessed and not stated and (walk.rows or not listing.columns):
            seen = f"{walk.rows} rows were seen, and nothing states how many there should be"
            self.account.note(faults.UnstatedError(seen), response.url)

    def _learn(self, page: TextResponse) -> None:
        """City and region, from the first page whose tags tell them."""
        if self.region_code or isinstance(page, JsonResponse):
            return
        said = {
            name.lower(): content
            for tag in page.css("meta[name][content]")
            for name, content in [(tag.attrib["name"], tag.attrib["content"].strip())]
        }
        code = regions.code_of_site(said.get("siteidcode", ""))
        if code is None and "sitename" in said:
            code, _ = regions.locate(said["sitename"], None)
        if code:
            self.region_code, self.city = code, regions.name_of(code) or ""


NOWHERE = (faults.GoneError, faults.SoftMissingError, faults.OffSiteError, faults.WrongTypeError)
"""What the links of any portal come to now and then: they were not said to lead to reports."""


_WRITTEN = frozenset(
    [
        "capture",
        "exchange",
        "hops",
        "retry_times",
        "redirect_times",
        "download_slot",
        "download_latency",
    ]
)
"""What an exchange writes into the meta of its request."""


def _lasting(response: Response) -> dict[str, object]:
    """Meta of a request, without what its first exchange wrote into it."""
    assert response.request
    return {name: value for name, value in response.request.meta.items() if name not in _WRITTEN}


def _wants_drawing(response: Response, asked: Asked) -> bool:
    """Whether a page that should list something has scripts, and no links that lead on."""
    if (
        asked.known.role not in {"index", "list"}
        or response.status != 200
        or not isinstance(response, TextResponse)
        or response.request is None
        or "render" in response.request.meta
        or "system" in response.request.meta
        or guards.kind_of(response) != "text"
        or b"<script" not in response.body.lower()
        or detect.system_of(response) is not generic.SYSTEM
    ):
        return False
    if asked.known.role == "index":
        found = generic.directory(response).columns
        return not (found or detect.leads(response, 0) or detect.is_column(response))
    listed = generic.listing(response)
    return not (listed.rows or listed.columns)
