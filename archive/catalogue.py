"""The catalogue: what was read, as tables. One SQLite file per portal.

A report is a row of `reports`, found by the capture it was read from; its
cells, indicators, findings and flags are rows that point to it. Tables and
columns are the fields of `pipelines.report`, so nothing is declared twice, and
a report comes out exactly as it went in. The catalogue may be deleted at any
time: `archive.rebuild` reads it again from the WARC files.
"""

from __future__ import annotations

import dataclasses
import json
import sqlite3
import types
import typing
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pipelines.report import (
    Cell,
    Finding,
    Flag,
    Head,
    HostClass,
    Indicator,
    Quality,
    Report,
)

FILE = "catalogue.sqlite"

PARTS: Mapping[str, type] = {
    "cells": Cell,
    "indicators": Indicator,
    "findings": Finding,
    "flags": Flag,
}
"""The tables beside `reports`, and the class whose fields are their columns."""


def columns(record: type) -> dict[str, str]:
    """Column names of a class of the schema with their SQLite types, in declared order."""
    hints = typing.get_type_hints(record)
    return {field.name: _sql_type(hints[field.name]) for field in dataclasses.fields(record)}


def _sql_type(hint: Any) -> str:
    origin = typing.get_origin(hint)
    if origin in (typing.Union, types.UnionType):
        kinds = {_sql_type(kind) for kind in typing.get_args(hint) if kind is not types.NoneType}
        return kinds.pop() if len(kinds) == 1 else "ANY"
    if hint in (int, bool):
        return "INTEGER"
    return "REAL" if hint is float else "TEXT"


def _json_columns(record: type) -> frozenset[str]:
    """Columns that hold a list or an object, kept as JSON."""
    hints = typing.get_type_hints(record)
    return frozenset(
        name
        for name, hint in hints.items()
        if typing.get_origin(hint) is tuple or typing.get_origin(hint) is Mapping
    )


_JSON = {record: _json_columns(record) for record in (Head, *PARTS.values())}
_HEAD = columns(Head)


def _schema() -> str:
    head = ", ".join(f"{name} {kind}" for name, kind in _HEAD.items())
    tables = [
        f"CREATE TABLE IF NOT EXISTS reports ({head}, text TEXT, PRIMARY KEY (capture)) STRICT"
    ]
    for table, record in PARTS.items():
        fields = ", ".join(f'"{name}" {kind}' for name, kind in columns(record).items())
        tables.append(
            f"CREATE TABLE IF NOT EXISTS {table} (capture TEXT REFERENCES reports (capture),"
            f" number INTEGER, {fields}, PRIMARY KEY (capture, number)) STRICT, WITHOUT ROWID"
        )
    tables.append("CREATE INDEX IF NOT EXISTS reports_by_url ON reports (url, fetched)")
    return ";\n".join(tables)


class StaleCatalogueError(RuntimeError):
    """A catalogue was made by a version with other tables; the message says what to do."""


def _stale(path: Path) -> str:
    return (
        f"{path} was made by another version: read the archive again with"
        " `python -m archive rebuild`"
    )


_VERSION = zlib.crc32(_schema().encode()) & 0x7FFFFFFF
"""Of the tables: kept in the file as its `user_version`."""


def open_catalogue(path: Path) -> sqlite3.Connection:
    """The catalogue at `path`, made when there is none.

    Raises StaleCatalogueError, and sqlite3.DatabaseError when the file is no catalogue.
    """
    catalogue = sqlite3.connect(path, timeout=60)
    (version,) = catalogue.execute("PRAGMA user_version").fetchone()
    (tables,) = catalogue.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables and version != _VERSION:
        catalogue.close()
        raise StaleCatalogueError(_stale(path))
    catalogue.execute(f"PRAGMA user_version = {_VERSION}")
    catalogue.execute("PRAGMA journal_mode = WAL")
    # Derived data: a lost commit is read again from the archive.
    catalogue.execute("PRAGMA synchronous = NORMAL")
    catalogue.executescript(_schema())
    return catalogue


def open_to_read(path: Path) -> sqlite3.Connection:
    """The catalogue at `path` as it stands, whoever writes to it meanwhile.

    Raises StaleCatalogueError, and sqlite3.Error when there is none.
    """
    catalogue = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    (version,) = catalogue.execute("PRAGMA user_version").fetchone()
    if version != _VERSION:
        catalogue.close()
        raise StaleCatalogueError(_stale(path))
    return catalogue


def store(catalogue: sqlite3.Connection, report: Report) -> None:
    """Store a report in place of what was read from the same capture before.

    Raises ValueError for a report that was read from no capture.
    """
    capture = report.report.capture
    if capture is None:
        raise ValueError("a report of a saved file has no capture and no place in the catalogue")
    with catalogue:
        for table in PARTS:
            catalogue.execute(f"DELETE FROM {table} WHERE capture = ?", (capture,))  # noqa: S608
        _insert(catalogue, "reports", [(*_values(report.report), report.text)])
        for table in PARTS:
            parts = getattr(report, table)
            _insert(catalogue, table, [(capture, n, *_values(p)) for n, p in enumerate(parts)])


def _insert(catalogue: sqlite3.Connection, table: str, rows: list[tuple[Any, ...]]) -> None:
    if rows:
        marks = ", ".join("?" * len(rows[0]))
        catalogue.executemany(f"INSERT OR REPLACE INTO {table} VALUES ({marks})", rows)  # noqa: S608


def _values(record: Any) -> Iterator[Any]:
    jsons = _JSON[type(record)]
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        yield json.dumps(value, ensure_ascii=False) if field.name in jsons else value


def reports(catalogue: sqlite3.Connection) -> Iterator[Report]:
    """All that was read, each report as it was, by address, the oldest capture first."""
    for one in captures(catalogue):
        yield report(catalogue, one.capture)


def report(catalogue: sqlite3.Connection, capture: str) -> Report:
    """What was read from a capture; raises LookupError when it was not read."""
    row = catalogue.execute("SELECT * FROM reports WHERE capture = ?", (capture,)).fetchone()
    if row is None:
        raise LookupError(f"the catalogue has nothing of capture {capture}")
    *head, text = row
    parts = {
        table: tuple(
            _record(record, values)
            for _, _, *values in catalogue.execute(
                f"SELECT * FROM {table} WHERE capture = ? ORDER BY number",  # noqa: S608
                (capture,),
            )
        )
        for table, record in PARTS.items()
    }
    return Report(report=_record(Head, head), text=text, **parts)


@dataclasses.dataclass(frozen=True, slots=True)
class Standing:
    """What one capture was read as, without what was read."""

    url: str
    report: str
    """Id of the report, the same for all its addresses."""
    version: str
    organ: str
    year: int | None
    quality: Quality
    host_class: HostClass
    fetched: str
    capture: str

    @property
    def known(self) -> bool:
        """Whether it was read as a report that its id tells from all others."""
        return self.quality != "unread" and bool(self.organ) and self.year is not None


_STANDING = (
    "SELECT url, id, version, coalesce(organ, ''), year, quality, host_class, fetched, capture"
    " FROM reports"
)


def standing(catalogue: sqlite3.Connection, capture: str) -> Standing | None:
    """What a capture was read as; None when it was not read."""
    row = catalogue.execute(f"{_STANDING} WHERE capture = ?", (capture,)).fetchone()
    return Standing(*row) if row else None


def captures(catalogue: sqlite3.Connection) -> list[Standing]:
    """What every capture was read as, by address, the oldest first."""
    rows = catalogue.execute(f"{_STANDING} ORDER BY url, fetched, capture")
    return [Standing(*row) for row in rows]


def standings(catalogue: sqlite3.Connection) -> Iterator[Standing]:
    """The last reading of each address that was read as a report, by address.

    Mirrors are left out: what stands there is not the portal's to list, or to take down.
    """
    latest = (
        "SELECT max(other.fetched) FROM reports other"
        " WHERE other.url = reports.url AND other.quality != 'unread'"
    )
    rows = catalogue.execute(
        f"{_STANDING} WHERE quality != 'unread' AND host_class != 'mirror'"
        f" AND fetched = ({latest}) ORDER BY url"
    )
    return (Standing(*row) for row in rows)


def _record(record: type, values: list[Any]) -> Any:
    jsons, hints = _JSON[record], _HINTS[record]
    given = {}
    for field, value in zip(dataclasses.fields(record), values, strict=True):
        if field.name in jsons:
            value = json.loads(value)
            value = tuple(value) if isinstance(value, list) else value
        elif hints[field.name] is bool:
            value = bool(value)
        given[field.name] = value
    return record(**given)


_HINTS = {record: typing.get_type_hints(record) for record in _JSON}


def catalogues(data: Path) -> Iterator[Path]:
    """The catalogues of all portals in a data folder, by name."""
    yield from sorted(data.glob(f"*/{FILE}"))
