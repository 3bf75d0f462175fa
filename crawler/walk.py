"""What a list states of itself, and whether the walk through it met that.

A list that stops early looks like a short one. So every page of a list is held
against what the pages say: which page this is, how many there are, how many rows
the whole list has. What is short of it is a ListTruncatedError, and so is a page
that shows again what was seen. A directory may say how many organs it lists.

Nothing here asks for a page or counts one; `crawler.portal` does.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from crawler.faults import ListTruncatedError

if TYPE_CHECKING:
    from collections.abc import Collection

    from crawler.systems import Column, Directory, Listing


@dataclasses.dataclass(slots=True)
class Walk:
    """How far the walk through one column's list has come."""

    column: Column
    pages: int = 0
    rows: int = 0
    """Rows so far that no page before theirs had."""
    last: int | None = None
    """Which page was last said to be the last; None when none was."""
    total: int | None = None
    """How many rows it was last said to have: some systems say so on the first page only."""
    seen: set[str] = dataclasses.field(default_factory=set)
    """Keys of the rows so far."""
    reports: int = 0
    """Rows so far that are annual reports of years wanted."""

    def turn(self, page: Listing) -> None:
        """Take the next page of the list.

        Raises ListTruncatedError when it is another page than the next, or no longer says how
        many there are.
        """
        if page.page != 0:
            self.pages += 1
        if page.page is not None and page.page != self.pages:
            raise ListTruncatedError(f"page {self.pages} was asked for and page {page.page} shown")
        if page.pages is None and self.last is not None:
            raise ListTruncatedError(
                f"page {self.pages} of {self.last} does not say how many there are"
            )
        self.last = page.pages
        self.total = self.total if page.total is None else page.total

    def add(self, keys: Collection[str]) -> None:
        """Count the rows of a page, by their keys.

        Raises ListTruncatedError when there are some, and pages before had them all.
        """
        if keys and self.seen.issuperset(keys):
            raise ListTruncatedError(f"page {self.pages} repeats the rows of pages before it")
        # A row that comes again is no row more: where pages overlap, rows are missing at the end.
        self.rows += sum(key not in self.seen for key in keys)
        self.seen.update(keys)

    def end(self) -> None:
        """See that the list is whole; raises ListTruncatedError when it had less than it stated."""
        name = self.column.name
        if self.total is not None and self.rows < self.total:
            raise ListTruncatedError(
                f"the list of {name} states {self.total} rows and shows {self.rows}"
            )
        if self.last is not None and self.pages < self.last:
            raise ListTruncatedError(
                f"the list of {name} states {self.last} pages and has {self.pages}"
            )


def hold_against_organs(directory: Directory) -> None:
    """Raises ListTruncatedError when a page lists fewer organs than it states."""
    if directory.stated is not None and directory.organs < directory.stated:
        raise ListTruncatedError(
            f"the page states {directory.stated} organs and lists {directory.organs}"
        )
