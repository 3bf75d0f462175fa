"""The archive over HTTP: every capture at an address, as it was answered, and pages replayed.

    /                             the portals, their years, how many captures
    /NAME/TIMEid_/ADDRESS         the capture: its status, its bytes as they were sent
    /NAME/TIME/ADDRESS            the page in a browser, out of the archive alone
    /NAME/ADDRESS                 the time gate: leads to the capture nearest to Accept-Datetime
    /NAME/timemap/link/ADDRESS    all captures of an address

TIME has 14 digits, or fewer from the left; one that is no capture's leads on
to the nearest. The headers are those of Memento (RFC 7089). ADDRESS is as it
was asked for, `http` and query included, or that of a rendition,
`urn:view:http://...`.

Nothing stored is changed. A page is replayed in a frame by a service worker
(`replay/worker.js`), which looks up in the archive whatever the page asks for
and passes nothing on. Captures that are asked for without it are sent with a
policy under which no browser runs them or loads anything for them.

The server reads and never writes, but for the index. It looks up names of
collections it was given, never paths.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import email.utils
import heapq
import html
import re
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

from archive.http import decode
from archive.index import Capture, Index, IndexDamagedError
from archive.memento import Collection, Memento, nearest
from archive.record import DamagedError, target_uri

_REPLAY = Path(__file__).with_name("replay")
_SCRIPTS = {"/-/worker.js": "worker.js", "/-/frame.js": "frame.js"}

_AT = re.compile(r"/([^/]+)/(?:(\d{4}(?:\d\d){0,5})(id_|mp_)?/)?(.+)", re.DOTALL)
_TIMEMAP = re.compile(r"/([^/]+)/timemap/link/(.+)", re.DOTALL)
_SCHEME = re.compile(r"\A((?:urn:\w+:)?https?):/+", re.IGNORECASE)
_TOKEN = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_CONTROLS = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")

_PLAIN = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_FRAME = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self';"
    " frame-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'"
)
_BARE = "sandbox; default-src 'none'; frame-ancestors 'self'"
"""Policies: of our own pages, of the frame around a replayed page, of captures by themselves."""

_KEPT = frozenset({"content-type", "content-encoding", "content-language", "last-modified"})
"""Header fields sent as they were; the others get a prefix, so that no cookie is set again."""
_ORIGINAL = "X-Archive-Orig-"

_SHOWN = 50
"""Captures that a page of ours leads to: the last, or those beside an address that has none."""

Lines = list[tuple[str, str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What goes out: status, header lines, body."""

    status: int
    headers: Lines
    body: bytes = b""


class Server(ThreadingHTTPServer):
    """Serves collections by name until it is shut down; `answers` counts what went out."""

    daemon_threads = True

    def __init__(self, address: tuple[str, int], given: Iterable[Collection]) -> None:
        self.collections: Mapping[str, Collection] = {one.name: one for one in given}
        self.answers = 0
        super().__init__(address, _Handler)

    @property
    def url(self) -> str:
        """The address of the list of portals."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}/"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        """Answers GET and HEAD; http.server itself refuses all others."""
        accepted = self.headers.get("Accept-Encoding", "").lower()
        when = self.headers.get("Accept-Datetime")
        try:
            answer = _answer(self.server.collections, self.path, when, accepted)
        except (DamagedError, IndexDamagedError, FileNotFoundError) as damage:
            said = f"{damage}: `python -m archive verify` says more"
            answer = _page(HTTPStatus.INTERNAL_SERVER_ERROR, "The archive is damaged", [_p(said)])
        self.server.answers += 1
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Referrer-Policy", "same-origin")
        self.send_header("X-DNS-Prefetch-Control", "off")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()
        if self.command != "HEAD" and answer.status not in (204, 304):
            self.wfile.write(answer.body)

    do_HEAD = do_GET  # noqa: N815

    def version_string(self) -> str:
        """What the server says it is: nothing of the machine it runs on."""
        return "nianbao"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Says nothing: what is read is nobody's business."""


def _answer(given: Mapping[str, Collection], path: str, when: str | None, accepted: str) -> Answer:
    """The answer to a request for `path`, as it was sent."""
    if path == "/":
        return _page(HTTPStatus.OK, "Archive", [_listing(one) for one in given.values()])
    if path in _SCRIPTS:
        kind = [("Content-Type", "text/javascript"), ("Service-Worker-Allowed", "/")]
        return Answer(HTTPStatus.OK, kind, (_REPLAY / _SCRIPTS[path]).read_bytes())
    found = _TIMEMAP.fullmatch(path)
    if found and (mapped := given.get(urllib.parse.unquote(found[1]))):
        return _timemap(mapped, _address(found[2]))
    at = _AT.fullmatch(path)
    collection = given.get(urllib.parse.unquote(at[1])) if at else None
    if not at or not collection:
        names = ", ".join(given)
        return _missing([_p(f"There is no such address here. There are: {names}.")])
    url = _address(at[4])
    if at[3] == "mp_":
        # Only the worker shows a page; without it the frame comes first.
        return _redirect(f"{_root(collection)}{at[2]}/{target_uri(url)}")
    moment = _moment(at[2], when)
    if moment is None:
        return _missing([_p("That is no time: write 14 digits, as 20260131120000.")])
    with Index(collection.index()) as index:
        memento = nearest(collection, index, url, moment)
        if memento is None:
            return _never(collection, index, url)
    capture = memento.capture
    if at[2] != capture.timestamp:
        gate = _redirect(_play(collection, capture, at[3] or ""))
        gate.headers.append(("Link", _link(collection, url)))
        if at[2] is None:
            gate.headers.append(("Vary", "accept-datetime"))
        return gate
    if at[3] is None and _is_page(memento):
        return _framed(capture)
    if at[3] is None:
        return _redirect(_play(collection, capture, "id_"))
    return _as_it_was(collection, memento, accepted)


def _as_it_was(collection: Collection, memento: Memento, accepted: str) -> Answer:
    body, headers = memento.body, _headers(memento)
    codings = [said for value in memento.values(b"content-encoding") for said in value.split(",")]
    if any(coding.strip().lower() not in accepted for coding in codings):
        body, _ = decode(body, memento.headers)
        headers = [(name, value) for name, value in headers if name.lower() != "content-encoding"]
    capture = memento.capture
    if memento.location:
        where = f"{capture.timestamp}id_/{target_uri(memento.location)}"
        headers.append(("Location", _root(collection) + where))
    headers += [
        ("Memento-Datetime", _http_date(capture)),
        ("Link", _link(collection, capture.url)),
        ("Content-Security-Policy", _BARE),
    ]
    return Answer(memento.status, headers, body)


def _headers(memento: Memento) -> Lines:
    """The header fields of a capture as they go out again."""
    lines = []
    for name, value in memento.headers:
        plain = name.decode("latin-1")
        if _TOKEN.fullmatch(name):
            kept = plain if plain.lower() in _KEPT else _ORIGINAL + plain
            lines.append((kept, _CONTROLS.sub(" ", value.decode("latin-1"))))
    return lines


def _is_page(memento: Memento) -> bool:
    kind = "".join(memento.values(b"content-type")[:1]).partition(";")[0].strip().lower()
    return kind in ("text/html", "application/xhtml+xml", "") or memento.location is not None


def _framed(capture: Capture) -> Answer:
    title = f"{capture.url} of {capture.timestamp}"
    body = (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{html.escape(title)}</title>"
        "<style>body{margin:0}p{font:12px sans-serif;margin:4px 8px}"
        "iframe{border:0;width:100%;height:calc(100vh - 24px)}</style></head><body>"
        f"<p>{html.escape(title)}, from the archive</p>"
        '<iframe sandbox="allow-scripts allow-same-origin"></iframe>'
        '<script src="/-/frame.js"></script></body></html>'
    )
    return _html(HTTPStatus.OK, body, _FRAME)


def _timemap(collection: Collection, url: str) -> Answer:
    with Index(collection.index()) as index:
        found = list(index.captures(url))
        if not found:
            return _never(collection, index, url)
    links = [f'<{target_uri(url)}>; rel="original"', *_gates(collection, url, "self")]
    links += [
        f'<{_play(collection, one, "id_")}>; rel="memento"; datetime="{_http_date(one)}"'
        for one in found
    ]
    kind = [("Content-Type", "application/link-format"), ("Content-Security-Policy", _PLAIN)]
    return Answer(HTTPStatus.OK, kind, ",\n".join(links).encode() + b"\n")


def _link(collection: Collection, url: str) -> str:
    return ", ".join([f'<{target_uri(url)}>; rel="original"', *_gates(collection, url, "timemap")])


def _gates(collection: Collection, url: str, timemap: Literal["self", "timemap"]) -> Iterator[str]:
    yield f'<{_root(collection)}{target_uri(url)}>; rel="timegate"'
    where = f"{_root(collection)}timemap/link/{target_uri(url)}"
    yield f'<{where}>; rel="{timemap}"; type="application/link-format"'


def _never(collection: Collection, index: Index, url: str) -> Answer:
    """The page that says an address was never captured, and what lies beside it."""
    folder = url.partition("?")[0].rpartition("/")[0] + "/"
    beside: dict[str, Capture] = {}
    for one in index.prefix(folder):
        beside[one.url] = one
        if len(beside) > _SHOWN:
            break
    links = _links(collection, list(beside.values())[:_SHOWN])
    more = _p("and more") if len(beside) > _SHOWN else ""
    said = f"The archive of {collection.name} has no capture of {url}."
    said += f" It has these at {folder}:" if beside else f" It has nothing at {folder}."
    return _missing([_p(said), links, more])


def _listing(collection: Collection) -> str:
    """What a collection holds, and the way into it: its pages that were captured last."""
    with Index(collection.index()) as index:
        years = collections.Counter(one.timestamp[:4] for one in index)
        pages = (one for one in index if (one.status, one.mime) == (HTTPStatus.OK, "text/html"))
        latest = heapq.nlargest(_SHOWN, pages, key=lambda one: one.timestamp)
    by_year = ", ".join(f"{count} of {year}" for year, count in sorted(years.items()))
    counts = f"{years.total()} captures: {by_year}" if years else "no captures"
    where = f"{_root(collection)}ADDRESS"
    said = f"{collection.name}: {counts}. An address leads to its latest capture: {where}"
    return _p(f"{said}. Pages captured last:") + _links(collection, latest)


def _links(collection: Collection, captures: Iterable[Capture]) -> str:
    items = (
        f"<li><a href='{html.escape(_play(collection, one))}'>{html.escape(one.url)}</a>"
        for one in captures
    )
    return f"<ul>{''.join(items)}</ul>"


def _page(status: HTTPStatus, title: str, parts: Iterable[str]) -> Answer:
    head = f"<!DOCTYPE html><html><head><meta charset=utf-8><title>{html.escape(title)}</title>"
    body = f"{head}</head><body><h1>{html.escape(title)}</h1>\n" + "\n".join(parts)
    return _html(status, body + "</body></html>\n", _PLAIN)


def _html(status: HTTPStatus, body: str, policy: str) -> Answer:
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
    ]
    return Answer(status, headers, body.encode("utf-8", "replace"))


def _missing(parts: Iterable[str]) -> Answer:
    return _page(HTTPStatus.NOT_FOUND, "Not in the archive", parts)


def _p(text: str) -> str:
    return f"<p>{html.escape(text)}</p>"


def _redirect(where: str) -> Answer:
    return Answer(HTTPStatus.FOUND, [("Location", where), ("Content-Security-Policy", _PLAIN)])


def _play(collection: Collection, capture: Capture, how: str = "") -> str:
    return f"{_root(collection)}{capture.timestamp}{how}/{target_uri(capture.url)}"


def _root(collection: Collection) -> str:
    return f"/{urllib.parse.quote(collection.name)}/"


def _address(text: str) -> str:
    """The address asked for; some clients make one slash of two."""
    return _SCHEME.sub(r"\1://", text)


def _moment(stamp: str | None, when: str | None) -> dt.datetime | None:
    """The moment asked for: the latest when none is; None when it cannot be."""
    try:
        if stamp is not None:
            whole = stamp + "00000101000000"[len(stamp) :]
            return dt.datetime.strptime(whole, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
        if when is not None:
            return email.utils.parsedate_to_datetime(when).astimezone(dt.UTC)
    except ValueError:
        return None
    return dt.datetime.max.replace(tzinfo=dt.UTC)


def _http_date(capture: Capture) -> str:
    return email.utils.format_datetime(capture.moment, usegmt=True)
