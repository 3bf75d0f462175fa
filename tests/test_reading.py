"""The reading as a whole: every report of the sample city, and whatever else may come."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import read
from pipelines.document import Document, Known
from pipelines.places import look_up
from pipelines.report import Report
from tests.city import City, TrueReport, pages
from tests.city.dress import charset

CITY = City(6, range(2019, 2026), seed=3)


def _documents() -> Iterator[tuple[Document, TrueReport]]:
    """Every report page of the city, as the crawl would hand it over."""
    for entry in CITY.report_entries():
        truth = CITY.report_of(entry)
        body = pages.report(CITY, entry).encode(charset(frozenset(truth.dress)))
        known = Known(
            "changzhou", "常州市", "320400", "report", entry.title, f"{entry.moment:%Y-%m-%d}"
        )
        yield Document(truth.url, body, known=known), truth


@pytest.fixture(scope="module")
def read_city() -> list[tuple[Document, TrueReport, Report]]:
    return [(document, truth, read(document)) for document, truth in _documents()]


def test_every_cell_of_the_sample_city(
    read_city: list[tuple[Document, TrueReport, Report]],
) -> None:
    cells = 0
    for _, truth, report in read_city:
        found = {(c.table, c.row, c.column): (c.value, c.status, c.raw) for c in report.cells}
        assert found == {c.key: (c.value, c.status, c.raw) for c in truth.cells}, truth.url
        cells += len(found)
    assert cells > 8000


def test_identity_of_every_report(read_city: list[tuple[Document, TrueReport, Report]]) -> None:
    for _, truth, report in read_city:
        head = report.report
        for field in (
            "organ",
            "region_code",
            "level",
            "scope",
            "year",
            "form",
            "title",
            "published",
            "signed",
        ):
            assert getattr(head, field) == getattr(truth, field), (truth.url, field)
        assert head.contacts == truth.contacts
        assert head.quality == "complete"


def test_planted_contradictions_and_nothing_else(
    read_city: list[tuple[Document, TrueReport, Report]],
) -> None:
    planted = 0
    for _, truth, report in read_city:
        failed = {(f.check, f.row, f.column) for f in report.findings if f.verdict == "fail"}
        assert failed == {tuple(c) for c in truth.planted}, truth.url
        planted += len(failed)
    assert planted > 10


def test_every_place_leads_to_its_cell(
    read_city: list[tuple[Document, TrueReport, Report]],
) -> None:
    for document, _, report in read_city[::7]:
        for cell in report.cells:
            assert cell.at is not None
            assert "".join(look_up(document, cell.at).split()) == "".join((cell.raw or "").split())


def test_a_print_variant_is_the_same_report() -> None:
    entry = next(CITY.report_entries())
    truth = CITY.report_of(entry)
    known = Known(region_code=truth.region_code)
    page, printed = (
        read(Document(url, make(CITY, entry).encode(charset(frozenset(truth.dress))), known=known))
        for url, make in ((truth.url, pages.report), (truth.print_url, pages.report_printed))
    )
    assert page.report.id == printed.report.id
    assert [(c.row, c.column, c.raw) for c in page.cells] == [
        (c.row, c.column, c.raw) for c in printed.cells
    ]


def test_other_pages_of_the_city_are_no_reports() -> None:
    others = [entry for entry in CITY.entries.values() if entry.year is None]
    assert len(others) > 50
    read_as_reports = [
        entry.title
        for entry in others
        if read(Document("", pages.other(CITY, entry).encode())).report.quality != "unread"
    ]
    assert read_as_reports == []


@given(st.binary(max_size=2000))
def test_any_bytes_give_a_report(body: bytes) -> None:
    report = read(Document("", body))
    assert report.report.quality == "unread"
    assert report.flags
    assert report.cells == ()


@given(st.integers(0, 40), st.integers(1, 400), st.booleans())
def test_a_page_cut_or_holed_anywhere_never_gives_a_wrong_number(
    which: int, length: int, cut: bool
) -> None:
    documents = list(_documents())[:6]
    document, truth = documents[which % len(documents)]
    start = len(document.body) * which // 41
    body = document.body[:start] + (b"" if cut else document.body[start + length :])
    true = {c.key: c for c in truth.cells}
    for cell in read(Document(document.url, body, known=document.known)).cells:
        known = true.get((cell.table, cell.row, cell.column))
        # A figure may be torn in two by the hole; then other characters are what is printed.
        if (
            cell.status == "reported"
            and not cell.flags
            and known is not None
            and known.raw == cell.raw
        ):
            assert cell.value == known.value


def test_command_prints_a_line_for_every_file(tmp_path: Path) -> None:
    document, truth = next(_documents())
    (tmp_path / "report.html").write_bytes(document.body)
    (tmp_path / "empty.html").write_bytes(b"")
    (tmp_path / "other.txt").write_text("今天天气很好。", encoding="utf-8")
    names = [tmp_path / name for name in ("report.html", "empty.html", "other.txt", "none.html")]
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", *map(str, names)],
        capture_output=True,
        check=False,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["report"]["quality"] for line in lines] == ["complete", "unread", "unread"]
    assert lines[0]["report"]["organ"] == truth.organ
    assert lines[1]["flags"][0]["flag"] == "empty"
    assert lines[2]["text"] == "今天天气很好。"
    assert "none.html" in done.stderr
    assert done.returncode == 3


def test_command_refuses_one_address_for_two_files(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", "a", "b", "--url", "http://x"],
        capture_output=True,
        check=False,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    assert done.returncode == 2
    assert "--url" in done.stderr


def test_two_reports_on_one_page_are_told_from_two_copies_of_one() -> None:
    (first, _), (second, truth) = list(_documents())[12:14]
    bodies = [
        d.body.decode("gbk" if b"charset=gb" in d.body else "utf-8-sig") for d in (first, second)
    ]
    twice = read(Document("", (bodies[1] + bodies[1]).encode()))
    assert "rows_disagree" not in {flag.flag for flag in twice.flags}
    assert len(twice.cells) == len(truth.cells)
    mixed = read(Document("", "".join(bodies).encode()))
    assert "rows_disagree" in {flag.flag for flag in mixed.flags}
    assert any("rows_disagree" in cell.flags for cell in mixed.cells)
