"""The end of a run: its facts collected, judged, filed with the archive, and printed.

An extension. While the run lasts it says now and then how far it has come.
"""

from __future__ import annotations

import collections
import dataclasses
import datetime as dt
import logging
import os
import shlex
import sys
import time
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.table import Table
from scrapy import signals

from archive import ledger, room
from archive.writer import ArchiveError
from crawler import faults, health
from crawler.account import QUALITIES, SETTLED, Account
from crawler.capture import Archive
from crawler.health import Facts, Verdict, Year, times
from crawler.notify import Notifier
from crawler.systems import generic
from pipelines.report import Report

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from crawler.portal import Portal
    from crawler.recheck import Gone

# A certificate that does not fit is archived with the exchange, not said at each connection.
logging.getLogger("scrapy.core.downloader.tls").setLevel(logging.ERROR)

PROGRESS = 30.0
"""Seconds between two lines of progress."""


class Summary:
    """Collects, judges, files and prints. `verdict` is None until the run has ended."""

    def __init__(self, crawler: Crawler) -> None:
        assert crawler.stats
        self.verdict: Verdict | None = None
        self._crawler = crawler
        self._stats = crawler.stats
        self._account = Account(crawler.stats)
        self._crashes: collections.Counter[str] = collections.Counter()
        self._unread = ""
        self._earlier: Facts | None = None
        self._accepted: frozenset[str] = frozenset()
        self._gone: tuple[Gone, ...] = ()
        self._told = time.monotonic()
        self._notifier = Notifier(
            crawler.settings["NIANBAO_NOTIFY"].split(),
            always=crawler.settings.getbool("NOTIFY_ALWAYS"),
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Listens to the start, to pages, items and errors, and to the end."""
        summary = cls(crawler)
        for listener, signal in (
            (summary.begin, signals.spider_opened),
            (summary.page, signals.response_received),
            (summary.item, signals.item_scraped),
            (summary.error, signals.item_error),
            (summary.error, signals.spider_error),
            (summary.end, signals.spider_closed),
        ):
            crawler.signals.connect(listener, signal)
        return summary

    def begin(self) -> None:
        """Looks up the run that this one is held against, and what was accepted as gone before.

        It is the last that looked for the same, saw all there was, and not less (`health.is_base`).
        """
        archive = self._archive
        if archive is None:
            return
        opened = ledger.open_ledger(archive.folder)
        ended = [(run, run.note) for run in ledger.runs(opened) if run.note]
        opened.close()
        for run, note in ended:
            if note.get("base") and looks_for(run.arguments) == looks_for(archive.run.arguments):
                self._earlier = from_note(note)
                break
        self._accepted = frozenset(
            one["url"] for _, note in ended if note.get("accepts") for one in note["gone"]
        )

    def page(self, response: Response) -> None:
        """Says how far the run has come, when it has not for a while."""
        now = time.monotonic()
        if now - self._told < PROGRESS:
            return
        self._told = now
        years = self._account.years().values()
        settled = sum(year.fetched + year.unchanged + year.known + year.lost for year in years)
        print(
            f"{self._portal.name}: {times(self._account.counted('found/lists'), 'list page')},"
            f" {settled} of {sum(year.listed for year in years)} reports; now {response.url}",
            file=sys.stderr,
            flush=True,
        )

    def item(self, item: object) -> None:
        """Counts the failed findings of a report under its year; notes the first page unread."""
        if not isinstance(item, Report):
            return
        head = item.report
        failed = sum(finding.verdict == "fail" for finding in item.findings)
        self._account.count(f"read/year/{head.year or 'unknown'}/failed", failed)
        if head.quality == "unread" and not self._unread:
            self._unread = f"{head.url}: {', '.join(flag.flag for flag in item.flags)}"

    def error(self, failure: Failure) -> None:
        """Counts an exception of our own code; a fault of the disk is not one."""
        error = failure.value
        if self._archive and room.is_disk_fault(error):
            folder = self._archive.folder
            self._archive.fail(
                ArchiveError(f"{folder} could not be written ({error}): see to the disk, run again")
            )
        elif not isinstance(error, ArchiveError):
            self._crashes[type(error).__name__] += 1

    async def end(self, reason: str) -> None:
        """Judges the run, files the verdict with it, and prints both."""
        self._gone = self._portal.vanished(reason)
        facts = self._facts(reason)
        try:
            if self._archive:
                await self._archive.close(as_note(facts, health.judge(facts)))
        except ArchiveError:
            facts = self._facts(reason)  # the archive has just said what is wrong with it
        self.verdict = health.judge(facts)
        self._print(facts, self.verdict)
        if self._archive:
            await self._notifier.send(
                self._portal.name, self.verdict, f"data: {self._archive.folder.resolve()}"
            )

    def _print(self, facts: Facts, verdict: Verdict) -> None:
        console = Console(highlight=False, soft_wrap=True)
        columns, pages, rows, others = (
            self._account.counted(f"found/{what}")
            for what in ("columns", "lists", "rows", "other_rows")
        )
        whose = self._portal.city or f"{self._portal.name}, whose city is not known"
        console.print(
            f"{whose}: {times(columns, 'column')}, {times(pages, 'list page')},"
            f" {times(rows, 'row')}{f', {others} of them no annual reports' if others else ''}"
        )
        if self._portal.arguments.url:
            console.print(f"system   {recognised(dict(self._account.under('found/systems')))}")
        show(console, facts, verdict, self._account.read_by_year())
        if requisites := dict(self._account.under("requisites")):
            counts = ", ".join(f"{count} {what}" for what, count in requisites.items())
            example = self._stats.get_value("requisites/missing/example")
            console.print(
                f"requisites of pages: {counts}{f'; {example}' if example else ''}", markup=False
            )
        if self._archive is None:
            console.print(f"replayed {self._crawler.settings['REPLAY']}, and nothing was written")
            return
        folder = self._archive.folder
        if self._archive.paused:
            console.print(
                f"paused   {self._archive.paused:.0f} seconds, for want of room on the disk"
            )
        console.print(
            f"data     {folder}{' (of the sample city)' if self._archive.run.sample else ''}"
        )
        if facts.read:
            data = shlex.quote(str(folder.parent))
            # The very interpreter: another one may lack what the project stands on.
            here = os.path.relpath(sys.executable)
            python = shlex.quote(sys.executable if here.startswith("..") else here)
            console.print(
                f"next     {python} -m archive export --format csv --portal {folder.name}"
                f" --data {data}\n         {python} -m archive serve {folder.name} --data {data}"
            )
        else:
            console.print("next     docs/running.md says what each verdict means, and what to do")

    @property
    def _archive(self) -> Archive | None:
        """The archive of the run; None when it is answered from files, and writes nothing."""
        return self._crawler.get_extension(Archive)

    @property
    def _portal(self) -> Portal:
        return self._crawler.spider  # type: ignore[return-value]

    def _facts(self, reason: str) -> Facts:
        portal = self._portal
        # Files to replay are as much of a portal as somebody took.
        real = self._archive is not None and not self._archive.run.sample
        return Facts(
            finished=reason,
            years=self._account.years(),
            columns={key: walk.reports for key, walk in portal.walks.items()},
            read=self._account.read(),
            gone=self._gone,
            accepted=self._accepted,
            accepts=portal.arguments.accept_gone,
            elsewhere=sum(count for _, count in self._account.under("found/elsewhere")),
            mirrors=self._account.counted("found/mirrors"),
            unread=self._unread,
            errors=self._account.errors(),
            crashes=dict(self._crashes),
            archive_error=self._stats.get_value("archive/failed", ""),
            asked_years=portal.arguments.years,
            sample=portal.arguments.sample,
            due_year=self._due_year(),
            first_year=portal.first_year if real else None,
            floors=self._floors() if real else {},
            earlier=self._earlier,
        )

    def _due_year(self) -> int:
        today = dt.datetime.now(dt.UTC).date()
        last = self._account.years().get(str(today.year - 2), Year())
        return health.due_year(today, offices=last.listed > 1)

    def _floors(self) -> dict[int, int]:
        portal = self._portal
        return {year: least for year, least in portal.floors if portal.arguments.wants(year)}


def recognised(lists: Mapping[str, int]) -> str:
    """Which systems a portal without a file is of, by how many list pages each of them read."""
    told = [
        f"{'none that is known' if name == generic.NAME else name} ({times(count, 'list page')})"
        for name, count in sorted(lists.items(), key=lambda one: -one[1])
    ]
    return ", ".join(told) or "not told: no list of reports was found"


def looks_for(arguments: Mapping[str, str]) -> dict[str, str]:
    """The arguments that say what a run looks for; the others say how it goes about it."""
    return {name: said for name, said in arguments.items() if name in {"url", "years", "sample"}}


def as_note(facts: Facts, verdict: Verdict) -> dict[str, Any]:
    """What the archive keeps of a run's end, as JSON values; `from_note` reads it back."""
    return {
        "verdict": verdict.name,
        "exit_status": verdict.exit_status,
        "reasons": [
            {"verdict": reason.verdict, "seen": reason.seen, "todo": reason.todo}
            for reason in verdict.reasons
        ],
        "ended": facts.finished,
        "years": {
            name: {what: getattr(year, what) for what in SETTLED}
            for name, year in facts.years.items()
        },
        "columns": dict(facts.columns),
        "read": dict(facts.read),
        "unread": facts.unread,
        "gone": [dataclasses.asdict(one) for one in facts.gone],
        "accepts": facts.accepts,
        "base": health.is_base(facts, verdict),
        "errors": {
            name: {"count": seen.count, "example": seen.example}
            for name, seen in facts.errors.items()
        },
    }


def from_note(note: Any) -> Facts:
    """The facts of an earlier run, as far as later ones are held against them."""
    return Facts(
        finished=note["ended"],
        years={name: Year(**counts) for name, counts in note["years"].items()},
        columns=note["columns"],
        read=note["read"],
    )


def show(console: Console, facts: Facts, verdict: Verdict, read: dict[str, dict[str, int]]) -> None:
    """Print the table by year, the errors by name, and the verdict with its reasons."""
    lines = box.SIMPLE_HEAD if console.is_terminal else None
    # Ruled or not, it fits into 80 columns.
    table = Table(box=lines, pad_edge=False, padding=0 if lines else (0, 1, 0, 0))
    table.add_column("year")
    for heading in (*SETTLED, *QUALITIES, "failed checks"):
        table.add_column(heading, justify="right")
    for name in sorted({*facts.years, *read}):
        year, counts = facts.years.get(name, Year()), read.get(name, {})
        table.add_row(
            name,
            *(str(getattr(year, what)) for what in SETTLED),
            *(str(counts.get(what, 0)) for what in (*QUALITIES, "failed")),
        )
    if table.rows:
        console.print(table)
    for name in faults.kinds():
        if seen := facts.errors.get(name):
            console.print(f"{name:<16} {seen.count:>6}  {seen.example}", markup=False)
    if facts.gone:
        console.print(
            f"{'gone':<16} {len(facts.gone):>6}  {facts.gone[0].url}, the archive has it",
            markup=False,
        )
    if facts.mirrors:
        console.print(
            f"{'mirrors':<16} {facts.mirrors:>6}  copies on foreign hosts, kept as evidence"
        )
    if facts.elsewhere:
        console.print(f"{'elsewhere':<16} {facts.elsewhere:>6}  listed on other hosts, left alone")
    if unread := facts.read.get("unread"):
        console.print(f"{'unread':<16} {unread:>6}  {facts.unread}", markup=False)
    console.print(f"verdict  {verdict.name}", style="bold")
    for line in verdict.lines():
        console.print(line, markup=False)
