"""What can be wrong with a report: each check a row of a table, each finding with both sides.

A check is a pure function from the `Subject` (what was read of one report) to
findings; a failed check never changes the data. Blank, slash and dash count as
zero in a sum, as offices mean them, and the message says so. A damaged or
guessed cell makes a check not assessable, because the copy and not the office
may be at fault; for the same reason no identity fails before a second reading
of the table (`again`) agrees with the first on every cell of it.

Checks that need other years (Y), other organs (O), later captures or a roster
(P5 to P7) do not belong here: this package looks at one report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pipelines.checks import arithmetic
from pipelines.checks.subject import Subject
from pipelines.report import Finding

__all__ = ["CHECKS", "Check", "Subject", "findings"]

Check = Callable[[Subject], Iterator[Finding]]

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
    "disclosed_stock": (
        arithmetic.disclosed_stock,
        "documents disclosed in the year are no more than all that are disclosed",
    ),
    "items_chain": (
        arithmetic.items_chain,
        "items of the year before, with the change of this year, are not less than zero",
    ),
}
"""Every check by its id: how it is made, and what it asks."""


def findings(subject: Subject) -> tuple[Finding, ...]:
    """All findings on one report, in the order of `CHECKS`."""
    return tuple(finding for check, _ in CHECKS.values() for finding in check(subject))
