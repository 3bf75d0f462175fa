"""Whatever comes: a named result, within 20 seconds of one core and a gigabyte of memory."""

from __future__ import annotations

import json
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.city import City, pages

ROOT = Path(__file__).parent.parent
TITLE = "常州市教育局2021年政府信息公开工作年度报告"
SECONDS, BYTES = 20, 1024**3

JAPANESE = (
    "<html lang=ja><title>令和3年度 情報公開制度の運用状況 年次報告書</title>"
    "<h1>令和3年度情報公開年次報告</h1>"
    + "<p>開示請求の件数は120件であり、全部開示は80件でした。公開の総合的な推進に努めます。</p>"
    * 9
    + "<table><tr><th>区分<th>請求<th>公開<th>部分公開<th>非公開<tr><td>市長<td>120<td>80<td>30"
    "<td>10</table>"
)
TAIWANESE = (
    "<html lang=zh-TW><title>臺北市政府教育局-111年度政府資訊公開辦理情形年度報告</title>"
    "<h1>111年度政府資訊公開辦理情形年度報告</h1>"
    + "<p>本局依政府資訊公開法第7條主動公開政府資訊，民眾申請案件計25件，網路申請20件。</p>" * 9
    + "<table><tr><th>申請件數<th>核准<th>駁回<tr><td>25<td>20<td>5</table>"
)
# Pages that are no report, each with the flag that must name why.
PAGES: dict[str, tuple[str, str]] = {
    "Japanese": (JAPANESE, "not_a_report"),
    "Taiwanese": (TAIWANESE, "not_a_report"),
    "nested tables": (
        f"<h1>{TITLE}</h1>{'<table><tr><td>' * 1000}{'</td></tr></table>' * 1000}",
        "not_a_report",
    ),
    "wide cells": (
        f"<h1>{TITLE}</h1><table>{'<tr><td rowspan=99999 colspan=99999>1' * 50}</table>",
        "not_a_report",
    ),
    "many cells": (f"<h1>{TITLE}</h1><table><tr>{'<td>1' * 200_000}</table>", "too_complex"),
    "33 MB": (f"<h1>{TITLE}</h1>{'<p>政府信息公开</p>' * 1_400_000}", "too_large"),
    "lost bytes all over": (f"{TITLE}\n{'三?！薄胺' * 100_000}", "not_a_report"),
    "one bracket after the other": (f"{TITLE}\n{'(《' * 300_000}", "not_a_report"),
    "one number": (f"{TITLE}\n{'1234567890' * 60_000}", "not_a_report"),
    "one name": (f"{'常州市' * 200_000}\n{TITLE}", "not_a_report"),
    "pinyin all over": (f"{TITLE}\n{'国(guó)' * 90_000}", "not_a_report"),
}


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def _read(path: Path) -> dict[str, Any]:
    """What the command says of a file; its memory is what the kernel counted at the most."""
    path.with_suffix(".py").write_text(
        "import resource, sys\n"
        "from pipelines.__main__ import main\n"
        "main([sys.argv[1]])\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, str(path.with_suffix(".py")), str(path)],
        capture_output=True,
        check=False,
        text=True,
        encoding="utf-8",
        preexec_fn=_limit,
        env={"PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "utf-8"},
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stderr.split()[-1]) * 1024 < BYTES
    said = json.loads(done.stdout)
    assert isinstance(said, dict)
    return said


@pytest.mark.parametrize("name", PAGES)
def test_what_is_no_report_says_so(name: str, tmp_path: Path) -> None:
    text, flag = PAGES[name]
    (tmp_path / "page.html").write_text(text, encoding="utf-8")
    said = _read(tmp_path / "page.html")
    assert said["report"]["quality"] == "unread"
    assert said["cells"] == []
    assert flag in {each["flag"] for each in said["flags"]}


def _report() -> str:
    city = City(3, range(2022, 2023), seed=4)
    html = pages.report(city, next(city.report_entries()))
    return re.sub(r"charset=[\w-]+", "charset=utf-8", html)


def test_half_a_report_says_what_is_missing(tmp_path: Path) -> None:
    html = _report()
    half = html[: html.rindex("<table", 0, html.index("本年新收"))]
    (tmp_path / "page.html").write_text(half, encoding="utf-8")
    said = _read(tmp_path / "page.html")
    assert said["report"]["quality"] == "partial"
    assert {cell["table"] for cell in said["cells"]} == {"t2"}
    missing = [each["note"] for each in said["flags"] if each["flag"] == "table_missing"]
    assert [note[:2] for note in missing] == ["三、", "四、"]


def test_a_report_under_a_thousand_empty_tables_is_read(tmp_path: Path) -> None:
    html = _report().replace("</body>", "<table><tr><td></td></tr></table>" * 1000 + "</body>")
    (tmp_path / "page.html").write_text(html, encoding="utf-8")
    said = _read(tmp_path / "page.html")
    assert said["report"]["quality"] == "complete"
    assert len(said["cells"]) == 200
