"""Chromium, driven by scrapy-playwright, with no way to the network but the crawl's own.

`crawler.render` imports this when a first page needs a browser. Each page is
drawn in a context of its own, which ends with it, so that memory stays flat, and
no other page disturbs its picture; cookies go from one to the next. Every
request a page makes is stopped before it leaves Chromium (`crawler.drawing`).
Chromium itself is started with a proxy that does not exist: a request that got
past would reach nothing.

    python -m crawler.browser       which browser that is, on this machine
"""

from __future__ import annotations

import logging
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright
from scrapy import Request
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler
from scrapy_playwright.page import PageMethod

from crawler.drawing import Drawing
from crawler.faults import BrowserMissingError, UndrawnError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler

    from crawler.drawing import Drawn, Fetch

# What it warns of is raised, and named there.
logging.getLogger("scrapy-playwright").setLevel(logging.ERROR)

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

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""What a browser of the system is called, where Playwright has none of its own."""


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
        drawing = Drawing(self._crawler, fetch, until, limit)
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
