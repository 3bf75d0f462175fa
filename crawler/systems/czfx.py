"""czfx, as its own ids call it: the younger system of 常州, for districts, departments, 溧阳.

Known from public pages and from what others' crawlers read: columns at `/class/<8
capitals>`, documents at `/html/<site>/<year>/<column>_<month and day>/<number>.html`,
the text in `#czfxcontent`, `#czfxfontzoom`, `td.NewsContent`, `td.NewsText` or
`td.GovInfoContent`. There are two kinds of column. One is written by the server:
rows as `tr` of `table.border2` or in `td.listtext`, the last cell a day, often in
brackets, twenty a page, then `/class/<column>/2`; `#FX_PageDiv` has the page's
number as `strong`, and links to others, of which the highest is the last page's
(seen on the host for purchases). The other, seen at 溧阳, 金坛 and 钟楼, is a shell
around `iframe#FrameMoreInfo` to `/content/xxgk/index?catid=`, with `&page=2`, rows as
`.xxgkList p` with `span.time`, or `tr` of `.gov_box3`, `#relate` or `.wjk-list`, and the
words 总页数：3. A shell asked for with `furl=` chooses its frame by a script. At 新北
`/class/<column>/2` gives the home page: it has no pager, so the list ends there as drifted.

Inferred: that a list of one page may have no pager, while a full one must; that the
page of organs links columns by words that say what they hold.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy import Request

from crawler.faults import DriftedError
from crawler.systems import (
    Directory,
    Listing,
    Row,
    Selectors,
    System,
    address_key,
    columns,
    lists,
    text_of,
)

if TYPE_CHECKING:
    from scrapy.http import TextResponse

NAME = "czfx"

AT = Selectors(
    NAME,
    {
        "frame": "iframe#FrameMoreInfo[src], iframe[src*='catid=']",
        "rows": "table.border2 tr, td.listtext > table tr, .xxgkList p",
        "pager": "#FX_PageDiv, .FX_PageDiv",
        "article": (
            "#czfxcontent, #czfxfontzoom, td.NewsContent, td.NewsText, td.GovInfoContent, #zoom"
        ),
    },
)

LISTS = re.compile(r"^(/class/[A-Z]{8})(?:/(\d+))?/?$")
DOCUMENTS = re.compile(r"^/html/[a-z]+/20\d\d/[A-Z]{8}_\d{4}/\d+\.html$")
FRAMES = re.compile(r"^/content/xxgk/index$")
CHOICE = r"furl\.indexOf\(['\"]{}['\"]\)\s*!=\s*-1[^}}]*?catid=(\d+)"
"""How a shell's script says which frame belongs to a `furl`."""
PAGES = re.compile(r"总页数\s*[：:]\s*(\d+)")
FULL = 15
"""Rows from which a page is taken as full; twenty are known."""


def directory(page: TextResponse) -> Directory:
    """The columns of annual reports that a page leads to."""
    return columns.directory(page, NAME, LISTS)


def listing(page: TextResponse) -> Listing:
    """One page of a column, or the shell around its frame, which holds no rows."""
    address = urlsplit(page.url)
    found = LISTS.match(address.path)
    if found and (frame := _frame(page)):
        return Listing((), 0, following=Request(frame))
    rows = _rows(page)
    if not rows:
        raise DriftedError(NAME, "row", f"({lists.ROW}) matches nothing")
    if found:
        number, pages = int(found[2] or 1), _drawn(page)
        following = address._replace(path=f"{found[1]}/{number + 1}")
    else:
        asked = dict(parse_qsl(address.query))
        number, pages = int(asked.get("page", 1)), _stated(page)
        following = address._replace(query=urlencode({**asked, "page": number + 1}))
    if pages is None and (number > 1 or len(rows) >= FULL):
        raise DriftedError(NAME, "pager", f"is not on page {number} with {len(rows)} rows")
    more = pages is not None and number < pages
    return Listing(rows, number, None, pages, Request(following.geturl()) if more else None)


def _frame(page: TextResponse) -> str | None:
    """The address of the frame that a shell holds; None for a page that is no shell."""
    chosen = dict(parse_qsl(urlsplit(page.url).query)).get("furl")
    if chosen and (found := re.search(CHOICE.format(re.escape(chosen)), page.text)):
        return page.urljoin(f"/content/xxgk/index?catid={found[1]}")
    frames = page.css(AT.css["frame"])
    return page.urljoin(frames[0].attrib["src"].strip()) if frames else None


def _rows(page: TextResponse) -> tuple[Row, ...]:
    """The rows of the known tables and lists, or whatever has a link and a date."""
    blocks = page.css(AT.css["rows"])
    known = tuple(row for block in blocks if (row := lists.dated_row(page, block)))
    return known or lists.dated_rows(page)


def _drawn(page: TextResponse) -> int | None:
    """How many pages the server's pager leads to: the highest of its numbers."""
    if not (pager := page.css(AT.css["pager"])):
        return None
    numbers = [int(words) for node in pager.css("a, strong") if (words := text_of(node)).isdigit()]
    if not numbers:
        raise DriftedError(NAME, "pager", f"holds no number but {text_of(pager[0])!r}")
    return max(numbers)


def _stated(page: TextResponse) -> int | None:
    """How many pages the list in a frame says it has."""
    found = PAGES.search(page.text)
    return int(found[1]) if found else None


def document(page: TextResponse) -> None:
    """A document has its text in one of a few known elements."""
    AT.expect(page, "article")


def recognise(page: TextResponse) -> bool:
    """By the address of a column, of a document, or of what a shell frames."""
    path = urlsplit(page.url).path
    return any(shape.match(path) for shape in (LISTS, DOCUMENTS, FRAMES))


SYSTEM = System(NAME, directory, listing, document, address_key, recognise)
