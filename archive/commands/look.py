"""Pages looked at: the captures of one and what changed, or all of them in a browser."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Mapping
from pathlib import Path

from archive import changes, memento, source
from archive.commands import (
    FAULTS,
    NOTHING,
    OK,
    USAGE,
    Command,
    counted,
    folders_of,
    nothing,
)
from archive.folder import warc_files, warc_folder
from archive.index import Capture, IndexDamagedError
from archive.record import OPEN, DamagedError
from archive.serve import Server
from archive.unpack import PackageError


def _show(options: argparse.Namespace) -> int:
    folders = folders_of(options)
    if not folders:
        return nothing(options)
    shown = 0
    for folder in folders:
        unfinished = sum(path.suffix == OPEN for path in warc_files(folder))
        if unfinished:
            said = f"{folder.name}: {counted(unfinished, 'file')} left out, not finished yet"
            print(said, file=sys.stderr)
        try:
            found = changes.captures(folder, options.url)
            with contextlib.closing(source.of_archive(folder)) as kept:
                (_show_changes if options.changes else _show_captures)(kept, found)
            shown += len(found)
        except (DamagedError, IndexDamagedError) as damage:
            print(damage, file=sys.stderr)
            return FAULTS
    where = "" if shown else ": give the whole address, as the export's column url has it"
    print(f"{counted(shown, 'capture')} of {options.url}{where}", file=sys.stderr)
    return OK if shown else NOTHING


def _show_captures(kept: source.Source, found: list[Capture]) -> None:
    for one in found:
        report = changes.report(kept, one)
        read = f"{report.report.quality}  {report.report.host_class}" if report else "no report"
        print(f"{one.moment:%Y-%m-%dT%H:%M:%SZ}  {one.status}  {read}  {one.url}")
        print(f"    {one.digest}")
        print(f"    {kept.find(one.filename)} at byte {one.offset}, {one.length} bytes")


def _show_changes(kept: source.Source, found: list[Capture]) -> None:
    for before, after, difference in changes.changes(kept, found):
        print(f"{before.moment:%Y-%m-%dT%H:%M:%SZ} -> {after.moment:%Y-%m-%dT%H:%M:%SZ}")
        for line in changes.describe(difference) or ["nothing changed in text or tables"]:
            print(f"    {line}")


def _serve(options: argparse.Namespace) -> int:
    given = options.what or [folder.name for folder in folders_of(options)]
    if not given:
        return nothing(options)
    with contextlib.ExitStack() as opened:
        try:
            collections = [_collection(what, options.data, opened) for what in given]
            server = opened.enter_context(Server((options.host, options.port), collections))
        except (DamagedError, PackageError, FileNotFoundError) as error:
            print(error, file=sys.stderr)
            return FAULTS
        except (OSError, OverflowError) as error:
            print(f"cannot serve at {options.host}:{options.port}: {error}", file=sys.stderr)
            return USAGE
        print(f"{server.url} serves {', '.join(server.collections)}; Ctrl-C ends it", flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            server.serve_forever()
    print(f"{counted(server.answers, 'answer')} given", file=sys.stderr)
    return OK


def _collection(what: str, data: Path, opened: contextlib.ExitStack) -> memento.Collection:
    """What a portal's name, a folder or a package stands for."""
    for folder in (data / what, Path(what)):
        if warc_folder(folder).is_dir():
            return memento.of_folder(folder)
    if Path(what).is_file():
        return opened.enter_context(memento.of_package(Path(what)))
    raise FileNotFoundError(f"{what} is no portal in {data}, no folder with a warc/ and no package")


COMMANDS: Mapping[str, Command] = {
    "show": Command(
        _show,
        "list the captures of a page: time, status, quality, gov or mirror, digest, file, offset",
        {
            "url": {"help": "address of the page; over TLS or not is the same"},
            "--changes": {
                "action": "store_true",
                "help": "instead, what changed from each capture to the next",
            },
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
