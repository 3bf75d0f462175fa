"""Five real reports as mirrors flattened them: every gold cell, and nothing invented."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipelines import read
from pipelines.document import from_file
from pipelines.places import look_up
from pipelines.report import Report

# organ, region code, year, form, scope: told apart by hand from the text of each.
IDENTITY: Mapping[str, tuple[str, str, int, str, str]] = {
    "000": ("常州市人民政府办公室", "320400", 2021, "form_2021", "organ_own"),
    "001": ("常州市机关事务管理局", "320400", 2021, "unknown", "organ_own"),
    "002": ("启东市人民政府办公室", "320681", 2023, "form_2021", "organ_own"),
    "003": ("常州市人民政府外事办公室", "320400", 2020, "form_2019", "organ_own"),
    "004": ("常熟市城市管理局", "320581", 2020, "form_2019", "organ_own"),
}


def _path(seeds: Path, seed: str) -> Path:
    return next(seeds.glob(f"{seed}_*.txt"))


def _read(seeds: Path, seed: str) -> Report:
    return read(from_file(_path(seeds, seed)))


def _gold(seeds: Path, seed: str) -> dict[tuple[str, str], Any]:
    """Gold cells by (table, `row_column` of table 2 or `row.column` of the others)."""
    tables = json.loads((seeds / "gold_tables.json").read_text("utf-8"))[seed]
    cells = {("t2", name): value for name, value in tables["table2"].items()}
    for table, name in (("t3", "table3"), ("t4", "table4")):
        for row, columns in tables[name].items():
            cells.update(((table, f"{row}.{column}"), v) for column, v in columns.items())
    return cells


def test_796_of_796_cells(seeds: Path) -> None:
    right = wrong = 0
    for seed in ("000", "002", "003", "004"):
        report = _read(seeds, seed)
        found = {
            (c.table, f"{c.row}_{c.column}" if c.table == "t2" else f"{c.row}.{c.column}"): c.value
            for c in report.cells
        }
        gold = _gold(seeds, seed)
        assert found.keys() == gold.keys()
        right += sum(found[place] == value for place, value in gold.items())
        wrong += sum(found[place] != value for place, value in gold.items())
        assert report.report.quality == "complete"
    assert (right, wrong) == (796, 0)


@pytest.mark.parametrize("seed", IDENTITY)
def test_identity(seeds: Path, seed: str) -> None:
    head = _read(seeds, seed).report
    found = (head.organ, head.region_code, head.year, head.form, head.scope)
    assert found == IDENTITY[seed]


def test_a_copy_without_tables_invents_no_zero(seeds: Path) -> None:
    report = _read(seeds, "001")
    assert [f.flag for f in report.flags].count("table_missing") == 3
    assert report.cells == ()
    assert report.report.quality == "partial"


@pytest.mark.parametrize("seed", ["000", "002", "003", "004"])
def test_every_cell_leads_to_its_characters(seeds: Path, seed: str) -> None:
    document = from_file(_path(seeds, seed))
    for cell in read(document).cells:
        assert cell.at is not None
        assert look_up(document, cell.at) == cell.raw


def test_restored_text_is_clean(seeds: Path) -> None:
    text = _read(seeds, "002").text
    assert "着力强化政策解读" in text
    assert "(guó)" not in text
    assert "启东市政府办2023年政府信息公开工作年度报告" in text


def test_lost_bytes_are_flagged_where_they_stand(seeds: Path) -> None:
    path = _path(seeds, "002")
    shifts = [flag for flag in _read(seeds, "002").flags if flag.flag == "gbk_shift"]
    document = from_file(path)
    assert len(shifts) >= 3
    assert all("?" in look_up(document, flag.at) for flag in shifts)
