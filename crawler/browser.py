"""Chromium, driven by scrapy-playwright, with no way to the network but the crawl's own.

`crawler.render` imports this when a first page needs a browser. Each page is
drawn in a context of its own, which ends with it, so that memory stays flat, and
no other page disturbs its picture; cookies go from one to the next. Every
request a page makes is stopped before it leaves Chromium (CDP `Fetch`, at the
request stage), handed to `Fetch`, the function the page was given, and answered
with what that gives. Chromium itself is started with a proxy that does not
exist: a request that got past would reach nothing.

A page is done when it has loaded, the selector it is waited for matches, and no
request has been under way for a while.

    python -m crawler.browser       which browser that is, on this machine
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import logging
import shutil
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright
from scrapy import Request
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from crawler.guards import BrowserMissingError, UndrawnError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import TypeAlias

    from playwright.async_api import Page
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
# What it warns of is raised, and named there.
logging.getLogger("scrapy-playwright").setLevel(logging.ERROR)

QUIET = {True: 0.1, False: 0.5}
"""Seconds without a request after which a page that has loaded is done: with a selector that
says when it is there, and without one."""

TICK = 0.02
"""Seconds between two looks at whether a page is done."""

SIDE_BY_SIDE = 6
"""Requests of a page that are handed on at once, as browsers have it; a page that is given up
leaves no more than these behind."""

NOWHERE = {"server": "http://127.0.0.1:9", "bypass": "<-loopback>"}
"""The proxy of every connection Chromium would make by itself."""

SWITCHES = (
    "--no-sandbox",  # as root, which containers are, there is no other way
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    # Frames of other hosts stay in the page's process, where its requests are stopped too.
    # (A --disable-features here would replace Playwright's, which keeps http from becoming https.)
    "--disable-site-isolation-trials",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
)

WINDOW = {"width": 1280, "height": 960}
"""Size of the window in pixels; the picture of a page is as wide, and as long as the page."""

PICTURES = 4
"""Times a picture is taken again at most: some pages never stand still."""

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""What a browser of the system is called, where Playwright has none of its own."""


@dataclasses.dataclass(frozen=True, slots=True)
class Asked:
    """A request of a page, as the browser would send it."""

    url: str
    method: str
    headers: Mapping[str, str]
    body: bytes
    kind: str
    """What it is for, in CDP's words: `Document`, `Script`, `XHR`."""
    main: bool
    """Whether its answer is to be the page itself."""
    chain: str
    """The same for a request and those that redirects make of it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What the page is given: content coding undone, character set not."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes


Fetch: TypeAlias = "Callable[[Asked], Awaitable[Answer | None]]"
"""Gives the answer to a request; None when there is none, which the page sees as a failure."""


@dataclasses.dataclass(frozen=True, slots=True)
class Drawn:
    """A page as it was when it was done, or given up."""

    url: str
    dom: str
    """The document, serialised."""
    text: str
    """The text a reader sees."""
    view: bytes
    """The whole page as a PNG."""
    errors: tuple[str, ...]
    """What its scripts threw and did not catch."""
    sockets: tuple[str, ...]
    """WebSockets it would have opened."""
    unsettled: str
    """Why it was given up; empty when it was done."""


class Browser:
    """Chromium, once for a run."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._handler = ScrapyPlaywrightDownloadHandler(crawler)
        self._agent: str = crawler.settings["USER_AGENT"]
        self._cookies: Sequence[Any] = ()
        self._drawn = 0
        config = self._handler.config
        config.navigation_timeout_ms = 0  # the fetching of a document has its own limits
        config.download_timeout_secs = 1.0
        config.target_closed_max_retries = 0  # what was fetched must not be fetched again unseen

    async def start(self, named: str) -> None:
        """Start Playwright and see that there is a browser: the one named, or the first found.

        Raises BrowserMissingError.
        """
        handler = self._handler
        # What the handler does when the engine starts; the engine of this run started long ago.
        handler.browser_provider = handler.browser_provider_cls(handler.config)
        await handler.browser_provider.start()
        own = handler.browser_provider.browser_type.executable_path
        handler.config.launch_options = {
            "executable_path": find(named, own),
            "args": list(SWITCHES),
            "proxy": NOWHERE,
            # The run ends the browser, after the pages that are under way.
            "handle_sigint": False,
            "handle_sigterm": False,
            "handle_sighup": False,
        }

    async def draw(self, url: str, until: str, limit: float, fetch: Fetch) -> Drawn:
        """Draw a page with what `fetch` gives, and wait until it is done.

        `until` is a CSS selector, or empty; `limit` is in seconds from the arrival of the
        document. Raises UndrawnError when the browser shows no page, and what `fetch` raised.
        """
        self._drawn += 1
        name = f"page {self._drawn}"
        drawing = _Drawing(self._crawler, fetch, until, limit)
        request = Request(
            url,
            meta={
                "playwright": True,
                "playwright_context": name,
                "playwright_context_kwargs": {
                    "locale": "zh-CN",
                    "service_workers": "block",
                    "storage_state": {"cookies": list(self._cookies), "origins": []},
                    "timezone_id": "Asia/Shanghai",
                    "user_agent": self._agent,
                    "viewport": WINDOW,
                },
                "playwright_page_init_callback": drawing.attach,
                "playwright_page_goto_kwargs": {"wait_until": "commit"},
                "playwright_page_methods": [PageMethod(drawing.look)],
            },
        )
        undrawn = None
        try:
            try:
                await self._handler.download_request(request)
            except PlaywrightError as error:
                undrawn = UndrawnError(f"the browser shows no page: {error.message}")
                undrawn.__cause__ = error
            await drawing.end()
        finally:
            if context := self._handler.context_wrappers.get(name):
                self._cookies = await context.context.cookies()
                await context.context.close()
        if undrawn:
            raise undrawn
        assert drawing.drawn
        return drawing.drawn

    async def close(self) -> None:
        """End Chromium, and Playwright with it."""
        await self._handler.close()


class _Drawing:
    """One page on its way: has its requests answered, and waits until it is done."""

    def __init__(self, crawler: Crawler, fetch: Fetch, until: str, limit: float) -> None:
        self._crawler = crawler
        self.drawn: Drawn | None = None
        self._fetch = fetch
        self._until = until
        self._limit = limit
        self._main = ""
        self._places = asyncio.Semaphore(SIDE_BY_SIDE)
        self._under_way: set[asyncio.Task[None]] = set()
        self._broken: BaseException | None = None
        self._loaded = False
        self._still_since = time.monotonic()
        self._over = False
        self._errors: list[str] = []
        self._sockets: list[str] = []

    async def attach(self, page: Page, _: Request) -> None:
        """Called with a page that is still empty: stops its requests from now on."""
        page.on("load", lambda _: self._load())
        page.on("pageerror", lambda error: self._errors.append(str(error)))
        page.on("websocket", lambda socket: self._sockets.append(socket.url))
        page.on("dialog", lambda dialog: dialog.dismiss())
        self._devtools = await page.context.new_cdp_session(page)
        self._devtools.on("Fetch.requestPaused", self._paused)
        await self._devtools.send("Fetch.enable", {"patterns": [{"requestStage": "Request"}]})
        # The handler's own stop, which sees no redirects, would only cost time.
        await page.unroute("**")

    async def look(self, page: Page) -> None:
        """Called when the document has come: waits until the page is done, and takes it down."""
        unsettled = ""
        try:
            async with asyncio.timeout(self._limit):
                await self._settled(page)
        except TimeoutError:
            unsettled = self._why()
        self._over = True
        self.drawn = Drawn(
            url=page.url,
            dom=await page.content(),
            text=await page.evaluate("document.documentElement.innerText"),
            view=await picture(page),
            errors=tuple(self._errors),
            sockets=tuple(self._sockets),
            unsettled=unsettled,
        )

    async def end(self) -> None:
        """Return when no request is under way any more; raises what one of them raised."""
        self._over = True
        while self._under_way:
            await asyncio.wait(self._under_way)
        if self._broken:
            raise self._broken

    async def _settled(self, page: Page) -> None:
        # Polled, since selectors and the end of a run tell nobody.
        while (  # noqa: ASYNC110
            self._going() and not (self._still() and await self._there(page))
        ):
            await asyncio.sleep(TICK)

    def _going(self) -> bool:
        """Whether what comes can still help."""
        assert self._crawler.engine
        return self._broken is None and self._crawler.engine.running

    async def _there(self, page: Page) -> bool:
        return not self._until or await page.query_selector(self._until) is not None

    def _still(self) -> bool:
        """Whether the page has loaded, and asked for nothing for a while."""
        quiet = time.monotonic() - self._still_since >= QUIET[bool(self._until)]
        return self._loaded and not self._under_way and quiet

    def _why(self) -> str:
        if not self._still():
            return f"it was never quiet in {self._limit:g} seconds"
        return f"nothing matches {self._until!r} after {self._limit:g} seconds"

    def _load(self) -> None:
        self._loaded = True
        self._still_since = time.monotonic()

    def _paused(self, event: Mapping[str, Any]) -> None:
        task = asyncio.ensure_future(self._answer(event))
        self._under_way.add(task)
        task.add_done_callback(self._answered)

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        self._still_since = time.monotonic()
        if error := task.exception():
            self._broken = self._broken or error

    async def _answer(self, event: Mapping[str, Any]) -> None:
        answer = None
        try:
            asked = self._asked(event)
            async with self._places:
                if not self._over and self._going():
                    answer = await self._fetch(asked)
        finally:  # a page must not wait for what will never come
            await self._give(event["requestId"], answer)

    def _asked(self, event: Mapping[str, Any]) -> Asked:
        request = event["request"]
        document = event["resourceType"] == "Document"
        body = (part.get("bytes", "") for part in request.get("postDataEntries", ()))
        # The first document of all is the page's; those of other frames are frames in it.
        self._main = self._main or event["frameId"]
        main = document and event["frameId"] == self._main
        self._loaded = self._loaded and not main
        return Asked(
            url=request["url"],
            method=request["method"],
            headers=request["headers"],
            body=b"".join(map(base64.b64decode, body)),
            kind=event["resourceType"],
            main=main,
            chain=event.get("networkId", event["requestId"]),
        )

    async def _give(self, identity: str, answer: Answer | None) -> None:
        more: dict[str, Any]
        if answer is None:
            command, more = "failRequest", {"errorReason": "Failed"}
        else:
            headers = b"\0".join(name + b": " + value for name, value in answer.headers)
            command = "fulfillRequest"
            more = {
                "responseCode": answer.status,
                "binaryResponseHeaders": base64.b64encode(headers).decode(),
                "body": base64.b64encode(answer.body).decode(),
            }
        try:
            await self._devtools.send(f"Fetch.{command}", {"requestId": identity, **more})
        except PlaywrightError:
            # The page has called the request off, or is no more; what was fetched is archived.
            logger.debug("nobody waits for the answer to request %s", identity)


async def picture(page: Page) -> bytes:
    """The whole page as a PNG, taken until two in a row are equal: a first may be half painted."""
    before, taken = b"", await page.screenshot(full_page=True, animations="disabled")
    for _ in range(PICTURES):
        if before == taken:
            break
        before, taken = taken, await page.screenshot(full_page=True, animations="disabled")
    return taken


def find(named: str, own: str) -> str:
    """The path of the browser: the one named, Playwright's `own`, or one of the system.

    Raises BrowserMissingError.
    """
    if named:
        found = shutil.which(named)
        if not found:
            raise BrowserMissingError(f"there is no program {named!r}, which BROWSER names")
        return found
    if Path(own).exists():
        return own
    for name in NAMES:
        if found := shutil.which(name):
            return found
    raise BrowserMissingError("there is no Chromium on this machine")


def main() -> int:
    """Print the path of the browser that pages would be drawn by; 1 when there is none."""
    with sync_playwright() as playwright:
        try:
            print(find("", playwright.chromium.executable_path))
        except BrowserMissingError as missing:
            print(f"{missing}: {missing.advice}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
