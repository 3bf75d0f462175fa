"""The fleet over its fixtures, in one process: no network, nothing written.

    python -m tests.replayed [FOLDER ...]

One line of JSON comes out for every city: the verdict, the errors by name with
their first example, and the golden records of what was read.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.utils.project import get_project_settings

from crawler.fixture import IN_TURN, Fixture, golden
from crawler.summary import Summary
from pipelines.report import Report
from tests.city.standin import spider


class _Replay:
    """One city's walk, answered from its fixture."""

    def __init__(self, process: AsyncCrawlerProcess, fixture: Fixture) -> None:
        settings = get_project_settings()
        # Above the project's own, which the process would put in their place.
        settings.setdict({**IN_TURN, "REPLAY": str(fixture.walk)}, priority="cmdline")
        self.reports: list[Report] = []
        self.crawler = Crawler(spider(fixture.folder.name), settings)
        # Kept as a method's, for signals hold their listeners weakly.
        self.crawler.signals.connect(self.took, signals.item_scraped)
        run = process.crawl(self.crawler, **fixture.arguments())
        assert isinstance(run, asyncio.Task)
        self.run = run

    def took(self, item: Report) -> None:
        self.reports.append(item)

    def said(self) -> dict[str, object]:
        self.run.result()
        summary = self.crawler.get_extension(Summary)
        assert summary
        assert summary.verdict
        assert self.crawler.stats
        stats = self.crawler.stats.get_stats()
        return {
            "city": self.crawler.spidercls.name,
            "verdict": summary.verdict.name,
            "reasons": [str(reason) for reason in summary.verdict.reasons],
            "errors": {
                name.split("/")[1]: example
                for name, example in stats.items()
                if name.startswith("portal/") and name.endswith("/example")
            },
            "replayed": stats.get("archive/replayed", 0),
            "golden": golden(self.reports),
        }


def replay(fixtures: Sequence[Fixture]) -> Iterator[dict[str, object]]:
    """Walk the fixtures side by side."""
    process = AsyncCrawlerProcess(get_project_settings())
    walks = [_Replay(process, fixture) for fixture in fixtures]
    process.start()
    return (walk.said() for walk in walks)


if __name__ == "__main__":
    for one in replay([Fixture(Path(given)) for given in sys.argv[1:]]):
        print(json.dumps(one), flush=True)
