"""kill -9 of real crawls, over and over, and what the archive holds after each.

    python -m tests.bench.kills [--kills 1000] [--seed 1]

A crawl of the sample city's report pages is killed at a random moment of its
start, of its way, or of a rotation (a file is finished every few pages); then
the folder is recovered and looked at, or the next crawl has to recover it.
Prints how many were killed, how many pages they had acknowledged, and ends
with 1 at the first that is not in the archive as it must be.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import dataclasses
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from archive.exchange import RecordSet
from archive.folder import hold, warc_files, warc_folder
from archive.http import read_response
from archive.recover import recover
from archive.verify import verify
from archive.warc import OPEN, read_sets
from tests.city.city import City
from tests.city.site import site
from tests.city.wire import Server, serve
from tests.crawling import crawl

ROTATE = 20_000
"""Bytes of a WARC file: a handful of pages."""

ROUND = 25
"""Crawls that are killed in one folder, one after the other."""


@dataclasses.dataclass
class Round:
    """A folder in which crawl after crawl is killed, and what they acknowledged."""

    data: Path
    server: Server
    chance: random.Random
    asked: list[dict[str, Any]]
    acknowledged: dict[str, str] = dataclasses.field(default_factory=dict)
    """SHA-256 of the page that the spider saw, by the id of its exchange."""
    finished: dict[str, bytes] = dataclasses.field(default_factory=dict)
    """Content of the WARC files, by name, when they were seen last."""

    @property
    def folder(self) -> Path:
        return self.data / "asker"

    @property
    def settings(self) -> dict[str, Any]:
        return {"CONNECT_TO": f"*=127.0.0.1:{self.server.port}", "WARC_ROTATE": ROTATE}

    def kill(self) -> None:
        """Start a crawl, kill it, and note what it had said until then."""
        said = {"data": str(self.data), "requests": self.asked, "settings": self.settings}
        job = json.dumps({**said, "spy": False})
        command = [sys.executable, "-m", "tests.crawling", job]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout
            lines = [child.stdout.readline() for _ in range(self.chance.choice((0, 1, 5, 20)))]
            time.sleep(self.chance.uniform(0, 0.02) if lines else self.chance.uniform(0.3, 1.2))
            child.kill()
            lines += child.stdout.readlines()
        self._note([line for line in lines if line.endswith("\n")])
        self._grown()

    def finish(self) -> None:
        """A crawl that nobody kills: it recovers what the last one left, and goes to its end."""
        said, _ = crawl(self.data, self.asked, **self.settings)
        self._note([json.dumps(line) for line in said])

    def _note(self, lines: list[str]) -> None:
        for line in lines:
            said = json.loads(line)
            if "exchange" in said:
                self.acknowledged[said["exchange"]] = said["sha256"]

    def _grown(self) -> None:
        """See that nothing written earlier has changed, and keep what is there now."""
        for path in warc_files(self.folder):
            name, content = path.name.removesuffix(OPEN), path.read_bytes()
            before = self.finished.get(name, b"")
            # A recovery cuts torn ends; a crawl only adds.
            shorter = min(len(before), len(content))
            assert content[:shorter] == before[:shorter], f"{name} has changed"
            self.finished[name] = content

    def recover(self) -> list[str]:
        """Recover the folder, and see that it is whole; gives what the recovery said."""
        with hold(self.folder):
            said = list(recover(self.folder))
        self._grown()
        self.check()
        return said

    def check(self) -> list[RecordSet]:
        """Every page that was acknowledged is there, once, as it was served; gives all sets."""
        paths = list(warc_files(self.folder))
        assert all(path.suffix == ".gz" for path in paths)
        if paths:
            subprocess.run(["gzip", "-t", *map(str, paths)], check=True)
        sets = [found for path in paths for found in read_sets(path)]
        pages = {found.exchange.id: _page(found) for found in sets}
        assert len(pages) == len(sets), "an exchange is there twice"
        lost = [one for one, page in self.acknowledged.items() if pages.get(one) != page]
        assert not lost, f"acknowledged, and not in the archive: {lost}"
        served = collections.Counter((one.request, one.response) for one in self.server.settled())
        kept = collections.Counter((one.exchange.request, one.exchange.response) for one in sets)
        assert kept <= served, "the archive holds what was never served"
        if warc_folder(self.folder).exists():
            with hold(self.folder):
                faults = list(verify(self.folder))
            assert not faults, "\n".join(map(str, faults))
        return sets


def _page(found: RecordSet) -> str:
    response = read_response(found.exchange.response, found.exchange.method)
    return hashlib.sha256(response.entity).hexdigest()


def campaign(data: Path, kills: int, seed: int) -> Round:
    """So many kills in one folder, half of them recovered by the next crawl, and one whole run."""
    city = City(4, range(2021, 2024))
    pages = [f"http://www.changzhou.gov.cn{entry.path}" for entry in city.report_entries()]
    asked = [{"url": page} for page in pages * 4]
    with serve(site(city)) as server:
        this = Round(data, server, random.Random(seed), asked)
        for _ in range(kills):
            this.kill()
            if this.chance.random() < 0.5:
                this.recover()
        this.finish()
        assert len(this.check()) >= len(asked)
    return this


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__ and __doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1000, help="crawls to kill")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    given = parser.parse_args()
    pages = files = killed = 0
    while killed < given.kills:
        now = min(ROUND, given.kills - killed)
        with contextlib.ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            done = campaign(Path(folder), now, given.seed + killed)
        killed += now
        pages += len(done.acknowledged)
        files += len(done.finished)
        print(f"{killed} killed, {pages} pages acknowledged in {files} files, 0 lost", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
