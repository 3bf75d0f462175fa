"""One WARC record: a gzip member of its own, rendered, and read back from where it stands.

Everything in a WARC file is made of these; `archive.warc` makes record sets of
them. We read them ourselves because the reader of an archive must name a torn
or damaged member, where warcio and FastWARC end quietly, and must know where
each member starts. A file may come from anywhere: what is read is never larger
than what its head announces and `BLOCK_LIMIT` allow, whatever it unfolds to.
"""

from __future__ import annotations

import dataclasses
import hashlib
import re
import urllib.parse
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO

from archive.exchange import Place

OPEN = ".open"
"""What the name of a file ends with while a run writes to it."""

FIELDS_TYPE = "application/warc-fields"
"""Content-Type of the records that describe: warcinfo and metadata."""

BLOCK_LIMIT = 1 << 29
"""Bytes of the largest block that is read or written; DOWNLOAD_MAXSIZE lies far below it."""

HEAD_LIMIT = 1 << 20
"""Bytes of the longest head; addresses are in it, and some are pictures."""

_SLACK = 1 << 20
"""Bytes that a member may have beyond what its head says, and still be read to its end."""

_LEVEL = 6
_SMALL = 8_000
_TABLES, _SMALL_TABLES = 8, 6
"""zlib's memLevel: the default, and one whose tables are as large as a small record."""
_PIECE = 1 << 16
_HEADER = 10
_UNSAFE = re.compile(r"[^\x21-\x7e]|[<>]")
_LENGTH = re.compile(rb"\r\nContent-Length: (\d{1,18})(?:\r\n|\Z)")

NOT_OURS = (AttributeError, KeyError, RecursionError, TypeError, ValueError)
"""What the reading of a block raises that another program, or somebody, wrote."""

Fields = list[tuple[str, str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Member:
    """A whole gzip member: what it unfolds to, and the bytes of the file it stands in."""

    offset: int
    length: int
    header: bytes
    """Its first ten bytes."""
    data: bytes


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One record as read: its fields, its block, and the bytes of the file it stands in."""

    fields: Mapping[str, str]
    block: bytes
    offset: int
    length: int

    @property
    def type(self) -> str:
        """WARC-Type."""
        return self.fields["WARC-Type"]


class DamagedError(Exception):
    """A file does not hold what the archive writes; the message says where and what."""

    def __init__(self, path: Path, offset: int, why: str) -> None:
        super().__init__(f"{path} at byte {offset}: {why}")
        self.path = path
        self.offset = offset
        self.why = why


class NoMemberError(DamagedError):
    """No whole gzip member stands here, as where a writing was cut off."""


class TooLargeError(DamagedError):
    """A member unfolds to more than a record can be."""


def render_record(kind: str, identity: str, fields: Fields, block: bytes) -> bytes:
    """One record as a gzip member: `kind` is its WARC-Type, `fields` what follows its id.

    Raises ValueError for a block that could not be read again.
    """
    if len(block) > BLOCK_LIMIT:
        raise ValueError(f"a block of {len(block)} bytes, and {BLOCK_LIMIT} are the limit")
    head = [
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {identity}",
        *[f"{name}: {value}" for name, value in fields],
        f"WARC-Block-Digest: sha256:{hashlib.sha256(block).hexdigest()}",
        f"Content-Length: {len(block)}\r\n\r\n",
    ]
    record = b"".join(("\r\n".join(head).encode("ascii"), block, b"\r\n\r\n"))
    # Small records are most of them, and for those the default tables cost more than the work.
    tables = _TABLES if len(record) > _SMALL else _SMALL_TABLES
    stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31, tables)
    return stream.compress(record) + stream.flush()


def target_uri(url: str) -> str:
    """`url` in ASCII: every other character percent-encoded, none decoded."""
    return _UNSAFE.sub(lambda match: urllib.parse.quote(match[0], safe=""), url)


def read_records(path: Path, offset: int = 0) -> Iterator[Record]:
    """The records of a file from the member at `offset` on, one in memory at a time.

    Raises DamagedError where the file is torn or holds anything else.
    """
    with path.open("rb") as file:
        while member := read_member(path, file, offset):
            yield _parse(path, member)
            offset += member.length


def read_member(path: Path, file: IO[bytes], offset: int) -> Member | None:
    """The gzip member at `offset` of a file; None at its end.

    Raises NoMemberError and TooLargeError.
    """
    file.seek(offset)
    stream = zlib.decompressobj(wbits=31)
    parts: list[bytes] = []
    size = length = 0
    header = b""
    limit, head_seen = HEAD_LIMIT, False
    piece = b""
    while not stream.eof:
        if not piece:
            piece = file.read(_PIECE)
            if not piece and not length:
                return None
            if not piece:
                raise NoMemberError(path, offset, "the file ends within a gzip member")
            header = header or piece[:_HEADER]
            length += len(piece)
        try:
            # One more than allowed, so that too much is told from just enough.
            parts.append(stream.decompress(piece, limit - size + 1))
        except zlib.error as error:
            raise NoMemberError(path, offset, f"no whole gzip member ({error})") from error
        piece = stream.unconsumed_tail
        size += len(parts[-1])
        if size <= limit:
            continue
        if head_seen:
            why = f"a record that unfolds to more than the {limit - _SLACK} bytes its head says"
            raise TooLargeError(path, offset, why)
        parts = [b"".join(parts)]
        limit, head_seen = _limit(path, offset, parts[0]), True
    return Member(offset, length - len(stream.unused_data), header, b"".join(parts))


def _limit(path: Path, offset: int, start: bytes) -> int:
    """What a member may unfold to, by the head at its start."""
    end = start.find(b"\r\n\r\n")
    said = _LENGTH.search(start, 0, end) if end >= 0 else None
    if said is None:
        why = f"no head with a Content-Length in the first {HEAD_LIMIT} bytes of a record"
        raise TooLargeError(path, offset, why)
    length = int(said[1])
    if length > BLOCK_LIMIT:
        why = f"a record of {length} bytes, and {BLOCK_LIMIT} are the limit"
        raise TooLargeError(path, offset, why)
    return end + 8 + length + _SLACK


def _parse(path: Path, member: Member) -> Record:
    head, _, _ = member.data[: HEAD_LIMIT + 4].partition(b"\r\n\r\n")
    version, *lines = head.decode("ascii", "replace").split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines if ": " in line)
    if version != "WARC/1.1" or not {"WARC-Type", "WARC-Record-ID"} <= fields.keys():
        raise DamagedError(path, member.offset, "a gzip member that is no WARC 1.1 record")
    start, end = len(head) + 4, len(member.data) - 4
    if fields.get("Content-Length") != str(end - start) or member.data[end:] != b"\r\n\r\n":
        why = "the length of the record is not what its head says"
        raise DamagedError(path, member.offset, why)
    return Record(fields, member.data[start:end], member.offset, member.length)


def place_of(path: Path, offset: int, length: int) -> Place:
    """Where something stands in a file, with the digest of its bytes there."""
    with path.open("rb") as file:
        file.seek(offset)
        sha256 = hashlib.sha256(file.read(length)).hexdigest()
    return Place(path.name.removesuffix(OPEN), offset, length, sha256)
