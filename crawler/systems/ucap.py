"""UCAP: 苏州 with its counties, 镇江, 宿迁.

Known from public pages and from what others' crawlers read: lists at
`<site>/<column>/list.shtml` (also nav_list, xxgk_list, common_list) with pages
list_2.shtml and so on, which the script `createPageHTML('page_div', pages, page,
'list', 'shtml', rows)` draws; documents at `<site>/<column>/<year and month>/<32
hexadecimal digits>.shtml` with the tags `<ucaptitle>`, `<ucapcontent>` and
`<publishtime>` around title, text and date; `/szinf/info/getInfoCommon/` (GET:
channelid, pagesize, currpage) with `infolist` of title, link and pubtime.
Inferred: that every list has its rows in `li`, `tr` or `dl` with a date, and calls
createPageHTML even when it has one page; that getInfoCommon ends with the first
page that is not full, since what it states of the total was not seen.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from scrapy import Request
from scrapy.http import JsonResponse

from crawler.faults import DriftedError
from crawler.systems import Directory, Listing, Row, Selectors, System, address_key, columns, lists

if TYPE_CHECKING:
    from scrapy.http import TextResponse

NAME = "ucap"

AT = Selectors(NAME, {"article": "ucapcontent, #zoomcon"})

LISTS = re.compile(r"/[a-z_]*list[a-z_]*(_\d+)?\.shtml$")
DOCUMENTS = re.compile(r"^/\w+/\w+/20\d{4}/[0-9a-f]{32}\.shtml$")
SERVICE = "/szinf/info/getInfoCommon/"
MARKS = re.compile(
    rb"<ucap(?:title|content)|<publishtime|createPageHTML\('page_div'", re.IGNORECASE
)


def directory(page: TextResponse) -> Directory:
    """The columns of annual reports that a page leads to."""
    return columns.directory(page, NAME, LISTS)


def listing(page: TextResponse) -> Listing:
    """One page of a column, as HTML or from the service."""
    if isinstance(page, JsonResponse):
        return _served(page)
    below = columns.below(page, LISTS)
    pager = lists.drawn_pager(page)
    if not pager:
        raise DriftedError(NAME, "pager", "(a call of createPageHTML) is not on the page")
    rows = lists.dated_rows(page)
    if not rows and not below and pager.total != 0:
        raise DriftedError(NAME, "row", f"({lists.ROW}) matches nothing")
    return Listing(rows, pager.number, pager.total, pager.pages, pager.following, below)


def _served(page: JsonResponse) -> Listing:
    """A page of getInfoCommon."""
    found = page.json()
    if not isinstance(found, dict) or not isinstance(found.get("infolist"), list):
        raise DriftedError(NAME, "infolist", "is not in the service's answer")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    number, size = int(asked["currpage"]), int(asked["pagesize"])
    rows = tuple(_record(page, record) for record in found["infolist"])
    following = None
    if len(rows) == size:
        following = Request(re.sub(r"(currpage=)\d+", rf"\g<1>{number + 1}", page.url))
    return Listing(rows, number, following=following)


def _record(page: TextResponse, record: dict[str, str]) -> Row:
    for field in ("title", "link", "pubtime"):
        if not record.get(field):
            raise DriftedError(NAME, field, "is missing in a record of the service")
    return Row(page.urljoin(record["link"]), record["title"], record["pubtime"])


def document(page: TextResponse) -> None:
    """A document has its text in `<ucapcontent>`, or at least in `#zoomcon`."""
    AT.expect(page, "article")


def recognise(page: TextResponse) -> bool:
    """By the tags of its own, or an address."""
    path = urlsplit(page.url).path
    return bool(MARKS.search(page.body) or DOCUMENTS.match(path) or LISTS.search(path))


SYSTEM = System(NAME, directory, listing, document, address_key, recognise)
