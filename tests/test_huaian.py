"""The system of 淮安: summaries of a year, files of counties, and what its service may answer."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

import pytest
from scrapy.http import HtmlResponse

from archive import catalogue, ledger
from crawler.faults import DriftedError
from crawler.systems import huaian
from crawler.systems.known import recognised
from tests.city.city import City
from tests.city.message import Response
from tests.city.site import site
from tests.city.systems.huaian import COUNTIES, SUMMARISED
from tests.fleet import FLEET, Member, Walked, key, reports

if TYPE_CHECKING:
    from tests.city.message import Request, Script

YEARS = range(2021, 2024)
MEMBER = Member(SUMMARISED, huaian.SYSTEM)
FILES = {f"www.huaian.gov.cn{path}" for path in SUMMARISED.files if path.endswith(".pdf")}


def page(url: str, body: str) -> HtmlResponse:
    return HtmlResponse(url, body=body.encode(), encoding="utf-8")


def test_a_summary_leads_to_articles_and_to_the_files_of_counties() -> None:
    city = City(3, YEARS, cms=SUMMARISED)
    walked = Walked(MEMBER.spider, site(city))
    assert walked.faults == {}
    assert {key(item.url) for item in walked.captured} == reports(city) | FILES
    assert walked.stats["found/columns"] == 1 + len(YEARS)
    told = {
        key(one.url): one.meta["known"]
        for one in walked.asked
        if one.meta["known"]["role"] == "report"
    }
    county = told["www.huaian.gov.cn/wzxxgknb/2023/hz.pdf"]
    assert county["title"] == "洪泽区2022年政府信息公开年报"
    assert county["column"] == "2022年政府信息公开年报汇总"
    assert walked.stats["found/listed/2022"] == len(COUNTIES) + len(city.organs)


CRAWL = """
from crawler.systems import huaian
from tests.city.systems.huaian import SUMMARISED
from tests.crawled import main
from tests.fleet import FLEET, Member

FLEET["summaries"] = Member(SUMMARISED, huaian.SYSTEM)
main(["2", "2021-2023", "summaries"])
"""


def test_a_file_is_archived_and_catalogued_as_unread_with_its_reason(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CRAWL],
        env={**os.environ, "NIANBAO_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    folder = tmp_path / "sample_huaian_summaries"
    held = ledger.open_ledger(folder)
    kept = {url: ledger.last_capture(held, f"http://{url}") for url in FILES}
    held.close()
    assert all(found and found.status == 200 and found.entity_length for found in kept.values())
    opened = catalogue.open_catalogue(folder / catalogue.FILE)
    unread = {
        (key(url), flag, note)
        for url, flag, note in opened.execute(
            "SELECT reports.url, flags.flag, flags.note FROM reports JOIN flags"
            " ON flags.capture = reports.capture WHERE reports.quality = 'unread'"
        )
    }
    opened.close()
    assert unread == {(url, "type_unread", "a PDF file") for url in FILES}


def test_a_file_that_is_gone_is_a_report_lost() -> None:
    files = dict(SUMMARISED.files)
    del files["/wzxxgknb/2023/hz.pdf"]
    cms = dataclasses.replace(SUMMARISED, files=files)
    walked = Walked(MEMBER.spider, site(City(2, YEARS, cms=cms)))
    assert walked.stats["found/lost/2022"] == 1
    assert "hz.pdf" in walked.faults["gone"].example


def test_a_summary_without_a_report_is_drifted() -> None:
    app = site(City(2, YEARS, cms=SUMMARISED))

    def answer(request: Request) -> Response | Script:
        given = app(request)
        if "/art/" in request.path and isinstance(given, Response):
            return dataclasses.replace(given, body=given.body.replace(b"<a href", b"<a name"))
        return given

    walked = Walked(MEMBER.spider, answer)
    assert walked.verdict.name == "incomplete"
    assert "'report'" in walked.faults["drifted"].example


ROW = '<li><a href="/col/1_2/art/17356608/17375369831{:02}abcdefgh.html">甲</a>2025-01-22</li>'
COLUMN = "http://www.huaian.gov.cn/col/4122_231438/index{}.html"


@pytest.mark.parametrize(
    ("address", "call", "number", "pages", "following"),
    [
        ("", "nsetpage(1,41,20)", 1, 3, "_2"),
        ("_2", "nsetpage(1,41,20)", 2, 3, "_3"),
        ("_3", "nsetpage( 3 , 41 , 20 ,'x')", 3, 3, None),
        ("", "nsetpage(1,1,20)", 1, 1, None),
    ],
)
def test_the_address_says_which_page_it_is(
    address: str, call: str, number: int, pages: int, following: str | None
) -> None:
    body = ROW.format(1) + f"<script>{call}</script>"
    found = huaian.listing(page(COLUMN.format(address), body))
    assert (found.page, found.pages) == (number, pages)
    assert (found.following and found.following.url) == (following and COLUMN.format(following))


def test_the_script_of_a_page_says_the_organ_its_address_does_not() -> None:
    address = "http://www.xuyi.gov.cn/cmsweb/zwgk/xy/index.html?topic=2944&zfwjtype=zfb"
    found = huaian.listing(page(address, "<script>var rdeptid = 'ff80808165';</script>"))
    assert found.page == 0
    assert found.following is not None
    assert found.following.url == "http://www.xuyi.gov.cn/articleCommonController/lists.do"
    assert parse_qs(found.following.body.decode()) == {
        "topic": ["2944"],
        "zfwjtype": ["zfb"],
        "rdeptid": ["ff80808165"],
        "page": ["1"],
        "pagesize": ["15"],
    }
    with pytest.raises(DriftedError, match="'topic'"):
        huaian.listing(page(address, "<p>no script</p>"))


def test_a_page_that_shows_its_list_in_a_frame_leads_to_it() -> None:
    frames = '<iframe src="/visitcount?id=1"></iframe><iframe src="{}"></iframe>'
    inner = "/cmsweb/zwgk/jh/index.html?topic=4877"
    found = huaian.listing(page(COLUMN.format(""), frames.format(inner)))
    assert found.page == 0
    assert found.following is not None
    assert found.following.url == f"http://www.huaian.gov.cn{inner}"
    with pytest.raises(DriftedError, match="'pager'"):
        huaian.listing(page(COLUMN.format(""), frames.format("/share.html")))


@pytest.mark.parametrize("answer", [b"<html>login</html>", b"[]", b'{"value":null}', b"{}"])
def test_an_answer_that_is_not_the_service_s_is_drifted(answer: bytes) -> None:
    member = FLEET["huaian-served"]
    app = site(City(2, YEARS, cms=member.cms))

    def other(request: Request) -> Response | Script:
        given = app(request)
        if request.method == "POST" and isinstance(given, Response):
            return dataclasses.replace(given, body=answer)
        return given

    walked = Walked(member.spider, other)
    assert walked.verdict.name == "incomplete"
    assert walked.faults["drifted"].count == 3


@pytest.mark.parametrize(
    "address",
    [
        "/col/14249_137824/art/16751808/1676948560396hsSxIH22.html",
        "/col/11399_485714/art/202002/158277267483754OPb9r1.html",
        "/col/18073_668815/index.html",
        "/cmsweb/zwgk/haq/index.html?type=2&topic=2697",
        "/cmsweb/zwgk/sj/indexdept.html?r=1&orgId=2&topic=6112",
    ],
)
def test_an_address_tells_the_system(address: str) -> None:
    assert recognised(page(f"http://www.huaian.gov.cn{address}", "<p>text</p>")) is huaian.SYSTEM
