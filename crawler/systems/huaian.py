"""The system of 淮安 with its counties and departments.

Known from public pages and from what others' crawlers read: columns at
`/col/<number>_<number>/index.html`, rows as `li`, `div.lbwz` or `td.nlist` with a
date, a call `nsetpage(1,<rows in all>,<rows a page>` and pages index_2.html and so
on; documents at `<column>/art/<8 digits, earlier year and month>/<time in
milliseconds><random>.html`, the text in `#zoom`, `#artical`, `.nr-zw`, `.nrwz` or
`.wz3`. Columns at `/cmsweb/zwgk/<site>/index.html` and indexdept.html, told apart by
their query (topic, orgId, rdeptid), hold no rows: POST `/articleCommonController/
lists.do` with page, pagesize, topic, deptid, rdeptid gives JSON, `value` with
`total` and `list` of title, link or domain and path, releaseTime. In counties a
column may be no more than a frame around another such page. The city's column
of reports has pages named 20xx年政府信息公开年报汇总, which link reports as articles
and the counties' as files, `/wzxxgknb/<year of publication>/<county>.pdf`.

Inferred: that such a page is a list although it has the address of a document, and
every such link on it a report of its year, whatever its words; that a page at
/cmsweb/ whose query names no rdeptid states it in a script. Whether the first
number of nsetpage is the page's is not known, so the address says which page it is.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from scrapy import Request

from crawler import titles
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
    title_of,
)
from crawler.systems.answers import answered, count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.http import TextResponse

NAME = "huaian"

AT = Selectors(
    NAME,
    {
        "frame": "iframe[src]",
        "blocks": "div.lbwz, td.nlist",
        "article": "#zoom, #artical, .nr-zw, .nrwz, .wz3",
        "title": "h1, title",
    },
)

LISTS = re.compile(
    r"^/col/\d+_\d+/(?:index(?:_\d+)?\.html)?$|^/cmsweb/zwgk/\w+/index(?:dept)?\.html$"
)
DOCUMENTS = re.compile(r"^/col/\d+_\d+/art/(?:\d{8}|20\d{4})/\d{13,14}\w+\.html$")
FILES = re.compile(r"^/wzxxgknb/20\d\d/\w+\.pdf$", re.IGNORECASE)
SERVICE = "/articleCommonController/lists.do"
SUMMARY = re.compile(r"(20\d\d年?度?.*(?:年报|年度报告))汇总")
CALL = re.compile(r"\bnsetpage\s*\(\s*\d+\s*,\s*(\d+)\s*,\s*(\d+)")
NUMBER = re.compile(r"(?:index(?:_(\d+))?\.html)?$")
STATED = re.compile(r"\brdeptid['\"]?\s*[:=]\s*['\"](\w+)['\"]", re.IGNORECASE)
FIELDS = {
    "topic": "topic",
    "orgId": "deptid",
    "orgid": "deptid",
    "deptid": "deptid",
    "rdeptid": "rdeptid",
    "type": "type",
    "zfwjtype": "zfwjtype",
}
"""What the query of a page at /cmsweb/ holds, and what the service calls it."""
SIZE = 15
"""Rows asked for at once, as others' crawlers do."""


def directory(page: TextResponse) -> Directory:
    """The columns of annual reports that a page leads to."""
    return columns.directory(page, NAME, LISTS)


def listing(page: TextResponse) -> Listing:
    """One page of a column, a page of rows from the service, or a summary of a year's reports."""
    path = urlsplit(page.url).path
    if path == SERVICE:
        return _served(page)
    if path.startswith("/cmsweb/"):
        return Listing((), 0, following=_asked(page.urljoin(SERVICE), _fields(page), 1))
    if DOCUMENTS.match(path):
        return _summary(page)
    call = CALL.search(page.text)
    if not call and (framed := _framed(page)):
        return Listing((), 0, following=Request(framed))
    if not call:
        raise DriftedError(NAME, "pager", "(a call of nsetpage) is not on the page")
    total, size = int(call[1]), int(call[2])
    blocks = page.css(AT.css["blocks"])
    dated = (lists.dated_row(page, block) for block in blocks)
    rows = tuple(row for row in dated if row) if blocks else lists.dated_rows(page)
    if not rows and total:
        raise DriftedError(NAME, "row", f"({lists.ROW}) matches nothing where {total} are stated")
    found = NUMBER.search(path)
    assert found
    number = int(found[1] or 1)
    pages = math.ceil(total / size) if size else 1
    following = None
    if number < pages:
        following = Request(page.urljoin(f"{path[: found.start()]}index_{number + 1}.html"))
    summaries = tuple(Column(row.title, row.url) for row in rows if SUMMARY.search(row.title))
    leads = {column.url for column in summaries}
    rest = tuple(row for row in rows if row.url not in leads)
    # A summary is a row of the list, and counts as one, but leads to reports.
    total -= len(summaries)
    return Listing(rest, number, total, pages, following, summaries)


def _framed(page: TextResponse) -> str | None:
    """The list that a page shows in a frame; None when it shows none, or more than one."""
    sources = {page.urljoin(frame.attrib["src"]) for frame in page.css(AT.css["frame"])}
    shown = [url for url in sources if LISTS.match(urlsplit(url).path)]
    return shown[0] if len(shown) == 1 else None


def _summary(page: TextResponse) -> Listing:
    """The reports that a summary of one year links."""
    named = (SUMMARY.search(text_of(title)) for title in AT.some(page, "title"))
    name = next((found[1] for found in named if found), None)
    if not name:
        raise DriftedError(NAME, "title", "names no summary of a year's reports")
    rows = []
    for link in AT.some(page, "article")[0].css("a[href]"):
        url = page.urljoin(link.attrib["href"].strip())
        path = urlsplit(url).path
        if FILES.match(path) or DOCUMENTS.match(path):
            words = title_of(link)
            rows.append(Row(url, words if titles.is_report(words) else f"{words}{name}", ""))
    if not rows:
        raise DriftedError(NAME, "report", "(an article or a file) is not linked by the summary")
    return Listing(tuple(rows))


def _fields(page: TextResponse) -> Mapping[str, str]:
    """What the service has to be told for a page at /cmsweb/."""
    given = dict(parse_qsl(urlsplit(page.url).query))
    fields = {FIELDS[name]: value for name, value in given.items() if name in FIELDS}
    if "rdeptid" not in fields and (stated := STATED.search(page.text)):
        fields["rdeptid"] = stated[1]
    if "topic" not in fields or not fields.keys() & {"deptid", "rdeptid"}:
        raise DriftedError(NAME, "topic", f"or an organ is not in the page's query: {given}")
    return fields


def _asked(service: str, fields: Mapping[str, str], number: int) -> Request:
    form = {**fields, "page": str(number), "pagesize": str(SIZE)}
    return Request(
        service,
        method="POST",
        body=urlencode(form),
        headers={"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"},
    )


def _served(page: TextResponse) -> Listing:
    """A page of rows from the service."""
    value = answered(page.text, NAME).get("value")
    if not isinstance(value, dict) or not isinstance(value.get("list"), list):
        raise DriftedError(NAME, "value.list", "is not in the service's answer")
    assert page.request
    fields = dict(parse_qsl(page.request.body.decode(), keep_blank_values=True))
    number, total = int(fields["page"]), count(value, "total", NAME)
    rows = tuple(_record(page, record) for record in value["list"])
    if not rows and number == 1 and total:
        raise DriftedError(NAME, "value.list", f"is empty where {total} are stated")
    following = None
    if rows and number * SIZE < total:
        following = _asked(page.url, fields, number + 1)
    return Listing(rows, number, total, following=following)


def _record(page: TextResponse, record: Mapping[str, Any]) -> Row:
    for field in ("title", "releaseTime"):
        if not record.get(field):
            raise DriftedError(NAME, field, "is missing in a record of the service")
    if not lists.DATE.search(record["releaseTime"]):
        raise DriftedError(NAME, "releaseTime", f"is no day with its year: {record['releaseTime']}")
    link = record.get("link") or record.get("path")
    if not link:
        raise DriftedError(NAME, "link", "and path are missing in a record of the service")
    at = urljoin(page.url, record.get("domain") or "")
    return Row(urljoin(at, link), record["title"], record["releaseTime"])


def document(page: TextResponse) -> None:
    """A document has its text in one of a few known elements."""
    AT.expect(page, "article")


def recognise(page: TextResponse) -> bool:
    """By the address of a column, a document or the service."""
    path = urlsplit(page.url).path
    return bool(LISTS.match(path) or DOCUMENTS.match(path) or path == SERVICE)


SYSTEM = System(NAME, directory, listing, document, address_key, recognise)
