"""How long a lookup in a large index takes, as a ratio of reading it through with `grep`.

    python -m tests.bench.lookups [--lines 10000000] [--lookups 5000] [--keep FILE]

Makes a sorted index of that many lines, ten captures to an address, and looks
up addresses at random, three in four of them there. `grep` is what finds a
line in a file without knowing that it is sorted; it runs in the C locale and
with a fixed string, which is the fastest it can. Memory is that of the
process itself, without the pages of the file that the system keeps at hand.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import random
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from archive.index import Capture, Index

CAPTURES = 10
BEGUN = dt.datetime(2019, 1, 1, tzinfo=dt.UTC)


def url(number: int) -> str:
    return f"http://www.changzhou.gov.cn/gi_news/{number:09}"


def lines(count: int) -> Iterator[bytes]:
    """Sorted lines like those of a portal, ten captures to an address, a quarter year apart."""
    moments = [f"{BEGUN + dt.timedelta(days=91 * n):%Y%m%d%H%M%S}" for n in range(CAPTURES)]
    for number in range(count // CAPTURES):
        one = Capture(
            key=f"cn,gov,changzhou)/gi_news/{number:09}",
            timestamp="",
            url=url(number),
            mime="text/html",
            status=200,
            digest="sha256:" + f"{number:064x}",
            length=6000 + number % 999,
            offset=number * 7000,
            filename="changzhou-20190101T000000000Z-00000000-00001.warc.gz",
        )
        before, after = one.line().split(b"  ", 1)
        for moment in moments:
            yield b"%s %s %s" % (before, moment.encode(), after)


def timed(lookup: Callable[[], object]) -> float:
    """Milliseconds that one call takes."""
    start = time.perf_counter()
    lookup()
    return (time.perf_counter() - start) * 1000


def grep(path: Path, address: str) -> None:
    """Read the file through for an address that is in it."""
    subprocess.run(
        ["grep", "--fixed-strings", "--count", f'"{address}"', str(path)],
        check=True,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "LC_ALL": "C"},
    )


def all_of(index: Index, address: str) -> list[Capture]:
    return list(index.captures(address))


def own_memory() -> int:
    """Bytes of memory that belong to this process alone."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("RssAnon:")[2].split()[0]) * 1024


def main() -> None:
    """Print percentiles of lookups, and their ratio to reading the file through."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=10_000_000)
    parser.add_argument("--lookups", type=int, default=5000)
    parser.add_argument("--keep", type=Path, help="leave the index there")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        path = asked.keep or Path(scratch) / "index.cdxj"
        with path.open("wb") as file:
            file.writelines(lines(asked.lines))
        print(f"{asked.lines:,} lines, {path.stat().st_size / 1e9:.2f} GB")
        measure(path, asked.lines // CAPTURES, asked.lookups)


def measure(path: Path, addresses: int, lookups: int) -> None:
    """Look up addresses in the index at `path`, which holds so many."""
    draw = random.Random(7)
    memory = own_memory()
    nearest, every = [], []
    with Index(path) as index:
        for _ in range(lookups):
            there = url(draw.randrange(addresses * 4 // 3))
            moment = BEGUN + dt.timedelta(days=draw.randrange(91 * CAPTURES))
            nearest.append(timed(partial(index.closest, there, moment)))
            every.append(timed(partial(all_of, index, there)))
    grown = own_memory() - memory
    through = [timed(partial(grep, path, url(draw.randrange(addresses)))) for _ in range(3)]
    for name, took in (("closest in time", nearest), ("all captures", every)):
        middle, late = statistics.median(took), statistics.quantiles(took, n=20)[-1]
        ratio = statistics.median(through) / late
        print(f"{name:16} median {middle:.3f} ms  p95 {late:.3f} ms  grep / p95: {ratio:,.0f}")
    print(f"grep through the file: median {statistics.median(through):,.0f} ms")
    print(f"memory grew by {grown / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
