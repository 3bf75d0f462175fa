"""Captures of one page: where each is, and what changed from one to the next.

A page is what has one key in the index. Two captures are compared by what was
read from them, so that a new banner, another visitor count or a moved table is
no change, and a changed figure is named as the cell it stands in.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise, zip_longest
from pathlib import Path

from archive.index import Capture, Index, update
from archive.rebuild import document, holds_report
from archive.source import Source
from archive.warc import read_set
from pipelines import read
from pipelines.page import squeeze
from pipelines.report import Cell, Report

Place = tuple[str, str, str]
"""Table, row and column of a cell."""


@dataclasses.dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that is not printed as before; None where there is no such cell."""

    table: str
    row: str
    column: str
    before: str | None
    after: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """What changed from one capture to the next; nothing did when it is false."""

    status: tuple[int, int] | None = None
    """HTTP status before and after, when they differ."""
    quality: tuple[str, str] | None = None
    """Quality of the two readings, when they differ. Cells are compared when both could be read."""
    text: tuple[str, ...] = ()
    """Lines of the text that went (`-`) and came (`+`), white space aside."""
    cells: tuple[CellChange, ...] = ()

    def __bool__(self) -> bool:
        return self != Difference()


def captures(folder: Path, url: str) -> list[Capture]:
    """The captures of a page in a portal's folder, the oldest first.

    Raises archive.record.DamagedError where a finished file is not whole.
    """
    with Index(update(folder)) as index:
        # The index knows no parts of a second; files and offsets rise with time.
        return sorted(
            index.captures(url), key=lambda one: (one.timestamp, one.filename, one.offset)
        )


def report(kept: Source, capture: Capture) -> Report | None:
    """What is read from a capture; None when it was not asked for, or not answered, as a report.

    Raises archive.record.DamagedError.
    """
    found = read_set(kept.find(capture.filename), capture.offset)
    return read(document(kept, found)) if holds_report(found) else None


def changes(
    kept: Source, found: Iterable[Capture]
) -> Iterator[tuple[Capture, Capture, Difference]]:
    """Every capture of a page but the first, each with the one before and what changed since.

    Raises archive.record.DamagedError.
    """
    for before, after in pairwise(found):
        yield before, after, _compare(kept, before, after)


def _compare(kept: Source, before: Capture, after: Capture) -> Difference:
    if (before.status, before.digest) == (after.status, after.digest):
        return Difference()
    status = (before.status, after.status) if before.status != after.status else None
    # Pages that are no reports are compared by their text too.
    old, new = (
        read(document(kept, read_set(kept.find(one.filename), one.offset)))
        for one in (before, after)
    )
    return dataclasses.replace(compare(old, new), status=status)


def compare(before: Report, after: Report) -> Difference:
    """What changed between two readings of one page."""
    qualities = before.report.quality, after.report.quality
    return Difference(
        quality=qualities if qualities[0] != qualities[1] else None,
        text=_text(before.text, after.text),
        cells=() if "unread" in qualities else tuple(_cells(before.cells, after.cells)),
    )


def _text(before: str, after: str) -> tuple[str, ...]:
    old, new = ([line for line in text.split("\n") if squeeze(line)] for text in (before, after))
    found = difflib.SequenceMatcher(None, [*map(squeeze, old)], [*map(squeeze, new)])
    lines: list[str] = []
    for kind, a, b, c, d in found.get_opcodes():
        if kind != "equal":
            lines += [f"- {line}" for line in old[a:b]] + [f"+ {line}" for line in new[c:d]]
    return tuple(lines)


def _cells(before: tuple[Cell, ...], after: tuple[Cell, ...]) -> Iterator[CellChange]:
    old, new = _printed(before), _printed(after)
    for place in dict.fromkeys([*old, *new]):
        for was, now in zip_longest(old.get(place, ()), new.get(place, ())):
            if was != now:
                yield CellChange(*place, was, now)


def _printed(cells: tuple[Cell, ...]) -> dict[Place, list[str]]:
    """What each cell shows; a page may hold a table more than once."""
    found: dict[Place, list[str]] = defaultdict(list)
    for cell in cells:
        if cell.raw is not None:
            found[cell.table, cell.row, cell.column].append(squeeze(cell.raw))
    return found


def describe(difference: Difference) -> list[str]:
    """A difference in lines for people; none when nothing changed."""
    lines = []
    if difference.status:
        lines.append("status {} -> {}".format(*difference.status))
    if difference.quality:
        lines.append("{} -> {}".format(*difference.quality))
    for cell in difference.cells:
        was, now = ("no cell" if raw is None else repr(raw) for raw in (cell.before, cell.after))
        lines.append(f"{cell.table} {cell.row} {cell.column}: {was} -> {now}")
    return [*lines, *difference.text]
