"""Who reported: the organs of the catalogue, and those that the organ register does not know.

The register (`pipelines.register`) is shipped and only grows by review: `proposals` prints what
a reviewer needs, as lines that can be added to `pipelines/organs.tsv` once they are right.
"""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Iterable, Iterator

from pipelines import register

UNCERTAIN = "?"
"""Stands for a kind or region that the reviewer must tell; the register refuses it."""
_EXAMPLES = 3


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Reporter:
    """An organ as reports name it."""

    region_code: str
    organ_id: str
    name: str
    kind: str
    level: str


@dataclasses.dataclass(slots=True)
class Found:
    """What the catalogue holds of one organ."""

    reports: set[str] = dataclasses.field(default_factory=set)
    """Ids: copies of one report count once."""
    years: set[int] = dataclasses.field(default_factory=set)
    urls: list[str] = dataclasses.field(default_factory=list)


def reporters(catalogues: Iterable[sqlite3.Connection]) -> dict[Reporter, Found]:
    """Every organ that a report of the catalogues names, by region, then by name."""
    found: dict[Reporter, Found] = {}
    for catalogue in catalogues:
        for region, organ_id, name, kind, level, report, year, url in catalogue.execute(
            "SELECT region_code, organ_id, organ, organ_kind, level, id, year, url FROM reports"
            " WHERE organ IS NOT NULL AND quality != 'unread' ORDER BY year, url, fetched"
        ):
            who = Reporter(region or UNCERTAIN, organ_id or "", name, kind or UNCERTAIN, level)
            of = found.setdefault(who, Found())
            of.reports.add(report)
            of.years |= {year} - {None}
            if url not in of.urls:
                of.urls.append(url)
    return dict(sorted(found.items()))


def registered(found: dict[Reporter, Found]) -> Iterator[str]:
    """Lines on the organs of the register: id, name, kind, reports, years, who took over."""
    for who, of in found.items():
        if who.organ_id:
            then = register.successor(who.organ_id)
            said = f"{who.organ_id}\t{who.name}\t{who.kind}\t{len(of.reports)}\t{_years(of)}"
            yield f"{said}\tnow {then}" if then else said


def proposals(found: dict[Reporter, Found]) -> Iterator[str]:
    """Lines to review and add to the register: remarks behind `#`, then the organ's own."""
    for who, of in found.items():
        if not who.organ_id:
            yield f"# {len(of.reports)} reports, {_years(of)}, level {who.level}"
            yield from (f"#   {url}" for url in of.urls[:_EXAMPLES])
            row = {"region_code": who.region_code, "name": who.name, "kind": who.kind}
            yield "\t".join(row.get(column, "") for column in register.COLUMNS)


def _years(of: Found) -> str:
    years = sorted(of.years)
    return "-".join(str(year) for year in dict.fromkeys((years[0], years[-1]))) if years else "?"
