"""Renditions: kept whole beside the document they were made of, and read in its place."""

from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive import ledger, rebuild
from archive.exchange import Exchange, KeptRendition, Rendition, RenditionKind
from archive.folder import find, warc_files
from archive.index import Index, update
from archive.record import OPEN, read_records
from archive.recover import recover
from archive.rendition import KINDS, read_rendition, read_renditions, render_rendition
from archive.source import of_archive
from archive.verify import verify
from archive.warc import read_set, read_sets
from archive.writer import ArchiveError, Writer
from pipelines import read
from tests.exchanges import NOON, exchange, rendition, run
from tests.test_warc import checked_by

DOM = "<html><body><p>收到申请83件</p></body></html>".encode()
EMPTY = b"<html><body><script>draw()</script></body></html>"


def archived(folder: Path, *renditions: Rendition, page: Exchange) -> tuple[KeptRendition, ...]:
    writer = Writer(folder, run())
    writer.submit(page).result()
    kept = writer.submit_renditions(renditions).result()
    writer.close({"verdict": "healthy"})
    return kept


@given(
    st.sampled_from(KINDS),
    st.binary(max_size=400),
    st.datetimes(
        min_value=dt.datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis wants it so
        timezones=st.sampled_from((dt.UTC, dt.timezone(dt.timedelta(hours=8)))),
    ),
    st.sampled_from(("text/html; charset=utf-8", "image/png", "application/json")),
)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_rendition_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory,
    kind: RenditionKind,
    data: bytes,
    made: dt.datetime,
    content_type: str,
) -> None:
    folder, page = tmp_path_factory.mktemp("any"), exchange(1)
    given = dataclasses.replace(
        rendition(page, data=data), kind=kind, made=made, content_type=content_type
    )
    assert render_rendition(given) == render_rendition(given)
    kept = archived(folder, given, page=page)
    (path,) = warc_files(folder)
    assert [one.rendition for one in kept] == [given]
    assert tuple(read_renditions(path)) == kept
    assert read_rendition(path, kept[0].place.offset) == given
    assert [one.exchange for one in read_sets(path)] == [page]
    assert list(verify(folder)) == []


def test_the_records_are_those_that_crawlers_with_a_browser_write(tmp_path: Path) -> None:
    page = exchange(1, DOM)
    kept = archived(tmp_path, *(rendition(page, kind) for kind in KINDS), page=page)
    (path,) = warc_files(tmp_path)
    records = [record for record in read_records(path) if record.type == "resource"][:-1]
    uris = [record.fields["WARC-Target-URI"] for record in records]
    assert uris == [f"urn:{kind}:{page.url}" for kind in ("dom", "view", "text", "pageinfo")]
    for record in records:
        assert record.fields["WARC-Concurrent-To"] == page.response_id
        assert record.fields["WARC-Date"] == "2026-01-31T12:00:02.000000Z"
    opened = ledger.open_ledger(tmp_path)
    rows = ledger.renditions(opened, page.id)
    assert {kind: row.offset for kind, row in rows.items()} == {
        one.rendition.kind: one.place.offset for one in kept
    }
    assert ledger.renditions(opened, exchange().id) == {}
    opened.close()
    with Index(update(tmp_path)) as index:
        (line,) = index.captures(f"urn:dom:{page.url}")
    assert (line.offset, line.length) == (kept[0].place.offset, kept[0].place.length)
    assert b'"status"' not in line.line()
    assert checked_by("warcio", path) == checked_by("fastwarc", path, "-p") == ""
    assert subprocess.run(["gzip", "-t", path], check=False).returncode == 0


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        dataclasses.replace(rendition(exchange()), made=NOON.replace(tzinfo=None))


def test_wherever_a_killed_run_is_cut_off_whole_renditions_are_kept(tmp_path: Path) -> None:
    page = exchange(1)
    kept = archived(tmp_path / "live", rendition(page), rendition(page, "text"), page=page)
    (path,) = warc_files(tmp_path / "live")
    content = path.read_bytes()
    (first,) = read_sets(path)
    ends = [one.place.offset + one.place.length for one in kept]
    for cut in range(first.place.offset + first.place.length, ends[-1], 37):
        folder = tmp_path / str(cut)
        (folder / "warc").mkdir(parents=True)
        (folder / "warc" / (path.name + OPEN)).write_bytes(content[:cut])
        list(recover(folder))
        found = tuple(read_renditions(folder / "warc" / path.name))
        assert found == kept[: sum(end <= cut for end in ends)]
        assert list(verify(folder)) == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_rendition_of_nothing_is_refused_and_named(tmp_path: Path) -> None:
    page, other = exchange(1), exchange(2)
    writer = Writer(tmp_path, run())
    writer.submit(page).result()
    with pytest.raises(ArchiveError, match=f"no exchange {other.id}"):
        writer.submit_renditions([rendition(other)]).result()
    with pytest.raises(ArchiveError):
        writer.close({})
    assert list(recover(tmp_path))
    (path,) = warc_files(tmp_path)
    path.rename(path.with_name(path.name + OPEN))
    with path.with_name(path.name + OPEN).open("ab") as file:
        file.write(render_rendition(rendition(other)))
    for left in (*tmp_path.glob(ledger.FILE + "*"), path.parent / "manifest-sha256.txt"):
        left.unlink()
    list(recover(tmp_path))
    (fault,) = verify(tmp_path)
    assert f"urn:dom of exchange {other.id}, which is not in the archive" in fault.what


@pytest.mark.parametrize("with_ledger", [True, False])
def test_the_document_is_what_a_browser_made_of_it(tmp_path: Path, *, with_ledger: bool) -> None:
    page, plain = exchange(1, EMPTY), exchange(2, DOM)
    writer = Writer(tmp_path, run(), rotate=1)
    for one in (page, plain):
        writer.submit(one).result()
    writer.submit_renditions([rendition(page, data=DOM), rendition(page, "view", b"")]).result()
    writer.close({})
    if not with_ledger:
        for left in tmp_path.glob(ledger.FILE + "*"):
            left.unlink()
    drawn, served = rebuild.documents(tmp_path)
    assert (drawn.body, drawn.content_type) == (DOM, "text/html; charset=utf-8")
    assert drawn.capture == page.response_id
    assert (served.body, served.content_type) == (DOM, "")
    assert "收到申请83件" in read(drawn).text
    kept = of_archive(tmp_path)
    row = ledger.exchange(kept.ledger, page.id) if with_ledger else None
    if row:
        assert rebuild.document(kept, read_set(find(tmp_path, row.file), row.offset)) == drawn
    kept.ledger.close()
