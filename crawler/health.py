"""What a run should have found against what it found: the verdict, and the exit status.

`judge` is a pure function from `Facts` to a `Verdict`. Each rule is a small
function that yields reasons; the gravest reason names the verdict. A reason
says what was seen and what to do. `crawler.summary` collects the facts, prints
them and files them with the run.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from typing import TYPE_CHECKING, Literal

from crawler import faults

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from crawler.recheck import Gone

VerdictName = Literal[
    "archive_failed", "crashed", "refused", "incomplete", "suspicious", "sample", "healthy"
]

EXIT: Mapping[VerdictName, int] = {
    "archive_failed": 4,
    "crashed": 1,
    "refused": 3,
    "incomplete": 3,
    "suspicious": 3,
    "sample": 0,
    "healthy": 0,
}
"""Every verdict, gravest first, and the exit status of a crawl that ends in it."""

UNREAD = 0.02
"""Share of the reports that may be unread: portals list a picture or a dead file now and then."""

DROP = 0.1
"""How far the share of completely read reports may fall from one run to the next."""


@dataclasses.dataclass(frozen=True, slots=True)
class Seen:
    """How often a named error happened, and the first time it did."""

    count: int
    example: str


@dataclasses.dataclass(frozen=True, slots=True)
class Year:
    """What a run saw of one report year. Every number counts pages, each page once."""

    listed: int = 0
    fetched: int = 0
    """Listed pages that came, and whose answer passed the guards."""
    unchanged: int = 0
    """Listed pages that are as the archive has them, as the server says (304)."""
    known: int = 0
    """Listed pages not asked for: captured recently enough, see `crawler.recheck`."""
    lost: int = 0
    """Listed pages that ended in a named error."""


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """All that a verdict rests on."""

    finished: str
    """Why the crawl ended: `finished` with nothing left to do, `sample` with as many as asked."""
    years: Mapping[str, Year]
    """By report year, `unknown` for rows that tell none."""
    columns: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Rows that are reports, by the key of their column's address; one page may be in several."""
    read: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Listed reports by quality: complete, partial, unread; read in this run, or known."""
    gone: tuple[Gone, ...] = ()
    """Reports of earlier runs that the portal has no more."""
    accepted: Collection[str] = frozenset()
    """Addresses of those that somebody has looked at: `-a accept=gone`, of this run or before."""
    accepts: bool = False
    """Whether somebody has looked at what this run lists less than the last."""
    mirrors: int = 0
    """Copies on foreign hosts that lists lead to in place of reports; the reports are fetched."""
    elsewhere: int = 0
    """Reports that the lists lead to on hosts that are not the portal's; they are left alone."""
    unread: str = ""
    """The first page that could not be read, and its flags."""
    errors: Mapping[str, Seen] = dataclasses.field(default_factory=dict)
    """By name, see `crawler.faults`."""
    crashes: Mapping[str, int] = dataclasses.field(default_factory=dict)
    """Exceptions of our own code, by name."""
    archive_error: str = ""
    """Why the archive could not be written; empty when it could."""
    asked_years: tuple[int, int] | None = None
    first_year: int | None = None
    """The first year the portal is known to hold; None under CONNECT_TO."""
    due_year: int | None = None
    """The last year whose reports are due by now; None for no matter."""
    sample: int | None = None
    """Stop after so many reports, as asked; None for all."""
    floors: Mapping[int, int] = dataclasses.field(default_factory=dict)
    """Reports a year must have at least; empty under CONNECT_TO."""
    earlier: Facts | None = None
    """The last run of the same arguments that others are held against, see `is_base`."""

    @property
    def listed(self) -> int:
        """Reports that the lists led to, over all years."""
        return sum(year.listed for year in self.years.values())

    @property
    def complete(self) -> float | None:
        """Share of the reports read that were read completely; None when none was read."""
        total = sum(self.read.values())
        return self.read.get("complete", 0) / total if total else None


@dataclasses.dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for a verdict."""

    verdict: VerdictName
    seen: str
    todo: str


SHOWN = 5
"""Reasons of one kind that people are told; the archive keeps all."""


@dataclasses.dataclass(frozen=True, slots=True)
class Verdict:
    """What a run comes to."""

    name: VerdictName
    reasons: tuple[Reason, ...] = ()

    @property
    def exit_status(self) -> int:
        """What the process ends with."""
        return EXIT[self.name]

    def lines(self) -> Iterator[str]:
        """The reasons for people: those that want the same done together, and the first of many."""
        for todo, alike in itertools.groupby(self.reasons, key=lambda reason: reason.todo):
            together = list(alike)
            yield from (f"  {one.verdict}: {one.seen}" for one in together[:SHOWN])
            if len(together) > SHOWN:
                yield f"  and {len(together) - SHOWN} more of this kind"
            yield f"    {todo}"


LESS = (
    "see what left the lists, and where it went; the archive still has it. If that is how it is,"
    " run with -a accept=gone: later runs are then held against this one"
)


def judge(facts: Facts) -> Verdict:
    """The verdict on a run: the gravest of all reasons, or healthy when there is none."""
    reasons = sorted(
        (reason for rule in RULES for reason in rule(facts)),
        key=lambda reason: list(EXIT).index(reason.verdict),
    )
    return Verdict(reasons[0].verdict if reasons else "healthy", tuple(reasons))


def _crashes(facts: Facts) -> Iterator[Reason]:
    for name, count in facts.crashes.items():
        yield Reason(
            "crashed", f"{name} was raised {times(count)}", "this is a bug: report it with the log"
        )


def _archive(facts: Facts) -> Iterator[Reason]:
    if facts.archive_error:
        yield Reason(
            "archive_failed",
            facts.archive_error,
            "what was kept before this is safe",
        )


def _stopped(facts: Facts) -> Iterator[Reason]:
    if facts.finished not in ("finished", "sample") and not (facts.archive_error or facts.crashes):
        yield Reason(
            "incomplete",
            f"the crawl was stopped before its end ({facts.finished})",
            "run again: the next run goes on where this one stopped",
        )


def _errors(facts: Facts) -> Iterator[Reason]:
    for name, kind in faults.kinds().items():
        if error := facts.errors.get(name):
            refused = name == "refused" and not facts.listed
            yield Reason(
                "refused" if refused else kind.weight,
                f"{name}, {times(error.count)}",
                kind.advice,
            )


def _nothing(facts: Facts) -> Iterator[Reason]:
    if not facts.listed and not facts.errors and not facts.archive_error:
        yield Reason(
            "suspicious",
            "no report was found at all",
            "open the start addresses: the portal may have moved its columns",
        )


def _unaccounted(facts: Facts) -> Iterator[Reason]:
    if facts.finished != "finished":
        return
    for name, year in facts.years.items():
        missing = year.listed - year.fetched - year.unchanged - year.known - year.lost
        if missing:
            yield Reason(
                "crashed",
                f"{name}: {times(missing, 'page')} listed, and neither fetched nor lost by name",
                "this is a bug: report it with the log",
            )


def _unread(facts: Facts) -> Iterator[Reason]:
    unread = facts.read.get("unread", 0)
    if unread > UNREAD * sum(facts.read.values()):
        yield Reason(
            "suspicious",
            f"{times(unread, 'page')} could not be read",
            "open the first: if it is no report, its title should not have been taken for one",
        )


def _reading(facts: Facts) -> Iterator[Reason]:
    if facts.complete is None:
        return
    before = facts.earlier.complete if facts.earlier else None
    if facts.complete == 0:
        yield Reason(
            "suspicious",
            "not one report was read completely",
            "compare a page with its reading: the portal or the form may have changed",
        )
    elif before is not None and facts.complete < before - DROP:
        yield Reason(
            "suspicious",
            f"{facts.complete:.0%} of the reports were read completely, {before:.0%} the last time",
            "compare a page with its reading: the portal or the form may have changed",
        )


def _fewer(facts: Facts) -> Iterator[Reason]:
    # Where nothing is listed at all, other reasons say why, and there is nothing to accept.
    if not facts.earlier or facts.accepts or not facts.listed:
        return
    for name, before in facts.earlier.years.items():
        now = facts.years.get(name, Year()).listed
        if now < before.listed:
            yield Reason(
                "suspicious",
                f"{name}: {now} reports listed, {before.listed} the last time",
                LESS,
            )
    # A column may lose what others gain, and no year has fewer.
    for key, rows in facts.earlier.columns.items():
        left = facts.columns.get(key, 0)
        if left < rows:
            yield Reason("suspicious", f"{key}: {left} reports listed, {rows} the last time", LESS)


def _gone(facts: Facts) -> Iterator[Reason]:
    new = [one for one in facts.gone if one.url not in facts.accepted]
    if new and not facts.accepts:
        first = new[0]
        yield Reason(
            "suspicious",
            f"gone: {times(len(new), 'report')} of earlier runs, the first {first.url}"
            f" ({first.why}), last captured {first.captured[:10]}",
            LESS,
        )


def _floors(facts: Facts) -> Iterator[Reason]:
    if facts.sample is not None:
        return
    for wanted, least in facts.floors.items():
        now = facts.years.get(str(wanted), Year()).listed
        if now < least:
            yield Reason(
                "suspicious",
                f"{wanted}: {now} reports listed, the spider's facts say at least {least}",
                "look for the missing ones on the portal; change the fact only with a reason",
            )


def _gaps(facts: Facts) -> Iterator[Reason]:
    found = sorted(int(name) for name in facts.years if name.isdecimal())
    if not found or facts.sample is not None:
        return
    first, last = facts.asked_years or (facts.first_year or found[0], found[-1])
    if facts.first_year:
        first = max(first, facts.first_year)
    if facts.due_year:
        last = min(last, facts.due_year)
    for wanted in range(first, last + 1):
        if str(wanted) not in facts.years:
            yield Reason(
                "suspicious",
                f"{wanted}: no report listed",
                "look for that year's column: portals open a new one, or move the old",
            )


def _sample(facts: Facts) -> Iterator[Reason]:
    if facts.finished == "sample":
        yield Reason(
            "sample",
            f"stopped after {facts.sample} reports, as asked",
            "nothing was held against totals; run without -a sample for a verdict",
        )


RULES: tuple[Callable[[Facts], Iterator[Reason]], ...] = (
    _crashes,
    _archive,
    _stopped,
    _errors,
    _nothing,
    _unaccounted,
    _unread,
    _reading,
    _fewer,
    _gone,
    _floors,
    _gaps,
    _sample,
)
"""Every rule of the verdict."""


def is_base(facts: Facts, verdict: Verdict) -> bool:
    """Whether later runs are held against this one: it saw all there was, and that was no less."""
    less = [*_fewer(facts), *_gone(facts)]
    return (
        verdict.name in BASES and bool(facts.listed) and facts.finished == "finished" and not less
    )


BASES = frozenset({"healthy", "suspicious"})
"""Verdicts of runs in which every list was seen to its end."""

OFFICES, GOVERNMENTS = 1, 3
"""Months at whose end reports are due (Regulations, articles 49 and 50): those of an office in
January, that of the government itself in March."""


def due_year(today: dt.date, *, offices: bool) -> int:
    """The last report year of which there must be a report; `offices` that there are more than
    the government's own. Until then a portal may have few or none of that year.
    """
    return today.year - (1 if today.month > (OFFICES if offices else GOVERNMENTS) else 2)


def times(count: int, what: str = "time") -> str:
    """A number and its noun: `1 time`, `2 times`."""
    return f"{count} {what}" + ("" if count == 1 else "s")
