"""Hanweb's page just for annual reports: 温州, 丽水, 余杭, 济宁.

Known from public pages: reports at `/module/xxgk/xxgkAnnualReport.jsp?area=<organ>
&fbtime=<report year>`, the two in either order, an organ being nine digits or a
social credit code; the page of an address prints title, time of publication and
text. Only pages of reports were seen. Inferred: that portals link the page of an
organ without a year, or with one; that such a page leads to the organ's other
years by rows with a date, or by a choice (`option`) of years; that the text stands
in `#zoom` or `.bt_content`, as in the rest of Hanweb's pages. A page that leads to
no year is taken as drifted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from crawler import titles
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

NAME = "annual"

AT = Selectors(
    NAME,
    {
        "years": "select option",
        "title": "h1, title",
        "article": "#zoom, .bt_content",
    },
)

PAGE = re.compile(r"^/module/xxgk/xxgkAnnualReport\.jsp$")
YEAR = re.compile(r"^\s*(20\d\d)\s*年?度?\s*$")
REPORT = "{}年政府信息公开年度报告"
"""What a report is called whose link says no more than its year."""


def directory(page: TextResponse) -> Directory:
    """The organs' pages that a page leads to."""
    return columns.directory(page, NAME, PAGE)


def listing(page: TextResponse) -> Listing:
    """The reports of an organ, or of all: rows with a date, a choice of years, the page itself."""
    rows = list(lists.dated_rows(page))
    asked = parse_qs(urlsplit(page.url).query, keep_blank_values=True)
    area = asked.get("area", [""])[0]
    if year := asked.get("fbtime", [""])[0]:
        words = (text_of(node) for node in page.css(AT.css["title"]))
        title = next((said for said in words if titles.is_report(said)), REPORT.format(year))
        rows.append(Row(page.url, title, ""))
    for option in page.css(AT.css["years"]):
        if found := YEAR.match(option.attrib.get("value") or text_of(option)):
            query = urlencode({"area": area, "fbtime": found[1]})
            rows.append(Row(page.urljoin(f"?{query}"), REPORT.format(found[1]), ""))
    once: dict[str, Row] = {}
    for row in rows:
        once.setdefault(page_key(row.url), row)
    if not once:
        raise DriftedError(NAME, "year", f"({lists.ROW}, or an option) is not on the page")
    return Listing(tuple(once.values()))


def document(page: TextResponse) -> None:
    """A report has its text in one of the elements of Hanweb's pages."""
    AT.expect(page, "article")


def page_key(url: str) -> str:
    """Organ and year are what counts, in whatever order, and whatever stands beside them."""
    parts = urlsplit(url)
    if not PAGE.match(parts.path):
        return address_key(url)
    asked = parse_qs(parts.query)
    query = [(name, asked[name][0]) for name in ("area", "fbtime") if name in asked]
    return address_key(parts._replace(query=urlencode(query)).geturl())


def recognise(page: TextResponse) -> bool:
    """By the address: it is the page's own."""
    return PAGE.match(urlsplit(page.url).path) is not None


SYSTEM = System(NAME, directory, listing, document, page_key, recognise)
