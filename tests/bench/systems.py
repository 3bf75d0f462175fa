"""The large city on every system, crawled to its end: `python -m tests.bench.systems`.

    python -m tests.bench.systems [--organs 60] [--years 2019-2026] [SYSTEM ...]

Each system is crawled in a process of its own, by its spider, into a folder that
is thrown away. A line tells the verdict, the recall, pages asked for twice and
pages that are no reports. The exit status is 1 unless all are as they must be.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from tests.fleet import FLEET


def crawl(system: str, organs: int, years: str) -> dict[str, Any]:
    """The crawl of one system, as `tests.crawled` tells it."""
    with tempfile.TemporaryDirectory() as data:
        ran = subprocess.run(
            [sys.executable, "-m", "tests.crawled", str(organs), years, system],
            env={**os.environ, "NIANBAO_DATA": data},
            capture_output=True,
            text=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def main() -> int:
    """Crawl every system asked for, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.systems")
    parser.add_argument("--organs", type=int, default=60)
    parser.add_argument("--years", default="2019-2026")
    parser.add_argument("systems", nargs="*", metavar="SYSTEM", help="all when none is named")
    asked = parser.parse_args()
    sound = True
    for system in asked.systems or FLEET:
        one = crawl(system, asked.organs, asked.years)
        as_it_must = (
            one["verdict"] == ("incomplete" if system in CUT else "healthy")
            and (one["found"] == one["reports"] == one["read"] or system in CUT)
            and not one["twice"]
            and not one["others"]
        )
        sound &= as_it_must
        print(
            f"{system:<16}{one['verdict']:<11} {one['found']} of {one['reports']} reports,"
            f" {one['read']} read, {one['pages']} pages, {one['twice']} twice,"
            f" {one['others']} others, {one['seconds']} s{'' if as_it_must else '  WRONG'}",
            flush=True,
        )
    return 0 if sound else 1


CUT = frozenset({"truecms-404"})
"""Systems that show the first rows of a long list only: the verdict has to say so."""

if __name__ == "__main__":
    sys.exit(main())
