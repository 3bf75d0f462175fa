"""Recovery: makes the folder of a portal whole after a run that did not end.

The ledger is the word of what was acknowledged. Of a file that a killed run,
a power cut or a full disk left behind, all that the ledger has must be there,
or nothing is touched and DamagedError says where. What follows it is taken
record set by whole record set; a torn end is cut off on the descriptor; then
the ledger gets the rows it lacks, and the file its name and its checksum. A
file that the ledger does not know, or all of them when it was deleted, is read
from its first byte, and then its end is cut only when nothing whole follows.

Every step may be interrupted and is done again the next time.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

from archive import entries, ledger
from archive.examine import (
    LOST,
    Advance,
    Fault,
    Note,
    Opening,
    next_member,
    read_file,
    silent,
)
from archive.exchange import Run
from archive.folder import MANIFEST, read_manifest, sync_folder, warc_files, warc_folder
from archive.record import OPEN, DamagedError

_LEDGER = f"delete {ledger.FILE}: it is written again from the WARC files"
_PIECE = 1 << 20


def recover(folder: Path, advance: Advance = silent) -> Iterator[str]:
    """Make a portal's folder whole, and say in plain words what was done; nothing, mostly.

    The caller holds the folder, and takes all that is said. Raises
    DamagedError, with advice, when a file does not hold what the ledger says,
    or is damaged otherwise than a cut-off writing leaves it: it is not touched.
    `advance` is told of bytes of WARC files that were looked at, or need not be.
    """
    paths = list(warc_files(folder))
    book = folder / ledger.FILE
    if not paths and not book.exists():
        return
    if not book.exists():
        yield f"there is no ledger: it is written again from {len(paths)} WARC files"
    try:
        try:
            opened = ledger.open_ledger(folder)
        except ledger.StaleLedgerError as stale:
            for path in folder.glob(ledger.FILE + "*"):
                path.unlink()
            yield f"{stale}; it is written again from {len(paths)} WARC files"
            opened = ledger.open_ledger(folder)
        try:
            yield from _recover(folder, opened, paths, advance)
        finally:
            opened.close()
    except sqlite3.OperationalError:  # no room, no permission: nothing is wrong with the ledger
        raise
    except sqlite3.DatabaseError as error:
        raise DamagedError(book, 0, f"the ledger cannot be used ({error}); {_LEDGER}") from error


def _recover(
    folder: Path, opened: sqlite3.Connection, paths: list[Path], advance: Advance
) -> Iterator[str]:
    known = {file.name: file for file in ledger.files(opened)}
    for name in known.keys() - {path.name.removesuffix(OPEN) for path in paths}:
        if known[name].sha256 is None:
            why = "a run was writing this file, and it is gone"
            raise DamagedError(warc_folder(folder) / name, 0, f"{why}; {LOST}")
    checksums, unread = read_manifest(folder)
    if unread:
        _write_manifest(folder, checksums)
        yield f"{MANIFEST} was torn: its whole lines are kept"
    for path in paths:
        file = known.get(path.name)
        if file is None or file.sha256 is None or checksums.get(path.name) != file.sha256:
            yield from _mend(folder, path, opened, known, advance)
        else:
            advance(path.stat().st_size)


@dataclasses.dataclass(frozen=True, slots=True)
class _Survey:
    """What a file holds: up to where it is whole, what the ledger lacks, and what is torn."""

    run: Run
    end: int
    lacking: list[entries.Entry | entries.RenditionEntry]
    note: Note | None


def _mend(
    folder: Path,
    path: Path,
    opened: sqlite3.Connection,
    known: Mapping[str, entries.FileEntry],
    advance: Advance,
) -> Iterator[str]:
    """Make one file whole, enter it into ledger and manifest, and give it its name."""
    name = path.name.removesuffix(OPEN)
    still_open = path.suffix == OPEN
    descriptor = os.open(path, os.O_RDWR if still_open else os.O_RDONLY)
    try:
        os.fsync(descriptor)  # what is read from here on cannot be lost any more
        rows = list(ledger.rows_in(opened, name))
        found = _survey(path, rows, advance, in_ledger=name in known)
        if found is None:
            path.unlink()
            sync_folder(path.parent)
            yield f"{path.name} was killed at its birth and held no record: removed"
            return
        torn = path.stat().st_size - found.end
        if torn:
            os.ftruncate(descriptor, found.end)
            os.fsync(descriptor)
            yield f"{path.name}: its torn end, {torn} bytes that nobody was given, is cut off"
    finally:
        os.close(descriptor)
    sha256 = _sha256(path, 0, found.end)
    file, checksums = known.get(name), read_manifest(folder)[0]
    for said in (file.sha256 if file else None, checksums.get(name)):
        if said not in (None, sha256):
            why = f"its SHA-256 is {sha256}, and was {said} when it was finished"
            raise DamagedError(path, 0, f"{why}; {LOST}")
    ledger.adopt(opened, found.run, name, found.lacking)
    if found.note:
        ledger.finish_run(opened, found.note.says)
    if file is None or found.lacking:
        yield f"{path.name}: {len(found.lacking)} exchanges and renditions entered into the ledger"
    if still_open:
        path.rename(path.with_name(name))
        sync_folder(path.parent)
        yield f"{name}: finished, {found.end} bytes"
    if checksums.get(name) != sha256:
        _write_manifest(folder, {**checksums, name: sha256})
        if not still_open:
            yield f"{name}: entered into {MANIFEST}"
    ledger.finish_file(opened, name, found.end, sha256)


def _survey(
    path: Path,
    rows: list[entries.Entry | entries.RenditionEntry],
    advance: Advance,
    *,
    in_ledger: bool,
) -> _Survey | None:
    """Look a file over, and change nothing; None when it is open and holds no whole record.

    Raises DamagedError when it is damaged otherwise than a cut-off writing leaves it.
    """
    first = next(read_file(path), None)
    if not isinstance(first, Opening):
        if path.suffix == OPEN and not in_ledger and next_member(path, 1) is None:
            return None
        why = first.what if isinstance(first, Fault) else "the file is empty"
        raise DamagedError(path, 0, f"{why}; {LOST}")
    end = first.end
    for row in rows:
        if row.offset != end:
            why = f"the ledger has nothing here, and something at byte {row.offset}"
            raise DamagedError(path, end, f"{why}; {_LEDGER}")
        if _sha256(path, row.offset, row.length) != row.sha256:
            why = f"the bytes of {row.id} are not those that were written"
            raise DamagedError(path, end, f"{why}; {LOST}")
        end += row.length
        advance(row.length)
    lacking: list[entries.Entry | entries.RenditionEntry] = []
    note = None
    for part in read_file(path, end, first.run, advance, originals=False):
        if isinstance(part, Fault):
            _only_torn(part, in_ledger=in_ledger)
            break
        if isinstance(part, Note):
            note, end = part, part.end
        elif not isinstance(part, Opening):
            lacking.append(entries.row(part))
            end = part.place.offset + part.place.length
    return _Survey(first.run, end, lacking, note)


def _only_torn(fault: Fault, *, in_ledger: bool) -> None:
    """Raise DamagedError unless the fault begins the end of a file cut off while it was written.

    Behind what the ledger has nothing was acknowledged, and a power cut may
    leave any part of it. Without a ledger, what is whole may have been.
    """
    assert fault.offset is not None
    cut_off = fault.path.suffix == OPEN and fault.torn
    if cut_off and not in_ledger:
        cut_off = next_member(fault.path, fault.offset + 1) is None
    if not cut_off:
        raise DamagedError(fault.path, fault.offset, f"{fault.what}; {fault.advice}")


def _sha256(path: Path, offset: int, length: int) -> str:
    found = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(offset)
        while length > 0 and (piece := file.read(min(length, _PIECE))):
            found.update(piece)
            length -= len(piece)
    return found.hexdigest()


def _write_manifest(folder: Path, checksums: Mapping[str, str]) -> None:
    path = warc_folder(folder) / MANIFEST
    fresh = path.with_name(MANIFEST + ".new")
    with fresh.open("w", encoding="ascii") as file:
        file.writelines(f"{sha256}  {name}\n" for name, sha256 in checksums.items())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    sync_folder(path.parent)
