"""Power cuts: the disk as it may be after one, from the log of what a crawl asked of it.

    python -m tests.bench.power [--points 500] [--seed 1]

A crawl of the sample city runs under strace, which logs every write, sync,
rename and unlink with its bytes, those of SQLite too. From the log the disk is
rebuilt as it may be when the power goes at a point: what was synced is there;
of what was not, writes are dropped, torn, zeroed or kept in any mixture, and
renames and new names done up to some point. Then the folder is recovered, and
every page that the spider had been given must be in it. A second count takes
the syncs of the WARC files out of the log, as if the writer did not ask for
them: it shows that the test would see the loss.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import random
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from archive.examine import read_file
from archive.exchange import RecordSet
from archive.folder import hold, warc_files
from archive.record import DamagedError
from archive.recover import recover
from archive.verify import verify
from tests.city.city import City
from tests.city.site import site
from tests.city.wire import serve
from tests.crawling import run_job

CALLS = "openat,mkdir,pwrite64,write,ftruncate,fdatasync,fsync,rename,unlink"
ROTATE = 8_000
BLOCK = 512
"""Bytes that a disk writes whole or not at all."""


@dataclasses.dataclass(frozen=True)
class Event:
    """A call on the disk, or a page given to the spider (`given`: the id of its exchange)."""

    moment: float
    call: str
    path: str = ""
    to: str = ""
    data: bytes = b""
    offset: int | None = None
    """Of a write; None at the end of the file."""


def record(folder: Path, pages: int) -> list[Event]:
    """What a crawl of so many pages asks of the disk, in the order it was done."""
    data, log = folder / "data", folder / "log"
    (data / "asker").mkdir(parents=True)
    log.mkdir()
    strace = ["strace", "-ff", "-y", "-xx", "-ttt", "-T", "-s", "4000000", "-e", f"trace={CALLS}"]
    city = City(4, range(2021, 2024))
    found = [entry.path for entry in city.report_entries()]
    asked = [
        {"url": f"http://www.changzhou.gov.cn{found[number % len(found)]}"}
        for number in range(pages)
    ]
    with serve(site(city)) as server:
        ran = run_job(
            data,
            asked,
            [*strace, "-o", str(log / "calls"), "--"],
            CONNECT_TO=f"*=127.0.0.1:{server.port}",
            WARC_ROTATE=ROTATE,
        )
    assert ran.returncode == 0, ran.stderr
    events = [event for path in log.iterdir() for event in _read(path, data)]
    return sorted(events, key=lambda event: event.moment)


_LINE = re.compile(r"([\d.]+) (\w+)\((.*)\) += (\d+)(?:<[^>]*>)? <([\d.]+)>")
_HEX = re.compile(r'[<"]((?:\\x[0-9a-f]{2})*)[>"]')


def _read(path: Path, data: Path) -> Iterable[Event]:
    """The events of one thread's log that are about files in `data`, or pages given."""
    for line in path.read_text("ascii").splitlines():
        found = _LINE.fullmatch(line)
        if found is None:
            continue
        call, arguments = found[2], found[3]
        assert '"...' not in arguments, "strace cut a write short"
        texts = [bytes.fromhex(text.replace("\\x", "")) for text in _HEX.findall(arguments)]
        names = [text.decode("utf-8", "replace") for text in texts]
        began, ended = float(found[1]), float(found[1]) + float(found[5])
        if call == "write" and arguments.startswith("1<"):
            # Libraries start processes whose output is not ours.
            if texts[-1].startswith(b'{"number"'):
                said = json.loads(texts[-1])
                yield Event(began, "given", data=said["exchange"].encode())
            continue
        name = names[1] if call == "openat" else names[0]
        if not name.startswith(f"{data}/") or name.endswith("-shm"):
            continue
        if call == "openat":
            if "O_CREAT" in arguments or "O_TRUNC" in arguments:
                yield Event(ended, "truncate" if "O_TRUNC" in arguments else "create", name)
        elif call == "pwrite64":
            yield Event(ended, "write", name, "", texts[1], int(arguments.rpartition(", ")[2]))
        elif call == "write":
            yield Event(ended, "write", name, "", texts[1])
        elif call == "ftruncate":
            length = int(arguments.rpartition(", ")[2])
            yield Event(ended, "ftruncate", name, offset=length)
        elif call == "rename":
            yield Event(ended, "rename", name, names[1])
        else:
            yield Event(ended, {"fdatasync": "sync", "fsync": "sync"}.get(call, call), name)


class _File:
    """What is on the disk of a file, and what was asked for since."""

    def __init__(self) -> None:
        self.durable = b""
        self.pending: list[tuple[int, bytes | None]] = []
        """Offset and bytes of a write; None for a new length."""
        self.now = b""

    def do(self, offset: int, data: bytes | None) -> None:
        self.pending.append((offset, data))
        self.now = _done(self.now, [(offset, data)])

    def sync(self) -> None:
        self.durable, self.pending = self.now, []

    def after(self, chance: random.Random) -> bytes:
        """Content after a power cut."""
        calls = self.pending
        some = calls[: chance.randint(0, len(calls))]
        torn = some
        if some and some[-1][1]:
            offset, data = some[-1]
            torn = [*some[:-1], (offset, data[: chance.randrange(len(data))])] if data else some
        choices: Sequence[Sequence[tuple[int, bytes | None]]] = (
            [],
            calls,
            some,
            torn,
            [call for call in calls if chance.random() < 0.5],
        )
        content = _done(self.durable, chance.choice(choices))
        if chance.random() < 0.3:
            content = self._zeroed(content, chance)
        return content

    def _zeroed(self, content: bytes, chance: random.Random) -> bytes:
        """The file has its length, but blocks of what was not synced are still zeros."""
        if not self.pending or len(content) <= len(self.durable):
            return content
        blocks = bytearray(content)
        for start in range(len(self.durable) // BLOCK * BLOCK, len(content), BLOCK):
            if chance.random() < 0.5:
                begin, end = max(start, len(self.durable)), min(start + BLOCK, len(content))
                blocks[begin:end] = bytes(end - begin)
        return bytes(blocks)


def _done(content: bytes, calls: Iterable[tuple[int, bytes | None]]) -> bytes:
    changed = bytearray(content)
    for offset, data in calls:
        if data is None:
            changed = changed[:offset].ljust(offset, b"\0")
        else:
            changed = changed.ljust(offset, b"\0")
            changed[offset : offset + len(data)] = data
    return bytes(changed)


Names = dict[str, _File | None]


class Disk:
    """The files below a folder as they are known to processes, and as they are on the disk."""

    def __init__(self) -> None:
        self.names: Names = {}
        self.durable: dict[str, Names] = defaultdict(dict)
        self.pending: dict[str, list[Names]] = defaultdict(list)

    def do(self, event: Event) -> None:
        """Carry out a call."""
        path = event.path
        if event.call == "sync":
            file = self.names.get(path)
            if file:
                file.sync()
            else:
                for change in self.pending.pop(path, []):
                    self.durable[path].update(change)
        elif event.call == "rename":
            self._change({path: None, event.to: self.names[path]})
        elif event.call == "unlink":
            self._change({path: None})
        elif event.call in {"create", "truncate", "write", "ftruncate"}:
            file = self.names.get(path)
            if file is None:
                file = _File()
                self._change({path: file})
            if event.call == "truncate" and file.now:
                file.do(0, None)
            elif event.call == "write":
                file.do(len(file.now) if event.offset is None else event.offset, event.data)
            elif event.call == "ftruncate":
                file.do(event.offset or 0, None)

    def _change(self, names: Names) -> None:
        self.names.update(names)
        self.pending[os.path.dirname(next(iter(names)))].append(names)  # noqa: PTH120

    def after_power_cut(self, chance: random.Random) -> dict[str, bytes]:
        """Content by path, as it may be found afterwards."""
        found: Names = {}
        for folder in {*self.durable, *self.pending}:
            found.update(self.durable[folder])
            undone = self.pending[folder]
            for change in undone[: chance.randint(0, len(undone))]:
                found.update(change)
        return {path: file.after(chance) for path, file in found.items() if file}

    def after_kill(self, last: Event, chance: random.Random) -> dict[str, bytes]:
        """The same when only the process died: all is there, the last write perhaps in part."""
        found = {path: file.now for path, file in self.names.items() if file}
        if last.call == "write" and last.offset is not None and chance.random() < 0.5:
            part = last.offset + chance.randrange(len(last.data))
            if last.offset + len(last.data) == len(found[last.path]):
                found[last.path] = found[last.path][:part]
        return found


def _lay(found: dict[str, bytes], was: Path, folder: Path) -> Path:
    for path, content in found.items():
        place = folder / Path(path).relative_to(was)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
    return folder / "asker"


@dataclasses.dataclass
class Count:
    """What came of a number of power cuts."""

    points: int = 0
    given: int = 0
    lost: int = 0
    """Pages that were given to the spider and are not in the archive."""
    unrecovered: int = 0
    """Points at which the folder could not be recovered."""
    faults: list[str] = dataclasses.field(default_factory=list)
    cut: int = 0
    """Torn ends that were cut off."""


def cut_power(
    events: Sequence[Event], was: Path, points: int, seed: int, *, power: bool = True
) -> Count:
    """Cut the power (or kill the process) at so many points of the log, and recover each time."""
    chance = random.Random(seed)
    count = Count()
    first = next(n for n, event in enumerate(events) if event.call == "write")
    # Half of the moments lie just behind a write to a WARC file, where most is at stake.
    writes = [n + 1 for n, e in enumerate(events) if e.call == "write" and ".warc.gz" in e.path]
    anywhere = range(first + 1, len(events) + 1)
    moments = sorted(chance.choice((writes, anywhere)[n % 2]) for n in range(points))
    disk, given, done = Disk(), set[str](), 0
    for moment in moments:
        for event in events[done:moment]:
            if event.call == "given":
                given.add(event.data.decode())
            else:
                disk.do(event)
        done = moment
        last = events[moment - 1]
        found = disk.after_power_cut(chance) if power else disk.after_kill(last, chance)
        with tempfile.TemporaryDirectory() as folder:
            _look(_lay(found, was, Path(folder)), given, count)
    return count


def _look(folder: Path, given: set[str], count: Count) -> None:
    """Recover a folder, and count what is missing."""
    folder.mkdir(exist_ok=True)
    count.points += 1
    count.given += len(given)
    try:
        with hold(folder):
            count.cut += sum("torn end" in said for said in recover(folder))
            count.faults += map(str, verify(folder) if list(warc_files(folder)) else ())
    except DamagedError as error:
        count.unrecovered += 1
        count.faults.append(str(error))
    parts = [part for path in warc_files(folder) for part in read_file(path)]
    kept = [part.exchange.id for part in parts if isinstance(part, RecordSet)]
    assert len(kept) == len(set(kept))
    count.lost += len(given - set(kept))


def without_syncs(events: Iterable[Event]) -> list[Event]:
    """The log of a writer that never syncs its WARC files."""
    return [e for e in events if not (e.call == "sync" and ".warc.gz" in e.path)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__ and __doc__.partition("\n")[0])
    parser.add_argument("--points", type=int, default=500, help="moments to cut the power at")
    parser.add_argument("--pages", type=int, default=300, help="pages of the crawl")
    parser.add_argument("--seed", type=int, default=1, help="of the moments and of the damage")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        events, was = record(Path(folder), given.pages), Path(folder) / "data"
        print(f"{len(events)} calls")
        counts: dict[str, Any] = {
            "power cut": cut_power(events, was, given.points, given.seed),
            "killed": cut_power(events, was, given.points, given.seed, power=False),
            "power cut, no fdatasync": cut_power(
                without_syncs(events), was, given.points, given.seed
            ),
        }
    for name, count in counts.items():
        print(
            f"{name}: {count.points} points, {count.given} pages given, {count.lost} lost,"
            f" {count.unrecovered} not recovered, {count.cut} torn ends, {len(count.faults)} faults"
        )
    bad = [c for c in list(counts.values())[:2] if c.lost or c.unrecovered or c.faults]
    for count in bad:
        print(*count.faults[:20], sep="\n")
    return 1 if bad or not counts["power cut, no fdatasync"].lost else 0


if __name__ == "__main__":
    sys.exit(main())
