"""Crawls of sample cities on several systems by real Scrapy, in one process, all at once.

    python -m tests.crawled ORGANS YEARS SYSTEM...

The archives go to NIANBAO_DATA. One line of JSON comes out for every system:
its verdict, and what the city's own log says of what was asked for.
"""

from __future__ import annotations

import collections
import dataclasses
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from scrapy.crawler import AsyncCrawlerProcess
from scrapy.utils.project import get_project_settings

from crawler.summary import Summary
from tests.city.city import City
from tests.city.site import sites
from tests.city.wire import serve
from tests.fleet import FLEET

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclasses.dataclass(frozen=True)
class Crawled:
    """What came of the crawl of one city. Every number counts addresses or reports."""

    system: str
    verdict: str
    reports: int
    """How many reports the city has."""
    found: int
    """How many of them were asked for."""
    twice: int
    """Pages that were asked for more than once."""
    others: int
    """Documents asked for that are no reports, and no lists of who has published one."""
    read: int
    """Reports that were read from the pages."""
    pages: int
    seconds: float


def crawl(organs: int, years: Sequence[int], names: Sequence[str]) -> list[Crawled]:
    """Crawl a city on each of the systems named; the settings are the project's."""
    cities = {name: City(organs, years, cms=FLEET[name].cms) for name in names}
    with serve(sites(*cities.values())) as server:
        settings = get_project_settings()
        settings.set("CONNECT_TO", f"*=127.0.0.1:{server.port}")
        process = AsyncCrawlerProcess(settings)
        crawlers = {name: process.create_crawler(FLEET[name].spider) for name in names}
        runs = [process.crawl(crawler) for crawler in crawlers.values()]
        started = time.monotonic()
        process.start()
        seconds = time.monotonic() - started
        for run in runs:
            run.result()
        log = server.settled()
    done = []
    for name, city in cities.items():
        asked = collections.Counter(
            (one.method, one.target, one.request.partition(b"\r\n\r\n")[2])
            for one in log
            if one.host == city.cms.host and one.target != "/robots.txt"
        )
        entries = [entry for _, target, _ in asked if (entry := city.entry_at(target))]
        summary = crawlers[name].get_extension(Summary)
        assert summary
        assert summary.verdict
        stats = crawlers[name].stats
        assert stats
        done.append(
            Crawled(
                system=name,
                verdict=summary.verdict.name,
                reports=sum(1 for _ in city.report_entries()),
                found=sum(entry.year is not None for entry in entries),
                twice=sum(count > 1 for count in asked.values()),
                others=sum(
                    entry.year is None and "公布情况" not in entry.title for entry in entries
                ),
                read=stats.get_value("read/complete", 0) + stats.get_value("read/partial", 0),
                pages=len(asked),
                seconds=round(seconds, 1),
            )
        )
    return done


def main(arguments: Sequence[str]) -> None:
    """Crawl as asked, and say what came of it."""
    organs, years, *names = arguments
    first, _, last = years.partition("-")
    for done in crawl(int(organs), range(int(first), int(last) + 1), names or list(FLEET)):
        plain: dict[str, Any] = dataclasses.asdict(done)
        print(json.dumps(plain), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
