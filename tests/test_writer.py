"""The writer: acknowledged means on disk, whatever happens to the process or the disk."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import random
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from archive import entries, ledger
from archive.exchange import RecordSet
from archive.folder import MANIFEST, hold, warc_files
from archive.warc import read_sets
from archive.warcinfo import read_info, read_notes
from archive.writer import ArchiveError, Writer
from tests.exchanges import NOON, exchange, run
from tests.small_disk import on_small_disk

KILLS = 20


def kept(folder: Path) -> list[RecordSet]:
    """Every whole record set in a folder."""
    return [found for path in warc_files(folder) for found in read_sets(path)]


def rows(folder: Path) -> list[entries.Entry]:
    """Every row in a folder's ledger."""
    opened = ledger.open_ledger(folder)
    try:
        return [row for one in ledger.runs(opened) for row in ledger.exchanges(opened, one.id)]
    finally:
        opened.close()


def test_what_was_handed_over_is_in_file_and_ledger(tmp_path: Path) -> None:
    this = run()
    writer = Writer(tmp_path, this)
    handed = [exchange(number) for number in range(30)]
    acknowledged = [done.result() for done in [writer.submit(one) for one in handed]]
    (path,) = warc_files(tmp_path)
    assert path.name.endswith(".warc.gz.open")
    assert [found.exchange for found in kept(tmp_path)] == handed
    writer.close({"verdict": "healthy", "counts": {"exchanges": 30}})
    (path,) = warc_files(tmp_path)
    assert path.name.endswith(".warc.gz")
    assert kept(tmp_path) == acknowledged
    assert rows(tmp_path) == [entries.entry(found) for found in acknowledged]
    (note,) = read_notes(path)
    assert note["verdict"] == "healthy"
    assert note["run"] == read_info(path)["run"] == this.id
    check = ["sha256sum", "--strict", "--check", MANIFEST]
    assert subprocess.run(check, cwd=path.parent, check=False, capture_output=True).returncode == 0


def test_files_are_rotated_between_sets(tmp_path: Path) -> None:
    writer = Writer(tmp_path, run(), rotate=7_000)
    handed = [exchange(number, random.Random(number).randbytes(3_000)) for number in range(7)]
    for one in handed:
        writer.submit(one).result()
    writer.close({})
    paths = list(warc_files(tmp_path))
    assert len(paths) == 4
    assert [found.exchange for found in kept(tmp_path)] == handed
    assert len((paths[0].parent / MANIFEST).read_text().splitlines()) == len(paths)
    assert len({read_info(path)["run"] for path in paths}) == 1


def test_two_runs_never_write_to_one_file(tmp_path: Path) -> None:
    left = tmp_path / "warc" / "asker-20260101T000000000Z-00000000-00001.warc.gz.open"
    left.parent.mkdir()
    left.write_bytes(b"what a killed run left")
    for number in range(2):
        writer = Writer(tmp_path, run())
        writer.submit(exchange(number)).result()
        writer.close({})
    assert left.read_bytes() == b"what a killed run left"
    assert len(kept(tmp_path)) == 2


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch)


class Disk:
    """Watches what the writer asks of the disk, and lets it fail."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.events: list[tuple[str, int]] = []
        self.fails: dict[str, int] = {}
        for call in ("pwrite", "fdatasync", "ftruncate"):
            monkeypatch.setattr(os, call, self._watched(call, getattr(os, call)))

    def _watched(self, call: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def watched(descriptor: int, *arguments: Any) -> Any:
            if call in self.fails:
                raise OSError(self.fails[call], os.strerror(self.fails[call]))
            result = real(descriptor, *arguments)
            end = arguments[1] + result if call == "pwrite" else 0
            self.events.append((call, end))
            return result

        return watched


def test_nothing_is_acknowledged_before_it_is_synced(tmp_path: Path, disk: Disk) -> None:
    writer = Writer(tmp_path, run())

    def acknowledged(done: Future[RecordSet]) -> None:
        place = done.result().place
        disk.events.append(("acknowledged", place.offset + place.length))

    for number in range(40):
        done = writer.submit(exchange(number))
        done.add_done_callback(acknowledged)
        if number % 3:
            done.result()
    writer.close({})
    assert sum(call == "acknowledged" for call, _ in disk.events) == 40
    written = synced = 0
    for call, end in disk.events:
        if call == "pwrite":
            written = max(written, end)
        elif call == "fdatasync":
            synced = written
        elif call == "acknowledged":
            assert end <= synced


def test_every_name_on_the_way_to_a_capture_is_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file whose name was never synced is not there after a power cut, whatever it holds."""
    synced: list[str] = []
    real = os.fsync

    def watched(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", watched)
    folder = tmp_path / "data" / "asker"
    lock = hold(folder)
    writer = Writer(folder, run())
    writer.submit(exchange()).result()
    assert {str(tmp_path), str(folder.parent), str(folder), str(folder / "warc")} <= set(synced)
    synced.clear()
    writer.close({})
    lock.close()
    (path,) = warc_files(folder)
    assert synced[:2] == [f"{path}.open", str(path.parent)]
    assert str(path.with_name(MANIFEST)) in synced


@pytest.mark.parametrize(
    ("call", "number", "advice"),
    [
        ("pwrite", errno.ENOSPC, "make room"),
        ("pwrite", errno.EIO, "check the disk"),
        ("fdatasync", errno.EIO, "check the disk"),
        ("fdatasync", errno.EROFS, "read-only"),
        ("pwrite", errno.EPERM, "run again"),
    ],
)
def test_a_failing_disk_ends_the_writing_and_harms_nothing(
    tmp_path: Path, disk: Disk, call: str, number: int, advice: str
) -> None:
    writer = Writer(tmp_path, run())
    first = writer.submit(exchange(1)).result()
    (path,) = warc_files(tmp_path)
    before = path.read_bytes()
    disk.fails[call] = number
    for later in range(3):
        with pytest.raises(ArchiveError, match=advice) as raised:
            writer.submit(exchange(later)).result()
        assert str(path.parent) in str(raised.value)
    disk.fails.clear()
    with pytest.raises(ArchiveError, match=advice):
        writer.submit(exchange(9)).result()
    with pytest.raises(ArchiveError, match=advice):
        writer.close({"verdict": "healthy"})
    assert path.read_bytes() == before
    assert kept(tmp_path) == [first]
    assert rows(tmp_path) == [entries.entry(first)]


def test_a_tail_that_cannot_be_cut_off_is_told_of(tmp_path: Path, disk: Disk) -> None:
    writer = Writer(tmp_path, run())
    writer.submit(exchange(1)).result()
    disk.fails = {"fdatasync": errno.EIO, "ftruncate": errno.EIO}
    with pytest.raises(ArchiveError, match=r"torn end of .* could not be cut off"):
        writer.submit(exchange(2)).result()
    with pytest.raises(ArchiveError):
        writer.close({})


def test_a_failing_ledger_acknowledges_nothing(tmp_path: Path) -> None:
    writer = Writer(tmp_path, run())
    writer.submit(exchange(1)).result()
    again = exchange(2)
    writer.submit(again).result()
    with pytest.raises(ArchiveError, match="UNIQUE"):
        writer.submit(again).result()
    with pytest.raises(ArchiveError):
        writer.close({})
    assert len(rows(tmp_path)) == 2


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_bug_does_not_leave_the_crawl_waiting(tmp_path: Path) -> None:
    others = set(threading.enumerate())
    writer = Writer(tmp_path, run())
    first = writer.submit(exchange(1)).result()
    with pytest.raises(ArchiveError, match="surrogates not allowed"):
        writer.submit(exchange(2, url="http://a/\ud800")).result(timeout=60)
    with pytest.raises(ArchiveError):
        writer.close({})
    assert set(threading.enumerate()) <= others
    assert kept(tmp_path) == [first]


def test_every_acknowledged_exchange_survives_a_kill(tmp_path: Path) -> None:
    chance = random.Random(11)
    survivors = 0
    for number in range(KILLS):
        folder = tmp_path / str(number)
        command = [sys.executable, "-m", "tests.writing", str(folder), "100000", "20000"]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout
            lines = [child.stdout.readline() for _ in range(chance.randint(1, 30))]
            child.kill()
            lines += child.stdout.readlines()
        whole = [line.decode().split() for line in lines if line.endswith(b"\n")]
        survivors += len(whole)
        found = {
            one.exchange.id: hashlib.sha256(one.exchange.response).hexdigest()
            for one in kept(folder)
        }
        assert all(found[exchange_id] == digest for exchange_id, digest, _ in whole)
        assert {row.id for row in rows(folder)} <= found.keys()
        assert {exchange_id for exchange_id, _, _ in whole} <= {row.id for row in rows(folder)}
    assert survivors > KILLS


def test_a_full_disk_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    folder = str(tmp_path / "small" / "asker")
    command = [sys.executable, "-m", "tests.writing", folder, "10000", "30000"]
    ran = subprocess.run(
        [*on_small_disk(tmp_path, 2), *command], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 4, ran.stderr
    assert "make room" in ran.stderr
    acknowledged = [line.split() for line in ran.stdout.splitlines()]
    after = tmp_path / "after" / "asker"
    found = kept(after)
    assert len(found) > 20
    digests = {one.exchange.id: hashlib.sha256(one.exchange.response).hexdigest() for one in found}
    assert all(digests[exchange_id] == digest for exchange_id, digest, _ in acknowledged)
    (path,) = warc_files(after)
    assert path.name.endswith(".open")
    # Nothing torn is left: the file ends where its last whole set ends.
    assert path.stat().st_size == found[-1].place.offset + found[-1].place.length


def test_names_of_files_sort_as_their_runs_began(tmp_path: Path) -> None:
    began = [NOON + dt.timedelta(milliseconds=n) for n in (0, 1, 999, 1000)]
    for number, started in enumerate(began):
        # Ids that would sort the other way.
        writer = Writer(tmp_path, run(started=started, id=f"{9 - number}0000000-{number}"))
        writer.submit(exchange(number)).result()
        writer.close({})
    found = [next(read_sets(path)).exchange.url for path in warc_files(tmp_path)]
    assert found == [exchange(number).url for number in range(len(began))]
