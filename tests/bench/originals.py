"""Looking for the original of an entity in a ledger of a million exchanges.

    python -m tests.bench.originals [--rows 1000000]

Prints how long a lookup takes, of entities that are there and that are not, how
much memory the process came to need, and how large the ledger is.
"""

from __future__ import annotations

import argparse
import dataclasses
import hashlib
import random
import resource
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

from archive import entries, ledger
from archive.exchange import Place, RecordSet, look_at
from tests.exchanges import exchange, run

LOOKUPS = 20_000


def rows(count: int, chance: random.Random) -> Iterator[entries.Entry]:
    """So many exchanges, each with an entity of its own."""
    page = exchange(1, b"page")
    row = entries.entry(
        RecordSet(page, look_at(page), "run", "asker", True, Place("a", 0, 9, "0" * 64), None)
    )
    for number in range(count):
        yield dataclasses.replace(
            row,
            id=str(uuid.UUID(int=chance.getrandbits(128))),
            url=f"http://www.changzhou.gov.cn/{number}.html",
            entity_sha256=digest(number),
            offset=number * 9000,
        )


def fill(folder: Path, count: int, chance: random.Random) -> None:
    """Write the ledger, in a process of its own: here memory is given to speed."""
    opened = ledger.open_ledger(folder)
    opened.execute("PRAGMA synchronous = OFF")
    opened.execute("PRAGMA cache_size = -1000000")
    ledger.adopt(opened, run(), "a", rows(count, chance))
    opened.close()


def digest(number: int) -> str:
    return hashlib.sha256(b"%d" % number).hexdigest()


def memory() -> int:
    """The most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__ and __doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=1_000_000, help="exchanges in the ledger")
    parser.add_argument("--fill", type=Path, help="only write such a ledger, to this folder")
    given = parser.parse_args()
    count, chance = given.rows, random.Random(1)
    if given.fill:
        fill(given.fill, count, chance)
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(
            [sys.executable, "-m", __spec__.name, "--rows", str(count), "--fill", name], check=True
        )
        before = memory()
        opened = ledger.open_ledger(folder)
        size = (folder / ledger.FILE).stat().st_size
        for kind, start in (("there", 0), ("not there", count)):
            seconds = []
            for _ in range(LOOKUPS):
                wanted = digest(start + chance.randrange(count))
                began = time.perf_counter()
                found = ledger.original(opened, wanted)
                seconds.append(time.perf_counter() - began)
                assert (found is not None) == (kind == "there")
            cuts = [1e6 * cut for cut in quantiles(seconds, n=100)]
            print(f"{kind}: p50 {cuts[49]:.0f} us, p99 {cuts[98]:.0f} us")
        print(f"{count} rows, {size / 1e6:.0f} MB; memory {before} MB before, {memory()} MB after")
        opened.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
