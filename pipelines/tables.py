"""Printed rows -> cells of the statutory tables: every cell of the form, none invented.

Rows are matched with the form in order; what the copy does not show is said
(`missing_row`, `damaged`, `table_missing`), never filled in.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Sequence

from pipelines import flattened, forms, grids, numbers, statistics
from pipelines.labels import align, bare, best
from pipelines.page import Page
from pipelines.report import Cell, Flag, Form
from pipelines.sheets import Printed, PrintedRow, Sheet

_UNITS = {
    "t2": {column.name: column.unit for column in forms.T2_COLUMNS},
    "t3": {column.name: column.unit for column in forms.T3_COLUMNS},
    "t4": {column.name: column.unit for column in forms.T4_COLUMNS},
}
_S14_UNITS = {row.name: row.columns[0] for row in forms.S14_ROWS}
_EMPTY = ("blank", "slash", "dash")


@dataclasses.dataclass(frozen=True, slots=True)
class Tables:
    """The cells of a report, what is wrong with its tables, and the lines they took."""

    cells: tuple[Cell, ...]
    flags: tuple[Flag, ...]
    form: Form
    taken: frozenset[int]


def read(page: Page) -> Tables:
    """Read tables 2, 3 and 4 of a restored page, from its grids or from flattened text."""
    held = {grid.number: grids.tables_of(grid) for grid in page.grids}
    sheets = {
        table: [Sheet(grid) for grid in page.grids if table in held[grid.number]]
        for table in forms.TABLE_NAMES
    }
    statutory = {number for number, tables in held.items() if tables}
    taken = {index for index, line in enumerate(page.lines) if line.grid in statutory}
    t2, headers = grids.t2_rows(sheets["t2"])
    t3 = grids.t3_rows(sheets["t3"])
    t4 = grids.t4_cells(sheets["t4"])
    read_from_grids = (("t2", t2), ("t3", t3), ("t4", t4 is not None))
    lacking = frozenset(table for table, found in read_from_grids if not found)
    if lacking:
        rest = [(i, line) for i, line in enumerate(page.lines) if i not in taken]
        text = flattened.read(rest, lacking)
        t2, headers = (text.t2, text.t2_headers) if "t2" in lacking else (t2, headers)
        t3 = text.t3 if "t3" in lacking else t3
        t4 = text.t4 if t4 is None else t4
        taken |= text.taken
    flags: list[Flag] = []
    t3_found, t3_form = _t3_found(t3, flags)
    t2_form = _t2_form(headers)
    form = t2_form if t2_form != "unknown" else t3_form
    if "unknown" not in (t2_form, t3_form) and t2_form != t3_form:
        flags.append(Flag("form_mixed", "", f"table 2 is of {t2_form}, table 3 of {t3_form}"))
    cells: list[Cell] = []
    if t2 and form != "unknown":
        cells.extend(_cells("t2", form, _t2_found(t2, form, flags), flags))
    if t3_found:
        cells.extend(_cells("t3", t3_form if t3_form != "unknown" else form, t3_found, flags))
    if t4 is not None:
        cells.extend(_t4_cells(t4))
    if not cells:
        rows, lines = _statistics(page)
        taken |= lines
        if rows:
            form = "stat_2014"
            cells.extend(_cells("s14", form, _matched(rows, forms.S14_ROWS, flags), flags))
    return Tables(tuple(_derive(cells)), tuple(flags), form, frozenset(taken))


def _statistics(page: Page) -> tuple[list[PrintedRow], frozenset[int]]:
    """Rows of the table of 2014 to 2018 and the lines they take, from grids or from text."""
    sheets = [Sheet(grid) for grid in page.grids]
    rows = statistics.of_grids(sheets)
    if not rows:
        return statistics.of_text(list(enumerate(page.lines)))
    held = {sheet.grid.number for sheet in sheets if statistics.of_grids([sheet])}
    return rows, frozenset(i for i, line in enumerate(page.lines) if line.grid in held)


def _derive(cells: Sequence[Cell]) -> Iterator[Cell]:
    """Set beside each total that was left blank what the other cells of its row make it."""
    parts: dict[tuple[str, str], list[Cell]] = {}
    for cell in cells:
        if cell.column != "total":
            parts.setdefault((cell.table, cell.row), []).append(cell)
    for cell in cells:
        row = parts.get((cell.table, cell.row), [])
        blank = cell.column == "total" and cell.status in _EMPTY and any(c.value for c in row)
        if blank and all(c.value is not None or c.status in _EMPTY for c in row):
            cell = dataclasses.replace(cell, derived=sum(c.value or 0 for c in row))
        yield cell


def _t2_form(headers: Iterable[str]) -> Form:
    """The form most headers of table 2 prove."""
    votes = [
        column.form
        for header in headers
        for column in [forms.T2_COLUMNS[best(header, _HEADERS)[1]]]
        if column.form
    ]
    return max(dict.fromkeys(votes), key=votes.count, default="unknown")


_HEADERS = tuple(bare(column.label) for column in forms.T2_COLUMNS)


def _t2_found(rows: Sequence[PrintedRow], form: Form, flags: list[Flag]) -> dict[str, PrintedRow]:
    """Rows of table 2 by name, matched in order with those of the form."""
    wanted = [row for row in forms.T2_ROWS if form in row.forms]
    return _matched(rows, wanted, flags)


def _t3_found(rows: Sequence[PrintedRow], flags: list[Flag]) -> tuple[dict[str, PrintedRow], Form]:
    """Rows of table 3 by name, and the form that the rows of (六)其他处理 prove."""
    found = _matched(rows, forms.T3_ROWS, flags)
    parts = [row.name for row in forms.T3_ROWS if row.forms == forms.ONLY_2021]
    if any(name in found for name in parts):
        heading = found.get("other_total")
        if heading is not None and not any(c.text.strip() for c in heading.cells.values()):
            del found["other_total"]  # the heading of three rows, with its numbers left blank
        return found, "form_2021"
    return found, "form_2019" if "other_total" in found else "unknown"


def _matched(
    rows: Sequence[PrintedRow], wanted: Sequence[forms.Row], flags: list[Flag]
) -> dict[str, PrintedRow]:
    """The printed row of each row of the form; what else holds numbers is said."""
    labels = tuple(bare(row.label) for row in wanted)
    printed = [bare(row.label) for row in rows]
    found: dict[str, PrintedRow] = {}
    others: list[tuple[PrintedRow, str]] = []
    for row, label, index in zip(rows, printed, align(printed, labels), strict=True):
        if index is None:
            others.append((row, label))
            continue
        found[wanted[index].name] = row
        if label != labels[index] and not _wrapped(row, label, labels[index]):
            note = f"{row.label.strip()!r} printed for {wanted[index].label!r}"
            flags.append(Flag("label_drift", _first_place(row), note))
    twice = any(
        label in labels and wanted[labels.index(label)].name in found for _, label in others
    )
    for row, label in others:
        if not any(c.text.strip() and numbers.is_value(c.text) for c in row.cells.values()):
            continue
        name = wanted[labels.index(label)].name if label in labels else ""
        if name and name not in found and not twice:
            found[name] = row  # out of order, but its label is the form's
        elif name not in found:
            note = f"numbers under the label {row.label.strip()!r}, which the form does not have"
            flags.append(Flag("cell_unexpected", _first_place(row), note))
        elif _figures(row) != _figures(found[name]):
            # A second report on the page, or a second edition of the table.
            note = f"row {name} stands here again with other numbers"
            flags.append(Flag("rows_disagree", _first_place(row), note))
            found[name] = _doubted(found[name], "rows_disagree")
    return found


def _wrapped(row: PrintedRow, printed: str, label: str) -> bool:
    """Whether a text has cut a label at the edge of its cell, or run words of another into it."""
    rest = iter(printed)
    whole = label.startswith(printed) or all(character in rest for character in label)
    return whole and ";char=" in _first_place(row)


def _figures(row: PrintedRow) -> dict[str, str]:
    return {name: "".join(cell.text.split()) for name, cell in row.cells.items()}


def _doubted(row: PrintedRow, flag: str) -> PrintedRow:
    cells = {name: cell._replace(flags=(*cell.flags, flag)) for name, cell in row.cells.items()}
    return row._replace(cells=cells)


def _first_place(row: PrintedRow) -> str:
    return next((cell.at() for cell in row.cells.values()), "")


def _cells(
    table: str, form: Form, found: dict[str, PrintedRow], flags: list[Flag]
) -> Iterator[Cell]:
    """The cells of a table of this form; rows of another form that were found come last."""
    columns: dict[str, list[str]] = {}
    for name, column in forms.expected(table, form):
        columns.setdefault(name, []).append(column)
    for name in found:
        columns.setdefault(name, [column.name for column in forms.T3_COLUMNS])
    for name, wanted in columns.items():
        row = found.get(name)
        for column in wanted:
            unit = _S14_UNITS[name] if table == "s14" else _UNITS[table][column]
            if row is None:
                yield Cell(table, name, column, None, None, "missing_row", unit, None)
            elif column in row.cells:
                yield _cell(table, name, column, row.cells[column], unit)
            else:
                lost = ("cells_lost",)
                yield Cell(table, name, column, None, None, "damaged", unit, None, None, lost)
        if row is None:
            continue
        if row.lost:
            flags.append(Flag("cells_lost", _first_place(row), f"row {name} of {table}"))
        for column in row.cells.keys() - wanted:
            if row.cells[column].text.strip():
                note = f"{row.cells[column].text.strip()!r} in row {name} under {column}"
                flags.append(Flag("cell_unexpected", row.cells[column].at(), note))


def _t4_cells(found: dict[tuple[str, str], Printed]) -> Iterator[Cell]:
    for row in forms.T4_ROWS:
        for column in forms.T4_COLUMNS:
            printed = found.get((row.name, column.name))
            if printed is None:
                flags = ("cells_lost",)
                yield Cell(
                    "t4", row.name, column.name, None, None, "damaged", "件", None, None, flags
                )
            else:
                yield _cell("t4", row.name, column.name, printed, column.unit)


def _cell(table: str, row: str, column: str, printed: Printed, unit: str) -> Cell:
    read = numbers.read(printed.text, unit)
    flags = (*read.flags, *printed.flags)
    raw = printed.raw.strip()
    return Cell(table, row, column, read.value, raw, read.status, unit, printed.at(), None, flags)
