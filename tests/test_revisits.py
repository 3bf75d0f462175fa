"""Revisits: what was captured is what was served, however often the same entity came."""

from __future__ import annotations

import dataclasses
import datetime as dt
import gzip
import os
import random
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import fastwarc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import index, ledger
from archive.__main__ import main
from archive.changes import captures, changes
from archive.exchange import Exchange, RecordSet
from archive.folder import find, warc_files
from archive.index import REVISIT, Index, update
from archive.record import OPEN, read_records
from archive.recover import recover
from archive.source import of_archive, of_files
from archive.verify import verify
from archive.wacz import Page, pack
from archive.warc import OriginalError, read_set, read_sets
from archive.writer import Writer
from tests.exchanges import exchange, run
from tests.test_warc import checked_by

BODY = "<p>收到政府信息公开申请83件</p>".encode() * 30


def archived(folder: Path, *exchanges: Exchange) -> list[RecordSet]:
    """One run; each exchange is on the disk before the next is handed over."""
    writer = Writer(folder, run())
    kept = [writer.submit(one).result() for one in exchanges]
    writer.close({"verdict": "healthy"})
    return kept


def later(one: Exchange, days: int = 1, **facts: object) -> Exchange:
    """The same answer at another time."""
    again = dataclasses.replace(
        one, id=exchange().id, started=one.started + dt.timedelta(days=days)
    )
    return dataclasses.replace(again, **facts)  # type: ignore[arg-type]


def served(body: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join((b"HTTP/1.1 200 OK", *headers, b"", body))


def chunked(body: bytes, sizes: list[int], extension: bytes, trailer: bytes) -> bytes:
    parts = []
    for size in (*(size for size in sizes if size), len(body) or 1):
        part, body = body[:size], body[size:]
        if part:
            parts.append(b"%x%s\r\n%s\r\n" % (len(part), extension, part))
    return b"".join((*parts, b"0\r\n", trailer, b"\r\n"))


each_in_its_folder = settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(
    st.binary(min_size=1, max_size=600),
    st.lists(st.integers(0, 200), max_size=4),
    st.sampled_from((b"", b';a="b"', b" ;x")),
    st.sampled_from((b"", b"X-T: \xc4\xea\r\n")),
    st.permutations(("plain", "length", "chunks")),
)
@each_in_its_folder
def test_the_same_entity_framed_in_any_way_comes_back_as_it_was_served(
    tmp_path_factory: pytest.TempPathFactory,
    body: bytes,
    sizes: list[int],
    extension: bytes,
    trailer: bytes,
    order: list[str],
) -> None:
    folder = tmp_path_factory.mktemp("any")
    ways = {
        "plain": served(body, b"X-Dept: \xc4\xea"),
        "length": served(body, b"Content-Length: %d" % len(body)),
        "chunks": served(
            chunked(body, sizes, extension, trailer), b"Transfer-Encoding: chunked", b"X: 1"
        ),
    }
    given = [exchange(number, response=ways[way]) for number, way in enumerate(order)]
    kept = archived(folder, *given)
    assert [one.original is not None for one in kept] == [False, True, True]
    (path,) = warc_files(folder)
    assert [one.exchange for one in read_sets(path)] == given
    assert list(read_sets(path)) == kept
    assert [read_set(path, one.place.offset) for one in kept] == kept
    assert list(verify(folder)) == []


def test_only_whole_durable_answers_are_referred_to_and_refer(tmp_path: Path) -> None:
    page = exchange(1, BODY)
    cut = served(BODY, b"Content-Length: 99999")
    kept = archived(
        tmp_path,
        exchange(1, BODY, truncated="disconnect"),
        exchange(2, BODY, error="reset"),
        exchange(3, response=cut),
        page,
        later(page, truncated="time"),
        later(page, response=cut),
        exchange(4, b""),
        exchange(5, b""),
        later(page, url="http://www.changzhou.gov.cn/other.html"),
        later(page),
    )
    originals = [one.original.id if one.original else None for one in kept]
    assert originals == [*[None] * 8, page.id, page.id]
    writer = Writer(tmp_path / "together", run())
    together = [writer.submit(one) for one in (page, later(page))]
    assert [done.result().original for done in together] in (
        [None, None],
        [None, together[1].result().original],
    )
    writer.close({})
    assert list(verify(tmp_path / "together")) == []


def test_the_records_are_those_of_the_standard_and_others_can_read_them(tmp_path: Path) -> None:
    page = exchange(1, BODY, url="http://例子.cn/a b")
    first, second = archived(tmp_path, page, later(page))
    (path,) = warc_files(tmp_path)
    records = [record for record in read_records(path) if record.offset >= second.place.offset]
    assert [record.type for record in records] == ["revisit", "request", "metadata", "resource"]
    fields = records[0].fields
    assert records[0].block == page.response.partition(BODY)[0]
    assert fields["WARC-Profile"].endswith("/warc/1.1/revisit/identical-payload-digest")
    assert fields["WARC-Refers-To"] == page.response_id
    assert fields["WARC-Refers-To-Target-URI"] == "http://%E4%BE%8B%E5%AD%90.cn/a%20b"
    assert fields["WARC-Refers-To-Date"] == "2026-01-31T12:00:01.000000Z"
    assert fields["WARC-Payload-Digest"] == f"sha256:{first.facts.entity_sha256}"
    assert second.place.length < first.place.length + 700
    assert subprocess.run(["gzip", "-t", path], check=False).returncode == 0
    assert checked_by("warcio", path) == checked_by("fastwarc", path) == ""
    # FastWARC takes the digest of the block of a revisit for that of its payload.
    (wrong,) = (
        record.record_id
        for record in fastwarc.ArchiveIterator(str(path), parse_http=False)
        if record.is_http
        and "WARC-Payload-Digest" in record.headers
        and not (record.parse_http() or record.verify_payload_digest())
    )
    assert wrong == second.exchange.response_id


def test_an_original_in_a_file_that_is_open_and_later_is_not(tmp_path: Path) -> None:
    page = exchange(1, BODY)
    writer = Writer(tmp_path, run(), rotate=1)
    kept = [writer.submit(one).result() for one in (page, later(page, 1), later(page, 2))]
    assert len({one.place.file for one in kept}) == 3
    for one in kept:
        assert read_set(find(tmp_path, one.place.file), one.place.offset) == one
    writer.close({})
    for one in kept:
        assert read_set(find(tmp_path, one.place.file), one.place.offset) == one


def three_files(folder: Path) -> tuple[list[Path], list[RecordSet]]:
    """Two originals in two files, and a third with a revisit of each and a page of its own."""
    one, two = exchange(1, BODY), exchange(2, BODY[::-1])
    kept = archived(folder, one)
    kept += archived(folder, two)
    kept += archived(folder, later(one), later(two), exchange(3, b"alone"))
    return [find(folder, file) for file in dict.fromkeys(set_.place.file for set_ in kept)], kept


def test_a_missing_file_breaks_exactly_what_was_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "asker"
    paths, kept = three_files(folder)
    for path, broken in zip(paths, (kept[2:3], kept[3:4], []), strict=True):
        status = main(["verify", "--without", path.name, "--data", str(tmp_path)])
        said = capsys.readouterr()
        assert status == (3 if broken else 0)
        assert [line.split()[1] for line in said.out.splitlines()[::2]] == [
            one.exchange.url for one in broken
        ]
        away = path.rename(tmp_path / path.name)
        failed, said_why = [], []
        for one in kept:
            if one.place.file != path.name:
                try:
                    found = read_set(find(folder, one.place.file), one.place.offset)
                    assert found == one
                except OriginalError as error:
                    failed.append(one)
                    said_why.append(str(error))
        assert failed == broken
        assert all(f"bring {path.name} back" in why for why in said_why)
        faults = [fault for fault in verify(folder) if fault.advice == f"bring {path.name} back "
                  "from a copy"]  # fmt: skip
        assert [fault.offset for fault in faults] == [one.place.offset for one in broken]
        away.rename(path)
    assert list(verify(folder)) == []
    assert main(["verify", "--without", "nowhere.warc.gz", "--data", str(tmp_path)]) == 2


def test_a_missing_original_stops_only_who_needs_it(tmp_path: Path) -> None:
    """The captures beside it are found and read; a killed run is recovered and gone on with."""
    folder = tmp_path / "asker"
    first = exchange(1, BODY)
    (original,) = archived(folder, first)
    archived(folder, later(first), exchange(2, b"another page"))
    writer = Writer(folder, run())
    (revisit,) = [writer.submit(later(first, 2)).result()]
    assert revisit.original
    left = tmp_path / "left" / "asker"
    shutil.copytree(folder, left)
    writer.close({})
    find(left, original.place.file).unlink()
    with (left / "warc" / (revisit.place.file + OPEN)).open("ab") as file:
        file.write(b"\x1f\x8b torn")
    assert any("torn end" in said for said in list(recover(left)))
    paths = list(warc_files(left))
    assert all(path.suffix != OPEN for path in paths)
    urls = [one.url for path in paths for one in index.captures(path)]
    assert sorted(urls) == [first.url, first.url, exchange(2).url]
    with pytest.raises(OriginalError, match="missing"):
        read_set(find(left, revisit.place.file), revisit.place.offset)
    with closing(of_archive(left)) as kept:
        page = ledger.last_capture(kept.ledger, exchange(2).url)
        assert page
        assert kept.read(page).exchange.response.endswith(b"another page")
    for path in left.glob(ledger.FILE + "*"):
        path.unlink()
    assert any("written again" in said for said in list(recover(left)))
    assert len([*of_files(left).ledger.execute("SELECT * FROM exchanges")]) == 3
    faults = [str(fault) for fault in verify(left)]
    assert sum("that file is missing" in one for one in faults) == 2
    # Besides those the file itself, by manifest, and nothing else.
    assert len(faults) == 3, faults
    archived(left, later(first, 3))
    assert len(list(warc_files(left))) == 3


def test_a_file_that_is_gone_is_referred_to_no_more(tmp_path: Path) -> None:
    page = exchange(1, BODY)
    (first,) = archived(tmp_path, page)
    find(tmp_path, first.place.file).unlink()
    (again,) = archived(tmp_path, later(page))
    assert again.original is None
    assert read_set(find(tmp_path, again.place.file), again.place.offset) == again


def test_a_killed_run_and_a_lost_ledger(tmp_path: Path) -> None:
    page = exchange(1, BODY)
    archived(tmp_path, page)
    writer = Writer(tmp_path, run())
    kept = [writer.submit(later(page, days)).result() for days in (1, 2)]
    (path,) = (path for path in warc_files(tmp_path) if path.suffix == OPEN)
    content = path.read_bytes()
    writer.close({})
    path.with_suffix("").unlink()
    (path.parent / "manifest-sha256.txt").unlink()
    for left in tmp_path.glob(ledger.FILE + "*"):
        left.unlink()
    path.write_bytes(content[:-7])  # the second revisit is torn
    assert any("cut off" in said for said in list(recover(tmp_path)))
    assert list(read_sets(path.with_suffix(""))) == kept[:1]
    assert list(verify(tmp_path)) == []
    opened = ledger.open_ledger(tmp_path)
    assert ledger.exchange(opened, kept[0].exchange.id).original == page.id
    opened.close()


def test_a_ledger_of_another_version_is_written_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "asker"
    three_files(folder)
    opened = ledger.open_ledger(folder)
    before = [list(ledger.rows_in(opened, one.name)) for one in ledger.files(opened)]
    opened.execute("PRAGMA user_version = 1")
    opened.close()
    with pytest.raises(ledger.StaleLedgerError, match="version 1"):
        ledger.open_ledger(folder)
    (fault,) = verify(folder)
    assert "of version 1" in fault.what
    assert main(["show", exchange(1).url, "--data", str(tmp_path)]) == 3
    assert main(["recover", "--data", str(tmp_path)]) == 0
    assert "ledger of version 1" in capsys.readouterr().err
    assert list(verify(folder)) == []
    opened = ledger.open_ledger(folder)
    assert [list(ledger.rows_in(opened, one.name)) for one in ledger.files(opened)] == before
    opened.close()


def test_captures_that_did_not_change(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "asker"
    page = exchange(1, gzip.compress(BODY), known={"role": "report"})
    page = dataclasses.replace(
        page, response=served(gzip.compress(BODY, mtime=0), b"Content-Encoding: gzip")
    )
    archived(folder, page)
    archived(folder, later(page))
    first, second = captures(folder, page.url)
    assert (first.mime, second.mime, second.status) == ("", REVISIT, 200)
    assert first.digest == second.digest
    with closing(of_archive(folder)) as kept:
        ((_, _, difference),) = changes(kept, [first, second])
    assert not difference
    assert main(["show", page.url, "--data", str(tmp_path)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6
    pages = [Page(page.url, f"{one.moment:%Y-%m-%dT%H:%M:%SZ}", "title", "text")
             for one in (first, second)]  # fmt: skip
    packed = pack(folder, pages, tmp_path / "a.wacz")
    assert (packed.files, packed.captures, packed.pages) == (2, 2, 2)


def test_looking_for_an_original_needs_an_index(tmp_path: Path) -> None:
    archived(tmp_path, exchange(1, BODY))
    opened = ledger.open_ledger(tmp_path)
    asked: list[str] = []
    opened.set_trace_callback(asked.append)
    assert ledger.original(opened, "0" * 64) is None
    opened.set_trace_callback(None)
    (plan,) = opened.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    assert "originals_by_entity (entity_sha256=?)" in plan[3]
    opened.close()


def test_a_second_crawl_of_an_unchanged_city(tmp_path: Path) -> None:
    crawl = [sys.executable, "-m", "tests.city", "--port", "0", "--organs", "3", "--years",
             "2021-2022", "--", "sh", "-c"]  # fmt: skip
    twice = f"for run in 1 2; do {sys.executable} -m scrapy crawl changzhou -a recheck=0d; done"
    subprocess.run(
        [*crawl, twice], check=False, capture_output=True,
        env={**os.environ, "NIANBAO_DATA": str(tmp_path)},
    )  # fmt: skip
    folder = tmp_path / "changzhou"
    first, second = warc_files(folder)
    of = {path: list(read_sets(path)) for path in (first, second)}
    total = sum(one.facts.entity_length or 0 for one in of[second])
    again = sum(one.facts.entity_length or 0 for one in of[second] if one.original)
    print(f"{again} of {total} payload bytes of the second crawl are revisits")
    assert total > 40_000
    assert again >= 0.95 * total
    roles = {one.exchange.known["role"] for one in of[second] if one.original}
    assert {"robots", "list", "report"} <= roles
    assert list(verify(folder)) == []
    with Index(update(folder)) as index:
        assert sum(one.mime == REVISIT for one in index) > 10


def test_rows_of_sets_at_random_are_found_again(tmp_path: Path) -> None:
    """Every repeat in a random order of few bodies refers to the first of its body."""
    chance = random.Random(4)
    bodies = [chance.randbytes(40) for _ in range(5)]
    given = [exchange(number, chance.choice(bodies)) for number in range(60)]
    kept = archived(tmp_path, *given)
    firsts: dict[str | None, str] = {}
    for one in kept:
        first = firsts.setdefault(one.facts.entity_sha256, one.exchange.id)
        assert (one.original.id if one.original else one.exchange.id) == first
