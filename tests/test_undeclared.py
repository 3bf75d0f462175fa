"""`scrapy crawl portal -a url=URL`: portals walked from an address, their system untold."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from scrapy.http import HtmlResponse, XmlResponse

from crawler import arguments
from crawler.systems import generic
from crawler.undeclared import Undeclared
from tests.city.city import City
from tests.city.message import App, Request, Response, Script
from tests.city.site import site
from tests.city.systems.known import SYSTEMS
from tests.city.wire import serve
from tests.fleet import FLEET, Member, Walked, key, reports

YEARS = range(2021, 2024)
MEMBERS = pytest.mark.parametrize("member", FLEET.values(), ids=FLEET)


class AnyPortal(Undeclared, declared=False):
    """The spider of `spiders.portal`, which the loader alone should make."""

    name = "portal"


def walked_from(city: City, path: str, app: App | None = None) -> Walked:
    return Walked(AnyPortal, app or site(city), url=f"http://{city.cms.host}{path}")


def whole(walked: Walked, city: City) -> None:
    """Every report, nothing twice, and no document that is no report but rosters."""
    asked = Counter((key(one.url), one.body) for one in walked.asked)
    assert {url for url, count in asked.items() if count > 1} == set()
    assert Counter(key(item.url) for item in walked.captured) == Counter(reports(city))
    entries = [city.entry_at(one.url) for one in walked.asked]
    others = [entry.title for entry in entries if entry and entry.year is None]
    assert [title for title in others if not title.endswith("公布情况")] == []


@MEMBERS
@pytest.mark.parametrize("start", ["home page", "directory"])
def test_every_system_is_walked_untold(member: Member, start: str) -> None:
    city = City(6, YEARS, cms=member.cms)
    walked = walked_from(city, "/" if start == "home page" else member.cms.start)
    whole(walked, city)
    assert walked.faults == {}
    assert walked.verdict.name == "healthy"


@MEMBERS
def test_from_a_column(member: Member) -> None:
    """The joint column holds every report."""
    city = City(3, YEARS, cms=member.cms)
    (joint,) = (column for column in city.columns.values() if column.kind == "09")
    walked = walked_from(city, joint.path)
    assert {key(item.url) for item in walked.captured} == reports(city)
    assert walked.verdict.name == "healthy"


@MEMBERS
def test_from_a_report(member: Member) -> None:
    """A page that leads nowhere is taken itself, and its host's home page leads on."""
    city = City(3, YEARS, cms=member.cms)
    walked = walked_from(city, city.victim.path)
    assert {key(item.url) for item in walked.captured} == reports(city)


@MEMBERS
@pytest.mark.parametrize("fault", ["total-lies", "empty"])
def test_what_is_broken_is_not_healthy(member: Member, fault: str) -> None:
    if fault in member.unharmed:
        return
    city = City(member.organs, member.years, faults=[fault], cms=member.cms)
    assert walked_from(city, member.cms.start).verdict.exit_status == 3


def test_a_portal_of_no_known_system_that_says_how_much_it_has() -> None:
    city = City(6, YEARS, cms=SYSTEMS["homemade"])
    walked = walked_from(city, "/")
    whole(walked, city)
    assert walked.verdict.name == "healthy"


def test_one_that_does_not_is_never_healthy() -> None:
    city = City(6, YEARS, cms=SYSTEMS["homemade-silent"])
    walked = walked_from(city, "/")
    whole(walked, city)
    assert walked.verdict.name == "suspicious"
    assert set(walked.faults) == {"unstated"}
    assert "rows were seen" in walked.faults["unstated"].example


@pytest.mark.parametrize("fault", ["total-lies", "page-2-missing", "pager-gone", "rows-renamed"])
def test_what_is_broken_on_no_known_system_is_not_healthy(fault: str) -> None:
    city = City(6, YEARS, faults=[fault], cms=SYSTEMS["homemade"])
    walked = walked_from(city, "/gongkai")
    if fault == "rows-renamed":  # what a row is, no name of an element tells
        whole(walked, city)
    else:
        assert walked.verdict.exit_status == 3


def test_the_walk_keeps_to_its_bounds() -> None:
    """A portal without end: every page leads to two more."""

    def endless(request: Request) -> Response | Script:
        links = "".join(f'<a href="{request.path}{way}/">政府信息公开</a>' for way in "ab")
        page = f"<html><title>页</title><body>{links}</body></html>".encode()
        return Response(200, [(b"Content-Type", b"text/html; charset=utf-8")], page)

    walked = Walked(AnyPortal, endless, url="http://www.endless.gov.cn/")
    assert len(walked.asked) == 15  # 1, 2, 4 and 8: three steps from the address
    assert walked.verdict.name == "suspicious"
    assert "SCOUT_DEPTH=3" in walked.faults["bounded"].example


def test_what_a_portal_is_called_and_whose_it_is() -> None:
    spider = Walked(
        AnyPortal, site(City(2, range(2021, 2022))), url="http://www.changzhou.gov.cn/"
    ).spider
    assert (spider.name, spider.hosts) == ("www.changzhou.gov.cn", ("changzhou.gov.cn",))
    assert (spider.city, spider.region_code) == ("", "")  # no tag, and no fleet in this test


@pytest.mark.parametrize(
    ("tags", "city"),
    [
        ('<meta name="SiteIDCode" content="3209000008">', ("盐城市", "320900")),
        ('<meta content="盐城市人民政府" name="SiteName">', ("盐城市", "320900")),
        (  # the tag of a template that was copied along
            '<meta name="SiteName" content="天津市"><meta name="SiteIDCode" content="5001070012">',
            ("九龙坡区", "500107"),
        ),
        ('<meta name="SiteIDCode" content="bm07000001">', ("", "")),
        ('<meta name="SiteIDCode" content="null">', ("", "")),
    ],
)
def test_city_and_region_from_the_tags(tags: str, city: tuple[str, str]) -> None:
    def page(request: Request) -> Response | Script:
        text = f"<html><head>{tags}<title>首页</title></head><body>欢迎</body></html>"
        return Response(200, [(b"Content-Type", b"text/html; charset=utf-8")], text.encode())

    spider = Walked(AnyPortal, page, url="http://www.some.gov.cn/").spider
    assert (spider.city, spider.region_code) == city


def test_sitemaps_lead_to_folders_of_reports() -> None:
    locations = (
        "/xwzx/202201/t20220103_1.html",
        "/zfxxgk/zfxxgknb/202201/t20220103_2.html",
        "/zfxxgk/zfxxgknb/202301/t20230103_3.html",
        "/jyj/bmxxgknb/index.html",
    )
    entries = "".join(f"<url><loc>http://a.gov.cn{path}</loc></url>" for path in locations)
    body = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'
    page = XmlResponse("http://a.gov.cn/sitemap.xml", body=body.encode())
    assert [column.url for column in generic.directory(page).columns] == [
        "http://a.gov.cn/zfxxgk/zfxxgknb/",
        "http://a.gov.cn/jyj/bmxxgknb/index.html",
    ]
    index = "<sitemapindex><sitemap><loc>http://a.gov.cn/s1.xml</loc></sitemap></sitemapindex>"
    page = XmlResponse("http://a.gov.cn/sitemap.xml", body=index.encode())
    assert generic.sitemaps(page) == ("http://a.gov.cn/s1.xml",)


PAGERS = {
    '<a href="p2.html">下一页</a>': "p2.html",
    '<a href="p1.html">1</a><a href="p2.html">2</a><a href="p9.html">尾页</a>': "p2.html",
    '<script>createPageHTML(3, 0, "index", "html");</script>': "index_1.html",
    "<script>createPageHTML('p', 3, 1, 'list', 'shtml', 41)</script>": "list_2.shtml",
    '共3页 第3页 <a href="p2.html">下一页</a>': None,
    '<a href="javascript:go(2)">下一页</a>': None,
}


@pytest.mark.parametrize("pager", PAGERS)
def test_pagers_of_no_known_system(pager: str) -> None:
    row = '<p><a href="/a/1.html">某局2021年政府信息公开工作年度报告</a> 2022-01-20</p>'
    page = HtmlResponse("http://a.gov.cn/nb/", body=f"{row}{pager}".encode(), encoding="utf-8")
    listing = generic.listing(page)
    assert [one.date for one in listing.rows] == ["2022-01-20"]
    leads = PAGERS[pager]
    assert (listing.following and listing.following.url) == (
        leads and f"http://a.gov.cn/nb/{leads}"
    )


@pytest.mark.parametrize(
    "given",
    [
        ({}, "portal"),
        ({"url": "http://www.changzhou.gov.cn/"}, "changzhou"),
        ({"url": "www.changzhou.gov.cn"}, "portal"),
        ({"url": "file:///etc/passwd"}, "portal"),
        ({"url": "http://../"}, "portal"),
        ({"url": "http://[::1]/"}, "portal"),
    ],
)
def test_an_address_is_wanted_where_it_belongs(given: tuple[dict[str, str], str]) -> None:
    with pytest.raises(arguments.ArgumentError, match="url=http"):
        arguments.parse(*given)


def crawl(tmp_path: Path, url: str, port: int) -> tuple[int, str]:
    ran = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "portal", "-a", f"url={url}"],
        env={**os.environ, "NIANBAO_DATA": str(tmp_path), "CONNECT_TO": f"*=127.0.0.1:{port}"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_a_real_run_from_a_home_page(tmp_path: Path) -> None:
    city = City(3, YEARS, cms=SYSTEMS["ucap"])
    with serve(site(city)) as server:
        status, said = crawl(tmp_path, f"http://{city.cms.host}/", server.port)
    assert status == 0, said
    assert "scrapy crawl suqian" in said  # whose host it is
    assert "\nsystem   ucap (" in said
    assert "none that is known" not in said
    assert [folder.name for folder in tmp_path.iterdir()] == [city.cms.host]
    catalogue = sqlite3.connect(tmp_path / city.cms.host / "catalogue.sqlite")
    rows = catalogue.execute("SELECT url, quality FROM reports").fetchall()
    catalogue.close()
    assert {key(url) for url, _ in rows} == reports(city)
    assert {quality for _, quality in rows} == {"complete"}


def test_pages_that_scripts_draw(chromium: str, tmp_path: Path) -> None:
    """The first of a list is asked for twice: as it is, then by the browser, as the rest is."""
    city = City(7, YEARS, cms=SYSTEMS["homemade-drawn"])
    with serve(site(city)) as server:
        status, said = crawl(tmp_path, f"http://{city.cms.host}/gongkai", server.port)
        log = server.settled()
    assert status == 0, said
    assert "whose city is not known" in said
    assert "\nsystem   none that is known (" in said
    asked = Counter(one.target for one in log if city.report_at(one.target))
    assert asked == Counter(entry.path for entry in city.report_entries())
    lists = Counter(one.target for one in log if one.target.startswith("/lm/"))
    assert any("?page=" in target for target in lists)
    assert all(count == (1 if "?page=" in target else 2) for target, count in lists.items())


def test_the_spider_is_one_of_the_fleet() -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], capture_output=True, text=True, check=True
    )
    assert "portal" in ran.stdout.split()
