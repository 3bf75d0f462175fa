"""What is peculiar to the systems of Hanweb; `tests.test_systems` walks and breaks them all."""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from scrapy.http import HtmlResponse

from crawler.faults import DriftedError
from crawler.systems import annual, jpaas, jpage
from crawler.systems.known import recognised
from tests.city.city import City
from tests.city.site import site
from tests.fleet import FLEET, Walked

if TYPE_CHECKING:
    from tests.city.message import App, Request, Response, Script


def page(url: str, body: str) -> HtmlResponse:
    return HtmlResponse(url, body=body.encode(), encoding="utf-8")


def rewritten(app: App, pattern: str, becomes: str) -> App:
    """A server behind a gateway that rewrites the addresses it is asked for."""

    def answer(request: Request) -> Response | Script:
        target = re.sub(pattern, becomes, request.target)
        return app(dataclasses.replace(request, target=target))

    return answer


COLUMN = """<ul class="tab"><li><a href="/col/col44754/index.html">2023年</a></li>
<li><a href="/col/col33704/index.html">2022年</a></li>
<li><a href="../col32749/index.html"> 2021年度 </a></li>
<li><a href="/col/col100/index.html">2021年政府工作报告</a></li>
<li><a href="/art/2022/3/9/art_1_2.html">2020年</a></li></ul>
<div id="77"><script type="text/xml"><datastore>
<nextgroup><![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&appid=1&appid=1&webid=1&path=/\
&columnid=44754&unitid=77&webname=澄川&permissiontype=0"></a>]]></nextgroup><recordset>
<record><![CDATA[<li><a href='/art/2024/3/7/art_44754_4162637.html' title='甲'>甲</a>\
<span>2024-03-07</span></li>]]></record></recordset></datastore></script></div>
<script>$('#77').jpage({totalRecord:%d,perPage:1});</script>"""


def test_a_column_leads_to_those_of_other_report_years() -> None:
    here = page("http://www.yancheng.gov.cn/col/col44754/index.html", COLUMN % 1)
    found = jpage.listing(here)
    assert [(column.name, column.url.rsplit("/", 2)[1]) for column in found.columns] == [
        ("2022年", "col33704"),
        ("2021年度", "col32749"),
    ]
    assert found.following is None
    assert found.total == 1


def test_the_next_rows_are_asked_for_in_both_ways_that_services_know() -> None:
    here = page("http://www.yancheng.gov.cn/col/col44754/index.html", COLUMN % 2)
    following = jpage.listing(here).following
    assert following is not None
    assert following.url.startswith("http://www.yancheng.gov.cn/module/web/jpage/dataproxy.jsp?")
    for said in ("columnid=44754", "page=2", "perpage=1", "startrecord=2", "endrecord=2"):
        assert re.search(rf"[?&]{said}(&|$)", following.url), following.url
    assert following.url.count("appid=") == 1


@pytest.mark.parametrize(
    ("called", "leads_to"),
    [
        ("search.jsp?infotypeId=A02&amp;area=0143", "search.jsp?infotypeId=A02&area=0143"),
        ("search_custom.jsp?infotypeId=&area=0143", "search_custom.jsp?infotypeId=&area=0143"),
        ("tree.jsp?area=0143&divid=div4", "search.jsp?area=0143&divid=div4"),
    ],
)
def test_open_information_is_searched_as_its_page_does(called: str, leads_to: str) -> None:
    body = f"<script>loadDynamic('/module/xxgk/{called}','divlist')</script>"
    found = jpage.listing(page("http://www.yancheng.gov.cn/col/col801/index.html", body))
    assert found.page == 0
    assert found.following is not None
    assert found.following.method == "POST"
    assert found.following.url.endswith(f"/module/xxgk/{leads_to}&currpage=1")
    assert found.following.body.decode().endswith("&currpage=1")


def test_a_record_without_a_date_is_drifted() -> None:
    body = (COLUMN % 1).replace("<span>2024-03-07</span>", "")
    with pytest.raises(DriftedError, match="'row'"):
        jpage.listing(page("http://www.yancheng.gov.cn/col/col44754/index.html", body))


def test_a_record_that_cannot_be_read_is_not_passed_over() -> None:
    body = (COLUMN % 2).replace("</recordset>", "<record>乙 2024-03-08</record></recordset>")
    with pytest.raises(DriftedError, match="'record'"):
        jpage.listing(page("http://www.yancheng.gov.cn/col/col44754/index.html", body))


def test_a_service_that_heeds_no_page_truncates_by_name() -> None:
    member = FLEET["jpage"]
    app = site(City(member.organs, range(2019, 2024), cms=member.cms))
    walked = Walked(member.spider, rewritten(app, r"\bpage=\d+", "page=1"))
    assert walked.verdict.name == "incomplete"
    assert "repeats the rows" in walked.faults["list_truncated"].example


def test_a_posted_service_that_answers_to_get_only_is_no_end_of_the_list() -> None:
    member = FLEET["jpage-posted"]
    app = site(City(member.organs, range(2019, 2024), cms=member.cms))
    walked = Walked(
        member.spider, lambda request: app(dataclasses.replace(request, method="GET", body=b""))
    )
    assert walked.verdict.name == "incomplete"
    assert {"gone", "list_truncated"} <= walked.faults.keys()


@pytest.mark.parametrize(
    "address",
    [
        "/art/2022/3/9/art_32749_3819650.html",
        "/www/art/2022/2/15/art_32751_3812302",
        "/col/col45469/index.html",
        "/col/col1346101/",
    ],
)
def test_an_address_of_jpage_tells_it(address: str) -> None:
    told = recognised(page(f"http://www.yancheng.gov.cn{address}", "<p>text</p>"))
    assert told is jpage.SYSTEM


UNIT = """<script parseType="bulidstatic" url="/api-gateway/jpaas-publish-server/front/page/build\
/unit" queryData="{'parseType':'bulidstatic','webId':'w','tagId':'%s','pageId':'p%s'}"></script>"""
ROW = '<li><a href="/zfxxgk/zfxxgknb/art/2026/art_2c2f3df6ceb9427e87ef3a508e4ba6%02x.html">甲</a>\
<span>2026-01-29</span></li>'
ADDRESS = "http://www.taizhou.gov.cn/zfxxgk/zfxxgknb/index.html"


def test_the_script_for_the_list_is_told_from_those_of_menus() -> None:
    body = UNIT % ("页头", 1) + UNIT % ("当前栏目列表", 2) + UNIT % ("页脚", 3)
    following = jpaas.listing(page(ADDRESS, body)).following
    assert following is not None
    assert "pageId=p2" in following.url
    assert "paramJson" not in following.url


@pytest.mark.parametrize("tags", [("页头", "页脚"), ("列表1", "列表2")])
def test_scripts_that_cannot_be_told_apart_are_drifted(tags: tuple[str, str]) -> None:
    body = "".join(UNIT % (tag, place) for place, tag in enumerate(tags))
    with pytest.raises(DriftedError, match="'unit'"):
        jpaas.listing(page(ADDRESS, body))


def test_a_first_page_that_is_there_is_gone_on_from() -> None:
    pagination = '<div class="pagination" rows="2" count="5"></div>'
    body = UNIT % ("list", 1) + ROW % 1 + ROW % 2 + pagination
    found = jpaas.listing(page(ADDRESS, body))
    assert (found.page, found.total, len(found.rows)) == (1, 5, 2)
    assert found.following is not None
    assert parse_qs(urlsplit(found.following.url).query)["paramJson"] == [
        '{"pageNo":2,"pageSize":2}'
    ]


def test_a_full_page_without_a_pager_is_drifted() -> None:
    rows = "".join(ROW % number for number in range(jpaas.FULL))
    with pytest.raises(DriftedError, match="'pagination'"):
        jpaas.listing(page(ADDRESS, rows))
    assert len(jpaas.listing(page(ADDRESS, ROW % 1)).rows) == 1


def test_a_service_that_heeds_no_number_truncates_by_name() -> None:
    """As it does when the number is not wrapped in paramJson."""
    member = FLEET["jpaas"]
    app = site(City(member.organs, range(2019, 2024), cms=member.cms))
    walked = Walked(member.spider, rewritten(app, r"&paramJson=[^&]*", ""))
    assert walked.verdict.name == "incomplete"
    assert "list_truncated" in walked.faults


def test_a_service_that_says_no_is_unavailable() -> None:
    member = FLEET["jpaas"]
    app = site(City(member.organs, range(2019, 2024), cms=member.cms))
    walked = Walked(member.spider, rewritten(app, r"webId=\w+", "webId=none"))
    assert walked.verdict.name == "incomplete"
    assert "未找到页面" in walked.faults["unavailable"].example


@pytest.mark.parametrize(
    ("address", "body"),
    [
        ("/col/col1229554150/index.html", UNIT % ("移动端列表1", 1)),
        ("/zwgk/zfxxgknb/art/2024/art_0e3bdf9142854000b7ba9c44066aaebd.html", "<p>text</p>"),
        ("/wxbmxxgk/qtjj/zfxxgknb/art/2025/art_228448135.html", "<p>text</p>"),
        ("/zfxxgk/zfxxgknb/2024n/index.html", UNIT % ("list", 1)),
        ("/zfxxgk/zfxxgknb/index.html", ROW % 1),
    ],
)
def test_jpaas_is_told_from_jpage(address: str, body: str) -> None:
    assert recognised(page(f"http://www.taizhou.gov.cn{address}", body)) is jpaas.SYSTEM


def test_a_list_by_its_address_alone_is_of_no_system() -> None:
    """Many systems call a list index.html."""
    here = page("http://www.taizhou.gov.cn/zfxxgk/zfxxgknb/index.html", "<p>text</p>")
    assert recognised(here) is None


REPORTS = "http://www.lishui.gov.cn/module/xxgk/xxgkAnnualReport.jsp?"


def test_organ_and_year_in_either_order_are_one_page() -> None:
    key = annual.page_key(f"{REPORTS}area=113325000026455663&fbtime=2017")
    assert key == annual.page_key(f"{REPORTS}fbtime=2017&area=113325000026455663&jdid=1")
    assert key != annual.page_key(f"{REPORTS}fbtime=2018&area=113325000026455663")
    assert key != annual.page_key(f"{REPORTS}fbtime=2017&area=002510696")


def test_a_choice_of_years_leads_to_the_reports_of_the_organ() -> None:
    years = '<option value="">选择年份</option><option value="2017">2017年</option>'
    years += "<option>2016年度</option><option>2015</option>"
    body = f"<title>丽水市人民政府2017年政府信息公开工作年度报告</title><select>{years}</select>"
    here = page(f"{REPORTS}fbtime=2017&area=1133", body)
    rows = annual.listing(here).rows
    assert [(annual.page_key(row.url).partition("?")[2], row.title) for row in rows] == [
        ("area=1133&fbtime=2017", "丽水市人民政府2017年政府信息公开工作年度报告"),
        ("area=1133&fbtime=2016", "2016年政府信息公开年度报告"),
        ("area=1133&fbtime=2015", "2015年政府信息公开年度报告"),
    ]
    assert recognised(here) is annual.SYSTEM


def test_the_page_of_a_report_is_a_list_of_one() -> None:
    title = "杭州市余杭区人民政府2017年政府信息公开工作年度报告(图解)"
    here = page(f"{REPORTS}area=002510696&fbtime=2017", f"<h1>{title}</h1>")
    assert [(row.url, row.title) for row in annual.listing(here).rows] == [(here.url, title)]


def test_a_page_that_leads_to_no_year_is_drifted() -> None:
    with pytest.raises(DriftedError, match="'year'"):
        annual.listing(page(f"{REPORTS}area=002510696", "<p>2017年</p>"))
