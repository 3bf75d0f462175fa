"""A report comes out of the catalogue exactly as it went in."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import catalogue
from pipelines import read
from pipelines.document import Document
from pipelines.report import FLAGS, Cell, Finding, Flag, Head, Indicator, Report

TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
NUMBER = st.none() | st.integers(-(2**62), 2**62) | st.floats(allow_nan=False, allow_infinity=False)
FLAG = st.builds(Flag, st.sampled_from(sorted(FLAGS)), TEXT, TEXT)
CELL = st.builds(
    Cell, TEXT, TEXT, TEXT, NUMBER, st.none() | TEXT,
    st.sampled_from(["reported", "blank", "damaged"]), TEXT, st.none() | TEXT, NUMBER,
    st.lists(st.sampled_from(sorted(FLAGS)), max_size=2).map(tuple),
)  # fmt: skip
INDICATOR = st.builds(
    Indicator, st.none() | TEXT, st.integers(0, 9), TEXT, st.just("exact"), TEXT, TEXT, TEXT
)
FINDING = st.builds(
    Finding, TEXT, st.sampled_from(["pass", "fail"]), TEXT, TEXT, NUMBER, NUMBER, TEXT
)
HEAD = st.builds(
    Head,
    id=TEXT, version=TEXT, organ=st.none() | TEXT,
    organ_code=st.none() | TEXT,
    dates=st.dictionaries(TEXT, TEXT, max_size=2), region_code=st.none() | TEXT,
    level=st.just("county"), scope=st.just("organ_own"), year=st.none() | st.integers(2008, 2030),
    form=st.just("form_2021"), title=st.none() | TEXT, published=st.none() | TEXT,
    published_from=st.none() | TEXT, signed=st.none() | TEXT,
    contacts=st.dictionaries(TEXT, TEXT, max_size=2), url=TEXT, capture=TEXT.map("<{}>".format),
    fetched=st.just("2026-01-01T00:00:00.000000Z"), host_class=st.just("gov"),
    quality=st.just("complete"), sample=st.booleans(), parser_version=TEXT,
)  # fmt: skip
REPORT = st.builds(
    Report,
    HEAD,
    st.lists(CELL, max_size=3).map(tuple),
    st.lists(INDICATOR, max_size=2).map(tuple),
    st.lists(FINDING, max_size=2).map(tuple),
    st.lists(FLAG, max_size=2).map(tuple),
    TEXT,
)


@given(st.lists(REPORT, max_size=4, unique_by=lambda report: report.report.url))
def test_what_goes_in_comes_out(reports: list[Report]) -> None:
    opened = catalogue.open_catalogue(Path(":memory:"))
    by_capture = {report.report.capture: report for report in reports}
    for report in reports:
        catalogue.store(opened, report)
    found = list(catalogue.reports(opened))
    opened.close()
    assert {r.report.capture: r for r in found} == by_capture
    assert {r.to_json() for r in found} == {r.to_json() for r in by_capture.values()}


@pytest.fixture
def report() -> Report:
    document = Document("http://x.gov.cn/1", b"<p>x", capture="<urn:uuid:1>", fetched="2026-01-01")
    return read(document)


def test_reading_a_capture_again_replaces_it(tmp_path: Path, report: Report) -> None:
    opened = catalogue.open_catalogue(tmp_path / "c.sqlite")
    catalogue.store(opened, report)
    catalogue.store(opened, dataclasses.replace(report, flags=(), text="new"))
    (found,) = catalogue.reports(opened)
    opened.close()
    assert (found.text, found.flags) == ("new", ())


def test_a_capture_that_was_not_read_is_named(tmp_path: Path, report: Report) -> None:
    opened = catalogue.open_catalogue(tmp_path / "c.sqlite")
    catalogue.store(opened, report)
    assert catalogue.report(opened, "<urn:uuid:1>") == report
    with pytest.raises(LookupError, match="uuid:2"):
        catalogue.report(opened, "<urn:uuid:2>")
    opened.close()


def test_a_catalogue_of_other_tables_is_named(tmp_path: Path) -> None:
    path = tmp_path / "c.sqlite"
    opened = catalogue.open_catalogue(path)
    opened.execute("ALTER TABLE reports ADD COLUMN older TEXT")
    opened.execute("PRAGMA user_version = 1")
    opened.close()
    with pytest.raises(catalogue.StaleCatalogueError, match="rebuild"):
        catalogue.open_catalogue(path)


def test_a_saved_file_has_no_place(tmp_path: Path) -> None:
    opened = catalogue.open_catalogue(tmp_path / "c.sqlite")
    with pytest.raises(ValueError, match="no capture"):
        catalogue.store(opened, read(Document("", b"<p>x")))
    opened.close()
