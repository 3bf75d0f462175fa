"""The site: which address gets which page, and the ways the whole city can misbehave.

`site(city)` is an `App` for `tests.city.wire`. The city's system answers by its
table of routes; here stands what is the same on every system: robots.txt, the
headers, and the faults of the whole city, those of data (`City.shown`), of
markup (the system's `breaks`) and of the server. Faults of a single address are
in `tests.city.faults`.
"""

from __future__ import annotations

import dataclasses
import email.utils
import gzip
import html
import itertools
import re
from typing import TYPE_CHECKING

from tests.city import faults as wire_faults
from tests.city import pages
from tests.city.city import FORBIDDEN, City, Entry
from tests.city.dress import charset
from tests.city.message import App, Headers, Request, Response, Script
from tests.city.systems import NOTHING, Answer
from tests.city.validators import validated

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

HTML = b"text/html; charset=utf-8"
DATE = re.compile(r"\b20\d\d-(\d\d-\d\d)\b")


def site(city: City) -> App:
    """The city as an app, the table of wire faults at `/fault/` included."""
    return wire_faults.with_faults(_Portal(city).answer)


def sites(*cities: City) -> App:
    """Several cities behind one port, told apart by the host their systems stand in for."""
    by_host = {city.cms.host: site(city) for city in cities}
    return lambda request: by_host[request.host](request)


class _Portal:
    """The routes of the portal, under the faults of its city."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.cms = city.cms
        self.faults = city.faults
        self.visits = itertools.count(1)
        self.routes = [(re.compile(path), give) for path, give in city.cms.routes.items()]

    def answer(self, request: Request) -> Response | Script:
        if "unavailable" in self.faults:
            return self._said(503, "服务暂不可用")
        if "flaky" in self.faults and next(self.visits) % 7 == 0:
            busy = self._said(503, "服务繁忙")
            return Response(503, [*busy.headers, (b"Retry-After", b"1")], busy.body)
        if request.path == "/robots.txt":
            return self._robots()
        for fault, refuse in REFUSALS.items():
            if fault in self.faults:
                return refuse()
        if request.method not in {"GET", "HEAD", "POST"}:
            return self._said(405, "不支持的请求方法")
        if found := self.cms.files.get(request.path):
            kind, body = found
            return Response(200, self._headers(kind), body)
        if f"{request.path}/" == self.cms.start:
            moved = (b"Location", self.cms.start.encode())
            return Response(301, [*self._headers(b"text/html"), moved])
        if request.path == "/":
            return self._home()
        if request.method != "POST" and (entry := self.city.entry_at(request.target)):
            document = self._document(request, entry)
            return validated(self.cms.validators, request, document, entry.time)
        for path, give in self.routes:
            if match := path.fullmatch(request.path):
                return self._page(give(self.city, request, match.groups("")))
        return self._page(NOTHING)

    def _robots(self) -> Response:
        if "robots-503" in self.faults:
            return self._said(503, "服务暂不可用")
        forbidden = ("/",) if "robots-all" in self.faults else FORBIDDEN
        lines = ["User-agent: *", *(f"Disallow: {path}" for path in forbidden), ""]
        return Response(200, self._headers(b"text/plain"), "\n".join(lines).encode())

    def _home(self) -> Response:
        """The home page: some news, and a link to the page that leads to the organs' columns."""
        notices = [column for column in self.city.columns.values() if column.kind == "02"]
        news = "".join(
            f'<li><a href="{entry.path}">{html.escape(entry.title)}</a>'
            f"<span>{entry.moment:%Y-%m-%d}</span></li>\n"
            for column in notices[:3]
            for entry in column.page(1)[:2]
        )
        body = (
            f'<div class="menu"><a href="{self.cms.start}">政府信息公开</a>'
            ' <a href="/hd/">政民互动</a> <a href="#">回到顶部</a></div>\n'
            f'<ul class="news">\n{news}</ul>\n'
        )
        return Response(200, self._headers(HTML), self.cms.shell("首页", body).encode())

    def _page(self, answer: Answer) -> Response:
        if answer.role == "list":
            return self._list(answer)
        if answer.role == "missing":
            return self._said(404, "没有这个页面")
        return Response(200, self._headers(answer.kind), answer.text.encode())

    def _list(self, answer: Answer) -> Response:
        for fault, (numbers, give) in IN_PLACE.items():
            if fault in self.faults and answer.number in numbers:
                return give(self)
        text = answer.text
        if "links-scripted" in self.faults:
            for entry in self.city.entries.values():
                for link in (entry.link(self.cms.host), html.escape(entry.link(self.cms.host))):
                    text = text.replace(link, "javascript:void(0)")
        if "script-only-list" in self.faults:
            text = self.cms.shell(
                "栏目", '<div id="app"></div>\n<script src="/js/app.js"></script>'
            )
        if "date-format-changed" in self.faults:
            text = DATE.sub(r"\1", text)
        text = self._broken(text, "rows-renamed", "pager-gone")
        return Response(200, self._headers(answer.kind), text.encode())

    def _broken(self, text: str, *names: str) -> str:
        """The text with those of the breakages made in it that the city has."""
        for name in names:
            if name in self.faults:
                was, becomes = self.cms.breaks[name]
                text = re.sub(was, becomes, text, flags=re.DOTALL)
        return text

    def _document(self, request: Request, entry: Entry) -> Response:
        whole = request.target != entry.print_path
        chosen = entry == self.city.victim
        if entry.year is not None and whole and "soft-404" in self.faults:
            return self._said(200, "对不起，您访问的页面不存在或已被删除。", "页面不存在")
        if entry.year is not None and "reports-gone" in self.faults:
            return self._said(404, "页面不存在")
        if entry.year is not None and "captcha" in self.faults:
            return self._said(200, '请输入验证码 <img src="/captcha.jpg" />', "访问验证")
        if chosen and "empty-file" in self.faults:
            return Response(200, self._headers(b"text/html"))
        if entry.year is None or (chosen and "no-report" in self.faults):
            page = (pages.other if whole else pages.other_printed)(self.city, entry)
            return Response(200, self._headers(HTML), page.encode())
        page = (pages.report if whole else pages.report_printed)(self.city, entry)
        page = self._broken(page, "article-renamed")
        dress = frozenset(self.city.report_of(entry).dress)
        kind = b"text/html"
        if "gbk-header" in dress:
            kind += b"; charset=gbk"
        elif not dress & {"gbk-meta", "utf8-bom"}:
            kind += b"; charset=utf-8"
        headers, body = self._headers(kind), page.encode(charset(dress))
        return _compressed(request, headers, body) if whole else Response(200, headers, body)

    def _login(self) -> Response:
        form = '<form action="/login.do"><input name="user" /><button>登录</button></form>'
        page = self.cms.shell("用户登录", f"<p>请登录后访问。</p>{form}")
        return Response(200, self._headers(HTML), page.encode())

    def _moved(self, target: str) -> Response:
        return Response(302, [*self._headers(b"text/html"), (b"Location", target.encode())])

    def _said(self, status: int, words: str, title: str = "") -> Response:
        """A page of a few words, as errors are."""
        page = self.cms.shell(title or str(status), f"<p>{words}</p>\n")
        return Response(status, self._headers(HTML), page.encode())

    def _headers(self, kind: bytes) -> Headers:
        date = email.utils.formatdate(usegmt=True).encode()
        return [*self.cms.headers, (b"Date", date), (b"Content-Type", kind)]


def _compressed(request: Request, headers: Headers, body: bytes) -> Response:
    """Report pages go out chunked, and with gzip if the client takes it, as behind nginx."""
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

IN_PLACE: Mapping[str, tuple[range, Callable[[_Portal], Response]]] = {
    "page-2-missing": (range(2, 3), lambda portal: portal._said(404, "没有这个栏目")),
    "paging-down": (range(2, 10_000), lambda portal: portal._said(500, "系统错误")),
    "home-on-page-2": (range(2, 10_000), lambda portal: portal._home()),
    "lists-sent-home": (range(1, 10_000), lambda portal: portal._moved("/")),
    "login-on-page-2": (range(2, 3), lambda portal: portal._login()),
    "challenge-on-page-3": (
        range(3, 4),
        lambda _: dataclasses.replace(wire_faults.challenge(), status=200),
    ),
}
"""What comes in place of some pages of a list, counted from 1."""
