"""The sample city's wire: its log is what really passed, and its faults are what they say."""

from __future__ import annotations

import gzip
import io
import socket
import ssl
import struct
import time

import pytest

from tests.city import Exchange, Server, serve
from tests.city.faults import FAULTS, with_faults
from tests.city.message import Request, Response, to_json_lines

CLOSE = b"Connection: close"


class Client:
    """A client that keeps the very bytes it sent and received."""

    def __init__(self, server: Server, *, tls: bool = False) -> None:
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket, server_hostname="www.x.gov.cn")

    def ask(self, path: str, *more: bytes, method: bytes = b"GET", body: bytes = b"") -> bytes:
        lines = [method + b" " + path.encode() + b" HTTP/1.1", b"Host: WWW.x.gov.cn:80", *more]
        request = b"\r\n".join(lines) + b"\r\n\r\n" + body
        self.socket.sendall(request)
        return request

    def rest(self) -> bytes:
        """Everything until the server closes or resets."""
        received = b""
        try:
            while data := self.socket.recv(65536):
                received += data
        except (ConnectionResetError, ssl.SSLEOFError):
            pass
        return received

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()


def alone(server: Server) -> Exchange:
    (exchange,) = server.settled()
    return exchange


@pytest.mark.parametrize("tls", [False, True], ids=["http", "tls"])
@pytest.mark.parametrize("name", [name for name in FAULTS if not name.startswith("stall")])
def test_log_is_what_passed(name: str, tls: bool) -> None:
    with serve(with_faults()) as server:
        with Client(server, tls=tls) as client:
            asked = client.ask(f"/fault/{name}?size=200000&pause=0.01", CLOSE)
            received = client.rest()
        exchange = alone(server)
    assert exchange.request == asked
    assert exchange.response == received
    assert exchange.host == "www.x.gov.cn"
    assert exchange.tls is tls


@pytest.mark.parametrize("name", ["stall", "stall-mid-body"])
def test_a_stall_ends_when_the_client_leaves(name: str) -> None:
    with serve(with_faults()) as server:
        with Client(server) as client:
            client.ask(f"/fault/{name}")
            received = client.socket.recv(65536) if name == "stall-mid-body" else b""
        deadline = time.monotonic() + 20
        while not server.log and time.monotonic() < deadline:
            time.sleep(0.01)
        exchange = alone(server)
    assert exchange.ending == "left"
    assert exchange.response == received


def answer(path: str, *headers: bytes, method: bytes = b"GET") -> tuple[Exchange, bytes]:
    """One visit: the logged exchange, and the body as it went over the wire."""
    with serve(with_faults()) as server:
        with Client(server) as client:
            client.ask(path, CLOSE, *headers, method=method)
            client.rest()
        exchange = alone(server)
    return exchange, exchange.response.partition(b"\r\n\r\n")[2]


def test_faults_are_what_they_say() -> None:
    assert answer("/fault/reset")[0].response == b""
    assert answer("/fault/reset")[0].ending == "reset"
    exchange, body = answer("/fault/short-body")
    assert b"Content-Length: 4000\r\n" in exchange.response
    assert len(body) == 2500
    assert "年度报告".encode("gbk") in answer("/fault/gbk-header")[0].response
    assert answer("/fault/early-hints")[0].response.count(b"HTTP/1.1 ") == 2
    assert b';note="a b"\r\n' in answer("/fault/chunked-trailers")[1]
    assert answer("/fault/chunked-trailers")[1].endswith(b"X-Served-By: node-3\r\n\r\n")
    assert b"<title>gzip</title>" in gzip.decompress(answer("/fault/gzip")[1])
    assert answer("/fault/dup-cookies")[0].response.lower().count(b"set-cookie:") == 3
    assert b"one,\r\n two,\r\n\tthree\r\n" in answer("/fault/folded")[0].response
    assert len(answer("/fault/large?size=70000")[1]) == 70000
    assert answer("/fault/521")[0].response.startswith(b"HTTP/1.1 521 ")
    assert b"passed" in answer("/fault/521", b"Cookie: __jsluid_h=0f1e")[1]
    assert answer("/fault/etag", b'If-None-Match: "city-1"')[1] == b""
    assert answer("/fault/unheard-of")[0].response.startswith(b"HTTP/1.1 404 ")


def test_busy_once_counts_each_address() -> None:
    with serve(with_faults()) as server:
        for query in ("?k=1", "?k=1", "?k=2"):
            with Client(server) as client:
                client.ask(f"/fault/503-then-200{query}", CLOSE)
                client.rest()
        statuses = [exchange.response[9:12] for exchange in server.settled()]
    assert statuses == [b"503", b"200", b"503"]


def test_redirect_keeps_host_and_scheme() -> None:
    assert b"Location: /fault/redirect?hop=1\r\n" in answer("/fault/redirect")[0].response
    second = answer("/fault/redirect?hop=1")[0].response
    assert b"Location: http://WWW.x.gov.cn:80/fault/redirect?hop=2\r\n" in second


def test_pipelined_requests_are_told_apart() -> None:
    with serve(with_faults()) as server:
        with Client(server) as client:
            asked = [
                client.ask("/fault/empty"),
                client.ask("/fault/chunked", b"Content-Length: 5", method=b"POST", body=b"a=b&c"),
                client.ask("/fault/404", CLOSE, method=b"HEAD"),
            ]
            received = client.rest()
        log = server.settled()
    assert [exchange.request for exchange in log] == asked
    assert [exchange.number for exchange in log] == [1, 2, 3]
    assert [exchange.ending for exchange in log] == ["keep", "keep", "close"]
    assert {exchange.connection for exchange in log} == {1}
    assert b"".join(exchange.response for exchange in log) == received


def test_head_has_the_length_and_no_body() -> None:
    exchange, body = answer("/fault/404", method=b"HEAD")
    assert body == b""
    assert b"Content-Length: %d\r\n" % len(answer("/fault/404")[1]) in exchange.response


def test_what_is_no_request_is_refused() -> None:
    with serve(with_faults()) as server:
        with Client(server) as client:
            client.socket.sendall(b"GET /\r\n\r\n")
            assert client.rest().startswith(b"HTTP/1.1 400 ")
        exchange = alone(server)
    assert exchange.request == b"GET /\r\n\r\n"


def test_a_request_cut_short_is_logged() -> None:
    with serve(with_faults()) as server:
        with Client(server) as client:
            client.socket.sendall(b"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nhalf")
            client.socket.shutdown(socket.SHUT_WR)
            assert client.rest() == b""
        exchange = alone(server)
    assert exchange.request.endswith(b"half")
    assert exchange.response == b""


def test_a_client_that_resets_does_no_harm() -> None:
    with serve(with_faults()) as server:
        with Client(server) as client:
            client.ask("/fault/large?size=50000000")
            assert client.socket.recv(1)
            linger = struct.pack("ii", 1, 0)
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        with Client(server) as other:
            other.ask("/fault/empty", CLOSE)
            assert other.rest().startswith(b"HTTP/1.1 200 ")
        assert {exchange.ending for exchange in server.settled()} == {"left", "close"}


def test_log_survives_json() -> None:
    stream = io.StringIO()
    with serve(with_faults(), record=to_json_lines(stream)) as server:
        with Client(server) as client:
            asked = client.ask("/fault/gbk-header", CLOSE)
            received = client.rest()
        assert server.settled() == []
    exchange = Exchange.from_json(stream.getvalue())
    assert (exchange.request, exchange.response) == (asked, received)


def test_an_error_of_the_app_is_not_passed_over() -> None:
    def broken(request: Request) -> Response:
        raise LookupError("no such page")

    server = Server(broken)
    with Client(server) as client:
        client.ask("/")
        assert client.rest() == b""
    with pytest.raises(LookupError, match="no such page"):
        server.stop()
