"""Pages that earlier runs captured: left alone for a while, then asked for on a condition.

Lists are walked whole in every run. A report page in them is asked for again
when its last capture is older than `recheck` says, and then with what that
capture said of itself (If-None-Match, If-Modified-Since, RFC 9110 13.1): a
server that keeps account of its pages answers 304 and no page, and the archive
keeps that answer. One that does not sends the page again, which becomes a
revisit. So that a server whose account is wrong is found out, a page is asked
for without conditions once a year; and so is one that could not be read.

A page that is left alone, or is as it was, has its report in the catalogue. If
it has not, because the catalogue was deleted, the page is read again from the archive.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
from typing import TYPE_CHECKING

from archive import catalogue, ledger
from archive.folder import find
from archive.http import read_head
from archive.warc import read_set

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from archive.catalogue import Standing
    from archive.entries import Entry
    from crawler.capture import Archive

NEWEST = dt.timedelta(days=7)
"""Age at which a report of the newest year is asked for again: offices correct what is new."""

EARLIER = dt.timedelta(days=90)
"""The same for all other years: four times in a year of daily or of monthly runs."""

WHOLE = dt.timedelta(days=365)
"""Age of the bytes of a page at which no server's word is taken for them any more."""

CONDITIONS: Mapping[bytes, str] = {
    b"etag": "If-None-Match",
    b"last-modified": "If-Modified-Since",
}
"""What a response says of itself, and the condition that it makes of a later request."""


@dataclasses.dataclass(frozen=True, slots=True)
class Before:
    """What earlier runs have of a page."""

    page: Entry
    """The last whole answer with 200."""
    confirmed: dt.datetime
    """When it was last seen to be so: fetched, or confirmed by a 304."""
    standing: Standing | None
    """What was read of it; None when the catalogue does not say."""


@dataclasses.dataclass(frozen=True, slots=True)
class Gone:
    """A report that was read in an earlier run, and that the portal has no more."""

    url: str
    organ: str
    year: int | None
    captured: str
    """When its last capture was made."""
    capture: str
    """WARC-Record-ID of that."""
    why: str
    """`unlisted`, or the name of the error that its address ends in."""


def gone(standing: Standing | None, why: str) -> Iterator[Gone]:
    """What is gone when this address is: nothing when no report was ever read there."""
    if standing and standing.quality != "unread":
        yield Gone(
            standing.url, standing.organ, standing.year, standing.fetched, standing.capture, why
        )


class Recheck:
    """What a run asks of the runs before it; holds ledger and catalogue open until `close`."""

    def __init__(self, archive: Archive, every: dt.timedelta | None) -> None:
        """`every` is the age of all pages at which to ask again, in place of ours."""
        self._folder = archive.folder
        self._begun = archive.begun
        # A run that goes on with others decides as the first of them did.
        self._these = (*archive.run.resumes, archive.run.id)
        self._every = every
        self._gone: list[Gone] = []
        with contextlib.ExitStack() as opened:
            self._ledger = ledger.open_ledger(self._folder)
            opened.callback(self._ledger.close)
            self._catalogue = catalogue.open_catalogue(self._folder / catalogue.FILE)
            opened.callback(self._catalogue.close)
            self._opened = opened.pop_all()

    def before(self, url: str) -> Before | None:
        """What earlier runs have of an address, over http or https; None when it is new to them.

        None too when its last answer was anything but the page.
        """
        rest = url.partition(":")[2]
        found = []
        for scheme in ("http", "https"):
            last = ledger.last_capture(self._ledger, f"{scheme}:{rest}", besides=self._these)
            page = ledger.last_page(self._ledger, f"{scheme}:{rest}", besides=self._these)
            if page and last and last.status in (200, 304):
                confirmed = dt.datetime.fromisoformat(last.started)
                found.append(Before(page, confirmed, self._standing(page)))
        return max(found, key=lambda one: one.confirmed, default=None)

    def _standing(self, page: Entry) -> Standing | None:
        assert page.response_id
        return catalogue.standing(self._catalogue, page.response_id)

    def is_due(self, before: Before, year: int | None) -> bool:
        """Whether a page of this report year is to be asked for again."""
        newest = year is None or year >= self._begun.year - 1
        every = (NEWEST if newest else EARLIER) if self._every is None else self._every
        return before.confirmed <= self._begun - every

    def conditions(self, before: Before) -> dict[str, str]:
        """The header fields that ask for a page only if it is not as it was; none is no condition.

        Raises DamagedError when the page is not in the archive as it was written.
        """
        unread = before.standing is not None and before.standing.quality == "unread"
        if unread or dt.datetime.fromisoformat(before.page.started) <= self._begun - WHOLE:
            return {}
        kept = read_set(find(self._folder, before.page.file), before.page.offset)
        head = read_head(kept.exchange.response)
        assert head
        return {
            condition: said[0].decode("latin-1")
            for name, condition in CONDITIONS.items()
            if (said := head.values(name))
        }

    def lose(self, before: Before, why: str) -> None:
        """The address of a page has ended in an error, of this name, that says there is no more."""
        self._gone += gone(before.standing, why)

    def hold_against(self, listed: Collection[str], page_key: Callable[[str], str]) -> None:
        """Reports of earlier runs that no list leads to are gone; `listed` are the keys of all
        pages that the lists of this run led to. A report that is listed at another address has
        moved, and is not among them.
        """
        known = list(catalogue.standings(self._catalogue))
        here = {one.report for one in known if page_key(one.url) in listed}
        for one in known:
            if page_key(one.url) not in listed and one.report not in here:
                self._gone += gone(one, "unlisted")

    def close(self) -> tuple[Gone, ...]:
        """Ends the account; the reports that are gone, by address."""
        self._opened.close()
        return tuple(sorted(self._gone, key=lambda one: one.url))
