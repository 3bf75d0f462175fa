"""Catalogue -> files a researcher takes away.

A format is a function that takes reports and a place and writes them; the
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
from pipelines.report import Head, Report


def jsonl(reports: Iterable[Report], to: Path | None) -> int:
    """One report a line, as the commands print it; to standard output when `to` is None."""
    count = 0
    with _text(to) as file:
        for report in reports:
            file.write(report.to_json() + "\n")
            count += 1
    return count


def csv_tables(reports: Iterable[Report], to: Path | None) -> int:
    """A folder with reports.csv, cells.csv, indicators.csv, findings.csv and flags.csv.

    UTF-8 with a byte order mark, so that Excel shows the characters. Rows of
    the other tables carry id and capture of their report. An empty field is a
    null: a cell's `status` says why.
    """
    folder = to or Path("export")
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with contextlib.ExitStack() as files:
        tables = {
            table: csv.writer(
                files.enter_context(
                    (folder / f"{table}.csv").open("w", encoding="utf-8-sig", newline="")
                )
            )
            for table in ("reports", *PARTS)
        }
        tables["reports"].writerow([*_names(Head), "text"])
        for table, record in PARTS.items():
            tables[table].writerow(["report_id", "capture", *_names(record)])
        for report in reports:
            head = report.report
            tables["reports"].writerow([*_fields(head), report.text])
            for table in PARTS:
                tables[table].writerows(
                    [head.id, head.capture, *_fields(part)] for part in getattr(report, table)
                )
            count += 1
    return count


FORMATS: Mapping[str, Callable[[Iterable[Report], Path | None], int]] = {
    "jsonl": jsonl,
    "csv": csv_tables,
}
"""Formats of the export by name; each gives the number of reports written."""


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
