"""Pages that need a browser, captured like any other.

A request with `render` in its meta is drawn in Chromium (`crawler.browser`),
which is started with the first of them. The value is a CSS selector that
matches when the page is there, or an empty string.

A downloader middleware, which gives the answer itself, so that a page under way
holds neither a turn nor a place in the downloader. Every request the page makes
becomes a request of the crawl and goes the whole way of one: hosts, robots.txt,
replay, turns, delay, capture. A redirect is one exchange, and the hop after it
another. Files, frames and data of a page are asked for with the role
`requisite`, and their exchanges have the document's as parent. A stylesheet,
script or picture that several pages have is asked for once in a run.

What a page may not have (other hosts, what robots.txt forbids, films) it does
not get; that is no fault of the page, and is noted. Cookies are the browser's
own and stay there.

When the page is done, what it has become is kept as renditions of the
document's exchange, and the spider gets the DOM: an HtmlResponse in UTF-8, with
the address, status and headers, `capture` and `exchange` of the document. A
document that is no text, or has no bytes, is given on as it is. UndrawnError
says that a page never came to be done; its renditions are kept all the same.

Statistics: `render/pages`, `render/requests`, `render/refused`.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from scrapy import Request, signals
from scrapy.exceptions import IgnoreRequest
from scrapy.http import HtmlResponse, TextResponse

from archive.exchange import Rendition, RenditionKind
from archive.requisites import ROLE
from crawler import faults
from crawler.capture import Archive
from pipelines.document import Known

if TYPE_CHECKING:
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response

    from crawler.browser import Browser
    from crawler.drawing import Answer, Asked, Drawn

OURS = frozenset(
    {"accept-encoding", "accept-language", "connection", "content-length", "host", "user-agent"}
)
"""Headers that the crawl sets, whatever a browser would send."""

MADE_NEW = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
"""Headers of an answer that no longer hold once its codings are undone."""

NOT_FETCHED = frozenset({"CSPViolationReport", "EventSource", "Media", "Ping", "Prefetch"})
"""Kinds of request, in CDP's words, that a page does without: streams, reports, films."""


FILES = frozenset({"Font", "Image", "Other", "Script", "Stylesheet"})
"""Kinds of request for what is the same on every page: asked for once in a run."""

FILES_KEPT = 32 * 1024 * 1024
"""Bytes of such files that are remembered; what comes after is asked for again."""

FAILED: tuple[type[BaseException], ...] = (faults.PortalError, *faults.FAILURES)
"""How a request can end without an answer, through no fault of ours."""


class Render:
    """The middleware; see the top of this module."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._pages = asyncio.Semaphore(settings.getint("BROWSER_PAGES"))
        self._limit = settings.getfloat("RENDER_TIMEOUT")
        self._named: str = settings["BROWSER"]
        self._browser: asyncio.Task[Browser] | None = None
        self._files: dict[str, Response] = {}
        crawler.signals.connect(self._close, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Reads BROWSER, BROWSER_PAGES and RENDER_TIMEOUT; starts nothing yet."""
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        """The page when it is drawn; None for a request that needs no browser.

        Raises UndrawnError and BrowserMissingError, what the fetching of the document raised,
        ArchiveError, and IgnoreRequest when the run was stopped.
        """
        if "render" not in request.meta:
            return None
        request.meta["dont_retry"] = request.meta["dont_redirect"] = True
        request.meta["dont_merge_cookies"] = True
        async with self._pages:
            if self._browser is None:
                self._browser = asyncio.ensure_future(self._start())
            browser = await asyncio.shield(self._browser)
            page = Page(self._crawler, request, self._files)
            return await page.draw(browser, self._limit)

    async def _start(self) -> Browser:
        # Takes half a second, which runs without such pages must not wait.
        from crawler.browser import Browser

        browser = Browser(self._crawler)
        await browser.start(self._named)
        return browser

    async def _close(self) -> None:
        if self._browser and not self._browser.cancelled() and not self._browser.exception():
            await self._browser.result().close()


class Page:
    """One page: the requests it makes, and what becomes of it."""

    def __init__(self, crawler: Crawler, request: Request, files: dict[str, Response]) -> None:
        assert crawler.stats
        self._crawler = crawler
        self._stats = crawler.stats
        self._request = request
        self._files = files
        self._known = Known.from_json(request.meta.get("known", {}))
        self._document: Response | None = None
        self._fault: faults.PortalError | None = None
        self._chains: dict[str, dict[str, Any]] = {}
        self._exchanges: list[dict[str, Any]] = []
        self._refused: list[dict[str, str]] = []

    async def draw(self, browser: Browser, limit: float) -> Response:
        """Have the browser draw it; see `Render.process_request`."""
        assert self._crawler.engine
        self._stats.inc_value("render/pages")
        drawn, undrawn = None, None
        try:
            drawn = await browser.draw(
                self._request.url, self._request.meta["render"], limit, self._fetch
            )
        except faults.UndrawnError as error:
            undrawn = error
        if not self._crawler.engine.running:
            raise IgnoreRequest("the run was stopped")
        if self._fault:
            raise self._fault
        if self._document is None:
            raise undrawn or faults.UndrawnError("the browser asked for no document")
        for name in ("capture", "exchange"):
            self._request.meta[name] = self._document.meta[name]
        if not isinstance(self._document, TextResponse) or (drawn is None and self._bare):
            return self._document.replace(request=self._request)
        if drawn is None:
            assert undrawn
            raise undrawn
        await self._keep(drawn)
        if drawn.unsettled:
            raise faults.UndrawnError(drawn.unsettled)
        return HtmlResponse(
            drawn.url,
            self._document.status,
            headers=[
                (name, value)
                for name, values in self._document.headers.items()
                if name.lower() not in MADE_NEW
                for value in values
            ],
            body=drawn.dom.encode(),
            encoding="utf-8",
            request=self._request,
            ip_address=self._document.ip_address,
            protocol=self._document.protocol,
        )

    async def _fetch(self, asked: Asked) -> Answer | None:
        """What the crawl gives for one request of the page; None when it gives nothing."""
        from crawler.drawing import Answer

        self._stats.inc_value("render/requests")
        if asked.kind in NOT_FETCHED:
            self._refuse(asked, f"{asked.kind} is not fetched")
            return None
        try:
            response = await self._answer(asked)
        except FAILED as error:
            fault = faults.failure(error)
            assert fault
            self._refuse(asked, f"{fault.name}: {fault}")
            if asked.main:
                self._fault = fault
            return None
        meta = response.meta
        self._chains[asked.chain] = meta
        self._exchanges.append(
            {
                "exchange": meta["exchange"],
                "method": asked.method,
                "url": response.url,
                "kind": asked.kind,
                "status": response.status,
            }
        )
        if asked.main:
            self._document, self._fault = response, None
            if not isinstance(response, TextResponse):
                return None
        return Answer(
            response.status,
            [
                (name, value)
                for name, values in response.headers.items()
                if name.lower() not in MADE_NEW
                for value in values
            ],
            response.body,
        )

    async def _answer(self, asked: Asked) -> Response:
        """The crawl's answer, or the one it had before to a request for the same file."""
        assert self._crawler.engine
        a_file = asked.kind in FILES and asked.method == "GET"
        if a_file and asked.url in self._files:
            return self._files[asked.url]
        response = await self._crawler.engine.download_async(self._ask(asked))
        if a_file and sum(len(one.body) for one in self._files.values()) < FILES_KEPT:
            self._files[asked.url] = response
        return response

    @property
    def _bare(self) -> bool:
        """Whether the document is one that a browser shows a page of its own for."""
        return self._document is not None and not self._document.body

    @property
    def _address(self) -> str:
        return self._document.url if self._document else self._request.url

    def _ask(self, asked: Asked) -> Request:
        """A request of the page as one of the crawl."""
        known = self._known
        if not asked.main:
            known = Known(
                known.portal, known.city, known.region_code, role=ROLE, parent=self._address
            )
        meta = {
            "known": known.to_json(),
            "dont_redirect": True,
            "dont_merge_cookies": True,
        }
        if before := self._chains.get(asked.chain):
            meta |= {
                "exchange": before["exchange"],
                "hops": before["hops"],
                "redirect_times": before["hops"]["redirect"] + 1,
            }
        elif self._document:
            meta["page"] = self._document.meta["exchange"]
        return Request(
            asked.url,
            method=asked.method,
            headers={
                name: value
                for name, value in asked.headers.items()
                if name.lower() not in OURS and not name.lower().startswith("sec-ch-")
            },
            body=asked.body,
            meta=meta,
        )

    def _refuse(self, asked: Asked, why: str) -> None:
        self._stats.inc_value("render/refused")
        self._refused.append({"url": asked.url, "kind": asked.kind, "why": why})

    async def _keep(self, drawn: Drawn) -> None:
        """Return when the renditions are on the disk, or were before; ArchiveError when not."""
        archive = self._crawler.get_extension(Archive)
        if archive is None:
            return
        assert self._document
        exchange = self._document.meta["exchange"]
        info = {
            "url": drawn.url,
            "exchanges": self._exchanges,
            "refused": self._refused,
            "errors": drawn.errors,
            "sockets": drawn.sockets,
            "unsettled": drawn.unsettled,
        }
        made = dt.datetime.now(dt.UTC)
        kinds: dict[RenditionKind, tuple[str, bytes]] = {
            "dom": ("text/html; charset=utf-8", drawn.dom.encode()),
            "view": ("image/png", drawn.view),
            "text": ("text/plain; charset=utf-8", drawn.text.encode()),
            "pageinfo": ("application/json", json.dumps(info, ensure_ascii=False).encode()),
        }
        await archive.keep_renditions(
            [
                Rendition(exchange, kind, drawn.url, made, content_type, data)
                for kind, (content_type, data) in kinds.items()
            ]
        )
