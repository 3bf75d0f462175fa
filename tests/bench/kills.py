"""kill -9 of real crawls, over and over, and what the archive holds after each.

    python -m tests.bench.kills [--kills 1000] [--seed 1] [--processes 2]

Half of the kills are of crawls of report pages (`campaign`), killed at a random
moment of their start, of their way, or of a rotation (a file is finished every
few pages); then the folder is recovered and looked at, or the next crawl has to
recover it. The other half are of crawls of the whole portal (`resumption`): each
goes on with those before it, and the last, which nobody kills, has the records
of a run that was never disturbed, and no answer in the archive twice. Prints
what came of each round and of all, and ends with 1 at the first archive that is
not as it must be. Only crawls that ended by the kill are counted.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from archive.exchange import RecordSet
from archive.folder import hold, warc_files, warc_folder
from archive.http import read_response
from archive.record import OPEN
from archive.recover import recover
from archive.verify import verify
from archive.warc import read_sets
from tests import nursery
from tests.city.city import City
from tests.city.site import site
from tests.city.wire import Server, serve
from tests.crawling import command, crawl
from tests.resuming import COMMAND, check, kill_one, portal, records, runs

ROTATE = 8_000
"""Bytes of a WARC file: a handful of pages."""

ROUND = 10
"""Crawls that are killed in one folder, one after the other."""

MOMENTS = ("start", "page", "rotation")


class Count(collections.Counter[str]):
    """What was seen, by its name: kills, pages acknowledged, archives looked at."""

    def __str__(self) -> str:
        return ", ".join(f"{count} {name}" for name, count in self.items())


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
    count: Count = dataclasses.field(default_factory=Count)

    @property
    def folder(self) -> Path:
        return self.data / "asker"

    @property
    def settings(self) -> dict[str, Any]:
        return {"CONNECT_TO": f"*=127.0.0.1:{self.server.port}", "WARC_ROTATE": ROTATE}

    def kill(self) -> None:
        """Start a crawl, kill it, and note what it had said until then."""
        when = self.chance.choice(MOMENTS)
        job = command(self.data, self.asked, **self.settings)
        with nursery.Popen(job, stdout=subprocess.PIPE) as child:
            assert child.stdout
            lines = []
            if when == "start":
                time.sleep(self.chance.uniform(0, 0.4))
            else:
                lines = [child.stdout.readline() for _ in range(self.chance.randint(1, 20))]
            if when == "rotation":
                self._wait_for_rotation(child)
                time.sleep(self.chance.uniform(0, 0.003))
            else:
                time.sleep(self.chance.uniform(0, 0.02))
            child.kill()
            lines += child.stdout.readlines()
        if child.returncode == -signal.SIGKILL:
            self.count["killed"] += 1
            self.count[f"at a {when}"] += 1
        self._note([line for line in lines if line.endswith("\n")])
        self._grown()

    def _wait_for_rotation(self, child: nursery.Popen) -> None:
        """Return when a file was begun or finished, or the child has ended."""
        before = set(warc_files(self.folder))
        while set(warc_files(self.folder)) == before and child.poll() is None:
            pass

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
        self.count["torn ends cut"] += sum("torn end" in line for line in said)
        self._grown()
        self.check()
        return said

    def check(self) -> list[RecordSet]:
        """Every page that was acknowledged is there, once, as it was served; gives all sets."""
        paths = list(warc_files(self.folder))
        assert all(path.suffix == ".gz" for path in paths)
        self.count["files pass gzip -t"] += _pass_gzip(paths)
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


def _pass_gzip(paths: Sequence[Path]) -> int:
    """How many files gzip finds whole; raises CalledProcessError at the first that is not."""
    if paths:
        subprocess.run(["gzip", "-t", *map(str, paths)], check=True)
    return len(paths)


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
        while this.count["killed"] < kills:
            this.kill()
            if this.chance.random() < 0.5:
                this.recover()
        this.finish()
        assert len(this.check()) >= len(asked)
    this.count["pages acknowledged"] = len(this.acknowledged)
    return this


RESUMED = City(3, range(2021, 2023))
"""Small, for it is crawled over and over; about thirty requests."""


def resumption(data: Path, kills: int, seed: int) -> Count:
    """So many runs of one portal, each killed, and one that goes on with all of them."""
    chance = random.Random(seed)
    count = Count()
    with portal(RESUMED) as (server, asked):
        wanted = records(_crawl(data / "undisturbed", server))
        while count["killed"] < kills:
            folder = data / str(count["killed"]) / "changzhou"
            # A chain ends with the run that comes to its end, for most are killed too late once.
            while count["killed"] < kills and not _ended(folder):
                environment = _environment(folder.parent, server)
                count["killed"] += kill_one(environment, asked, chance, 12)
            if not _ended(folder):
                _crawl(folder.parent, server)
            with hold(folder):  # killed with the last record written, and the file not yet named
                list(recover(folder))
            check(folder, wanted)
            count["files pass gzip -t"] += _pass_gzip(list(warc_files(folder)))
            note = runs(folder)[0].note
            assert note
            count["answers had from the archive"] += note["counts"]["replayed"]
            count["resumed portals with the records of an undisturbed run"] += 1
    return count


def _ended(folder: Path) -> bool:
    """Whether the latest run of a portal came to its end."""
    return folder.exists() and any(run.note for run in runs(folder)[:1])


def _environment(data: Path, server: Server) -> dict[str, str]:
    to = f"*=127.0.0.1:{server.port}"
    return {**os.environ, "NIANBAO_DATA": str(data), "CONNECT_TO": to}


def _crawl(data: Path, server: Server) -> Path:
    """A crawl that nobody disturbs; gives the portal's folder."""
    ran = nursery.run(COMMAND, env=_environment(data, server))
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return data / "changzhou"


def _round(kills: int, seed: int) -> Count:
    """A round of either kind, and what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        if seed % 2:
            return resumption(Path(folder), kills, seed)
        return campaign(Path(folder), kills, seed).count


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__ and __doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=1000, help="crawls to kill")
    parser.add_argument("--seed", type=int, default=1, help="of the moments")
    parser.add_argument("--processes", type=int, default=2, help="rounds side by side")
    given = parser.parse_args()
    began = time.monotonic()
    sizes = [min(ROUND, given.kills - start) for start in range(0, given.kills, ROUND)]
    seeds = range(given.seed, given.seed + len(sizes))
    total = Count()
    with ProcessPoolExecutor(given.processes) as pool:
        for count in pool.map(_round, sizes, seeds):
            total.update(count)
            seconds = time.monotonic() - began
            print(f"{total['killed']} of {given.kills} after {seconds:.0f} s: {count}", flush=True)
    print(f"{total}; 0 pages lost, 0 exchanges twice, 0 faults in {seconds:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
