"""The account of a run: what the walk counts and the verdict rests on, kept in Scrapy's statistics.

    portal/<name>            how often a named error happened (`crawler.faults`)
    portal/<name>/example    the first time it did: address and message
    found/<what>/<year>      reports listed, fetched, unchanged, known, lost; listed elsewhere
    found/columns  found/columns_elsewhere  found/lists  found/rows  found/other_rows
    found/rosters  found/rosters_lost  found/mirrors  found/mirrors_lost
    found/systems/<name>  found/leads_nowhere
                             lists by the system that reads them, and links followed in vain:
                             of a portal that no file describes
    kept/<quality>  kept/year/<year>/<quality>
                             what the catalogue has of reports that are unchanged or known
    read/<quality>  read/year/<year>/<quality>
                             what was read in this run; `pipelines.stages` writes them
    read/year/<year>/failed  findings that failed; `crawler.summary` writes them

A year is `unknown` where a row tells none. What the other parts of a crawl count stands
at the head of their modules.
"""

from __future__ import annotations

import collections
import dataclasses
from typing import TYPE_CHECKING

from crawler import faults
from crawler.health import Seen, Year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.statscollectors import StatsCollector

    from archive.catalogue import Standing

SETTLED = tuple(field.name for field in dataclasses.fields(Year))
"""What is counted of the reports of a year, under the names of `crawler.health.Year`."""

QUALITIES = ("complete", "partial", "unread")
"""How a report was read, as `pipelines.report` has it; the best first."""


@dataclasses.dataclass(frozen=True, slots=True)
class Account:
    """The account of one run, written and read by name."""

    stats: StatsCollector

    def count(self, what: str, more: int = 1) -> None:
        """Count one, or several, of what the head of this module names."""
        self.stats.inc_value(what, more)

    def note(self, fault: faults.PortalError, url: str) -> None:
        """Count a fault under its name; the first of it is kept as the example."""
        self.count(f"portal/{fault.name}")
        example = f"portal/{fault.name}/example"
        if not self.stats.get_value(example):
            self.stats.set_value(example, f"{url}: {fault}")

    def keep(self, standing: Standing) -> None:
        """Count a report that the catalogue has."""
        self.count(f"kept/{standing.quality}")
        self.count(f"kept/year/{standing.year or 'unknown'}/{standing.quality}")

    def counted(self, what: str) -> int:
        """How often something was counted."""
        return int(self.stats.get_value(what, 0))

    def under(self, prefix: str) -> Iterator[tuple[str, int]]:
        """What is named `prefix/<last>`, by the last part."""
        for name, count in self.stats.get_stats().items():
            parent, _, last = name.rpartition("/")
            if parent == prefix:
                yield last, count

    def errors(self) -> dict[str, Seen]:
        """Named errors, each with the first time it happened."""
        return {
            name: Seen(count, self.stats.get_value(f"portal/{name}/example"))
            for name, count in self.under("portal")
        }

    def incomplete(self) -> bool:
        """Whether an error happened after which not all that the portal has was seen."""
        return any(faults.kinds()[name].weight == "incomplete" for name in self.errors())

    def years(self) -> dict[str, Year]:
        """What was seen of each report year that lists had something of, by year."""
        counts = {what: dict(self.under(f"found/{what}")) for what in SETTLED}
        return {
            year: Year(**{what: counts[what].get(year, 0) for what in SETTLED})
            for year in sorted(counts["listed"])
        }

    def read(self) -> dict[str, int]:
        """Listed reports by quality: those read in this run, and those the catalogue had."""
        found: collections.Counter[str] = collections.Counter()
        for what in ("read", "kept"):
            found.update({name: n for name, n in self.under(what) if name in QUALITIES})
        return dict(found)

    def read_by_year(self) -> dict[str, dict[str, int]]:
        """The same by year, and beside the qualities the findings that `failed`."""
        found: dict[str, dict[str, int]] = collections.defaultdict(dict)
        for name, count in self.stats.get_stats().items():
            match name.split("/"):
                case ["read" | "kept", "year", year, what]:
                    found[year][what] = found[year].get(what, 0) + count
        return found
