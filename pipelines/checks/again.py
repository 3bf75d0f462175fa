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

from pipelines.numbers import is_value
from pipelines.page import Grid, Line, Page, Slot, squeeze
from pipelines.report import Cell

_PAGE_NUMBER = re.compile(r"\s*[-—－–]\s*\d{1,3}\s*[-—－–]\s*")
_WORD = re.compile(r"[^\s|]+")


def read(page: Page, cells: Sequence[Cell]) -> Mapping[tuple[str, str, str], str]:
    """What stands where each cell should, white space taken out, by (table, row, column).

    A table that cannot be read by position is left out. `cells` are those of the
    first reading: only which rows and columns there are is taken from them.
    """
    found: dict[tuple[str, str, str], str] = {}
    stands = {grid.number: _table_path(grid.slots[0].path()) for grid in page.grids if grid.slots}
    for _, group in groupby(cells, key=lambda cell: cell.table):
        printed = [cell for cell in group if cell.raw is not None]
        own = {_table_path(cell.at) for cell in printed if cell.at} - {None}
        sheets = [grid for grid in page.grids if stands.get(grid.number) in own]
        texts = _of_grids(sheets, printed) if sheets else None
        if texts is None:  # flattened, perhaps inside the one cell of a table of layout
            texts = _of_lines(page.lines, printed)
        if texts is not None:
            places = ((cell.table, cell.row, cell.column) for cell in printed)
            found.update(zip(places, texts, strict=True))
    return found


def _table_path(path: str) -> str | None:
    """The innermost table that a place on the page lies in; None for a place in no table."""
    above, table, below = path.rpartition("/table")
    return above + table + below.partition("/")[0] if table else None


def _of_grids(sheets: Sequence[Grid], cells: Sequence[Cell]) -> list[str] | None:
    """Numbers at the ends of the rows, when there are as many rows as the form has."""
    wanted = [list(row) for _, row in groupby(cells, key=_row_of_print)]
    filled = [row for row in wanted if any(cell.raw for cell in row)]
    rows = [row for grid in sheets for row in _rows(grid)]
    widths = iter([len(row) for row in filled])
    texts: list[list[str]] = []
    for row in rows:
        width = next(widths, None)
        if width is None:
            return None
        cut = _cut(row, width)
        if cut is None:
            return None
        texts.append(cut)
    if len(texts) != len(filled):
        return None
    given = iter(texts)
    return [
        text
        for row in wanted
        for text in (next(given) if any(cell.raw for cell in row) else [""] * len(row))
    ]


def _row_of_print(cell: Cell) -> str:
    """The printed row of a cell: table 4 has one for its three blocks."""
    return "" if cell.table == "t4" else cell.row


def _rows(grid: Grid) -> Iterator[list[str]]:
    """The run of numbers and blanks each row ends in, rows without a number left out."""
    by_row = groupby(grid.slots, key=_slot_row)
    for _, slots in by_row:
        run: list[str] = []
        for slot in reversed(list(slots)):
            if not is_value(slot.text):
                break
            run.append(squeeze(slot.raw))
        if any(run):
            yield run[::-1]


def _slot_row(slot: Slot) -> int:
    return slot.row


def _cut(run: list[str], width: int) -> list[str] | None:
    """The `width` cells of a row when all others are padding behind or before them."""
    while len(run) > width and not run[-1]:
        run = run[:-1]
    while len(run) > width and not run[0]:
        run = run[1:]
    return run if len(run) == width else None


def _of_lines(lines: Sequence[Line], cells: Sequence[Cell]) -> list[str] | None:
    """Every number from the first cell's line to the last's, when there are as many as cells."""
    paths = [line.path() for line in lines]
    own = {cell.at.partition(";")[0] for cell in cells if cell.at}
    places = [index for index, path in enumerate(paths) if path in own]
    if not places:
        return None
    words = [
        squeeze(line.raw(*match.span()))
        for line in lines[places[0] : places[-1] + 1]
        if not _PAGE_NUMBER.fullmatch(line.text)
        for match in _WORD.finditer(line.text)
        if is_value(match[0])
    ]
    given = iter(words)
    texts = [next(given, "") if squeeze(cell.raw or "") else "" for cell in cells]
    return texts if next(given, None) is None and len(words) == sum(map(bool, texts)) else None
