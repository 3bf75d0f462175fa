"""The verifier: names every one of many corruptions, and nothing on clean files."""

from __future__ import annotations

import dataclasses
import random
import shutil
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import ledger
from archive.examine import Fault, read_file
from archive.exchange import Exchange, Tls
from archive.folder import MANIFEST, hold, warc_files
from archive.record import DamagedError, read_records
from archive.rendition import KINDS
from archive.verify import verify
from archive.warc import read_sets
from archive.writer import Writer
from tests import nursery
from tests.exchanges import exchange, rendition, run
from tests.test_warc import any_exchange


def archived(folder: Path) -> Path:
    """Two runs in six files: pages, their renditions, a chunked one, one over TLS, one without
    an answer; and revisits of the first run in the second."""
    noise = random.Random(3)
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
    for number in range(2):
        writer = Writer(folder, run(arguments={"years": "2021"}), rotate=3_000)
        first = writer.submit(exchange(1, noise.randbytes(300))).result().exchange
        writer.submit_renditions([rendition(first, kind) for kind in KINDS]).result()
        for one in (
            exchange(2, response=chunked, tls=Tls("TLSv1.3", ("ab" * 32,)), attempt=2),
            exchange(5, b"the same in both runs"),
            exchange(3, response=b"", request=b"", error="dns", ip="", protocol=""),
            *([exchange(4, "年报".encode() * 40, truncated="time")] * (number == 0)),
        ):
            writer.submit(dataclasses.replace(one, id=exchange().id)).result()
        writer.close({"verdict": "healthy", "counts": {"exchanges": 4}})
    return folder


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return archived(tmp_path_factory.mktemp("clean") / "asker")


@pytest.fixture
def folder(clean: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(clean, tmp_path / "asker"))


def members(path: Path) -> list[tuple[str, int, int]]:
    return [(record.type, record.offset, record.length) for record in read_records(path)]


def told(folder: Path, path: Path) -> list[Fault]:
    """The faults of a file that it shows by itself; without one, what ledger and manifest show."""
    alone = [part for part in read_file(path) if isinstance(part, Fault)]
    return alone or [fault for fault in verify(folder) if fault.path == path]


def places(path: Path, at: int) -> set[int | None]:
    """Where a fault of the byte `at` may be said to be: its record, or its record set."""
    record = next(offset for _, offset, length in members(path) if at < offset + length)
    start = [one.place.offset for one in read_sets(path) if one.place.offset <= at]
    return {record, *start[-1:]}


def test_a_clean_folder_has_no_fault(clean: Path) -> None:
    read = 0

    def advance(count: int) -> None:
        nonlocal read
        read += count

    assert list(verify(clean, advance)) == []
    assert read == sum(path.stat().st_size for path in warc_files(clean)) > 4_000


@settings(max_examples=20)
@given(st.lists(any_exchange, min_size=1, max_size=4, unique_by=lambda one: one.id))
def test_whatever_was_captured_is_clean(
    tmp_path_factory: pytest.TempPathFactory, captured: list[Exchange]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    writer = Writer(folder, run())
    for one in captured:
        asked = one.request or b"GET / HTTP/1.1\r\n\r\n"
        writer.submit(dataclasses.replace(one, request=asked)).result()
    writer.close({})
    assert list(verify(folder)) == []


def test_flipped_bits(clean: Path) -> None:
    """400 bits of the files, each by itself; ledger and manifest as they were written."""
    chance = random.Random(5)
    paths = list(warc_files(clean))
    heads = [(path, offset + byte) for path in paths for _, offset, _ in members(path)[:3]
             for byte in range(10)]  # fmt: skip
    anywhere = [(path, chance.randrange(path.stat().st_size))
                for path in chance.choices(paths, k=310)]  # fmt: skip
    for path, at in heads + anywhere:
        content = path.read_bytes()
        wanted = places(path, at)
        meaning = [record.block for record in read_records(path)]
        path.write_bytes(
            content[:at] + bytes([content[at] ^ 1 << chance.randrange(8)]) + content[at + 1 :]
        )
        try:
            faults = told(clean, path)
            try:
                same = [record.block for record in read_records(path)] == meaning
            except DamagedError:
                same = False
            assert {fault.offset for fault in faults} & (wanted | ({None} if same else set())), at
        finally:
            path.write_bytes(content)
    assert len(heads) >= 60
    assert list(verify(clean)) == []


@pytest.mark.parametrize("ending", ["", ".open"])
def test_torn_tails(folder: Path, ending: str) -> None:
    """Every cut of the last set of a finished file, and of one that is open."""
    *_, path = warc_files(folder)
    *_, last = read_sets(path)
    opened = path.with_name(path.name + ending)
    content = path.read_bytes()[: last.place.offset + last.place.length]
    path.unlink()
    for cut in range(last.place.offset, len(content)):
        opened.write_bytes(content[:cut])
        where = [fault.offset for fault in told(folder, opened)]
        if cut > last.place.offset:
            assert any(at is not None and last.place.offset <= at <= cut for at in where), cut
        else:
            assert where


def flips(folder: Path, chance: random.Random) -> Iterator[tuple[Path, int, bytes]]:
    """Each line of each record's head with a bit changed in name or value, and bytes of blocks."""
    for path in warc_files(folder):
        content = path.read_bytes()
        for _, offset, length in members(path):
            record = zlib.decompress(content[offset : offset + length], wbits=31)
            head, _, rest = record.partition(b"\r\n\r\n")
            at = 0
            spots = [
                chance.randrange(len(head) + 4, len(record) - 4)
                for _ in range(4 if rest[:-4] else 0)
            ]
            for line in head.split(b"\r\n"):
                colon = max(line.find(b":"), 0)
                spots += [at + chance.randrange(colon + 1), at + chance.randrange(colon, len(line))]
                at += len(line) + 2
            for spot in spots:
                changed = bytearray(record)
                changed[spot] ^= 1 << chance.randrange(7)
                packed = zlib.compress(bytes(changed), 6, wbits=31)
                yield path, offset, content[:offset] + packed + content[offset + length :]


def test_forged_records_with_right_checksums(folder: Path) -> None:
    """A bit of every field and block, and gzip says that it is right."""
    tried = 0
    for path, offset, forged in flips(folder, random.Random(9)):
        content = path.read_bytes()
        start = places(path, offset)
        path.write_bytes(forged)
        assert start & {fault.offset for fault in told(folder, path)}, (path, offset)
        path.write_bytes(content)
        tried += 1
    assert tried > 350


def test_records_swapped_and_lost(folder: Path) -> None:
    for path in warc_files(folder):
        content, found = path.read_bytes(), members(path)
        cuts = [content[offset : offset + length] for _, offset, length in found]
        for number, (kind, _, _) in enumerate(found):
            lost = [*cuts[:number], *cuts[number + 1 :]]
            swapped = [*lost[: number + 1], cuts[number], *lost[number + 1 :]]
            for changed in (lost, swapped):
                # Whole sets and renditions in another order are no fault of the files themselves.
                alone = kind == "metadata" and found[number - 1][0] in {"metadata", "warcinfo"}
                if changed == cuts or alone or kind == "resource":
                    continue
                path.write_bytes(b"".join(changed))
                assert any(isinstance(part, Fault) for part in read_file(path)), (number, kind)
        path.write_bytes(content)


def test_a_lost_request_is_named(folder: Path) -> None:
    path = next(iter(warc_files(folder)))
    _, offset, length = next(one for one in members(path) if one[0] == "request")
    content = path.read_bytes()
    path.write_bytes(content[:offset] + content[offset + length :])
    (fault,) = (part for part in read_file(path) if isinstance(part, Fault))
    assert "request" in fault.what
    assert fault.offset == next(at for kind, at, _ in members(path) if kind == "response")


@pytest.mark.parametrize("table", ledger.TABLES)
def test_edited_ledgers(folder: Path, table: str) -> None:
    opened = ledger.open_ledger(folder)
    (rows,) = opened.execute(f"SELECT count(*) FROM {table}").fetchone()
    columns = [name for _, name, *_ in opened.execute(f"PRAGMA table_info({table})")]
    last = f"rowid = (SELECT max(rowid) FROM {table})"
    for column in columns:
        (kind,) = opened.execute(f"SELECT typeof({column}) FROM {table} WHERE {last}").fetchone()
        changed = {"integer": f"{column} + 1", "text": f"{column} || ' '", "null": "7"}[kind]
        with opened:
            opened.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE {last}")
            opened.execute(f"UPDATE {table} SET {column} = {changed} WHERE {last}")
        told = [fault.what for fault in verify(folder)]
        key = column == columns[0]
        assert len(told) >= (2 if key else 1)
        assert all((table if key else f"{table}: {column} of") in what for what in told)
        with opened:
            opened.execute(f"DELETE FROM {table} WHERE {last}")
            opened.execute(f"INSERT INTO {table} SELECT * FROM kept")
            opened.execute("DROP TABLE kept")
    assert list(verify(folder)) == []
    with opened:
        opened.execute(f"DELETE FROM {table}")
    opened.close()
    assert sum(f"{table} lack" in fault.what for fault in verify(folder)) == rows


def test_edited_manifests(folder: Path) -> None:
    path = folder / "warc" / MANIFEST
    text = path.read_text()
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        before, after = "".join(lines[:number]), "".join(lines[number + 1 :])
        wrong = "0" if line[5] != "0" else "1"
        for changed in (
            "",
            line[:5] + wrong + line[6:],
            line.replace(".warc", ".wrac"),
            line[:-1],
            line + "and more",
            line.upper(),
        ):
            path.write_text(before + changed + after)
            assert list(verify(folder)), changed
    path.unlink()
    assert len(list(verify(folder))) == len(lines)
    path.write_text(text)
    assert list(verify(folder)) == []


def test_what_is_missing_is_named(folder: Path) -> None:
    path = next(iter(warc_files(folder)))
    path.unlink()
    told = [fault.what for fault in verify(folder)]
    assert any("the folder not" in what for what in told)
    assert any("files have" in what for what in told)
    for left in folder.glob("ledger.sqlite*"):
        left.unlink()
    assert any(fault.what == "there is no ledger" for fault in verify(folder))


def test_a_ledger_that_is_none_is_named(folder: Path) -> None:
    (folder / ledger.FILE).write_bytes(b"not a database, and longer than a header" * 100)
    (fault,) = verify(folder)
    assert "cannot be read" in fault.what
    assert "recover" in fault.advice


def test_real_and_sample_captures_side_by_side(folder: Path) -> None:
    writer = Writer(folder, run(sample=False))
    writer.submit(exchange()).result()
    writer.close({})
    (fault,) = verify(folder)
    assert "side by side" in fault.what


def command(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return nursery.run(
        [sys.executable, "-m", "archive", "verify", "--data", str(folder.parent), *arguments]
    )


def test_the_command(folder: Path) -> None:
    ran = command(folder)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr.splitlines()[-1].startswith("no faults in 6 WARC files")
    path = next(iter(warc_files(folder)))
    path.write_bytes(path.read_bytes()[:-3])
    ran = command(folder, "--portal", "asker")
    assert ran.returncode == 3
    assert f"{path} at byte " in ran.stderr
    assert "bring the file back" in ran.stderr
    assert "faults in 6 WARC files" in ran.stderr.splitlines()[-1]
    with hold(folder):
        ran = command(folder)
    assert ran.returncode == 2
    assert "another run" in ran.stderr
    assert command(folder, "--portal", "nowhere").returncode == 3


def test_a_fault_reads_as_a_line() -> None:
    assert str(Fault(Path("a"), 7, "b", "c")) == "a at byte 7: b; c"
    assert str(Fault(Path("a"), None, "b", "c")) == "a: b; c"
