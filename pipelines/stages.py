"""The Scrapy stage: what the archive has just kept is read and goes into the catalogue.

The page is read back from the archive and not taken from the spider's hands:
reports are a function of archived records, in a crawl as in a rebuild.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from archive import catalogue, ledger, rebuild, source
from pipelines import read

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.portal import Captured
    from pipelines.report import Report


class Read:
    """Item pipeline: takes what a spider captured, stores the report read from it.

    Counts into Scrapy's statistics: `read/<quality>`, `read/year/<year>/<quality>`,
    `read/cells`, `read/flag/<flag>` and `read/finding/<check>/<verdict>`.
    """

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.spider
        assert crawler.stats
        self._stats = crawler.stats
        # Opened here, not with the spider: what is wrong with them ends the run before it begins.
        if replayed := crawler.settings["REPLAY"]:
            self._source = source.of_files(Path(replayed))
            self._catalogue = catalogue.open_catalogue(Path(":memory:"))
        else:
            folder = Path(crawler.settings["NIANBAO_DATA"]) / crawler.spider.name
            self._source = source.of_folder(folder)
            self._catalogue = catalogue.open_catalogue(folder / catalogue.FILE)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy; raises StaleCatalogueError, sqlite3.DatabaseError."""
        return cls(crawler)

    def close_spider(self) -> None:
        """Close ledger and catalogue."""
        self._catalogue.close()
        self._source.ledger.close()

    def process_item(self, item: Captured) -> Report:
        """Read one captured page. What goes wrong here is a fault of ours, and ends the run so."""
        found = self._source.read(ledger.exchange(self._source.ledger, item.exchange))
        report = read(rebuild.document(self._source, found))
        catalogue.store(self._catalogue, report)
        self._count(report)
        return report

    def _count(self, report: Report) -> None:
        count = self._stats.inc_value
        head = report.report
        count(f"read/{head.quality}")
        count(f"read/year/{head.year or 'unknown'}/{head.quality}")
        count("read/cells", len(report.cells))
        for flag in {flag.flag for flag in report.flags}:
            count(f"read/flag/{flag}")
        for finding in report.findings:
            count(f"read/finding/{finding.check}/{finding.verdict}")
