"""What a row of a list leads to: a report, a list of who has published one, or neither.

A row shows a title, a date and an address, so this is a choice of what to fetch and
no more. Nothing is asked for here; `crawler.portal` does, of what `leads_to` tells.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from archive.rebuild import REPORT
from crawler import mirrors, titles

if TYPE_CHECKING:
    from crawler.systems import Column, Row, System

ROSTER = "roster"
"""What a list of who has published is asked for as; `crawler.coverage` reads those archived."""


@dataclasses.dataclass(frozen=True, slots=True)
class Lead:
    """Where a row leads, and what is known of the page before it is seen."""

    role: str
    """`report`, `roster`, or empty for a page that is not fetched."""
    url: str
    """The page; where the row leads to a copy on a foreign host, the original."""
    year: int | None
    """The year reported on, by title and date; None when they tell none."""
    copy: str = ""
    """Address of that copy; empty for most."""


def leads_to(row: Row, column: Column, listed_on: str, system: System) -> Lead:
    """Where a row of a column leads; `listed_on` is the address of the list page it is on."""
    year = titles.report_year(row.title, row.date)
    if not (column.every or titles.is_report(row.title)):
        return Lead(ROSTER if titles.is_roster(row.title) else "", row.url, year)
    if own := mirrors.original(row.url, listed_on, system):
        return Lead(REPORT, own, year, copy=row.url)
    return Lead(REPORT, row.url, year)
