"""What the capture costs: CPU time of a crawl with it, against Scrapy alone and gzip.

    python -m tests.bench.capture [--pages 500] [--rounds 5] [--many 10000]

The sample city's report pages are served by a process of their own and crawled
by three kinds of child in turn: Scrapy as it comes, Scrapy with gzip level 6
of every page it gets, and Scrapy with the archive. The second is the least
that keeping the pages can cost, so the ratio is the third by the second. CPU
time is user and system time of the child from the first request to its end.
Pages come as the city has them, and three in one: real ones are that large.
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
from collections.abc import AsyncIterator
from multiprocessing.connection import Connection
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response

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
    origin: str
    packed: bool
    began = 0.0

    async def start(self) -> AsyncIterator[scrapy.Request]:
        self.began = time.process_time()
        for number in range(self.pages):
            yield scrapy.Request(f"{self.origin}/{number}")

    def parse(self, response: Response) -> None:
        assert response.status == 200
        if self.packed:
            gzip.compress(response.body, 6)


KINDS = ("bare", "gzip", "captured")


def child(job: dict[str, Any]) -> None:
    """One crawl in this process; prints what it cost: seconds of CPU, and peak memory in MB."""
    settings = SETTINGS | ({} if job["kind"] == "captured" else BARE)
    settings |= {
        "NIANBAO_DATA": job["data"],
        # Without a delay Scrapy goes over the limit per domain; the overall one holds.
        "CONCURRENT_REQUESTS": job["concurrency"],
        "CONCURRENT_REQUESTS_PER_DOMAIN": job["concurrency"],
        "MEMUSAGE_ENABLED": False,
    }
    process = AsyncCrawlerProcess(settings)
    crawler = process.create_crawler(Reader)
    packed = job["kind"] == "gzip"
    crawl = process.crawl(crawler, pages=job["pages"], origin=job["origin"], packed=packed)
    process.start()
    crawl.result()
    assert isinstance(crawler.spider, Reader)
    assert crawler.stats
    assert crawler.stats.get_value("response_received_count") == job["pages"]
    cpu = time.process_time() - crawler.spider.began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cpu": cpu, "peak": peak}))


def crawl(kind: str, origin: str, count: int, concurrency: int) -> dict[str, float]:
    """Run a child of a kind and give what it cost."""
    with tempfile.TemporaryDirectory() as folder:
        job = {
            "kind": kind,
            "origin": origin,
            "pages": count,
            "concurrency": concurrency,
            "data": folder,
        }
        command = [sys.executable, "-m", "tests.bench.capture", "--child", json.dumps(job)]
        ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    cost: dict[str, float] = json.loads(ran.stdout)
    return cost


def serve(ready: Connection) -> None:
    """Serves the sample city's report pages at `/copies/number`, and keeps no log."""
    city = City()
    bodies = [pages.report(city, entry).encode() for entry in city.report_entries()]

    def answer(request: Request) -> Answer:
        _, copies, number = request.path.split("/")
        first = int(number) % len(bodies)
        kind = (b"Content-Type", b"text/html; charset=utf-8")
        return Answer(200, [kind], b"".join((bodies + bodies)[first : first + int(copies)]))

    def forget(exchange: Exchange) -> None:
        pass

    server = Server(answer, record=forget)
    ready.send((server.port, sum(map(len, bodies)) / len(bodies) / 1000))
    ready.recv()
    server.stop()


def measure(origin: str, count: int, rounds: int, concurrency: int) -> str:
    """The CPU per page of each kind of crawl, the best of the rounds, and the ratio."""
    cost: dict[str, list[float]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            cost[kind].append(1000 * crawl(kind, origin, count, concurrency)["cpu"] / count)
    ratios = [ours / theirs for ours, theirs in zip(cost["captured"], cost["gzip"], strict=True)]
    best = {kind: min(found) for kind, found in cost.items()}
    return (
        ", ".join(f"{kind} {found:.2f} ms" for kind, found in best.items())
        + f"; captured / gzip {best['captured'] / best['gzip']:.2f}"
        + f" (median of the rounds {statistics.median(ratios):.2f})"
    )


def grow(origin: str, few: int, many: int) -> None:
    """Print how peak memory grows from a short crawl to a long one."""
    for kind in ("bare", "captured"):
        short, long = (crawl(kind, origin, count, 8)["peak"] for count in (few, many))
        print(
            f"peak memory, {kind}: {short:.1f} MB at {few} pages, {long:.1f} MB at {many}:"
            f" {long - short:+.1f} MB",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=500, help="pages of one crawl")
    parser.add_argument("--rounds", type=int, default=5, help="crawls of each kind")
    parser.add_argument("--many", type=int, default=10000, help="pages of the long crawl")
    parser.add_argument("--child", type=json.loads, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child)
        return
    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(theirs,), daemon=True)
    server.start()
    port, size = ours.recv()
    print(f"CPU per page, best of {given.rounds} rounds of {given.pages} pages", flush=True)
    for copies in (1, 3):
        for concurrency in (1, 8, 16):
            origin = f"http://127.0.0.1:{port}/{copies}"
            found = measure(origin, given.pages, given.rounds, concurrency)
            print(f"{copies * size:3.0f} kB, {concurrency:2} at a time: {found}", flush=True)
    if given.many:
        grow(f"http://127.0.0.1:{port}/1", given.many // 10, given.many)
    ours.send("stop")
    server.join()


if __name__ == "__main__":
    main()
