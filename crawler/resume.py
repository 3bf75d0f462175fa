"""Which runs a run goes on with: those that were killed or stopped, and not long ago.

A run that did not come to its end is gone on with by the next of the same
arguments, which walks the lists again from their start: what the archive
already holds is answered from it (`crawler.replay`), and the rest is fetched.
So there is no queue to be saved, and none that could be lost or be wrong.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from archive import ledger, source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from archive.entries import RunEntry

INTERRUPTED = frozenset({"shutdown", "archive_failed"})
"""Reasons for the end of a run after which its work is not done: Ctrl-C or SIGTERM, a bad disk."""


def interrupted(run: RunEntry) -> bool:
    """Whether a run was killed, or stopped before its end."""
    return run.note is None or run.note.get("ended") in INTERRUPTED


def to_resume(
    folder: Path, arguments: Mapping[str, str], since: dt.datetime
) -> tuple[RunEntry, ...]:
    """The runs that a new run of these arguments goes on with, the first begun first.

    They are the latest run, when it was interrupted, and those that it went on
    with itself; none that began before `since`.
    """
    kept = source.of_folder(folder)
    try:
        earlier = list(ledger.runs(kept.ledger, arguments))
        if not earlier or not interrupted(earlier[0]) or began(earlier[0]) < since:
            return ()
        ids = kept.resumed_by(earlier[0].id)
        return tuple(run for run in reversed(earlier) if run.id in ids and began(run) >= since)
    finally:
        kept.close()


def began(run: RunEntry) -> dt.datetime:
    """When a run was started."""
    return dt.datetime.fromisoformat(run.started)
