"""TrueCMS: 南通 with its counties, 连云港.

Known from public pages and from what others' crawlers read: lists at
`/<site>/<column>/<column>.html`, whose first rows stand in the hidden element
`#initData` while a script states the total in `<totalrecord>` and draws pages
of ten in groups of three; the further groups of thirty as JSONP from
`/truecms/messageController/getMessage.do?startrecord=&endrecord=&perpage=10
&columnId=`, each row as `<record><![CDATA[<li>…]]></record>` in `result`; a date
in a `span` of the row, the whole title in an attribute of the link or of a span
in it; documents at `/<site>/<column>/content/<uuid>.html`. At 连云港 the service
answers 404, and a list shows its first sixty rows only: a longer list ends there
as truncated. Inferred: the element that holds a document's text, `#zoom`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from parsel import Selector
from scrapy import Request

from crawler.faults import DriftedError
from crawler.systems import Directory, Listing, Row, Selectors, System, address_key, columns, lists
from crawler.systems.answers import answered

if TYPE_CHECKING:
    from scrapy.http import TextResponse

NAME = "truecms"

AT = Selectors(NAME, {"rows": "#initData", "article": "#zoom"})

LISTS = re.compile(r"/(\w+)/\1\.html?$")
DOCUMENTS = re.compile(r"^/\w+/\w+/content/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.html?$")
SERVICE = "/truecms/messageController/getMessage.do"
TOTAL = re.compile(r"<totalrecord>\s*(\d+)\s*</totalrecord>")
COLUMN = re.compile(r"columnId\s*:\s*['\"]([^'\"]+)['\"]")
PROXY = re.compile(r"proxyUrl\s*:\s*['\"]([^'\"]+)['\"]")
RECORD = re.compile(r"<record><!\[CDATA\[(.*?)\]\]></record>", re.DOTALL)
JSONP = re.compile(r"^\s*[\w$.]*\s*\((.*)\)\s*;?\s*$", re.DOTALL)
GROUP = 30
"""Rows that are asked for at once: three pages of ten, as the portal's script does."""


def directory(page: TextResponse) -> Directory:
    """The columns of annual reports that a page leads to."""
    return columns.directory(page, NAME, LISTS)


def listing(page: TextResponse) -> Listing:
    """The first rows of a column, or a group of rows from the service."""
    path = urlsplit(page.url).path
    if path.casefold() == SERVICE.casefold():
        return _served(page)
    held = AT.one(page, "rows")
    total = int(_found(TOTAL, page.text, "totalrecord"))
    rows = tuple(_row(page, item) for item in held.css("li"))
    if not rows and total:
        raise DriftedError(NAME, "rows", f"holds no row where {total} are stated")
    following = None
    if len(rows) < total:
        asked = {"columnId": _found(COLUMN, page.text, "columnId")}
        service = PROXY.search(page.text)
        # A proxy address may name a machine of the portal's own network: its path is what counts.
        to = page.urljoin(urlsplit(service[1]).path if service else SERVICE)
        following = _group(to, asked["columnId"], len(rows) + 1)
    return Listing(rows, 1, total, following=following, columns=columns.below(page, LISTS))


def _served(page: TextResponse) -> Listing:
    wrapped = JSONP.match(page.text)
    result = answered(wrapped[1] if wrapped else page.text, NAME).get("result")
    if not isinstance(result, str):
        raise DriftedError(NAME, "result", "is not in the service's answer")
    total = int(_found(TOTAL, result, "totalrecord"))
    asked = {name: values[0] for name, values in parse_qs(urlsplit(page.url).query).items()}
    start = int(asked["startrecord"])
    rows = tuple(_row(page, Selector(item)) for item in RECORD.findall(result))
    if not rows:
        raise DriftedError(NAME, "record", f"is not in the answer from row {start} of {total}")
    following = None
    if start + len(rows) <= total:
        following = _group(page.url.partition("?")[0], asked["columnId"], start + len(rows))
    return Listing(rows, total=total, following=following)


def _group(service: str, column: str, start: int) -> Request:
    asked = {
        "startrecord": start,
        "endrecord": start + GROUP - 1,
        "perpage": 10,
        "contentTemplate": "",
        "columnId": column,
        "callback": "jQuery",
    }
    return Request(f"{service}?{urlencode(asked)}")


def _row(page: TextResponse, item: Selector) -> Row:
    row = lists.dated_row(page, item)
    if not row:
        raise DriftedError(NAME, "row", "(li) holds no link with a date")
    return row


def _found(pattern: re.Pattern[str], text: str, name: str) -> str:
    found = pattern.search(text)
    if not found:
        raise DriftedError(NAME, name, "is not on the page")
    return found[1]


def document(page: TextResponse) -> None:
    """A document has one element with the text."""
    AT.expect(page, "article")


def recognise(page: TextResponse) -> bool:
    """By the hidden rows, the service, or an address."""
    path = urlsplit(page.url).path
    return bool(
        re.search(rb"id=.initData|messageController/getMessage\.do", page.body)
        or path.casefold() == SERVICE.casefold()
        or DOCUMENTS.match(path)
        or LISTS.search(path)
    )


SYSTEM = System(NAME, directory, listing, document, address_key, recognise)
