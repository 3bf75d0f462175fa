"""A stored HTTP response block: status, headers, body, entity, and what is wrong with it.

Three steps, so that each user pays for what it needs:

    read_head    status line and header fields
    read_body    transfer coding undone: what the entity digest is taken of
    decode       content coding undone: what a reader wants

`read_response` does all three. The parser is our own because an archive must
read everything it may hold: header values in GBK, lines without a colon,
folded lines, bodies that stop half way. h11 refuses such heads; http.client
sends them through an e-mail parser that ends the head at the first odd line.
Where the wire leaves a choice this module chooses as Twisted does, so that
the archive and the spider read the same bytes.

Damage raises nothing: `damage` names it.
"""

from __future__ import annotations

import dataclasses
import re
import zlib
from typing import TYPE_CHECKING

import brotli  # type: ignore[import-untyped]
from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

DAMAGE: Mapping[str, str] = {
    "head": "the block does not start with a readable status line and a whole head",
    "header_line": "a header line without a colon was skipped",
    "line_ends": "lines of the head end in LF alone",
    "length": "Content-Length is no number, or several that differ",
    "short": "the body ends before the length or the last chunk it announces",
    "excess": "bytes follow the end of the message",
    "chunks": "the chunk framing is broken; the body is what came before",
    "transfer_unknown": "a transfer coding other than chunked; the body is left as it is",
    "content": "the content coding cannot be undone to its end; the entity is what could be",
    "content_unknown": "a content coding not known here; the entity is left as it is",
    "too_large": "the entity is larger than allowed; it is cut there",
}
"""Every name `damage` can hold, and what it means."""

ENTITY_LIMIT = 1 << 30
"""Bytes an entity may grow to when its content coding is undone."""

_HEAD_END = re.compile(rb"\n\r?\n")
_STATUS_LINE = re.compile(rb"(HTTP/\d+\.\d+) (\d{3})(?: .*)?\Z", re.DOTALL)
_INTERIM = re.compile(rb"HTTP/\d+\.\d+ 1\d\d[ \r\n]")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]+)[ \t]*(?:;[^\r\n]*)?\r\n")
_BODILESS = frozenset({204, 304})
_SLICE = 1 << 14
_GZIP = b"\x1f\x8b"

Headers = tuple[tuple[bytes, bytes], ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Head:
    """The head of a response; `end` is the offset of the first byte after it."""

    version: str
    status: int
    headers: Headers
    end: int
    damage: frozenset[str]

    def values(self, name: bytes) -> list[bytes]:
        """The values of a header field in order; `name` in lower case."""
        return [value for key, value in self.headers if key.lower() == name]


@dataclasses.dataclass(frozen=True, slots=True)
class Response:
    """A response block read to its end; `entity` has both codings undone."""

    status: int
    headers: Headers
    entity: bytes
    damage: frozenset[str]


def read_response(block: bytes, method: str = "GET", limit: int = ENTITY_LIMIT) -> Response:
    """Read a response block as it was received.

    `method` is the request's: the answer to HEAD announces a body it does not
    have. A block without a whole head has status 0 and an empty entity.
    """
    head = read_head(block)
    if head is None:
        return Response(0, (), b"", frozenset({"head"}))
    body, body_damage = read_body(block, head, method)
    entity, content_damage = decode(body, head.headers, limit)
    return Response(head.status, head.headers, entity, head.damage | body_damage | content_damage)


def split_interim(received: bytes) -> tuple[bytes, bytes]:
    """Part the 1xx blocks at the start of `received` from the final response."""
    start = 0
    while _INTERIM.match(received, start):
        end = _HEAD_END.search(received, start)
        if end is None:
            return received, b""
        start = end.end()
    return received[:start], received[start:]


def read_head(block: bytes) -> Head | None:
    """Status line and header fields, or None when the block holds no whole head."""
    end = _HEAD_END.search(block)
    if end is None:
        return None
    status_line, *lines = block[: end.start()].split(b"\n")
    status = _STATUS_LINE.match(status_line.removesuffix(b"\r"))
    if status is None:
        return None
    unfolded: list[bytes] = []
    for line in lines:
        if unfolded and line.startswith((b" ", b"\t")):
            unfolded[-1] += line.removesuffix(b"\r")
        else:
            unfolded.append(line.removesuffix(b"\r"))
    fields = [line.partition(b":") for line in unfolded]
    damage = {
        "header_line": not all(colon for _, colon, _ in fields),
        "line_ends": block.count(b"\n", 0, end.end()) != block.count(b"\r\n", 0, end.end()),
    }
    return Head(
        version=status[1].decode("ascii").lower(),
        status=int(status[2]),
        headers=tuple((name, value.strip()) for name, colon, value in fields if colon),
        end=end.end(),
        damage=frozenset(name for name, seen in damage.items() if seen),
    )


def read_body(block: bytes, head: Head, method: str = "GET") -> tuple[bytes, frozenset[str]]:
    """The body with its transfer coding undone, and its damage."""
    payload = memoryview(block)[head.end :]
    if method == "HEAD" or head.status in _BODILESS:
        return b"", frozenset({"excess"} if payload else ())
    transfer = head.values(b"transfer-encoding")
    if transfer and transfer[0].lower() == b"chunked":
        chunks, damage = _chunks(block, head.end)
        view = memoryview(block)
        return b"".join(view[start:end] for start, end in chunks), damage
    if transfer:
        return bytes(payload), frozenset({"transfer_unknown"})
    announced = head.values(b"content-length")
    if not announced:
        return bytes(payload), frozenset()
    lengths = {value.strip() for value in b",".join(announced).split(b",")}
    if len(lengths) > 1 or not min(lengths).isdigit():
        return bytes(payload), frozenset({"length"})
    length = int(lengths.pop())
    if len(payload) < length:
        return bytes(payload), frozenset({"short"})
    return bytes(payload[:length]), frozenset({"excess"} if len(payload) > length else ())


def _chunks(block: bytes, start: int) -> tuple[list[tuple[int, int]], frozenset[str]]:
    """Where the data of each chunk begins and ends."""
    found: list[tuple[int, int]] = []

    def stopped(damage: str) -> tuple[list[tuple[int, int]], frozenset[str]]:
        return found, frozenset({damage})

    while True:
        line = _CHUNK_LINE.match(block, start)
        if line is None:
            return stopped("chunks" if block.find(b"\n", start) >= 0 else "short")
        size = int(line[1], 16)
        if size == 0:
            break
        start = line.end() + size
        found.append((line.end(), min(start, len(block))))
        if len(block) < start + 2:
            return stopped("short")
        if block[start : start + 2] != b"\r\n":
            return stopped("chunks")
        start += 2
    # The size line's own line end counts: without trailers the next line is the empty one.
    end = _HEAD_END.search(block, line.end() - 1)
    if end is None:
        return stopped("short")
    return found, frozenset({"excess"} if end.end() < len(block) else ())


Framing = tuple[str | int, ...]
"""A body without its entity: bytes as Latin-1 text, and how many of the entity come between."""


def framing(block: bytes, head: Head) -> Framing:
    """What the entity does not tell of the body of a whole response; `fill` puts them together."""
    chunked = head.values(b"transfer-encoding")
    spans = _chunks(block, head.end)[0] if chunked else [(head.end, len(block))]
    pieces: list[str | int] = []
    at = head.end
    for start, end in spans:
        pieces += [block[at:start].decode("latin-1"), end - start]
        at = end
    return (*pieces, block[at:].decode("latin-1"))


def fill(frame: Framing, entity: bytes) -> bytes:
    """The body as received, from its framing and its entity."""
    parts: list[bytes] = []
    at = 0
    for piece in frame:
        if isinstance(piece, str):
            parts.append(piece.encode("latin-1"))
        else:
            parts.append(entity[at : at + piece])
            at += piece
    return b"".join(parts)


def decode(
    body: bytes, headers: Headers, limit: int = ENTITY_LIMIT
) -> tuple[bytes, frozenset[str]]:
    """Undo the content codings that `headers` name, the last applied first.

    Gives at most `limit` bytes and takes little more memory than that,
    whatever the body unfolds to.
    """
    named = b",".join(value for name, value in headers if name.lower() == b"content-encoding")
    for coding in reversed(named.lower().split(b",")):
        if not body or coding.strip() in (b"", b"identity"):
            continue
        undo = _CODINGS.get(coding.strip())
        if undo is None:
            return body, frozenset({"content_unknown"})
        parts: list[bytes] = []
        size = 0
        damage: frozenset[str] = frozenset()
        try:
            for part in undo(body):
                parts.append(part)
                size += len(part)
                if size > limit:
                    return b"".join(parts)[:limit], frozenset({"too_large"})
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError):
            damage = frozenset({"content"})
        body = b"".join(parts)
        if damage:
            return body, damage
    return body, frozenset()


def _gunzip(body: bytes) -> Iterator[bytes]:
    while True:
        body = yield from _inflate(body, wbits=31)
        # What follows a member and starts no other is padding, as gzip(1) has it; one byte can
        # be the start of another that was cut off.
        if not body or not _GZIP.startswith(body[:2]):
            return


def _undeflate(body: bytes) -> Iterator[bytes]:
    """By the standard in zlib's format; some servers send the bare stream."""
    zlib_format = body[0] & 0x0F == 8 and int.from_bytes(body[:2], "big") % 31 == 0
    yield from _inflate(body, wbits=15 if zlib_format else -15)


def _inflate(body: bytes, wbits: int) -> Generator[bytes, None, bytes]:
    """Yield the stream at the start of `body`, return what follows it."""
    stream = zlib.decompressobj(wbits)
    for start in range(0, len(body), _SLICE):
        data = body[start : start + _SLICE]
        while data and not stream.eof:
            yield stream.decompress(data, 8 * _SLICE)
            data = stream.unconsumed_tail
        if stream.eof:
            return stream.unused_data + body[start + _SLICE :]
    yield stream.flush()
    if not stream.eof:
        raise EOFError
    return b""


def _unbrotli(body: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    part = stream.process(body, output_buffer_limit=8 * _SLICE)
    while part:
        yield part
        part = stream.process(b"", output_buffer_limit=8 * _SLICE)
    if not stream.is_finished():
        raise EOFError


def _unzstd(body: bytes) -> Iterator[bytes]:
    while body:
        stream = zstd.ZstdDecompressor()
        yield stream.decompress(body, 8 * _SLICE)
        while not stream.eof:
            if stream.needs_input:
                raise EOFError
            yield stream.decompress(b"", 8 * _SLICE)
        body = stream.unused_data


_CODINGS: Mapping[bytes, Callable[[bytes], Iterator[bytes]]] = {
    b"gzip": _gunzip,
    b"x-gzip": _gunzip,
    b"deflate": _undeflate,
    b"br": _unbrotli,
    b"zstd": _unzstd,
}
