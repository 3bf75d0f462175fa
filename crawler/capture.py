"""The capture: every exchange as it went over the wire, on the disk before anyone sees it.

`CapturingHandler` is Scrapy's HTTP/1.1 download handler with a tee on each
connection (`crawler.tee`). One call of `download_request` is one exchange:
every redirect hop, every retry, robots.txt, and those that failed. The answer
is given on, or the failure raised again, once the archive has acknowledged the
exchange.

`Archive` is the extension that holds the archive of the run:

    archive = crawler.get_extension(Archive)
    archive.folder      the portal's folder, NIANBAO_DATA/<name of the spider>
    archive.run         id, start, arguments, sample or not (archive.exchange.Run)
    archive.begun       when the first of the runs was started that this one goes on with
    await archive.close({"verdict": ...})
                        once, at `spider_closed`: writes the run's last record
                        with what it is given, and finishes the file; raises
                        ArchiveError when the run could not be written

It takes the folder when the crawler is made, and makes whole what a run before
this left there (`archive.recover`), so LockedError, DamagedError and MixedError
come out of `crawl()` before anything is fetched. When the archive can no
longer be written, the crawl is stopped with the reason `archive_failed`, no
page reaches the spider any more, and the statistic `archive/failed` says why.
While the disk is full nothing is lost and nothing goes on: whatever is captured
waits until there is room, or until the run is stopped.
`archive/exchanges` and `archive/bytes` count what was kept. With the setting REPLAY
there is no archive and no handler: nothing is fetched (`crawler.replay`).

In `request.meta`:

    known      read     a dict of strings for the metadata record (pipelines.document.Known)
    page       read     id of the exchange of a page, when its browser asks
    capture    written  WARC-Record-ID of the response; absent when none came
    exchange   written  id of the exchange, the parent of a redirect or retry that follows

What an exchange is made of, and the names of failures, are in `crawler.exchange`.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import functools
import logging
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import scrapy
from scrapy import Request, exceptions, signals
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.utils.misc import load_object

from archive import ledger
from archive.exchange import Exchange, Rendition, Run
from archive.folder import forbid_mixing, hold
from archive.index import update
from archive.record import DamagedError
from archive.recover import recover
from archive.writer import ROTATE, ArchiveError, Writer
from crawler import __version__
from crawler.arguments import Arguments
from crawler.connect import parse_connect_to, send_elsewhere
from crawler.exchange import Fault, exchange, fault
from crawler.resume import began, to_resume
from crawler.tee import Tap, TappedPool, TeeError, current

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Future
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

logger = logging.getLogger(__name__)

T = TypeVar("T")


class NotCapturedError(RuntimeError):
    """The settings would let exchanges go by the archive; the message says what to set."""


class Archive:
    """The archive of the run; see the top of this module."""

    def __init__(self, crawler: Crawler) -> None:
        settings, spider = crawler.settings, crawler.spider
        if spider is None:
            raise NotCapturedError("there is no spider, and so no folder to archive to")
        handlers = settings.getwithbase("DOWNLOAD_HANDLERS")
        for scheme in ("http", "https"):
            if not issubclass(load_object(handlers[scheme]), CapturingHandler):
                raise NotCapturedError(
                    f"DOWNLOAD_HANDLERS has {handlers[scheme]} for {scheme}, which archives"
                    " nothing: name crawler.capture.CapturingHandler"
                )
        TappedPool.in_place_of(HTTP11DownloadHandler(crawler))
        self.folder = Path(settings["NIANBAO_DATA"]) / spider.name
        asked = getattr(spider, "arguments", Arguments())
        run = Run(
            id=str(uuid.uuid4()),
            portal=spider.name,
            started=dt.datetime.now(dt.UTC),
            sample=bool(parse_connect_to(settings["CONNECT_TO"])),
            arguments=asked.to_json(),
            version=__version__,
            operator=settings["NIANBAO_CONTACT"],
            robots="obey" if settings.getbool("ROBOTSTXT_OBEY") else "ignore",
        )
        self._crawler = crawler
        self._wait = settings.getbool("WAIT_FOR_ROOM")
        self._failed: ArchiveError | None = None
        self._closed = False
        self._stopping: asyncio.Task[None] | None = None
        self._lock = hold(self.folder)
        for said in recover(self.folder):
            logger.warning("%s: %s", self.folder, said)
        forbid_mixing(self.folder, sample=run.sample)
        within = dt.timedelta(days=settings.getfloat("RESUME_WITHIN") if asked.resume else 0)
        earlier = to_resume(self.folder, run.arguments, run.started - within)
        self.run = dataclasses.replace(run, resumes=tuple(one.id for one in earlier))
        self.begun = began(earlier[0]) if earlier else run.started
        rotate = settings.getint("WARC_ROTATE", ROTATE)
        self._writer = Writer(
            self.folder,
            self.run,
            rotate=rotate,
            say=functools.partial(logger.warning, "%s: %s", spider.name),
            stopping=self._is_stopping,
        )
        crawler.signals.connect(self._engine_stopped, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Take the portal's folder; not when the run is answered from elsewhere.

        Raises LockedError, DamagedError, MixedError, ConnectToError, NotCapturedError, TeeError,
        and OSError or sqlite3.Error when the folder cannot be written.
        """
        if crawler.settings["REPLAY"]:
            raise exceptions.NotConfigured
        return cls(crawler)

    def check(self) -> None:
        """Raise ArchiveError when nothing more can be kept."""
        if self._failed:
            raise ArchiveError(str(self._failed))

    async def keep(self, exchange: Exchange) -> None:
        """Return when the exchange is on the disk; ArchiveError when not, and the crawl ends."""
        kept = await self._kept(self._writer.submit(exchange))
        assert self._crawler.stats
        self._crawler.stats.inc_value("archive/exchanges")
        self._crawler.stats.inc_value("archive/bytes", kept.place.length)

    async def keep_renditions(self, renditions: Sequence[Rendition]) -> None:
        """The same for what a browser made of documents whose exchanges are kept.

        Those that a run before this one kept, of an exchange it has handed on, stay as they are.
        """
        if self.run.resumes:
            with contextlib.closing(ledger.open_ledger(self.folder)) as opened:
                renditions = [
                    one
                    for one in renditions
                    if one.kind not in ledger.renditions(opened, one.exchange)
                ]
        for one in await self._kept(self._writer.submit_renditions(renditions)):
            assert self._crawler.stats
            self._crawler.stats.inc_value("archive/bytes", one.place.length)

    async def _kept(self, done: Future[T]) -> T:
        try:
            return await asyncio.wrap_future(done)
        except ArchiveError as error:
            self.fail(error)
            raise

    async def close(self, said: Mapping[str, Any]) -> None:
        """Write the run's last record with `said` in it, finish the file, let the folder go."""
        assert self._crawler.stats
        self._closed = True
        counts = {
            name: self._crawler.stats.get_value(f"archive/{name}", 0)
            for name in ("exchanges", "bytes", "replayed")
        }
        try:
            # Waited for, not blocked on: while the disk is full the run must hear a Ctrl-C.
            await asyncio.wrap_future(self._writer.end({"counts": counts, **said}))
        except ArchiveError as error:
            self.fail(error)
            raise
        else:
            await self._index()
        finally:
            self._lock.close()

    async def _index(self) -> None:
        """Bring the index up to date. It is derived: the run stands as it is without it."""
        try:
            await asyncio.to_thread(update, self.folder)
        except (OSError, DamagedError) as error:
            logger.warning(
                "%s: the index is not up to date (%s); `python -m archive show` makes it so",
                self.folder,
                error,
            )

    def fail(self, error: ArchiveError) -> None:
        """Let nothing more through, and stop the crawl."""
        if self._failed:
            return
        self._failed = error
        logger.error("%s", error)
        assert self._crawler.stats
        self._crawler.stats.set_value("archive/failed", str(error))
        if not self._closed:
            assert self._crawler.engine
            # As a task: the engine waits for the very download that brings the news.
            self._stopping = asyncio.ensure_future(
                self._crawler.engine.close_spider_async(reason="archive_failed")
            )

    @property
    def paused(self) -> float:
        """Seconds that the run has waited for room on the disk."""
        return self._writer.paused

    def _is_stopping(self) -> bool:
        """Whether a full disk ends the run; the writer's thread asks."""
        engine = self._crawler.engine
        return not (self._wait and engine and engine.running)

    async def _engine_stopped(self) -> None:
        """A run that nobody judged ends with a record that has no verdict."""
        if not self._closed:
            await self.close({})


class CapturingHandler(HTTP11DownloadHandler):
    """Scrapy's handler for http and https, with every exchange kept before it is given on."""

    lazy = False

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        archive = crawler.get_extension(Archive)
        if crawler.settings["REPLAY"]:
            raise exceptions.NotConfigured("REPLAY is set, so the network is off")
        if archive is None:
            raise NotCapturedError("EXTENSIONS must name crawler.capture.Archive")
        self._archive = archive
        self._rules = parse_connect_to(crawler.settings["CONNECT_TO"])
        self._pool = TappedPool.in_place_of(self)

    async def download_request(self, request: Request) -> Response:
        """One exchange. Raises what Scrapy's handler raises, or ArchiveError."""
        from twisted.internet import reactor

        self._archive.check()
        send_elsewhere(reactor, self._rules)
        tap = Tap()
        current.set(tap)
        started, clock = dt.datetime.now(dt.UTC), time.monotonic()
        try:
            response = await super().download_request(request)
        except Exception as error:
            # Whatever it was, it happened on the wire: it is kept, and then raised again.
            seconds = time.monotonic() - clock
            await self._archive.keep(exchange(request, tap, started, seconds, fault(error)))
            raise
        seconds = time.monotonic() - clock
        if not tap.sent:
            missed = TeeError(f"Scrapy {scrapy.__version__} sent a request past the tee")
            self._archive.fail(ArchiveError(str(missed)))
            raise missed
        cut = Fault(truncated="disconnect" if "dataloss" in response.flags else None)
        await self._archive.keep(exchange(request, tap, started, seconds, cut))
        return response
