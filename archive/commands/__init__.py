"""`python -m archive COMMAND`: what the commands share.

    take    what a researcher takes away: export, organs, pack
    look    one page, or all, looked at: show, serve
    keep    the archive kept whole: verify, recover, rebuild

Each module has the functions of its commands, and a table of them with their
arguments; `archive.__main__` puts the tables together.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import functools
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress

from archive.folder import warc_files

OK, USAGE, NOTHING, FAULTS, UNWRITTEN = 0, 2, 3, 3, 4
"""What a command ends with."""

UNHEARD = 141
"""What it ends with when the program that reads its output has ended: a shell says so too."""

AS_IT_IS: dict[str, Any] = {"markup": False, "highlight": False, "soft_wrap": True}
"""How a line is printed above a progress bar."""


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """A command: what it does, in words and as a function, and its own arguments."""

    run: Callable[[argparse.Namespace], int]
    help: str
    arguments: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)


def folders_of(options: argparse.Namespace) -> list[Path]:
    """The folders of portals that a command is about."""
    folders = sorted(path.parent for path in options.data.glob("*/warc"))
    return [folder for folder in folders if options.portal in (None, folder.name)]


def nothing(options: argparse.Namespace) -> int:
    """Say that there is nothing to work on; gives what to end with."""
    wanted = f" of {options.portal}" if options.portal else ""
    if folders_of(options):
        said = f"{options.data} has no catalogue{wanted}: make it with python -m archive rebuild"
    else:
        said = (
            f"{options.data} holds nothing{wanted}: crawl first (scrapy crawl changzhou),"
            " or name the folder with --data"
        )
    print(said, file=sys.stderr)
    return NOTHING


def counted(count: int, what: str) -> str:
    """A number and its noun: `no captures`, `1 capture`, `2 captures`."""
    return f"{count or 'no'} {what}" + ("" if count == 1 else "s")


def bar() -> Progress:
    """A progress bar on standard error, and none where that is a file or a pipe."""
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_interactive)


@contextlib.contextmanager
def progress(folder: Path) -> Iterator[tuple[Progress, Callable[[int], None]]]:
    """A bar over the bytes of a portal's WARC files, and what moves it."""
    size = sum(path.stat().st_size for path in warc_files(folder))
    with bar() as shown:
        yield shown, functools.partial(shown.advance, shown.add_task(folder.name, total=size))
