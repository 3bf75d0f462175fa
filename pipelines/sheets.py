"""A grid as a sheet that can be read along its rows and columns, and what is read from it.

`grids` reads sheets, `flattened` and `statistics` read text; both come to
printed rows, which `tables` matches with the forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from pipelines.labels import bare, best
from pipelines.page import Grid, Slot, squeeze


class Printed(NamedTuple):
    """What stands where a number is expected: restored, as served, and where."""

    text: str
    raw: str
    at: Callable[[], str]
    flags: tuple[str, ...] = ()

    @classmethod
    def of(cls, slot: Slot) -> Printed:
        """What a slot of a grid prints."""
        return cls(slot.text, slot.raw, slot.path, slot.flags)


class PrintedRow(NamedTuple):
    """A row as printed: its label, and what stands under each column of the form."""

    label: str
    cells: dict[str, Printed]
    lost: bool = False
    """True when the row shows fewer cells than the table has columns."""


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
        self._starting: list[list[Slot]] = [[] for _ in range(grid.height)]
        for slot in grid.slots:
            self._starting[slot.row].append(slot)
        self.bare: dict[Slot, str] = {slot: bare(slot.text) for slot in grid.slots}

    def starting(self, row: int) -> list[Slot]:
        """Slots that begin in a row, from left to right."""
        return self._starting[row]


def stack(sheet: Sheet, column: int, rows: int) -> list[str]:
    """What stands in a column above row `rows`, from top to bottom, spans once."""
    slots = dict.fromkeys(sheet.rows[row][column] for row in range(rows))
    return [sheet.bare[slot] for slot in slots if slot is not None and sheet.bare[slot]]


def lowest(above: list[str], labels: tuple[str, ...]) -> str:
    """The header of a column: the lowest label of its stack, with pieces above if it is broken."""
    candidates = ["".join(above[start:]) for start in range(len(above) - 1, -1, -1)]
    return max(candidates, key=lambda text: best(text, labels)[0], default="")


def windows(slots: list[Slot], width: int) -> list[list[Slot]]:
    """The `width` cells of a row when all others are empty, all ways to see it."""
    return [
        slots[start : start + width]
        for start in range(len(slots) - width + 1)
        if not any(squeeze(slot.text) for slot in (*slots[:start], *slots[start + width :]))
    ]


def window(slots: list[Slot], width: int) -> list[Slot] | None:
    """The `width` cells of a row when all others are empty; None when that is not certain."""
    found = windows(slots, width)
    return found[0] if len(found) == 1 else None


def in_unit(printed: Printed, header: str) -> Printed:
    """A sum of money with the unit that the header (bare) of its column states."""
    unit = _MONEY.search(header)
    if unit is None or not printed.text.strip()[-1:].isdigit():
        return printed
    return printed._replace(text=printed.text.strip() + unit[0])


_MONEY = re.compile("万?元")
