"""WARC files from elsewhere, or damaged: a named error from every command, in bounded memory."""

from __future__ import annotations

import gzip
import random
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from archive.__main__ import main
from archive.exchange import look_at, record_id
from archive.folder import forbid_mixing
from archive.memento import of_folder
from archive.rebuild import documents
from archive.record import BLOCK_LIMIT, HEAD_LIMIT, DamagedError, read_records, render_record
from archive.source import of_files
from archive.verify import verify
from archive.warc import read_sets, render
from archive.warcinfo import render_info
from tests.exchanges import exchange, run

RUN = run()
NAME = "foreign.warc.gz"
URL = exchange(1).url
ALLOWED = 16 << 20
"""Bytes of memory that the reading of any of these files may take."""

ZEROS = 10 << 30


def ours(*sets: bytes) -> bytes:
    """A file as this archive writes it, with these sets."""
    return render_info(RUN, NAME) + b"".join(sets)


def a_set(number: int = 1) -> bytes:
    made = exchange(number)
    return render(made, look_at(made), RUN)


def of_others(version: str, *, compressed: bool) -> bytes:
    """A file as wget and others write it: a warcinfo of their own, and a response by itself."""
    blocks = {"warcinfo": b"software: somebody's\r\n", "response": exchange(1).response}
    records = [
        f"WARC/{version}\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:{kind}>\r\n"
        f"WARC-Target-URI: {URL}\r\nWARC-Date: 2026-01-31T12:00:00Z\r\n"
        f"Content-Length: {len(block)}\r\n\r\n".encode()
        + block
        + b"\r\n\r\n"
        for kind, block in blocks.items()
    ]
    return b"".join(gzip.compress(one, mtime=0) if compressed else one for one in records)


def bomb(head: bytes) -> bytes:
    """A gzip member of ten megabytes or so that unfolds to a head and ten gigabytes of zeros."""
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    start = stream.compress(head) + stream.flush(zlib.Z_FULL_FLUSH)
    piece = 1 << 24
    # After a full flush the same input gives the same output, so that one will do for all.
    zeros = stream.compress(bytes(piece)) + stream.flush(zlib.Z_FULL_FLUSH)
    header = bytes.fromhex("1f8b0800000000000003")
    return header + start + zeros * (ZEROS // piece) + stream.flush() + bytes(8)


def stated(length: int) -> bytes:
    fields = f"WARC/1.1\r\nWARC-Type: response\r\nWARC-Record-ID: {record_id('a', 'b')}"
    return f"{fields}\r\nContent-Length: {length}\r\n\r\n".encode()


def edited(change: Callable[[bytes], bytes]) -> bytes:
    """A file whose set is of records that are edited as text, each still a gzip member."""
    rest, members = a_set(), []
    while rest:
        member = zlib.decompressobj(31)
        members.append(gzip.compress(change(member.decompress(rest)), mtime=0))
        rest = member.unused_data
    return ours(*members)


MEMBER, RECORD = "no whole gzip member", "no WARC 1.1 record"
FOREIGN: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty": (lambda: b"", "empty|does not open with a warcinfo|no readable warcinfo"),
    "noise": (lambda: random.Random(1).randbytes(9_000), MEMBER),
    "not compressed": (lambda: of_others("1.1", compressed=False), MEMBER),
    "WARC 1.0": (lambda: of_others("1.0", compressed=True), RECORD),
    "WARC 1.1 of others": (
        lambda: of_others("1.1", compressed=True),
        "did not write|of a run|ends within",
    ),
    "torn": (lambda: ours(a_set())[:-20], "ends within a gzip member"),
    "torn between records": (lambda: ours(a_set()[:400]), "ends within"),
    "zeros without a head": (lambda: ours(bomb(b"")), "no head with a Content-Length"),
    "zeros behind a head": (lambda: ours(bomb(stated(10))), "more than the"),
    "zeros as announced": (lambda: ours(bomb(stated(ZEROS))), f"{BLOCK_LIMIT} are the limit"),
    "zeros at once": (lambda: bomb(stated(10)), "more than the"),
    "a head without end": (
        lambda: ours(gzip.compress(b"WARC/1.1\r\n" + b"X: y\r\n" * (HEAD_LIMIT // 5))),
        "no head with a Content-Length",
    ),
    "another length": (
        lambda: edited(lambda record: record.replace(b"Content-Length: ", b"Content-Length: 1", 1)),
        "length|Content-Length",
    ),
    "no length": (
        lambda: edited(lambda record: record.replace(b"\r\nContent-Length: ", b"\r\nX: ", 1)),
        "length|Content-Length",
    ),
    "metadata of others": (
        lambda: ours(render_record("metadata", "<urn:uuid:1>", [], b"via: http://a/")),
        "metadata that this archive did not write",
    ),
    "metadata without end": (
        lambda: edited(lambda record: _said(record, b"[" * 90_000)),
        "did not write|ends within|length",
    ),
}


def _said(record: bytes, said: bytes) -> bytes:
    """A metadata record that says this in place of what it said; others as they are."""
    head, _, block = record.partition(b"\r\n\r\n")
    if not block.startswith(b"json-metadata: "):
        return record
    body = b"json-metadata: " + said
    length = f"Content-Length: {len(block) - 4}".encode()
    return (
        head.replace(length, b"Content-Length: %d" % len(body)) + b"\r\n\r\n" + body + b"\r\n\r\n"
    )


@pytest.fixture(params=FOREIGN)
def foreign(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, str]:
    """The folder of a portal with such a file in it, and what must be said of that."""
    make, why = FOREIGN[request.param]
    folder = tmp_path / "data" / "asker"
    (folder / "warc").mkdir(parents=True)
    (folder / "warc" / NAME).write_bytes(make())
    return folder, why


def test_every_reader_names_the_fault(foreign: tuple[Path, str]) -> None:
    folder, why = foreign
    path = folder / "warc" / NAME
    before = path.read_bytes()
    tracemalloc.start()
    try:
        readers: list[Callable[[], object]] = [
            lambda: list(read_sets(path)),
            lambda: list(documents(folder)),
            lambda: of_files(path),
            lambda: of_folder(folder),
        ]
        if not before:  # no record is no fault of a record
            readers = readers[1:3]
        for read in readers:
            with pytest.raises(DamagedError, match=why) as raised:
                read()
            assert str(path) in str(raised.value)
        assert tracemalloc.get_traced_memory()[1] < ALLOWED
    finally:
        tracemalloc.stop()
    assert path.read_bytes() == before


@pytest.mark.parametrize("command", [["verify"], ["recover"], ["show", URL], ["pack"]])
def test_every_command_names_the_fault(
    foreign: tuple[Path, str], command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    folder, _ = foreign
    before = (folder / "warc" / NAME).read_bytes()
    to = ["--to", str(folder)] if command == ["pack"] else []
    assert main([*command, *to, "--data", str(folder.parent)]) == 3
    said = capsys.readouterr()
    assert before == b"" or NAME in said.out + said.err
    assert (folder / "warc" / NAME).read_bytes() == before
    assert not (folder.parent / "asker.wacz").exists()


@pytest.mark.parametrize("name", ["WARC 1.0", "not compressed", "zeros behind a head", "noise"])
def test_what_stands_in_an_open_file_is_not_cut_off(name: str, tmp_path: Path) -> None:
    """Nobody knows what it is; only a torn end of a file of ours is known to be nothing."""
    folder = tmp_path / "asker"
    (folder / "warc").mkdir(parents=True)
    path = folder / "warc" / (NAME + ".open")
    whole = ours(a_set())
    before = whole + FOREIGN[name][0]()[:70_000]
    path.write_bytes(before)
    (found,) = read_sets(path)
    assert found.exchange.url == URL
    status = main(["recover", "--data", str(tmp_path)])
    if name in {"noise", "not compressed"}:  # nothing in it begins as a record does
        assert status == 0
        assert (folder / "warc" / NAME).read_bytes() == whole
    else:
        assert status == 3
        assert path.read_bytes() == before


def test_letters_in_a_head_are_named_and_read_over(tmp_path: Path) -> None:
    (tmp_path / "asker" / "warc").mkdir(parents=True)
    path = tmp_path / "asker" / "warc" / NAME
    more = b"\r\nX-\xb3\xa3: \xff\r\nWARC-Date"
    path.write_bytes(edited(lambda record: record.replace(b"\r\nWARC-Date", more, 1)))
    (found,) = read_sets(path)
    assert found.exchange.url == URL
    faults = [fault.what for fault in verify(path.parents[1])]
    assert sum("no WARC 1.1 record" in what for what in faults) == 3


def test_a_crawl_does_not_begin_beside_files_of_others(tmp_path: Path) -> None:
    (tmp_path / "warc").mkdir()
    (tmp_path / "warc" / NAME).write_bytes(of_others("1.1", compressed=True))
    with pytest.raises(DamagedError, match="did not write"):
        forbid_mixing(tmp_path, sample=True)


def test_a_block_that_could_not_be_read_again_is_not_written() -> None:
    with pytest.raises(ValueError, match="limit"):
        render_record("resource", "<urn:uuid:1>", [], bytes(BLOCK_LIMIT + 1))


def test_records_around_the_limits_are_read(tmp_path: Path) -> None:
    path = tmp_path / NAME
    for size in (0, HEAD_LIMIT - 200, HEAD_LIMIT, HEAD_LIMIT + 1, 3 * HEAD_LIMIT):
        block = random.Random(size).randbytes(min(size, 1 << 16)).ljust(size, b"x")
        path.write_bytes(render_record("resource", "<urn:uuid:1>", [], block) * 2)
        assert [record.block for record in read_records(path)] == [block, block]
