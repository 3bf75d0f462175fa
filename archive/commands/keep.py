"""The archive kept whole: looked at, mended after a kill, read again."""

from __future__ import annotations

import argparse
import contextlib
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path

from archive import ledger, rebuild, source
from archive.commands import (
    AS_IT_IS,
    FAULTS,
    OK,
    UNWRITTEN,
    USAGE,
    Command,
    bar,
    counted,
    folders_of,
    nothing,
    progress,
)
from archive.folder import LockedError, hold, warc_files
from archive.recover import recover
from archive.requisites import Lack, lacking
from archive.verify import verify


def _verify(options: argparse.Namespace) -> int:
    folders = folders_of(options)
    if not folders:
        return nothing(options)
    if options.without:
        return _verify_without(folders, options.without)
    found = count = size = 0
    with contextlib.ExitStack() as held:
        try:
            for folder in folders:
                held.enter_context(hold(folder))
        except LockedError as error:
            print(error, file=sys.stderr)
            return USAGE
        for folder in folders:
            lengths = [path.stat().st_size for path in warc_files(folder)]
            with progress(folder) as (shown, advance):
                for fault in verify(folder, advance):
                    shown.console.print(str(fault), **AS_IT_IS)
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
    said = f"{counted(found, 'fault')} in {counted(count, 'WARC file')}, {size:,} bytes"
    lacked = f"; pages lack {counted(len(lacks), 'file')}" if lacks else ""
    print(said + lacked, file=sys.stderr)
    return FAULTS if found else OK


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
        return USAGE
    print(f"if {file} were missing: {counted(broken, 'capture')} in other files", file=sys.stderr)
    return FAULTS if broken else OK


def _recover(options: argparse.Namespace) -> int:
    folders = folders_of(options)
    if not folders:
        return nothing(options)
    for folder in folders:
        try:
            with hold(folder), progress(folder) as (shown, advance):
                for said in recover(folder, advance):
                    shown.console.print(f"{folder.name}: {said}", **AS_IT_IS)
        except LockedError as error:
            print(error, file=sys.stderr)
            return USAGE
        except (OSError, sqlite3.OperationalError) as error:
            print(error, file=sys.stderr)
            return UNWRITTEN
        files = counted(len(list(warc_files(folder))), "WARC file")
        print(f"{folder.name}: whole, {files}", file=sys.stderr)
    return OK


def _rebuild(options: argparse.Namespace) -> int:
    folders = folders_of(options)
    if not folders:
        return nothing(options)
    for folder in folders:
        try:
            # A crawl would go on writing into the old catalogue.
            with hold(folder), bar() as shown:
                reading = shown.track(rebuild.rebuild(folder), description=folder.name)
                count = sum(1 for _ in reading)
        except LockedError as error:
            print(error, file=sys.stderr)
            return USAGE
        print(f"{folder.name}: {counted(count, 'document')} read", file=sys.stderr)
    return OK


COMMANDS: Mapping[str, Command] = {
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
    "recover": Command(
        _recover, "make whole what a killed run left, and a ledger that was deleted"
    ),
    "rebuild": Command(_rebuild, "read the WARC files again into the catalogue"),
}
