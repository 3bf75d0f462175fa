"""One portal's folder: what is where, who may write, and whether its captures are real.

    data/<portal>/warc/*.warc.gz            what was captured
    data/<portal>/warc/manifest-sha256.txt  checksums of the finished files
    data/<portal>/ledger.sqlite             which exchange is where
    data/<portal>/lock                      held by the run that writes

Whether a folder holds sample or real captures is not noted anywhere: the
warcinfo of its files says it, so it cannot be lost or go wrong.
"""

from __future__ import annotations

import fcntl
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from archive.record import OPEN, DamagedError
from archive.warcinfo import read_run

MANIFEST = "manifest-sha256.txt"
"""Checksums of the finished files, as `sha256sum --check` reads them."""

_MANIFEST_LINE = re.compile(r"([0-9a-f]{64})  ([^/\0\s]+)")


class LockedError(RuntimeError):
    """Another run is writing to the folder."""


class MixedError(RuntimeError):
    """Sample captures would come to stand among real ones, or real ones among samples."""


def warc_folder(folder: Path) -> Path:
    """Where the WARC files of a portal's folder are."""
    return folder / "warc"


def warc_files(folder: Path) -> Iterator[Path]:
    """The WARC files of a portal's folder in the order they were begun, open ones too."""
    inside = warc_folder(folder)
    yield from sorted([*inside.glob("*.warc.gz"), *inside.glob("*.warc.gz" + OPEN)])


def find(folder: Path, file: str) -> Path:
    """The path of a file that the ledger names; it may still be open.

    Raises FileNotFoundError.
    """
    finished = warc_folder(folder) / file
    opened = finished.with_name(file + OPEN)
    for path in (finished, opened, finished):
        if path.exists():
            return path
    raise FileNotFoundError(f"{finished} is missing: bring it back, or rebuild the ledger")


def read_manifest(folder: Path) -> tuple[dict[str, str], list[str]]:
    """SHA-256 by file name as the manifest has it, and the lines of it that say nothing."""
    path = warc_folder(folder) / MANIFEST
    if not path.exists():
        return {}, []
    *lines, rest = path.read_text("utf-8", "replace").split("\n")
    checksums: dict[str, str] = {}
    unread = [rest] if rest else []
    for line in lines:
        found = _MANIFEST_LINE.fullmatch(line)
        if found is None or checksums.setdefault(found[2], found[1]) != found[1]:
            unread.append(line)
    return checksums, unread


def hold(folder: Path) -> IO[str]:
    """Take the folder for writing; closing what is returned lets go, as does being killed.

    Raises LockedError, which names the run that holds it.
    """
    make_folder(folder)
    lock = (folder / "lock").open("a+", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise LockedError(
            f"{folder} is being written by another run (process {holder}): "
            "wait until it has ended, or stop it"
        ) from None
    lock.truncate(0)
    lock.write(f"{os.getpid()}: {shlex.join(sys.argv)}\n")
    lock.flush()
    return lock


def forbid_mixing(folder: Path, *, sample: bool) -> None:
    """Raise MixedError when the folder's captures are of the other kind than `sample`."""
    for path in warc_files(folder):
        try:
            holds_sample = read_run(path).sample
        except DamagedError:
            if path.suffix == OPEN:  # killed before its first record was whole
                continue
            raise
        if holds_sample == sample:
            return
        kinds = ("sample", "real") if holds_sample else ("real", "sample")
        raise MixedError(
            f"{folder} holds {kinds[0]} captures and this run would add {kinds[1]} ones: "
            "set NIANBAO_DATA to another folder, or move this one away"
        )


def make_folder(folder: Path) -> None:
    """Make a folder and those above it durable where they are missing."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for path in missing:
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a new or renamed file is lost without it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
