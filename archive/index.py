"""The index: which capture of an address is where. CDXJ, as every replay tool reads it.

    data/<portal>/index/<file>.cdxj   the captures of one finished WARC file
    data/<portal>/index.cdxj          all of them, merged

A line is key, time and JSON; lines are sorted by their bytes, so a lookup is a
binary search on the file, however large. Everything is made from record sets
and may be deleted. A WARC file is indexed once, when it is finished, for it
never changes after; `update` does what is left to do.

Left out are responses that a player could not give back: cut short, without a
readable head, to HEAD, or 304, which confirms a capture and is none. The digest
is always that of the entity, transfer coding undone, where other indexers take
chunks and all.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import fcntl
import hashlib
import heapq
import json
import mmap
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from http import HTTPStatus
from pathlib import Path
from types import TracebackType

from archive.address import address_key
from archive.exchange import KeptRendition, RecordSet
from archive.folder import sync_folder, warc_folder
from archive.record import read_records
from archive.rendition import read_renditions
from archive.warc import read_sets

REVISIT = "warc/revisit"
"""What stands for the type of a capture whose entity is in an earlier record."""

MERGED = "index.cdxj"
"""The index of a portal, in its folder."""

PARTS = "index"
"""The folder of the indexes of single files, in a portal's folder."""

ENDING = ".cdxj"
"""What follows the name of a WARC file in that of its index."""

_LINE = re.compile(rb"([!-~]+) (\d{14}) (\{.*\})\n")
_FIELDS = ("url", "mime", "status", "digest", "length", "offset", "filename")
_MAY_LACK = frozenset({"mime", "status"})


class IndexDamagedError(ValueError):
    """An index does not hold what an index holds; the message says where and what."""

    def __init__(self, where: str, why: str) -> None:
        super().__init__(f"{where}: {why}; an index is made again when it is deleted")


@dataclasses.dataclass(frozen=True, slots=True)
class Capture:
    """A line of the index: one response or rendition, and the record that holds it."""

    key: str
    timestamp: str
    """When the exchange began, or the rendition was made: UTC, 14 digits."""
    url: str
    mime: str
    """Without parameters; empty, and not on the line, when the response does not say.

    `warc/revisit` when the entity stands in an earlier record.
    """
    status: int
    """0, and not on the line, of a rendition."""
    digest: str
    """`sha256:` and the digest in hex of the entity, transfer coding undone."""
    length: int
    """Of the record in the file, in bytes."""
    offset: int
    filename: str

    @property
    def moment(self) -> dt.datetime:
        """`timestamp` as a moment."""
        return dt.datetime.strptime(self.timestamp, "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)

    def line(self) -> bytes:
        """The capture as a line of the index, with its end."""
        given = ((name, getattr(self, name)) for name in _FIELDS)
        says = {name: str(value) for name, value in given if value or name not in _MAY_LACK}
        return f"{self.key} {self.timestamp} {json.dumps(says)}\n".encode("ascii")


def parse(line: bytes, where: str) -> Capture:
    """Read a line; raises IndexDamagedError, which says `where` it stands."""
    parts = _LINE.fullmatch(line)
    if parts is None:
        raise IndexDamagedError(where, "no key, time and JSON")
    try:
        says = json.loads(parts[3])
        found = Capture(
            key=parts[1].decode(),
            timestamp=parts[2].decode(),
            url=says["url"],
            mime=says.get("mime", ""),
            status=int(says.get("status", 0)),
            digest=says["digest"],
            length=int(says["length"]),
            offset=int(says["offset"]),
            filename=says["filename"],
        )
        found.moment  # noqa: B018 - raises ValueError for a time that never was
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise IndexDamagedError(where, f"no capture ({error})") from error
    return found


def captures(path: Path) -> Iterator[Capture]:
    """The captures of a WARC file: its responses, and then its renditions.

    Raises archive.record.DamagedError where a finished file is not whole.
    """
    for found in read_sets(path, restore=False):
        if capture := of_set(path, found):
            yield capture
    yield from map(of_rendition, read_renditions(path))


def of_set(path: Path, found: RecordSet) -> Capture | None:
    """The capture that a record set of a file is; None when a player could not give it back."""
    if not _replayable(found):
        return None
    facts = found.facts
    record = next(read_records(path, found.place.offset))
    url = record.fields["WARC-Target-URI"]
    return Capture(
        key=address_key(url),
        timestamp=timestamp(found.exchange.started),
        url=url,
        mime=REVISIT if found.original else facts.content_type.partition(";")[0].strip(),
        status=facts.status or 0,
        digest=f"sha256:{facts.entity_sha256}",
        length=record.length,
        offset=record.offset,
        filename=found.place.file,
    )


def of_rendition(kept: KeptRendition) -> Capture:
    """The capture that a rendition is, as `urn:dom:<url>` and the like."""
    rendition, place = kept.rendition, kept.place
    url = f"urn:{rendition.kind}:{rendition.url}"
    return Capture(
        key=address_key(url),
        timestamp=timestamp(rendition.made),
        url=url,
        mime=rendition.content_type.partition(";")[0].strip(),
        status=0,
        digest=f"sha256:{hashlib.sha256(rendition.data).hexdigest()}",
        length=place.length,
        offset=place.offset,
        filename=place.file,
    )


def _replayable(found: RecordSet) -> bool:
    return (
        found.facts.status not in {None, HTTPStatus.NOT_MODIFIED}
        and "short" not in found.facts.damage
        and found.exchange.truncated is None
        and found.exchange.method != "HEAD"
    )


def timestamp(moment: dt.datetime) -> str:
    """A moment as the index has it: UTC, 14 digits."""
    return f"{moment.astimezone(dt.UTC):%Y%m%d%H%M%S}".zfill(14)


def update(folder: Path) -> Path:
    """Bring the index of a portal's folder up to date with its finished files; gives its path.

    Costs nothing when no file has been finished or removed since.
    Raises archive.record.DamagedError where a finished file is not whole.
    """
    parts = folder / PARTS
    parts.mkdir(exist_ok=True)
    merged = folder / MERGED
    with (parts / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        files = {path.name + ENDING: path for path in warc_folder(folder).glob("*.warc.gz")}
        made = {path.name: path for path in parts.glob("*" + ENDING)}
        if files.keys() != made.keys():
            # What is killed from here on leaves no merged index, not an old one.
            merged.unlink(missing_ok=True)
            for gone in made.keys() - files.keys():
                made[gone].unlink()
            for name in sorted(files.keys() - made.keys()):
                _write(parts / name, sorted(found.line() for found in captures(files[name])))
        if not merged.exists():
            with ExitStack() as stack:
                opened = [stack.enter_context((parts / name).open("rb")) for name in sorted(files)]
                _write(merged, heapq.merge(*opened))
    return merged


def _write(path: Path, lines: Iterable[bytes]) -> None:
    """Write a file that is there whole or not at all."""
    fresh = path.with_name(path.name + ".new")
    with fresh.open("wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    sync_folder(path.parent)


class Index:
    """A sorted index file opened for lookups; memory does not grow with the file.

    Raises IndexDamagedError when its last line has no end, or where a line is none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            # A file without bytes cannot be mapped.
            empty = os.fstat(file.fileno()).st_size == 0
            self._bytes = b"" if empty else mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._bytes and self._bytes[-1:] != b"\n":
            raise IndexDamagedError(str(path), "the last line is cut off")

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(self._bytes, mmap.mmap):
            self._bytes.close()

    def captures(self, url: str) -> Iterator[Capture]:
        """The captures of an address, the oldest first."""
        return self._starting_with(_of(url))

    def closest(self, url: str, moment: dt.datetime) -> Capture | None:
        """The capture of an address nearest in time; of two as near, the earlier."""
        key = _of(url)
        after = self._first(key + timestamp(moment).encode())
        found = []
        if after:
            last = self._line(self._bytes.rfind(b"\n", 0, after - 1) + 1)
            if last.startswith(key):
                # Of several in one second the first, as when searching forward.
                found.append(self._parse(self._first(last[: len(key) + 14])))
        if self._line(after).startswith(key):
            found.append(self._parse(after))
        return min(found, key=lambda one: abs(one.moment - moment), default=None)

    def prefix(self, url: str) -> Iterator[Capture]:
        """The captures of all addresses that begin like `url`, by address and time.

        An address that ends with a slash stands for what is below it.
        """
        key = address_key(url)
        if url.endswith("/") and not key.endswith("/"):
            key += "/"
        return self._starting_with(key.encode())

    def __iter__(self) -> Iterator[Capture]:
        return self._starting_with(b"")

    def _starting_with(self, start: bytes) -> Iterator[Capture]:
        offset = self._first(start)
        while line := self._line(offset):
            if not line.startswith(start):
                return
            yield self._parse(offset)
            offset += len(line)

    def _first(self, wanted: bytes) -> int:
        """Offset of the first line that does not sort before `wanted`."""
        low, high = 0, len(self._bytes)
        while low < high:
            middle = (low + high) // 2
            start = max(low, self._bytes.rfind(b"\n", low, middle) + 1)
            if self._bytes[start : start + len(wanted)] < wanted:
                low = self._bytes.find(b"\n", middle) + 1
            else:
                high = start
        return low

    def _line(self, offset: int) -> bytes:
        return self._bytes[offset : self._bytes.find(b"\n", offset) + 1]

    def _parse(self, offset: int) -> Capture:
        return parse(self._line(offset), f"{self._path} at byte {offset}")


def _of(url: str) -> bytes:
    return address_key(url).encode() + b" "
