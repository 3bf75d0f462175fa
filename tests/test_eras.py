"""Reports before 2019: the statistics table in its years, and reports that are sentences alone."""

from __future__ import annotations

import pytest

from pipelines import forms, read
from pipelines.document import Document
from pipelines.eras import form
from pipelines.issues import issue_list
from pipelines.report import Form, Report
from tests.test_statistics import _figures, _html, _rows

REPORT = """临江市水务局{year}年政府信息公开工作年度报告
本报告根据《中华人民共和国政府信息公开条例》的要求编制。
一、概述
{year}年，我局认真贯彻条例，健全工作机制，规范公开行为。
二、主动公开政府信息的情况
全年主动公开政府信息356条，其中通过政府网站公开320条，政府公报公开36条。
三、依申请公开政府信息办理情况
全年共受理政府信息公开申请12件，其中当面申请3件，网上申请9件。全部按期答复。
四、政府信息公开的收费及减免情况
{year}年度未收取任何费用。
五、因政府信息公开申请行政复议、提起行政诉讼情况
全年未发生行政复议和行政诉讼。
六、存在的主要问题和改进措施
信息更新不够及时。下一步将加强培训。
临江市水务局
{next}年3月10日
"""


def _read(year: int, text: str = REPORT) -> Report:
    body = text.format(year=year, next=year + 1).encode()
    return read(Document(f"http://www.example.gov.cn/a/t{year + 1}0312_1.html", body))


@pytest.mark.parametrize("year", range(2008, 2014))
def test_sentences_alone_are_a_whole_report_of_their_era(year: int) -> None:
    report = _read(year)
    head = report.report
    assert (head.form, head.quality, head.year) == ("narrative_2008", "complete", year)
    assert head.organ == "临江市水务局"
    assert head.signed == f"{year + 1}-03-10"
    assert report.cells == ()
    assert {f.flag for f in report.flags} <= {"region_unknown"}
    said = {(each.indicator, each.value) for each in report.indicators}
    assert {
        ("info_items_total", 356),
        ("website_posts", 320),
        ("requests_received_text", 12),
        ("requests_by_channel.in_person", 3),
        ("info_fee_collected", 0),
        ("reviews_text", 0),
        ("litigation_text", 0),
    } <= said


def test_checks_that_need_tables_are_not_assessable() -> None:
    report = _read(2010)
    by_check = {f.check: f.verdict for f in report.findings}
    assert by_check["tables_complete"] == "not_assessable"
    assert by_check["text_vs_table"] == "not_assessable"
    assert by_check["form_vs_year"] == "pass"
    assert by_check["part_whole"] == "pass"
    assert by_check["deadline"] == "pass"  # 31 March for every organ then
    assert "sections_present" not in by_check
    assert "fail" not in by_check.values()
    assert "2008 年文字格式,读取完整" in issue_list(report, "a.html")


@pytest.mark.parametrize("year", [2016, 2021])
def test_a_later_report_without_tables_is_a_copy_that_lost_them(year: int) -> None:
    report = _read(year)
    assert (report.report.form, report.report.quality) == ("unknown", "partial")
    missing = [f.note for f in report.flags if f.flag == "table_missing"]
    assert missing == list(forms.tables(forms.due(year)).values())


def test_prose_without_the_parts_of_such_a_report_has_no_form() -> None:
    assert form("unknown", 2010, ["我局全年工作有序。", "主动公开信息3条。"]) == "unknown"
    assert form("unknown", None, REPORT.splitlines()) == "unknown"
    assert form("unknown", 2007, REPORT.splitlines()) == "unknown"
    assert form("stat_2014", 2010, REPORT.splitlines()) == "stat_2014"


@pytest.mark.parametrize(
    ("year", "due"),
    [
        (2008, "narrative_2008"),
        (2013, "narrative_2008"),
        (2014, "stat_2014"),
        (2018, "stat_2014"),
        (2019, "form_2019"),
        (2020, "form_2019"),
        (2021, "form_2021"),
        (2030, "form_2021"),
    ],
)
def test_the_form_of_a_year(year: int, due: Form) -> None:
    assert forms.due(year) == due


@pytest.mark.parametrize(
    ("year", "verdict"), [(2012, "warn"), (2014, "pass"), (2018, "pass"), (2021, "warn")]
)
def test_the_statistics_table_belongs_to_its_years(year: int, verdict: str) -> None:
    html = _html(_rows(_figures(3))).replace("2016年", f"{year}年")
    report = read(Document("", html.encode()))
    assert (report.report.form, report.report.year) == ("stat_2014", year)
    found = {f.check: f for f in report.findings}
    assert found["form_vs_year"].verdict == verdict
    assert "2014 年统计表" in found["form_vs_year"].message
    assert found["tables_complete"].verdict == "pass"
    assert "2014 年统计表" in issue_list(report, "a.html")


def test_a_statistics_table_without_a_row_is_not_complete() -> None:
    rows = [row for row in _rows(_figures(5)) if "当面" not in row[0]]
    found = read(Document("", _html(rows).encode())).findings
    (finding,) = [f for f in found if f.check == "tables_complete"]
    assert finding.verdict == "fail"
    assert forms.S14_NAME in finding.message
