"""The issue list in Chinese: problems, the worst first, with the place to look."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import read
from pipelines.document import Document, from_file
from pipelines.issues import issue_list
from pipelines.report import Cell
from tests.bench import mutation
from tests.city.dress import charset


def test_the_issue_list_shows_problems_the_worst_first(seeds: Path) -> None:
    listed = issue_list(
        read(from_file(next(seeds.glob("003_*.txt")), "http://saaoao.cn/gi_news/633161181912382")),
        "003.txt",
    )
    assert listed.startswith("003.txt: 常州市人民政府外事办公室 2020 年度")
    assert (
        listed.index("须改正") < listed.index("缺“六、其他需要报告的事项”") < listed.index("请核实")
    )
    assert "须改正 2 项" in listed


def test_one_wrong_cell_is_one_problem() -> None:
    edit, found = next(
        (edit, found)
        for edit in mutation.edits(60, seed=9)
        if edit.key[0] == "t3" and edit.key[2] != "total" and len(edit.broken) > 1
        for found in [mutation.findings(edit)]
    )
    report = dataclasses.replace(read(Document("", b"x")), findings=tuple(found))
    head = dataclasses.replace(report.report, quality="complete", form=edit.report.form)
    cells = tuple(
        Cell(c.table, c.row, c.column, c.value, c.raw, c.status, "件", f"xpath=//{'.'.join(c.key)}")
        for c in edit.report.cells
    )
    listed = issue_list(dataclasses.replace(report, report=head, cells=cells), "a.html")
    assert "须改正(1 个问题)" in listed
    assert f"牵涉 {len(found)} 项核对" in listed
    assert f"见 xpath=//{'.'.join(edit.key)}" in listed
    assert "第三部分 “" in listed


def test_the_command_prints_the_issue_list(tmp_path: Path) -> None:
    edit = next(edit for edit in mutation.edits(40, seed=2) if edit.broken)
    body = mutation.page(edit).encode(charset(frozenset(edit.report.dress)))
    (tmp_path / "report.html").write_bytes(body)
    done = subprocess.run(
        [sys.executable, "-m", "pipelines", tmp_path / "report.html", "--format", "text"],
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
        cwd=Path(__file__).parent.parent,
    )
    assert done.returncode == 0, done.stderr
    assert edit.report.organ in done.stdout
    assert "须改正(" in done.stdout
    assert "见 xpath=" in done.stdout


def test_the_issue_list_of_no_report_says_why() -> None:
    assert "empty" in issue_list(read(Document("", b"")), "empty.html")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "文件中没有文字 [empty]"),
        ("# Notes", "网页上没有年报的标题、章节或法定表格 [not_a_report]"),
        ("%PDF-1.7", "还不能读取这种文件,请另存为网页或纯文本 [type_unread]"),
    ],
)
def test_why_a_file_is_not_read(tmp_path: Path, content: str, reason: str) -> None:
    path = tmp_path / "page"
    path.write_text(content)
    assert issue_list(read(from_file(path, "")), "page") == f"page: 未能读出年报: {reason}"
