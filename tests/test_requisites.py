"""Requisites: which addresses a page needs, and a crawl that asks for them after all else."""

from __future__ import annotations

import collections
import os
import sqlite3
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.__main__ import main
from archive.ledger import open_ledger
from archive.requisites import lacking, needs
from archive.writer import Writer
from tests import nursery
from tests.city.city import City
from tests.city.message import App, Exchange, Request, Response, Script
from tests.city.site import site
from tests.city.wire import serve
from tests.exchanges import exchange, run

AT = "http://gov.cn/a/page.html"

PAGES = {
    '<link rel="stylesheet" href="s.css">': ["http://gov.cn/a/s.css"],
    '<link rel="shortcut icon" href="/i.ico">': ["http://gov.cn/i.ico"],
    '<link rel="canonical" href="/page"><a href="b.html">b</a><iframe src="f.html"></iframe>': [],
    '<img src="//img.gov.cn/l.png#x"><img src=" l.png "><IMG SRC="l.png">': [
        "http://img.gov.cn/l.png",
        "http://gov.cn/a/l.png",
    ],
    '<img srcset="a.png 1x, b,c.png 2x,d.png" src="data:image/png;base64,AA">': [
        "http://gov.cn/a/a.png",
        "http://gov.cn/a/b,c.png",
        "http://gov.cn/a/d.png",
    ],
    '<script src="/x.js?v=1"></script><script>var a = "b.js"</script>': ["http://gov.cn/x.js?v=1"],
    '<input type="image" src="i.gif"><input src="no.gif">': ["http://gov.cn/a/i.gif"],
    '<td background="bg.gif" style="background: url(\'c.gif\')">': [
        "http://gov.cn/a/c.gif",
        "http://gov.cn/a/bg.gif",
    ],
    '<style>@import "p.css"; td { background: URL( q.png ) } /* url(no.png) */</style>': [
        "http://gov.cn/a/p.css",
        "http://gov.cn/a/q.png",
    ],
    '<base href="/b/"><img src="l.png"><img src="javascript:x"><img src="http://[a">': [
        "http://gov.cn/b/l.png"
    ],
    "<img src='年.png'>": ["http://gov.cn/a/年.png"],
    "": [],
}
"""Markup, and what it needs."""


@pytest.mark.parametrize("markup", PAGES)
@pytest.mark.parametrize("charset", ["utf-8", "gb18030"])
def test_what_a_page_needs(markup: str, charset: str) -> None:
    page = f"<html><body>政府信息公开{markup}</body></html>".encode(charset)
    assert list(needs(page, "text/html; charset=x", AT)) == PAGES[markup]


def test_what_a_stylesheet_needs() -> None:
    sheet = b"""@import url("b.css") screen; @IMPORT 'c.css'; @font-face { src: url(f.woff?#iefix) }
        p { background: url(data:image/png;base64,AA) } a { background: url("d(1).png") }"""
    assert needs(sheet, "text/css", "http://gov.cn/css/a.css") == (
        "http://gov.cn/css/b.css",
        "http://gov.cn/css/c.css",
        "http://gov.cn/css/f.woff",
        "http://gov.cn/css/d(1).png",
    )
    assert needs(sheet, "image/png", "http://gov.cn/css/a.css") == ()


@given(
    st.lists(st.sampled_from(["<img src=", "<base href=", "url(", "'", '"', ")>", "http://", "@"]))
    .map("".join)
    .flatmap(lambda start: st.text().map(start.__add__)),
    st.sampled_from(["text/html", "text/css"]),
)
def test_any_text_needs_addresses_that_can_be_asked_for(text: str, kind: str) -> None:
    for url in needs(text.encode("utf-8", "replace"), kind, AT):
        parts = urlsplit(url)
        assert parts.scheme in ("http", "https")
        assert parts.hostname
        assert "#" not in url


CITY = City(2, range(2021, 2024))
OURS = {
    "/css/style.css": Response(
        200,
        [(b"Content-Type", b"text/css")],
        b'@import "more.css"; td { background: url(/images/gone.png) }',
    ),
    "/css/more.css": Response(
        200, [(b"Content-Type", b"text/css")], b"td { background: url(deep.png) }"
    ),
}
"""A stylesheet of the portal, and one that it imports."""
WANTED = [
    "/css/more.css",
    "/css/style.css",
    "/images/gone.png",
    "/images/logo.png",
    "/js/common.js",
]


def app() -> App:
    portal = site(CITY)

    def answer(request: Request) -> Response | Script:
        if request.path == "/images/gone.png":
            return Response(404)
        return OURS.get(request.path) or portal(request)

    return answer


def crawl(data: Path, *more: str) -> tuple[str, list[Exchange]]:
    """What was printed, and what the portal was asked for; the run must be healthy."""
    with serve(app()) as server:
        ran = nursery.run(
            [sys.executable, "-m", "scrapy", "crawl", "changzhou", *more],
            env={
                **os.environ,
                "NIANBAO_DATA": str(data),
                "CONNECT_TO": f"*=127.0.0.1:{server.port}",
            },
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "verdict  healthy" in ran.stdout
        return ran.stdout, server.settled()


def targets(log: list[Exchange]) -> list[str]:
    return [one.target for one in log if not one.target.startswith(("/gi_", "/robots"))]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, list[Exchange]]:
    data = tmp_path_factory.mktemp("requisites")
    return data, *crawl(data)


def test_each_is_asked_for_once_and_after_the_pages(
    crawled: tuple[Path, str, list[Exchange]],
) -> None:
    data, printed, log = crawled
    assert sorted(targets(log)) == WANTED
    order = [one.target for one in log]
    last_list = max(number for number, one in enumerate(order) if one.startswith("/gi_class"))
    assert min(map(order.index, WANTED)) > last_list
    # Robots.txt forbids the counter of each page.
    assert "requisites of pages: 6 refused, 4 fetched, 1 missing; " in printed
    assert "/images/gone.png: status 404" in printed
    ledger = open_ledger(data / "changzhou")
    rows = ledger.execute("SELECT url, known FROM exchanges WHERE role = 'requisite'").fetchall()
    ledger.close()
    assert sorted(urlsplit(url).path for url, _ in rows) == WANTED
    assert all('"parent"' in known for _, known in rows)


def test_they_are_taken_for_no_reports(crawled: tuple[Path, str, list[Exchange]]) -> None:
    data, _, _ = crawled
    for _ in ("as crawled", "as read again"):
        catalogue = sqlite3.connect(data / "changzhou" / "catalogue.sqlite")
        urls = collections.Counter(catalogue.execute("SELECT url FROM reports"))
        catalogue.close()
        assert len(urls) == 6
        assert main(["rebuild", "--data", str(data)]) == 0


def test_verify_names_what_pages_lack(
    crawled: tuple[Path, str, list[Exchange]], capsys: pytest.CaptureFixture[str]
) -> None:
    data, _, _ = crawled
    lacks = {urlsplit(one.url).path: one for one in lacking(data / "changzhou")}
    assert sorted(lacks) == ["/images/gone.png", "/stat.php"]
    gone, counter = lacks.values()
    assert (gone.addresses, gone.pages, gone.why) == (1, 6, "status 404")
    assert (counter.addresses, counter.pages, counter.why) == (6, 6, "no capture")
    assert main(["verify", "--data", str(data)]) == 0
    said = capsys.readouterr()
    assert "and 5 more like it: no capture; for 6 pages, first http" in said.out
    assert said.err.strip().startswith("no faults in ")
    assert said.err.endswith("; pages lack 2 files\n")


@pytest.mark.parametrize("via", ["redirect", ""])
def test_what_other_hosts_serve_is_not_lacking(tmp_path: Path, via: str) -> None:
    """A redirect led to another host once; the spider did not ask it for anything."""
    page = b"<html><img src=http://other.gov.cn/b.png><img src=/a.png></html>"
    elsewhere = exchange(2, url="http://other.gov.cn/", via=via, known={})
    writer = Writer(tmp_path, run())
    for one in (exchange(1, page), elsewhere):
        writer.submit(one).result()
    writer.close({})
    named = {urlsplit(one.url).path for one in lacking(tmp_path)}
    assert named == ({"/a.png"} if via else {"/a.png", "/b.png"})


def test_a_later_run_knows_them(crawled: tuple[Path, str, list[Exchange]]) -> None:
    every_page = ("-a", "recheck=0d")
    printed, log = crawl(crawled[0], *every_page)
    # What was missing is asked for again, also where a stylesheet named it that was not.
    assert targets(log) == ["/images/gone.png"]
    assert "requisites of pages: 4 known, 6 refused, 1 missing" in printed
    _, log = crawl(crawled[0], *every_page, "-s", "REQUISITES_RECHECK=0")
    assert sorted(targets(log)) == WANTED


def test_without_them(tmp_path: Path) -> None:
    printed, log = crawl(tmp_path, "-a", "requisites=no")
    assert targets(log) == []
    assert "requisites" not in printed
    lacks = {urlsplit(one.url).path: one.why for one in lacking(tmp_path / "changzhou")}
    files = ["/css/style.css", "/images/logo.png", "/js/common.js", "/stat.php"]
    assert lacks == dict.fromkeys(files, "no capture")
