"""The statistics table of 2014 to 2018, as a grid and flattened: every row, none invented."""

from __future__ import annotations

import random

import pytest

from pipelines import forms, read
from pipelines.document import Document
from pipelines.report import Report

HEADING = "澄川市教育局2016年政府信息公开工作年度报告"
BLOCKS = {
    "disclosed_items": "一、主动公开情况",
    "hot_topics_answered": "二、回应解读情况",
    "requests_received": "三、依申请公开情况",
    "dedicated_units": "八、机构建设和保障经费情况",
    "meetings": "九、政府信息公开会议和培训情况",
}


def _figures(seed: int) -> dict[str, str]:
    draw = random.Random(seed)
    figures = {row.name: str(draw.choice((0, 0, draw.randint(1, 3000)))) for row in forms.S14_ROWS}
    figures["fees"], figures["budget"] = "0.35", "12.5"
    return figures


def _rows(figures: dict[str, str]) -> list[tuple[str, str, str]]:
    rows = [("统 计 指 标", "单位", "统计数")]
    for row in forms.S14_ROWS:
        if row.name in BLOCKS:
            rows.append((BLOCKS[row.name], "", ""))
        rows.append((row.label, row.columns[0], figures[row.name]))
    return rows


def _html(rows: list[tuple[str, str, str]]) -> str:
    cells = "".join(
        "<tr>" + "".join(f"<td><p>&nbsp;&nbsp;{cell}</p></td>" for cell in row) + "</tr>"
        for row in rows
    )
    return f"<h1>{HEADING}</h1><p>统计期限自2016年1月1日起。</p><table>{cells}</table>"


def _lines(rows: list[tuple[str, str, str]], separator: str) -> str:
    cells = [cell for row in rows for cell in row]
    return f"{HEADING}\n" + separator.join(cells)


def _values(report: Report) -> dict[str, float | None]:
    assert {(c.table, c.column) for c in report.cells} == {("s14", "count")}
    return {cell.row: cell.value for cell in report.cells}


@pytest.mark.parametrize("shape", ["html", "bars", "lines", "printed"])
def test_every_row(shape: str) -> None:
    figures = _figures(3)
    rows = _rows(figures)
    text = {
        "html": lambda: _html(rows),
        "bars": lambda: _lines(rows, "\n|\n"),
        "lines": lambda: _lines([(a, b, c) for a, b, c in rows if c], "\n\n"),
        "printed": lambda: HEADING + "\n" + "\n".join("   ".join(row) for row in rows),
    }[shape]()
    report = read(Document("", text.encode()))
    assert report.report.form == "stat_2014"
    assert report.report.year == 2016
    assert report.report.quality == "complete"
    assert _values(report) == {name: float(figure) for name, figure in figures.items()}
    assert [flag.flag for flag in report.flags if flag.flag == "table_missing"] == []


def test_lost_rows_are_missing_not_zero() -> None:
    figures = _figures(5)
    rows = [row for row in _rows(figures) if "当面" not in row[0] and "微信公开" not in row[0]]
    report = read(Document("", _html(rows).encode()))
    lost = {cell.row for cell in report.cells if cell.status == "missing_row"}
    assert lost == {"requests_in_person", "by_wechat"}
    assert report.report.quality == "partial"


def test_a_blank_is_a_blank() -> None:
    figures = _figures(7) | {"requests_fax": ""}
    report = read(Document("", _html(_rows(figures)).encode()))
    (cell,) = [cell for cell in report.cells if cell.row == "requests_fax"]
    assert (cell.value, cell.status) == (None, "blank")
