"""Columns without rows: Epoint's, shells of czfx, gkmlpt's tree; pages of lists that overlap."""

from __future__ import annotations

import json

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, TextResponse

from crawler.faults import DriftedError
from crawler.systems import czfx, epoint, gkmlpt
from tests.city.city import City
from tests.city.site import site
from tests.fleet import FLEET, Walked


def page(url: str, body: str) -> HtmlResponse:
    return HtmlResponse(url, body=body.encode(), encoding="utf-8")


def followed(found: TextResponse) -> Request:
    following = epoint.listing(found).following
    assert following
    return following


def test_a_column_of_epoint_leads_to_its_script_and_that_to_the_service() -> None:
    column = "http://www.px.gov.cn/dynamic/zwgk/govInfoPub.html?categorynum=003195&deptcode=001001"
    script = followed(page(column, '<script src="/js/ajaxReq.js?v=2"></script>'))
    assert script.url == "http://www.px.gov.cn/js/ajaxReq.js?categorynum=003195&deptcode=001001"
    guid = "7eb5f7f1-9041-43ad-8e13-8fcb82ea831a"
    service = followed(page(script.url, f'var siteInfo = {{"siteGuid": "{guid}"}};'))
    assert service.url == "http://www.px.gov.cn/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
    assert json.loads(service.body) == {
        "deptcode": "001001",
        "categorynum": "003195",
        "siteGuid": guid,
        "pageIndex": 0,
        "pageSize": epoint.SIZE,
    }
    with pytest.raises(DriftedError, match="siteGuid"):
        epoint.listing(page(script.url, "var siteInfo = {};"))


SHELL = """<script>
if (furl.indexOf('gfxwj') != -1) { to('/content/xxgk/index?catid=11'); }
else if (furl.indexOf('xxgknb') != -1) { to('/content/xxgk/index?catid=42'); }
</script><iframe id="FrameMoreInfo" src="/content/xxgk/index?catid=7"></iframe>"""


@pytest.mark.parametrize(("asked", "catid"), [("?furl=xxgknb&t=1", 42), ("?furl=new", 7), ("", 7)])
def test_a_shell_may_choose_its_frame_by_the_address(asked: str, catid: int) -> None:
    found = czfx.listing(page(f"https://www.jintan.gov.cn/class/IKJJACAL{asked}", SHELL))
    assert found.page == 0
    assert found.following
    assert found.following.url == f"https://www.jintan.gov.cn/content/xxgk/index?catid={catid}"


def test_a_second_page_that_is_the_home_page_is_drifted() -> None:
    """新北: /class/<column>/2 shows the news of the home page."""
    news = '<li><a href="/html/czxb/2026/AQQEAIDE_0116/1.html">要闻</a> 2026-01-16</li>'
    with pytest.raises(DriftedError, match="pager"):
        czfx.listing(page("https://www.cznd.gov.cn/class/OEHEPDCJ/2", news))


TREE = [
    {"id": 1, "name": "机构职能", "children": []},
    {"id": 2, "name": "政府信息公开年报", "children": [{"id": 3, "name": "2023年"}]},
    {"id": 4, "name": "政府信息公开年度报告", "jump_url": "http://www.gz.gov.cn/zfxxgknb/sbj/"},
]


def test_the_tree_of_gkmlpt_leads_to_its_service_and_to_folders() -> None:
    body = f"<script>window._CONFIG = {{ SID: '200001', TREE: {json.dumps(TREE)}, X: 1 }};</script>"
    found = gkmlpt.directory(page("http://www.gz.gov.cn/gkmlpt/index", body)).columns
    assert [(one.name, one.url) for one in found] == [
        ("政府信息公开年报 2023年", "http://www.gz.gov.cn/gkmlpt/api/all/3?page=1&sid=200001"),
        ("政府信息公开年度报告", "http://www.gz.gov.cn/zfxxgknb/sbj/"),
    ]
    with pytest.raises(DriftedError, match="TREE"):
        gkmlpt.directory(page("http://www.gz.gov.cn/gkmlpt/index", "<div id='app'></div>"))


@pytest.mark.parametrize("name", ["ucap", "trs", "huaian", "huaian-served", "jpaas"])
def test_pages_that_overlap_leave_rows_out_and_are_named(name: str) -> None:
    member = FLEET[name]
    city = City(5, range(2019, 2024), faults=["pages-overlap"], cms=member.cms)
    walked = Walked(member.spider, site(city))
    assert walked.verdict.name == "incomplete"
    assert "states 50 rows" in walked.faults["list_truncated"].example


@pytest.mark.parametrize("name", ["changzhou", "epoint", "truecms"])
def test_pages_that_overlap_and_show_all_are_healthy(name: str) -> None:
    member = FLEET[name]
    city = City(5, range(2019, 2024), faults=["pages-overlap"], cms=member.cms)
    assert Walked(member.spider, site(city)).verdict.name == "healthy"
