"""The wire: an HTTP/1.1 server on raw sockets that keeps every byte it saw and sent.

The captures of a crawl are compared with this log byte by byte, so nothing here
may pass through an HTTP library. One port answers plain HTTP and TLS (a TLS
client's first byte is 0x16) for any host name. An `App` turns a `Request` into
a `Response`, or into a `Script` of bytes, pauses and an ending when it is to
misbehave. The log holds what was inside TLS, never the cipher text.

    with serve(app) as server:
        ... http://127.0.0.1:{server.port}/ ...
        server.settled()    # the exchanges so far, none still under way
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import ssl
import struct
import threading
import time
import traceback
from typing import TYPE_CHECKING

from tests.city.message import (
    App,
    Ending,
    Exchange,
    Record,
    Request,
    Script,
    Stall,
    encode,
    head,
)
from tests.city.tls import server_context

if TYPE_CHECKING:
    from collections.abc import Iterator

HEAD_LIMIT = 64 * 1024
PIECE = 64 * 1024
SETTLE = 0.05
"""Seconds between the last bytes and a reset, so that the client has read them."""


class MalformedError(Exception):
    """What the client sent is no request this server reads; it is answered with 400."""


class _Connection:
    """One client connection: the bytes not yet taken as a request, and the way out."""

    def __init__(
        self,
        number: int,
        sock: socket.socket,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        *,
        tls: bool,
    ) -> None:
        self.number = number
        self.sock = sock
        self.reader = reader
        self.writer = writer
        self.tls = tls
        self.pending = bytearray()

    async def more(self) -> bool:
        """Read what has come; False when the client has left."""
        data = await self.reader.read(PIECE)
        self.pending += data
        return bool(data)

    async def request(self) -> Request | None:
        """The next request; None when the client left without a byte. Raises MalformedError."""
        while (end := self.pending.find(b"\r\n\r\n")) < 0:
            if len(self.pending) > HEAD_LIMIT:
                raise MalformedError("the head is too long")
            if not await self.more():
                if self.pending:
                    raise MalformedError("the request was cut short")
                return None
        length = end + 4
        first, *rest = bytes(self.pending[:end]).split(b"\r\n")
        words = first.decode("latin-1").split(" ")
        if len(words) != 3 or not words[2].startswith("HTTP/1."):
            raise MalformedError("the request line is not METHOD TARGET HTTP/1.x")
        headers = tuple(_header(line) for line in rest)
        known = {name.lower(): value for name, value in headers}
        if b"transfer-encoding" in known:
            raise MalformedError("a request body must state its Content-Length")
        length += int(known.get(b"content-length", b"0"))
        while len(self.pending) < length:
            if not await self.more():
                raise MalformedError("the request body was cut short")
        raw = bytes(self.pending[:length])
        del self.pending[:length]
        asked = known.get(b"connection", b"").lower()
        return Request(
            method=words[0],
            target=words[1],
            host=known.get(b"host", b"").decode("latin-1").lower().split(":")[0],
            headers=headers,
            body=raw[end + 4 :],
            raw=raw,
            keep=asked == b"keep-alive" if words[2] == "HTTP/1.0" else asked != b"close",
            tls=self.tls,
        )

    async def perform(self, script: Script, sent: bytearray) -> Ending:
        """Carry out a script; `sent` grows by what was written even if the client leaves."""
        try:
            for step in script.steps:
                if isinstance(step, bytes):
                    self.writer.write(step)
                    sent += step
                    await self.writer.drain()
                elif isinstance(step, Stall):
                    while await self.more():
                        pass
                    return "left"
                else:
                    await asyncio.sleep(step)
        except (ConnectionError, ssl.SSLError):
            return "left"
        if script.ending == "reset":
            await asyncio.sleep(SETTLE)
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.writer.transport.abort()
        return script.ending


def _header(line: bytes) -> tuple[bytes, bytes]:
    name, colon, value = line.partition(b":")
    if not colon:
        raise MalformedError("a header line has no colon")
    return name, value.strip()


class Server:
    """Answers on one port until `stop`; its event loop runs in a thread of its own.

    An error raised by the app ends that connection, is printed, and is raised
    again by `stop`, so that a test cannot pass over it.
    """

    def __init__(
        self,
        app: App,
        host: str = "127.0.0.1",
        port: int = 0,
        record: Record | None = None,
    ) -> None:
        self.app = app
        self.log: list[Exchange] = []
        """Every exchange that has ended, unless a `record` was given to take them."""
        self.handshakes_failed = 0
        self._record = record or self.log.append
        self._socket = socket.create_server((host, port), backlog=512)
        self._socket.setblocking(False)
        self.host: str = host
        self.port: int = self._socket.getsockname()[1]
        self._tls = server_context()
        self._connections: dict[int, asyncio.Task[None]] = {}
        self._errors: list[BaseException] = []
        self._under_way = 0
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="city", daemon=True)
        self._accepting: asyncio.Task[None] | None = None
        self._thread.start()

    def settled(self, timeout: float = 10) -> list[Exchange]:
        """The log, once no exchange is under way; raises TimeoutError when one stays so."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._under_way == 0, timeout):
                raise TimeoutError(f"{self._under_way} exchanges are still under way")
        return list(self.log)

    def stop(self) -> None:
        """Close every connection and the port; raises what the app raised."""
        self._loop.call_soon_threadsafe(self._close)
        self._thread.join()
        if self._errors:
            raise self._errors[0]

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._accepting = self._loop.create_task(self._accept())
        with contextlib.suppress(asyncio.CancelledError):
            self._loop.run_until_complete(self._accepting)
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()
        self._socket.close()

    def _close(self) -> None:
        if self._accepting is not None:
            self._accepting.cancel()

    async def _accept(self) -> None:
        number = 0
        try:
            while True:
                sock, _ = await self._loop.sock_accept(self._socket)
                number += 1
                task = self._loop.create_task(self._serve(number, sock))
                self._connections[number] = task
                task.add_done_callback(functools.partial(self._ended, number))
        finally:
            tasks = list(self._connections.values())
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, number: int, task: asyncio.Task[None]) -> None:
        del self._connections[number]
        if not task.cancelled() and (error := task.exception()) is not None:
            traceback.print_exception(error)
            self._errors.append(error)

    async def _serve(self, number: int, sock: socket.socket) -> None:
        try:
            tls = await self._first_byte(sock) == b"\x16"
            reader = asyncio.StreamReader(loop=self._loop)
            protocol = asyncio.StreamReaderProtocol(reader, loop=self._loop)
            transport, _ = await self._loop.connect_accepted_socket(
                lambda: protocol, sock, ssl=self._tls if tls else None
            )
        except (ConnectionError, TimeoutError, ssl.SSLError):
            self.handshakes_failed += 1
            sock.close()
            return
        except asyncio.CancelledError:
            sock.close()
            raise
        writer = asyncio.StreamWriter(transport, protocol, reader, self._loop)
        try:
            await self._converse(_Connection(number, sock, reader, writer, tls=tls))
            writer.close()
            await writer.wait_closed()
        except (ConnectionError, TimeoutError, ssl.SSLError):
            transport.abort()
        except BaseException:
            transport.abort()
            raise

    async def _first_byte(self, sock: socket.socket) -> bytes:
        readable = asyncio.Event()
        self._loop.add_reader(sock.fileno(), readable.set)
        try:
            await readable.wait()
        finally:
            self._loop.remove_reader(sock.fileno())
        return sock.recv(1, socket.MSG_PEEK)

    async def _converse(self, connection: _Connection) -> None:
        number = 0
        ending: Ending = "keep"
        while ending == "keep":
            request = None
            try:
                request = await connection.request()
                if request is None:
                    return
            except MalformedError as problem:
                refusal = head(400, [(b"Connection", b"close")]) + str(problem).encode()
                script = Script([] if connection.reader.at_eof() else [refusal], "close")
            number += 1
            started = time.time()
            sent = bytearray()
            self._count(+1)
            try:
                if request is not None:
                    script = self._script(request)
                ending = await connection.perform(script, sent)
                self._record(
                    Exchange(
                        connection=connection.number,
                        number=number,
                        tls=connection.tls,
                        host=request.host if request else "",
                        method=request.method if request else "",
                        target=request.target if request else "",
                        started=started,
                        ended=time.time(),
                        ending=ending,
                        request=request.raw if request else bytes(connection.pending),
                        response=bytes(sent),
                    )
                )
            finally:
                self._count(-1)

    def _script(self, request: Request) -> Script:
        answer = self.app(request)
        if isinstance(answer, Script):
            ends = answer.ending == "keep" and not request.keep
            return Script(answer.steps, "close") if ends else answer
        wire = encode(answer, request)
        pieces = [wire[start : start + PIECE] for start in range(0, len(wire), PIECE)]
        return Script(pieces, "keep" if request.keep else "close")

    def _count(self, change: int) -> None:
        with self._changed:
            self._under_way += change
            self._changed.notify_all()


@contextlib.contextmanager
def serve(
    app: App, host: str = "127.0.0.1", port: int = 0, record: Record | None = None
) -> Iterator[Server]:
    """A running server; port 0 takes a free one. Leaving the block stops it."""
    server = Server(app, host, port, record)
    try:
        yield server
    finally:
        server.stop()
