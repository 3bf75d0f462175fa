"""A whole real report page: every cell, each led back to the very element."""

from __future__ import annotations

import json
from pathlib import Path

import lxml.html

from pipelines import read
from pipelines.document import from_file
from pipelines.labels import bare


def test_every_cell_of_a_real_page(samples: Path) -> None:
    truth = json.loads((samples / "pingtan_2023.truth.json").read_text("utf-8"))
    report = read(from_file(samples / "pingtan_2023.html"))
    found = {(c.table, c.row, c.column): c.value for c in report.cells}
    assert found == {(c["table"], c["row"], c["column"]): c["value"] for c in truth["cells"]}
    assert report.report.organ == truth["organ"]
    assert report.report.year == truth["year"]
    assert report.report.published == "2024-03-08"
    assert report.report.scope == "government_aggregate"
    assert report.report.quality == "complete"


def test_at_leads_another_parser_to_the_very_cell(samples: Path) -> None:
    path = samples / "pingtan_2023.html"
    # Parsed without us, from the bytes as they are.
    tree = lxml.html.parse(str(path))
    leaves = set()
    for cell in read(from_file(path)).cells:
        assert cell.at is not None
        (element,) = tree.xpath(cell.at.removeprefix("xpath="))
        assert element.tag == "td"
        assert element.text_content().strip() == cell.raw
        leaves.add(element)
    assert len(leaves) == 200


def test_the_article_is_whole_and_nothing_else(samples: Path) -> None:
    text = read(from_file(samples / "pingtan_2023.html")).text
    squeezed = bare(text)
    for heading in ("一总体情况", "二主动公开政府信息情况", "六其他需要报告的事项"):
        assert heading in squeezed
    assert text.startswith("本报告根据")
    assert text.endswith("无收取信息处理费情况。")
    assert "网站地图" not in text


def test_a_list_of_reports_is_no_report(samples: Path) -> None:
    report = read(from_file(samples / "pingtan_list.html"))
    assert report.report.quality == "unread"
    assert [flag.flag for flag in report.flags] == ["not_a_report"]
    assert report.cells == ()
