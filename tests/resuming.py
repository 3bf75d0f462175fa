"""Crawls of a portal that are killed or stopped and gone on with, and what must come of them."""

from __future__ import annotations

import contextlib
import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from archive import catalogue, entries, ledger
from archive.folder import warc_files
from archive.verify import verify
from archive.warc import read_sets
from tests import nursery
from tests.city.city import City
from tests.city.message import Request, Response, Script
from tests.city.site import site
from tests.city.wire import Server, serve

Process = nursery.Popen | subprocess.Popen[Any]
COMMAND = (sys.executable, "-m", "scrapy", "crawl", "changzhou")


class Asked:
    """A portal that counts what it is asked, and lets others wait for a count."""

    def __init__(self, city: City) -> None:
        self._portal = site(city)
        self._changed = threading.Condition()
        self.count = 0

    def __call__(self, request: Request) -> Response | Script:
        with self._changed:
            self.count += 1
            self._changed.notify_all()
        return self._portal(request)

    def wait_for(self, count: int, child: Process) -> None:
        """Return when so many requests have come in all, or the child has ended."""
        with self._changed:
            while self.count < count and child.poll() is None:
                self._changed.wait(0.05)


@contextlib.contextmanager
def portal(city: City) -> Iterator[tuple[Server, Asked]]:
    """A portal served on this machine."""
    asked = Asked(city)
    with serve(asked) as server:
        yield server, asked


def kill_one(
    environment: dict[str, str], asked: Asked, chance: random.Random, pages: int, *more: str
) -> bool:
    """Start a crawl and kill it after so many answers at most, a moment earlier or later.

    Gives whether it was killed: it may have come to its end before.
    """
    before = asked.count
    with nursery.Popen(
        [*COMMAND, *more],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as child:
        asked.wait_for(before + chance.randint(1, pages), child)
        time.sleep(chance.uniform(0, 0.03))
        child.kill()
    return child.returncode == -signal.SIGKILL


def records(folder: Path) -> list[str]:
    """What was read of every report of a portal, but for where and when it was captured."""
    opened = catalogue.open_catalogue(folder / catalogue.FILE)
    try:
        found = []
        for report in catalogue.reports(opened):
            said = json.loads(report.to_json())
            for name in ("capture", "fetched"):
                said["report"].pop(name)
            found.append(json.dumps(said, sort_keys=True, ensure_ascii=False))
        return sorted(found)
    finally:
        opened.close()


def whole_answers(folder: Path) -> Counter[tuple[str, str, int]]:
    """How often each request has a whole answer in the archive, by method, address and attempt."""
    sets = (found.exchange for path in warc_files(folder) for found in read_sets(path))
    return Counter(
        (one.method, one.url, one.attempt)
        for one in sets
        if one.response and not one.truncated and not one.error
    )


def check(folder: Path, expected: list[str]) -> None:
    """See that the archive is whole, has no answer twice, and that the records are as expected."""
    faults = list(verify(folder))
    assert not faults, "\n".join(map(str, faults))
    twice = {key: count for key, count in whole_answers(folder).items() if count > 1}
    assert not twice, f"fetched again after a kill: {twice}"
    assert expected
    assert records(folder) == expected


def runs(folder: Path) -> list[entries.RunEntry]:
    """The runs of a portal, the latest first."""
    opened = ledger.open_ledger(folder)
    try:
        return list(ledger.runs(opened))
    finally:
        opened.close()
