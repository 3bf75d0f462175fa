"""The statistics table of report years 2014 to 2018: one number a row, in many units.

Its rows stand in nine blocks under each other, with a column of units between
label and number. A row is found by its label, in the order of the form.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipelines import forms
from pipelines.labels import bare, best
from pipelines.numbers import is_value
from pipelines.page import Line
from pipelines.sheets import Printed, PrintedRow, Sheet
from pipelines.words import label_of, segments, tokens

COLUMN = "count"
"""The one column of the table."""

_LABELS = tuple(bare(row.label) for row in forms.S14_ROWS)
_UNITS = frozenset(unit for row in forms.S14_ROWS for unit in row.columns)
_SURE = 0.8
_PROVES = 8
"""How many rows must be found for a page to hold the table: their labels are not its alone."""


def of_grids(sheets: Sequence[Sheet]) -> list[PrintedRow]:
    """The rows of the table in grids; none when no grid holds it."""
    rows = [row for sheet in sheets for row in _of_sheet(sheet)]
    return rows if len(rows) >= _PROVES else []


def _of_sheet(sheet: Sheet) -> Iterator[PrintedRow]:
    for number in range(sheet.grid.height):
        slots = sheet.starting(number)
        labelled = [i for i, slot in enumerate(slots) if _is_label(sheet.bare[slot])]
        if labelled:
            label = slots[labelled[-1]]
            figures = [s for s in slots[labelled[-1] + 1 :] if s.text.strip() not in _UNITS]
            # A row that shows more than one figure has a column this table does not have.
            if len(figures) == 1:
                yield PrintedRow(label.text, {COLUMN: Printed.of(figures[0])})
            else:
                yield PrintedRow(label.text, {}, lost=True)


def of_text(lines: Sequence[tuple[int, Line]]) -> tuple[list[PrintedRow], frozenset[int]]:
    """The rows of the table in flattened text and the lines they take; none without the table."""
    rows: list[PrintedRow] = []
    taken: set[int] = set()
    for part in segments(tokens(lines)):
        labels = list(part.labels)
        while labels and labels[-1].text in _UNITS:
            labels.pop()
        label = label_of(labels, _LABELS)
        if label is None or best(bare(label[1]), _LABELS)[0] < _SURE:
            continue
        figures = [token for token in part.values if token.text]
        # Without a bar an empty cell is gone, and the next number may be another row's.
        if len(figures) == 1:
            rows.append(PrintedRow(label[1], {COLUMN: figures[0].printed}))
        else:
            rows.append(PrintedRow(label[1], {}, lost=True))
        taken.update(token.line for token in (*labels[-label[0] :], *part.values))
    return (rows, frozenset(taken)) if len(rows) >= _PROVES else ([], frozenset())


def _is_label(text: str) -> bool:
    return bool(text) and not is_value(text) and best(text, _LABELS)[0] >= _SURE
