"""The verifier: is the folder of a portal whole, and what it was when it was written?

Each WARC file is looked at by `archive.examine`, which believes nothing that
the file states. From what it finds the ledger is made a second time, and the
two are compared, every column of every row; and so are the lines of the index,
where there is one. Then come the checksums, and the catalogue: each report was
read from a capture that is here.
"""

from __future__ import annotations

import hashlib
import heapq
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from archive import catalogue, ledger
from archive.examine import LOST, Advance, Fault, Note, Opening, read_file, silent
from archive.exchange import KeptRendition, RecordSet
from archive.folder import MANIFEST, read_manifest, warc_files, warc_folder
from archive.index import ENDING, MERGED, PARTS, of_rendition, of_set
from archive.record import OPEN

_RECOVER = "`python -m archive recover`"
_LEDGER = (
    f"if the file has no fault of its own, delete {ledger.FILE}, and {_RECOVER} writes it again"
)
_MANIFEST = (
    f"if {ledger.FILE} says so too, bring the file back from a copy;"
    f" if not, delete {MANIFEST}, and {_RECOVER} writes it again"
)

_INDEX = f"delete {MERGED} and {PARTS}/: they are made again when they are needed"
_CATALOGUE = "`python -m archive rebuild` makes it again from the WARC files"

Row = dict[str, Any]


def verify(folder: Path, advance: Advance = silent) -> Iterator[Fault]:
    """Every fault of a portal's folder: WARC files, ledger, manifest, index, catalogue.

    The caller holds the folder. `advance` is told of bytes of WARC files that were read.
    """
    manifest = warc_folder(folder) / MANIFEST
    checksums, unread = read_manifest(folder)
    for line in unread:
        yield Fault(manifest, None, f"not a checksum and a name: {line!r}", _MANIFEST)
    again = ledger.scratch()
    damage: dict[str, list[int]] = defaultdict(list)
    try:
        for path in warc_files(folder):
            for fault in _file(path, checksums.pop(path.name, None), again, advance):
                damage[path.name.removesuffix(OPEN)].append(fault.offset or 0)
                yield fault
        for name in checksums:
            why = f"{MANIFEST} has it, the folder not"
            yield Fault(manifest.with_name(name), None, why, LOST)
        kinds = again.execute("SELECT DISTINCT portal, sample FROM runs").fetchall()
        if len(kinds) > 1:
            why = f"captures of several kinds stand side by side: {kinds}"
            yield Fault(manifest.parent, None, why, "move the files of one portal and kind away")
        yield from _unanswered(folder, again)
        yield from _ledger(folder, again, damage)
        yield from _merged(folder)
        yield from _catalogue(folder, again)
    finally:
        again.close()


def _file(
    path: Path, checksum: str | None, again: sqlite3.Connection, advance: Advance
) -> Iterator[Fault]:
    """The faults of a file by itself; what is whole in it goes to the second ledger."""
    name = path.name.removesuffix(OPEN)
    lines: list[bytes] = []
    for part in read_file(path, advance=advance):
        if isinstance(part, Fault):
            yield part
        elif isinstance(part, Opening):
            ledger.adopt(again, part.run, name, ())
        elif isinstance(part, Note):
            ledger.finish_run(again, part.says)
        else:
            capture = of_set(path, part) if isinstance(part, RecordSet) else of_rendition(part)
            lines += [capture.line()] if capture else []
            try:
                ledger.append(again, [part])
            except sqlite3.IntegrityError:
                why = f"{_named(part)} is in the archive twice"
                yield Fault(path, part.place.offset, why, LOST)
    size = path.stat().st_size
    if path.suffix == OPEN:
        why = "a run that did not end left it open"
        yield Fault(path, size, why, f"{_RECOVER} finishes it, and so does the next run")
        return
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    ledger.finish_file(again, name, size, sha256)
    if checksum != sha256:
        said = f"{checksum} in {MANIFEST}" if checksum else f"{MANIFEST} has none"
        yield Fault(path, None, f"its SHA-256 is {sha256}, and {said}", _MANIFEST)
    made = path.parent.with_name(PARTS) / (path.name + ENDING)
    if made.exists():
        with made.open("rb") as file:
            yield from _lines(made, file, sorted(lines), path.name)


def _lines(
    path: Path, file: Iterable[bytes], wanted: Iterable[bytes], truth: str
) -> Iterator[Fault]:
    """How the lines of an index differ from the true ones, which are in order."""
    lines, true = _Ahead(file), _Ahead(wanted)
    before = b""
    while lines.next is not None or true.next is not None:
        if true.next is None or (lines.next is not None and lines.next < true.next):
            line = lines.take()
            why = "is out of order" if line < before else f"is not so by {truth}"
            yield Fault(path, None, f"line {lines.count}, {line!r}, {why}", _INDEX)
            before = line
        elif lines.next is None or true.next < lines.next:
            why = f"{true.take()!r}, which {truth} has, is not there"
            yield Fault(path, None, why, _INDEX)
        else:
            before = lines.take()
            true.take()


class _Ahead:
    """Lines with a look at the next, None at the end; `count` of them have been taken."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)
        self.count = 0
        self.next = next(self._lines, None)

    def take(self) -> bytes:
        taken = self.next
        assert taken is not None
        self.count += 1
        self.next = next(self._lines, None)
        return taken


def _merged(folder: Path) -> Iterator[Fault]:
    """How the index of a portal differs from those of its files, which have been looked at."""
    path = folder / MERGED
    if not path.exists():
        return
    with ExitStack() as stack:
        parts = sorted((folder / PARTS).glob("*" + ENDING))
        opened = [stack.enter_context(part.open("rb")) for part in parts]
        file = stack.enter_context(path.open("rb"))
        yield from _lines(path, file, heapq.merge(*opened), f"{PARTS}/")


def _catalogue(folder: Path, again: sqlite3.Connection) -> Iterator[Fault]:
    path = folder / catalogue.FILE
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            for capture, url in opened.execute("SELECT capture, url FROM reports ORDER BY 1"):
                found = again.execute(
                    "SELECT url FROM exchanges WHERE id = ? AND response_id = ?",
                    (capture[10:-1], capture),
                ).fetchone()
                if found != (url,):
                    what = f"of {found[0]}" if found else "not in the archive"
                    why = f"the report of {url} was read from {capture}, which is {what}"
                    yield Fault(path, None, why, _CATALOGUE)
    except sqlite3.DatabaseError as error:
        yield Fault(path, None, f"the catalogue cannot be read ({error})", _CATALOGUE)


def _named(part: RecordSet | KeptRendition) -> str:
    if isinstance(part, RecordSet):
        return f"exchange {part.exchange.id}"
    return f"urn:{part.rendition.kind} of exchange {part.rendition.exchange}"


def _unanswered(folder: Path, again: sqlite3.Connection) -> Iterator[Fault]:
    """The renditions whose document is not in the archive."""
    for row in ledger.renditions_of_nothing(again):
        why = f"urn:{row.kind} of exchange {row.exchange}, which is not in the archive"
        yield Fault(warc_folder(folder) / row.file, row.offset, why, LOST)


def _ledger(
    folder: Path, again: sqlite3.Connection, damage: dict[str, list[int]]
) -> Iterator[Fault]:
    path = folder / ledger.FILE
    if not path.exists():
        yield Fault(path, None, "there is no ledger", f"{_RECOVER} writes it from the WARC files")
        return
    try:
        opened = ledger.open_ledger(folder)
        try:
            for (said,) in opened.execute("PRAGMA integrity_check"):
                if said != "ok":
                    yield Fault(path, None, f"the ledger is damaged: {said}", _LEDGER)
            for table in ledger.TABLES:
                for row, why in _differences(table, opened, again, damage):
                    about = warc_folder(folder) / row["file"] if "file" in row else path
                    yield Fault(about, row.get("offset"), f"in the ledger {why}", _LEDGER)
        finally:
            opened.close()
    except ledger.StaleLedgerError as stale:
        why = f"the ledger is of version {stale.version}, and must be of {ledger.VERSION}"
        yield Fault(path, None, why, f"{_RECOVER} writes it again")
    except sqlite3.DatabaseError as error:
        yield Fault(path, None, f"the ledger cannot be read ({error})", _LEDGER)


def _differences(
    table: str, kept: sqlite3.Connection, again: sqlite3.Connection, damage: dict[str, list[int]]
) -> Iterator[tuple[Row, str]]:
    """How a table of the ledger differs from the one made again: each row, and what is wrong."""
    ours, theirs = _rows(kept, table), _rows(again, table)
    row, truth = next(ours, None), next(theirs, None)
    while row is not None or truth is not None:
        if truth is None or (row is not None and _key(row) < _key(truth)):
            assert row
            if not _damaged(row, damage):
                yield row, f"{table} have {_key(row)!r}, and the WARC files have not"
            row = next(ours, None)
        elif row is None or _key(truth) < _key(row):
            yield truth, f"{table} lack {_key(truth)!r}, which the WARC files have"
            truth = next(theirs, None)
        else:
            for column, value in truth.items():
                if row[column] != value:
                    why = f"{column} of {_key(row)!r} is {row[column]!r}"
                    yield truth, f"{table}: {why}, and {value!r} by the WARC files"
            row, truth = next(ours, None), next(theirs, None)


def _key(row: Row) -> str:
    return str(next(iter(row.values())))


def _rows(opened: sqlite3.Connection, table: str) -> Iterator[Row]:
    found = opened.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 - our own names
    names = [column[0] for column in found.description]
    return (dict(zip(names, row, strict=True)) for row in found)


def _damaged(row: Row, damage: dict[str, list[int]]) -> bool:
    """Whether the set of this row is one whose damage was told of."""
    if "offset" not in row:
        return False
    end = row["offset"] + row["length"]
    return any(row["offset"] <= place < end for place in damage[row["file"]])
