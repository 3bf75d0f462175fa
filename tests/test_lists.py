"""What lists of several systems share: rows, pagers, columns; markup that moved, by name."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse, JsonResponse, TextResponse
from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from crawler.faults import DriftedError
from crawler.portal import Portal
from crawler.systems import Selectors, columns, lists, static, trs, truecms, ucap
from tests.city.city import City
from tests.city.site import site
from tests.fleet import FLEET, Walked

if TYPE_CHECKING:
    from pathlib import Path

URL = "http://www.suqian.gov.cn/cnsq/gknb/list.shtml"


def html(body: str, url: str = URL) -> HtmlResponse:
    return HtmlResponse(url, body=body.encode(), encoding="utf-8")


@given(st.integers(1, 300), st.data())
def test_both_scripts_named_create_page_html(pages: int, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, pages))
    total = data.draw(st.integers(0, 9999))
    contained = f"createPageHTML('page_div',{pages}, {number},'list','shtml',{total});"
    plain = f'createPageHTML({pages}, {number - 1}, "index", "html");'
    definition = "function createPageHTML(_nPageCount, _nCurrIndex, _sPageName, _sPageExt){}"
    last = number == pages
    for call, following, stated in (
        (contained, f"list_{number + 1}.shtml", total),
        (plain, f"index_{number}.html", None),
    ):
        pager = lists.drawn_pager(html(f"<script>{definition}\n{call}</script>"))
        assert pager
        assert (pager.pages, pager.number, pager.total) == (pages, number, stated)
        assert (pager.following is None) == last
        if pager.following:
            assert pager.following.url == f"http://www.suqian.gov.cn/cnsq/gknb/{following}"
    assert lists.drawn_pager(html(f"<script>{definition}</script>")) is None


@pytest.mark.parametrize(
    "row",
    [
        '<ul><li><a href="a.html" title="整个标题">整个…</a><span>2022-01-20</span></li></ul>',
        '<table><tr><td><a href="a.html">整个标题</a></td><td>[2022/01/20]</td></tr></table>',
        '<dl><dd><a href="a.html">整个标题</a></dd><dd>\n 2022年1月20日</dd></dl>',
        '<li><a href="a.html"><span title="整个标题">整个</span><span>2022.01.20</span></a></li>',
        '<ul><li><a href="#">展开</a><a href="a.html">整个标题</a> 2022-01-20</li></ul>',
        '<li>上年<ul><li><a href="a.html">整个标题</a> 2022-01-20</li></ul></li>',
    ],
)
def test_rows_in_every_shape(row: str) -> None:
    nothing = '<li><a href="/">首页</a></li><li>2022-01-20</li><li><a href="b">2022年报</a></li>'
    (found,) = lists.dated_rows(html(nothing + row))
    assert (found.url, found.title) == ("http://www.suqian.gov.cn/cnsq/gknb/a.html", "整个标题")
    assert re.fullmatch(r"2022\D0?1\D20", found.date)


@pytest.mark.parametrize(
    ("rows", "pager", "ends"),
    [
        (20, '<a href="index_2.shtml">下一页</a>', False),
        (20, '<a href="index_2.shtml">下一页</a>' * 2, False),
        (20, '<a href="index.shtml">上一页</a>', True),
        (20, "共1页 第1页", True),
        (9, "", True),
        (20, "", None),
        (3, '<a href="index_2.shtml">下一页</a><a href="index_3.shtml">下一页</a>', None),
        (0, "共1页", None),
    ],
)
def test_a_full_page_has_some_sign_of_a_pager(rows: int, pager: str, ends: bool | None) -> None:
    row = '<li><a href="/doc/2022/01/20/1.shtml">标题</a> 2022-01-20</li>'
    page = html(row * rows + pager, "https://www.wuxi.gov.cn/zfxxgk/xxgkml/a/index.shtml")
    if ends is None:
        with pytest.raises(DriftedError):
            static.listing(page)
        return
    found = static.listing(page)
    assert len(found.rows) == rows
    assert (found.following is None) == ends


def test_columns_are_told_by_their_words_or_their_folders() -> None:
    page = html(
        '<li>财政局 <a href="/czj/c100/list.shtml">政府信息公开年报</a>'
        '<a href="/czj/zn/list.shtml">政府信息公开指南</a></li>'
        '<a href="/jyj/bmxxgknb/xxgk_list.shtml">市教育局</a>'
        '<a href="/x/fzzf/list.shtml">法治政府建设年度报告</a>'
        '<a href="/y/gknb/202201/0123456789abcdef0123456789abcdef.shtml">2021年度报告</a>'
    )
    found = columns.directory(page, "ucap", ucap.LISTS)
    assert [(one.name, one.url.partition(".cn")[2]) for one in found.columns] == [
        ("财政局 政府信息公开年报", "/czj/c100/list.shtml"),
        ("市教育局", "/jyj/bmxxgknb/xxgk_list.shtml"),
    ]
    with pytest.raises(DriftedError, match="column"):
        columns.directory(html("<a href='/zn/list.shtml'>指南</a>"), "ucap", ucap.LISTS)


def test_spiders_start_at_lists_of_their_system() -> None:
    loader = SpiderLoader.from_settings(Settings({"SPIDER_MODULES": ["spiders"]}))
    spiders = [loader.load(name) for name in loader.list()]
    assert len(spiders) >= 7
    for spider in spiders:
        assert issubclass(spider, Portal)
        shape = {"ucap": ucap.LISTS, "truecms": truecms.LISTS, "trs": trs.LISTS}.get(
            spider.system.name
        )
        for column in spider.columns if shape else ():
            assert shape
            assert shape.search(urlsplit(column.url).path), column


@pytest.mark.parametrize("folder", ["zfxxgknb", "xxgknb", "gknb", "bmnb2023", "szfb_2023", "20xsq"])
def test_folders_that_have_been_seen(folder: str) -> None:
    page = html(f'<a href="/site/{folder}/list.shtml">更多</a>')
    assert columns.directory(page, "ucap", ucap.LISTS).columns


def test_only_folders_below_are_below() -> None:
    url = "https://www.shenyang.gov.cn/zwgk/ndbg/"
    page = html('<a href="2021n/">a</a><a href="./2020n/index.html">b</a><a href="../x/">c</a>'
                '<a href="index_1.html">d</a><a href="/">e</a><a href="./">f</a>', url)  # fmt: skip
    assert [one.url for one in columns.below(page, trs.LISTS)] == [
        f"{url}2021n/",
        f"{url}2020n/index.html",
    ]


def test_a_column_of_pingtan(samples: Path) -> None:
    body = (samples / "pingtan_list.html").read_bytes()
    page = HtmlResponse("https://www.pingtan.gov.cn/zwgk/zfxxgk/zfxxgknb/", body=body)
    found = trs.listing(page)
    assert (len(found.rows), found.page, found.total, found.pages) == (10, 1, 20, 2)
    assert found.rows[-1].url.endswith("/zfxxgknb/201701/t20170118_80485.htm")
    assert found.rows[-1].title == "平潭综合实验区2016年度政府信息公开工作年度报告"
    assert found.following
    assert found.following.method == "POST"
    for said in (b"channelid=200210", b"classsql=chnlid%3D1813", b"page=2", b"prepage=10"):
        assert said in found.following.body
    assert trs.recognise(page)


def served(page: int, records: int) -> JsonResponse:
    record = {"title": "某局2021年政府信息公开工作年度报告", "pubtime": "2022-01-20 10:00:00"}
    given = {"infolist": [{**record, "link": f"/a/b/202201/{n}.shtml"} for n in range(records)]}
    url = f"https://www.suzhou.gov.cn{ucap.SERVICE}?pagesize=15&currpage={page}&channelid=5057"
    return JsonResponse(url, body=json.dumps(given).encode(), headers={"Content-Type": "text/json"})


def test_the_service_of_suzhou_is_asked_until_a_page_is_not_full() -> None:
    full, last = ucap.listing(served(2, 15)), ucap.listing(served(3, 4))
    assert (len(full.rows), full.page, len(last.rows), last.page) == (15, 2, 4, 3)
    assert full.following
    assert "currpage=3&" in full.following.url
    assert last.following is None
    assert full.rows[0].url == "https://www.suzhou.gov.cn/a/b/202201/0.shtml"
    broken = served(1, 1).replace(body=b'{"infolist": [{"title": "x"}]}')
    with pytest.raises(DriftedError, match="link"):
        ucap.listing(broken)


MOVED = [
    ("ucap", "list", "createPageHTML", "pager"),
    ("ucap", "list", "<li", "row"),
    ("ucap", "report", "ucapcontent|zoomcon", "article"),
    ("truecms", "list", "initData", "rows"),
    ("truecms", "list", "totalrecord", "totalrecord"),
    ("truecms", "list", "columnId", "columnId"),
    ("truecms", "list", "<(li|record)", "rows"),
    ("truecms", "list", r"\d{4}-\d\d-\d\d", "row"),
    ("truecms", "report", "zoom", "article"),
    ("static-wuxi", "list", "下一页", "pager"),
    ("static-wuxi", "list", "<li", "row"),
    ("static-wuxi", "report", "mainCont", "article"),
    ("trs", "list", "recordCount", "recordCount"),
    ("trs", "list", "searchId", "channelid"),
    ("trs", "list", "chnlid", "classsql"),
    ("trs", "list", "prepage", "prepage"),
    ("trs", "list", "<d[ld]", "row"),
    ("trs", "report", "TRS_Editor", "article"),
]
"""System, role, what is renamed on the page, and the selector that must be named."""


@pytest.fixture(scope="module")
def longest() -> dict[str, dict[str, TextResponse]]:
    """By system and role, a page: of lists the first of the longest."""
    found: dict[str, dict[str, TextResponse]] = {}
    for name in {name for name, *_ in MOVED}:
        city = City(12, range(2021, 2024), cms=FLEET[name].cms)
        annual = [column for column in city.columns.values() if column.kind in {"03", "09"}]
        path = max(annual, key=lambda column: len(column.entries)).path
        for page in Walked(FLEET[name].spider, site(city)).pages:
            assert isinstance(page, TextResponse)
            role = page.meta["known"]["role"]
            if role == "report" or page.url.endswith(path):
                found.setdefault(name, {}).setdefault(role, page)
    return found


@pytest.mark.parametrize(("name", "role", "was", "selector"), MOVED)
def test_what_moved_is_named(
    name: str, role: str, was: str, selector: str, longest: dict[str, dict[str, TextResponse]]
) -> None:
    page = longest[name][role]
    body, changed = re.subn(was, "moved", page.text)
    assert changed
    system = FLEET[name].system
    read = {"list": system.listing, "report": system.document}[role]
    read(page)
    with pytest.raises(DriftedError) as fault:
        read(page.replace(body=body.encode(), encoding="utf-8"))
    assert (fault.value.system, fault.value.selector) == (system.name, selector)


@pytest.mark.parametrize(
    ("page", "there"),
    [
        ('<div id="zoom">', True),
        ("<td class='a  bt_content b'>", True),
        ("<UcapContent>", True),
        ("<p class = bt_content>", True),
        ("<script>function zoom(size) { ucapcontent }</script>", False),
        ('<div id="zoom-out" class="bt_content2">', False),
        ('<a title="zoom">bt_content</a>', False),
    ],
)
def test_an_element_is_expected_and_not_its_word(page: str, there: bool) -> None:
    at = Selectors("made-up", {"article": "ucapcontent, #zoom, td.bt_content, .bt_content"})
    answer = html(page)
    if there:
        at.expect(answer, "article")
    else:
        with pytest.raises(DriftedError, match="'article'"):
            at.expect(answer, "article")
