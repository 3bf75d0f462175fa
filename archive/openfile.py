"""A WARC file while it is written: appends, syncs, and can go back to where it was settled.

It is `NAME.warc.gz.open` until it is finished. Then it is synced, renamed to
`NAME.warc.gz`, and entered into the manifest; it never changes after.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from archive.exchange import Place
from archive.folder import MANIFEST, sync_folder
from archive.record import OPEN


class OpenFile:
    """A WARC file while it is written; see the top of this module."""

    def __init__(self, folder: Path, name: str, info: bytes) -> None:
        """A new file that begins with `info`, on the disk; none is there when this fails."""
        self.name = name
        self.end = 0
        self._settled = 0
        self._sha256 = hashlib.sha256()
        self._sha256_settled = self._sha256.copy()
        self._renamed = self._entered = False
        self._path = folder / (name + OPEN)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        self._descriptor = os.open(self._path, flags, 0o644)
        try:
            sync_folder(folder)
            self.append(info)
            self.sync()
        except OSError:
            os.close(self._descriptor)
            self._path.unlink()
            raise
        self.settle()

    def append(self, data: bytes) -> Place:
        """Write at the end. The place is good once `sync` has returned."""
        offset = self.end
        left = memoryview(data)
        while left:
            written = os.pwrite(self._descriptor, left, self.end)
            self.end += written
            left = left[written:]
        self._sha256.update(data)
        return Place(self.name, offset, len(data), hashlib.sha256(data).hexdigest())

    def sync(self) -> None:
        """Return when all that was appended is on the disk."""
        os.fdatasync(self._descriptor)

    def settle(self) -> None:
        """What is synced is in the ledger too, and stays: never go back behind it."""
        self._settled = self.end
        self._sha256_settled = self._sha256.copy()

    def go_back(self) -> None:
        """Cut off all that was appended since the file was settled."""
        if self.end != self._settled:
            os.ftruncate(self._descriptor, self._settled)
            os.fsync(self._descriptor)
            self.end = self._settled
            self._sha256 = self._sha256_settled.copy()

    def give_up(self) -> None:
        """Go back, and close; the file keeps its open name."""
        try:
            self.go_back()
        finally:
            if not self._renamed:
                os.close(self._descriptor)

    def finish(self) -> str:
        """Sync, close and rename, enter into the manifest; gives the file's SHA-256.

        When it fails it may be called again.
        """
        folder = self._path.parent
        if not self._renamed:
            os.fsync(self._descriptor)
            self._path.rename(folder / self.name)
            self._renamed = True
            os.close(self._descriptor)
        sync_folder(folder)
        sha256 = self._sha256.hexdigest()
        if not self._entered:
            _add_line(folder / MANIFEST, f"{sha256}  {self.name}\n")
            self._entered = True
        sync_folder(folder)
        return sha256


def _add_line(path: Path, line: str) -> None:
    """Add a line to a file, and return when it is on the disk; nothing is added when it fails."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o644)
    try:
        before = os.fstat(descriptor).st_size
        try:
            left = memoryview(line.encode("ascii"))
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, before)
            raise
    finally:
        os.close(descriptor)
