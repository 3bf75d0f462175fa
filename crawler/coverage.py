"""The fleet as it stands: of each portal the last run, and how much of each year there is.

Read from ledgers and catalogues, which are opened to be read only: a crawl that
is running is neither locked out nor waited for. `scrapy portals` prints it.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import functools
import sqlite3
from typing import TYPE_CHECKING, Any

from archive import catalogue, copies, ledger, rebuild
from archive.folder import find
from archive.source import Source
from crawler import titles
from pipelines import roster

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from archive.entries import RunEntry
    from crawler.portal import Portal


@dataclasses.dataclass(frozen=True, slots=True)
class YearCovered:
    """One report year of one portal."""

    found: int
    """Reports in the archive, each once however many captures it has; not those that only a
    mirror has."""
    complete: int
    """Those of them that were read completely."""
    expected: int | None
    """How many there must be at least; None when nothing says so."""
    by: str
    """What says so: `roster`, `floors`, or nothing."""
    missing: tuple[str, ...]
    """Organs that the roster names and of which no report was found."""


@dataclasses.dataclass(frozen=True, slots=True)
class Covered:
    """One portal."""

    portal: str
    city: str
    system: str
    last_run: str = ""
    """When the last run began, UTC; empty for a portal that was never crawled."""
    verdict: str = ""
    """Of that run; `unfinished` for one that runs, or was killed."""
    exit_status: int | None = None
    sample: bool = False
    """Whether all of it comes from a sample city."""
    years: Mapping[int, YearCovered] = dataclasses.field(default_factory=dict)
    gone: tuple[Mapping[str, Any], ...] = ()
    """Reports that the portal has no more, as `crawler.recheck.Gone` has them."""
    trouble: str = ""
    """Why ledger or catalogue could not be read; empty when they could."""


def covered(data: Path, portals: Iterable[type[Portal]]) -> list[Covered]:
    """Every portal that has a spider or a folder in `data`, by name."""
    declared = {portal.name: portal for portal in portals}
    folders = {path.parent.name for path in data.glob(f"*/{ledger.FILE}")}
    return [
        _covered(data / name, name, declared.get(name)) for name in sorted({*declared, *folders})
    ]


def _covered(folder: Path, name: str, portal: type[Portal] | None) -> Covered:
    known = Covered(name, portal.city if portal else "", portal.system.name if portal else "")
    if not (folder / ledger.FILE).exists():
        return known
    try:
        return _as_it_stands(folder, known, dict(portal.floors) if portal else {})
    except (sqlite3.Error, ledger.StaleLedgerError, catalogue.StaleCatalogueError) as error:
        return dataclasses.replace(known, trouble=str(error))


def _as_it_stands(folder: Path, known: Covered, floors: Mapping[int, int]) -> Covered:
    with contextlib.closing(ledger.open_to_read(folder)) as opened:
        runs = list(ledger.runs(opened))
        kept = Source(opened, functools.partial(find, folder))
        if not runs:
            return known
        years = _years(folder, _rosters(kept), {} if runs[0].sample else floors)
    return dataclasses.replace(
        known,
        last_run=runs[0].started,
        verdict=_said(runs[0], "verdict") or "unfinished",
        exit_status=_said(runs[0], "exit_status"),
        sample=runs[0].sample,
        years=years,
        gone=tuple(next((note["gone"] for run in runs if (note := run.note)), ())),
    )


def _said(run: RunEntry, what: str) -> Any:
    return run.note.get(what) if run.note else None


def _rosters(kept: Source) -> dict[int, tuple[str, ...]]:
    """The organs named by the last roster of each year."""
    found = {}
    for row in ledger.last_of_role(kept.ledger, "roster"):
        year = titles.report_year(row.known.get("title", ""), row.known.get("date", ""))
        named = roster.organs(rebuild.document(kept, kept.read(row)))
        if year is not None and named:
            found[year] = named
    return found


def _years(
    folder: Path, rosters: Mapping[int, tuple[str, ...]], floors: Mapping[int, int]
) -> dict[int, YearCovered]:
    reports: dict[int, dict[str, tuple[str, str]]] = collections.defaultdict(dict)
    path = folder / catalogue.FILE
    if path.exists():
        with contextlib.closing(catalogue.open_to_read(path)) as opened:
            for one, *_ in copies.grouped(catalogue.captures(opened)):
                # What only a mirror has, the portal has not.
                if one.known and one.year is not None and one.host_class != "mirror":
                    reports[one.year][one.report] = (one.organ, one.quality)
    found = {}
    for year in sorted({*reports, *rosters, *floors}):
        here = reports[year].values()
        named, least = rosters.get(year, ()), floors.get(year, 0)
        found[year] = YearCovered(
            found=len(here),
            complete=sum(quality == "complete" for _, quality in here),
            expected=max(len(named), least) or None,
            by="roster" if named and len(named) >= least else "floors" if least else "",
            missing=tuple(roster.missing(named, {organ for organ, _ in here})),
        )
    return found
