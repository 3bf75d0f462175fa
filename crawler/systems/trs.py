"""TRS WCM: 南京 as its kin, 平潭 and many others outside Jiangsu.

Known from a column of 平潭 as archived, and from what others' crawlers read: a
list is a folder, or at 南京 also `index_<column>.html`; documents are at `<year and
month>/t<day>_<number>.htm`, their text in `.TRS_Editor` or `.TRS_UEDITOR`. Rows
are `li`, at 平潭 `dl`, with a link and a date. Either `createPageHTML(pages, page
from 0, "index", "html")` draws a pager to index_1 (index_<column>_1 at 南京, where
the files are known and the call inferred), or the script `listModel` does
("动静结合", half static): it states `recordCount` and `prepage`, and has the further
pages from POST `/fjdzapp/search` (channelid of the site, classsql of the column,
sortfield, page, prepage), whose JSON holds `data` or `docs` with doctitle,
chnldocurl or docpuburl, docreltime, and `pageCount`. Known by their addresses
only: folders per year below the column (沈阳 `2021n/`, 南宁 `2020nnb/`).
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
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
)

if TYPE_CHECKING:
    from scrapy.http import TextResponse

NAME = "trs"

AT = Selectors(NAME, {"article": ".TRS_Editor, .TRS_UEDITOR, .wenZhang"})

LISTS = re.compile(r"/$|/index(?:_\d+)*\.s?html?$")
DOCUMENTS = re.compile(r"/(?:20\d{4}/t20\d{6}_\d+|t\d{5,})\.s?html?$")
FULL = 10
"""Rows of the smallest full page seen."""
SERVICE = "/fjdzapp/search"
MODEL = re.compile(r"\blistModel\s*\(\s*\{(.*?)\}\s*\)\s*;", re.DOTALL)
STATED = {
    name: re.compile(pattern)
    for name, pattern in {
        "classsql": r"classsql\s*:[^\n]*?(chnlid=\d+)",
        "sortfield": r"sortfield\s*:\s*[\"']([^\"']+)[\"']",
        "prepage": r"prepage\s*:\s*[\"']?(\d+)",
        "recordCount": r"recordCount\s*:\s*[\"']?(\d+)",
    }.items()
}
CHANNEL = re.compile(r"\bchannelid\s*:\s*[\"']?(\d+)|\bsearchId\s*:\s*[\"']?(\d+)")
"""The channel of the search: in the call, or as a property of the site."""


def directory(page: TextResponse) -> Directory:
    """The columns of annual reports that a page leads to."""
    return columns.directory(page, NAME, LISTS)


def listing(page: TextResponse) -> Listing:
    """One page of a column: from the search service, with a model, or with a drawn pager."""
    if urlsplit(page.url).path == SERVICE:
        return _served(page)
    model = MODEL.search(page.text)
    if not model:
        return lists.paged(page, NAME, LISTS, FULL)
    said = {name: _stated(name, pattern, model[1]) for name, pattern in STATED.items()}
    channel = CHANNEL.search(page.text)
    if not channel:
        raise DriftedError(NAME, "channelid", "is neither in the list's model nor in the site's")
    total, size = int(said.pop("recordCount")), int(said["prepage"])
    rows = lists.dated_rows(page)
    if not rows and total:
        raise DriftedError(NAME, "row", f"({lists.ROW}) matches nothing of {total} stated")
    following = None
    if total > size:
        form = {"channelid": channel[1] or channel[2], **said}
        following = _page(page, form, 2)
    below = columns.below(page, LISTS)
    return Listing(rows, 1, total, -(-total // size), following, below)


def _stated(name: str, pattern: re.Pattern[str], model: str) -> str:
    found = pattern.search(model)
    if not found:
        raise DriftedError(NAME, name, "is not in the list's model")
    return found[1]


def _page(page: TextResponse, form: dict[str, str], number: int) -> Request:
    body = urlencode({**form, "cache": "true", "page": number})
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
    return Request(page.urljoin(SERVICE), method="POST", body=body, headers=headers)


def _served(page: TextResponse) -> Listing:
    assert page.request
    form = dict(parse_qsl(page.request.body.decode()))
    number = int(form["page"])
    try:
        found: dict[str, Any] = json.loads(page.text)
    except json.JSONDecodeError as error:
        raise DriftedError(NAME, "data", f"is not in the service's answer ({error})") from error
    records = found.get("data", found.get("docs"))
    if not isinstance(records, list) or not str(found.get("pageCount", "")).isdecimal():
        raise DriftedError(NAME, "data", "or pageCount is not in the service's answer")
    pages = int(found["pageCount"])
    following = _page(page, form, number + 1) if number < pages else None
    return Listing(tuple(_record(page, one) for one in records), number, None, pages, following)


def _record(page: TextResponse, record: dict[str, str]) -> Row:
    url = record.get("chnldocurl") or record.get("docpuburl")
    title, date = record.get("doctitle"), record.get("docreltime")
    if not url or not title or not date or not lists.DATE.search(date):
        raise DriftedError(NAME, "record", f"lacks an address, a title or a day: {record}")
    return Row(page.urljoin(url), title, date)


def document(page: TextResponse) -> None:
    """A document has its text in the editor's element, or in one around it."""
    AT.expect(page, "article")


def recognise(page: TextResponse) -> bool:
    """By the address of a document, the model of a list, the search service, or where rows lead."""
    path = urlsplit(page.url).path
    if path == SERVICE or DOCUMENTS.search(path) or MODEL.search(page.text):
        return True
    return lists.lead_to(page, DOCUMENTS)


SYSTEM = System(NAME, directory, listing, document, address_key, recognise)
