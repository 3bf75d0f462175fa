"""What the capture costs: CPU time of a crawl with it, against Scrapy alone and gzip.

    python -m tests.bench.capture [--pages 1000] [--rounds 3] [--many 10000]

The sample city's report pages are served by a process of their own and crawled
by two kinds of child in turn: Scrapy as it comes, and Scrapy with the archive.
A third measures gzip level 6 on the very bytes that were archived. CPU time is
user and system time of the child from the opening of the spider to its end.
Then the peak memory of a long crawl is held against that of a short one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

from archive.folder import warc_files
from archive.warc import read_sets
from tests.city import pages
from tests.city.city import City
from tests.city.message import Exchange, Request
from tests.city.message import Response as Answer
from tests.city.wire import Server
from tests.crawling import SETTINGS

BARE: dict[str, Any] = {"DOWNLOAD_HANDLERS": {}, "EXTENSIONS": {}}


class Reader(scrapy.Spider):
    """Asks for so many pages of the origin."""

    name = "asker"
    pages: int
    port: int
    began = 0.0

    async def start(self) -> AsyncIterator[scrapy.Request]:
        self.began = time.process_time()
        for number in range(self.pages):
            yield scrapy.Request(f"http://127.0.0.1:{self.port}/{number}")

    def parse(self, response: Response) -> None:
        assert response.status == 200


def child(job: dict[str, Any]) -> None:
    """One crawl in this process; prints what it cost: seconds of CPU, and peak memory in MB."""
    settings = SETTINGS | ({} if job["captured"] else BARE)
    settings |= {
        "NIANBAO_DATA": job["data"],
        "CONCURRENT_REQUESTS_PER_DOMAIN": job["concurrency"],
        "MEMUSAGE_ENABLED": False,
    }
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(Reader)
    crawl = process.crawl(crawler, pages=job["pages"], port=job["port"])
    process.start()
    crawl.result()
    assert isinstance(crawler.spider, Reader)
    assert crawler.stats
    assert crawler.stats.get_value("response_received_count") == job["pages"]
    cpu = time.process_time() - crawler.spider.began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": cpu, "peak": peak}))


def crawl(port: int, count: int, concurrency: int, data: Path | None) -> dict[str, float]:
    """Run a child: captured into `data`, or bare when there is none."""
    job = {
        "port": port,
        "pages": count,
        "concurrency": concurrency,
        "captured": data is not None,
        "data": str(data),
    }
    command = [sys.executable, "-m", "tests.bench.capture", "--child", json.dumps(job)]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    cost: dict[str, float] = json.loads(ran.stdout)
    return cost


def gzip_cost(data: Path) -> float:
    """Seconds of CPU that gzip level 6 takes for the response blocks in `data`."""
    seconds = 0.0
    for block in responses(data):
        began = time.process_time()
        gzip.compress(block, 6)
        seconds += time.process_time() - began
    return seconds


def responses(data: Path) -> Iterator[bytes]:
    """The response blocks that a crawl archived."""
    for path in warc_files(data / "asker"):
        for found in read_sets(path):
            yield found.exchange.response


def origin(ready: Connection) -> None:
    """Serves the sample city's report pages, over and over, and keeps no log."""
    city = City()
    bodies = [pages.report(city, entry).encode() for entry in city.report_entries()]

    def answer(request: Request) -> Answer:
        number = int(request.path.removeprefix("/"))
        kind = (b"Content-Type", b"text/html; charset=utf-8")
        return Answer(200, [kind], bodies[number % len(bodies)])

    def forget(exchange: Exchange) -> None:
        pass

    server = Server(answer, record=forget)
    ready.send(server.port)
    ready.recv()
    server.stop()


def measure(port: int, count: int, rounds: int, concurrency: int) -> None:
    """Print the CPU of both kinds of crawl, and their ratio, median of the rounds."""
    bare, captured, zipped = [], [], []
    for _ in range(rounds):
        with tempfile.TemporaryDirectory() as folder:
            bare.append(crawl(port, count, concurrency, None)["cpu"] / count)
            captured.append(crawl(port, count, concurrency, Path(folder))["cpu"] / count)
            zipped.append(gzip_cost(Path(folder)) / count)
    ratios = [
        ours / (theirs + packing)
        for ours, theirs, packing in zip(captured, bare, zipped, strict=True)
    ]
    said = (
        f"concurrency {concurrency}, {count} pages, {rounds} rounds: CPU per page"
        f" {1000 * statistics.median(captured):.2f} ms captured,"
        f" {1000 * statistics.median(bare):.2f} ms bare,"
        f" {1000 * statistics.median(zipped):.2f} ms gzip;"
        f" ratio {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
    )
    print(said, flush=True)


def grow(port: int, few: int, many: int) -> None:
    """Print how peak memory grows from a short crawl to a long one."""
    for kind in ("captured", "bare"):
        peaks = []
        for count in (few, many):
            with tempfile.TemporaryDirectory() as folder:
                data = Path(folder) if kind == "captured" else None
                peaks.append(crawl(port, count, 8, data)["peak"])
        print(
            f"peak memory, {kind}: {peaks[0]:.1f} MB at {few} pages,"
            f" {peaks[1]:.1f} MB at {many}: {peaks[1] - peaks[0]:+.1f} MB",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=1000, help="pages of one crawl")
    parser.add_argument("--rounds", type=int, default=3, help="crawls of each kind")
    parser.add_argument("--many", type=int, default=10000, help="pages of the long crawl")
    parser.add_argument("--child", type=json.loads, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child)
        return
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=origin, args=(theirs,), daemon=True)
    server.start()
    port = ours.recv()
    for concurrency in (1, 8):
        measure(port, given.pages, given.rounds, concurrency)
    if given.many:
        grow(port, given.pages, given.many)
    ours.send("stop")
    server.join()


if __name__ == "__main__":
    main()
