"""Captures of one page compared: a changed cell is that cell, an unchanged page is nothing."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.__main__ import main
from archive.changes import CellChange, Difference, captures, changes, compare
from archive.exchange import Exchange, look_at
from archive.folder import warc_folder
from archive.index import Capture
from archive.record import OPEN
from archive.source import of_archive
from archive.warc import read_set, render
from archive.warcinfo import render_info
from pipelines import read
from pipelines.document import Document, Known
from pipelines.report import Report
from tests.city import pages
from tests.city.city import City
from tests.city.dress import charset
from tests.exchanges import exchange, run

PLAIN = City(3, range(2021, 2023), 7)
CHANGED = City(3, range(2021, 2023), 7, ["changed-cell"])
URL = PLAIN.report_of(PLAIN.victim).url
MOMENT = dt.datetime(2026, 1, 31, 12, 0, 0, 250_000, tzinfo=dt.UTC)


def served(city: City) -> bytes:
    """The page of the report that the fault changes."""
    dress = city.report_of(city.victim).dress
    return pages.report(city, city.victim).encode(charset(frozenset(dress)))


def captured(body: bytes, days: int, **facts: object) -> Exchange:
    known = {"portal": "changzhou", "role": "report", "title": PLAIN.victim.title}
    one = exchange(body=body, url=URL, started=MOMENT + dt.timedelta(days=days), known=known)
    return dataclasses.replace(one, **facts)  # type: ignore[arg-type]


def archive(data: Path, *exchanges: Exchange, ending: str = "") -> Path:
    """A portal's folder with one file for each exchange."""
    folder = data / "changzhou"
    warc_folder(folder).mkdir(parents=True)
    told = run()
    for number, one in enumerate(exchanges):
        name = f"{number}.warc.gz"
        content = render_info(told, name) + render(one, look_at(one), told)
        (warc_folder(folder) / (name + ending)).write_bytes(content)
    return folder


def true_changes() -> list[CellChange]:
    """The cells in which the two cities differ, from their truth."""
    before, after = (
        {(cell.table, cell.row, cell.column): cell for cell in city.report_of(city.victim).cells}
        for city in (PLAIN, CHANGED)
    )
    assert before.keys() == after.keys()
    return [
        CellChange(*place, before[place].raw, after[place].raw)
        for place in before
        if before[place].raw != after[place].raw
    ]


def differences(folder: Path) -> list[tuple[Capture, Capture, Difference]]:
    with closing(of_archive(folder)) as kept:
        return list(changes(kept, captures(folder, URL)))


def test_a_changed_cell_is_that_cell_and_an_unchanged_recrawl_is_nothing(tmp_path: Path) -> None:
    plain, changed = served(PLAIN), served(CHANGED)
    again = plain.replace(b"</body>", b"<p hidden>visit 7</p></body>")
    assert again != plain
    folder = archive(
        tmp_path, captured(plain, 0), captured(plain, 1), captured(again, 2), captured(changed, 3)
    )
    (_, _, same), (_, _, alike), (before, after, other) = differences(folder)
    assert not same
    assert not alike
    assert list(other.cells) == true_changes()
    assert len(other.cells) == 1
    assert (other.text, other.status, other.quality) == ((), None, None)
    assert (after.moment - before.moment).days == 1


def test_a_page_that_goes_away_is_told_as_its_status(tmp_path: Path) -> None:
    gone = b"HTTP/1.1 404 Not Found\r\nContent-Type: text/html\r\n\r\n<p>gone</p>"
    folder = archive(tmp_path, captured(served(PLAIN), 0), captured(b"", 1, response=gone))
    ((_, _, difference),) = differences(folder)
    assert difference.status == (200, 404)
    assert difference.quality == ("complete", "unread")
    assert difference.cells == ()
    assert difference.text


def test_captures_lead_to_the_very_bytes(tmp_path: Path) -> None:
    bodies = [served(PLAIN), served(CHANGED)]
    folder = archive(tmp_path, *(captured(body, n) for n, body in enumerate(bodies)))
    found = captures(folder, URL.replace("http://www.", "https://"))
    assert [one.filename for one in found] == ["0.warc.gz", "1.warc.gz"]
    for one, body in zip(found, bodies, strict=True):
        stored = read_set(warc_folder(folder) / one.filename, one.offset)
        assert stored.exchange.response.endswith(body)
    assert captures(folder, URL + "/other") == []


TEXTS = st.lists(st.sampled_from(("一、总体情况", "公开 83 件", "无。", "")), max_size=6)


@given(TEXTS, TEXTS)
def test_lines_that_went_and_came_make_one_text_of_the_other(
    before: Sequence[str], after: Sequence[str]
) -> None:
    plain = _report()
    old, new = (dataclasses.replace(plain, text="\n".join(lines)) for lines in (before, after))
    said = compare(old, new).text
    lines = [line for line in before if line]
    for line in said:
        if line.startswith("- "):
            lines.remove(line[2:])
    lines += [line[2:] for line in said if line.startswith("+ ")]
    assert sorted(lines) == sorted(line for line in after if line)
    assert bool(said) == ([one for one in before if one] != [one for one in after if one])


def _report() -> Report:
    return read(Document(URL, b"<p>nothing</p>", known=Known()))


def test_a_table_that_goes_and_a_row_that_comes_are_cells(tmp_path: Path) -> None:
    whole = read(Document(URL, served(PLAIN), known=Known()))
    without = dataclasses.replace(
        whole, cells=tuple(cell for cell in whole.cells if cell.table != "t4")
    )
    gone, came = compare(whole, without), compare(without, whole)
    assert {cell.table for cell in gone.cells} == {"t4"}
    assert len(gone.cells) == sum(c.table == "t4" and c.raw is not None for c in whole.cells)
    assert all(cell.after is None and cell.before is not None for cell in gone.cells)
    assert [(c.row, c.column, c.after) for c in came.cells] == [
        (c.row, c.column, c.before) for c in gone.cells
    ]


def test_show_prints_captures_and_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archive(tmp_path, captured(served(PLAIN), 0), captured(served(CHANGED), 1))
    where = ["--data", str(tmp_path)]
    assert main(["show", URL, *where]) == 0
    out, err = capsys.readouterr()
    for number in (0, 1):
        assert f"{tmp_path}/changzhou/warc/{number}.warc.gz at byte" in out
    assert out.count("200  complete") == 2
    assert "2 captures" in err
    assert main(["show", "--changes", URL, *where]) == 0
    out, _ = capsys.readouterr()
    (cell,) = true_changes()
    assert f"{cell.table} {cell.row} {cell.column}: {cell.before!r} -> {cell.after!r}" in out
    assert len(out.splitlines()) == 2


def test_show_says_when_there_is_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["show", URL, "--data", str(tmp_path)]) == 3
    assert "holds nothing" in capsys.readouterr().err
    archive(tmp_path, captured(served(PLAIN), 0), ending=OPEN)
    assert main(["show", URL, "--data", str(tmp_path)]) == 3
    assert "1 file left out" in capsys.readouterr().err
