"""The system of Changzhou against every list and page of the sample city."""

from __future__ import annotations

import re

import pytest
from scrapy.http import HtmlResponse

from crawler.faults import DriftedError
from crawler.systems import Row, address_key, changzhou
from tests.city import pages
from tests.city.city import HOST, City
from tests.city.systems import changzhou as served

CITY = City(6, range(2019, 2026), 5)


def html(page: str, url: str = f"http://{HOST}/") -> HtmlResponse:
    return HtmlResponse(url, body=page.encode(), encoding="utf-8")


def test_every_list_of_the_city_is_read_as_it_is() -> None:
    long = [column for column in CITY.columns.values() if column.pages > 1]
    assert long
    for column in CITY.columns.values():
        rows: list[Row] = []
        for number in range(1, column.pages + 1):
            url = f"http://{HOST}{column.path}"
            found = changzhou.listing(html(served.listing(column, number, HOST), url))
            assert (found.page, found.pages) == (number, column.pages)
            assert found.total == len(column.entries)
            rows += found.rows
            last = number == column.pages
            following = None if last else f"http://{HOST}{column.path}/{number + 1}"
            assert (found.following.url if found.following else None) == following
        assert [row.title for row in rows] == [entry.title for entry in column.entries]
        assert [row.date for row in rows] == [f"{e.moment:%Y-%m-%d}" for e in column.entries]
        assert [address_key(row.url) for row in rows] == [
            HOST + entry.path for entry in column.entries
        ]


def test_the_directory_leads_to_the_annual_columns() -> None:
    found = changzhou.directory(html(served.directory(CITY), f"http://{HOST}/gi_class/"))
    assert found.organs == found.stated == len(CITY.organs)
    assert {column.url for column in found.columns} == {
        f"http://{HOST}{column.path}"
        for column in CITY.columns.values()
        if column.code.endswith(("_03", "_09"))
    }


@pytest.mark.parametrize("selector", changzhou.AT.css)
def test_a_selector_that_moved_is_named(selector: str) -> None:
    column = next(column for column in CITY.columns.values() if column.pages > 1)
    entry = next(CITY.report_entries())
    readings = (
        (changzhou.directory, served.directory(CITY)),
        (changzhou.listing, served.listing(column, 1, HOST)),
        (changzhou.document, pages.report(CITY, entry)),
    )
    named = set()
    moved = re.search(r"\.(\w+)", changzhou.AT.css[selector])
    assert moved
    for read, page in readings:
        try:
            read(html(re.sub(rf'class="{moved[1]}"', 'class="moved"', page)))
        except DriftedError as fault:
            named.add((fault.system, fault.selector))
    assert ("changzhou", selector) in named


@pytest.mark.parametrize(
    ("words", "selector"),
    [
        (("共", "总"), "pager"),
        (("下一页", "后一页"), "pager"),
        (("<tr>", "<p>"), "list"),
        (('td class="rq"', 'td class="rq"></td><td class="rq"'), "row_date"),
    ],
)
def test_words_and_rows_that_changed(words: tuple[str, str], selector: str) -> None:
    column = next(column for column in CITY.columns.values() if column.pages > 1)
    with pytest.raises(DriftedError) as fault:
        changzhou.listing(html(served.listing(column, 1, HOST).replace(*words)))
    assert fault.value.selector == selector


@pytest.mark.parametrize(
    "url",
    [
        "http://www.changzhou.gov.cn/gi_news/699164327437567",
        "https://www.changzhou.gov.cn/gi_news/699164327437567",
        "https://WWW.changzhou.gov.cn:443/gi_news/699164327437567/#top",
        "http://www.changzhou.gov.cn/downxxgk.php?fid=699164327437567",
    ],
)
def test_one_page_has_one_key(url: str) -> None:
    assert changzhou.page_key(url) == "www.changzhou.gov.cn/gi_news/699164327437567"
