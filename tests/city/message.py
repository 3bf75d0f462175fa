"""What passes over the wire: requests, responses, scripts of bytes, and the record of it all."""

from __future__ import annotations

import base64
import dataclasses
import http
import json
from collections.abc import Callable, Iterable
from typing import IO, Any, Literal
from urllib.parse import parse_qsl

Headers = list[tuple[bytes, bytes]]
Ending = Literal["keep", "close", "reset", "left"]


@dataclasses.dataclass(frozen=True, slots=True)
class Request:
    """One request as received; `raw` is head and body, byte for byte."""

    method: str
    target: str
    host: str
    """Host header in lower case, without a port."""
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    raw: bytes
    keep: bool
    """Whether the client would keep the connection open."""
    tls: bool

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(self.target.partition("?")[2], keep_blank_values=True))

    @property
    def authority(self) -> str:
        """Host header as sent, with its port."""
        return self.header(b"Host").decode("latin-1")

    @property
    def scheme(self) -> str:
        return "https" if self.tls else "http"

    def header(self, name: bytes) -> bytes:
        """First value of a header, empty when it was not sent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), b"")


@dataclasses.dataclass(frozen=True, slots=True)
class Response:
    """A well-behaved answer. Content-Length is added unless the headers state a framing."""

    status: int
    headers: Headers = dataclasses.field(default_factory=list)
    body: bytes = b""


class Stall:
    """Wait until the client gives up."""


STALL = Stall()

Step = bytes | float | Stall
"""Bytes to send, seconds to pause, or a wait for the client to leave."""


@dataclasses.dataclass(frozen=True, slots=True)
class Script:
    """An answer spelled out on the wire: what is sent, when, and how it ends."""

    steps: Iterable[Step]
    ending: Literal["keep", "close", "reset"] = "keep"


App = Callable[[Request], Response | Script]


@dataclasses.dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what was sent for it. A request cut short has an empty response."""

    connection: int
    number: int
    """Counts the exchanges of one connection from 1."""
    tls: bool
    host: str
    method: str
    target: str
    started: float
    ended: float
    ending: Ending
    """How it ended: connection kept, closed, reset by the server, or the client left."""
    request: bytes
    response: bytes

    def to_json(self) -> str:
        """One line of JSON, bytes in base64."""
        plain: dict[str, Any] = dataclasses.asdict(self)
        for name in ("request", "response"):
            plain[name] = base64.b64encode(plain[name]).decode("ascii")
        return json.dumps(plain, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Exchange:
        plain = json.loads(line)
        for name in ("request", "response"):
            plain[name] = base64.b64decode(plain[name])
        return cls(**plain)


Record = Callable[[Exchange], None]


def to_json_lines(stream: IO[str]) -> Record:
    """A record that writes each exchange as a line of JSON, flushed at once."""

    def record(exchange: Exchange) -> None:
        stream.write(exchange.to_json() + "\n")
        stream.flush()

    return record


def encode(response: Response, request: Request) -> bytes:
    """The bytes of a response to this request: no body after HEAD, 1xx, 204 and 304."""
    bare = response.status < 200 or response.status in {204, 304}
    headers = list(response.headers)
    framed = {name.lower() for name, _ in headers} & {b"content-length", b"transfer-encoding"}
    if not bare and not framed:
        headers.append((b"Content-Length", b"%d" % len(response.body)))
    if not request.keep:
        headers.append((b"Connection", b"close"))
    body = b"" if bare or request.method == "HEAD" else response.body
    return head(response.status, headers) + body


def head(status: int, headers: Headers, version: bytes = b"HTTP/1.1") -> bytes:
    """Status line and header block, with the empty line that ends them."""
    known = {item.value: item.phrase for item in http.HTTPStatus}
    phrase = known.get(status, "Unknown").encode("ascii")
    lines = [b"%s %d %s" % (version, status, phrase)]
    lines += [name + b": " + value for name, value in headers]
    return b"\r\n".join(lines) + b"\r\n\r\n"
