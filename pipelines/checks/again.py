"""A second reading of the statutory tables, by position alone.

The first reading goes by what labels and headers say; this one looks at none of
them. It takes the numbers of a table in the order they stand in: a row of a grid
that ends in as many numbers as the form's row has, or, in flattened text, every
number between the first cell and the last. Where the two disagree, the reading
is at fault and not the office.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from pipelines.numbers import is_value
from pipelines.page import Grid, Line, Page, squeeze
from pipelines.report import Cell

Place = tuple[str, str, str]
"""Table, row, column."""

_PAGE_NUMBER = re.compile(r"\s*[-—－–]\s*\d{1,3}\s*[-—－–]\s*")
_WORD = re.compile(r"[^\s|]+")


def read(page: Page, cells: Sequence[Cell]) -> Mapping[Place, str]:
    """What stands where each cell should, white space taken out, by (table, row, column).

    A table or row that cannot be read by position is left out. `cells` are those of
    the first reading: only which rows and columns there are is taken from them.
    """
    found: dict[Place, str] = {}
    stands = {grid.number: _table_path(grid.slots[0].path()) for grid in page.grids if grid.slots}
    for own, printed in _by_table_on_page(cells):
        sheets = [grid for grid in page.grids if stands.get(grid.number) in own]
        texts = _of_grids(sheets, printed) if sheets else None
        if texts is None:  # flattened, perhaps inside the one cell of a table of layout
            texts = _of_lines(page.lines, printed)
        found.update(texts)
    return found


def _by_table_on_page(cells: Sequence[Cell]) -> list[tuple[set[str], list[Cell]]]:
    """The printed cells of each statutory table, those together that share a table of the page."""
    groups: list[tuple[set[str], list[Cell]]] = []
    for _, group in groupby(cells, key=attrgetter("table")):
        printed = [cell for cell in group if cell.status != "missing_row"]
        own = {path for cell in printed if cell.at and (path := _table_path(cell.at))}
        if groups and own & groups[-1][0]:
            groups[-1][0].update(own)
            groups[-1][1].extend(printed)
        else:
            groups.append((own, printed))
    return groups


def _table_path(path: str) -> str | None:
    """The innermost table that a place on the page lies in; None for a place in no table."""
    above, table, below = path.rpartition("/table")
    return above + table + below.partition("/")[0] if table else None


def _of_grids(sheets: Sequence[Grid], cells: Sequence[Cell]) -> dict[Place, str] | None:
    """Numbers at the ends of the rows; None when there are not as many rows as the form has."""
    wanted = [list(row) for _, row in groupby(cells, key=_row_of_print)]
    filled = [row for row in wanted if any(cell.raw != "" for cell in row)]
    runs = [run for grid in sheets for run in _rows(grid)]
    if len(runs) != len(filled):
        return None
    found = {_place(cell): "" for cell in cells if cell.raw == ""}
    for row, run in zip(filled, runs, strict=True):
        cut = _cut(run, len(row))
        if cut is None or any(cell.raw is None for cell in row):
            found = {
                place: text for place, text in found.items() if place[:2] != _place(row[0])[:2]
            }
        else:
            found.update(zip(map(_place, row), cut, strict=True))
    return found


def _place(cell: Cell) -> Place:
    return cell.table, cell.row, cell.column


def _row_of_print(cell: Cell) -> tuple[str, str]:
    """The printed row of a cell: table 4 has one for its three blocks."""
    return cell.table, "" if cell.table == "t4" else cell.row


def _rows(grid: Grid) -> Iterator[list[str]]:
    """The run of numbers and blanks each row ends in, rows without a number left out."""
    for _, slots in groupby(grid.slots, key=attrgetter("row")):
        run: list[str] = []
        for slot in reversed(list(slots)):
            if not is_value(slot.text):
                break
            run.append(squeeze(slot.raw))
        if any(run):
            yield run[::-1]


def _cut(run: list[str], width: int) -> list[str] | None:
    """The `width` cells of a row when all others are padding behind or before them."""
    while len(run) > width and not run[-1]:
        run = run[:-1]
    while len(run) > width and not run[0]:
        run = run[1:]
    return run if len(run) == width else None


def _of_lines(lines: Sequence[Line], cells: Sequence[Cell]) -> dict[Place, str]:
    """Every number from the first cell's line to the last's, when there are as many as cells."""
    paths = [line.path() for line in lines]
    own = {cell.at.partition(";")[0] for cell in cells if cell.at}
    places = [index for index, path in enumerate(paths) if path in own]
    if not places or any(cell.raw is None for cell in cells):
        return {}
    words = [
        squeeze(line.raw(*match.span()))
        for line in lines[places[0] : places[-1] + 1]
        if not _PAGE_NUMBER.fullmatch(line.text)
        for match in _WORD.finditer(line.text)
        if is_value(match[0])
    ]
    filled = [cell for cell in cells if squeeze(cell.raw or "")]
    if len(words) != len(filled):
        return {}
    found = {_place(cell): "" for cell in cells}
    found.update(zip(map(_place, filled), words, strict=True))
    return found
