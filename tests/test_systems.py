"""Every system against the sample city that runs on it: lists, walks, and ways to break."""

from __future__ import annotations

import collections
import dataclasses
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from scrapy import Request
from scrapy.http import TextResponse

from crawler.systems import Listing, trs
from crawler.systems.known import recognised
from crawler.titles import folded
from tests.city.city import FAULTS, City
from tests.city.message import Request as Received
from tests.city.message import Response, Script
from tests.city.redesign import REDESIGNS, redesigned
from tests.city.site import site
from tests.fleet import FLEET, ONE_PAGE, Member, Walked, key, reports

MEMBERS = pytest.mark.parametrize("member", FLEET.values(), ids=FLEET)
YEARS = range(2021, 2024)

BREAKS = {
    "rows-renamed": ("incomplete", r"drifted"),
    "pager-gone": ("incomplete", r"drifted"),
    "article-renamed": ("incomplete", r"drifted .*'article'"),
    "date-format-changed": ("incomplete", r"drifted"),
    "links-scripted": ("suspicious|incomplete", r"no report was found|drifted"),
    "script-only-list": ("incomplete", r"drifted|empty"),
    "empty": ("suspicious|incomplete", r"no report was found|drifted"),
    "page-2-missing": ("incomplete", "list_truncated"),
    "paging-down": ("incomplete", "list_truncated"),
    "first-page-again": ("incomplete", r"list_truncated .* repeats|drifted"),
    "home-on-page-2": ("incomplete", "list_truncated"),
    "lists-sent-home": ("suspicious", "soft_404 .*home page"),
    "login-on-page-2": ("incomplete", "list_truncated"),
    "challenge-on-page-3": ("incomplete", "blocked"),
    "total-lies": ("incomplete", "list_truncated"),
    "soft-404": ("suspicious", "soft_404"),
    "reports-gone": ("suspicious|incomplete", "gone"),
    "captcha": ("incomplete", "blocked"),
    "empty-file": ("suspicious", "empty"),
    "unavailable": ("incomplete", "unavailable"),
    "blocked-403": ("incomplete", "blocked"),
    "blocked-412": ("incomplete", "blocked"),
    "blocked-521": ("incomplete", "blocked"),
}


def said(walked: Walked) -> str:
    """The verdict's reasons in one text, each with the name of its error first."""
    return "\n".join(
        [f"{name} {seen.count} {seen.example}" for name, seen in walked.faults.items()]
        + [str(reason) for reason in walked.verdict.reasons]
    )


@MEMBERS
def test_the_walk_is_complete(member: Member) -> None:
    city = City(6, YEARS, cms=member.cms)
    walked = Walked(member.spider, site(city))
    assert walked.faults == {}, walked.faults
    assert walked.verdict.name == "healthy"
    asked = Counter((key(one.url), one.body) for one in walked.asked)
    assert set(asked.values()) == {1}
    assert Counter(key(item.url) for item in walked.captured) == Counter(reports(city))
    annual = [column for column in city.columns.values() if column.kind in {"03", "09"}]
    if not member.years_apart:
        assert walked.stats["found/columns"] == len(annual)
        assert walked.stats["found/lists"] == sum(column.pages for column in annual)
    assert walked.stats["found/rows"] == sum(len(column.entries) for column in annual)
    assert any(column.pages > 1 for column in annual) or "page-2-missing" in member.unharmed


@MEMBERS
def test_what_rows_say_is_what_the_city_lists(member: Member) -> None:
    city = City(6, YEARS, cms=member.cms)
    known = {
        key(one.url): one.meta["known"]
        for one in Walked(member.spider, site(city)).asked
        if one.meta["known"]["role"] == "report"
    }
    for entry in city.report_entries():
        told = known[f"{city.cms.host}{entry.path}"]
        assert told["title"] == entry.title
        assert told["date"].startswith(f"{entry.moment:%Y-%m-%d}")
        assert told["column"].endswith(("年", "年度报告") if member.years_apart else "年度报告")


@MEMBERS
@pytest.mark.parametrize("fault", BREAKS)
def test_a_breakage_is_named(member: Member, fault: str) -> None:
    # Only what befalls later pages needs a city with long lists.
    size = (member.organs, member.years) if fault in ONE_PAGE else (2, range(2022, 2024))
    walked = Walked(member.spider, site(City(*size, faults=[fault], cms=member.cms)))
    if fault in member.unharmed:
        assert walked.verdict.name == "healthy", said(walked)
        return
    verdict, words = BREAKS[fault]
    assert re.fullmatch(verdict, walked.verdict.name), said(walked)
    assert re.search(words, said(walked)), said(walked)


@MEMBERS
@pytest.mark.parametrize("change", [*REDESIGNS, "oldest-first"])
def test_a_change_that_means_nothing_is_healthy(member: Member, change: str) -> None:
    city = City(3, YEARS, faults={change} & set(FAULTS), cms=member.cms)
    portal = redesigned(site(city), change) if change in REDESIGNS else site(city)
    walked = Walked(member.spider, portal)
    assert walked.faults == {}
    assert walked.verdict.name == "healthy", said(walked)
    assert {key(item.url) for item in walked.captured} == reports(city)
    known = [one.meta["known"] for one in walked.asked]
    titles = {folded(one["title"]) for one in known if one["role"] == "report"}
    assert titles == {folded(entry.title) for entry in city.report_entries()}


@MEMBERS
def test_a_page_tells_its_system(member: Member) -> None:
    pages = Walked(member.spider, site(City(6, YEARS, cms=member.cms))).pages
    told = collections.defaultdict(set)
    for page in pages:
        assert isinstance(page, TextResponse)
        system = recognised(page)
        told[page.meta["known"]["role"]].add(system.name if system else "")
    if member.years_apart:
        told["list"].discard("")  # nor one of mere folders
    assert told["list"] == told["report"] == {member.system.name}
    assert told["index"] <= {member.system.name, ""}  # a page of mere links need not tell


def test_real_crawls_of_every_system(tmp_path: Path) -> None:
    """One process crawls all of them: recall 1.0, nothing twice, no page that is no report."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.crawled", "6", "2021-2023"],
        env={**os.environ, "NIANBAO_DATA": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    found = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    assert [one["system"] for one in found] == list(FLEET), ran.stderr
    for one in found:
        assert one["verdict"] == "healthy", ran.stdout
        assert one["found"] == one["read"] == one["reports"] == 18, one
        assert one["twice"] == one["others"] == 0, one


def test_a_service_that_is_gone_truncates_by_name() -> None:
    """连云港: a list of more than sixty rows ends there, and the verdict says so."""
    member = FLEET["truecms-404"]
    city = City(12, range(2019, 2026), cms=member.cms)
    walked = Walked(member.spider, site(city))
    assert walked.verdict.name == "incomplete"
    assert "list_truncated" in walked.faults
    assert "gone" in walked.faults


def test_lists_that_only_a_service_fills() -> None:
    """A page without rows is page 0: the walk asks on, and counts what the service gives."""

    def listing(page: TextResponse) -> Listing:
        if page.url.endswith(trs.SERVICE):
            return trs.listing(page)
        column = re.search(r"chnlid=(\d+)", page.text)
        assert column
        form = f"channelid=200210&classsql=chnlid%3D{column[1]}&prepage=10&page=1"
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        request = Request(page.urljoin(trs.SERVICE), method="POST", body=form, headers=kind)
        return Listing((), 0, following=request)

    member = FLEET["trs"]
    city = City(6, YEARS, cms=member.cms)
    system = dataclasses.replace(member.system, listing=listing)
    walked = Walked(dataclasses.replace(member, system=system).spider, site(city))
    assert walked.faults == {}
    assert {key(item.url) for item in walked.captured} == reports(city)
    assert walked.stats["found/lists"] == sum(
        column.pages for column in city.columns.values() if column.kind in {"03", "09"}
    )


def test_a_service_that_gives_the_first_rows_again_is_named() -> None:
    member = FLEET["truecms"]
    portal = site(City(8, range(2019, 2024), cms=member.cms))

    def again(request: Received) -> Response | Script:
        target = re.sub(
            r"startrecord=\d+&endrecord=\d+", "startrecord=1&endrecord=30", request.target
        )
        return portal(dataclasses.replace(request, target=target))

    walked = Walked(member.spider, again)
    assert walked.verdict.name == "incomplete"
    assert "repeats" in walked.faults["list_truncated"].example
