"""What a researcher takes away: reports as files, who reported, a portal as one package."""

from __future__ import annotations

import argparse
import contextlib
import functools
import itertools
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from archive import catalogue, rebuild, wacz
from archive.commands import (
    FAULTS,
    NOTHING,
    OK,
    UNWRITTEN,
    Command,
    bar,
    counted,
    folders_of,
    nothing,
)
from archive.copies import records
from archive.export import FORMATS, PLACES
from archive.folder import warc_files
from archive.index import IndexDamagedError
from archive.organs import proposals, registered, reporters
from archive.record import OPEN, DamagedError
from archive.wacz import NothingToPackError
from pipelines import read, register

NEW = "; --propose prints those, to be reviewed"
"""What to do about organs that the register does not know."""


def _export(options: argparse.Namespace) -> int:
    found = _catalogues(options)
    if not found:
        return nothing(options)

    given = itertools.chain.from_iterable(
        records(path.parent, every_capture=options.every_capture) for path in found
    )
    try:
        count = FORMATS[options.format](given, options.to)
    except catalogue.StaleCatalogueError as stale:
        print(stale, file=sys.stderr)
        return NOTHING
    said = f"{counted(count, 'report')} of {counted(len(found), 'portal')}"
    where = options.to or PLACES.get(options.format)
    print(said + (f", in {where}" if where else ""), file=sys.stderr)
    return OK if count else NOTHING


def _catalogues(options: argparse.Namespace) -> list[Path]:
    """The catalogues of portals that a command is about."""
    every = catalogue.catalogues(options.data)
    return [path for path in every if options.portal in (None, path.parent.name)]


def _organs(options: argparse.Namespace) -> int:
    found = _catalogues(options)
    if not found:
        return nothing(options)
    try:
        with contextlib.ExitStack() as opened:
            named = reporters(
                opened.enter_context(contextlib.closing(catalogue.open_catalogue(path)))
                for path in found
            )
    except catalogue.StaleCatalogueError as stale:
        print(stale, file=sys.stderr)
        return NOTHING
    for line in proposals(named) if options.propose else registered(named):
        print(line)
    unknown = sum(not who.organ_id for who in named)
    print(
        f"{counted(len(named), 'organ')}, {unknown} of them not in the register"
        f" ({register.version()})" + (NEW if unknown and not options.propose else ""),
        file=sys.stderr,
    )
    return OK if named else NOTHING


def _pack(options: argparse.Namespace) -> int:
    folders = folders_of(options)
    if not folders:
        return nothing(options)
    options.to.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        to = options.to / f"{folder.name}.wacz"
        size = sum(path.stat().st_size for path in warc_files(folder) if path.suffix != OPEN)
        with bar() as shown:
            files = shown.add_task(folder.name, total=size)
            reports = shown.add_task("reports read", total=None)
            pages = _pages(folder, functools.partial(shown.advance, reports))
            try:
                packed = wacz.pack(folder, pages, to, functools.partial(shown.advance, files))
            except (DamagedError, IndexDamagedError, NothingToPackError) as error:
                print(error, file=sys.stderr)
                return FAULTS
            except OSError as error:
                print(f"{to} could not be written: {error}", file=sys.stderr)
                return UNWRITTEN
        print(
            f"{to}: {counted(packed.files, 'WARC file')}, {counted(packed.captures, 'capture')},"
            f" {counted(packed.pages, 'page')}",
            file=sys.stderr,
        )
    return OK


def _pages(folder: Path, advance: Callable[[], None]) -> Iterator[wacz.Page]:
    # Read anew: a catalogue may be older than the reading, or not be there.
    for document in rebuild.documents(folder):
        report = read(document)
        head = report.report
        yield wacz.Page(document.url, document.fetched, head.title or document.url, report.text)
        advance()


COMMANDS: Mapping[str, Command] = {
    "export": Command(
        _export,
        "write reports to files: one record each, whose copies are named in it",
        {
            "--format": {"choices": FORMATS, "required": True},
            "--to": {
                "type": Path,
                "help": "file (jsonl; default: standard output) or folder (csv; default: export/)",
            },
            "--every-capture": {
                "action": "store_true",
                "help": "a record for each capture, not one for each report",
            },
        },
    ),
    "organs": Command(
        _organs,
        "list the organs that reported: register id, name, kind, reports, years, who took over",
        {
            "--propose": {
                "action": "store_true",
                "help": "instead, those the register does not know, as lines to review and add to"
                " pipelines/organs.tsv; a ? must be replaced",
            },
        },
    ),
    "pack": Command(
        _pack,
        "write each portal's finished files as one WACZ package, for replay tools",
        {
            "--to": {
                "type": Path,
                "default": Path(),
                "help": "folder to write PORTAL.wacz to (default: the current one)",
            }
        },
    ),
}
