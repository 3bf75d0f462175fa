"""Cities with mirrors mixed in: what is read is the government's own page, always."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.copies import records
from archive.folder import warc_files
from archive.warc import read_sets
from crawler.mirrors import is_government, original
from crawler.systems import static, trs, ucap
from tests import nursery
from tests.city.city import City
from tests.city.mirror import HOST
from tests.city.mirrored import listed_at_mirror, with_mirrors
from tests.city.systems.known import SYSTEMS
from tests.city.wire import serve
from tests.fleet import FLEET, Walked, key, reports

YEARS = range(2021, 2024)
LINKED = ("changzhou", "static-nanjing", "static-wuxi", "trs", "ucap", "huaian")
"""Systems whose rows stand in the page with plain links, which a copy's host can replace."""


@pytest.mark.parametrize("name", LINKED)
def test_the_original_is_fetched_and_the_mirror_kept(name: str) -> None:
    city = City(4, YEARS, cms=FLEET[name].cms)
    walked = Walked(FLEET[name].spider, with_mirrors(city))
    assert walked.verdict.name == "healthy", walked.faults
    read = {key(item.url) for item in walked.captured}
    assert {url for url in read if not url.startswith(HOST)} == reports(city)
    assert {url for url in read if url.startswith(HOST)} == {
        f"{HOST}{path}" for path in listed_at_mirror(city)
    }
    copies = {one.url: one.meta["known"] for one in walked.asked if HOST in one.url}
    assert copies.keys() == {f"http://{HOST}{path}" for path in listed_at_mirror(city)}
    for url, known in copies.items():
        assert known["role"] == "mirror"
        assert known["parent"] == url.replace(HOST, city.cms.host)
    assert walked.stats["found/mirrors"] == len(copies)


def test_every_canonical_record_is_of_the_government(tmp_path: Path) -> None:
    city = City(4, YEARS, cms=SYSTEMS["ucap"])
    with serve(with_mirrors(city)) as server:
        ran = nursery.run(
            [
                *(sys.executable, "-m", "scrapy", "crawl", "portal"),
                *("-a", f"url=http://{city.cms.host}{city.cms.start}"),
            ],
            env={
                **os.environ,
                "NIANBAO_DATA": str(tmp_path),
                "CONNECT_TO": f"*=127.0.0.1:{server.port}",
            },
            timeout=200,
        )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "kept as evidence" in ran.stdout
    folder = tmp_path / city.cms.host
    found = list(records(folder))
    heads = [one.report.report for one in found]
    assert {key(head.url) for head in heads} == reports(city)
    assert {head.host_class for head in heads} == {"gov"}
    assert len({head.id for head in heads}) == len(heads)
    copies = {
        copy.url: head.url for one, head in zip(found, heads, strict=True) for copy in one.copies
    }
    assert {key(url).removeprefix(HOST): key(own) for url, own in copies.items()} == {
        path: f"{city.cms.host}{path}" for path in listed_at_mirror(city)
    }
    assert {copy.host_class for one in found for copy in one.copies} == {"mirror"}
    checks = {finding.check for one in found for finding in one.report.findings}
    assert "copies_differ" not in checks
    kept = [found.exchange for path in warc_files(folder) for found in read_sets(path)]
    evidence = [one for one in kept if one.known.get("role") == "mirror"]
    assert {one.url for one in evidence} == {
        f"http://{HOST}{path}" for path in listed_at_mirror(city)
    }
    assert all("務".encode() in one.response for one in evidence)  # as mirrors write it


def test_what_is_elsewhere_and_no_copy_is_left_alone() -> None:
    listed = "http://www.suqian.gov.cn/cnsq/gknb/xxgk_list.shtml"
    page = "/cnsq/gknb/202103/0f235d56ca894d5d9a95a53676d05733.shtml"
    assert original(f"http://a.example{page}", listed, ucap.SYSTEM) == (
        f"http://www.suqian.gov.cn{page}"
    )
    assert original(f"http://www.sqsc.gov.cn{page}", listed, ucap.SYSTEM) is None
    assert original(f"http://a.example{page}", "http://b.example/", ucap.SYSTEM) is None
    assert original("http://mp.app.example/s?id=1", listed, ucap.SYSTEM) is None
    assert original("http://a.example/doc/2022/12/13/3847735.shtml", listed, trs.SYSTEM) is None


@given(
    st.from_regex(r"[a-z]{1,10}(\.[a-z]{2,8}){1,2}", fullmatch=True).filter(
        lambda host: not is_government(f"http://{host}/")
    ),
    st.integers(1, 9_999_999),
)
def test_path_kept_and_host_replaced(host: str, number: int) -> None:
    path = f"/doc/2022/12/13/{number}.shtml"
    listed = "https://www.wuxi.gov.cn/zfxxgk/xxgkml/nb/index.shtml"
    assert original(f"http://{host}{path}", listed, static.SYSTEM) == (
        f"https://www.wuxi.gov.cn{path}"
    )
