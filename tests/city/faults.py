"""Faults of the wire: at `/fault/<name>` on any host, one address per way to misbehave.

Each is a small function in the table `FAULTS`. `with_faults(app)` puts the
table in front of an app. A fault that changes from visit to visit counts the
visits to its whole address, so `?k=1` and `?k=2` are strangers to each other.
"""

from __future__ import annotations

import collections
import gzip
import random
import zlib
from collections.abc import Callable, Iterator, Mapping

import brotli  # type: ignore[import-untyped]

from tests.city.message import STALL, App, Headers, Request, Response, Script, Step, head

HTML = (b"Content-Type", b"text/html; charset=utf-8")

Fault = Callable[[Request, int], Response | Script]
"""Answers a request, given how often this address was visited before."""


def page(what: str, size: int = 0) -> bytes:
    """A small page that says which fault it is of, with a filler up to `size` bytes."""
    start = (
        f"<!DOCTYPE html><html><head><title>{what}</title></head><body><p>{what}</p><p>".encode()
    )
    end = b"</p></body></html>"
    filler = random.Random(what).randbytes(size).hex().encode()
    return start + filler[: max(0, size - len(start) - len(end))] + end


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    """One chunk of a chunked body; no data makes the last chunk, without its trailer section."""
    return b"%x" % len(data) + extension + b"\r\n" + data + (b"\r\n" if data else b"")


def _pieces(data: bytes, count: int) -> Iterator[bytes]:
    size = -(-len(data) // count)
    return (data[start : start + size] for start in range(0, len(data), size))


def _ok(headers: Headers, body: bytes) -> Response:
    return Response(200, [HTML, *headers], body)


def _redirect(request: Request, visit: int) -> Response:
    hop = int(request.query.get("hop", "0"))
    if hop == 2:
        return _ok([], page("redirect: arrived"))
    target = f"/fault/redirect?hop={hop + 1}"
    if hop == 1:
        target = f"{request.scheme}://{request.header(b'Host').decode('latin-1')}{target}"
    return Response((302, 301)[hop], [(b"Location", target.encode()), HTML], page("moved"))


def _redirect_loop(request: Request, visit: int) -> Response:
    return Response(302, [(b"Location", request.target.encode("latin-1")), HTML], b"")


def _busy_once(request: Request, visit: int) -> Response:
    if visit == 0:
        return Response(503, [(b"Retry-After", b"1"), HTML], page("busy"))
    return _ok([], page("503-then-200: served at last"))


def _gbk_header(request: Request, visit: int) -> Response:
    name = "年度报告.html".encode("gbk")
    return _ok(
        [(b"Content-Disposition", b'inline; filename="' + name + b'"'), (b"X-Dept", name)],
        page("gbk-header"),
    )


def _chunked(coding: Headers, body: bytes, trailers: bytes, extension: bytes) -> Script:
    headers = [HTML, *coding, (b"Transfer-Encoding", b"chunked")]
    if trailers:
        headers.append((b"Trailer", b"X-Checksum, X-Served-By"))
    sizes = [chunk(piece, extension) for piece in _pieces(body, 5)]
    return Script([head(200, headers), *sizes, chunk(b"", extension) + trailers + b"\r\n"])


def _plain_chunks(request: Request, visit: int) -> Script:
    return _chunked([], page("chunked", 3000), b"", b"")


def _chunks_with_trailers(request: Request, visit: int) -> Script:
    trailers = b"X-Checksum: 5d41402a\r\nX-Served-By: node-3\r\n"
    return _chunked([], page("chunked-trailers", 3000), trailers, b';part=1;note="a b"')


def _gzip_chunks(request: Request, visit: int) -> Script:
    body = gzip.compress(page("gzip-chunked", 9000), mtime=0)
    return _chunked([(b"Content-Encoding", b"gzip")], body, b"", b"")


def _gzip(request: Request, visit: int) -> Response:
    return _ok([(b"Content-Encoding", b"gzip")], gzip.compress(page("gzip", 9000), mtime=0))


def _deflate(request: Request, visit: int) -> Response:
    return _ok([(b"Content-Encoding", b"deflate")], zlib.compress(page("deflate", 9000)))


def _brotli(request: Request, visit: int) -> Response:
    return _ok([(b"Content-Encoding", b"br")], brotli.compress(page("br", 9000)))


def _reset(request: Request, visit: int) -> Script:
    return Script([], "reset")


def _stated(body: bytes, length: int) -> bytes:
    return head(200, [HTML, (b"Content-Length", b"%d" % length)]) + body


def _reset_mid_body(request: Request, visit: int) -> Script:
    body = page("reset-mid-body", 4000)
    return Script([_stated(body[:1500], len(body))], "reset")


def _reset_mid_head(request: Request, visit: int) -> Script:
    return Script([b"HTTP/1.1 200 OK\r\nContent-Ty"], "reset")


def _short_body(request: Request, visit: int) -> Script:
    body = page("short-body", 4000)
    return Script([_stated(body[:2500], len(body))], "close")


def _stall(request: Request, visit: int) -> Script:
    return Script([STALL], "close")


def _stall_mid_body(request: Request, visit: int) -> Script:
    body = page("stall-mid-body", 4000)
    return Script([_stated(body[:1500], len(body)), STALL], "close")


def _slow(request: Request, visit: int) -> Script:
    body = page("slow", 2000)
    steps: list[Step] = [_stated(b"", len(body))]
    for piece in _pieces(body, 10):
        steps += [float(request.query.get("pause", "0.1")), piece]
    return Script(steps)


def _early_hints(request: Request, visit: int) -> Script:
    body = page("early-hints")
    hints = head(103, [(b"Link", b"</style.css>; rel=preload; as=style")])
    return Script([hints, 0.05, _stated(body, len(body))])


def _empty(request: Request, visit: int) -> Response:
    return _ok([], b"")


def _large(request: Request, visit: int) -> Script:
    size = int(request.query.get("size", "5000000"))

    def steps() -> Iterator[bytes]:
        yield _stated(b"", size)
        whole, rest = divmod(size, 65536)
        for _ in range(whole):
            yield b"0123456789abcde\n" * 4096
        if rest:
            yield (b"0123456789abcde\n" * 4096)[:rest]

    return Script(steps())


def refused() -> Response:
    return Response(403, [HTML], page("403 Forbidden"))


def precondition() -> Response:
    """What the firewalls of some ministries answer."""
    cookie = (b"Set-Cookie", b"acw_tc=76b20f; path=/; HttpOnly")
    return Response(412, [HTML, cookie], b"<html><script>eval('_$a=1')</script></html>")


def challenge() -> Response:
    """The page of a well-known shield: a cookie, and a line of script that sets another."""
    cookie = b"__jsluid_h=0f1e2d3c4b5a69788796a5b4c3d2e1f0; max-age=31536000; path=/; HttpOnly"
    script = (
        b"<script>document.cookie=('_')+('_')+('j')+('s')+('l')+'_clearance=1.7|-1|x';"
        b"location.href=location.pathname+location.search</script>"
    )
    return Response(521, [HTML, (b"Set-Cookie", cookie)], script)


def _refused(request: Request, visit: int) -> Response:
    return refused()


def _precondition(request: Request, visit: int) -> Response:
    return precondition()


def _challenge(request: Request, visit: int) -> Response:
    """The cookie alone opens: a second try passes."""
    if b"__jsluid_h=" in request.header(b"Cookie"):
        return _ok([], page("521: passed"))
    return challenge()


def _soft_error(request: Request, visit: int) -> Response:
    return _ok([], page("对不起，您访问的页面不存在或已被删除 404 Not Found"))


def _two_cookies(request: Request, visit: int) -> Response:
    cookies = [(b"Set-Cookie", b"PHPSESSID=one; path=/"), (b"Set-Cookie", b"city=two; path=/")]
    return _ok([*cookies, (b"set-cookie", b"city=three; path=/")], page("dup-cookies"))


def _folded(request: Request, visit: int) -> Response:
    return _ok([(b"X-Folded", b"one,\r\n two,\r\n\tthree")], page("folded"))


def _close_delimited(request: Request, visit: int) -> Script:
    body = page("close-delimited", 3000)
    return Script([head(200, [HTML, (b"Connection", b"close")]), *_pieces(body, 3)], "close")


def _http_1_0(request: Request, visit: int) -> Script:
    return Script([head(200, [HTML], b"HTTP/1.0"), page("http-1.0")], "close")


def _not_modified(request: Request, visit: int) -> Response:
    tag = (b"ETag", b'"city-1"')
    if request.header(b"If-None-Match") == tag[1]:
        return Response(304, [tag])
    return _ok([tag], page("etag"))


def _missing(request: Request, visit: int) -> Response:
    return Response(404, [HTML], page("404 Not Found"))


FAULTS: Mapping[str, Fault] = {
    "redirect": _redirect,
    "redirect-loop": _redirect_loop,
    "503-then-200": _busy_once,
    "gbk-header": _gbk_header,
    "chunked": _plain_chunks,
    "chunked-trailers": _chunks_with_trailers,
    "gzip": _gzip,
    "gzip-chunked": _gzip_chunks,
    "deflate": _deflate,
    "br": _brotli,
    "reset": _reset,
    "reset-mid-head": _reset_mid_head,
    "reset-mid-body": _reset_mid_body,
    "short-body": _short_body,
    "stall": _stall,
    "stall-mid-body": _stall_mid_body,
    "slow": _slow,
    "early-hints": _early_hints,
    "empty": _empty,
    "large": _large,
    "403": _refused,
    "404": _missing,
    "412": _precondition,
    "521": _challenge,
    "html-200-error": _soft_error,
    "dup-cookies": _two_cookies,
    "folded": _folded,
    "close-delimited": _close_delimited,
    "http-1.0": _http_1_0,
    "etag": _not_modified,
}


def nothing_here(request: Request) -> Response:
    """The app for a server that has only faults: 404 for every address."""
    return Response(404, [HTML], page("404 Not Found"))


def with_faults(app: App = nothing_here) -> App:
    """`app` with the table of faults at `/fault/<name>` of every host in front of it."""
    visits: collections.Counter[tuple[str, str]] = collections.Counter()

    def answer(request: Request) -> Response | Script:
        if not request.path.startswith("/fault/"):
            return app(request)
        fault = FAULTS.get(request.path.removeprefix("/fault/"))
        if fault is None:
            return nothing_here(request)
        address = (request.host, request.target)
        visits[address] += 1
        return fault(request, visits[address] - 1)

    return answer
