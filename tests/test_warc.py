"""Record sets: any bytes in, the same bytes out, for us and for the tools of others."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import fastwarc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from archive.exchange import Exchange, Tls, look_at
from archive.record import DamagedError, read_records
from archive.warc import read_set, read_sets, render
from archive.warcinfo import read_info, read_notes, render_info, render_note, run_note
from tests.exchanges import NOON, exchange, run

RUN = run(arguments={"years": "2019-2025"}, operator="line one\r\nWARC-Type: metadata")
INFO = render_info(RUN, "a.warc.gz")
any_block = st.binary(max_size=300) | st.binary(max_size=200).map(
    lambda rest: b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + rest
)

any_exchange = st.builds(
    Exchange,
    id=st.uuids().map(str),
    url=st.text(max_size=60),
    method=st.sampled_from(("GET", "HEAD", "POST")),
    started=st.datetimes(
        min_value=dt.datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis wants it so
        timezones=st.sampled_from((dt.UTC, dt.timezone(dt.timedelta(hours=8)))),
    ),
    seconds=st.floats(0, 1e6),
    request=st.binary(max_size=200),
    response=any_block,
    interim=st.binary(max_size=60),
    ip=st.ip_addresses().map(str) | st.just(""),
    protocol=st.sampled_from(("", "http/1.0", "http/1.1")),
    tls=st.none() | st.builds(Tls, st.just("TLSv1.3"), st.just(("ab" * 32, "cd" * 32))),
    truncated=st.sampled_from((None, "disconnect", "time", "length")),
    error=st.none() | st.sampled_from(("dns", "reset")),
    detail=st.text(max_size=40),
    attempt=st.integers(1, 9),
    parent=st.none() | st.uuids().map(str),
    via=st.sampled_from(("", "redirect", "retry", "robots")),
    known=st.dictionaries(st.text(max_size=9), st.text(max_size=30), max_size=4),
)
"""Any exchange that could be told of: any bytes, any text."""

each_in_its_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def rendered(one: Exchange) -> bytes:
    return render(one, look_at(one), RUN)


def write(folder: Path, *exchanges: Exchange, name: str = "a.warc.gz") -> tuple[Path, list[int]]:
    """A file of record sets, and where each set starts and the last one ends."""
    path = folder / name
    sets = [rendered(one) for one in exchanges]
    path.write_bytes(b"".join((INFO, *sets)))
    offsets = [len(INFO)]
    for one in sets:
        offsets.append(offsets[-1] + len(one))
    return path, offsets


def by_warcio(path: Path) -> list[tuple[str, str, bytes]]:
    """Type, record id and block of each record, as warcio reads them."""
    with path.open("rb") as file:
        return [
            (
                record.rec_type,
                record.rec_headers.get_header("WARC-Record-ID"),
                record.raw_stream.read(),
            )
            for record in ArchiveIterator(file, no_record_parse=True)
        ]


def by_fastwarc(path: Path) -> list[tuple[str, str, bytes]]:
    """The same, as FastWARC reads them."""
    return [
        (record.headers["WARC-Type"], record.headers["WARC-Record-ID"], record.reader.read())
        for record in fastwarc.ArchiveIterator(str(path), parse_http=False)
    ]


@given(st.lists(any_exchange, min_size=1, max_size=3))
@each_in_its_folder
def test_any_exchange_comes_back_as_it_was(tmp_path: Path, given: list[Exchange]) -> None:
    path, offsets = write(tmp_path, *given)
    read = list(read_sets(path))
    assert [one.exchange for one in read] == given
    assert [one.facts for one in read] == [look_at(one) for one in given]
    assert [one.place.offset for one in read] == offsets[:-1]
    for one in read:
        assert (one.run, one.portal, one.sample) == (RUN.id, "asker", True)
        stored = path.read_bytes()[one.place.offset :][: one.place.length]
        assert one.place.sha256 == hashlib.sha256(stored).hexdigest()
        assert one == read_set(path, one.place.offset)


@given(any_exchange)
@each_in_its_folder
def test_warcio_and_fastwarc_read_the_same_blocks(tmp_path: Path, given: Exchange) -> None:
    path, _ = write(tmp_path, given)
    ours = [(r.type, r.fields["WARC-Record-ID"], r.block) for r in read_records(path)]
    expected = [b for b in (given.response, given.request) if b]
    assert [block for _, _, block in ours[1:-1]] == expected
    assert by_warcio(path) == ours
    assert by_fastwarc(path) == ours


def test_the_checkers_of_others_find_nothing(tmp_path: Path) -> None:
    ok = b"HTTP/1.1 200 OK\r\n"
    zipped = gzip.compress("<p>年度报告</p>".encode("gbk") * 100)
    responses = {
        "GBK in a header": ok + b"X-Dept: \xc4\xea\xb6\xc8\r\n\r\n\0\0\xff",
        "empty": ok + b"Content-Length: 0\r\n\r\n",
        "gzip": ok + b"Content-Encoding: gzip\r\n\r\n" + zipped,
        "chunks": ok + b"Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nX-T: 1\r\n\r\n",
        "folded": ok + b"X-Folded: a,\r\n b\r\n\r\nabc",
        "no colon": ok + b"nonsense\r\n\r\nabc",
        "bare line ends": b"HTTP/1.1 200 OK\nX-A: b\n\nabc",
        "excess": ok + b"Content-Length: 1\r\n\r\nabc",
    }
    path, _ = write(
        tmp_path,
        *(exchange(response=response) for response in responses.values()),
        exchange(method="HEAD", response=ok + b"Content-Length: 999\r\n\r\n"),
        exchange(response=ok + b"Content-Length: 9\r\n\r\nabc", truncated="disconnect"),
        exchange(response=b"", error="timeout"),
        exchange(request=b"", response=b"", error="dns"),
        exchange(url="http://例子.cn/a b<c>\r\nWARC-Type: x"),
        exchange(request=b"POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n\0\xff\r\n"),
    )
    assert checked_by("warcio", path) == checked_by("fastwarc", path, "-p") == ""
    assert subprocess.run(["gzip", "-t", path], check=False).returncode == 0


def checked_by(tool: str, path: Path, *options: str) -> str:
    """What a checker complains of; nothing when it finds every record in order."""
    # warcio 1.8 breaks on `br` entities when it finds a current brotli: it is not shown any.
    start = f"import sys; sys.modules['brotli'] = None; from {tool}.cli import main; main()"
    command = [sys.executable, "-c", start, "check", *options, str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.stdout + ran.stderr if ran.returncode else ""


def test_a_set_says_what_the_standard_wants_it_to(tmp_path: Path) -> None:
    path, _ = write(
        tmp_path,
        exchange(url="http://例子.cn/a b?c=<d>#e", started=NOON.replace(microsecond=1)),
        exchange(response=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", truncated="time"),
        exchange(response=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
        exchange(request=b"", response=b""),
    )
    first, second, third, last = (
        {record.type: record.fields for record in found}
        for found in by_set(list(read_records(path))[1:])
    )
    assert list(first) == ["response", "request", "metadata"]
    assert list(last) == ["metadata"]
    response, request, metadata = first.values()
    for fields in first.values():
        assert fields["WARC-Date"] == "2026-01-31T12:00:00.000001Z"
        assert fields["WARC-Target-URI"] == ("http://%E4%BE%8B%E5%AD%90.cn/a%20b?c=%3Cd%3E#e")
        assert fields["WARC-Block-Digest"].startswith("sha256:")
    assert response["Content-Type"] == "application/http; msgtype=response"
    assert request["Content-Type"] == "application/http; msgtype=request"
    assert response["WARC-IP-Address"] == "127.0.0.1"
    assert request["WARC-Concurrent-To"] == response["WARC-Record-ID"]
    assert metadata["WARC-Concurrent-To"] == request["WARC-Record-ID"]
    assert response["WARC-Payload-Digest"] == f"sha256:{hashlib.sha256(b'page').hexdigest()}"
    assert "WARC-Truncated" not in response
    assert second["response"]["WARC-Truncated"] == "time"
    assert "WARC-Payload-Digest" not in third["response"]


def by_set(records: list[Any]) -> list[list[Any]]:
    sets: list[list[Any]] = [[]]
    for record in records:
        sets[-1].append(record)
        if record.type == "metadata":
            sets.append([])
    return sets[:-1]


def test_rendering_is_a_function_of_what_it_is_given() -> None:
    one = exchange()
    assert rendered(one) == rendered(one)
    assert rendered(one) != rendered(exchange(id=one.id, body=b"pagf"))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        exchange(started=NOON.replace(tzinfo=None))


def test_a_file_says_which_run_it_is_of_and_how_that_ended(tmp_path: Path) -> None:
    path, _ = write(tmp_path, exchange())
    note = run_note(RUN, NOON, {"verdict": "suspicious", "why": "年报"})
    path.write_bytes(path.read_bytes() + render_note(RUN, NOON, note))
    info = read_info(path)
    assert info["sample"] == "yes"
    assert info["operator"] == "line one WARC-Type: metadata"
    assert json.loads(info["arguments"]) == {"years": "2019-2025"}
    assert dt.datetime.fromisoformat(info["started"]) == RUN.started
    assert list(read_notes(path)) == [note]
    assert note["run"] == info["run"] == RUN.id
    assert len(list(read_sets(path))) == 1


def test_a_torn_file_is_told_from_a_whole_one_wherever_it_is_cut(tmp_path: Path) -> None:
    whole, (_, second, end) = write(tmp_path, exchange(1), exchange(2))
    first = next(read_sets(whole))
    for cut in (*range(second + 1, end, 11), *range(end - 12, end)):
        finished, open_one = tmp_path / "b.warc.gz", tmp_path / "b.warc.gz.open"
        for path in (finished, open_one):
            path.write_bytes(whole.read_bytes()[:cut])
        with pytest.raises(DamagedError, match="the file ends within"):
            list(read_sets(finished))
        assert [one.exchange for one in read_sets(open_one)] == [first.exchange]
        with pytest.raises(DamagedError):
            read_set(open_one, second)


def test_a_flipped_bit_is_never_read_as_if_nothing_were_wrong(tmp_path: Path) -> None:
    given = exchange(1, b"a page that compresses badly: \x93\x1f\xc0")
    path, (start, end) = write(tmp_path, given)
    whole = path.read_bytes()
    harmless = 0
    for place in range(start, end, 3):
        raw = bytearray(whole)
        raw[place] ^= 1 << (place % 8)
        path.write_bytes(raw)
        try:
            read = [one.exchange for one in read_sets(path)]
        except DamagedError:
            continue
        assert read == [given]
        harmless += 1
    # Each gzip member has six bytes (time, level, system) and a flag that say nothing.
    assert harmless <= 3 * 7


def test_foreign_files_are_named_as_such(tmp_path: Path) -> None:
    path = tmp_path / "foreign.warc.gz"
    record = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    foreign = {
        b"": "does not open with a warcinfo record",
        b"plain text": "no whole gzip member",
        gzip.compress(b"plain text"): "no WARC 1.1 record",
        gzip.compress(record): "no WARC 1.1 record",
        gzip.compress(record.replace(b"1.0", b"1.1")): "no WARC 1.1 record",
        INFO + rendered(exchange())[:-20]: "ends within a gzip member",
    }
    for raw, why in foreign.items():
        path.write_bytes(raw)
        with pytest.raises(DamagedError, match=why):
            [read_info(path), *read_sets(path)]


def test_reading_keeps_one_set_in_memory(tmp_path: Path) -> None:
    import tracemalloc

    body = bytes(range(256)) * 4000
    path, _ = write(tmp_path, *(exchange(number, body) for number in range(20)))
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_sets(path)) == 20
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 8 * len(body)


def test_a_set_is_read_from_a_stream_of_sets_without_its_file(tmp_path: Path) -> None:
    """Each record is a gzip member of its own, so any tool can pick one out."""
    path, (start, middle, _) = write(tmp_path, exchange(1), exchange(2))
    member = io.BytesIO(path.read_bytes()[start:middle])
    types = [record.rec_type for record in ArchiveIterator(member)]
    assert types == ["response", "request", "metadata"]
