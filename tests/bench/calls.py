"""A kill at each call on the disk: of a second crawl of a portal, and of the recovery after one.

    python -m tests.bench.calls [--every 1] [--offset 1] [--processes 2]

strace kills the process as it makes its Nth call of a kind (write, sync, rename,
truncate, unlink), for N = 1, 2, ... until the run lives to its end; threads are
counted each by itself. The crawl is of a portal that is in the archive already,
so it writes revisits, and a file is finished every few pages. After each kill all
that the ledger had is there, bit for bit; a copy of the folder is recovered and is
whole; and the next crawl goes on with the run, after which answers and records are
those of a crawl that nobody disturbed. Prints how many kills there were of each
kind, and ends with an AssertionError at the first archive that is not as it must be.
"""

from __future__ import annotations

import argparse
import collections
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from archive import ledger
from archive.folder import hold, warc_files
from archive.record import OPEN
from archive.recover import recover
from archive.verify import verify
from tests.city.city import City
from tests.city.wire import Server
from tests.resuming import COMMAND, portal, records, runs, whole_answers

CALLS = ("pwrite64", "fdatasync", "fsync", "rename", "ftruncate", "unlink")
CITY = City(2, range(2021, 2023))
MORE = ("-s", "WARC_ROTATE=4000", "-a", "requisites=no")
TORN = bytes.fromhex("1f8b0800000000000003") + b"torn"


@dataclass(frozen=True)
class Place:
    """A portal that is served, its archive after one crawl, and what a second one comes to."""

    server: Server
    folder: Path
    answers: collections.Counter[tuple[str, str, int]]
    records: list[str]


def prepared(data: Path, server: Server) -> Place:
    """Two crawls that nobody disturbs; the archive is kept as it was after the first."""
    folder = data / "undisturbed" / "changzhou"
    _crawl(folder.parent, server)
    first = data / "first" / "changzhou"
    shutil.copytree(folder, first)
    _crawl(folder.parent, server)
    return Place(server, first, whole_answers(folder), records(folder))


def killed_crawl(place: Place, data: Path, call: str, number: int) -> bool:
    """Kill a crawl at its Nth call, and see that nothing is lost; False when it lived on."""
    folder = data / "changzhou"
    shutil.copytree(place.folder, folder)
    ran = subprocess.run(
        [*_killing(call, number), *COMMAND, *MORE],
        env=_environment(data, place.server),
        capture_output=True,
        check=False,
    )
    if ran.returncode == 0:
        return False
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    recovered = shutil.copytree(folder, data / "recovered" / "changzhou")
    _is_whole(folder, recovered)
    # Of the copy: the last record may be in the file already, and not yet in the ledger.
    latest = runs(recovered)
    if len(latest) == 1 or latest[0].note is None:  # killed before it began, or before its end
        _crawl(data, place.server)
    else:
        _recover(folder)
    assert not [*verify(folder)]
    assert whole_answers(folder) == place.answers, f"{call} {number}"
    assert records(folder) == place.records, f"{call} {number}"
    return True


def killed_recovery(left: Path, data: Path, call: str, number: int) -> bool:
    """Kill the recovery of a folder at its Nth call, then recover it; False when it lived on."""
    folder = data / "changzhou"
    shutil.copytree(left, folder)
    command = [sys.executable, "-m", "archive", "recover", "--data", str(data)]
    ran = subprocess.run([*_killing(call, number), *command], capture_output=True, check=False)
    _is_whole(left, folder)
    if ran.returncode == 0:
        return False
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    return True


def killed_and_torn(place: Place, data: Path) -> Path:
    """A folder as a power cut leaves it: a run that did not end, and its last file torn."""
    folder = data / "changzhou"
    shutil.copytree(place.folder, folder)
    subprocess.run(
        [*_killing("fdatasync", 6), *COMMAND, *MORE],
        env=_environment(data, place.server),
        capture_output=True,
        check=False,
    )
    (path,) = (path for path in warc_files(folder) if path.suffix == OPEN)
    with path.open("ab") as file:
        file.write(TORN)
    return folder


def _is_whole(before: Path, after: Path) -> None:
    """Recover a folder, and see that it is whole and has all that it had."""
    acknowledged = _rows(before)
    finished = {path.name: path.read_bytes() for path in warc_files(before) if path.suffix != OPEN}
    assert acknowledged
    assert finished
    _recover(after)
    faults = [*verify(after)]
    assert not faults, "\n".join(map(str, faults))
    assert acknowledged <= _rows(after)
    paths = {path.name: path for path in warc_files(after)}
    assert all(paths[name].read_bytes() == content for name, content in finished.items())


def _recover(folder: Path) -> None:
    with hold(folder):
        list(recover(folder))


def _rows(folder: Path) -> set[tuple[str, str]]:
    """Which exchanges the ledger has, and the digest of each as it stands in its file."""
    opened = ledger.open_ledger(folder)
    try:
        return {(row[0], row[1]) for row in opened.execute("SELECT id, sha256 FROM exchanges")}
    finally:
        opened.close()


def _killing(call: str, number: int) -> Sequence[str]:
    fault = ("-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}")
    return ("strace", "-f", "-qq", "-o", "/dev/null", *fault)


def _environment(data: Path, server: Server) -> dict[str, str]:
    to = f"*=127.0.0.1:{server.port}"
    return {**os.environ, "NIANBAO_DATA": str(data), "CONNECT_TO": to}


def _crawl(data: Path, server: Server) -> None:
    """A crawl that nobody disturbs, and that must be healthy."""
    ran = subprocess.run(
        [*COMMAND, *MORE],
        env=_environment(data, server),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


def campaign(given: tuple[str, int, int]) -> tuple[int, int]:
    """Kills at a kind of call until a run lives on: how many of crawls, and how many of recoveries.

    Given are the call, the first to kill a crawl at, and the step from there.
    """
    call, offset, every = given
    with tempfile.TemporaryDirectory() as folder, portal(CITY) as (server, _):
        data = Path(folder)
        place = prepared(data, server)
        left = killed_and_torn(place, data / "left")
        crawls = _until_one_lives(partial(killed_crawl, place), data, call, count(offset, every))
        return crawls, _until_one_lives(partial(killed_recovery, left), data, call, count(1))


def _until_one_lives(
    kill: Callable[[Path, str, int], bool], data: Path, call: str, numbers: Iterable[int]
) -> int:
    killed = 0
    for number in numbers:
        with tempfile.TemporaryDirectory(dir=data) as one:
            if not kill(Path(one), call, number):
                break
        killed += 1
    return killed


def _lines(every: int, offset: int, processes: int) -> Iterator[str]:
    with ProcessPoolExecutor(processes) as pool:
        done = pool.map(campaign, [(call, offset, every) for call in CALLS])
        for call, (crawls, recoveries) in zip(CALLS, done, strict=True):
            yield f"{call}: {crawls} crawls and {recoveries} recoveries killed, 0 pages lost"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__ and __doc__.partition("\n")[0])
    parser.add_argument("--every", type=int, default=1, help="kill crawls at every so manyth call")
    parser.add_argument("--offset", type=int, default=1, help="the first call to kill a crawl at")
    parser.add_argument("--processes", type=int, default=2, help="kinds of call side by side")
    given = parser.parse_args()
    for line in _lines(given.every, given.offset, given.processes):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
