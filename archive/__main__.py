"""`python -m archive`: take data away, read the archive again, and keep it whole.

Data is looked for in `data/`, or where NIANBAO_DATA says.
"""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import functools
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress, track

from archive import catalogue, changes, ledger, memento, rebuild, source, wacz
from archive.export import FORMATS
from archive.folder import LockedError, hold, warc_files, warc_folder
from archive.index import Capture, IndexDamagedError
from archive.organs import proposals, registered, reporters
from archive.record import OPEN, DamagedError
from archive.recover import recover
from archive.requisites import Lack, lacking
from archive.serve import Server
from archive.unpack import PackageError
from archive.verify import verify
from archive.wacz import NothingToPackError
from pipelines import read, register
from pipelines.report import Report

_USAGE, _NOTHING, _FAULTS, _UNWRITTEN = 2, 3, 3, 4

_AS_IT_IS: dict[str, Any] = {"markup": False, "highlight": False, "soft_wrap": True}
"""How a line is printed above a progress bar."""

_EXAMPLES = """examples:
  python -m archive export --format jsonl > reports.jsonl
  python -m archive export --format csv --to tables/
  python -m archive export --format jsonl --portal changzhou --every-capture
  python -m archive rebuild --portal changzhou
  python -m archive show http://www.changzhou.gov.cn/gi_news/112170530229657
  python -m archive show --changes http://www.changzhou.gov.cn/gi_news/112170530229657
  python -m archive verify
  python -m archive verify --without changzhou-20260131T120000Z-6f36cf4c-00001.warc.gz
  python -m archive recover --portal changzhou
  python -m archive pack --portal changzhou --to packages/
  python -m archive organs
  python -m archive organs --propose > review.tsv
  python -m archive serve
  python -m archive serve changzhou.wacz --port 8081
"""


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit status.

    0, 2 on wrong usage or when a run is writing, 3 when there is nothing or
    something is damaged, 4 when the disk refuses.
    """
    parser = argparse.ArgumentParser(
        prog="python -m archive",
        description="Take data away from the archive, read it again, and keep it whole.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, command in COMMANDS.items():
        added = commands.add_parser(name, help=command.help, description=command.help)
        for argument, says in (command.arguments | _ALWAYS).items():
            added.add_argument(argument, **says)
    options = parser.parse_args(argv)
    try:
        return COMMANDS[options.command].run(options)
    except (ledger.StaleLedgerError, DamagedError) as error:
        print(error, file=sys.stderr)
        return _FAULTS


def _export(options: argparse.Namespace) -> int:
    found = list(catalogue.catalogues(options.data))
    if options.portal:
        found = [path for path in found if path.parent.name == options.portal]
    if not found:
        return _nothing(options)

    def reports() -> Iterator[Report]:
        for path in found:
            opened = catalogue.open_catalogue(path)
            yield from catalogue.reports(opened, every_capture=options.every_capture)
            opened.close()

    try:
        count = FORMATS[options.format](reports(), options.to)
    except catalogue.StaleCatalogueError as stale:
        print(stale, file=sys.stderr)
        return _NOTHING
    print(f"{count} reports of {len(found)} portals", file=sys.stderr)
    return 0 if count else _NOTHING


def _rebuild(options: argparse.Namespace) -> int:
    folders = _folders(options)
    if not folders:
        return _nothing(options)
    console = Console(stderr=True)
    for folder in folders:
        reading = track(rebuild.rebuild(folder), description=folder.name, console=console)
        count = sum(1 for _ in reading)
        print(f"{folder.name}: {count} reports read", file=sys.stderr)
    return 0


def _show(options: argparse.Namespace) -> int:
    folders = _folders(options)
    if not folders:
        return _nothing(options)
    shown = 0
    for folder in folders:
        unfinished = sum(path.suffix == OPEN for path in warc_files(folder))
        if unfinished:
            print(f"{folder.name}: {unfinished} unfinished files are left out", file=sys.stderr)
        try:
            found = changes.captures(folder, options.url)
            with contextlib.closing(source.of_archive(folder)) as kept:
                (_show_changes if options.changes else _show_captures)(kept, found)
            shown += len(found)
        except (DamagedError, IndexDamagedError) as damage:
            print(damage, file=sys.stderr)
            return _FAULTS
    print(f"{shown} captures of {options.url}", file=sys.stderr)
    return 0 if shown else _NOTHING


def _show_captures(kept: source.Source, found: list[Capture]) -> None:
    for one in found:
        report = changes.report(kept, one)
        quality = report.report.quality if report else "no report"
        print(f"{one.moment:%Y-%m-%dT%H:%M:%SZ}  {one.status}  {quality}  {one.url}")
        print(f"    {one.digest}")
        print(f"    {kept.find(one.filename)} at byte {one.offset}, {one.length} bytes")


def _show_changes(kept: source.Source, found: list[Capture]) -> None:
    for before, after, difference in changes.changes(kept, found):
        print(f"{before.moment:%Y-%m-%dT%H:%M:%SZ} -> {after.moment:%Y-%m-%dT%H:%M:%SZ}")
        for line in changes.describe(difference) or ["nothing changed in text or tables"]:
            print(f"    {line}")


def _folders(options: argparse.Namespace) -> list[Path]:
    folders = sorted(path.parent for path in options.data.glob("*/warc"))
    return [folder for folder in folders if options.portal in (None, folder.name)]


def _verify(options: argparse.Namespace) -> int:
    folders = _folders(options)
    if not folders:
        return _nothing(options)
    if options.without:
        return _verify_without(folders, options.without)
    found = count = size = 0
    with contextlib.ExitStack() as held:
        try:
            for folder in folders:
                held.enter_context(hold(folder))
        except LockedError as error:
            print(error, file=sys.stderr)
            return _USAGE
        for folder in folders:
            lengths = [path.stat().st_size for path in warc_files(folder)]
            with _progress(folder) as (bar, advance):
                for fault in verify(folder, advance):
                    bar.console.print(str(fault), **_AS_IT_IS)
                    found += 1
            count, size = count + len(lengths), size + sum(lengths)
        # Told of when the folders are whole: what a damaged one has is not known.
        lacks: list[Lack] = []
        try:
            lacks += [] if found else [lack for folder in folders for lack in lacking(folder)]
        except OSError as error:  # the index it needs could not be written
            print(f"what pages lack cannot be told: {error}", file=sys.stderr)
    for lack in lacks:
        print(lack)
    said = f"{found or 'no'} faults in {count} WARC files, {size} bytes"
    print(said + (f"; pages lack {len(lacks)} files" if lacks else ""), file=sys.stderr)
    return _FAULTS if found else 0


@contextlib.contextmanager
def _progress(folder: Path) -> Iterator[tuple[Progress, Callable[[int], None]]]:
    """A bar over the bytes of a portal's WARC files, and what moves it."""
    size = sum(path.stat().st_size for path in warc_files(folder))
    with Progress(console=Console(stderr=True), transient=True) as bar:
        yield bar, functools.partial(bar.advance, bar.add_task(folder.name, total=size))


def _verify_without(folders: list[Path], file: str) -> int:
    """Name the captures in other files that cannot be given back without this one."""
    broken, known = 0, False
    for folder in folders:
        with contextlib.closing(source.of_archive(folder).ledger) as opened:
            known = known or any(one.name == file for one in ledger.files(opened))
            for row in ledger.dependents(opened, file):
                print(f"{row.started}  {row.url}\n    {row.file} at byte {row.offset}")
                broken += 1
    if not known:
        print(f"no ledger has a file {file}: name it without its folder", file=sys.stderr)
        return _USAGE
    print(f"without {file}, {broken or 'no'} captures in other files break", file=sys.stderr)
    return _FAULTS if broken else 0


def _recover(options: argparse.Namespace) -> int:
    folders = _folders(options)
    if not folders:
        return _nothing(options)
    for folder in folders:
        try:
            with hold(folder), _progress(folder) as (bar, advance):
                for said in recover(folder, advance):
                    bar.console.print(f"{folder.name}: {said}", **_AS_IT_IS)
        except (LockedError, DamagedError, OSError, sqlite3.OperationalError) as error:
            print(error, file=sys.stderr)
            kinds = {LockedError: _USAGE, DamagedError: _FAULTS}
            return kinds.get(type(error), _UNWRITTEN)
        print(f"{folder.name}: whole, {len(list(warc_files(folder)))} WARC files", file=sys.stderr)
    return 0


def _pack(options: argparse.Namespace) -> int:
    folders = _folders(options)
    if not folders:
        return _nothing(options)
    options.to.mkdir(parents=True, exist_ok=True)
    for folder in folders:
        to = options.to / f"{folder.name}.wacz"
        size = sum(path.stat().st_size for path in warc_files(folder) if path.suffix != OPEN)
        with Progress(console=Console(stderr=True), transient=True) as bar:
            files = bar.add_task(folder.name, total=size)
            reports = bar.add_task("reports read", total=None)
            pages = _pages(folder, functools.partial(bar.advance, reports))
            try:
                packed = wacz.pack(folder, pages, to, functools.partial(bar.advance, files))
            except (DamagedError, IndexDamagedError, NothingToPackError) as error:
                print(error, file=sys.stderr)
                return _FAULTS
            except OSError as error:
                print(f"{to} could not be written: {error}", file=sys.stderr)
                return _UNWRITTEN
        print(
            f"{to}: {packed.files} WARC files, {packed.captures} captures, {packed.pages} pages",
            file=sys.stderr,
        )
    return 0


def _pages(folder: Path, advance: Callable[[], None]) -> Iterator[wacz.Page]:
    # Read anew: a catalogue may be older than the reading, or not be there.
    for document in rebuild.documents(folder):
        report = read(document)
        head = report.report
        yield wacz.Page(document.url, document.fetched, head.title or document.url, report.text)
        advance()


def _serve(options: argparse.Namespace) -> int:
    given = options.what or [folder.name for folder in _folders(options)]
    if not given:
        return _nothing(options)
    with contextlib.ExitStack() as opened:
        try:
            collections = [_collection(what, options.data, opened) for what in given]
            server = opened.enter_context(Server((options.host, options.port), collections))
        except (DamagedError, PackageError, FileNotFoundError) as error:
            print(error, file=sys.stderr)
            return _FAULTS
        except (OSError, OverflowError) as error:
            print(f"cannot serve at {options.host}:{options.port}: {error}", file=sys.stderr)
            return _USAGE
        print(f"{server.url} serves {', '.join(server.collections)}; Ctrl-C ends it", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
    print(f"{server.answers} answers given", file=sys.stderr)
    return 0


def _collection(what: str, data: Path, opened: contextlib.ExitStack) -> memento.Collection:
    """What a portal's name, a folder or a package stands for."""
    for folder in (data / what, Path(what)):
        if warc_folder(folder).is_dir():
            return memento.of_folder(folder)
    if Path(what).is_file():
        return opened.enter_context(memento.of_package(Path(what)))
    raise FileNotFoundError(f"{what} is no portal in {data}, no folder with a warc/ and no package")


def _organs(options: argparse.Namespace) -> int:
    found = [
        path
        for path in catalogue.catalogues(options.data)
        if options.portal in (None, path.parent.name)
    ]
    if not found:
        return _nothing(options)
    try:
        with contextlib.ExitStack() as opened:
            named = reporters(
                opened.enter_context(contextlib.closing(catalogue.open_catalogue(path)))
                for path in found
            )
    except catalogue.StaleCatalogueError as stale:
        print(stale, file=sys.stderr)
        return _NOTHING
    for line in proposals(named) if options.propose else registered(named):
        print(line)
    unknown = sum(not who.organ_id for who in named)
    print(
        f"{len(named)} organs, {unknown} of them not in the register ({register.version()})",
        file=sys.stderr,
    )
    return 0 if named else _NOTHING


def _nothing(options: argparse.Namespace) -> int:
    wanted = f" of {options.portal}" if options.portal else ""
    print(
        f"{options.data} holds nothing{wanted}: crawl first (scrapy crawl changzhou),"
        " or name the folder with --data",
        file=sys.stderr,
    )
    return _NOTHING


@dataclasses.dataclass(frozen=True, slots=True)
class Command:
    """A command: what it does, in words and as a function, and its own arguments."""

    run: Callable[[argparse.Namespace], int]
    help: str
    arguments: dict[str, dict[str, Any]] = dataclasses.field(default_factory=dict)


_ALWAYS: dict[str, dict[str, Any]] = {
    "--portal": {"help": "one portal only (default: all)"},
    "--data": {
        "type": Path,
        "default": Path(os.environ.get("NIANBAO_DATA", "data")),
        "help": "data folder (default: NIANBAO_DATA, or data/)",
    },
}

COMMANDS: Mapping[str, Command] = {
    "export": Command(
        _export,
        "write reports to files",
        {
            "--format": {"choices": FORMATS, "required": True},
            "--to": {
                "type": Path,
                "help": "file (jsonl; default: standard output) or folder (csv; default: export/)",
            },
            "--every-capture": {
                "action": "store_true",
                "help": "also earlier captures of an address",
            },
        },
    ),
    "rebuild": Command(_rebuild, "read the WARC files again into the catalogue"),
    "verify": Command(
        _verify,
        "look at every byte: whole files, digests, ledger, checksums; then name the stylesheets,"
        " pictures and scripts that report pages lack, which is no fault and leaves the status 0",
        {
            "--without": {
                "metavar": "FILE",
                "help": "instead, name the captures whose content is kept in this WARC file alone,"
                " and which break when it is missing",
            }
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
    "recover": Command(
        _recover, "make whole what a killed run left, and a ledger that was deleted"
    ),
    "show": Command(
        _show,
        "list the captures of a page: time, status, digest, file and offset, quality",
        {
            "url": {"help": "address of the page; over TLS or not is the same"},
            "--changes": {
                "action": "store_true",
                "help": "instead, what changed from each capture to the next",
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
    "serve": Command(
        _serve,
        "give every capture an address, /PORTAL/TIMEid_/URL, and replay pages, /PORTAL/TIME/URL",
        {
            "what": {
                "nargs": "*",
                "metavar": "WHAT",
                "help": "name of a portal, folder of one, or WACZ package (default: all portals)",
            },
            "--port": {"type": int, "default": 8080, "help": "0 takes a free one (%(default)s)"},
            "--host": {
                "default": "127.0.0.1",
                "help": "address to listen on (%(default)s); browsers replay only from this"
                " machine, or behind TLS",
            },
        },
    ),
}


if __name__ == "__main__":
    sys.exit(main())
