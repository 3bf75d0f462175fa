"""An archive to read from: the folder of a portal that is being written, or WARC files alone.

A source finds the rows of exchanges, and gives back the record set of a row.
`crawler.replay` answers a crawl from one. Nothing is written to it.
"""

from __future__ import annotations

import dataclasses
import functools
import sqlite3
from collections.abc import Callable
from itertools import chain
from pathlib import Path

from archive import ledger
from archive.entries import Entry
from archive.exchange import RecordSet, Rendition, RenditionKind
from archive.folder import find, warc_files
from archive.ledger import renditions
from archive.record import OPEN, DamagedError
from archive.rendition import read_rendition, read_renditions
from archive.warc import read_set, read_sets
from archive.warcinfo import read_run


class NoArchiveError(FileNotFoundError):
    """Where WARC files should be there are none."""


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """Rows, and the files that hold what they speak of."""

    ledger: sqlite3.Connection
    find: Callable[[str], Path]
    """The path of a file that a row names; raises LookupError or FileNotFoundError."""

    def close(self) -> None:
        """Close the ledger."""
        self.ledger.close()

    def read(self, row: Entry) -> RecordSet:
        """The record set of a row; raises DamagedError when its bytes are not those of the row."""
        path = self.find(row.file)
        found = read_set(path, row.offset)
        if found.place.sha256 != row.sha256:
            raise DamagedError(path, row.offset, f"this is not exchange {row.id} as it was written")
        return found

    def rendition(self, exchange: str, kind: RenditionKind) -> Rendition | None:
        """What a browser made of the document of an exchange; None when none did.

        Raises DamagedError.
        """
        row = renditions(self.ledger, exchange).get(kind)
        return read_rendition(self.find(row.file), row.offset) if row else None

    def resumed_by(self, run: str) -> tuple[str, ...]:
        """Ids of the runs that a run went on with, as its first file says, and its own."""
        for file in ledger.files(self.ledger):
            if file.run == run:
                return (*read_run(self.find(file.name)).resumes, run)
        return (run,)


def of_folder(folder: Path) -> Source:
    """The source that a portal's folder is; its ledger is made when there is none."""
    return Source(ledger.open_ledger(folder), functools.partial(find, folder))


def of_archive(folder: Path) -> Source:
    """The source that a portal's folder is, which stays as it is: without a ledger, of its files.

    Raises StaleLedgerError; NoArchiveError and DamagedError as `of_files` does.
    """
    return of_folder(folder) if (folder / ledger.FILE).exists() else of_files(folder)


def of_files(given: Path) -> Source:
    """The source that a WARC file is, or all of a folder: its own, or those in its `warc/`.

    They are read through once, for a ledger that is never on a disk. Raises
    NoArchiveError when there is no WARC file, and DamagedError where one is
    damaged, or was not written by this archive.
    """
    files = [given] if given.is_file() else [*warc_files(given), *sorted(given.glob("*.warc.gz"))]
    if not files:
        raise NoArchiveError(f"{given}: there is no WARC file here")
    paths = {path.name.removesuffix(OPEN): path for path in files}
    opened = ledger.scratch()
    for path in files:
        ledger.begin_file(opened, read_run(path), path.name.removesuffix(OPEN))
        ledger.append(opened, chain(read_sets(path, restore=False), read_renditions(path)))
    return Source(opened, paths.__getitem__)
