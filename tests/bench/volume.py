"""The writer against gzip alone on the same bytes, and the memory of a large archive.

    python -m tests.bench.volume [--pages 4000] [--rounds 3] [--gigabytes 5]

The least that keeping a page can cost is to compress it at level 6 and write
it down. That is done with the sample city's pages, each made unlike the others,
and the writer keeps the same pages; pages a second of each and the ratio are
printed, wall and CPU. Before that, processes of their own write, verify, index
and pack an archive of so many gigabytes and one a tenth of that, and the peak
memory of each is printed.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path

from archive.exchange import RecordSet
from archive.folder import hold
from archive.index import update
from archive.verify import verify
from archive.wacz import pack
from archive.writer import Writer
from tests.city import pages
from tests.city.city import City
from tests.exchanges import exchange, run

NOISE = 250_000
"""Bytes of a page of the large archive: noise, so that no byte of it is saved."""


def distinct(count: int) -> list[bytes]:
    """So many of the city's report pages, no two the same."""
    city = City()
    bodies = [pages.report(city, entry).encode() for entry in city.report_entries()]
    return [b"<!-- %d -->" % number + bodies[number % len(bodies)] for number in range(count)]


def packed(folder: Path, bodies: list[bytes]) -> None:
    with (folder / "pages.gz").open("wb") as file:
        for body in bodies:
            file.write(zlib.compress(body, 6, wbits=31))


def kept(folder: Path, bodies: Iterator[bytes] | list[bytes]) -> None:
    """Keep pages as a crawl does, sixteen under way."""
    lock = hold(folder)
    writer = Writer(folder, run())
    waiting: deque[Future[RecordSet]] = deque()
    for number, body in enumerate(bodies):
        waiting.append(writer.submit(exchange(number, body)))
        if len(waiting) == 16:
            waiting.popleft().result()
    writer.close({})
    lock.close()


def timed(work: Callable[[Path, list[bytes]], None], bodies: list[bytes]) -> tuple[float, float]:
    """Seconds on the clock, and of CPU."""
    with tempfile.TemporaryDirectory() as folder:
        clock, cpu = time.perf_counter(), time.process_time()
        work(Path(folder), bodies)
        return time.perf_counter() - clock, time.process_time() - cpu


def throughput(count: int, rounds: int) -> None:
    bodies = distinct(count)
    taken: dict[str, list[tuple[float, float]]] = {"gzip": [], "writer": []}
    for _ in range(rounds):
        taken["gzip"].append(timed(packed, bodies))
        taken["writer"].append(timed(kept, bodies))
    size = sum(map(len, bodies)) / count / 1000
    for which, name in ((0, "wall"), (1, "CPU")):
        best = {kind: min(one[which] for one in found) for kind, found in taken.items()}
        print(
            f"{count} pages of {size:.0f} kB, {name}: gzip {count / best['gzip']:.0f} pages/s,"
            f" writer {count / best['writer']:.0f}; writer / gzip in time"
            f" {best['writer'] / best['gzip']:.2f}",
            flush=True,
        )


def write_noise(folder: Path, gigabytes: float) -> None:
    noise = random.Random(3)
    kept(folder, (noise.randbytes(NOISE) for _ in range(int(gigabytes * 1e9 / NOISE))))


def verify_all(folder: Path, _: float) -> None:
    assert not list(verify(folder))


def index_all(folder: Path, _: float) -> None:
    update(folder)


def pack_all(folder: Path, _: float) -> None:
    pack(folder, (), folder / "all.wacz")


STEPS: Mapping[str, Callable[[Path, float], None]] = {
    "write": write_noise,
    "verify": verify_all,
    "index": index_all,
    "pack": pack_all,
}


def peak(step: str, folder: Path, gigabytes: float) -> float:
    """Peak memory in MB of a process that does one step."""
    job = json.dumps({"step": step, "folder": str(folder), "gigabytes": gigabytes})
    command = [sys.executable, "-m", "tests.bench.volume", "--child", job]
    ran = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return float(ran.stdout)


def child(job: dict[str, str]) -> None:
    STEPS[job["step"]](Path(job["folder"]), float(job["gigabytes"]))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)


def memory(gigabytes: float) -> None:
    found: dict[str, list[float]] = {step: [] for step in STEPS}
    for size in (gigabytes / 10, gigabytes):
        with tempfile.TemporaryDirectory() as folder:
            for step in STEPS:
                found[step].append(peak(step, Path(folder) / "asker", size))
    for step, (few, many) in found.items():
        print(
            f"peak memory, {step}: {few:.0f} MB at {gigabytes / 10:g} GB,"
            f" {many:.0f} MB at {gigabytes:g} GB: {many - few:+.0f} MB",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--pages", type=int, default=4000, help="pages of one round")
    parser.add_argument("--rounds", type=int, default=3, help="the best counts")
    parser.add_argument("--gigabytes", type=float, default=5, help="of the large archive")
    parser.add_argument("--child", type=json.loads, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        child(given.child)
        return
    if given.gigabytes:
        # First, while this process is small: a child's peak begins with its parent's size.
        memory(given.gigabytes)
    throughput(given.pages, given.rounds)


if __name__ == "__main__":
    main()
