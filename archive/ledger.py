"""The ledger: which exchange is durable, and where. One SQLite file per portal.

Every row can be written again from the record sets alone (`archive.entries`), so
the ledger may be deleted.
The writer adds the rows of a group of sets in one transaction after the sets
are on the disk: a row is never ahead of its bytes.

It is kept in WAL mode with synchronous=FULL: a commit then costs one fsync
instead of the two or three of a rollback journal, it survives a power cut, and
`scrapy portals` or a researcher can read while a crawl writes. The price is a
`-wal` file beside it, which is folded in when the last user closes it; copy a
ledger with `sqlite3 ledger.sqlite .backup`, or leave it and rebuild.
"""

from __future__ import annotations

import dataclasses
import heapq
import json
import operator
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from archive import entries
from archive.entries import Entry, FileEntry, RenditionEntry, RunEntry
from archive.exchange import KeptRendition, RecordSet, Run, warc_date

FILE = "ledger.sqlite"

TABLES = ("runs", "files", "exchanges", "renditions")
"""The tables; the first column of each is its key."""

VERSION = 2
"""Of the tables; a ledger of another version is written again from the WARC files."""

_WHOLE = (
    "original IS NULL AND status IS NOT NULL AND entity_length > 0"
    " AND error IS NULL AND truncated IS NULL AND damage = ''"
)
"""What a row must be for later ones to refer to its entity."""

_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY,
    portal TEXT NOT NULL,
    started TEXT NOT NULL,
    sample INTEGER NOT NULL,
    arguments TEXT NOT NULL,
    version TEXT NOT NULL,
    finished TEXT,
    note TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS files (
    name TEXT PRIMARY KEY,
    run TEXT NOT NULL REFERENCES runs (id),
    length INTEGER,
    sha256 TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS exchanges (
    id TEXT PRIMARY KEY,
    run TEXT NOT NULL REFERENCES runs (id),
    url TEXT NOT NULL,
    method TEXT NOT NULL,
    role TEXT NOT NULL,
    via TEXT NOT NULL,
    attempt INTEGER NOT NULL,
    parent TEXT,
    started TEXT NOT NULL,
    status INTEGER,
    content_type TEXT NOT NULL,
    error TEXT,
    truncated TEXT,
    damage TEXT NOT NULL,
    entity_sha256 TEXT,
    entity_length INTEGER,
    original TEXT REFERENCES exchanges (id),
    response_id TEXT,
    file TEXT NOT NULL REFERENCES files (name),
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    known TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS renditions (
    id TEXT PRIMARY KEY,
    exchange TEXT NOT NULL REFERENCES exchanges (id),
    kind TEXT NOT NULL,
    url TEXT NOT NULL,
    made TEXT NOT NULL,
    content_type TEXT NOT NULL,
    file TEXT NOT NULL REFERENCES files (name),
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    sha256 TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX IF NOT EXISTS renditions_by_exchange ON renditions (exchange, kind);
CREATE INDEX IF NOT EXISTS exchanges_by_url ON exchanges (url, started);
CREATE INDEX IF NOT EXISTS exchanges_by_run ON exchanges (run, role);
CREATE INDEX IF NOT EXISTS exchanges_by_original ON exchanges (original)
    WHERE original IS NOT NULL;
CREATE INDEX IF NOT EXISTS originals_by_entity ON exchanges (entity_sha256)
    WHERE {_WHOLE};
PRAGMA user_version = {VERSION};
COMMIT;
"""


class StaleLedgerError(RuntimeError):
    """The ledger has the tables of another version of this code."""

    def __init__(self, path: Path, version: int) -> None:
        self.version = version
        super().__init__(
            f"{path} is a ledger of version {version}, and this program writes {VERSION}"
            " (`python -m archive recover`, or the next crawl, brings it up to date)"
        )


_COLUMNS = tuple(field.name for field in dataclasses.fields(Entry))
_NAMES = ", ".join(_COLUMNS)
_MARKS = ", ".join("?" * len(_COLUMNS))
_SELECT = f"SELECT {_NAMES} FROM exchanges"  # noqa: S608 - our own names
_INSERT = f"INSERT INTO exchanges ({_NAMES}) VALUES ({_MARKS})"  # noqa: S608 - our own names
_ANSWERED = "status IS NOT NULL AND truncated IS NULL AND error IS NULL"
_OF = "run IN (SELECT value FROM json_each(?))"
_NOT_OF = f"NOT {_OF}"
_RENDITION = tuple(field.name for field in dataclasses.fields(RenditionEntry))
_SELECT_RENDITION = f"SELECT {', '.join(_RENDITION)} FROM renditions"  # noqa: S608 - our own names
_INSERT_RENDITION = (
    f"INSERT INTO renditions ({', '.join(_RENDITION)}) VALUES ({', '.join('?' * len(_RENDITION))})"  # noqa: S608 - our own names
)
_plain = operator.attrgetter(*_COLUMNS[:-1])
_to_json = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode


def open_ledger(folder: Path) -> sqlite3.Connection:
    """The ledger of a portal's folder, made when there is none.

    The connection may be handed to another thread, and used by one at a time.
    Raises StaleLedgerError, and sqlite3.DatabaseError when the file is no ledger.
    """
    ledger = sqlite3.connect(folder / FILE, timeout=60, check_same_thread=False)
    (version,) = ledger.execute("PRAGMA user_version").fetchone()
    (tables,) = ledger.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables and version != VERSION:
        ledger.close()
        raise StaleLedgerError(folder / FILE, version)
    ledger.execute("PRAGMA journal_mode = WAL")
    ledger.execute("PRAGMA synchronous = FULL")
    if not tables:  # else nothing is written, so that a ledger opens on a full disk too
        ledger.executescript(_SCHEMA)
    return ledger


def open_to_read(folder: Path) -> sqlite3.Connection:
    """The ledger of a portal's folder as it stands, whoever writes to it meanwhile.

    Raises StaleLedgerError, and sqlite3.Error when there is none.
    """
    ledger = sqlite3.connect(f"{(folder / FILE).resolve().as_uri()}?mode=ro", uri=True)
    (version,) = ledger.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        ledger.close()
        raise StaleLedgerError(folder / FILE, version)
    return ledger


def scratch() -> sqlite3.Connection:
    """A ledger of no folder, gone when it is closed."""
    ledger = sqlite3.connect("")
    ledger.executescript(_SCHEMA)
    return ledger


def begin_file(ledger: sqlite3.Connection, run: Run, file: str) -> None:
    """Note a new file, and its run when this is the first."""
    with ledger:
        _insert_file(ledger, run, file)


def append(ledger: sqlite3.Connection, kept: Iterable[RecordSet | KeptRendition]) -> None:
    """Add the rows of record sets and renditions that are on the disk, in one transaction."""
    with ledger:
        _insert(ledger, map(entries.row, kept))


def adopt(
    ledger: sqlite3.Connection, run: Run, file: str, rows: Iterable[Entry | RenditionEntry]
) -> None:
    """Note a file that was found on the disk and the rows it lacks: all of them, or none."""
    with ledger:
        _insert_file(ledger, run, file)
        _insert(ledger, rows)


def _insert(ledger: sqlite3.Connection, rows: Iterable[Entry | RenditionEntry]) -> None:
    for one in rows:
        if isinstance(one, Entry):
            ledger.execute(_INSERT, _values(one))
        else:
            ledger.execute(_INSERT_RENDITION, dataclasses.astuple(one))


def _insert_file(ledger: sqlite3.Connection, run: Run, file: str) -> None:
    arguments = _canonical(run.arguments)
    ledger.execute(
        "INSERT OR IGNORE INTO runs (id, portal, started, sample, arguments, version)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (run.id, run.portal, warc_date(run.started), run.sample, arguments, run.version),
    )
    ledger.execute("INSERT OR IGNORE INTO files (name, run) VALUES (?, ?)", (file, run.id))


def finish_file(ledger: sqlite3.Connection, file: str, length: int, sha256: str) -> None:
    """Note what a file came to when it was closed."""
    with ledger:
        ledger.execute(
            "UPDATE files SET length = ?, sha256 = ? WHERE name = ?", (length, sha256, file)
        )


def finish_run(ledger: sqlite3.Connection, note: Mapping[str, Any]) -> None:
    """Note how a run ended, in the words of its last record."""
    with ledger:
        ledger.execute(
            "UPDATE runs SET finished = ?, note = ? WHERE id = ?",
            (note["finished"], json.dumps(note, ensure_ascii=False), note["run"]),
        )


def last_capture(
    ledger: sqlite3.Connection, url: str, method: str = "GET", besides: Iterable[str] = ()
) -> Entry | None:
    """The latest exchange of an address that has a whole response; None when there is none.

    Those of the runs `besides` do not count.
    """
    found = _select(
        ledger,
        f"WHERE url = ? AND method = ? AND {_ANSWERED} AND {_NOT_OF} ORDER BY started DESC LIMIT 1",
        (url, method, json.dumps([*besides])),
    )
    return next(found, None)


def last_page(ledger: sqlite3.Connection, url: str, besides: Iterable[str] = ()) -> Entry | None:
    """The latest whole answer of 200 with a body to a GET; None when there is none.

    Those of the runs `besides` do not count.
    """
    page = f"method = 'GET' AND status = 200 AND entity_length > 0 AND damage = '' AND {_ANSWERED}"
    found = _select(
        ledger,
        f"WHERE url = ? AND {page} AND {_NOT_OF} ORDER BY started DESC LIMIT 1",
        (url, json.dumps([*besides])),
    )
    return next(found, None)


def last_of_role(ledger: sqlite3.Connection, role: str) -> Iterator[Entry]:
    """The latest whole 200 of every address that was asked for as `role`, the first begun first."""
    last = "SELECT max(other.started) FROM exchanges other WHERE other.url = exchanges.url"
    where = f"WHERE role = ? AND status = 200 AND {_ANSWERED}"
    return _select(
        ledger,
        f"{where} AND started = ({last} AND other.status = 200) ORDER BY started, id",
        (role,),
    )


def whole_exchanges(ledger: sqlite3.Connection, runs: Iterable[str]) -> Iterator[Entry]:
    """The exchanges of some runs that have a whole response, in the order they began."""
    return _select(
        ledger,
        f"WHERE {_OF} AND {_ANSWERED} ORDER BY started, id",
        (json.dumps([*runs]),),
    )


def exchange(ledger: sqlite3.Connection, identity: str) -> Entry:
    """The row of one exchange; raises LookupError when the ledger has none of this id."""
    for row in _select(ledger, "WHERE id = ?", (identity,)):
        return row
    raise LookupError(f"the ledger has no exchange {identity}")


def exchanges(ledger: sqlite3.Connection, run: str, role: str | None = None) -> Iterator[Entry]:
    """The exchanges of a run in the order they began, all or those asked for as `role`."""
    if role is None:
        return _select(ledger, "WHERE run = ? ORDER BY started, id", (run,))
    return _select(ledger, "WHERE run = ? AND role = ? ORDER BY started, id", (run, role))


def asked_for(ledger: sqlite3.Connection) -> Iterator[str]:
    """The addresses that spiders asked for themselves, each once: no robots.txt, no redirect."""
    for (url,) in ledger.execute("SELECT DISTINCT url FROM exchanges WHERE via = ''"):
        yield url


def original(ledger: sqlite3.Connection, entity_sha256: str) -> Entry | None:
    """The first whole response with this entity; None when there is none."""
    where = f"WHERE entity_sha256 = ? AND {_WHOLE} ORDER BY rowid LIMIT 1"
    return next(_select(ledger, where, (entity_sha256,)), None)


def dependents(ledger: sqlite3.Connection, file: str) -> Iterator[Entry]:
    """The revisits in other files whose originals are in this one, by file and offset."""
    return _select(
        ledger,
        "WHERE original IN (SELECT id FROM exchanges WHERE file = ?) AND file != ?"
        " ORDER BY file, offset",
        (file, file),
    )


def renditions(ledger: sqlite3.Connection, exchange: str) -> dict[str, RenditionEntry]:
    """What a browser made of the document of an exchange, by kind."""
    found = ledger.execute(f"{_SELECT_RENDITION} WHERE exchange = ? ORDER BY kind", (exchange,))
    return {row.kind: row for row in (RenditionEntry(*values) for values in found)}


def renditions_of_nothing(ledger: sqlite3.Connection) -> Iterator[RenditionEntry]:
    """The renditions of exchanges without a response in the archive, by file and offset."""
    answered = "SELECT id FROM exchanges WHERE response_id IS NOT NULL"
    found = ledger.execute(
        f"{_SELECT_RENDITION} WHERE exchange NOT IN ({answered}) ORDER BY file, offset"
    )
    return (RenditionEntry(*values) for values in found)


def rows_in(ledger: sqlite3.Connection, file: str) -> Iterator[Entry | RenditionEntry]:
    """The exchanges and renditions in a file, in the order they stand there."""
    found = ledger.execute(f"{_SELECT_RENDITION} WHERE file = ? ORDER BY offset, id", (file,))
    return heapq.merge(
        _select(ledger, "WHERE file = ? ORDER BY offset, id", (file,)),
        (RenditionEntry(*values) for values in found),
        key=operator.attrgetter("offset"),
    )


def files(ledger: sqlite3.Connection) -> Iterator[FileEntry]:
    """The WARC files by name."""
    for row in ledger.execute("SELECT name, run, length, sha256 FROM files ORDER BY name"):
        yield FileEntry(*row)


def runs(
    ledger: sqlite3.Connection, arguments: Mapping[str, str] | None = None
) -> Iterator[RunEntry]:
    """The runs, the latest first: all, or those with the same arguments."""
    wanted = None if arguments is None else _canonical(arguments)
    rows = ledger.execute(
        "SELECT id, portal, started, sample, arguments, version, finished, note FROM runs"
        " WHERE ? IS NULL OR arguments = ? ORDER BY started DESC, id",
        (wanted, wanted),
    )
    for identity, portal, started, sample, given, version, finished, note in rows:
        yield RunEntry(
            identity,
            portal,
            started,
            bool(sample),
            json.loads(given),
            version,
            finished,
            None if note is None else json.loads(note),
        )


def _select(ledger: sqlite3.Connection, where: str, values: tuple[str, ...]) -> Iterator[Entry]:
    for row in ledger.execute(f"{_SELECT} {where}", values):
        said = dict(zip(_COLUMNS, row, strict=True))
        yield Entry(**{**said, "known": json.loads(said["known"])})


def _values(row: Entry) -> tuple[Any, ...]:
    return (*_plain(row), _canonical(row.known))


def _canonical(mapping: Mapping[str, str]) -> str:
    return _to_json(dict(mapping))
