"""A crawl in a process of its own: real Scrapy with the capture and nothing else of the house.

    python -m tests.crawling JOB

JOB is JSON: `data` the folder to archive to, `requests` a list of arguments of
`scrapy.Request`, `settings` what to set besides. For every request a line of
JSON comes out: what reached the spider, or how it failed. With `spy`, every
fdatasync says up to which byte the file is on the disk, in between.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from scrapy.http import Response
from twisted.python.failure import Failure
from twisted.web.client import HTTPConnectionPool

from crawler.capture import CapturingHandler
from tests import nursery

SETTINGS: dict[str, Any] = {
    "CONNECT_TO": "",
    "COOKIES_ENABLED": False,
    "DOWNLOAD_HANDLERS": dict.fromkeys(("http", "https"), "crawler.capture.CapturingHandler"),
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
    "EXTENSIONS": {"crawler.capture.Archive": 100},
    "LOG_LEVEL": "ERROR",
    "NIANBAO_CONTACT": "mailto:tests@example.org",
    "REMOTE_CONTROL_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "TELNETCONSOLE_ENABLED": False,
}


class PastTheTee(CapturingHandler):
    """A handler whose connections have no tee, as if Scrapy kept its pool elsewhere."""

    def __init__(self, crawler: Crawler) -> None:
        from twisted.internet import reactor

        super().__init__(crawler)
        self._pool = HTTPConnectionPool(reactor)  # type: ignore[no-untyped-call]


class Asker(scrapy.Spider):
    """Asks for what it is told to, and says what came."""

    name = "asker"
    asked: list[dict[str, Any]]

    async def start(self) -> AsyncIterator[scrapy.Request]:
        for number, asked in enumerate(self.asked):
            request = scrapy.Request(
                **asked, callback=self.came, errback=self.failed, cb_kwargs={"number": number}
            )
            request.meta["handle_httpstatus_all"] = False
            request.meta["handle_httpstatus_list"] = list(range(400, 600))
            yield request

    def came(self, response: Response, number: int) -> None:
        say(
            number=number,
            status=response.status,
            sha256=hashlib.sha256(response.body).hexdigest(),
            headers=response.headers.to_string().decode("latin-1"),
            kind=type(response).__name__,
            url=response.url,
            capture=response.meta["capture"],
            exchange=response.meta["exchange"],
        )

    def failed(self, failure: Failure) -> None:
        assert failure.value
        request = failure.request  # type: ignore[attr-defined]
        say(number=request.cb_kwargs["number"], error=type(failure.value).__name__)


def say(**what: Any) -> None:
    """One line, in one write, since the writer's thread talks too."""
    sys.stdout.write(json.dumps(what, default=str) + "\n")
    sys.stdout.flush()


def spy_on_the_disk() -> None:
    """From now on say what `os.fdatasync` brought to the disk."""
    write, sync = os.pwrite, os.fdatasync
    ends = {0: 0}

    def watched_write(descriptor: int, data: bytes, offset: int) -> int:
        written = write(descriptor, data, offset)
        ends[descriptor] = offset + written
        return written

    def watched_sync(descriptor: int) -> None:
        sync(descriptor)
        say(synced=ends[descriptor])

    os.pwrite, os.fdatasync = watched_write, watched_sync  # type: ignore[assignment]


def main(job: dict[str, Any]) -> int:
    if job["spy"]:
        spy_on_the_disk()
    process = AsyncCrawlerProcess({**SETTINGS, **job["settings"], "NIANBAO_DATA": job["data"]})
    crawler = process.create_crawler(Asker)
    crawl = process.crawl(crawler, asked=job["requests"])
    process.start()
    crawl.result()
    assert crawler.stats
    say(stats=crawler.stats.get_stats())
    return 4 if crawler.stats.get_value("archive/failed") else 0


def crawl(
    data: Path,
    requests: Sequence[dict[str, Any]],
    wrapper: Sequence[str] = (),
    status: int = 0,
    *,
    spy: bool = False,
    **settings: Any,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Run a crawl and see that it ends with `status`.

    Gives all that was said, in the order it was said, and the statistics.
    """
    ran = run_job(data, requests, wrapper, spy=spy, **settings)
    assert ran.returncode == status, ran.stderr
    said = [json.loads(line) for line in ran.stdout.splitlines()]
    stats = said.pop()["stats"]
    return said, stats


def run_job(
    data: Path,
    requests: Sequence[dict[str, Any]],
    wrapper: Sequence[str] = (),
    *,
    spy: bool = False,
    **settings: Any,
) -> subprocess.CompletedProcess[str]:
    """The same, whatever it ends with."""
    asked = command(data, requests, spy=spy, **settings)
    if not wrapper:
        return nursery.run(asked)
    return subprocess.run(
        [*wrapper, *asked], capture_output=True, text=True, timeout=120, check=False
    )


def command(
    data: Path, requests: Sequence[dict[str, Any]], *, spy: bool = False, **settings: Any
) -> list[str]:
    """The command of a crawl."""
    job = {"data": str(data), "requests": requests, "settings": settings, "spy": spy}
    return [sys.executable, "-m", "tests.crawling", json.dumps(job)]


if __name__ == "__main__":
    sys.exit(main(json.loads(sys.argv[1])))
