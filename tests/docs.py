"""The pages of docs/ that are written from the code: `make docs` writes them, a test compares."""

from __future__ import annotations

import dataclasses
import inspect
import os
import sys
import typing
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from archive import copies as copied
from archive.copies import Copy
from archive.http import DAMAGE
from crawler import faults, health
from pipelines import forms, vocabulary
from pipelines.checks import CHECKS
from pipelines.report import FLAGS, Cell, Finding, Flag, Head, Indicator
from tests import cities as written
from tests import nursery

DOCS = Path(__file__).parent.parent / "docs"

_COMMANDS = (
    ("scrapy", "crawl"),
    ("scrapy", "record"),
    ("scrapy", "portals"),
    ("pipelines",),
    ("archive",),
    ("archive", "export"),
    ("archive", "rebuild"),
    ("archive", "verify"),
    ("archive", "recover"),
    ("archive", "show"),
    ("archive", "pack"),
    ("archive", "serve"),
    ("archive", "organs"),
    ("tests.city",),
)


def schema() -> str:
    """Fields, cells, checks and flags of a report."""
    return "\n".join(_schema()) + "\n"


def _schema() -> Iterator[str]:
    yield "# What a report holds\n"
    yield "Written from the code by `make docs`. Objects of the JSON, which are also tables of"
    yield "the catalogue and of the CSV export, but for `copies`, which the export makes."
    records: Mapping[str, type] = {
        "report": Head,
        "cells": Cell,
        "indicators": Indicator,
        "findings": Finding,
        "flags": Flag,
        "copies": Copy,
    }
    for name, record in records.items():
        yield f"\n## `{name}`\n\n{record.__doc__}\n"
        hints = typing.get_type_hints(record)
        yield "| field | type | meaning |\n| --- | --- | --- |"
        for field in dataclasses.fields(record):
            kind = _type(hints[field.name])
            yield f"| `{field.name}` | {kind} | {field.metadata['doc']} |"
    yield "\n## Cells of the forms\n"
    yield "A cell is named by table, row and column. ✓ marks the forms that have it."
    for table in forms.TABLE_NAMES:
        yield f"\n### {table}: {forms.TABLE_NAMES[table]}\n"
        yield "| row | printed | columns | form_2019 | form_2021 |\n| --- | --- | --- | --- | --- |"
        for row in {"t2": forms.T2_ROWS, "t3": forms.T3_ROWS, "t4": forms.T4_ROWS}[table]:
            columns = row.columns or tuple(
                c.name for c in (forms.T3_COLUMNS if table == "t3" else forms.T4_COLUMNS)
            )
            marks = " | ".join(
                "✓" if form in row.forms else "" for form in ("form_2019", "form_2021")
            )
            yield f"| `{row.name}` | {row.label} | {', '.join(columns)} | {marks} |"
    yield "\n## Checks\n\n| check | what must hold |\n| --- | --- |"
    yield from (f"| `{check}` | {doc} |" for check, (_, doc) in CHECKS.items())
    yield from (f"| `{check}` | {doc} |" for check, doc in copied.CHECKS.items())
    yield "\n## Flags\n\n| flag | meaning |\n| --- | --- |"
    yield from (f"| `{flag}` | {doc} |" for flag, doc in FLAGS.items())


def _type(hint: object) -> str:
    return str(getattr(hint, "__name__", hint)).replace("typing.", "").replace("|", "or")


def commands() -> str:
    """What each command says of itself."""
    pages = ["# Commands\n", "Written from the code by `make docs`.\n"]
    for command in _COMMANDS:
        shown = " ".join(command if command[0] == "scrapy" else ("python", "-m", *command))
        pages.append(f"## `{shown}`\n\n```text\n{_help(command)}```\n")
    return "\n".join(pages)


def _help(command: tuple[str, ...]) -> str:
    done = nursery.run(
        [sys.executable, "-m", *command, "--help"],
        check=True,
        # A width of its own, so that the page does not depend on the terminal.
        env={**os.environ, "COLUMNS": "100", "NIANBAO_DATA": "data"},
        cwd=DOCS.parent,
    )
    return done.stdout


def errors() -> str:
    """Named errors of a crawl, verdicts, and damage of archived responses."""
    pages = ["# Errors and verdicts by name\n", "Written from the code by `make docs`.\n"]
    pages.append(
        "## Errors of a portal\n\n| name | what happened | what to do |\n| --- | --- | --- |"
    )
    pages.extend(
        f"| `{error.name}` | {error.__doc__} | {error.advice} |"
        for error in faults.PortalError.__subclasses__()
    )
    pages.append("\n## Verdicts\n\n| verdict | exit status |\n| --- | --- |")
    pages.extend(f"| `{name}` | {status} |" for name, status in health.EXIT.items())
    pages.append("\n## Damage of archived responses\n\n| name | meaning |\n| --- | --- |")
    pages.extend(f"| `{name}` | {meaning} |" for name, meaning in DAMAGE.items())
    return "\n".join(pages) + "\n"


def indicators() -> str:
    """The vocabulary of indicators, and the words that name each."""
    return "\n".join(_indicators()) + "\n"


def _indicators() -> Iterator[str]:
    yield "# Indicators: what the numbers in sentences are called\n"
    yield "Written by `make docs` from the table in `pipelines/vocabulary/`, which explains its"
    yield "columns. A number that no row names is kept without a name."
    yield "\n| indicator | counts | units | whose |\n| --- | --- | --- | --- |"
    rows = {entry.name: entry for entry in reversed(vocabulary.VOCABULARY)}
    for name, entry in reversed(rows.items()):
        whose = "the government served" if entry.public else "the organ"
        yield f"| `{name}` | {entry.about} | {entry.units} | {whose} |"
    yield "\n## Categories of `info_items.<category>`\n\n| category | words |\n| --- | --- |"
    for name, words in vocabulary.CATEGORIES:
        yield f"| `{name}` | {words.replace('|', ' / ')} |"
    yield "\n## Topics\n\n| topic | words |\n| --- | --- |"
    for name, words in vocabulary.TOPICS.items():
        yield f"| `{name}` | {words.replace('|', ' / ')} |"


def cities() -> str:
    """The fleet: where each city is looked for, and how that is known."""
    return "\n".join(_cities()) + "\n"


def _cities() -> Iterator[str]:
    sheets = written.sheets()
    yield "# Cities\n"
    yield "Written from `spiders/` by `make docs`. No portal was asked while they were written:"
    yield "*seen* means on a public page, or in what others' crawlers read; *inferred* means from"
    yield "the system, or from how sister portals are. [running.md](running.md) says how to crawl"
    yield "one, [CONTRIBUTING](../CONTRIBUTING.md) how to add one.\n"
    yield "| city | spider | system | directories | columns | reports seen, by year |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for one in sheets:
        portal = one.portal
        floors = ", ".join(f"{year}: {least}" for year, least in portal.floors)
        yield (
            f"| {portal.city} | [{one.name}](#{portal.city}) | {portal.system.name} |"
            f" {len(portal.directories)} | {len(portal.columns)} | {floors or 'none'} |"
        )
    yield "\n## Not yet verified live\n"
    yield "What the first run of each has to show. When one of these is wrong the run says so:"
    yield "`gone`, `drifted`, or less than was seen. What is inferred of a system stands at the"
    yield "head of its module in `crawler/systems/`.\n"
    yield "| city | fact | inferred |\n| --- | --- | --- |"
    for one in sheets:
        for fact, words in one.inferred().items():
            yield f"| {one.portal.city} | `{fact}` | {words} |"
    for one in sheets:
        portal = one.portal
        yield f"\n## {portal.city}\n\n{inspect.getdoc(portal)}\n"
        yield from (f"- `{fact}`: {words}" for fact, words in one.known.items())
        yield f"\nHosts: {', '.join(portal.hosts)}\n"
        yield from (f"- {url}" for url in portal.directories)
        yield from (f"- {column.name}: {column.url}" for column in portal.columns)


PAGES: Mapping[str, Callable[[], str]] = {
    "schema.md": schema,
    "commands.md": commands,
    "errors.md": errors,
    "indicators.md": indicators,
    "cities.md": cities,
}


def main() -> None:
    """Write every generated page."""
    for name, page in PAGES.items():
        (DOCS / name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
