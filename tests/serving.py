"""The server of the archive while a test asks it, and exchanges that it can be asked for."""

from __future__ import annotations

import contextlib
import gzip
import threading
from collections.abc import Iterator
from dataclasses import replace

from archive.exchange import Exchange
from archive.serve import Server
from tests.exchanges import exchange

HOST = "http://www.changzhou.gov.cn"
STAMP = "20260131120000"


@contextlib.contextmanager
def serving(server: Server) -> Iterator[Server]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page(number: int, url: str, head: bytes, body: bytes = b"", **facts: object) -> Exchange:
    response = b"HTTP/1.1 " + head + b"\r\n\r\n" + body
    return replace(exchange(number), url=url, response=response, **facts)  # type: ignore[arg-type]


GBK = "<html><head><meta charset=gb2312></head><body>年报</body></html>".encode("gbk")
PLAIN = page(0, f"{HOST}/gbk", b"200 OK\r\nContent-Type: text/html\r\nSet-Cookie: a=b", GBK)
PACKED = page(
    0,
    f"{HOST}/gz?a=1&b=%D6%D0",
    b"200 OK\r\nContent-Type: text/css; charset=gbk\r\nContent-Encoding: gzip"
    b"\r\nTransfer-Encoding: chunked",
    b"%x\r\n%b\r\n0\r\n\r\n" % (len(gzip.compress(GBK, mtime=0)), gzip.compress(GBK, mtime=0)),
)
LATER = page(86_400, f"{HOST}/gbk", b"200 OK\r\nContent-Type: text/html", b"later")
MOVED = page(5, f"{HOST}/moved", b"301 Moved\r\nLocation: https://www.changzhou.gov.cn/moved")
ARRIVED = page(5, "https://www.changzhou.gov.cn/moved", b"200 OK\r\nContent-Type: a/b", b"here")
LEADS = page(6, f"{HOST}/leads", b"302 Found\r\nLocation: gbk?x")
BUSY = page(9, f"{HOST}/busy", b"503 Busy\r\nRetry-After: 1", b"busy")
SERVED = page(60, f"{HOST}/busy", b"200 OK", b"served")
GONE = page(7, f"{HOST}/gone", b"404 Not Found\r\nContent-Type: text/html", b"gone")
AGAIN = page(99, f"{HOST}/again", b"200 OK\r\nContent-Type: text/html", GBK)
ALL = [PLAIN, PACKED, LATER, MOVED, ARRIVED, LEADS, BUSY, SERVED, GONE]
