"""The archive over HTTP: captures as they were, and pages replayed in a browser without the web."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Browser, Request, Response

from archive.__main__ import main
from archive.exchange import Exchange, Original, look_at, warc_date
from archive.folder import warc_files, warc_folder
from archive.memento import of_folder, of_package
from archive.record import target_uri
from archive.rendition import render_rendition
from archive.serve import Server
from archive.wacz import pack
from archive.warc import read_sets, render
from archive.warcinfo import render_info
from tests.city.message import Response as Sent
from tests.city.systems.changzhou import PNG
from tests.city.wire import serve as serve_city
from tests.exchanges import exchange, rendition, run

HOST = "http://www.changzhou.gov.cn"
STAMP = "20260131120000"


@contextlib.contextmanager
def serving(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(
    server: Server, path: str, method: str = "GET", **headers: str
) -> tuple[int, HTTPMessage, bytes]:
    """Status, headers and body as they come; `headers` with underscores for hyphens."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)
    try:
        connection.request(
            method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.msg, answer.read()
    finally:
        connection.close()


def page(number: int, url: str, head: bytes, body: bytes = b"", **facts: object) -> Exchange:
    response = b"HTTP/1.1 " + head + b"\r\n\r\n" + body
    return replace(exchange(number), url=url, response=response, **facts)  # type: ignore[arg-type]


GBK = "<html><head><meta charset=gb2312></head><body>年报</body></html>".encode("gbk")
PLAIN = page(0, f"{HOST}/gbk", b"200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=b", GBK)
PACKED = page(
    0,
    f"{HOST}/gz?a=1&b=%D6%D0",
    b"200 OK\r\nContent-Type: text/css; charset=gbk\r\nContent-Encoding: gzip"
    b"\r\nTransfer-Encoding: chunked",
    b"%x\r\n%b\r\n0\r\n\r\n" % (len(gzip.compress(GBK, mtime=0)), gzip.compress(GBK, mtime=0)),
)
LATER = page(86_400, f"{HOST}/gbk", b"200 OK\r\nContent-Type: text/html", b"later")
MOVED = page(5, f"{HOST}/moved", b"301 Moved\r\nLocation: https://www.changzhou.gov.cn/moved")
ARRIVED = page(5, "https://www.changzhou.gov.cn/moved", b"200 OK\r\nContent-Type: a/b", b"here")
LEADS = page(6, f"{HOST}/leads", b"302 Found\r\nLocation: gbk?x")
BUSY = page(9, f"{HOST}/busy", b"503 Busy\r\nRetry-After: 1", b"busy")
SERVED = page(60, f"{HOST}/busy", b"200 OK", b"served")
GONE = page(7, f"{HOST}/gone", b"404 Not Found\r\nContent-Type: text/html", b"gone")
AGAIN = page(99, f"{HOST}/again", b"200 OK\r\nContent-Type: text/html", GBK)
ALL = [PLAIN, PACKED, LATER, MOVED, ARRIVED, LEADS, BUSY, SERVED, GONE]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("serve") / "asker"
    warc_folder(folder).mkdir(parents=True)
    told, name = run(), "a.warc.gz"
    original = Original(PLAIN.id, target_uri(PLAIN.url), warc_date(PLAIN.started), name, 0)
    path = warc_folder(folder) / name
    path.write_bytes(
        b"".join(
            (
                render_info(told, name),
                *(render(one, look_at(one), told) for one in ALL),
                render_rendition(rendition(PLAIN, "dom")),
            )
        )
    )
    # Read back for the place of the original, which a revisit has to say.
    (place,) = (one.place for one in read_sets(path) if one.exchange.id == PLAIN.id)
    original = replace(original, offset=place.offset)
    other = warc_folder(folder) / "b.warc.gz"
    other.write_bytes(render_info(told, other.name) + render(AGAIN, look_at(AGAIN), told, original))
    pack(folder, [], folder.parent / "packed.wacz")
    with (
        of_package(folder.parent / "packed.wacz") as package,
        serving(Server(("127.0.0.1", 0), [of_folder(folder), package])) as running,
    ):
        yield running


@pytest.mark.parametrize("name", ["asker", "packed"])
def test_a_capture_as_it_was(server: Server, name: str) -> None:
    status, headers, body = ask(server, f"/{name}/{STAMP}id_/{HOST}/gbk")
    assert (status, body) == (200, GBK)
    assert headers["Content-Type"] == "text/html"
    assert headers["Memento-Datetime"] == "Sat, 31 Jan 2026 12:00:00 GMT"
    assert headers["X-Archive-Orig-Set-Cookie"] == "a=b"
    assert headers["Set-Cookie"] is None
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    for part in (
        f'<{HOST}/gbk>; rel="original"',
        f'</{name}/{HOST}/gbk>; rel="timegate"',
        f'</{name}/timemap/link/{HOST}/gbk>; rel="timemap"',
    ):
        assert part in headers["Link"]
    status, headers, body = ask(server, f"/{name}/{STAMP}id_/{HOST}/gbk", "HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(GBK)), b"")


@pytest.mark.parametrize("name", ["asker", "packed"])
def test_the_content_coding_is_kept_for_those_who_take_it(server: Server, name: str) -> None:
    path = f"/{name}/{STAMP}id_/{PACKED.url}"
    status, headers, body = ask(server, path, Accept_Encoding="gzip, deflate")
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert body == gzip.compress(GBK, mtime=0)
    assert headers["Content-Type"] == "text/css; charset=gbk"
    status, headers, body = ask(server, path)
    assert (status, headers["Content-Encoding"], body) == (200, None, GBK)


@pytest.mark.parametrize("name", ["asker", "packed"])
def test_a_revisit_has_the_body_of_what_it_repeats(server: Server, name: str) -> None:
    status, headers, body = ask(server, f"/{name}/20260131120139id_/{AGAIN.url}")
    assert (status, headers["Content-Type"], body) == (200, "text/html", GBK)


def test_a_rendition(server: Server) -> None:
    status, headers, body = ask(server, f"/asker/20260131120001id_/urn:dom:{PLAIN.url}")
    assert (status, body) == (200, b"<p>page</p>")
    assert headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("2026id_/{}/gbk", STAMP + "id_/{}/gbk"),
        ("20260201id_/{}/gbk", STAMP + "id_/{}/gbk"),
        ("20260201000001id_/{}/gbk", "20260201120000id_/{}/gbk"),
        ("{}/gbk", "20260201120000/{}/gbk"),
        (STAMP + "mp_/{}/gbk", STAMP + "/{}/gbk"),
        (STAMP + "/{}/gz?a=1&b=%D6%D0", STAMP + "id_/{}/gz?a=1&b=%D6%D0"),
        ("20260131120006id_/{}/leads", "20260131120006id_/{}/gbk?x"),
        # Never back to itself: the answer at the other spelling of the address is meant.
        ("2026id_/{}/moved", "20260131120005id_/https://www.changzhou.gov.cn/moved"),
        ("2026id_/{}/busy", "20260131120100id_/{}/busy"),
        ("2026id_/http:/www.changzhou.gov.cn/gbk", STAMP + "id_/{}/gbk"),
    ],
)
def test_what_leads_on(server: Server, asked: str, leads_to: str) -> None:
    status, headers, _ = ask(server, f"/asker/{asked.format(HOST)}")
    assert (status, headers["Location"]) == (302, f"/asker/{leads_to.format(HOST)}")


def test_a_time_gate_goes_by_the_time_that_is_wished(server: Server) -> None:
    when = "Sat, 31 Jan 2026 13:00:00 GMT"
    status, headers, _ = ask(server, f"/asker/{HOST}/gbk", Accept_Datetime=when)
    assert (status, headers["Location"]) == (302, f"/asker/{STAMP}/{HOST}/gbk")
    assert headers["Vary"] == "accept-datetime"
    assert ask(server, f"/asker/{HOST}/gbk", Accept_Datetime="soon")[0] == 404
    assert ask(server, f"/asker/20261331id_/{HOST}/gbk")[0] == 404


def test_errors_are_captures_too(server: Server) -> None:
    assert ask(server, f"/asker/20260131120009id_/{HOST}/busy")[::2] == (503, b"busy")
    assert ask(server, f"/asker/20260131120007id_/{HOST}/gone")[::2] == (404, b"gone")


def test_a_time_map(server: Server) -> None:
    status, headers, body = ask(server, f"/asker/timemap/link/{HOST}/gbk")
    assert (status, headers["Content-Type"]) == (200, "application/link-format")
    lines = body.decode().splitlines()
    assert lines[0] == f'<{HOST}/gbk>; rel="original",'
    times = [line.split('datetime="')[1][:25] for line in lines if 'rel="memento"' in line]
    assert times == ["Sat, 31 Jan 2026 12:00:00", "Sun, 01 Feb 2026 12:00:00"]
    assert lines[-1].startswith(f"</asker/20260201120000id_/{HOST}/gbk>; ")


def test_what_is_not_there(server: Server) -> None:
    status, headers, body = ask(server, f"/asker/2026/{HOST}/<script>")
    assert status == 404
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert b"<script>" not in body
    assert f"/asker/20260201120000/{HOST}/gbk".encode() in body
    status, _, body = ask(server, "/nobody/2026/x")
    assert status == 404
    assert b"asker, packed" in body
    assert ask(server, f"/asker/{STAMP}id_/{HOST}/gbk", "POST")[0] == 501
    assert b"11 captures" in ask(server, "/")[2]


def test_damage_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "torn"
    warc_folder(folder).mkdir(parents=True)
    told, path = run(), warc_folder(folder) / "a.warc.gz"
    path.write_bytes(render_info(told, path.name) + render(PLAIN, look_at(PLAIN), told))
    collection = of_folder(folder)
    path.write_bytes(path.read_bytes()[:200])
    with serving(Server(("127.0.0.1", 0), [collection])) as server:
        status, _, body = ask(server, f"/torn/{STAMP}id_/{HOST}/gbk")
    assert status == 500
    assert b"a.warc.gz" in body
    assert b"python -m archive verify" in body


PATHS = st.lists(
    st.sampled_from(
        [
            "/",
            "asker",
            "..",
            "%2e%2e",
            "%2f",
            "-",
            "worker.js",
            STAMP,
            "id_",
            "mp_",
            "timemap",
            "link",
            HOST,
            "gbk",
            "urn:dom:",
            "?",
            "*",
            "%00",
            "%0d%0a",
            "\xc4",
            "99999999999999",
        ]
    )
).map("".join)


@given(PATHS.filter(lambda path: path.isascii()), st.text("abc, :0123GMT", max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_path_has_an_answer_that_is_meant(server: Server, path: str, when: str) -> None:
    status, headers, body = ask(server, "/" + path, Accept_Datetime=when)
    assert status in (200, 301, 302, 404)
    assert "root:" not in body.decode("latin-1")
    where = headers["Location"]
    assert where is None or where.startswith("/")
    assert not where or not where.startswith("//")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--data", str(tmp_path)]) == 3
    assert main(["serve", "nobody", "--data", str(tmp_path)]) == 3
    assert "nobody is no portal in" in capsys.readouterr().err
    (tmp_path / "a.wacz").write_bytes(b"no package")
    assert main(["serve", str(tmp_path / "a.wacz")]) == 3
    assert "a.wacz" in capsys.readouterr().err


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a crawl of the sample city."""
    data = tmp_path_factory.mktemp("crawled")
    city = ["-m", "tests.city", "--port", "0", "--organs", "2", "--years", "2021-2022", "--"]
    subprocess.run(
        [sys.executable, *city, sys.executable, "-m", "scrapy", "crawl", "changzhou"],
        check=True,
        capture_output=True,
        env={**os.environ, "NIANBAO_DATA": str(data)},
    )
    return data / "changzhou"


LOOKS = """() => ({
  title: document.title,
  line: getComputedStyle(document.querySelector("td.GovInfoContent")).lineHeight,
  size: getComputedStyle(document.querySelector("td.GovInfoContent")).fontSize,
  zoom: typeof zoom,
  logo: document.querySelector("img").naturalWidth,
})"""


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "package"])
def test_a_page_replays_in_a_browser_with_the_network_off(
    crawled: Path, browser: Browser, tmp_path: Path, packed: bool
) -> None:
    if packed:
        pack(crawled, [], tmp_path / "changzhou.wacz")
    reports = [
        found.exchange
        for path in warc_files(crawled)
        for found in read_sets(path)
        if found.exchange.known["role"] == "report"
    ]
    assert len(reports) == 4
    # Whatever would leave this machine comes to this server, which must hear nothing.
    with (
        serve_city(lambda request: Sent(200)) as live,
        of_package(tmp_path / "changzhou.wacz")
        if packed
        else contextlib.nullcontext(of_folder(crawled)) as collection,
        serving(Server(("127.0.0.1", 0), [collection])) as server,
    ):
        proxy = {"server": f"http://127.0.0.1:{live.port}", "bypass": "127.0.0.1"}
        context = browser.new_context(proxy=proxy)  # type: ignore[arg-type]
        failed: list[str] = []
        answers: list[Response] = []
        asked: list[Request] = []
        context.on("requestfailed", lambda request: failed.append(request.url))
        context.on("response", lambda answer: answers.append(answer))
        context.on("request", lambda request: asked.append(request))
        shown = context.new_page()
        for report in reports:
            with shown.expect_response(lambda answer: "/stat.php" in answer.url):
                shown.goto(f"{server.url}changzhou/2026/{report.url}")
            frame = shown.frames[-1]
            frame.wait_for_load_state()
            looks = frame.evaluate(LOOKS)
            assert "年度报告-澄川市人民政府" in looks["title"]
            assert float(looks["line"][:-2]) == pytest.approx(1.8 * float(looks["size"][:-2]))
            assert (looks["zoom"], looks["logo"]) == ("function", 1)
        frame.locator("text=打印本页").click()
        shown.wait_for_url(lambda url: "downxxgk.php" in url)
        text = shown.locator("h1").text_content()
        context.close()
        assert text == "Not in the archive"  # which is the truth, and not a page of the live web
        assert live.settled() == []
        # What is missing may be given up for the next page.
        assert [url for url in failed if "/stat.php" not in url] == []
        # Robots.txt forbade the counter; nothing else is missing.
        missing = {
            one.url.rpartition("/")[2].partition("?")[0] for one in answers if one.status >= 400
        }
        assert missing == {"stat.php", "downxxgk.php"}
        assert {one.url.startswith(server.url) for one in asked} == {True}
        assert server.answers > 4 * len(reports)


RESTLESS = f"""<html><head><meta charset="gb2312"><title>年报</title>
<meta http-equiv="refresh" content="1;url=http://live.cn/refresh">
<link rel="prefetch" href="http://live.cn/prefetch"></head>
<body><p>政府信息公开</p><img src="http://pictures.gov.cn/one.png">
<iframe src="http://live.cn/frame"></iframe><a href="{HOST}/gbk">on</a><script>
const said = [];
new WebSocket("ws://live.cn/socket").onerror = () => said.push("socket");
fetch("http://live.cn/fetch").then(got => said.push("fetch " + got.status));
fetch("{HOST}/gz?a=1&b=%D6%D0").then(got => said.push("own " + got.status));
navigator.sendBeacon("http://live.cn/beacon", "x");
new Image().src = "http://live.cn/image";
window.open("http://live.cn/window");
try {{ top.location = "http://live.cn/top"; }} catch {{ said.push("top"); }}
</script></body></html>""".encode("gbk")


def test_a_page_that_wants_out_stays_in(browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "asker"
    warc_folder(folder).mkdir(parents=True)
    told, path = run(), warc_folder(folder) / "a.warc.gz"
    ok = b"200 OK\r\nContent-Type: "
    there = [
        *ALL,
        page(1, f"{HOST}/restless", ok + b"text/html", RESTLESS),
        page(2, "http://pictures.gov.cn/one.png", ok + b"image/png", PNG),
        page(3, f"{HOST}/old", b"302 Found\r\nLocation: /restless"),
    ]
    sets = (render(one, look_at(one), told) for one in there)
    path.write_bytes(render_info(told, path.name) + b"".join(sets))
    with (
        serve_city(lambda request: Sent(200)) as live,
        serving(Server(("127.0.0.1", 0), [of_folder(folder)])) as server,
    ):
        proxy = {"server": f"http://127.0.0.1:{live.port}", "bypass": "127.0.0.1"}
        context = browser.new_context(proxy=proxy)  # type: ignore[arg-type]
        shown = context.new_page()
        shown.goto(f"{server.url}asker/2026/{HOST}/restless")
        frame = shown.frame_locator("iframe").first
        frame.locator("p", has_text="政府信息公开").wait_for()
        inner = shown.frames[1]
        inner.wait_for_function("said.length >= 4")
        assert set(inner.evaluate("said")) == {"socket", "fetch 404", "own 200", "top"}
        assert inner.evaluate("document.querySelector('img').naturalWidth") == 1
        # The refresh would have come by now.
        shown.wait_for_timeout(1500)
        assert shown.url.startswith(server.url)
        assert context.pages == [shown]
        # The first leads on, and the page is seen at the address it was led to.
        led_to = f"mp_/{HOST}/restless"
        with shown.expect_event("framenavigated", lambda one: one.url.endswith(led_to)):
            shown.goto(f"{server.url}asker/2026/{HOST}/old")
        shown.frame_locator("iframe").first.locator("a").click()
        shown.wait_for_url(f"{server.url}asker/*/{HOST}/gbk")
        context.close()
        assert live.settled() == []
