"""Catalogue -> files a researcher takes away.

What is written are records (`archive.copies`): one for each report, however many captures
there are of it. A format is a function that takes records and a place and writes them; the
table `FORMATS` lists them. All write as they read: memory stays flat.
"""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from archive.catalogue import PARTS
from archive.copies import Copy, Record
from pipelines.report import Head

PLACES: Mapping[str, Path] = {"csv": Path("export")}
"""Where a format is written when nobody says; the others go to standard output."""


def jsonl(records: Iterable[Record], to: Path | None) -> int:
    """One record a line; to standard output when `to` is None."""
    count = 0
    with _text(to) as file:
        for record in records:
            file.write(record.to_json() + "\n")
            count += 1
    return count


def csv_tables(records: Iterable[Record], to: Path | None) -> int:
    """A folder: reports.csv, cells.csv, indicators.csv, findings.csv, flags.csv, copies.csv.

    UTF-8 with a byte order mark, so that Excel shows the characters. Rows of
    the other tables carry id and capture of their report; what is said of a copy has
    `copy_` before its name. An empty field is a
    null: a cell's `status` says why.
    """
    folder = to or PLACES["csv"]
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with contextlib.ExitStack() as files:
        tables = {
            table: csv.writer(
                files.enter_context(
                    (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="")
                )
            )
            for table in ("reports", *PARTS, "copies")
        }
        tables["reports"].writerow([*_names(Head), "text"])
        for table, part in PARTS.items():
            tables[table].writerow(["report_id", "capture", *_names(part)])
        said = [f"copy_{name}" for name in _names(Copy)]
        tables["copies"].writerow(["report_id", "capture", *said])
        for record in records:
            report, head = record.report, record.report.report
            tables["reports"].writerow([*_fields(head), report.text])
            for table in PARTS:
                tables[table].writerows(
                    [head.id, head.capture, *_fields(part)] for part in getattr(report, table)
                )
            tables["copies"].writerows(
                [head.id, head.capture, *_fields(copy)] for copy in record.copies
            )
            count += 1
    return count


FORMATS: Mapping[str, Callable[[Iterable[Record], Path | None], int]] = {
    "jsonl": jsonl,
    "csv": csv_tables,
}
"""Formats of the export by name; each gives the number of records written."""


@contextlib.contextmanager
def _text(to: Path | None) -> Iterator[TextIO]:
    if to is None:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
        yield sys.stdout
        return
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("w", encoding="utf-8") as file:
        yield file


def _names(record: type) -> list[str]:
    return [field.name for field in dataclasses.fields(record)]


def _fields(record: Any) -> Iterator[Any]:
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        yield (json.dumps(value, ensure_ascii=False) if isinstance(value, tuple | dict) else value)
