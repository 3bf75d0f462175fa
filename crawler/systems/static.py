"""Lists written to files index, index_1, index_2: 南京 and 无锡.

Known from public pages and from what others' crawlers read. 南京: a column is a
folder or `index_<column>.html`, its second page `index_<column>_1.html`,
documents `/<year and month>/t<day>_<number>.html`, the text in `.TRS_UEDITOR`
within `.wenZhang`. 无锡: `/zfxxgk/xxgkml/<column>/index.shtml`, rows as `li` of
`#doclist`, twenty a page, then `index_2.shtml` (index_1 has been reported too),
documents `/doc/<year>/<month>/<day>/<number>.shtml`, the text in `.mainCont`.
Inferred: that 南京 draws its pager with `createPageHTML(pages, page from 0, name,
ending)` as its kin do, and that 无锡 links the next page with the words 下一页 (a
browser finds it as `.next`). A full page with neither is taken as drifted, so
that a list is never cut in silence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy import Request

from crawler.guards import DriftedError
from crawler.systems import (
    Directory,
    Listing,
    Selectors,
    System,
    address_key,
    columns,
    lists,
    text_of,
)

if TYPE_CHECKING:
    from scrapy.http import TextResponse

NAME = "static"

AT = Selectors(NAME, {"article": ".wenZhang, .TRS_UEDITOR, .TRS_Editor, .mainCont"})

LISTS = re.compile(r"/$|/index(?:_\d+)*\.s?html?$")
DOCUMENTS = re.compile(
    r"/20\d{4}/t20\d{6}_\d+\.s?html?$|^/doc/20\d\d/\d\d/\d\d/\d+\.shtml$"  # 南京, 无锡
)
FOLLOWING = "下一页"
FULL = 15
"""Rows of the smallest full page seen on portals of this kind."""


def directory(page: TextResponse) -> Directory:
    """The columns of annual reports that a page leads to."""
    return columns.directory(page, NAME, LISTS)


def listing(page: TextResponse) -> Listing:
    """One page of a column; without a pager, the whole of a short one."""
    below = columns.below(page, LISTS)
    rows = lists.dated_rows(page)
    if not rows and not below:
        raise DriftedError(NAME, "row", "(li or tr with a link and a date) matches nothing")
    if pager := lists.drawn_pager(page):
        return Listing(rows, pager.number, pager.total, pager.pages, pager.following, below)
    links = {
        page.urljoin(link.attrib["href"])
        for link in page.css("a[href]")
        if text_of(link) == FOLLOWING
    }
    if len(links) > 1 or (not links and len(rows) >= FULL):
        raise DriftedError(
            NAME, "pager", f"leads to {len(links)} next pages after {len(rows)} rows"
        )
    return Listing(rows, following=Request(links.pop()) if links else None, columns=below)


def document(page: TextResponse) -> None:
    """A document has its text in one of a few known elements."""
    if not re.search(rb"wenZhang|TRS_U?EDITOR|mainCont", page.body, re.IGNORECASE):
        AT.some(page, "article")


def recognise(page: TextResponse) -> bool:
    """By the address of a document, or a list that leads to such documents."""
    path = urlsplit(page.url).path
    if DOCUMENTS.search(path):
        return True
    leads = (urlsplit(page.urljoin(row.url)).path for row in lists.dated_rows(page))
    return bool(LISTS.search(path)) and any(DOCUMENTS.search(to) for to in leads)


SYSTEM = System(NAME, directory, listing, document, address_key, recognise)
