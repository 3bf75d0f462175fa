"""Pages replayed in a browser out of the archive, without the web."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Request, Response

from archive.exchange import look_at
from archive.folder import warc_files, warc_folder
from archive.memento import of_folder, of_package
from archive.serve import Server
from archive.wacz import pack
from archive.warc import read_sets, render
from archive.warcinfo import render_info
from tests.city.message import Response as Sent
from tests.city.systems.changzhou import PNG
from tests.city.wire import serve as serve_city
from tests.exchanges import run
from tests.serving import ALL, HOST, page, serving


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
