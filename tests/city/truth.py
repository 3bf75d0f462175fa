"""What is true of one report: the record that a reading is compared with."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.city.figures import Contradiction, Number
    from tests.city.forms import Form, Key

Status = Literal["reported", "blank", "slash", "dash"]


@dataclasses.dataclass(frozen=True, slots=True)
class TrueCell:
    """One figure of a statutory table as the page prints it."""

    table: str
    row: str
    column: str
    value: Number | None
    """None where a blank, a slash or a dash stands."""
    raw: str
    """The characters printed, markup and surrounding white space taken off."""
    status: Status

    @property
    def key(self) -> Key:
        return self.table, self.row, self.column


@dataclasses.dataclass(frozen=True, slots=True)
class TrueReport:
    """All that is known of one report."""

    url: str
    """Its address on the portal; a list may lead to it under http or https."""
    print_url: str
    """The print variant: the same report, to be known as a copy."""
    organ: str
    region_code: str
    level: str
    scope: str
    year: int
    form: Form
    title: str
    published: str
    signed: str | None
    contacts: Mapping[str, str]
    dress: tuple[str, ...]
    """Names of the uglinesses the page wears (`tests.city.dress`)."""
    cells: tuple[TrueCell, ...]
    planted: tuple[Contradiction, ...]
    """Every identity the printed cells break: (check, row, column)."""

    def value(self, table: str, row: str, column: str) -> Number:
        """The number of a cell, zero where none is printed."""
        key = (table, row, column)
        return next(cell.value for cell in self.cells if cell.key == key) or 0

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)
