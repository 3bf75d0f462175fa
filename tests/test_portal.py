"""A portal's facts, and the walk through pages in memory."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import CloseSpider, UsageError
from scrapy.http import HtmlResponse
from scrapy.utils.test import get_crawler

import spiders.changzhou
from crawler.facts import FactError
from crawler.portal import Captured, Portal
from crawler.systems import Column, address_key, changzhou
from spiders.changzhou import Changzhou
from tests.city import pages
from tests.city.city import HOST, City
from tests.city.systems import changzhou as portal_pages

FACTS: dict[str, Any] = {
    "name": "somewhere",
    "city": "常州市",
    "region_code": "320400",
    "level": "prefecture",
    "system": changzhou.SYSTEM,
    "hosts": ("changzhou.gov.cn",),
    "directories": ("http://www.changzhou.gov.cn/gi_class/",),
    "first_year": 2008,
}


def declared(**changed: Any) -> type[Portal]:
    facts = {name: value for name, value in {**FACTS, **changed}.items() if value is not None}
    return type("Somewhere", (Portal,), facts)


def test_a_fact_sheet_that_is_whole() -> None:
    assert declared().name == "somewhere"
    assert declared(directories=None, columns=(Column("年报", f"http://{HOST}/gi_class/a_03"),))
    assert declared(floors=((2021, 3),))


def test_facts_that_follow_from_others() -> None:
    addresses = ("http://www.wuxi.gov.cn/a/", "http://dpc.wuxi.gov.cn/", "http://www.wnd.cn/a/")
    columns = tuple(Column("年报", url) for url in addresses)
    given = {"name": None, "city": None, "level": None, "hosts": None, "first_year": None}
    portal = declared(**given, columns=columns, directories=None, floors=((2021, 3), (2020, 1)))
    assert portal.name == "test_portal"
    assert (portal.city, portal.level) == ("常州市", "prefecture")
    assert portal.hosts == ("wuxi.gov.cn", "wnd.cn")
    assert portal.first_year == 2020
    county = declared(**given, region_code="320684")
    assert (county.city, county.level) == ("海门市", "county")
    assert county.hosts == ("changzhou.gov.cn",)
    assert county.first_year is None
    assert declared(first_year=2019, floors=((2021, 3),)).first_year == 2019


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(FactError) as error:
        declared(region_code="", system=None, directories=())
    said = str(error.value).splitlines()
    assert [line.count("Somewhere: ") for line in said] == [1, 1, 1]
    assert "'region_code'" in said[0]
    assert "'system' is missing" in said[1]
    assert "nowhere to start" in said[2]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"name": "Some Where"}, "'name' cannot be 'Some Where'"),
        ({"region_code": None}, "'region_code' is missing"),
        ({"region_code": "320499"}, "'region_code'"),
        ({"city": "常州"}, "'city'"),
        ({"region_code": 320400}, "'region_code' cannot be 320400"),
        ({"region_code": "3204"}, "six digits"),
        ({"level": "city"}, "prefecture"),
        ({"system": "changzhou"}, "'system'"),
        ({"hosts": ("http://changzhou.gov.cn/",)}, "'hosts'"),
        ({"hosts": ()}, "'hosts'"),
        ({"directories": None}, "nowhere to start"),
        ({"directories": ("http://www.example.com/",)}, "http://www.example.com/"),
        ({"first_year": 1999}, "'first_year'"),
        ({"floors": ((2021, 0),)}, "'floors'"),
        ({"floors": ((2021,),)}, "'floors'"),
        ({"floors": (2021, 3)}, "'floors'"),
        ({"columns": ("http://www.changzhou.gov.cn/gi_class/a_03",)}, "'columns'"),
        ({"columns": (Column("", ""),)}, "'columns'"),
    ],
)
def test_a_fact_that_cannot_be(changed: dict[str, Any], says: str) -> None:
    with pytest.raises(FactError) as error:
        declared(**changed)
    assert "Somewhere" in str(error.value)
    assert says in str(error.value)


def test_a_city_is_a_short_file() -> None:
    lines = Path(spiders.changzhou.__file__).read_text(encoding="utf-8").splitlines()
    assert 5 < sum(1 for line in lines if line.strip()) < 20


def test_no_delay_only_on_this_machine() -> None:
    def delay(connect_to: str, wanted: float) -> float:
        settings = {"CONNECT_TO": connect_to, "DOWNLOAD_DELAY": wanted}
        return get_crawler(Changzhou, settings).settings.getfloat("DOWNLOAD_DELAY")

    assert delay("", 2.0) == 2.0
    assert delay("*=127.0.0.1:8000", 2.0) == 0
    assert delay("*=10.0.0.5:8000", 2.0) == 2.0
    for elsewhere in ("", "*=10.0.0.5:8000", "www.changzhou.gov.cn=127.0.0.1:8000"):
        with pytest.raises(UsageError, match="DOWNLOAD_DELAY"):
            delay(elsewhere, 0.5)
    with pytest.raises(UsageError, match="CONNECT_TO"):
        delay("*", 2.0)


# The walk

CITY = City(6, range(2019, 2026), 5)
Pages = dict[str, str]


def row(href: str, title: str, date: str = "2022-01-20") -> str:
    return f'<tr><td class="bt"><a href="{href}">{title}</a></td><td class="rq">{date}</td></tr>'


def listing(rows: list[str], page: int = 1, of: int = 1, total: int | None = None) -> str:
    more = f'<a href="/list/{page + 1}">下一页</a>' if page < of else ""
    said = len(rows) if total is None else total
    return (
        f'<table class="box3">{"".join(rows)}</table>'
        f'<div class="pages">共{said}条 第{page}页/共{of}页 {more}</div>'
    )


REPORT = '<table><td class="GovInfoContent">' + "本机关严格落实条例要求。" * 50 + "</td></table>"
TITLE = "某局{}年政府信息公开工作年度报告"


class Walked:
    """A walk through pages in memory: what was asked for, what was captured, what was counted."""

    def __init__(self, given: Pages, *columns: str, **said: str) -> None:
        portal = declared(
            directories=None,
            columns=tuple(
                Column(url, f"http://{HOST}{url}", every=url.startswith("/every"))
                for url in columns
            ),
        )
        crawler = get_crawler(portal, {"DOWNLOAD_DELAY": 2, "CONNECT_TO": ""})
        self.spider = portal.from_crawler(crawler, **said)
        self.asked: list[Request] = []
        self.captured: list[Captured] = []
        self.ended = "finished"
        self._pages = given
        asyncio.run(self._go())
        assert crawler.stats
        self.stats = crawler.stats.get_stats()

    async def _go(self) -> None:
        waiting = [request async for request in self.spider.start()]
        while waiting:
            waiting.sort(key=lambda request: -request.priority)
            request = waiting.pop(0)
            self.asked.append(request)
            request.meta.update(capture="<urn:uuid:1>", exchange="1")
            path = request.url.partition(HOST)[2]
            page, status = (self._pages[path], 200) if path in self._pages else ("", 404)
            response = HtmlResponse(
                request.url, status, body=page.encode(), encoding="utf-8", request=request
            )
            try:
                for found in self.spider.received(response, **request.cb_kwargs):
                    if isinstance(found, Request):
                        waiting.append(found)
                    else:
                        self.captured.append(found)
            except CloseSpider as closed:
                self.ended = closed.reason
                return

    @property
    def urls(self) -> list[str]:
        return [request.url.partition(HOST)[2] for request in self.asked]

    @property
    def faults(self) -> dict[str, int]:
        found = {}
        for name, count in self.stats.items():
            if name.startswith("portal/") and name.count("/") == 1:
                found[name.removeprefix("portal/")] = count
        return found


def test_rows_that_are_reports_whatever_they_are_called() -> None:
    rows = [row("/gi_news/1", "某县", "2022-03-10"), row("/gi_news/2", "某县通知", "2021-03-10")]
    pages = {"/every": listing(rows), "/gi_news/1": REPORT, "/gi_news/2": REPORT}
    walked = Walked(pages, "/every")
    assert walked.urls == ["/every", "/gi_news/1", "/gi_news/2"]
    assert walked.stats["found/fetched/2021"] == walked.stats["found/fetched/2020"] == 1
    assert Walked({"/list": listing(rows)}, "/list").urls == ["/list"]


def test_each_page_is_asked_for_once() -> None:
    first = [row("/gi_news/1", TITLE.format(2021)), row("/gi_news/2", TITLE.format(2020))]
    second = [
        row(f"https://{HOST}/gi_news/1", TITLE.format(2021)),
        row("/downxxgk.php?fid=2", TITLE.format(2020)),
        row("/gi_news/3", TITLE.format(2019)),
    ]
    given = {"/a": listing(first), "/b": listing(second)}
    given |= dict.fromkeys(("/gi_news/1", "/gi_news/2", "/gi_news/3"), REPORT)
    walked = Walked(given, "/a", "/b", "/a")
    assert walked.urls == ["/a", "/gi_news/1", "/gi_news/2", "/b", "/gi_news/3"]
    assert walked.faults == {}
    assert [item.url for item in walked.captured] == [
        f"http://{HOST}/gi_news/{number}" for number in "123"
    ]
    assert walked.stats["found/rows"] == 5


def test_what_is_known_goes_with_each_request() -> None:
    given = {"/a": listing([row("/gi_news/1", TITLE.format(2021))]), "/gi_news/1": REPORT}
    walked = Walked(given, "/a")
    assert [request.meta["known"] for request in walked.asked] == [
        {
            "portal": "somewhere",
            "city": "常州市",
            "region_code": "320400",
            "role": "list",
            "column": "/a",
        },
        {
            "portal": "somewhere",
            "city": "常州市",
            "region_code": "320400",
            "role": "report",
            "title": TITLE.format(2021),
            "date": "2022-01-20",
            "column": "/a",
            "parent": f"http://{HOST}/a",
        },
    ]


def test_only_wanted_years_and_reports() -> None:
    rows = [row(f"/gi_news/{year}", TITLE.format(year)) for year in range(2018, 2024)]
    rows += [
        row("/gi_news/9", "某局政府信息公开指南"),
        row("/gi_news/8", "某局政府信息公开年报", ""),
    ]
    given = {"/a": listing(rows)} | {f"/gi_news/{n}": REPORT for n in (*range(2018, 2024), 8)}
    walked = Walked(given, "/a", years="2020-2021")
    assert walked.urls == ["/a", "/gi_news/2020", "/gi_news/2021", "/gi_news/8"]
    assert walked.stats["found/listed/2020"] == walked.stats["found/fetched/2020"] == 1
    assert walked.stats["found/listed/unknown"] == 1
    assert walked.stats["found/other_rows"] == 1


def test_a_sample_stops_after_so_many() -> None:
    rows = [row(f"/gi_news/{n}", TITLE.format(2021)) for n in range(10)]
    given = {"/a": listing(rows)} | {f"/gi_news/{n}": REPORT for n in range(10)}
    columns = ["/a", *(f"/{n}" for n in range(50))]
    walked = Walked(given | dict.fromkeys(columns[1:], given["/a"]), *columns, sample="3")
    assert walked.ended == "sample"
    assert len(walked.captured) == 3
    assert len(walked.asked) == 4
    assert Walked(given, "/a", sample="11").ended == "finished"


def test_a_list_that_ends_before_its_total() -> None:
    one = [row("/gi_news/1", TITLE.format(2021))]
    walked = Walked({"/a": listing(one, total=2), "/gi_news/1": REPORT}, "/a")
    assert walked.faults == {"list_truncated": 1}
    assert "states 2 rows and shows 1" in walked.stats["portal/list_truncated/example"]
    assert len(walked.captured) == 1


def test_a_page_in_the_middle_is_missing() -> None:
    one = [row("/gi_news/1", TITLE.format(2021))]
    walked = Walked({"/a": listing(one, 1, 3, 3), "/gi_news/1": REPORT}, "/a")
    assert walked.faults == {"gone": 1, "list_truncated": 1}


def test_a_list_that_shows_its_first_page_again() -> None:
    one = [row("/gi_news/1", TITLE.format(2021))]
    given = {"/a": listing(one, 1, 2, 2), "/list/2": listing(one, 1, 2, 2), "/gi_news/1": REPORT}
    walked = Walked(given, "/a")
    assert walked.faults == {"list_truncated": 1}
    assert "page 2 was asked for and page 1 shown" in walked.stats["portal/list_truncated/example"]
    assert walked.urls == ["/a", "/list/2", "/gi_news/1"]


def test_a_page_elsewhere_is_counted_and_left() -> None:
    rows = [row("http://www.cma.gov.cn/1.html", TITLE.format(2021))]
    walked = Walked({"/a": listing(rows)}, "/a")
    assert walked.urls == ["/a"]
    assert walked.stats["found/elsewhere/2021"] == 1
    assert "found/listed/2021" not in walked.stats


def test_a_report_without_its_frame_is_named_and_read_all_the_same() -> None:
    bare = REPORT.replace("GovInfoContent", "content")
    walked = Walked(
        {"/a": listing([row("/gi_news/1", TITLE.format(2021))]), "/gi_news/1": bare}, "/a"
    )
    assert walked.faults == {"drifted": 1}
    assert "'article'" in walked.stats["portal/drifted/example"]
    assert len(walked.captured) == 1


def test_a_lost_report_is_accounted_for() -> None:
    rows = [row("/gi_news/1", TITLE.format(2021)), row("/gi_news/2", TITLE.format(2021))]
    walked = Walked({"/a": listing(rows), "/gi_news/2": REPORT}, "/a")
    assert walked.faults == {"gone": 1}
    assert walked.stats["found/listed/2021"] == 2
    assert walked.stats["found/lost/2021"] == 1
    assert walked.stats["found/fetched/2021"] == 1


def test_a_column_of_the_city() -> None:
    column = CITY.columns["szfbgs_09"]
    given = {column.path: portal_pages.listing(column, 1, HOST)}
    given |= {
        f"{column.path}/{n}": portal_pages.listing(column, n, HOST)
        for n in range(2, column.pages + 1)
    }
    given |= {entry.path: pages.report(CITY, entry) for entry in CITY.report_entries()}
    walked = Walked(given, column.path)
    wanted = {HOST + entry.path for entry in column.entries if entry.year}
    assert {address_key(item.url) for item in walked.captured} == wanted
    assert len(walked.captured) == len(wanted) == 6 * 7
    assert walked.faults == {}
