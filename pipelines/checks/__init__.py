"""What can be wrong with a report: identities its numbers must satisfy.

A finding names both sides and never changes the data. Blank, slash and dash
count as zero in a sum, as offices mean them, and the message says so; a
damaged or missing cell makes a check not assessable, because the copy and not
the office may be at fault.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from pipelines.checks import arithmetic
from pipelines.report import Cell, Finding

Check = Callable[[arithmetic.Cells], Iterator[Finding]]

CHECKS: Mapping[str, tuple[Check, str]] = {
    "t2_stock": (
        arithmetic.t2_stock,
        "documents in force at year end are at least those issued less those repealed",
    ),
    "t3_row_sum": (
        arithmetic.t3_row_sum,
        "总计 of a row of table 3 is the sum of its six kinds of applicant",
    ),
    "t3_outcome_sum": (
        arithmetic.t3_outcome_sum,
        "(七)总计 of a column of table 3 is the sum of all outcomes",
    ),
    "t3_balance": (
        arithmetic.t3_balance,
        "received and carried in equal processed and carried out, in each column of table 3",
    ),
    "t4_sum": (
        arithmetic.t4_sum,
        "总计 of a block of table 4 is the sum of its four outcomes",
    ),
}
"""Every check by its id: how it is made, and what it asks."""


def findings(cells: Sequence[Cell]) -> tuple[Finding, ...]:
    """All findings on one report's cells, in the order of `CHECKS`."""
    table = arithmetic.Cells(cells)
    return tuple(finding for check, _ in CHECKS.values() for finding in check(table))
