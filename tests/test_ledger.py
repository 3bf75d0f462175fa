"""The ledger and the folder: rows that the sets alone can give back, one writer, one kind."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest

from archive import ledger
from archive.exchange import Exchange, Run
from archive.folder import LockedError, MixedError, find, forbid_mixing, hold, warc_files
from archive.warc import read_sets
from archive.warcinfo import read_info, read_notes
from archive.writer import Writer
from tests.exchanges import NOON, exchange, run


def test_a_second_opening_writes_nothing(tmp_path: Path) -> None:
    """So it does not fail while the disk is full."""
    first = ledger.open_ledger(tmp_path)
    ledger.begin_file(first, run(), "a.warc.gz")
    log = tmp_path / (ledger.FILE + "-wal")
    before = log.read_bytes()
    assert before
    second = ledger.open_ledger(tmp_path)
    assert [file.name for file in ledger.files(second)] == ["a.warc.gz"]
    assert log.read_bytes() == before
    second.close()
    first.close()


def archived(folder: Path, this: Run, *exchanges: Exchange, note: str = "healthy") -> None:
    writer = Writer(folder, this)
    for one in exchanges:
        writer.submit(one).result()
    writer.close({"verdict": note})


def test_the_rows_can_be_written_again_from_the_files(tmp_path: Path) -> None:
    runs = [run(arguments={"years": "2021"}), run(sample=True)]
    for this in runs:
        archived(
            tmp_path,
            this,
            exchange(1, known={"role": "report", "title": "年度报告", "date": "2022-01-27"}),
            exchange(2, response=b"", error="timeout", known={"role": "list"}),
            exchange(3, attempt=2, via="retry", parent="the one before", truncated="time"),
            exchange(4, request=b"", response=b"", error="dns", known={}),
        )
    live = ledger.open_ledger(tmp_path)
    (tmp_path / "again").mkdir()
    again = ledger.open_ledger(tmp_path / "again")
    for path in warc_files(tmp_path):
        info = read_info(path)
        started = dt.datetime.fromisoformat(info["started"])
        arguments = json.loads(info["arguments"])
        version = info["software"].partition("/")[2]
        sample = info["sample"] == "yes"
        this = run(
            id=info["run"],
            portal=info["isPartOf"],
            started=started,
            sample=sample,
            arguments=arguments,
            version=version,
        )
        ledger.begin_file(again, this, path.name)
        ledger.append(again, read_sets(path))
        for note in read_notes(path):
            ledger.finish_run(again, note)
    assert list(ledger.runs(again)) == list(ledger.runs(live))
    for this in runs:
        rows = list(ledger.exchanges(live, this.id))
        assert len(rows) == 4
        assert list(ledger.exchanges(again, this.id)) == rows
    for opened in (live, again):
        opened.close()


def test_the_last_whole_capture_of_an_address(tmp_path: Path) -> None:
    url = "http://www.changzhou.gov.cn/a.html"
    page = exchange(2, url=url)
    archived(
        tmp_path,
        run(),
        exchange(1, url=url),
        page,
        exchange(3, url=url, error="short", truncated="disconnect"),
        exchange(4, url=url, response=b"", error="timeout"),
        exchange(5, url=url, method="HEAD"),
        exchange(6, url=url + "?b"),
    )
    opened = ledger.open_ledger(tmp_path)
    found = ledger.last_capture(opened, url)
    assert found
    assert (found.id, found.status, found.role) == (page.id, 200, "report")
    assert ledger.last_capture(opened, "http://www.changzhou.gov.cn/never.html") is None
    opened.close()


def test_runs_with_the_same_arguments_the_latest_first(tmp_path: Path) -> None:
    asked = {"years": "2019-2025", "sample": "20"}
    first = run(arguments=asked, started=NOON)
    other = run(arguments={"years": "2019-2025"}, started=NOON + dt.timedelta(hours=1))
    second = run(arguments=dict(reversed(asked.items())), started=NOON + dt.timedelta(hours=2))
    for this, verdict in ((first, "healthy"), (other, "healthy"), (second, "suspicious")):
        archived(tmp_path, this, exchange(), note=verdict)
    opened = ledger.open_ledger(tmp_path)
    found = list(ledger.runs(opened, asked))
    assert [one.id for one in found] == [second.id, first.id]
    assert [one.note and one.note["verdict"] for one in found] == ["suspicious", "healthy"]
    assert len(list(ledger.runs(opened))) == 3
    opened.close()


def test_the_exchanges_of_a_run_by_what_they_were_asked_for_as(tmp_path: Path) -> None:
    this = run()
    archived(
        tmp_path,
        this,
        exchange(2, known={"role": "report"}),
        exchange(1, known={"role": "list"}),
        exchange(0, known={"role": "report"}),
    )
    archived(tmp_path, run(), exchange(5, known={"role": "report"}))
    opened = ledger.open_ledger(tmp_path)
    urls = [row.url for row in ledger.exchanges(opened, this.id, "report")]
    assert urls == [exchange(number).url for number in (0, 2)]
    opened.close()


def test_a_run_that_was_killed_has_no_end(tmp_path: Path) -> None:
    writer = Writer(tmp_path, run())
    writer.submit(exchange()).result()
    opened = ledger.open_ledger(tmp_path)
    (found,) = ledger.runs(opened)
    assert found.finished is None
    assert found.note is None
    opened.close()
    writer.close({})


def test_a_file_is_found_while_it_is_open_and_after(tmp_path: Path) -> None:
    writer = Writer(tmp_path, run())
    place = writer.submit(exchange()).result().place
    assert find(tmp_path, place.file).name == place.file + ".open"
    writer.close({})
    assert find(tmp_path, place.file).name == place.file
    find(tmp_path, place.file).unlink()
    with pytest.raises(FileNotFoundError, match="bring it back"):
        find(tmp_path, place.file)


def test_a_second_writer_is_told_who_the_first_is(tmp_path: Path) -> None:
    script = (
        "import sys, pathlib; from archive.folder import hold;"
        "lock = hold(pathlib.Path(sys.argv[1])); print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdout
        assert child.stdout.readline() == b"held\n"
        with pytest.raises(LockedError) as raised:
            hold(tmp_path)
        assert f"process {child.pid}" in str(raised.value)
        assert str(tmp_path) in str(raised.value)
        child.kill()
    hold(tmp_path).close()
    hold(tmp_path).close()


def test_sample_and_real_captures_never_share_a_folder(tmp_path: Path) -> None:
    for sample in (True, False):
        folder = tmp_path / str(sample)
        forbid_mixing(folder, sample=not sample)
        archived(folder, run(sample=sample), exchange())
        forbid_mixing(folder, sample=sample)
        with pytest.raises(MixedError, match="NIANBAO_DATA") as raised:
            forbid_mixing(folder, sample=not sample)
        assert str(folder) in str(raised.value)


def test_a_file_that_was_killed_at_birth_says_nothing_of_the_kind(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    (tmp_path / "warc" / "asker-1.warc.gz.open").write_bytes(b"\x1f\x8b\x08")
    forbid_mixing(tmp_path, sample=True)
    archived(tmp_path, run(sample=False), exchange())
    with pytest.raises(MixedError):
        forbid_mixing(tmp_path, sample=True)
