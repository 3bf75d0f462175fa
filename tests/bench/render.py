"""What drawing pages costs: pages a second through the crawl, against scrapy-playwright alone.

    python -m tests.bench.render [--pages 60] [--rounds 3]

A process of its own serves pages whose rows a script asks for: a document, a
stylesheet, a script, a picture, the rows as JSON. Two kinds of child draw them in
turn with the same browser: scrapy-playwright as it comes, waiting for the rows and
giving the DOM; and the crawl with its settings, delay and robots.txt apart: every
request through turn and capture, and DOM, text and picture in the archive before the
spider sees the page. Pages a second are those between the first page and the last.
The growth of memory is that of all processes of the crawl together, from the
first tenth of the pages to the end.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import scrapy
from playwright.sync_api import sync_playwright
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from crawler.browser import SWITCHES, find
from tests.city.message import Exchange, Request
from tests.city.message import Response as Answer
from tests.city.wire import Server
from tests.crawling import SETTINGS
from tests.drawing import processes_below, settings

KINDS = ("plain", "captured")
ROWS = 20
PAGE = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>年报</title>
<link rel="stylesheet" href="/style.css"><script src="/list.js" defer></script></head>
<body><h1>政府信息公开年度报告</h1><img src="/logo.png" width="10" height="10"><table></table>
{"<p>政府信息公开工作年度报告</p>" * 50}</body></html>"""
SCRIPT = """fetch("/rows" + location.pathname).then(said => said.json()).then(rows => {
  document.querySelector("table").innerHTML = rows.map(row => `<tr><td>${row}</td></tr>`).join("");
});"""
FILES = {
    "/style.css": (b"text/css", b"td { color: #333 }"),
    "/list.js": (b"application/javascript", SCRIPT.encode()),
    "/logo.png": (b"image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "/favicon.ico": (b"image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"/>'),
}


class Reader(scrapy.Spider):
    """Asks for so many pages of the origin."""

    name = "asker"
    origin: str
    pages: int
    meta: dict[str, Any]
    came: list[float]
    memory: list[float]

    async def start(self) -> AsyncIterator[scrapy.Request]:
        self.came, self.memory = [], []
        for number in range(self.pages):
            yield scrapy.Request(f"{self.origin}/list/{number}", meta=dict(self.meta))

    def parse(self, response: Response) -> None:
        assert len(response.css("td")) == ROWS
        self.came.append(time.monotonic())
        if len(self.came) in (self.pages // 10, self.pages):
            self.memory.append(memory(os.getpid()))


def memory(pid: int) -> float:
    """MB that a process and all below it hold, shared pages counted in part."""
    total = 0
    for one in processes_below(pid):
        try:
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total / 1024


def child(job: dict[str, Any]) -> None:
    """One crawl in this process; prints pages a second, and how memory grew."""
    if job["kind"] == "captured":
        chosen = SETTINGS | settings(NIANBAO_DATA=job["data"])
        del chosen["DOWNLOADER_MIDDLEWARES"]["tests.drawing.Here"]
        chosen |= {"ROBOTSTXT_OBEY": False, "BROWSER_PAGES": job["side_by_side"]}
        meta: dict[str, Any] = {"render": "td"}
    else:
        from scrapy_playwright.page import PageMethod

        handler = "scrapy_playwright.handler.ScrapyPlaywrightDownloadHandler"
        chosen = {
            "DOWNLOAD_HANDLERS": {"http": handler},
            "PLAYWRIGHT_LAUNCH_OPTIONS": {
                "executable_path": job["browser"],
                "args": list(SWITCHES),
            },
            "CONCURRENT_REQUESTS": job["side_by_side"],
            "DOWNLOAD_DELAY": 0,
        }
        waits = [PageMethod("wait_for_selector", "td")]
        meta = {"playwright": True, "playwright_page_methods": waits}
    process = AsyncCrawlerProcess(
        {"LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False, "REMOTE_CONTROL_ENABLED": False}
        | chosen
    )
    crawler = process.create_crawler(Reader)
    crawl = process.crawl(crawler, origin=job["origin"], pages=job["pages"], meta=meta)
    process.start()
    crawl.result()
    spider = crawler.spider
    assert isinstance(spider, Reader)
    assert len(spider.came) == job["pages"]
    speed = (job["pages"] - 1) / (spider.came[-1] - spider.came[0])
    print(json.dumps({"speed": speed, "grew": spider.memory[1] - spider.memory[0]}))


def crawl(kind: str, origin: str, browser: str, pages: int, side_by_side: int) -> dict[str, float]:
    """Run a child of a kind and give what it found."""
    with tempfile.TemporaryDirectory() as folder:
        job = {
            "kind": kind,
            "origin": origin,
            "browser": browser,
            "pages": pages,
            "side_by_side": side_by_side,
            "data": folder,
        }
        command = [sys.executable, "-m", "tests.bench.render", "--child", json.dumps(job)]
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, float] = json.loads(ran.stdout)
    return found


def serve(ready: Connection) -> None:
    """Serves the pages, and keeps no log."""

    def answer(request: Request) -> Answer:
        if request.path in FILES:
            kind, body = FILES[request.path]
            return Answer(200, [(b"Content-Type", kind)], body)
        if request.path.startswith("/rows/"):
            rows = [f"{request.path} {number}" for number in range(ROWS)]
            return Answer(200, [(b"Content-Type", b"application/json")], json.dumps(rows).encode())
        return Answer(200, [(b"Content-Type", b"text/html; charset=utf-8")], PAGE.encode())

    def forget(exchange: Exchange) -> None:
        pass

    server = Server(answer, record=forget)
    ready.send(server.port)
    ready.recv()
    server.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=60, help="pages of one crawl")
    parser.add_argument("--rounds", type=int, default=3, help="crawls of each kind")
    parser.add_argument("--child", type=json.loads, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child)
        return
    with sync_playwright() as playwright:
        browser = find("", playwright.chromium.executable_path)
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    origin = f"http://127.0.0.1:{ours.recv()}"
    print(f"{browser}, median of {given.rounds} rounds of {given.pages} pages", flush=True)
    for side_by_side in (1, 2, 4):
        found: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
        for _ in range(given.rounds):
            for kind in KINDS:
                found[kind].append(crawl(kind, origin, browser, given.pages, side_by_side))
        speed = {k: statistics.median(one["speed"] for one in found[k]) for k in KINDS}
        grew = {k: statistics.median(one["grew"] for one in found[k]) for k in KINDS}
        print(
            f"{side_by_side} at a time: "
            + ", ".join(f"{k} {speed[k]:.2f} pages/s ({grew[k]:+.0f} MB)" for k in KINDS)
            + f"; captured / plain {speed['captured'] / speed['plain']:.2f}",
            flush=True,
        )
    ours.send("stop")


if __name__ == "__main__":
    main()
