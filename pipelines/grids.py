"""Grids of a page -> printed rows of the statutory tables.

A number belongs to the column whose header stands above it and to the row
whose label stands left of it; both are found by what they say. Counting is
used only where spans are broken, and then leaves a flag.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence

from pipelines import forms
from pipelines.labels import ALIKE, align, bare, best, similarity
from pipelines.page import Grid, Slot


@dataclasses.dataclass(frozen=True, slots=True)
class Printed:
    """What stands where a number is expected: restored, as served, and where."""

    text: str
    raw: str
    at: Callable[[], str]
    flags: tuple[str, ...] = ()

    @classmethod
    def of(cls, slot: Slot) -> Printed:
        """What a slot of a grid prints."""
        return cls(slot.text, slot.raw, slot.path, slot.flags)


@dataclasses.dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row as printed: its label, and what stands under each column of the form."""

    label: str
    cells: dict[str, Printed]
    lost: bool = False
    """True when the row shows fewer cells than the table has columns."""


_T2_ROW_LABELS = [bare(row.label) for row in forms.T2_ROWS]
_T2_HEADERS = [bare(column.label) for column in forms.T2_COLUMNS]
_T3_ROW_LABELS = [bare(row.label) for row in forms.T3_ROWS]
_T3_HEADERS = [bare(column.label) for column in forms.T3_COLUMNS]
_T4_BLOCKS = [bare(row.label) for row in forms.T4_ROWS]
_T4_OUTCOMES = [bare(column.label) for column in forms.T4_COLUMNS]
_SURE = 0.85
"""Similarity asked of a label that is not confirmed by its place."""


class Sheet:
    """A grid with every position filled, so that a column can be read from top to bottom."""

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        self.rows: list[list[Slot | None]] = [[None] * grid.width for _ in range(grid.height)]
        for slot in grid.slots:
            for row in self.rows[slot.row : slot.row + slot.rowspan]:
                for column in range(slot.column, min(slot.column + slot.colspan, grid.width)):
                    if row[column] is None:
                        row[column] = slot
        self.bare: dict[Slot, str] = {slot: bare(slot.text) for slot in grid.slots}

    def slots(self, row: int) -> list[Slot]:
        """Slots that reach into a row, each once, from left to right."""
        return list(dict.fromkeys(slot for slot in self.rows[row] if slot is not None))

    def starting(self, row: int) -> list[Slot]:
        """Slots that begin in a row."""
        return [slot for slot in self.slots(row) if slot.row == row]


def tables_of(grid: Grid) -> frozenset[str]:
    """Which statutory tables a grid holds, whole or in part; empty for any other table."""
    texts = {bare(slot.text) for slot in grid.slots if len(slot.text) < 60}
    held = set()
    t2 = _matching(texts, _T2_ROW_LABELS)
    if t2 >= 3 or (t2 and _matching(texts, [*_T2_HEADERS, bare(forms.T2_HEADING)])):
        held.add("t2")
    if _matching(texts, _T3_ROW_LABELS) >= 2:
        held.add("t3")
    if _matching(texts, _T4_BLOCKS) >= 2 and _matching(texts, _T4_OUTCOMES) >= 3:
        held.add("t4")
    return frozenset(held)


def _matching(texts: Iterable[str], labels: Sequence[str]) -> int:
    """How many labels are printed among the texts, small typos allowed."""
    texts = frozenset(texts)
    lacking = [label for label in dict.fromkeys(labels) if label not in texts]
    others = [text for text in texts.difference(labels) if not text.isdecimal()]
    alike = sum(any(similarity(text, label) >= _SURE for text in others) for label in lacking)
    return len(set(labels)) - len(lacking) + alike


# ------------------------------------------------------------------ table 2


def t2_rows(sheets: Sequence[Sheet]) -> tuple[list[PrintedRow], list[str]]:
    """Rows of table 2, and the headers (bare) that stood over them.

    Table 2 is a stack of small tables: a header row, then rows of the same columns.
    """
    rows: list[PrintedRow] = []
    headers_seen: list[str] = []
    headers: list[tuple[Slot, str]] = []
    for sheet in sheets:
        for number in range(sheet.grid.height):
            slots = sheet.starting(number)
            header = _t2_header(sheet, slots)
            if header:
                headers = header
                headers_seen.extend(sheet.bare[slot] for slot, _ in header)
                continue
            place = next((i for i, slot in enumerate(slots) if _is_t2_row(sheet.bare[slot])), None)
            if place is not None and headers:
                rows.append(_t2_row(slots[place], slots[place + 1 :], headers))
    return rows, headers_seen


def _t2_header(sheet: Sheet, slots: list[Slot]) -> list[tuple[Slot, str]]:
    """The header slots of a row with the names of their columns; empty for other rows."""
    named = []
    for slot in slots:
        alike, index = best(sheet.bare[slot], _T2_HEADERS)
        if alike >= ALIKE:
            named.append((slot, forms.T2_COLUMNS[index].name))
    return named


def _is_t2_row(label: str) -> bool:
    return bool(label) and best(label, _T2_ROW_LABELS)[0] >= ALIKE


def _t2_row(label: Slot, values: list[Slot], headers: list[tuple[Slot, str]]) -> PrintedRow:
    while len(values) > len(headers) and not bare(values[-1].text):
        values = values[:-1]  # padding of a row that is wider than its block
    if len(values) == len(headers):
        pairs = zip(headers, values, strict=True)
        cells = {name: Printed.of(slot) for (_, name), slot in pairs}
        return PrintedRow(label.text, cells)
    cells = {
        name: Printed.of(slot)
        for header, name in headers
        for slot in values
        if slot.column < header.column + header.colspan
        and header.column < slot.column + slot.colspan
    }
    return PrintedRow(label.text, cells, lost=True)


# ------------------------------------------------------------------ table 3


def t3_rows(sheets: Sequence[Sheet]) -> list[PrintedRow]:
    """Rows of table 3; a table cut at a page break goes on with the columns of its first part."""
    rows: list[PrintedRow] = []
    offsets: dict[str, int] = {}
    for sheet in sheets:
        first = next((r for r in range(sheet.grid.height) if _is_t3_row(sheet, r)), None)
        if first is None:
            continue
        columns = _t3_columns(sheet, first)
        if columns:
            # From the right edge: a part without header may lack the label columns on the left.
            offsets = {name: sheet.grid.width - column for name, column in columns.items()}
        columns = {name: sheet.grid.width - offset for name, offset in offsets.items()}
        left = min(columns.values(), default=sheet.grid.width)
        rows.extend(_t3_row(sheet, r, columns, left) for r in range(first, sheet.grid.height))
    return rows


def _is_t3_row(sheet: Sheet, row: int) -> bool:
    return any(
        sheet.bare[slot] and best(sheet.bare[slot], _T3_ROW_LABELS)[0] >= _SURE
        for slot in sheet.starting(row)
    )


def _t3_columns(sheet: Sheet, first: int) -> dict[str, int]:
    """Grid column of each form column, from the headers above row `first`.

    Headers are matched in the order of the form. A column whose header is
    unreadable between two that were found takes the name that is left.
    """
    stacks = [_stack(sheet, column, first) for column in range(sheet.grid.width)]
    found = align([_t3_header(stack) for stack in stacks], _T3_HEADERS)
    columns = {
        forms.T3_COLUMNS[index].name: column
        for column, index in enumerate(found)
        if index is not None
    }
    names = [column.name for column in forms.T3_COLUMNS]
    if len(columns) < 4 or "total" not in columns:
        return {}
    last = columns["total"]
    for back, name in enumerate(reversed(names)):
        if columns.setdefault(name, last - back) != last - back:
            return {}  # columns that are not side by side: this is no table 3 we know
    return {name: columns[name] for name in names}


def _stack(sheet: Sheet, column: int, rows: int) -> list[str]:
    """What stands in a column above row `rows`, from top to bottom, spans once."""
    slots = dict.fromkeys(sheet.rows[row][column] for row in range(rows))
    return [sheet.bare[slot] for slot in slots if slot is not None and sheet.bare[slot]]


def _t3_header(stack: list[str]) -> str:
    """The header of a column: its lowest label, with the pieces above when it is broken."""
    candidates = ["".join(stack[start:]) for start in range(len(stack) - 1, -1, -1)]
    return max(candidates, key=lambda text: best(text, _T3_HEADERS)[0], default="")


def _t3_row(sheet: Sheet, row: int, columns: dict[str, int], left: int) -> PrintedRow:
    labels = [slot for slot in sheet.slots(row) if slot.column < left and sheet.bare[slot]]
    own = [slot for slot in labels if slot.row == row] or labels
    under = {name: sheet.rows[row][column] for name, column in columns.items() if column >= 0}
    cells = {
        name: Printed.of(slot)
        for name, slot in under.items()
        if slot is not None and slot.column >= left and slot.colspan == slot.rowspan == 1
    }
    return PrintedRow(own[-1].text if own else "", cells, len(cells) < len(forms.T3_COLUMNS))


# ------------------------------------------------------------------ table 4


def t4_cells(sheets: Sequence[Sheet]) -> tuple[dict[tuple[str, str], Printed], bool]:
    """Cells of table 4 by (row, column), and whether headers stood above every one of them."""
    for sheet in sheets:
        header = [r for r in range(sheet.grid.height) if _is_t4_header(sheet, r)]
        if not header or header[-1] + 1 >= sheet.grid.height:
            continue
        below = header[-1] + 1
        stacks = [_stack(sheet, column, below) for column in range(sheet.grid.width)]
        names = [_t4_name(stack) for stack in stacks]
        slots = [sheet.rows[below][column] for column in range(sheet.grid.width)]
        cells = {
            name: Printed.of(slot)
            for name, slot in zip(names, slots, strict=True)
            if name is not None and slot is not None and slot.colspan == 1
        }
        wanted = [(row.name, column.name) for row in forms.T4_ROWS for column in forms.T4_COLUMNS]
        if len(cells) == len(wanted):
            return cells, True
        filled = sheet.starting(below)
        if len(filled) == len(wanted):
            pairs = zip(wanted, filled, strict=True)
            return {name: Printed.of(slot) for name, slot in pairs}, False
        return cells, False
    return {}, False


def _is_t4_header(sheet: Sheet, row: int) -> bool:
    return any(
        best(sheet.bare[slot], [*_T4_OUTCOMES, *_T4_BLOCKS])[0] >= ALIKE
        for slot in sheet.starting(row)
        if sheet.bare[slot]
    )


def _t4_name(stack: list[str]) -> tuple[str, str] | None:
    """Block and outcome of a column of table 4, from the headers above it."""
    block = next((best(t, _T4_BLOCKS) for t in stack if best(t, _T4_BLOCKS)[0] >= ALIKE), None)
    tails = ["".join(stack[start:]) for start in range(len(stack) - 1, -1, -1)]
    alike, outcome = max((best(tail, _T4_OUTCOMES) for tail in tails), default=(0.0, 0))
    if block is None or alike < ALIKE:
        return None
    return forms.T4_ROWS[block[1]].name, forms.T4_COLUMNS[outcome].name
