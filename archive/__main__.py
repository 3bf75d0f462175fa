"""`python -m archive`: take data away, and read the archive again.

Data is looked for in `data/`, or where NIANBAO_DATA says.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from rich.console import Console
from rich.progress import track

from archive import catalogue, rebuild
from archive.export import FORMATS
from pipelines.report import Report

_NOTHING = 3

_EXAMPLES = """examples:
  python -m archive export --format jsonl > reports.jsonl
  python -m archive export --format csv --to tables/
  python -m archive export --format jsonl --portal changzhou --every-capture
  python -m archive rebuild --portal changzhou
"""


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit status: 0, 2 on wrong usage, 3 when there is nothing."""
    parser = argparse.ArgumentParser(
        prog="python -m archive",
        description="Take data away from the archive, and read the archive again.",
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
    for command in (export, again):
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
    folders = sorted(path.parent for path in options.data.glob("*/warc"))
    if options.portal:
        folders = [folder for folder in folders if folder.name == options.portal]
    if not folders:
        return _nothing(options)
    console = Console(stderr=True)
    for folder in folders:
        reading = track(rebuild.rebuild(folder), description=folder.name, console=console)
        count = sum(1 for _ in reading)
        print(f"{folder.name}: {count} reports read", file=sys.stderr)
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
}


if __name__ == "__main__":
    sys.exit(main())
