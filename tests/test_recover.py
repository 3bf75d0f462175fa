"""Recovery: after a kill, a power cut or a full disk nothing that was acknowledged is missing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from archive import ledger
from archive.folder import MANIFEST, hold, warc_files
from archive.record import OPEN, DamagedError
from archive.recover import recover
from archive.verify import verify
from archive.warc import read_sets
from archive.writer import Writer
from tests import nursery
from tests.bench.kills import campaign
from tests.bench.power import Event, cut_power, record, without_syncs
from tests.city.city import City
from tests.city.site import site
from tests.city.wire import serve
from tests.crawling import crawl
from tests.exchanges import exchange, rendition, run
from tests.small_disk import on_small_disk
from tests.test_capture import noise, origin
from tests.test_crawl import crawl as crawl_portal
from tests.test_crawl import surroundings

KILLS = 12
POINTS = 50


def test_kills(tmp_path: Path) -> None:
    """Real crawls, killed one after the other; `campaign` looks at the archive after each."""
    done = campaign(tmp_path, KILLS, seed=5)
    assert len(done.finished) > KILLS
    assert len(done.acknowledged) > 60


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Event]]:
    """What a crawl of the sample city asks of its disk, and the folder it was asked for."""
    if shutil.which("strace") is None:
        pytest.skip("there is no strace here to log a crawl's calls with")
    folder = tmp_path_factory.mktemp("calls")
    return folder / "data", record(folder, 50)


@pytest.mark.parametrize("power", [True, False], ids=["power", "kill"])
def test_power_cuts_and_kills_at_any_call(calls: tuple[Path, list[Event]], *, power: bool) -> None:
    was, events = calls
    count = cut_power(events, was, POINTS, 3, power=power)
    assert (count.lost, count.unrecovered, count.faults) == (0, 0, [])
    assert count.given > 10 * POINTS
    assert count.cut > 0


def test_the_power_cuts_would_see_a_missing_sync(calls: tuple[Path, list[Event]]) -> None:
    was, events = calls
    assert cut_power(without_syncs(events), was, 10, 3).lost > 0


def recovered(folder: Path) -> list[str]:
    with hold(folder):
        return list(recover(folder))


def rows(folder: Path) -> dict[str, Any]:
    opened = ledger.open_ledger(folder)
    try:
        return {
            table: opened.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()
            for table in ledger.TABLES
        }
    finally:
        opened.close()


def without_ledger(folder: Path) -> None:
    for path in folder.glob(ledger.FILE + "*"):
        path.unlink()


@pytest.fixture
def killed(tmp_path: Path) -> Path:
    """A folder as a kill leaves it: one run that ended, and one with a file still open."""
    folder = tmp_path / "live" / "asker"
    writer = Writer(folder, run(arguments={"years": "2021"}))
    first = writer.submit(exchange(1)).result().exchange
    writer.submit_renditions([rendition(first)]).result()
    writer.close({"verdict": "healthy"})
    chance = random.Random(2)
    writer = Writer(folder, run(), rotate=4_200)
    for number in range(5):
        writer.submit(exchange(number, chance.randbytes(300))).result()
    left = Path(shutil.copytree(folder, tmp_path / "asker"))
    writer.close({})
    return left


def the_open_file(folder: Path) -> Path:
    (path,) = (path for path in warc_files(folder) if path.suffix == OPEN)
    return path


def test_a_killed_run_is_finished_and_nothing_else_changes(killed: Path) -> None:
    before = {path.name.removesuffix(OPEN): path.read_bytes() for path in warc_files(killed)}
    acknowledged = rows(killed)["exchanges"]
    said = recovered(killed)
    assert any("finished" in line for line in said)
    assert {path.name: path.read_bytes() for path in warc_files(killed)} == before
    assert rows(killed)["exchanges"] == acknowledged
    assert list(verify(killed)) == []
    assert recovered(killed) == []


@pytest.mark.parametrize("known", [True, False], ids=["ledger", "no ledger"])
def test_every_torn_end_is_cut_back_to_the_last_whole_set(killed: Path, *, known: bool) -> None:
    """The last set is torn at every fortieth byte; the ledger has those before it, or is gone."""
    path = the_open_file(killed)
    content = path.read_bytes()
    *_, before, last = read_sets(path)
    if known:
        opened = ledger.open_ledger(killed)
        with opened:
            opened.execute("DELETE FROM exchanges WHERE id = ?", (last.exchange.id,))
        opened.close()
    else:
        without_ledger(killed)
    whole = last.place.offset + last.place.length
    assert last.place.offset == before.place.offset + before.place.length
    for cut in [*range(last.place.offset, whole, 40), whole]:
        folder = killed.with_name(f"cut-{cut}")
        shutil.copytree(killed, folder)
        torn = folder / path.relative_to(killed)
        torn.write_bytes(content[:cut])
        said = recovered(folder)
        end = whole if cut == whole else last.place.offset
        assert torn.with_suffix("").read_bytes() == content[:end]
        assert any(f"torn end, {cut - end} bytes" in line for line in said) == (cut > end)
        assert list(verify(folder)) == []
        shutil.rmtree(folder)


def test_a_ledger_that_was_deleted_is_written_again(killed: Path) -> None:
    recovered(killed)
    before, manifest = rows(killed), (killed / "warc" / MANIFEST).read_text()
    assert [len(before[table]) for table in ledger.TABLES] == [2, 3, 6, 1]
    without_ledger(killed)
    (killed / "warc" / MANIFEST).unlink()
    said = recovered(killed)
    assert "there is no ledger" in said[0]
    assert rows(killed) == before
    again = (killed / "warc" / MANIFEST).read_text()
    assert sorted(again.splitlines()) == sorted(manifest.splitlines())


def test_a_torn_manifest_is_written_again(killed: Path) -> None:
    recovered(killed)
    manifest = killed / "warc" / MANIFEST
    whole = manifest.read_text()
    for torn in (whole[:-1], whole[:-50], whole[:-9] + "\0" * 9, "", "\0" * 80):
        manifest.write_text(torn)
        assert recovered(killed)
        assert sorted(manifest.read_text().splitlines()) == sorted(whole.splitlines())
        assert list(verify(killed)) == []


def test_a_file_damaged_in_its_middle_is_not_touched(killed: Path) -> None:
    path = the_open_file(killed)
    content = path.read_bytes()
    first, *_ = read_sets(path)
    at = first.place.offset + 40
    damaged = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
    for known in (True, False):
        if not known:
            without_ledger(killed)
        path.write_bytes(damaged)
        for _ in range(2):
            with pytest.raises(DamagedError, match="bring the file back from a copy") as raised:
                recovered(killed)
            assert raised.value.offset == first.place.offset
            assert path.read_bytes() == damaged
    path.write_bytes(content)
    recovered(killed)
    assert list(verify(killed)) == []


def test_a_shorter_file_than_the_ledger_says_is_not_touched(killed: Path) -> None:
    path = the_open_file(killed)
    content = path.read_bytes()[:-5]
    path.write_bytes(content)
    with pytest.raises(DamagedError, match="not those that were written"):
        recovered(killed)
    assert path.read_bytes() == content
    path.unlink()
    with pytest.raises(DamagedError, match="it is gone"):
        recovered(killed)


def test_a_finished_file_is_never_cut(killed: Path) -> None:
    recovered(killed)
    without_ledger(killed)
    *_, path = warc_files(killed)
    content = path.read_bytes()[:-5]
    path.write_bytes(content)
    with pytest.raises(DamagedError):
        recovered(killed)
    assert path.read_bytes() == content


def test_a_file_without_a_record_is_removed(killed: Path) -> None:
    for content in (b"", b"\x1f\x8b\x08", b"\0" * 300):
        born = killed / "warc" / "asker-20990101T000000000Z-00000000-00001.warc.gz.open"
        born.write_bytes(content)
        assert any("held no record" in line for line in recovered(killed))
        assert not born.exists()
    assert list(verify(killed)) == []


def test_a_ledger_that_is_none(killed: Path) -> None:
    (killed / ledger.FILE).write_bytes(b"not a database, and longer than a header" * 100)
    with pytest.raises(DamagedError, match=f"delete {ledger.FILE}"):
        recovered(killed)


def test_a_new_folder_needs_nothing(tmp_path: Path) -> None:
    assert recovered(tmp_path / "asker") == []
    assert [path.name for path in (tmp_path / "asker").iterdir()] == ["lock"]


def test_after_a_full_disk(tmp_path: Path) -> None:
    disk = on_small_disk(tmp_path, 1)
    asked = [{"url": f"http://www.changzhou.gov.cn/{n}"} for n in range(400)]
    with serve(noise) as server:
        said, _ = crawl(
            tmp_path / "small", asked, disk, 4, CONNECT_TO=origin(server), WARC_ROTATE=200_000
        )
        after = tmp_path / "after"
        before = {path.name.removesuffix(OPEN): path.read_bytes()
                  for path in warc_files(after / "asker")}  # fmt: skip
        again, _ = crawl(after, asked[:3], CONNECT_TO=origin(server))
    paths = list(warc_files(after / "asker"))
    kept = {found.exchange.id for path in paths for found in read_sets(path)}
    assert {one["exchange"] for one in [*said, *again] if "exchange" in one} <= kept
    assert len(again) == 3
    for path in paths:
        content = before.get(path.name, b"")
        assert path.read_bytes()[: len(content)] == content
    assert list(verify(after / "asker")) == []


def test_a_portal_whose_crawl_was_killed_is_crawled_again(tmp_path: Path) -> None:
    portal = site(City(4, range(2021, 2024)))
    asked = 0

    def slowly(request: Any) -> Any:
        nonlocal asked
        asked += 1
        time.sleep(0.02)
        return portal(request)

    with serve(slowly) as server:
        command = [sys.executable, "-m", "scrapy", "crawl", "changzhou"]
        settings = surroundings(tmp_path, server.port)
        with nursery.Popen(command, env=settings, stdout=subprocess.DEVNULL) as child:
            while asked < 20:
                assert child.poll() is None
                time.sleep(0.01)
            child.send_signal(signal.SIGKILL)
        folder = tmp_path / "changzhou"
        acknowledged = rows(folder)["exchanges"]
        status, printed = crawl_portal(tmp_path, server.port)
        assert status == 0, printed
        assert "finished" in printed
        assert set(acknowledged) <= set(rows(folder)["exchanges"])
        assert len(acknowledged) >= 10
        assert list(verify(folder)) == []
        # Damage keeps the next run from starting.
        path = next(iter(warc_files(folder)))
        damaged = path.read_bytes()[:-100]
        path.write_bytes(damaged)
        without_ledger(folder)
        count = asked
        status, printed = crawl_portal(tmp_path, server.port)
        assert status == 4, printed
        assert "bring the file back from a copy" in printed
        assert asked == count
        assert path.read_bytes() == damaged


def command(folder: Path) -> subprocess.CompletedProcess[str]:
    return nursery.run(
        [sys.executable, "-m", "archive", "recover"],
        env={**os.environ, "NIANBAO_DATA": str(folder.parent)},
    )


def test_the_command(killed: Path) -> None:
    shutil.rmtree(killed.parent / "live")
    with hold(killed):
        assert command(killed).returncode == 2
    ran = command(killed)
    assert ran.returncode == 0, ran.stderr
    assert "finished" in ran.stderr
    assert ran.stderr.splitlines()[-1] == "asker: whole, 3 WARC files"
    *_, path = warc_files(killed)
    path.write_bytes(path.read_bytes()[:-1])
    without_ledger(killed)
    ran = command(killed)
    assert ran.returncode == 3
    assert f"{path} at byte" in ran.stderr
