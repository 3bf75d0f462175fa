"""`scrapy portals`: the fleet, portal by portal, with its last run and what it covers."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from rich import box
from rich.console import Console
from rich.table import Table
from scrapy.commands import ScrapyCommand, ScrapyHelpFormatter
from scrapy.exceptions import UsageError

from crawler.coverage import Covered, YearCovered, covered
from crawler.fleet import fleet

if TYPE_CHECKING:
    from collections.abc import Sequence

EXAMPLES = """
examples:
  scrapy portals                       the last three report years, found/expected
  scrapy portals --json                all years, missing organs and gone documents, as JSON
  scrapy portals --markdown STATUS.md  a status page

  portal     city    system     last run    verdict     2023   2024   2025   gone
  changzhou  常州市  changzhou  2026-02-01  healthy     61/60  61/60  14/60     0
  nanjing    南京市  trs        never
"""

YEARS = 3
"""Report years that a table shows; JSON has all."""

WORDS = 4
"""The last column of words; those after it are counts."""


class _WithExamples(argparse.RawDescriptionHelpFormatter, ScrapyHelpFormatter):
    """Scrapy's help, with the lines of the examples left as they are."""


class Command(ScrapyCommand):
    """The command; Scrapy finds it by the name of this file."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def short_desc(self) -> str:
        """One line for the list of commands."""
        return "Show every portal with its last run and what it covers"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        """Scrapy's options, ours, and examples under them."""
        super().add_options(parser)
        parser.add_argument("--json", action="store_true", help="print all there is, as JSON")
        parser.add_argument(
            "--markdown", type=Path, metavar="FILE", help="write a status page there"
        )
        parser.epilog = EXAMPLES
        parser.formatter_class = _WithExamples

    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Print the fleet; raises UsageError when something else is asked for."""
        if args:
            raise UsageError(f"scrapy portals takes no portal, and {args[0]!r} was given")
        assert self.settings
        known = covered(Path(self.settings["NIANBAO_DATA"]), fleet(self.settings))
        if opts.markdown:
            try:
                opts.markdown.write_text(markdown(known), encoding="utf-8")
            except OSError as error:
                raise UsageError(
                    f"cannot write the status page: {error}", print_help=False
                ) from error
        if opts.json:
            print(json.dumps([dataclasses.asdict(one) for one in known], ensure_ascii=False))
        elif not opts.markdown:
            show(Console(highlight=False), known)


def shown_years(fleet: Sequence[Covered]) -> list[int]:
    """The report years a table shows: the last ones there is anything of."""
    known = {year for one in fleet if one.last_run for year in one.years}
    newest = max(known, default=dt.datetime.now(dt.UTC).year - 1)
    return list(range(newest - YEARS + 1, newest + 1))


def share(year: YearCovered | None) -> str:
    """`found/expected`; `?` where nothing says how many there must be."""
    if year is None:
        return ""
    return f"{year.found}/{'?' if year.expected is None else year.expected}"


def row(one: Covered, years: Sequence[int]) -> list[str]:
    """The cells of one portal in a table."""
    if not one.last_run:
        when = "unreadable" if one.trouble else "never"
        return [one.portal, one.city, one.system, when, *[""] * (len(years) + 2)]
    counts = [share(one.years.get(year)) for year in years]
    day = one.last_run[:10]
    return [one.portal, one.city, one.system, day, one.verdict, *counts, str(len(one.gone))]


def headings(years: Sequence[int]) -> list[str]:
    """The heads of the table's columns."""
    return ["portal", "city", "system", "last run", "verdict", *map(str, years), "gone"]


def show(console: Console, fleet: Sequence[Covered]) -> None:
    """Print the table, and under it what is wrong with single portals."""
    years = shown_years(fleet)
    lines = box.SIMPLE_HEAD if console.is_terminal else None
    table = Table(box=lines, pad_edge=False, padding=(0, 1, 0, 0))
    rows = [row(one, years) for one in fleet]
    for number, heading in enumerate(headings(years)):
        counts = number > WORDS
        # In a narrow terminal words are cut short, and numbers never.
        least = max(len(cells[number]) for cells in [*rows, headings(years)]) if counts else None
        table.add_column(
            heading, justify="right" if counts else "left", no_wrap=True, min_width=least
        )
    for cells in rows:
        table.add_row(*cells)
    console.print(table)
    for one in fleet:
        if one.sample:
            console.print(f"{one.portal}: of the sample city")
        if one.trouble:
            console.print(f"{one.portal}: {one.trouble}", markup=False)


def markdown(fleet: Sequence[Covered]) -> str:
    """A status page: the table, then per portal the organs missing and the documents gone."""
    years = shown_years(fleet)
    now = dt.datetime.now(dt.UTC)
    lines = [f"# Portals on {now:%Y-%m-%d %H:%M} UTC", "", _line(headings(years))]
    lines.append(_line(["---"] * len(headings(years))))
    lines += [_line(row(one, years)) for one in fleet]
    for one in fleet:
        missing = {year: seen.missing for year, seen in one.years.items() if seen.missing}
        if not (missing or one.gone or one.trouble):
            continue
        lines += ["", f"## {one.portal} {one.city}".rstrip(), ""]
        lines += [f"- {one.trouble}"] if one.trouble else []
        lines += [f"- {year}, no report found: {'、'.join(who)}" for year, who in missing.items()]
        lines += [
            f"- gone ({said['why']}): {said['organ']} {said['year'] or ''}"
            f" <{said['url']}>, last captured {said['captured'][:10]}"
            for said in one.gone
        ]
    return "\n".join(lines) + "\n"


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"
