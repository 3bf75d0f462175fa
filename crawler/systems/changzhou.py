"""The system of 常州 and its departments: PHP pages under /gi_class/ and /gi_news/.

Known from public pages and from what others' crawlers read: the addresses, the
twenty rows of `table.box3`, the paging by /2 after the column's address, the
article in `td.GovInfoContent`, the print variant at /downxxgk.php?fid=. Not
seen yet, so written after the sample city and to be held against the first live
capture: the directory at /gi_class/, the cells of a row, the words of the pager.

Districts and some departments run a younger edition, `/class/<8 capitals>` and
`/html/<site>/<year>/<code>_<day>/<id>.html`: see `czfx`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from scrapy import Request

from crawler.faults import DriftedError
from crawler.systems import (
    Column,
    Directory,
    Listing,
    Row,
    Selectors,
    System,
    address_key,
    text_of,
)
from crawler.systems.lists import DATE

if TYPE_CHECKING:
    from parsel import Selector
    from scrapy.http import TextResponse

NAME = "changzhou"

AT = Selectors(
    NAME,
    {
        # the directory
        "organs": "table.dept tr",
        "organ": "td.name",
        "organ_columns": "td.lm a",
        "organ_count": "div.count",
        # a list page
        "list": "table.box3",
        "row_link": "td.bt a[href]",
        "row_date": "td.rq",
        "pager": "div.pages",
        # a document
        "article": "td.GovInfoContent",
    },
)

ANNUAL = re.compile(r"年度报告|年报")
"""What a column of annual reports is called."""
ORGAN_COUNT = re.compile(r"共\s*(\d+)\s*个")
PAGER = re.compile(r"共\s*(\d+)\s*条\s*第\s*(\d+)\s*页\s*/\s*共\s*(\d+)\s*页")
FOLLOWING = "下一页"


def directory(page: TextResponse) -> Directory:
    """Every organ's columns of annual reports; each organ must have one."""
    columns: list[Column] = []
    organs = AT.some(page, "organs")
    for organ in organs:
        name = text_of(AT.one(organ, "organ"))
        annual = [
            Column(f"{name} {text_of(link)}", page.urljoin(link.attrib["href"]))
            for link in AT.some(organ, "organ_columns")
            if ANNUAL.search(text_of(link))
        ]
        if not annual:
            raise DriftedError(NAME, "organ_columns", f"names no annual reports for {name}")
        columns += annual
    stated = _number(AT.one(page, "organ_count"), "organ_count", ORGAN_COUNT)
    return Directory(tuple(columns), organs=len(organs), stated=stated[0])


def listing(page: TextResponse) -> Listing:
    """One page of a column: its rows, and what its pager states."""
    pager = AT.one(page, "pager")
    total, number, pages = _number(pager, "pager", PAGER)
    rows = AT.one(page, "list").css("tr")
    if not rows and total:
        raise DriftedError(NAME, "list", f"holds no row where the pager states {total}")
    found = tuple(_row(page, row) for row in rows)
    if found and not any(DATE.search(row.date) for row in found):
        raise DriftedError(NAME, "row_date", f"holds no day with its year but {found[0].date!r}")
    following = None
    if number < pages:
        links = [link for link in pager.css("a[href]") if text_of(link) == FOLLOWING]
        if len(links) != 1:
            raise DriftedError(NAME, "pager", f"has {len(links)} links named {FOLLOWING}")
        following = Request(page.urljoin(links[0].attrib["href"]))
    return Listing(found, number, total, pages, following)


def _row(page: TextResponse, row: Selector) -> Row:
    link = AT.one(row, "row_link")
    # The words of a long title are cut short; the whole of it is in the attribute.
    title = link.attrib.get("title") or text_of(link)
    return Row(page.urljoin(link.attrib["href"]), title, text_of(AT.one(row, "row_date")))


def document(page: TextResponse) -> None:
    """A document has one article; the print variant has no frame to tell it by."""
    if urlsplit(page.url).path.endswith("/downxxgk.php"):
        return
    AT.expect(page, "article")


def page_key(url: str) -> str:
    """The print variant of a page counts as the page."""
    parts = urlsplit(url)
    if parts.path.endswith("/downxxgk.php"):
        number = parse_qs(parts.query).get("fid", [""])[0]
        url = parts._replace(path=f"/gi_news/{number}", query="").geturl()
    return address_key(url)


def _number(node: Selector, name: str, words: re.Pattern[str]) -> tuple[int, ...]:
    text = text_of(node)
    found = words.search(text)
    if not found:
        raise DriftedError(NAME, name, f"does not read like {words.pattern!r} but {text!r}")
    return tuple(int(number) for number in found.groups())


def recognise(page: TextResponse) -> bool:
    """By the address: no other system has these folders."""
    return re.match(r"(/www)?/(gi_class|gi_news)/", urlsplit(page.url).path) is not None


SYSTEM = System(NAME, directory, listing, document, page_key, recognise)
