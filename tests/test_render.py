"""Pages drawn by a real browser, held against the log of the origin and against a replay."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

import pytest
from playwright.sync_api import Browser

from archive.exchange import RecordSet, Rendition
from crawler.browser import WINDOW
from tests.city.message import Exchange, Request, Script
from tests.city.scripted import FOREIGN
from tests.city.wire import serve
from tests.crawling import crawl
from tests.drawing import ASKED, HOST, PAGES, WORDS, Origin, asked, kept, settings


@dataclasses.dataclass(frozen=True)
class Drawn:
    """One crawl of all the pages: what was said, what the origin saw, what is kept."""

    said: dict[str, dict[str, Any]]
    stats: dict[str, Any]
    log: list[Exchange]
    sets: list[RecordSet]
    renditions: dict[tuple[str, str], Rendition]

    def info(self, path: str) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.renditions[path, "pageinfo"].data)
        return told

    def text(self, path: str) -> str:
        return self.renditions[path, "text"].data.decode()


@pytest.fixture(scope="module")
def drawn(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    data = tmp_path_factory.mktemp("drawn")
    with serve(Origin()) as server:
        said, stats = crawl(
            data,
            asked(*ASKED),
            **settings(CONNECT_TO=f"*=127.0.0.1:{server.port}", RENDER_TIMEOUT=3),
        )
        log = server.settled()
    sets, renditions = kept(data)
    return Drawn(
        {list(ASKED)[one["number"]]: one for one in said},
        stats,
        log,
        sets,
        {(one.url.removeprefix(f"http://{HOST}"), one.kind): one for one in renditions},
    )


def test_every_exchange_is_kept_as_it_was_on_the_wire(drawn: Drawn) -> None:
    seen = sorted((one.request, one.response) for one in drawn.log)
    assert seen == sorted((one.exchange.request, one.exchange.response) for one in drawn.sets)
    assert len(seen) > len(ASKED) + 10


def test_requests_are_ours_with_the_browsers_cookies(drawn: Drawn) -> None:
    for one in drawn.log:
        assert b"\r\nUser-Agent: Nianbao/" in one.request
        assert b"\r\nAccept-Encoding: gzip, deflate\r\n" in one.request
        assert b"sec-ch-" not in one.request.lower()
        assert one.request.count(b"\r\nCookie:") <= 1
    (listed,) = (one for one in drawn.log if one.target == "/list")
    assert b"\r\nCookie: s=1; t=2\r\n" in listed.request
    assert drawn.text("/list").split() == [
        "政府信息公开年度报告",
        "甲",
        "乙",
        "s=1",
        "t=2",
        "script=1",
    ]


def test_an_exchange_names_what_it_comes_from(drawn: Drawn) -> None:
    by_id = {one.exchange.id: one.exchange for one in drawn.sets}
    (listed,) = (one for one in by_id.values() if one.url.endswith("/list"))
    assert listed.via == "redirect"
    assert listed.parent
    assert by_id[listed.parent].url == f"http://{HOST}/"
    (style,) = (one for one in by_id.values() if one.url.endswith("/style.css"))
    assert (style.via, style.parent, style.known["role"]) == ("page", listed.id, "requisite")
    again = [one for one in by_id.values() if one.url.endswith("/busy.png")]
    assert [one.via for one in again] == ["page", "retry"]


def test_the_spider_gets_the_dom_of_the_document(drawn: Drawn) -> None:
    said, dom = drawn.said["/"], drawn.renditions["/list", "dom"]
    (listed,) = (one for one in drawn.sets if one.exchange.url.endswith("/list"))
    assert said["sha256"] == hashlib.sha256(dom.data).hexdigest()
    assert said["exchange"] == dom.exchange == listed.exchange.id
    assert said["capture"] == listed.exchange.response_id
    assert said["status"] == 200
    assert "<td>甲</td>" in dom.data.decode()
    assert drawn.said["/gone"]["status"] == 404


def test_the_renditions_of_a_page(drawn: Drawn) -> None:
    kinds = {kind: one for (path, kind), one in drawn.renditions.items() if path == "/list"}
    assert {kind: one.content_type for kind, one in kinds.items()} == {
        "dom": "text/html; charset=utf-8",
        "view": "image/png",
        "text": "text/plain; charset=utf-8",
        "pageinfo": "application/json",
    }
    assert len({one.exchange for one in kinds.values()}) == 1
    assert int.from_bytes(kinds["view"].data[16:20], "big") == WINDOW["width"]
    info = drawn.info("/list")
    by_id = {one.exchange.id: one for one in drawn.sets}
    assert [(one["kind"], one["status"]) for one in info["exchanges"]][:2] == [
        ("Document", 302),
        ("Document", 200),
    ]
    for one in info["exchanges"]:
        assert by_id[one["exchange"]].exchange.url == one["url"]
        assert by_id[one["exchange"]].facts.status == one["status"]
    assert info["unsettled"] == ""
    assert info["sockets"] == [f"ws://{HOST}/push"]
    assert len(info["errors"]) == 1
    assert "nothing is not defined" in info["errors"][0]


def test_a_page_does_without_what_it_may_not_have(drawn: Drawn) -> None:
    (refused,) = drawn.info("/list")["refused"]
    assert (refused["url"], refused["kind"]) == (f"http://{FOREIGN}/hm.js", "Script")
    assert refused["why"].startswith("off_site")
    (refused,) = drawn.info("/secret")["refused"]
    assert refused["url"] == f"http://{HOST}/secret/map.png"
    assert refused["why"].startswith("refused")
    assert drawn.said["/secret"]["status"] == 200
    assert {one.host for one in drawn.log} == {HOST}
    assert drawn.stats["render/refused"] == 3


@pytest.mark.parametrize("path", ["/gbk-header", "/gbk-meta", "/gbk-none"])
def test_gbk_is_not_transcoded(drawn: Drawn, path: str) -> None:
    assert drawn.text(path) == WORDS * 3
    (page,) = (one for one in drawn.sets if one.exchange.url.endswith(path))
    assert page.exchange.response.endswith((WORDS * 3 + "</p></body></html>").encode("gbk"))
    assert WORDS in drawn.renditions[path, "dom"].data.decode()


@pytest.mark.parametrize(
    ("path", "why"), [("/restless", "never quiet"), ("/waiting", "'table tr'")]
)
def test_a_page_that_is_never_done_is_named_and_kept(drawn: Drawn, path: str, why: str) -> None:
    assert drawn.said[path]["error"] == "UndrawnError"
    info = drawn.info(path)
    assert why in info["unsettled"]
    by_id = {one.exchange.id for one in drawn.sets}
    assert by_id >= {one["exchange"] for one in info["exchanges"]}
    assert drawn.text(path).strip() == "年报"


def test_what_is_no_page_is_given_as_it_is(drawn: Drawn) -> None:
    body = PAGES["/file"].body
    assert drawn.said["/file"]["sha256"] == hashlib.sha256(body).hexdigest()
    assert ("/file", "dom") not in drawn.renditions


def test_a_document_elsewhere_is_named(drawn: Drawn) -> None:
    assert drawn.said["/away"]["error"] == "OffSiteError"


def test_a_file_of_several_pages_is_asked_for_once(drawn: Drawn) -> None:
    assert [one.target for one in drawn.log].count("/style.css") == 1
    named = [
        {one["exchange"] for one in drawn.info(path)["exchanges"] if one["kind"] == "Stylesheet"}
        for path in ("/list", "/waiting")
    ]
    assert len(named[0]) == 1
    assert named[0] == named[1]


def test_replayed_with_the_network_blocked_it_looks_the_same(
    drawn: Drawn, browser: Browser
) -> None:
    """The archive answers on the wire with the bytes it holds; nothing else is there."""
    named = {said["exchange"] for said in drawn.info("/list")["exchanges"]}
    answers = {
        (one.exchange.method, one.exchange.url): one.exchange.response
        for one in drawn.sets
        if one.exchange.id in named
    }
    missing: set[tuple[str, str]] = set()

    def archive(request: Request) -> Script:
        found = answers.get((request.method, request.target))
        if found is None:
            missing.add((request.method, request.target))
            return Script([], "reset")
        return Script([found], "close")

    with serve(archive) as server:
        context = browser.new_context(
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": WINDOW["width"], "height": WINDOW["height"]},
            proxy={"server": f"http://127.0.0.1:{server.port}"},
        )
        page = context.new_page()
        page.goto(f"http://{HOST}/")
        page.wait_for_selector("table tr")
        page.wait_for_load_state("networkidle")
        dom, text = page.content(), page.evaluate("document.documentElement.innerText")
        view = page.screenshot(full_page=True, animations="disabled")
        context.close()
        server.settled()
    kept = {kind: one.data for (path, kind), one in drawn.renditions.items() if path == "/list"}
    # What was refused, a WebSocket, and an icon that Chromium may ask for after all is done.
    assert missing <= {
        ("GET", f"http://{FOREIGN}/hm.js"),
        ("CONNECT", f"{HOST}:80"),
        ("GET", f"http://{HOST}/favicon.ico"),
    }
    assert text == kept["text"].decode()
    assert dom == kept["dom"].decode()
    assert view == kept["view"]
