"""The writer: takes exchanges, and says of each when it is on the disk.

One thread owns the open file and the ledger. It takes all that is waiting,
writes the record sets, calls fdatasync once, adds the ledger rows in one
transaction, and only then resolves the futures: acknowledged means on disk.
Under load a group is large and shares its sync; idle, it is one set.

When a write fails, of the file or of the ledger, the file is cut back on the
same descriptor to the last group that was acknowledged: what came before stays
as it is. If the disk is full, the writer says so and writes the same group
again until there is room, or the run is to stop (`archive.room`). After any
other fault, and then, everything waiting fails with ArchiveError, and nothing
more is taken.

Each file is a new one (`archive.openfile`), so what a killed run left is never
written to.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import errno
import functools
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, TypeVar

from archive import ledger, room
from archive.exchange import (
    Exchange,
    Facts,
    KeptRendition,
    Original,
    RecordSet,
    Rendition,
    Run,
    is_whole,
    look_at,
)
from archive.folder import make_folder, sync_folder, warc_folder
from archive.openfile import OpenFile
from archive.record import OPEN, target_uri
from archive.rendition import render_rendition
from archive.warc import render
from archive.warcinfo import render_info, render_note, run_note

ROTATE = 1_000_000_000
"""Bytes after which a file is finished and the next one begun."""

WAITING = 64
"""Exchanges that may wait; handing over one more blocks until there is room."""

GATHER = 0.01
"""Seconds a set waits for others to share its sync with, once sets have come together.

Syncing one costs nearly as much as syncing ten, and a fetch takes far longer than this.
"""

T = TypeVar("T")


class ArchiveError(RuntimeError):
    """The archive could not be written. No exchange after this one is kept."""


_ADVICE: Mapping[int | None, str] = {
    errno.ENOSPC: "make room on that disk, then run again",
    errno.EDQUOT: "raise the quota or make room, then run again",
    errno.EROFS: "the disk has become read-only: check it, then run again",
    errno.EIO: "check the disk and its cables before running again",
}


@dataclasses.dataclass(frozen=True, slots=True)
class _Keep:
    exchange: Exchange
    done: Future[RecordSet]

    def answer(self, kept: list[RecordSet | KeptRendition]) -> None:
        (found,) = kept
        assert isinstance(found, RecordSet)
        self.done.set_result(found)


@dataclasses.dataclass(frozen=True, slots=True)
class _KeepRenditions:
    renditions: tuple[Rendition, ...]
    done: Future[tuple[KeptRendition, ...]]

    def answer(self, kept: list[RecordSet | KeptRendition]) -> None:
        self.done.set_result(tuple(one for one in kept if isinstance(one, KeptRendition)))


@dataclasses.dataclass(frozen=True, slots=True)
class _End:
    note: Mapping[str, Any]
    done: Future[None]


class Writer:
    """Writes the exchanges of one run into the folder of one portal.

    The caller holds the folder (`archive.folder.hold`). `say` is told, by the
    writer's thread, when the disk is full and when it has room again; `stopping`
    is asked, by the same, whether to wait no longer. Without them nothing waits.
    """

    paused = 0.0
    """Seconds spent waiting for room."""

    def __init__(
        self,
        folder: Path,
        run: Run,
        *,
        rotate: int = ROTATE,
        say: Callable[[str], None] = lambda _: None,
        stopping: Callable[[], bool] = lambda: True,
    ) -> None:
        self._say = say
        self._stopping = stopping
        self._folder = warc_folder(folder)
        self._run = run
        self._rotate = rotate
        self._serial = 0
        self._file: OpenFile | None = None
        self._in_ledger = False
        make_folder(self._folder)
        self._ledger = ledger.open_ledger(folder)
        sync_folder(folder)
        self._queue: queue.Queue[_Keep | _KeepRenditions | _End] = queue.Queue(WAITING)
        self._taken: list[_Keep | _KeepRenditions | _End] = []
        self._closed = False
        self._thread = threading.Thread(target=self._work, name="archive", daemon=True)
        self._thread.start()

    def submit(self, exchange: Exchange) -> Future[RecordSet]:
        """Hand over an exchange; the future resolves when it is on the disk and in the ledger.

        It fails with ArchiveError when the exchange could not be kept.
        """
        job = _Keep(exchange, Future())
        self._hand_over(job)
        return job.done

    def submit_renditions(
        self, renditions: Iterable[Rendition]
    ) -> Future[tuple[KeptRendition, ...]]:
        """Hand over what a browser made of documents whose exchanges have been acknowledged.

        The future resolves when all are on the disk and in the ledger. To hand
        over one whose exchange is not in the archive, or a second of one kind,
        is a mistake of the caller, and ends the run as a full disk does.
        """
        job = _KeepRenditions(tuple(renditions), Future())
        self._hand_over(job)
        return job.done

    def _hand_over(self, job: _Keep | _KeepRenditions) -> None:
        if self._closed:
            raise ArchiveError("the archive of this run is closed")
        self._queue.put(job)

    def close(self, note: Mapping[str, Any]) -> None:
        """End the run with a note and finish the file; return when all is on the disk.

        Raises ArchiveError when this, or anything before it, could not be written.
        """
        done = self.end(note)
        self._thread.join()
        done.result()

    def end(self, note: Mapping[str, Any]) -> Future[None]:
        """The same for who cannot block: the future resolves when all is on the disk."""
        self._closed = True
        done: Future[None] = Future()
        self._queue.put(_End(note, done))
        return done

    def _work(self) -> None:
        try:
            self._serve()
        except (OSError, sqlite3.Error) as error:
            self._refuse(error)
        except BaseException as error:
            self._refuse(error)
            raise

    def _serve(self) -> None:
        """Group after group of what is waiting, until the end."""
        while True:
            together = len(self._taken) > 1
            self._taken = [self._queue.get()]
            if together:
                time.sleep(GATHER)
            while not (isinstance(self._taken[-1], _End) or self._queue.empty()):
                self._taken.append(self._queue.get())
            for job, found in self._when_there_is_room(self._write):
                if job.done.set_running_or_notify_cancel():
                    job.answer(found)
            last = self._taken[-1]
            if isinstance(last, _End):
                self._taken = [last]
                self._when_there_is_room(functools.partial(self._note, last.note))
                self._when_there_is_room(self._finish_file)
                self._ledger.close()
                last.done.set_result(None)
                return

    def _when_there_is_room(self, step: Callable[[], T]) -> T:
        """What a step gives, which is taken again after it failed because the disk is full."""
        wait: room.Wait | None = None
        while True:
            try:
                given = step()
            except (OSError, sqlite3.OperationalError) as error:
                if self._file is not None:
                    self._file.go_back()
                if not room.is_full(error) or self._stopping():
                    raise
                if wait is None:
                    wait = room.Wait(self._folder, self._waiting_bytes(), error, self._say)
                wait.still()
                time.sleep(room.POLL)
            else:
                if wait is not None:
                    wait.over()
                    self.paused += wait.seconds
                return given

    def _waiting_bytes(self) -> int:
        """Bytes of what was taken; about twice of what they come to in the file."""
        return sum(
            len(job.exchange.request) + len(job.exchange.response)
            for job in self._taken
            if isinstance(job, _Keep)
        )

    def _write(self) -> list[tuple[_Keep | _KeepRenditions, list[RecordSet | KeptRendition]]]:
        """Bring what was taken to the disk and into the ledger."""
        file = self._current_file()
        kept = [(job, self._append(file, job)) for job in self._taken if not isinstance(job, _End)]
        file.sync()
        ledger.append(self._ledger, [one for _, found in kept for one in found])
        file.settle()
        return kept

    def _append(
        self, file: OpenFile, job: _Keep | _KeepRenditions
    ) -> list[RecordSet | KeptRendition]:
        if isinstance(job, _Keep):
            return [self._append_set(file, job.exchange)]
        for rendition in job.renditions:
            ledger.exchange(self._ledger, rendition.exchange)
        return [KeptRendition(one, file.append(render_rendition(one))) for one in job.renditions]

    def _append_set(self, file: OpenFile, exchange: Exchange) -> RecordSet:
        facts, run = look_at(exchange), self._run
        original = self._original(exchange, facts)
        place = file.append(render(exchange, facts, run, original))
        return RecordSet(exchange, facts, run.id, run.portal, run.sample, place, original)

    def _original(self, exchange: Exchange, facts: Facts) -> Original | None:
        """What an exchange can be a revisit of: it is durable, for the ledger has it, and here.

        However short the entity is: that a page has not changed is worth saying.
        """
        if not is_whole(exchange, facts) or facts.entity_sha256 is None:
            return None
        row = ledger.original(self._ledger, facts.entity_sha256)
        if row is None or not any((self._folder / (row.file + end)).exists() for end in ("", OPEN)):
            return None
        return Original(row.id, target_uri(row.url), row.started, row.file, row.offset)

    def _current_file(self) -> OpenFile:
        """The file to write to: the open one, or a new one when it has grown large."""
        if self._file is not None and self._file.end >= self._rotate:
            self._finish_file()
        if self._file is None:
            run = self._run
            # To the thousandth, as archives do, so that names sort as their runs began.
            begun = f"{run.started.astimezone(dt.UTC):%Y%m%dT%H%M%S%f}"[:-3] + "Z"
            name = f"{run.portal}-{begun}-{run.id[:8]}-{self._serial + 1:05}.warc.gz"
            self._file = OpenFile(self._folder, name, render_info(run, name))
            self._serial += 1
        if not self._in_ledger:
            ledger.begin_file(self._ledger, self._run, self._file.name)
            self._in_ledger = True
        return self._file

    def _finish_file(self) -> None:
        assert self._file
        ledger.finish_file(self._ledger, self._file.name, self._file.end, self._file.finish())
        self._file, self._in_ledger = None, False

    def _note(self, note: Mapping[str, Any]) -> None:
        assert self._file
        finished = dt.datetime.now(dt.UTC)
        said = run_note(self._run, finished, note)
        self._file.append(render_note(self._run, finished, said))
        self._file.sync()
        ledger.finish_run(self._ledger, said)
        self._file.settle()

    def _refuse(self, error: BaseException) -> None:
        """Cut the file back, then fail all that was taken and all that comes, until the end."""
        advice = _ADVICE.get(room.errno_of(error), "see to it, then run again")
        trouble = f"{self._folder} could not be written ({error}): {advice}"
        if self._file is not None:
            try:
                self._file.give_up()
            except OSError as worse:
                trouble += f"; the torn end of {self._file.name} could not be cut off ({worse})"
        self._ledger.close()
        failed = ArchiveError(trouble)
        failed.__cause__ = error
        while True:
            for job in self._taken:
                if not job.done.done():
                    job.done.set_exception(failed)
            if any(isinstance(job, _End) for job in self._taken):
                return
            self._taken = [self._queue.get()]
