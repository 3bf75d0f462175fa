"""Epoint WebBuilder: 徐州 with its counties and departments, 抚顺.

Known from public pages and from what others' crawlers read: columns at
`/dynamic/zwgk/govInfoPub.html?categorynum=` (also govInfoPubright and
nohandsdate_govInfoPub; counties add `deptcode=`), whose rows a script draws. The
script `/js/webBuilderCommon.js`, or ajaxReq.js, states `siteInfo` with projectName
and siteGuid, another one on every host. POST of JSON (deptcode, categorynum,
pageIndex from 0, pageSize, siteGuid) to `<projectName>/rest/lightfrontaction/
getgovinfolist` answers `custom` with `total` and `data`: title or realtitle,
infourl, visiturl or linkurl, infodate or handsdate. Documents at `/govxxgk/<organ>/
<day>/<uuid>.html` and `/<numbers>/<day>/<uuid>.html`, the text in `#ivs_content` or
`.mian-cont`. Over https some hosts refuse programs; http worked.

Inferred: that a column's page names one of the two scripts or the first is where it
was seen; that realtitle is the whole of a title that is cut; that some page links
the columns of annual reports by words that say so. The service is asked as the
script would: no browser is needed.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy import Request

from crawler.faults import DriftedError
from crawler.systems import Directory, Listing, Row, Selectors, System, address_key, columns, lists
from crawler.systems.answers import answered, count

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scrapy.http import TextResponse

NAME = "epoint"

AT = Selectors(
    NAME,
    {
        "script": "script[src*='webBuilderCommon.js'], script[src*='ajaxReq.js']",
        "article": "#ivs_content, .mian-cont, .TRS_UEDITOR, .TRS_Editor, #zoom",
    },
)

LISTS = re.compile(r"^/dynamic/zwgk/(?:nohandsdate_)?govInfoPub(?:right)?\.html$")
DOCUMENTS = re.compile(
    r"^/(?:govxxgk/\w+/20\d\d-\d\d-\d\d|(?:\d{3,}/)+20\d{6})/[0-9a-f]{8}(?:-[0-9a-f]{4,12}){4}\.html$"
)
SCRIPT = "/js/webBuilderCommon.js"
SCRIPTS = re.compile(r"/js/(?:webBuilderCommon|ajaxReq)\.js$")
SERVICE = "/rest/lightfrontaction/getgovinfolist"
GUID = re.compile(r"\bsiteGuid['\"]?\s*:\s*['\"]([0-9a-f-]{36})['\"]", re.IGNORECASE)
PROJECT = re.compile(r"\bprojectName['\"]?\s*:\s*['\"](/[\w-]+)['\"]")
USUAL = "/EWB-FRONT"
"""The project of every host seen, for a script that does not state it."""
SIZE = 20
"""Rows asked for at once, as others' crawlers do."""
FIELDS = {
    "title": ("realtitle", "title"),
    "infourl": ("infourl", "visiturl", "linkurl"),
    "infodate": ("infodate", "handsdate"),
}
"""What a row needs, and where a record may have it; the first that is not empty counts."""


def directory(page: TextResponse) -> Directory:
    """The columns of annual reports that a page leads to."""
    return columns.directory(page, NAME, LISTS)


def listing(page: TextResponse) -> Listing:
    """A column, which holds no rows, the script that knows the site, or rows from the service.

    The column's numbers travel in the query of the request for the script.
    """
    path = urlsplit(page.url).path
    if path.endswith(SERVICE):
        return _served(page)
    if SCRIPTS.search(path):
        return _site(page)
    given = _numbers(page)
    if "categorynum" not in given:
        raise DriftedError(NAME, "categorynum", f"is not in the page's address: {page.url}")
    named = page.css(AT.css["script"])
    script = urlsplit(page.urljoin(named[0].attrib["src"] if named else SCRIPT))
    asked = script._replace(query=urlencode(given), fragment="").geturl()
    return Listing((), 0, following=Request(asked))


def _numbers(page: TextResponse) -> dict[str, str]:
    """The column's numbers, as an address states them."""
    given = dict(parse_qsl(urlsplit(page.url).query))
    return {name: given[name] for name in ("categorynum", "deptcode") if name in given}


def _site(page: TextResponse) -> Listing:
    guid, project = GUID.search(page.text), PROJECT.search(page.text)
    if not guid:
        raise DriftedError(NAME, "siteGuid", "is not in the script")
    service = page.urljoin(f"{project[1] if project else USUAL}{SERVICE}")
    asked = {"deptcode": "", **_numbers(page), "siteGuid": guid[1]}
    return Listing((), 0, following=_asked(service, asked, 1))


def _asked(service: str, fields: Mapping[str, Any], number: int) -> Request:
    body = json.dumps({**fields, "pageIndex": number - 1, "pageSize": SIZE})
    kind = {"Content-Type": "application/json;charset=UTF-8"}
    return Request(service, method="POST", body=body, headers=kind)


def _served(page: TextResponse) -> Listing:
    """A page of rows from the service."""
    custom = answered(page.text, NAME).get("custom")
    if not isinstance(custom, dict) or not isinstance(custom.get("data"), list):
        raise DriftedError(NAME, "custom.data", "is not in the service's answer")
    assert page.request
    fields = json.loads(page.request.body)
    number, total = fields["pageIndex"] + 1, count(custom, "total", NAME)
    rows = tuple(_record(page, record) for record in custom["data"])
    if not rows and number == 1 and total:
        raise DriftedError(NAME, "custom.data", f"is empty where {total} rows are stated")
    following = None
    if rows and number * SIZE < total:
        following = _asked(page.url, fields, number + 1)
    return Listing(rows, number, total, following=following)


def _record(page: TextResponse, record: Mapping[str, Any]) -> Row:
    found = {
        field: next((str(record[name]) for name in names if record.get(name)), "")
        for field, names in FIELDS.items()
    }
    for field, value in found.items():
        if not value:
            raise DriftedError(NAME, field, "is missing in a record of the service")
    if not lists.DATE.search(found["infodate"]):
        raise DriftedError(NAME, "infodate", f"is no day with its year: {found['infodate']}")
    return Row(page.urljoin(found["infourl"]), found["title"], found["infodate"])


def document(page: TextResponse) -> None:
    """A document has its text in one of a few known elements."""
    AT.expect(page, "article")


def recognise(page: TextResponse) -> bool:
    """By the address of a column, a document, the script or the service."""
    path = urlsplit(page.url).path
    return bool(
        LISTS.search(path)
        or DOCUMENTS.search(path)
        or SCRIPTS.search(path)
        or path.endswith(SERVICE)
    )


SYSTEM = System(NAME, directory, listing, document, address_key, recognise)
