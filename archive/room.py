"""Want of room on a disk: told from other faults, said, and waited for.

Other faults of a disk are final. A full disk is not: whoever writes goes back
to what is whole, says what is full, and tries again now and then until there is
room, or until the run is to stop.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path

POLL = 2.0
"""Seconds from one try to the next."""

SAY_AGAIN = 180.0
"""Seconds after which it is said again that nothing goes on."""

_SQLITE: Mapping[int, int] = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_READONLY: errno.EROFS,
}
_FULL = {errno.ENOSPC: "make room", errno.EDQUOT: "raise the quota or make room"}


def errno_of(error: BaseException | None) -> int | None:
    """The number of a fault of the disk, met directly or by SQLite; None when it is none."""
    if isinstance(error, sqlite3.Error):
        # The low byte is the kind, the rest says more about it.
        return _SQLITE.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)
    return error.errno if isinstance(error, OSError) else None


def is_full(error: BaseException | None) -> bool:
    """Whether an error means that there is no room."""
    return errno_of(error) in _FULL


def is_disk_fault(error: BaseException | None) -> bool:
    """Whether an error is the disk's doing, and not that of a program."""
    return errno_of(error) in {*_FULL, errno.EIO, errno.EROFS}


class Wait:
    """One wait for room in a folder; says when it begins, now and then, and when it is over."""

    def __init__(
        self, folder: Path, needed: int, error: BaseException, say: Callable[[str], None]
    ) -> None:
        self._folder = folder
        self._say = say
        self._began = self._said = time.monotonic()
        number = errno_of(error)
        assert number is not None
        say(
            f"paused: no room to write to {folder} ({error}). {_megabytes(needed)} wait to be"
            f" written, and {_megabytes(shutil.disk_usage(folder).free)} are free on that disk:"
            f" {_FULL[number]} there, and the run goes on by itself. Ctrl-C or SIGTERM ends it;"
            " then the next run goes on with it"
        )

    @property
    def seconds(self) -> float:
        """How long it has lasted."""
        return time.monotonic() - self._began

    def still(self) -> None:
        """Say that it lasts, when that was not said for a while."""
        if time.monotonic() - self._said >= SAY_AGAIN:
            self._said = time.monotonic()
            free = _megabytes(shutil.disk_usage(self._folder).free)
            self._say(
                f"paused for {self.seconds / 60:.0f} minutes: {free} are free for {self._folder}"
            )

    def over(self) -> None:
        """Say that there is room."""
        self._say(f"there is room again after {self.seconds:.0f} seconds: going on")


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
