"""One page on its way in a browser: its requests answered, until it is done.

Every request a page makes is stopped before it leaves Chromium (CDP `Fetch`, at
the request stage), handed to `Fetch`, the function the page was given, and
answered with what that gives. A page is done when it has loaded, the selector it
is waited for matches, and no request has been under way for a while.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import logging
import time
from typing import TYPE_CHECKING, Any

from playwright.async_api import Error as PlaywrightError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from typing import TypeAlias

    from playwright.async_api import Page
    from scrapy import Request
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)

QUIET = {True: 0.1, False: 0.5}
"""Seconds without a request after which a page that has loaded is done: with a selector that
says when it is there, and without one."""

TICK = 0.02
"""Seconds between two looks at whether a page is done."""

SIDE_BY_SIDE = 6
"""Requests of a page that are handed on at once, as browsers have it; a page that is given up
leaves no more than these behind."""

PICTURES = 4
"""Times a picture is taken again at most: some pages never stand still."""


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


class Drawing:
    """The page; see the top of this module."""

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
