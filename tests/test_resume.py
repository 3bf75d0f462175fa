"""A run that was killed, stopped, or ran out of disk is gone on with: none twice, none lost."""

from __future__ import annotations

import random
import shutil
import signal
import sqlite3
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from archive import ledger
from archive.folder import warc_files
from archive.warc import read_sets
from tests import nursery
from tests.bench.kills import resumption
from tests.city.city import City
from tests.resuming import COMMAND, check, kill_one, portal, records, runs
from tests.small_disk import on_small_disk
from tests.test_crawl import crawl, surroundings, verdict

CITY = City(4, range(2021, 2024))
LARGER = City(8, range(2021, 2024))
CHAINS = 6
KILLS = 3


def expected(data: Path, city: City = CITY) -> list[str]:
    """The records of a run that nobody disturbs."""
    with portal(city) as (server, _):
        status, printed = crawl(data, server.port)
    assert status == 0, printed
    return records(data / "changzhou")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return expected(tmp_path_factory.mktemp("undisturbed"))


def killed(data: Path, port: int, asked: Any, pages: int, *more: str) -> None:
    kill_one(surroundings(data, port), asked, random.Random(1), pages, *more)


def test_kills(tmp_path: Path) -> None:
    """Every run goes on with the one before it, killed while it did so too."""
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda n: resumption(tmp_path / str(n), KILLS, seed=n), range(CHAINS)))
    assert sum(one["killed"] for one in done) == CHAINS * KILLS
    assert sum(one["answers had from the archive"] for one in done) > CHAINS


def test_what_is_said_and_noted(tmp_path: Path, undisturbed: list[str]) -> None:
    folder = tmp_path / "changzhou"
    with portal(CITY) as (server, asked):
        kill_one(surroundings(tmp_path, server.port), asked, random.Random(1), 12)
        first = runs(folder)[0]
        assert first.note is None
        status, printed = crawl(tmp_path, server.port)
    assert status == 0, printed
    assert f"going on with the run of {first.started[:10]} {first.started[11:16]} UTC, " in printed
    latest = runs(folder)[0]
    assert latest.note
    assert latest.note["resumes"] == [first.id]
    assert latest.note["counts"]["replayed"] > 0
    check(folder, undisturbed)


def test_a_chain_without_its_ledger_and_catalogue(tmp_path: Path, undisturbed: list[str]) -> None:
    """The files alone say what was fetched, and which run went on with which."""
    folder = tmp_path / "changzhou"
    with portal(CITY) as (server, asked):
        for seed in (1, 2):
            kill_one(surroundings(tmp_path, server.port), asked, random.Random(seed), 9)
        for path in folder.glob("*.sqlite*"):
            path.unlink()
        status, printed = crawl(tmp_path, server.port)
    assert status == 0, printed
    latest, *earlier = runs(folder)
    assert latest.note
    assert latest.note["resumes"] == [one.id for one in reversed(earlier)]
    check(folder, undisturbed)


def test_what_is_not_gone_on_with(tmp_path: Path) -> None:
    """A run of other arguments, one that is too old, one that is not wanted, one that ended."""
    with portal(City(2, range(2021, 2023))) as (server, asked):
        for more in (("-a", "years=2022"), ("-s", "RESUME_WITHIN=0"), ("-a", "resume=no")):
            kill_one(surroundings(tmp_path, server.port), asked, random.Random(3), 9)
            assert runs(tmp_path / "changzhou")[0].note is None
            status, printed = crawl(tmp_path, server.port, *more)
            assert status == 0, printed
            assert "going on" not in printed
        status, printed = crawl(tmp_path, server.port)
    assert status == 0, printed
    assert "going on" not in printed


def test_old_rules_are_asked_for_again(tmp_path: Path) -> None:
    """RFC 9309 2.4: robots.txt is not used for longer than a day."""
    folder = tmp_path / "changzhou"
    with portal(CITY) as (server, asked):
        kill_one(surroundings(tmp_path, server.port), asked, random.Random(5), 12)  # ten requests
        opened = ledger.open_ledger(folder)
        with opened:
            opened.execute(
                "UPDATE exchanges SET started = '2001-01-01T00:00:00.000000Z' WHERE role = 'robots'"
            )
        opened.close()
        status, printed = crawl(tmp_path, server.port)
        log = server.settled()
    assert status == 0, printed
    assert sum(one.target == "/robots.txt" and not one.tls for one in log) == 2


def test_recheck_decides_as_the_first_run_did(tmp_path: Path, undisturbed: list[str]) -> None:
    """What the killed run captured does not count as captured lately."""
    with portal(CITY) as (server, asked):
        kill_one(
            surroundings(tmp_path, server.port), asked, random.Random(1), 14, "-a", "recheck=30d"
        )
        status, printed = crawl(tmp_path, server.port, "-a", "recheck=30d")
    assert status == 0, printed
    assert "going on" in printed
    note = runs(tmp_path / "changzhou")[0].note
    assert note
    assert {name: year["known"] for name, year in note["years"].items()} == {
        "2021": 0,
        "2022": 0,
        "2023": 0,
    }
    check(tmp_path / "changzhou", undisturbed)


def test_a_stopped_run_is_gone_on_with(tmp_path: Path, undisturbed: list[str]) -> None:
    with portal(CITY) as (server, asked):
        with nursery.Popen(
            COMMAND, env=surroundings(tmp_path, server.port), stdout=subprocess.DEVNULL
        ) as child:
            asked.wait_for(8, child)
            child.send_signal(signal.SIGINT)
        assert child.returncode == 3
        status, printed = crawl(tmp_path, server.port)
    assert status == 0, printed
    assert "going on" in printed
    check(tmp_path / "changzhou", undisturbed)


def test_a_damaged_answer_ends_the_run(tmp_path: Path) -> None:
    """It is neither handed on nor fetched again: somebody has to look."""
    folder = tmp_path / "changzhou"
    with portal(CITY) as (server, asked):
        for seed in (5, 6):  # ten requests each; the second finishes the file of the first
            kill_one(surroundings(tmp_path, server.port), asked, random.Random(seed), 12)
        path = next(iter(warc_files(folder)))
        *_, last = read_sets(path)
        content = bytearray(path.read_bytes())
        content[last.place.offset + 60] ^= 1
        path.write_bytes(content)
        status, printed = crawl(tmp_path, server.port)
    assert (status, verdict(printed)) == (4, "archive_failed"), printed
    assert "python -m archive verify" in printed


FILLER = 23_400
"""Kilobytes on a disk of 24 MB: the crawl can begin, and not end."""


def paused(data: Path, then: str, city: City, *more: str) -> tuple[int, str]:
    """A crawl on a disk that is full before its end; `then` happens once it has said so."""
    wrapper = on_small_disk(data, 24, filler=FILLER, then=then)
    with (
        portal(city) as (server, _),
        subprocess.Popen(
            [*wrapper, *COMMAND, *more],
            env=surroundings(data / "small", server.port),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as child,
    ):
        assert child.stdout
        printed = ""
        for line in child.stdout:
            printed += line
            if "paused: no room" in line:
                (data / "now").touch()
    return child.returncode, printed


def test_a_full_disk_is_waited_for(tmp_path: Path) -> None:
    wanted = expected(tmp_path / "undisturbed", LARGER)
    status, printed = paused(tmp_path, "rm filler", LARGER)
    assert (status, verdict(printed)) == (0, "healthy"), printed
    assert "there is room again" in printed
    assert "for want of room" in printed
    check(tmp_path / "after" / "changzhou", wanted)


def test_a_run_that_is_stopped_while_it_waits(tmp_path: Path) -> None:
    wanted = expected(tmp_path / "undisturbed", LARGER)
    status, printed = paused(tmp_path, "kill -TERM $pid", LARGER)
    assert (status, verdict(printed)) == (4, "archive_failed"), printed
    after = tmp_path / "after"
    folder = after / "changzhou"
    before = {path.name.removesuffix(".open"): path.read_bytes() for path in warc_files(folder)}
    acknowledged = set(rows(folder))
    assert acknowledged
    with portal(LARGER) as (server, _):
        status, printed = crawl(after, server.port)
    assert status == 0, printed
    assert "going on" in printed
    assert acknowledged <= set(rows(folder))
    grown(folder, before)
    check(folder, wanted)


def rows(folder: Path) -> list[Any]:
    opened = sqlite3.connect(folder / ledger.FILE)
    try:
        return opened.execute("SELECT * FROM exchanges").fetchall()
    finally:
        opened.close()


def grown(folder: Path, before: dict[str, bytes]) -> None:
    """See that what was written earlier is as it was, byte for byte, but for a torn end."""
    assert before
    known = {found[0]: found[1] for found in ends(folder).items()}
    for path in warc_files(folder):
        content = before.get(path.name.removesuffix(".open"), b"")
        keeps = min(len(content), known.get(path.name, 0))
        assert path.read_bytes()[:keeps] == content[:keeps]


def ends(folder: Path) -> dict[str, int]:
    opened = sqlite3.connect(folder / ledger.FILE)
    try:
        return dict(
            opened.execute("SELECT file, max(offset + length) FROM exchanges GROUP BY file")
        )
    finally:
        opened.close()


@pytest.mark.parametrize(
    ("call", "error", "after"),
    [("pwrite64", "EIO", 300), ("fdatasync", "EIO", 42), ("pwrite64", "EROFS", 400)],
)
def test_a_disk_that_fails(
    tmp_path: Path, undisturbed: list[str], call: str, error: str, after: int
) -> None:
    """The run ends at once with 4; nothing acknowledged is lost, and the next goes on with it."""
    if shutil.which("strace") is None:
        pytest.skip("there is no strace here to make calls fail")
    folder = tmp_path / "changzhou"
    fault = ["-e", f"trace={call}", "-e", f"inject={call}:error={error}:when={after}+"]
    wrapper = ["strace", "-f", "-qq", "-o", "/dev/null", *fault]
    with portal(CITY) as (server, _):
        status, printed = crawl(tmp_path, server.port, wrapper=wrapper)
        assert (status, verdict(printed)) == (4, "archive_failed"), printed
        assert " again" in printed
        assert "paused" not in printed
        before = {path.name.removesuffix(".open"): path.read_bytes() for path in warc_files(folder)}
        acknowledged = set(rows(folder))
        status, printed = crawl(tmp_path, server.port)
    assert status == 0, printed
    assert acknowledged <= set(rows(folder))
    grown(folder, before)
    check(folder, undisturbed)
