"""The Scrapy stage: what the archive has just kept is read and goes into the catalogue.

The page is read back from the archive and not taken from the spider's hands:
reports are a function of archived records, in a crawl as in a rebuild.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING

from archive import catalogue, ledger, rebuild, room, source
from pipelines import read

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler

    from crawler.portal import Captured
    from pipelines.report import Report

logger = logging.getLogger(__name__)


class Read:
    """Item pipeline: takes what a spider captured, stores the report read from it.

    Counts into Scrapy's statistics: `read/<quality>`, `read/year/<year>/<quality>`,
    `read/cells`, `read/flag/<flag>` and `read/finding/<check>/<verdict>`; of copies on
    foreign hosts `mirrors/<quality>` alone.
    """

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.spider
        assert crawler.stats
        self._crawler = crawler
        self._wait = crawler.settings.getbool("WAIT_FOR_ROOM")
        self._stats = crawler.stats
        self._folder = Path(crawler.settings["NIANBAO_DATA"]) / crawler.spider.name
        # Opened here, not with the spider: what is wrong with them ends the run before it begins.
        if replayed := crawler.settings["REPLAY"]:
            self._source = source.of_files(Path(replayed))
            self._catalogue = catalogue.open_catalogue(Path(":memory:"))
        else:
            self._source = source.of_folder(self._folder)
            self._catalogue = catalogue.open_catalogue(self._folder / catalogue.FILE)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Made by Scrapy; raises StaleCatalogueError, sqlite3.DatabaseError."""
        return cls(crawler)

    def close_spider(self) -> None:
        """Close ledger and catalogue."""
        self._catalogue.close()
        self._source.ledger.close()

    async def process_item(self, item: Captured) -> Report | Captured:
        """Read one captured page; gives the report, but of a mirror's the item itself.

        What goes wrong here is a fault of ours, and ends the run so.
        """
        found = self._source.read(ledger.exchange(self._source.ledger, item.exchange))
        document = rebuild.document(self._source, found)
        report = read(document)
        await self._store(report)
        if document.known.role == rebuild.MIRROR:
            # Evidence beside the reports, and none of those that lists must come to.
            self._stats.inc_value(f"mirrors/{report.report.quality}")
            return item
        self._count(report)
        return report

    async def _store(self, report: Report) -> None:
        """Store a report; while the disk is full wait for room, or for the run to stop.

        A run that goes on with this one reads the page again.
        """
        assert self._crawler.engine
        wait: room.Wait | None = None
        while True:
            try:
                catalogue.store(self._catalogue, report)
            except sqlite3.OperationalError as error:
                if not (room.is_full(error) and self._wait and self._crawler.engine.running):
                    raise
                wait = wait or room.Wait(self._folder, len(report.text), error, logger.warning)
                wait.still()
                await asyncio.sleep(room.POLL)
            else:
                if wait:
                    wait.over()
                return

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
