"""Hanweb jpaas: 泰州 and 扬州 with their counties, 吴兴.

Known from public pages and from what others' crawlers read: columns at
`/<folders>/index.html`, with a folder per report year and group of organs in some
counties, documents at `<column>/art/<year>/art_<32 hexadecimal digits>.html` (a
number at 吴兴). A column holds no rows but `<script parsetype="bulidstatic" url
querydata>`, whose fields in single quotes a script sends to
`/api-gateway/jpaas-publish-server/front/page/build/unit`. The answer is JSON with
`success` and `data.html`: rows as `li`, and an element of class pagination that
states `rows` a page and `count`. Later pages are asked for with
`paramJson={"pageNo":2,"pageSize":15}`; without that wrapping the number is not
heeded. Some columns are plain pages with the newest rows and links to archives of
a year, `2024n/index.html`, each a column as above. Text in `.wzzw-article` (泰州).

Inferred: that a page with rows and an element of class pagination is a first page
which the service goes on from; that of several such scripts the one whose tagId
speaks of a list (列表, list, 内容) gives the column's rows.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit

from parsel import Selector
from scrapy import Request

from crawler.faults import DriftedError, UnavailableError
from crawler.systems import Directory, Listing, Selectors, System, address_key, columns, lists
from crawler.systems.answers import answered, count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.http import TextResponse

NAME = "jpaas"

AT = Selectors(
    NAME,
    {
        "unit": "script[querydata]",
        "pagination": ".pagination[rows][count]",
        "article": ".wzzw-article, #zoom, .bt_content",
    },
)

LISTS = re.compile(r"/index\.html$")
DOCUMENTS = re.compile(r"/art/20\d\d/art_(?:[0-9a-f]{32}|\d+)\.html$")
SERVICE = "/api-gateway/jpaas-publish-server/front/page/build/unit"
FIELD = re.compile(r"['\"](\w+)['\"]\s*:\s*['\"]([^'\"]*)['\"]")
LISTED = re.compile(r"列表|list|内容", re.IGNORECASE)
FULL = 15
"""Rows that the service gives at once unless it states another number."""


def directory(page: TextResponse) -> Directory:
    """The columns of annual reports that a page leads to."""
    return columns.directory(page, NAME, LISTS)


def listing(page: TextResponse) -> Listing:
    """A column, drawn by a script or plain, or a page of rows from the service."""
    if urlsplit(page.url).path == SERVICE:
        return _served(page)
    below = columns.below(page, LISTS)
    rows = lists.dated_rows(page)
    if not rows and below and not page.css(AT.css["unit"]):
        return Listing((), columns=below)
    if not rows:
        service, fields = _unit(page)
        return Listing((), 0, following=_asked(service, fields), columns=below)
    if stated := page.css(AT.css["pagination"]):
        total, size = (count(stated[0].attrib, name, NAME) for name in ("count", "rows"))
        following = None
        if len(rows) < total:
            service, fields = _unit(page)
            following = _asked(service, fields, 2, size)
        return Listing(rows, 1, total, following=following, columns=below)
    if len(rows) >= FULL and not below:
        raise DriftedError(NAME, "pagination", f"is not on the page after {len(rows)} rows")
    return Listing(rows, columns=below)


def _unit(page: TextResponse) -> tuple[str, Mapping[str, str]]:
    """Address and fields of the service that gives a column's rows."""
    units = AT.some(page, "unit")
    fields = [dict(FIELD.findall(unit.attrib["querydata"])) for unit in units]
    named = [place for place, given in enumerate(fields) if LISTED.search(given.get("tagId", ""))]
    if len(units) > 1 and len(named) != 1:
        raise DriftedError(NAME, "unit", f"is there {len(units)} times, {len(named)} for a list")
    place = named[0] if len(units) > 1 else 0
    if not fields[place].get("pageId"):
        raise DriftedError(NAME, "querydata", "names no pageId")
    return page.urljoin(units[place].attrib.get("url") or SERVICE), fields[place]


def _asked(service: str, fields: Mapping[str, str], number: int = 1, size: int = 0) -> Request:
    """A page from the service; the first as the column's script asks for it."""
    paged = {"pageNo": number, "pageSize": size}
    asked = {**fields, "paramJson": json.dumps(paged, separators=(",", ":"))}
    return Request(f"{service}?{urlencode(asked if number > 1 else fields)}")


def _served(page: TextResponse) -> Listing:
    """A page of rows from the service."""
    service, _, query = page.url.partition("?")
    fields = dict(parse_qsl(query, keep_blank_values=True))
    number = json.loads(fields.pop("paramJson", '{"pageNo":1}'))["pageNo"]
    answer = answered(page.text, NAME)
    if answer.get("success") is False:
        raise UnavailableError(f"the service says {answer.get('message')!r}")
    data = answer.get("data")
    if not isinstance(data, dict) or "html" not in data:
        raise DriftedError(NAME, "data.html", "is not in the service's answer")
    drawn = Selector(data["html"] or "<p></p>")
    stated = AT.some(drawn, "pagination")[0].attrib  # above the rows and below them
    total, size = count(stated, "count", NAME), count(stated, "rows", NAME)
    rows = lists.dated_rows(page, drawn)
    if not rows and number == 1 and total:
        raise DriftedError(NAME, "row", f"({lists.ROW}) matches nothing where {total} are stated")
    following = None
    if rows and number * size < total:
        following = _asked(service, fields, number + 1, size)
    return Listing(rows, int(stated.get("pageno") or number), total, following=following)


def document(page: TextResponse) -> None:
    """A document has its text in one of a few known elements."""
    AT.expect(page, "article")


def recognise(page: TextResponse) -> bool:
    """By the service's name, the address of a document, or rows that lead to documents."""
    path = urlsplit(page.url).path
    return bool(
        b"jpaas-publish-server" in page.body
        or path == SERVICE
        or DOCUMENTS.search(path)
        or (LISTS.search(path) and lists.lead_to(page, DOCUMENTS))
    )


SYSTEM = System(NAME, directory, listing, document, address_key, recognise)
