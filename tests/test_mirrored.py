"""Cities with mirrors mixed in: what is read is the government's own page, always."""

from __future__ import annotations

import dataclasses
import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import HtmlResponse
from scrapy.settings import Settings

from archive.__main__ import main
from archive.copies import records
from archive.folder import warc_files
from archive.warc import read_sets
from crawler.claims import owned
from crawler.coverage import covered
from crawler.faults import MirrorError
from crawler.fleet import fleet
from crawler.mirrors import is_government, original
from crawler.systems import static, trs, ucap
from pipelines import read
from pipelines.document import Document
from tests import nursery
from tests.city.city import City
from tests.city.message import App, Exchange, Request, Response, Script
from tests.city.mirror import HOST
from tests.city.mirrored import listed_at_mirror, with_mirrors
from tests.city.systems.known import SYSTEMS
from tests.city.wire import serve
from tests.fleet import FLEET, Walked, key, reports

YEARS = range(2021, 2024)
SPIDERS = list(fleet(Settings({"SPIDER_MODULES": ["spiders"]})))
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


def crawled(data: Path, app: App, url: str) -> tuple[int, str, Path, list[Exchange]]:
    """A run from an address: its status, what it said, its folder, what was asked."""
    with serve(app) as server:
        ran = nursery.run(
            [sys.executable, "-m", "scrapy", "crawl", "portal", "-a", f"url={url}"],
            env={
                **os.environ,
                "NIANBAO_DATA": str(data),
                "CONNECT_TO": f"*=127.0.0.1:{server.port}",
            },
            timeout=200,
        )
        log = server.settled()
    return ran.returncode, ran.stdout + ran.stderr, data / (urlsplit(url).hostname or ""), log


def gone(app: App, path: str, host: str) -> App:
    """The app, where a page is there no more."""

    def answer(request: Request) -> Response | Script:
        if (request.host, request.path) == (host, path):
            return Response(404, [(b"Content-Type", b"text/html")], b"404")
        return app(request)

    return answer


CITY = City(4, YEARS, cms=SYSTEMS["ucap"])
LISTED = sorted(listed_at_mirror(CITY))
START = f"http://{CITY.cms.host}{CITY.cms.start}"


def test_every_canonical_record_is_of_the_government(tmp_path: Path) -> None:
    status, said, folder, _ = crawled(tmp_path, with_mirrors(CITY), START)
    assert status == 0, said
    assert "kept as evidence" in said
    found = list(records(folder))
    heads = [one.head for one in found]
    assert {key(head.url) for head in heads} == reports(CITY)
    assert {head.host_class for head in heads} == {"gov"}
    assert len({head.id for head in heads}) == len(heads)
    copies = {copy.url: one.head.url for one in found for copy in one.copies}
    assert {key(url).removeprefix(HOST): key(own) for url, own in copies.items()} == {
        path: f"{CITY.cms.host}{path}" for path in LISTED
    }
    assert {copy.host_class for one in found for copy in one.copies} == {"mirror"}
    assert not {f.check for one in found for f in one.report.findings} & {"copies_differ"}
    kept = [found.exchange for path in warc_files(folder) for found in read_sets(path)]
    evidence = [one for one in kept if one.known.get("role") == "mirror"]
    assert {one.url for one in evidence} == {f"http://{HOST}{path}" for path in LISTED}
    assert all("務".encode() in one.response for one in evidence)  # as mirrors write it


def test_a_mirror_alone_is_listed_as_one_and_covers_nothing(tmp_path: Path) -> None:
    app = gone(with_mirrors(CITY), LISTED[0], CITY.cms.host)
    status, said, folder, _ = crawled(tmp_path, app, START)
    assert status == 3
    assert "gone" in said
    found = {key(one.head.url): one for one in records(folder)}
    assert found.keys() == reports(CITY) - {f"{CITY.cms.host}{LISTED[0]}"} | {f"{HOST}{LISTED[0]}"}
    alone = found[f"{HOST}{LISTED[0]}"]
    assert alone.head.host_class == "mirror"
    (flag,) = (one for one in alone.report.flags if one.flag == "original_gone")
    assert f"{CITY.cms.host}{LISTED[0]} answered 404" in flag.note
    (covers,) = covered(tmp_path, [])
    assert sum(year.found for year in covers.years.values()) == len(found) - 1
    for command in ("show", "organs"):
        url = [alone.head.url] if command == "show" else []
        assert main([command, *url, "--data", str(tmp_path)]) == 0


def telling(app: App) -> App:
    """The app, whose mirror leaves another host of the portal in the pages, as mirrors do."""

    def answer(request: Request) -> Response | Script:
        given = app(request)
        if request.host != HOST or isinstance(given, Script):
            return given
        left = b'<a href="http://zwfw.suqian.gov.cn/"></a></body>'
        return dataclasses.replace(given, body=given.body.replace(b"</body>", left))

    return answer


def test_from_a_page_of_a_mirror_the_original_is_fetched(tmp_path: Path) -> None:
    url = f"http://{HOST}{LISTED[0]}"
    status, said, folder, log = crawled(tmp_path, telling(with_mirrors(CITY)), url)
    assert status == 0, said
    (record,) = records(folder)
    assert key(record.head.url) == f"{CITY.cms.host}{LISTED[0]}"
    assert (record.head.host_class, record.head.quality) == ("gov", "complete")
    assert [(one.url, one.host_class) for one in record.copies] == [(url, "mirror")]
    asked = {(one.host, one.target) for one in log if one.target.endswith(".shtml")}
    assert asked == {(HOST, LISTED[0]), (CITY.cms.host, LISTED[0])}
    assert {one.host for one in log if one.target == "/robots.txt"} == {HOST, CITY.cms.host}
    # The next run leaves the original alone, and asks for the mirror's page again.
    status, said, folder, _ = crawled(tmp_path, telling(with_mirrors(CITY)), url)
    assert status == 0, said
    (again,) = records(folder)
    assert again.report == record.report
    assert [one.url for one in again.copies] == [url, url]


def test_from_a_page_of_a_mirror_whose_original_is_gone(tmp_path: Path) -> None:
    url = f"http://{HOST}{LISTED[0]}"
    app = gone(telling(with_mirrors(CITY)), LISTED[0], CITY.cms.host)
    status, said, folder, _ = crawled(tmp_path, app, url)
    assert (status, "gone" in said) == (3, True)
    (record,) = records(folder)
    assert (record.head.url, record.head.host_class) == (url, "mirror")
    assert {"host_mirror", "original_gone"} <= {flag.flag for flag in record.report.flags}


def test_a_mirror_that_does_not_tell_whose_it_is(tmp_path: Path) -> None:
    city = City(2, YEARS)  # whose organs are of no region that is known
    url = f"http://{HOST}{min(listed_at_mirror(city))}"
    status, said, folder, log = crawled(tmp_path, with_mirrors(city), url)
    assert status == 3
    assert "nothing but its path speaks for www.changzhou.gov.cn" in said
    assert {one.host for one in log} == {HOST}
    (record,) = records(folder)
    assert record.head.host_class == "mirror"
    assert "original_missing" in {flag.flag for flag in record.report.flags}


OWN = "http://{}.gov.cn{}".format
ADDRESSES = {
    ("001", "/downxxgk.php?fid=836164186943731"): "www.changzhou",
    ("002", "/qdsrmzf/zfxxgknb/content/959f32df-68d2-431e-b73a-bb2166752b0c.html"): "www.qidong",
    ("004", "/zgcs/c107586/202101/ae0355fed84743c893bb1eafafee5dc6.shtml"): "www.changshu",
}
"""Seeds that are mirrors' copies, and the hosts of their originals."""


@pytest.mark.parametrize(("seed", "path"), ADDRESSES)
def test_originals_of_mirrors_seen(seeds: Path, seed: str, path: str) -> None:
    page = mirrored(seeds, seed, path)
    claim = owned(page, read(Document(page.url, page.body)).report, SPIDERS)
    assert claim.url == OWN(ADDRESSES[seed, path], path)


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("/gi_news/123456789012345", "the organ is of 320581, and the address fits 常州市"),
        ("/a/1.asp", "no spider's system"),
    ],
)
def test_what_is_missing_is_said(seeds: Path, path: str, missing: str) -> None:
    page = mirrored(seeds, "004", path)  # of 常熟
    with pytest.raises(MirrorError, match=missing):
        owned(page, read(Document(page.url, page.body)).report, SPIDERS)
    empty = page.replace(body=b"<p>")
    with pytest.raises(MirrorError, match="no report"):
        owned(empty, read(Document(empty.url, empty.body)).report, SPIDERS)


def mirrored(seeds: Path, seed: str, path: str) -> HtmlResponse:
    (saved,) = seeds.glob(f"{seed}_*.txt")
    return HtmlResponse(f"http://{HOST}{path}", body=saved.read_bytes())


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
