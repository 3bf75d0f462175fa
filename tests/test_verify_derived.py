"""The verifier on what points elsewhere: revisits, renditions, index lines, reports."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
import zlib
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from archive import catalogue, ledger, rebuild
from archive.examine import Fault, read_file
from archive.exchange import RecordSet
from archive.folder import MANIFEST, warc_files
from archive.index import ENDING, MERGED, PARTS, update
from archive.record import read_records
from archive.verify import verify
from archive.warc import read_sets
from tests.test_verify import archived


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an index and a catalogue."""
    folder = archived(tmp_path_factory.mktemp("derived") / "asker")
    update(folder)
    assert sum(1 for _ in rebuild.rebuild(folder, processes=1)) > 3
    assert list(verify(folder)) == []
    return folder


@pytest.fixture
def folder(clean: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(clean, tmp_path / "asker"))


def edited(line: bytes, chance: random.Random) -> Iterator[bytes]:
    """A line of an index with each of its parts changed, and one bit somewhere."""
    key, stamp, says = line.split(b" ", 2)
    yield b"x" + key + b" " + stamp + b" " + says
    yield key + b" " + b"%014d" % (int(stamp) + 1) + b" " + says
    said = json.loads(says)
    for name, value in said.items():
        other = str(int(value) + 1) if value.isdigit() else value + "x"
        changed = json.dumps({**said, name: other}).encode()
        yield key + b" " + stamp + b" " + changed + b"\n"
        left = {key: value for key, value in said.items() if key != name}
        yield key + b" " + stamp + b" " + json.dumps(left).encode() + b"\n"
    at = chance.randrange(len(line) - 1)
    yield line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]


def test_edited_lines_of_the_index(folder: Path) -> None:
    """Each part of the first and last line, in the index of each file and in the merged one."""
    chance = random.Random(8)
    tried = 0
    paths = [folder / MERGED, *sorted((folder / PARTS).glob("*" + ENDING))]
    for path in paths:
        content = path.read_bytes()
        lines = content.splitlines(keepends=True)
        for number in {0, len(lines) - 1} if lines else ():
            for changed in edited(lines[number], chance):
                path.write_bytes(b"".join((*lines[:number], changed, *lines[number + 1 :])))
                told = of_index(folder, path)
                assert any(changed.decode("latin-1")[:20] in fault.what for fault in told), changed
                assert any("is not there" in fault.what for fault in told)
                tried += 1
            path.write_bytes(b"".join((*lines[:number], *lines[number + 1 :])))
            (fault,) = of_index(folder, path)
            assert "is not there" in fault.what
            assert lines[number].split()[0].decode() in fault.what
        path.write_bytes(content)
    assert tried > 100
    merged = folder / MERGED
    merged.write_bytes(b"".join(reversed(merged.read_bytes().splitlines(keepends=True))))
    assert any("out of order" in fault.what for fault in verify(folder))
    merged.unlink()
    shutil.rmtree(folder / PARTS)
    assert list(verify(folder)) == []


def of_index(folder: Path, path: Path) -> list[Fault]:
    """The faults of an index; the merged one is told of, too, when that of a file is not."""
    faults = list(verify(folder))
    assert {fault.path for fault in faults} <= {path, folder / MERGED}
    assert all("made again" in fault.advice for fault in faults)
    return [fault for fault in faults if fault.path == path]


def resealed(path: Path, offset: int, old: bytes, new: bytes) -> None:
    """Change a record and see that all that checks it says that it is right."""
    content = path.read_bytes()
    (record,) = (one for one in read_records(path) if one.offset == offset)
    plain = zlib.decompress(content[offset : offset + record.length], wbits=31)
    assert old in plain
    head, _, rest = plain.partition(b"\r\n\r\n")
    rest = rest.replace(old, new)
    head = head.replace(old, new)
    lines = [
        b"WARC-Block-Digest: sha256:" + sha256(rest[:-4]).hexdigest().encode()
        if line.startswith(b"WARC-Block-Digest")
        else b"Content-Length: %d" % (len(rest) - 4)
        if line.startswith(b"Content-Length")
        else line
        for line in head.split(b"\r\n")
    ]
    packed = zlib.compress(b"\r\n".join(lines) + b"\r\n\r\n" + rest, 6, wbits=31)
    path.write_bytes(content[:offset] + packed + content[offset + record.length :])


def faults_of(path: Path) -> list[Fault]:
    return [part for part in read_file(path) if isinstance(part, Fault)]


def test_forged_revisits(folder: Path) -> None:
    """Revisits led elsewhere, with every digest made right again: named by the file alone."""
    (path,) = (path for path in warc_files(folder) if revisits(path))
    content = path.read_bytes()
    tried = 0
    for found in revisits(path):
        original = found.original
        assert original
        end = found.place.offset + found.place.length
        records = [one for one in read_records(path) if found.place.offset <= one.offset < end]
        digest = (found.facts.entity_sha256 or "").encode()
        for field in (
            original.id.encode(),
            original.uri.encode(),
            original.date.encode(),
            original.file.encode(),
            b'"offset": %d' % original.offset,
            digest,
            b'"body": [',
        ):
            # In one of the records, and in all that say it.
            holding = [
                one.offset
                for one in records
                if field in one.block or field.decode() in "\n".join(one.fields.values())
            ]
            assert holding
            for places in ([holding[-1]], holding):
                changed = field[:-1] + (b"0" if field[-1:] != b"0" else b"1")
                for offset in sorted(places, reverse=True):
                    resealed(path, offset, field, changed)
                assert [one.offset for one in faults_of(path)][:1] == [found.place.offset], field
                path.write_bytes(content)
                tried += 1
    assert tried >= 28
    assert faults_of(path) == []


def revisits(path: Path) -> list[RecordSet]:
    return [found for found in read_sets(path) if found.original]


def test_originals_swapped(folder: Path) -> None:
    """Two files of one length trade names: every revisit into them is named."""
    told_before = {path.name: faults_of(path) for path in warc_files(folder)}
    assert not any(told_before.values())
    with_revisits = next(path for path in warc_files(folder) if revisits(path))
    files = {found.original.file for found in revisits(with_revisits) if found.original}
    (file,) = files
    other = next(path for path in warc_files(folder) if path.name not in {file, with_revisits.name})
    held = folder / "warc" / file
    held.rename(folder / "held")
    other.rename(held)
    (folder / "held").rename(other)
    faults = faults_of(with_revisits)
    assert [fault.offset for fault in faults] == offsets_of_revisits(with_revisits)
    assert all(f"bring {file} back" in fault.advice for fault in faults)


def offsets_of_revisits(path: Path) -> list[int]:
    return [record.offset for record in read_records(path) if record.type == "revisit"]


def test_reports_of_captures_that_are_not_there(folder: Path) -> None:
    path = folder / catalogue.FILE
    opened = sqlite3.connect(path)
    opened.execute("PRAGMA foreign_keys = OFF")
    rows = [row[0] for row in opened.execute("SELECT rowid FROM reports")]
    for column, other in (("capture", "<urn:uuid:none>"), ("url", "http://elsewhere.cn/")):
        for row in rows:
            select = f"SELECT {column} FROM reports WHERE rowid = ?"
            change = f"UPDATE reports SET {column} = ? WHERE rowid = ?"
            (was,) = opened.execute(select, (row,)).fetchone()
            with opened:
                opened.execute(change, (other, row))
            (fault,) = verify(folder)
            assert fault.path == path
            assert "rebuild" in fault.advice
            assert other in fault.what
            with opened:
                opened.execute(change, (was, row))
    assert list(verify(folder)) == []
    opened.close()
    path.write_bytes(b"no database at all" * 100)
    (fault,) = verify(folder)
    assert "cannot be read" in fault.what


def test_a_ledger_that_denies_an_original(folder: Path) -> None:
    opened = ledger.open_ledger(folder)
    with opened:
        changed = opened.execute(
            "UPDATE exchanges SET original = NULL WHERE original NOT NULL"
        ).rowcount
    opened.close()
    assert changed == sum("original of" in fault.what for fault in verify(folder)) > 0
    assert (folder / "warc" / MANIFEST).exists()
