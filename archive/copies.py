"""One report, many captures: which of them stands for the report, and where the others are.

A report is published in its organ's own column and in the joint one, as a page, a print
variant and a file, is captured again in later runs, and is copied by foreign hosts. All
captures that were read as one report (organ, region, year, scope: `Head.id`) make one
`Record`. Its report is that of the capture which comes first by `PREFERENCES`; the others
are its `copies`. A capture that was not read as a report, or whose organ or year is not
known, is a copy of nothing but earlier captures of its address. A mirror's page is a copy of
the page that it was taken for when it was asked for, whatever is read of it.

What can be wrong with copies is said with the record: they differ (`copies_differ`), or none
of them is the government's own (`original_gone`, `original_missing`). Nothing of this is
stored: records are made from catalogue and ledger whenever they are asked for.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import json
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from archive import catalogue, ledger
from archive.catalogue import Standing
from archive.rebuild import REPORT
from pipelines.report import Cell, Finding, Flag, Head, HostClass, Quality, Report

HOSTS: tuple[HostClass, ...] = ("gov", "unknown", "mirror")
QUALITIES: tuple[Quality, ...] = ("complete", "partial", "unread")
FORMS: Mapping[str, re.Pattern[str]] = {
    "print variant": re.compile(r"/(?:downxxgk|print\w*)\.\w+(?:\?|$)", re.IGNORECASE),
    "file": re.compile(r"\.(?:pdf|docx?|wps|ofd|xlsx?|rtf|zip)$", re.IGNORECASE),
    "picture": re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?)$", re.IGNORECASE),
}
"""How the addresses of what is no page look, the most wanted first."""


def form(url: str) -> int:
    """How little an address is wanted for what it leads to: 0 for a page."""
    shapes = enumerate(FORMS.values(), start=1)
    return next((number for number, shape in shapes if shape.search(url)), 0)


PREFERENCES: Mapping[str, Callable[[Standing], int]] = {
    "the host of a government, before mirrors": lambda one: HOSTS.index(one.host_class),
    "read completely, partly, not at all": lambda one: QUALITIES.index(one.quality),
    "the page, then print variant, file, picture": lambda one: form(one.url),
}
"""What makes one capture stand for a report before another: the first rule that tells them
apart, and when none does, the latest capture."""

CHECKS: Mapping[str, str] = {
    "copies_differ": "copies of one report at several addresses show the same numbers",
}
"""Checks of the captures of one report, as `pipelines.checks.CHECKS` are of one document."""

DAMAGED = frozenset(
    {"gbk_shift", "guessed", "pinyin_only", "digits_lost", "undecodable", "prose_unaligned"}
)
"""Flags of copies whose text does not tell what numbers the original has."""

GONE = frozenset({404, 410})
"""What a host answers for a page that is there no more."""

_SHOWN = 3
"""Differences that a message names."""


def _said(doc: str) -> str:
    field: str = dataclasses.field(metadata={"doc": doc})
    return field


@dataclasses.dataclass(frozen=True, slots=True)
class Copy:
    """Another capture of the same report."""

    url: str = _said("address of the copy")
    capture: str = _said("WARC-Record-ID of its archived response")
    fetched: str = _said("when it was captured")
    host_class: str = _said("whether its host is a government's")
    quality: str = _said("complete, partial, or unread")


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """A report as it is given away: one capture of it, and where the others are."""

    report: Report
    copies: tuple[Copy, ...]

    @property
    def head(self) -> Head:
        """Which report it is."""
        return self.report.report

    def to_json(self) -> str:
        """One line of JSON: that of the report, and `copies`."""
        said = dataclasses.asdict(self.report)
        said["copies"] = [dataclasses.asdict(copy) for copy in self.copies]
        return json.dumps(said, ensure_ascii=False)


def grouped(captures: Iterable[Standing]) -> list[list[Standing]]:
    """The captures of each report, the one that stands for it first; by its address."""
    groups = collections.defaultdict(list)
    for one in captures:
        groups[one.report if one.known else one.url].append(one)
    return _in_order(groups.values())


def _in_order(groups: Iterable[list[Standing]]) -> list[list[Standing]]:
    for group in groups:
        group.sort(key=lambda one: (one.fetched, one.capture), reverse=True)
        group.sort(key=lambda one: [rank(one) for rank in PREFERENCES.values()])
    return sorted(groups, key=lambda group: (group[0].url, group[0].fetched))


def records(folder: Path, *, every_capture: bool = False) -> Iterator[Record]:
    """The reports of a portal's folder, one record each, by address.

    With `every_capture` a record for each capture, by address, the oldest first. Raises
    StaleCatalogueError, StaleLedgerError, sqlite3.DatabaseError.
    """
    with contextlib.closing(catalogue.open_catalogue(folder / catalogue.FILE)) as opened:
        groups = _joined(folder, grouped(catalogue.captures(opened)))
        if every_capture:
            alone = [(one, group) for group in groups for one in group]
            alone.sort(key=lambda found: (found[0].url, found[0].fetched, found[0].capture))
            for one, group in alone:
                yield Record(catalogue.report(opened, one.capture), _copies(one, group))
            return
        for group in groups:
            first = group[0]
            report = catalogue.report(opened, first.capture)
            findings = (*report.findings, *_differing(report, group, opened))
            flags = report.flags
            if first.host_class == "mirror":
                flags = (*flags, _without_original(folder, first.url))
            whole = dataclasses.replace(report, findings=findings, flags=flags)
            yield Record(whole, _copies(first, group))


def _joined(folder: Path, groups: list[list[Standing]]) -> list[list[Standing]]:
    """The same, but mirrors' pages with the report that their originals were read as.

    A copy may be so damaged that it is read as another organ's: the ledger knows better.
    """
    alone = [group for group in groups if group[0].host_class == "mirror"]
    if not alone or not (folder / ledger.FILE).exists():
        return groups
    rest = [group for group in groups if group[0].host_class != "mirror"]
    own = {_bare(one.url): group for group in rest for one in group if one.known}
    with contextlib.closing(ledger.open_to_read(folder)) as opened:
        for group in alone:
            original = _original(opened, group[0].url)
            found = own.get(_bare(original)) if original else None
            if found is None:
                rest.append(group)
            else:
                found += group
    return _in_order(rest)


def _bare(url: str) -> str:
    """An address without its scheme."""
    return url.partition(":")[2]


def _copies(one: Standing, group: list[Standing]) -> tuple[Copy, ...]:
    return tuple(
        Copy(other.url, other.capture, other.fetched, other.host_class, other.quality)
        for other in group
        if other is not one
    )


def _differing(
    report: Report, group: list[Standing], opened: sqlite3.Connection
) -> Iterator[Finding]:
    """A warning for each other address whose last capture has other numbers."""
    head = report.report
    last = {one.url: one for one in sorted(group, key=lambda one: (one.fetched, one.capture))}
    for url, one in sorted(last.items()):
        if url == head.url or one.version == head.version or one.quality == "unread":
            continue
        other = catalogue.report(opened, one.capture)
        if seen := list(differences(report, other)):
            shown = "; ".join(seen[:_SHOWN])
            more = f"; 另有{len(seen) - _SHOWN}处" if len(seen) > _SHOWN else ""
            message = f"{head.url} 与 {url} 内容不一致: {shown}{more}"
            yield Finding("copies_differ", "warn", "", "", None, None, message, at=url)


def differences(one: Report, other: Report) -> Iterator[str]:
    """What two copies of one report print differently, damage of a copy aside.

    Cells by their place; then numbers of the text, where each copy has some that the other
    has not. A copy that only lacks something is no other report.
    """
    mine, theirs = _sure(one), _sure(other)
    for place in mine.keys() & theirs.keys():
        if mine[place].value != theirs[place].value:
            yield f"{' '.join(place)}: {mine[place].raw} / {theirs[place].raw}"
    if DAMAGED & {flag.flag for report in (one, other) for flag in report.flags}:
        return
    here, there = _numbers(one.text), _numbers(other.text)
    if here - there and there - here:
        yield f"正文: {_some(here - there)} / {_some(there - here)}"


def _sure(report: Report) -> dict[tuple[str, str, str], Cell]:
    return {
        (cell.table, cell.row, cell.column): cell
        for cell in report.cells
        if cell.status not in ("damaged", "missing_row") and not cell.flags
    }


def _numbers(text: str) -> collections.Counter[str]:
    return collections.Counter(re.findall(r"\d+(?:\.\d+)?", text))


def _some(numbers: collections.Counter[str]) -> str:
    return ", ".join(sorted(numbers)[:_SHOWN])


def _without_original(folder: Path, copy: str) -> Flag:
    """What became of the page that a mirror's is a copy of, as the ledger has it."""
    if not (folder / ledger.FILE).exists():
        return Flag("original_missing", "", f"not told: {folder} has no {ledger.FILE}")
    with contextlib.closing(ledger.open_to_read(folder)) as opened:
        own = _original(opened, copy)
        if own is None:
            return Flag("original_missing", "", "the address of the original is not known")
        ways = (f"{scheme}:{_bare(own)}" for scheme in ("http", "https"))
        found = (ledger.last_capture(opened, way) for way in ways)
        answer = max(filter(None, found), key=lambda one: one.started, default=None)
    if answer is None:
        return Flag("original_missing", "", f"{own} was never answered")
    seen = f"{own} answered {answer.status} on {answer.started[:10]}"
    return Flag("original_gone" if answer.status in GONE else "original_missing", "", seen)


def _original(opened: sqlite3.Connection, copy: str) -> str | None:
    """The address a mirror's page is a copy of: known when it was asked for, or led to by it."""
    mirrored = ledger.last_capture(opened, copy)
    if mirrored is None:
        return None
    led_to = (
        one.url
        for run in ledger.runs(opened)
        for one in ledger.exchanges(opened, run.id, REPORT)
        if one.known.get("parent") == copy
    )
    return mirrored.known.get("parent") or next(led_to, None)
