"""Sums and balances inside the statutory tables (勾稽关系)."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from pipelines import forms
from pipelines.report import Cell, Finding, Number, Verdict

_COUNTED = {"reported", "blank", "slash", "dash"}
_COLUMNS = [column.name for column in forms.T3_COLUMNS]
_KINDS = _COLUMNS[:-1]
_OUTCOMES = [column.name for column in forms.T4_COLUMNS[:-1]]


class Cells:
    """The cells of one report, by (table, row, column)."""

    def __init__(self, cells: Sequence[Cell]) -> None:
        self.by_place = {(cell.table, cell.row, cell.column): cell for cell in cells}

    def of(self, table: str, rows: Iterable[str], columns: Iterable[str]) -> list[Cell]:
        """Cells that the report's form has among these rows and columns."""
        columns = list(columns)
        return [
            self.by_place[table, row, column]
            for row in rows
            for column in columns
            if (table, row, column) in self.by_place
        ]


def t3_row_sum(cells: Cells) -> Iterator[Finding]:
    """T1: each row of table 3."""
    for row in dict.fromkeys(row.name for row in forms.T3_ROWS):
        total = cells.of("t3", [row], ["total"])
        if total:
            parts = cells.of("t3", [row], _KINDS)
            yield _equal("t3_row_sum", total, parts, row=row, told="总计")


def t3_outcome_sum(cells: Cells) -> Iterator[Finding]:
    """T2: each column of table 3."""
    for column in _COLUMNS:
        total = cells.of("t3", ["total_processed"], [column])
        if total:
            parts = cells.of("t3", forms.T3_OUTCOMES, [column])
            yield _equal("t3_outcome_sum", total, parts, column=column, told="(七)总计")


def t3_balance(cells: Cells) -> Iterator[Finding]:
    """T3: each column of table 3, as the head of the table says."""
    for column in _COLUMNS:
        out = cells.of("t3", ["total_processed", "carried_out"], [column])
        if out:
            came = cells.of("t3", ["new_received", "carried_in"], [column])
            yield _equal("t3_balance", came, out, column=column, told="一加二")


def t4_sum(cells: Cells) -> Iterator[Finding]:
    """R1 to R3: each block of table 4."""
    for row in forms.T4_ROWS:
        total = cells.of("t4", [row.name], ["total"])
        if total:
            parts = cells.of("t4", [row.name], _OUTCOMES)
            yield _equal("t4_sum", total, parts, row=row.name, told="总计")


def t2_stock(cells: Cells) -> Iterator[Finding]:
    """A1: rules and normative documents of form_2021."""
    for row in ("regulations", "normative_docs"):
        stock = cells.of("t2", [row], ["in_force"])
        flows = cells.of("t2", [row], ["issued", "repealed"])
        if not stock:
            continue
        sure = _assessable([*stock, *flows])
        left, right = _sum(stock), _sum(flows[:1]) - _sum(flows[1:])
        verdict: Verdict = "not_assessable" if not sure else "pass" if left >= right else "fail"
        message = f"现行有效 {left}; 制发减废止 {right}{_blanks([*stock, *flows])}"
        yield _finding("t2_stock", verdict, row, "", left, right, message)


def _equal(
    check: str, left: list[Cell], right: list[Cell], *, row: str = "", column: str = "", told: str
) -> Finding:
    """The sum of the left cells must be that of the right ones."""
    cells = [*left, *right]
    one, other = _sum(left), _sum(right)
    # A total left blank states nothing: there is no printed side to hold against the sum.
    unstated = len(left) == 1 and left[0].derived is not None
    if unstated or not _assessable(cells):
        verdict: Verdict = "not_assessable"
    else:
        verdict = "pass" if math.isclose(one, other) else "fail"
    message = f"{told} {one}; 各项之和 {other}{_blanks(cells)}"
    return _finding(check, verdict, row, column, one, other, message)


def _finding(
    check: str, verdict: Verdict, row: str, column: str, left: Number, right: Number, message: str
) -> Finding:
    if verdict == "not_assessable":
        return Finding(check, verdict, row, column, None, None, message)
    return Finding(check, verdict, row, column, left, right, message)


def _sum(cells: Iterable[Cell]) -> Number:
    """Printed values; a total left blank counts as what its row makes it, another blank as zero."""
    return sum(cell.value or cell.derived or 0 for cell in cells)


def _assessable(cells: Iterable[Cell]) -> bool:
    return all(cell.status in _COUNTED for cell in cells)


def _blanks(cells: Iterable[Cell]) -> str:
    empty = sum(1 for cell in cells if cell.status != "reported")
    return f" ({empty} 格空白或为斜线,按其行之和或 0 计)" if empty else ""
