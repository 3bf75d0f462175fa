"""The site: which address gets which page, and the ways the whole city can misbehave.

`site(city)` is an `App` for `tests.city.wire`. Whole-city faults are those the
city was made with; those of a single address are in `tests.city.faults`.
"""

from __future__ import annotations

import email.utils
import gzip
import itertools
import re
from typing import TYPE_CHECKING

from tests.city import faults as wire_faults
from tests.city import pages
from tests.city.city import FORBIDDEN, HOST, City, Column, Entry
from tests.city.dress import charset
from tests.city.message import App, Headers, Request, Response, Script

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)
FILES: Mapping[str, tuple[bytes, bytes]] = {
    "/images/logo.png": (b"image/png", PNG),
    "/stat.php": (b"image/png", PNG),
    "/css/style.css": (b"text/css", b"td.GovInfoContent { line-height: 1.8 }\n"),
    "/js/common.js": (b"application/javascript", b"function zoom(size) {}\n"),
}
LIST = re.compile(r"/gi_class/([a-z0-9]+_\d\d)(?:/(\d{1,4}))?/?")


def site(city: City) -> App:
    """The city as an app, the table of wire faults at `/fault/` included."""
    return wire_faults.with_faults(_Portal(city).answer)


class _Portal:
    """The routes of the portal, under the faults of its city."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.faults = city.faults
        self.visits = itertools.count(1)
        self.directory = pages.directory(city)
        self.home = pages.home(city)

    def answer(self, request: Request) -> Response | Script:
        if "unavailable" in self.faults:
            return _page(503, pages.shell("503", "<p>服务暂不可用</p>"))
        if "flaky" in self.faults and next(self.visits) % 7 == 0:
            busy = _page(503, pages.shell("503", "<p>服务繁忙</p>"))
            return Response(503, [*busy.headers, (b"Retry-After", b"1")], busy.body)
        if request.path == "/robots.txt":
            return self._robots()
        for fault, refuse in REFUSALS.items():
            if fault in self.faults:
                return refuse()
        if request.method not in {"GET", "HEAD"}:
            return _page(405, pages.shell("405", "<p>不支持的请求方法</p>"))
        return self._get(request)

    def _get(self, request: Request) -> Response:
        path = request.path
        if path in FILES:
            kind, body = FILES[path]
            return Response(200, _headers(kind), body)
        if path in {"/", "/index.php"}:
            return _page(200, self.home)
        if path == "/gi_class":
            return Response(301, [*_headers(b"text/html"), (b"Location", b"/gi_class/")])
        if path == "/gi_class/":
            return _page(200, self.directory)
        if path == "/search.php":
            return _page(200, pages.search(request.query.get("q", "")))
        if match := LIST.fullmatch(path):
            number = match[2] or request.query.get("page", "1")
            return self._list(request, match[1], int(number) if number.isdecimal() else 0)
        entry = self.city.entry_at(request.target)
        if entry is None:
            return _page(404, pages.shell("404", "<p>没有这个页面</p>"))
        return self._document(request, entry)

    def _robots(self) -> Response:
        if "robots-503" in self.faults:
            return _page(503, pages.shell("503", "<p>服务暂不可用</p>"))
        forbidden = ("/",) if "robots-all" in self.faults else FORBIDDEN
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in forbidden), ""]
        return Response(200, _headers(b"text/plain"), "\n".join(lines).encode())

    def _list(self, request: Request, code: str, number: int) -> Response:
        column = self.city.columns.get(code)
        if column is not None and "empty" in self.faults:
            column = Column(column.code, column.name, column.organ, ())
        missing = number == 2 and "page-2-missing" in self.faults
        if column is None or not 1 <= number <= column.pages or missing:
            return _page(404, pages.shell("404", "<p>没有这个栏目</p>"))
        host = request.header(b"Host").decode("latin-1") or HOST
        return _page(
            200,
            pages.listing(
                column,
                number,
                host,
                row_class="list7" if "rows-renamed" in self.faults else "box3",
                more=7 if "total-lies" in self.faults else 0,
            ),
        )

    def _document(self, request: Request, entry: Entry) -> Response:
        whole = request.path.startswith("/gi_news/")
        chosen = entry == self.city.victim
        if entry.year is not None and whole and "soft-404" in self.faults:
            return _page(200, pages.soft_error())
        if chosen and "empty-file" in self.faults:
            return Response(200, _headers(b"text/html"))
        if entry.year is None or (chosen and "no-report" in self.faults):
            if whole:
                return _page(200, pages.other(self.city, entry))
            return _page(200, pages.printed(entry, pages.other_article(self.city, entry)))
        page = (pages.report if whole else pages.report_printed)(self.city, entry)
        dress = frozenset(self.city.report_of(entry).dress)
        kind = b"text/html"
        if "gbk-header" in dress:
            kind += b"; charset=gbk"
        elif not dress & {"gbk-meta", "utf8-bom"}:
            kind += b"; charset=utf-8"
        body = page.encode(charset(dress))
        return _compressed(request, kind, body) if whole else Response(200, _headers(kind), body)


def _headers(kind: bytes) -> Headers:
    return [
        (b"Server", b"nginx"),
        (b"Date", email.utils.formatdate(usegmt=True).encode()),
        (b"Content-Type", kind),
        (b"X-Powered-By", b"PHP/5.6.40"),
    ]


def _page(status: int, page: str) -> Response:
    return Response(status, _headers(b"text/html; charset=utf-8"), page.encode())


def _compressed(request: Request, kind: bytes, body: bytes) -> Response:
    """Report pages go out chunked, and with gzip if the client takes it, as PHP behind nginx."""
    headers = _headers(kind)
    if b"gzip" in request.header(b"Accept-Encoding"):
        headers += [(b"Vary", b"Accept-Encoding"), (b"Content-Encoding", b"gzip")]
        body = gzip.compress(body, compresslevel=1, mtime=0)
    headers.append((b"Transfer-Encoding", b"chunked"))
    pieces = (body[start : start + 8192] for start in range(0, len(body), 8192))
    last = wire_faults.chunk(b"") + b"\r\n"
    return Response(200, headers, b"".join(map(wire_faults.chunk, pieces)) + last)


REFUSALS: Mapping[str, Callable[[], Response]] = {
    "blocked-403": wire_faults.refused,
    "blocked-412": wire_faults.precondition,
    "blocked-521": wire_faults.challenge,
}
