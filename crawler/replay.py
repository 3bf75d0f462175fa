"""Answers from the archive: a request that it holds an answer to is not sent.

`Replay` is a downloader middleware, after robots.txt and the cookies and before
the turns (see `DOWNLOADER_MIDDLEWARES` in the settings), so an answer from the
archive waits for nothing. It is the one that the download handler gave when it
was captured, and goes the same way to the spider. It has two uses:

- A run that goes on with others (`crawler.resume`) is answered from what they
  kept; what they did not get is fetched.
- With the setting REPLAY, the path of a WARC file or of a folder of them, the
  latest run in those is walked again. The network is off: there are no download
  handlers, no archive is written, and what the files cannot answer is a
  NotArchivedError.

The exchanges of one request (method, address, body) are given in the order they
happened, each once, so a page that answered 503 and then 200 does so again. Only
whole answers count. With REPLAY, report pages that the run left alone or that were as they
were (`crawler.recheck`) are answered from the runs before it. The statistic
`archive/replayed` counts them.
"""

from __future__ import annotations

import collections
import datetime as dt
import ipaddress
import logging
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured
from scrapy.http import Headers
from scrapy.responsetypes import responsetypes

from archive import ledger, source
from archive.http import read_body, read_head
from archive.rebuild import REPORT
from archive.record import DamagedError
from archive.writer import ArchiveError
from crawler import faults
from crawler.capture import Archive
from crawler.exchange import mark
from crawler.politeness import role

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Self

    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from archive.entries import Entry
    from archive.exchange import Exchange
    from archive.source import Source

logger = logging.getLogger(__name__)

ROBOTS_AGE = dt.timedelta(hours=24)
"""Rules older than this are asked for again (RFC 9309 2.4)."""

BODILESS = frozenset({"GET", "HEAD"})
"""Methods whose requests have no body to be told apart by."""


class Replay:
    """Answers requests from the archive; see the top of this module."""

    def __init__(self, crawler: Crawler, kept: Answers, *, offline: bool) -> None:
        assert crawler.stats
        self._crawler = crawler
        self._stats = crawler.stats
        self._kept = kept
        self._offline = offline

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Raises NotConfigured when there is nothing to answer from; FileNotFoundError,
        DamagedError when REPLAY cannot be read.
        """
        given = crawler.settings["REPLAY"]
        if given:
            files = source.of_files(Path(given))
            latest = next(ledger.runs(files.ledger))
            return cls(crawler, Answers(files, files.resumed_by(latest.id)), offline=True)
        archive = crawler.get_extension(Archive)
        if archive is None or not archive.run.resumes:
            raise NotConfigured
        kept = Answers(
            source.of_folder(archive.folder),
            archive.run.resumes,
            rules_since=archive.run.started - ROBOTS_AGE,
        )
        logger.warning(
            "%s: going on with the run of %s, %s exchanges are answered from the archive",
            archive.run.portal,
            archive.begun.strftime("%Y-%m-%d %H:%M UTC"),
            f"{kept.count:,}",
        )
        return cls(crawler, kept, offline=False)

    def process_request(self, request: Request) -> Response | None:
        """The archived answer, or None when the request has to go out.

        Raises NotArchivedError instead when the network is off, and ArchiveError, which ends
        the run, when the archive is damaged.
        """
        try:
            made = self._kept.take(request)
            if self._offline and role(request) == REPORT and (made is None or _confirms(made)):
                made = self._kept.before(request)
        except DamagedError as error:
            raise self._unreadable(error) from error
        if made is None:
            if self._offline:
                raise faults.NotArchivedError(f"{request.method} {request.url}")
            return None
        mark(request.meta, made)
        self._stats.inc_value("archive/replayed")
        return response(made)

    def _unreadable(self, error: DamagedError) -> ArchiveError:
        failed = ArchiveError(f"{error}: run `python -m archive verify`, or go with -a resume=no")
        archive = self._crawler.get_extension(Archive)
        if archive:
            archive.fail(failed)
        else:  # nothing is written, so nothing has to stop; the verdict says it
            self._stats.set_value("archive/failed", str(failed))
        return failed


class Answers:
    """The whole answers that some runs kept, by what was asked."""

    def __init__(
        self, kept: Source, runs: Iterable[str], rules_since: dt.datetime | None = None
    ) -> None:
        self.count = 0
        self._kept = kept
        self._waiting: collections.defaultdict[tuple[str, str, bytes], collections.deque[str]] = (
            collections.defaultdict(collections.deque)
        )
        for row in ledger.whole_exchanges(kept.ledger, runs):
            began = dt.datetime.fromisoformat(row.started)
            if row.role != "robots" or rules_since is None or began >= rules_since:
                self._waiting[row.method, row.url, self._body(row)].append(row.id)
                self.count += 1

    def take(self, request: Request) -> Exchange | None:
        """The next answer to a request, which is given once; None when there is none (left).

        Raises DamagedError when it cannot be read.
        """
        body = b"" if request.method in BODILESS else request.body
        waiting = self._waiting.get((request.method, request.url.partition("#")[0], body))
        if not waiting:
            return None
        return self._kept.read(ledger.exchange(self._kept.ledger, waiting.popleft())).exchange

    def before(self, request: Request) -> Exchange | None:
        """The last answer, by any run, to a request for a page that the run left alone or that was
        as it was; None when there is none. Raises DamagedError when it cannot be read.
        """
        url = request.url.partition("#")[0]
        found = ledger.last_page(self._kept.ledger, url) or ledger.last_capture(
            self._kept.ledger, url
        )
        if found is None or found.status == HTTPStatus.NOT_MODIFIED:
            return None
        return self._kept.read(found).exchange

    def _body(self, row: Entry) -> bytes:
        """The body of a request, which the ledger does not have."""
        if row.method in BODILESS:
            return b""
        return self._kept.read(row).exchange.request.partition(b"\r\n\r\n")[2]


def _confirms(made: Exchange) -> bool:
    head = read_head(made.response)
    return head is not None and head.status == HTTPStatus.NOT_MODIFIED


HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"content-length",  # set from what was read of the body, as Twisted does
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailers",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""Header fields of the connection; Twisted keeps them from those who read the answer."""


def response(made: Exchange) -> Response:
    """The response of an archived exchange, as the download handler gave it.

    Raises ValueError for one that has no readable response.
    """
    head = read_head(made.response)
    if head is None:
        raise ValueError(f"exchange {made.id} has no response to be read")
    body, _ = read_body(made.response, head, made.method)
    headers = Headers()
    lengths, coded = head.values(b"content-length"), head.values(b"transfer-encoding")
    if made.method == "HEAD":  # of the body that a GET would have
        headers[b"Content-Length"] = lengths or b"0"
    elif head.status in {204, 304} or (lengths and not coded):
        headers[b"Content-Length"] = str(len(body)).encode()
    for name, value in head.headers:
        if name.lower() not in HOP_BY_HOP:
            headers.appendlist(name, value)
    kind = responsetypes.from_args(headers=headers, url=made.url, body=body)
    return kind(
        url=made.url,
        status=head.status,
        headers=headers,
        body=body,
        ip_address=ipaddress.ip_address(made.ip) if made.ip else None,
        protocol=made.protocol.upper(),
    )
