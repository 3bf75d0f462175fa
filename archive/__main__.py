"""`python -m archive`: take data away, read the archive again, and keep it whole.

Data is looked for in `data/`, or where NIANBAO_DATA says.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, track

from archive import catalogue, changes, rebuild
from archive.export import FORMATS
from archive.folder import LockedError, find, hold, warc_files
from archive.recover import recover
from archive.verify import verify
from archive.warc import OPEN, DamagedError
from pipelines.report import Report

_USAGE, _NOTHING, _FAULTS, _UNWRITTEN = 2, 3, 3, 4

_EXAMPLES = """examples:
  python -m archive export --format jsonl > reports.jsonl
  python -m archive export --format csv --to tables/
  python -m archive export --format jsonl --portal changzhou --every-capture
  python -m archive rebuild --portal changzhou
  python -m archive show http://www.changzhou.gov.cn/gi_news/112170530229657
  python -m archive show --changes http://www.changzhou.gov.cn/gi_news/112170530229657
  python -m archive verify
  python -m archive recover --portal changzhou
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
    export = commands.add_parser(
        "export",
        help="write reports to files",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    export.add_argument("--format", choices=FORMATS, required=True)
    export.add_argument(
        "--to",
        type=Path,
        help="file (jsonl; default: standard output) or folder (csv; default: export/)",
    )
    export.add_argument(
        "--every-capture", action="store_true", help="also earlier captures of an address"
    )
    again = commands.add_parser("rebuild", help="read the WARC files again into the catalogue")
    show = commands.add_parser("show", help="list the captures of a page, and what changed")
    show.add_argument("url", help="address of the page; over TLS or not is the same")
    show.add_argument(
        "--changes", action="store_true", help="what changed from each capture to the next"
    )
    check = commands.add_parser(
        "verify", help="look at every byte: whole files, digests, ledger, checksums"
    )
    mend = commands.add_parser(
        "recover", help="make whole what a killed run left, and a ledger that was deleted"
    )
    for command in (export, again, show, check, mend):
        command.add_argument("--portal", help="one portal only (default: all)")
        command.add_argument(
            "--data",
            type=Path,
            default=Path(os.environ.get("NIANBAO_DATA", "data")),
            help="data folder (default: NIANBAO_DATA, or data/)",
        )
    options = parser.parse_args(argv)
    return COMMANDS[options.command](options)


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

    count = FORMATS[options.format](reports(), options.to)
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
            shown += (_show_changes if options.changes else _show_captures)(folder, options.url)
        except DamagedError as damage:
            print(f"{folder.name}: {damage}", file=sys.stderr)
            return 1
    print(f"{shown} captures of {options.url}", file=sys.stderr)
    return 0 if shown else _NOTHING


def _show_captures(folder: Path, url: str) -> int:
    found = changes.captures(folder, url)
    for one in found:
        report = changes.report(folder, one)
        quality = report.report.quality if report else "no report"
        print(f"{one.moment:%Y-%m-%dT%H:%M:%SZ}  {one.status}  {quality}  {one.url}")
        print(f"    {one.digest}")
        print(f"    {find(folder, one.filename)} at byte {one.offset}, {one.length} bytes")
    return len(found)


def _show_changes(folder: Path, url: str) -> int:
    for before, after, difference in changes.changes(folder, url):
        print(f"{before.moment:%Y-%m-%dT%H:%M:%SZ} -> {after.moment:%Y-%m-%dT%H:%M:%SZ}")
        if difference.status:
            print("    status {} -> {}".format(*difference.status))
        if difference.quality:
            print("    {} -> {}".format(*difference.quality))
        for cell in difference.cells:
            was, now = (
                "no cell" if raw is None else repr(raw) for raw in (cell.before, cell.after)
            )
            print(f"    {cell.table} {cell.row} {cell.column}: {was} -> {now}")
        for line in difference.text:
            print(f"    {line}")
        if not difference:
            same = before.digest == after.digest
            print("    nothing" if same else "    bytes only: text and cells are the same")
    return len(changes.captures(folder, url))


def _folders(options: argparse.Namespace) -> list[Path]:
    folders = sorted(path.parent for path in options.data.glob("*/warc"))
    return [folder for folder in folders if options.portal in (None, folder.name)]


def _verify(options: argparse.Namespace) -> int:
    folders = _folders(options)
    if not folders:
        return _nothing(options)
    found = count = size = 0
    with contextlib.ExitStack() as held:
        try:
            for folder in folders:
                held.enter_context(hold(folder))
        except LockedError as error:
            print(error, file=sys.stderr)
            return _USAGE
        bar = held.enter_context(Progress(console=Console(stderr=True), transient=True))
        for folder in folders:
            lengths = [path.stat().st_size for path in warc_files(folder)]
            task = bar.add_task(folder.name, total=sum(lengths))
            for fault in verify(folder, functools.partial(bar.advance, task)):
                bar.console.print(str(fault), markup=False, highlight=False, soft_wrap=True)
                found += 1
            count, size = count + len(lengths), size + sum(lengths)
    print(f"{found or 'no'} faults in {count} WARC files, {size} bytes", file=sys.stderr)
    return _FAULTS if found else 0


def _recover(options: argparse.Namespace) -> int:
    folders = _folders(options)
    if not folders:
        return _nothing(options)
    for folder in folders:
        try:
            with hold(folder):
                for said in recover(folder):
                    print(f"{folder.name}: {said}", file=sys.stderr)
        except (LockedError, DamagedError, OSError, sqlite3.OperationalError) as error:
            print(error, file=sys.stderr)
            kinds = {LockedError: _USAGE, DamagedError: _FAULTS}
            return kinds.get(type(error), _UNWRITTEN)
        print(f"{folder.name}: whole, {len(list(warc_files(folder)))} WARC files", file=sys.stderr)
    return 0


def _nothing(options: argparse.Namespace) -> int:
    wanted = f" of {options.portal}" if options.portal else ""
    print(
        f"{options.data} holds nothing{wanted}: crawl first (scrapy crawl changzhou),"
        " or name the folder with --data",
        file=sys.stderr,
    )
    return _NOTHING


COMMANDS: Mapping[str, Callable[[argparse.Namespace], int]] = {
    "export": _export,
    "rebuild": _rebuild,
    "verify": _verify,
    "recover": _recover,
    "show": _show,
}


if __name__ == "__main__":
    sys.exit(main())
