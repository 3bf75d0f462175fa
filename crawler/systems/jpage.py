"""Hanweb jpage: 盐城 with its counties, 杭州, 济南, offices of 江苏, 浙江 and 山东.

Known from public pages and from what others' crawlers read: columns at
`/col/col<number>/index.html`, documents at `/art/<year>/<month>/<day>/art_<column>
_<number>.html`, the number of a column another one each report year. A column
holds its first rows as XML in `<script type="text/xml">`: `<datastore>`, each row
HTML in `<record><![CDATA[…]]>`, and a `<nextgroup>` with the address of the service
`/module/web/jpage/dataproxy.jsp?page=1&columnid=&unitid=…` (without web/ in 浙江); a
script states `totalRecord` and `perPage`. The service answers with XML of the same
form, to GET, and to POST of the fields that the script names (col, appid, webid,
path, columnid, unitid). Some portals' services heed `page` with `perpage`, some
`startrecord` with `endrecord`; `page=1` on a column is no sign of where to go on.

Portals with the module for open information draw their rows from
`/module/xxgk/search.jsp` (POST: infotypeId, area, currpage …), whose address
stands in a call of loadDynamic: a table with index number, title, date, and 共N页.
Text in `#zoom` (盐城), `.bt_content` (elsewhere).

Inferred: that a request which states the next rows in both ways, as many as the
column held, is answered with them by either service; that the search needs no
more fields than the page's call names; that links of a column whose words are a
year and no more lead to the columns of other report years.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from parsel import Selector
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
    columns,
    lists,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.http import TextResponse

NAME = "jpage"

AT = Selectors(
    NAME,
    {
        "datastore": "script[type='text/xml']",
        "article": "#zoom, .bt_content, .bt-content",
    },
)

LISTS = re.compile(r"^/col/col\d+/(?:index\.html)?$")
DOCUMENTS = re.compile(r"^(?:/\w+)?/art/20\d\d/\d{1,2}/\d{1,2}/art_\d+_\d+(?:\.html)?$")
SERVICE = "/module/web/jpage/dataproxy.jsp"
SEARCH = "/module/xxgk/search.jsp"

RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL)
NEXTGROUP = re.compile(r"<nextgroup>\s*<!\[CDATA\[\s*<a\s+href=[\"']([^\"']+)", re.DOTALL)
TOTAL = re.compile(r"\btotalRecord['\"]?\s*:\s*['\"]?(\d+)|<totalrecord>\s*(\d+)", re.IGNORECASE)
FIELDS = re.compile(r"\bparam_\w+\s*=\s*\{([^{}]*)\}")
FIELD = re.compile(r"(\w+)['\"]?\s*:\s*(?:'([^']*)'|\"([^\"]*)\"|([^,\s]+))")
PROXY = re.compile(r"\bproxyUrl['\"]?\s*:\s*['\"]([^'\"]+)['\"]")
SERVICES = re.compile(r"/module/(?:web/)?jpage/dataproxy\.jsp$")
SEARCHES = re.compile(r"/module/xxgk/search(?:_custom)?\.jsp$")
SEARCHED = re.compile(
    r"(/module/xxgk/(?:search(?:_custom)?|tree)\.jsp)\?([^'\"\s]*\barea=[^'\"\s]*)"
)
PAGES = re.compile(r"共\s*(\d+)\s*页")
YEAR = re.compile(r"^20\d\d\s*年?度?$")
"""The words of a link to the column of another report year."""


def directory(page: TextResponse) -> Directory:
    """The columns of annual reports that a page leads to."""
    return columns.directory(page, NAME, LISTS)


def listing(page: TextResponse) -> Listing:
    """The first rows of a column, or rows from one of the two services."""
    path = urlsplit(page.url).path
    if SEARCHES.search(path):
        return _searched(page)
    if SERVICES.search(path):
        return _served(page)
    if not page.css(AT.css["datastore"]) and (asked := SEARCHED.search(page.text)):
        given = dict(parse_qsl(html.unescape(asked[2]), keep_blank_values=True))
        to = page.urljoin(asked[1] if SEARCHES.search(asked[1]) else SEARCH)
        return Listing((), 0, following=_search(to, given, 1), columns=_years(page))
    store = "".join(AT.one(page, "datastore").css("::text").getall())
    rows = _rows(page, store)
    total = _total(page.text)
    if not rows and total:
        raise DriftedError(NAME, "record", f"is not in the datastore where {total} are stated")
    following = _first_asked(page, store, len(rows)) if len(rows) < total else None
    return Listing(rows, 1, total, following=following, columns=_years(page))


def _first_asked(page: TextResponse, store: str, held: int) -> Request:
    """How to ask for the rows after those that a column holds."""
    if group := NEXTGROUP.search(store):
        address = urlsplit(page.urljoin(html.unescape(group[1])))
        given = dict(parse_qsl(address.query, keep_blank_values=True))
        return Request(f"{page.urljoin(address.path)}?{_span(2, held, given)}")
    fields = FIELDS.search(page.text)
    if not fields:
        raise DriftedError(NAME, "nextgroup", "is not in the datastore, nor are a script's fields")
    proxy = PROXY.search(page.text)
    given = {name: one or two or bare for name, one, two, bare in FIELD.findall(fields[1])}
    to = page.urljoin(urlsplit(proxy[1]).path if proxy else SERVICE)
    return _posted(f"{to}?{_span(2, held, {})}", given)


def _served(page: TextResponse) -> Listing:
    """Rows from the service; none beyond the last."""
    address, _, query = page.url.partition("?")
    asked = dict(parse_qsl(query, keep_blank_values=True))
    number, size = int(asked["page"]), int(asked["perpage"])
    rows, total = _rows(page, page.text), _total(page.text)
    following = None
    if rows and (number - 1) * size + len(rows) < total:
        assert page.request
        following = Request(
            f"{address}?{_span(number + 1, size, asked)}",
            method=page.request.method,
            body=page.request.body,
            headers={"Content-Type": FORM} if page.request.body else None,
        )
    return Listing(rows, number, total, following=following)


FORM = "application/x-www-form-urlencoded; charset=UTF-8"


def _span(number: int, size: int, given: Mapping[str, str]) -> str:
    """A query for the rows of page `number`, `size` to a page, in both ways services know."""
    rows = {
        "page": number,
        "startrecord": (number - 1) * size + 1,
        "endrecord": number * size,
        "perpage": size,
    }
    return urlencode({**given, **rows})


def _searched(page: TextResponse) -> Listing:
    """A page of the search in open information."""
    address, _, query = page.url.partition("?")
    asked = dict(parse_qsl(query, keep_blank_values=True))
    number = int(asked["currpage"])
    stated = PAGES.search(page.text)
    if not stated:
        raise DriftedError(NAME, "pages", f"({PAGES.pattern}) is not in the answer")
    pages, rows = int(stated[1]), lists.dated_rows(page)
    if not rows and pages:
        raise DriftedError(NAME, "row", f"is not on page {number} where {pages} pages are stated")
    following = _search(address, asked, number + 1) if number < pages else None
    return Listing(rows, number, pages=pages, following=following)


def _search(address: str, given: Mapping[str, str], number: int) -> Request:
    asked = {**given, "currpage": str(number)}
    return _posted(f"{address}?{urlencode(asked)}", asked)


def _posted(url: str, fields: Mapping[str, str]) -> Request:
    return Request(url, method="POST", body=urlencode(fields), headers={"Content-Type": FORM})


def _rows(page: TextResponse, store: str) -> tuple[Row, ...]:
    found = []
    records = RECORD.findall(store)
    if len(records) != store.count("<record>"):
        raise DriftedError(NAME, "record", "is not all of it HTML in CDATA")
    for record in records:
        row = lists.dated_row(page, Selector(record))
        if not row:
            raise DriftedError(NAME, "row", "(the HTML of a record) holds no link with a date")
        found.append(row)
    return tuple(found)


def _total(text: str) -> int:
    found = TOTAL.search(text)
    if not found:
        raise DriftedError(NAME, "totalRecord", "is stated nowhere")
    return int(found[1] or found[2])


def _years(page: TextResponse) -> tuple[Column, ...]:
    """The columns of other report years."""
    return tuple(
        Column(text_of(link), url)
        for link in page.css("a[href]")
        if YEAR.match(text_of(link))
        and LISTS.match(urlsplit(url := page.urljoin(link.attrib["href"])).path)
        and address_key(url) != address_key(page.url)
    )


def document(page: TextResponse) -> None:
    """A document has its text in one of a few known elements."""
    AT.expect(page, "article")


def recognise(page: TextResponse) -> bool:
    """By the addresses of its services on the page, or by the page's own."""
    path = urlsplit(page.url).path
    return bool(
        SERVICES.search(path)
        or SEARCHES.search(path)
        or DOCUMENTS.match(path)
        or LISTS.match(path)
        or re.search(rb"module/(?:web/)?jpage/dataproxy\.jsp", page.body)
    )


SYSTEM = System(NAME, directory, listing, document, address_key, recognise)
