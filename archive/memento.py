"""Mementos: a capture as one would have been answered, found by address and time.

A collection is a portal's folder or a WACZ package; both are an index and the
places of records. `nearest` picks the capture that shows an address at a time,
`read` gives its status, headers and body: the bytes of the entity as they were
sent, transfer coding undone, content coding not. The body of a revisit is that
of the response it refers to; a rendition is its record's block.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from urllib.parse import urljoin

from archive.address import address_key
from archive.folder import find
from archive.http import Headers, read_body, read_head
from archive.index import Capture, Index, timestamp, update
from archive.record import DamagedError, Record, read_records
from archive.unpack import open_package


@dataclasses.dataclass(frozen=True, slots=True)
class Collection:
    """Captures to look up and read."""

    name: str
    index: Callable[[], Path]
    """The path of its index file, up to date."""
    place: Callable[[Capture], tuple[Path, int]]
    """The file that holds the record of a capture, and where in it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Memento:
    """A capture as it was answered."""

    capture: Capture
    status: int
    headers: Headers
    body: bytes
    """Transfer coding undone, content coding not."""

    def values(self, name: bytes) -> list[str]:
        """The values of a header field in order, byte for byte as Latin-1; `name` in lower case."""
        return [value.decode("latin-1") for key, value in self.headers if key.lower() == name]

    @property
    def location(self) -> str | None:
        """Where the answer sends one on to, as an absolute address; None when nowhere."""
        where = self.values(b"location")
        return urljoin(self.capture.url, where[0]) if 300 <= self.status < 400 and where else None


def of_folder(folder: Path) -> Collection:
    """The collection that a portal's folder is; its index is kept up to date.

    Raises archive.record.DamagedError where a finished file is not whole.
    """
    update(folder)

    def place(capture: Capture) -> tuple[Path, int]:
        return find(folder, capture.filename), capture.offset

    return Collection(folder.resolve().name, partial(update, folder), place)


@contextlib.contextmanager
def of_package(path: Path) -> Iterator[Collection]:
    """The collection that a WACZ package is, after everything in it was checked.

    Its index is kept in a file of its own until the block is left. Raises
    archive.unpack.PackageError.
    """
    package = open_package(path)

    def place(capture: Capture) -> tuple[Path, int]:
        # WARC files are stored in a package as they are.
        return path, package.files[capture.filename][0] + capture.offset

    with tempfile.NamedTemporaryFile(suffix=".cdxj") as index:
        index.writelines(one.line() for one in package.captures())
        index.flush()
        yield Collection(path.stem, lambda: Path(index.name), place)


def nearest(collection: Collection, index: Index, url: str, moment: dt.datetime) -> Memento | None:
    """What shows an address at a time; None when nothing was ever captured of it.

    The nearest in time, and of several in a second the one of this very
    spelling. An answer that only turned us away is taken when there is no
    other, or when its very second is asked for; one that leads to itself, by
    another spelling of the same address, never.
    """
    stamp = timestamp(moment)

    def rank(one: Capture) -> tuple[bool, dt.timedelta, bool]:
        turned_away = one.status >= 400 and one.status not in (404, 410)
        apart = abs(one.moment - moment.replace(microsecond=0))
        return turned_away and one.timestamp != stamp, apart, one.url != url

    for one in sorted(index.captures(url), key=rank):
        found = read(collection, index, one)
        if found.location is None or address_key(found.location) != one.key:
            return found
    return None


def read(collection: Collection, index: Index, capture: Capture) -> Memento:
    """Read a capture; DamagedError when its record, or the one it refers to, is not there."""
    record = _record(collection, capture)
    if record.type == "resource":
        said = record.fields.get("Content-Type", "").encode("latin-1")
        return Memento(capture, 200, ((b"Content-Type", said),), record.block)
    head = read_head(record.block)
    if head is None:
        raise DamagedError(*collection.place(capture), "this record is no response")
    body, _ = read_body(record.block, head)
    if record.type == "revisit":
        body = _original(collection, index, capture, record)
    return Memento(capture, head.status, head.headers, body)


def _record(collection: Collection, capture: Capture) -> Record:
    path, offset = collection.place(capture)
    record = next(read_records(path, offset), None)
    if record is None:
        raise DamagedError(path, offset, "the index names a record here, and there is none")
    return record


def _original(collection: Collection, index: Index, capture: Capture, revisit: Record) -> bytes:
    """The body that a revisit repeats."""
    fields = revisit.fields
    for record in _referred(collection, index, revisit):
        if fields.get("WARC-Refers-To") in (None, record.fields["WARC-Record-ID"]):
            head = read_head(record.block)
            if record.type == "response" and head:
                return read_body(record.block, head)[0]
    why = f"it repeats {fields.get('WARC-Refers-To')}, which is not in the archive"
    raise DamagedError(*collection.place(capture), why)


def _referred(collection: Collection, index: Index, revisit: Record) -> Iterator[Record]:
    url = revisit.fields.get("WARC-Refers-To-Target-URI", "")
    date = revisit.fields.get("WARC-Refers-To-Date", "")
    stamp = "".join(filter(str.isdigit, date))[:14]
    for one in index.captures(url):
        if one.timestamp == stamp:
            yield _record(collection, one)
