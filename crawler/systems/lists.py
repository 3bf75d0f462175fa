"""Lists as many systems print them: rows with a date, and pagers that a script draws.

Skins differ from host to host, so a row is known by what it is and not by the
name of its class: the smallest `li`, `tr` or `dl` that holds a link and a date.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import JsonResponse

from crawler.faults import DriftedError
from crawler.systems import Listing, Row, columns, text_of, title_of

if TYPE_CHECKING:
    from parsel import Selector
    from scrapy.http import TextResponse

DATE = re.compile(r"20\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")
"""A day with its year, in the ways lists print it."""

ROW = "li, tr or dl with a link and a date"
BLOCKS = (
    "descendant-or-self::*[self::li or self::tr or self::dl][.//a[@href]]"
    "[not(.//li or .//tr or .//dl)]"
)
NOWHERE = ("#", "javascript:")
"""How the address of a link begins that leads to no page."""


def dated_rows(page: TextResponse, within: Selector | None = None) -> tuple[Row, ...]:
    """Every block with a link and a date, in the whole page or in one element of it."""
    blocks = (within or page).xpath(BLOCKS)
    return tuple(row for block in blocks if (row := dated_row(page, block)))


def dated_row(page: TextResponse, block: Selector) -> Row | None:
    """A block as a row; None when it has no link, or no date."""
    links = [link for link in block.css("a[href]") if not link.attrib["href"].startswith(NOWHERE)]
    if not links:
        return None
    words = text_of(block)
    # Beside the link, for a title may hold a date too; in it, where the link is the whole row.
    dates = DATE.findall(words.replace(text_of(links[0]), " ")) or DATE.findall(words)
    if not dates:
        return None
    return Row(page.urljoin(links[0].attrib["href"].strip()), title_of(links[0]), dates[-1])


def lead_to(page: TextResponse, documents: re.Pattern[str]) -> bool:
    """Whether a row of the page leads to an address of this shape; never one of JSON."""
    rows = () if isinstance(page, JsonResponse) else dated_rows(page)
    return any(documents.search(urlsplit(row.url).path) for row in rows)


@dataclasses.dataclass(frozen=True, slots=True)
class Pager:
    """What a call of createPageHTML states of a list."""

    pages: int
    number: int
    """Which page this is, counted from 1."""
    following: Request | None
    """The page after it; None on the last."""
    total: int | None = None
    """Rows of the whole list; only the form with a container may state them."""


CALL = re.compile(r"createPageHTML\s*\(([^()]*)\)")


def drawn_pager(page: TextResponse) -> Pager | None:
    """The call of createPageHTML on a page; None when there is none that has numbers.

    Two scripts have this name. With a container, `('page_div', 3, 1, 'list', 'shtml', 41)`,
    pages count from 1, and the second is list_2. Without, `(3, 0, "index", "html")`, they
    count from 0, and the second is index_1.
    """
    for call in CALL.findall(page.text):
        given = [argument.strip().strip("'\"") for argument in call.split(",")]
        contained = not given[0].isdecimal()
        if contained:
            given = given[1:]
        if len(given) < 4 or not (given[0].isdecimal() and given[1].isdecimal()):
            continue  # the script itself, not a call of it
        pages, current = int(given[0]), int(given[1])
        number = current if contained else current + 1
        last = number >= pages
        name = f"{given[2]}_{current + 1}.{given[3]}"
        total = int(given[4]) if contained and given[4:] and given[4].isdecimal() else None
        return Pager(pages, number, None if last else Request(page.urljoin(name)), total)
    return None


FOLLOWING, BEFORE = "下一页", "上一页"
STATED = re.compile(r"共\s*(\d+)\s*页\s*第\s*(\d+)\s*页|第\s*(\d+)\s*页\s*/?\s*共\s*(\d+)\s*页")
"""How many pages a list says it has, and which this is, in either order."""


def paged(page: TextResponse, system: str, shape: re.Pattern[str], full: int) -> Listing:
    """A list written to files, whose pager a script draws or which links the next page.

    `shape` is what paths of this system's lists look like. A page that says it
    is not the last, or a full one (`full` rows) that neither says so nor leads back or on, is
    taken as drifted, so that a list is never cut in silence.
    """
    below = columns.below(page, shape)
    rows = dated_rows(page)
    if not rows and not below:
        raise DriftedError(system, "row", f"({ROW}) matches nothing")
    if pager := drawn_pager(page):
        return Listing(rows, pager.number, pager.total, pager.pages, pager.following, below)
    pages = number = None
    if stated := STATED.search(page.text):
        pages, number = int(stated[1] or stated[4]), int(stated[2] or stated[3])
    following, before = _linked(page, FOLLOWING), _linked(page, BEFORE)
    more = len(rows) >= full and not before if number is None else number != pages
    if len(following) > 1 or (more and not following):
        seen = f"leads to {len(following)} next pages after {len(rows)} rows"
        raise DriftedError(system, "pager", seen)
    asked = Request(following.pop()) if following else None
    return Listing(rows, number, pages=pages, following=asked, columns=below)


def _linked(page: TextResponse, words: str) -> set[str]:
    """Where the links of these words lead."""
    return {
        page.urljoin(link.attrib["href"])
        for link in page.css("a[href]")
        if text_of(link) == words and not link.attrib["href"].startswith(NOWHERE)
    }
