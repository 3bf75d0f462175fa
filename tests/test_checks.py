"""The checks: what they find on real reports, on edited ones, and each check on its own case."""

from __future__ import annotations

import dataclasses
import random
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipelines import read
from pipelines.checks import CHECKS, Subject, findings
from pipelines.document import Document, from_file
from pipelines.forms import expected
from pipelines.issues import issue_list
from pipelines.page import Line
from pipelines.report import Cell, Finding, Flag, Head, Indicator, Report
from tests.bench import mutation
from tests.bench.mutation import broken
from tests.city import City, pages
from tests.city.damage import DAMAGES, damage
from tests.city.dress import charset
from tests.city.flatten import SHAPES, flatten

# ------------------------------------------------------------------ five real reports

ADDRESSES: Mapping[str, str] = {
    "000": "https://www.changzhou.gov.cn/gi_news/699164327437567",
    "001": "http://saaoao.cn/downxxgk.php?fid=836164186943731",
    "002": "http://www.qidong.gov.cn/qdsrmzf/zfxxgknb/content/"
    "959f32df-68d2-431e-b73a-bb2166752b0c.html",
    "003": "http://saaoao.cn/gi_news/633161181912382",
    "004": "http://haifeijiaju.com/zgcs/c107586/202101/ae0355fed84743c893bb1eafafee5dc6.shtml",
}
# What a reader finds wrong by hand, and nothing else: (check, verdict) with how often.
WRONG: Mapping[str, Mapping[tuple[str, str], int]] = {
    "000": {("other_explained", "fail"): 1, ("part_whole", "fail"): 1},
    "001": {
        ("tables_complete", "fail"): 3,
        ("form_vs_year", "not_assessable"): 1,
        ("text_damage", "warn"): 1,
        ("host_class", "warn"): 1,
        ("zero_vs_text", "not_assessable"): 1,
    },
    "002": {
        ("text_damage", "warn"): 1,
        ("host_class", "warn"): 1,
        ("other_share", "warn"): 1,
    },
    "003": {
        ("sections_present", "fail"): 1,
        ("text_damage", "warn"): 1,
        ("host_class", "warn"): 1,
        ("hosts_in_text", "fail"): 1,
        ("hosts_in_text", "warn"): 1,
    },
    "004": {
        ("label_drift", "warn"): 1,
        ("text_damage", "warn"): 1,
        ("host_class", "warn"): 1,
        ("units_in_cells", "warn"): 1,
        ("other_share", "warn"): 1,
        ("items_zero", "warn"): 1,
        ("round_number", "warn"): 1,
    },
}
# What holds, and is seen to hold: check with how often it passes.
SOUND: Mapping[str, Mapping[str, int]] = {
    "000": {
        "sections_present": 1, "tables_complete": 3, "form_vs_year": 1, "label_drift": 1,
        "text_damage": 1, "host_class": 1, "hosts_in_text": 1, "fee_statement": 1,
        "t3_row_sum": 25, "t3_outcome_sum": 7, "t3_balance": 7, "other_share": 1, "t4_sum": 3,
        "t2_stock": 2, "deadline": 1, "period": 1,
    },
    "001": {
        "sections_present": 1, "fee_statement": 1, "part_whole": 1, "enumeration": 1,
        "deadline": 1, "signed_before_published": 1,
    },
    "002": {
        "sections_present": 1, "sections_declared": 1, "tables_complete": 3, "form_vs_year": 1,
        "label_drift": 1, "fee_statement": 1, "t3_row_sum": 25, "t3_outcome_sum": 7,
        "t3_balance": 7, "t4_sum": 3, "t2_stock": 2, "corrected_vs_text": 1, "deadline": 1,
        "period": 1,
    },
    "003": {
        "sections_declared": 1, "tables_complete": 3, "form_vs_year": 1, "label_drift": 1,
        "t3_row_sum": 23, "t3_outcome_sum": 7, "t3_balance": 7, "t4_sum": 3, "items_chain": 5,
        "part_whole": 1, "enumeration": 2, "deadline": 1, "period": 1,
        "signed_before_published": 1,
    },
    "004": {
        "sections_present": 1, "tables_complete": 3, "form_vs_year": 1, "t3_row_sum": 23,
        "t3_outcome_sum": 7, "t3_balance": 7, "t4_sum": 3, "items_chain": 5, "part_whole": 1,
        "deadline": 1,
    },
}  # fmt: skip
# Text against tables: what the sentence says, and the reading that matches it.
READ: Mapping[str, frozenset[tuple[float, str]]] = {
    "000": frozenset(
        {(92, "new_received"), (91, "total_processed"), (3, "carried_in"), (15, "in_force=16-1")}
    ),
    "001": frozenset(),
    "002": frozenset(
        {
            (162, "new_received+carried_in"),
            (3, "carried_in"),
            (70, "granted+partially_granted"),
            (43.2, "(granted+partially_granted)/(total_processed)"),
            (100, "(new_received.natural_person)/(new_received)"),
            (6, "review"),
            (0, "lit_direct+lit_after_review"),
            (22, "5+17"),
            (28, "in_force"),
        }
    ),
    "003": frozenset({(1, "made=1")}),
    "004": frozenset({(1, "new_received"), (0, "review"), (0, "lit_direct+lit_after_review")}),
}


def _seed(seeds: Path, seed: str) -> Report:
    return read(from_file(next(seeds.glob(f"{seed}_*.txt")), ADDRESSES[seed]))


def _tally(found: tuple[Finding, ...]) -> dict[tuple[str, str], int]:
    tally: dict[tuple[str, str], int] = {}
    for finding in found:
        key = (finding.check, finding.verdict)
        tally[key] = tally.get(key, 0) + 1
    return tally


@pytest.mark.parametrize("seed", ADDRESSES)
def test_what_is_wrong_with_a_real_report_and_nothing_else(seeds: Path, seed: str) -> None:
    tally = _tally(_seed(seeds, seed).findings)
    assert {key: n for key, n in tally.items() if key[1] != "pass"} == WRONG[seed]


@pytest.mark.parametrize("seed", ADDRESSES)
def test_what_holds_in_a_real_report(seeds: Path, seed: str) -> None:
    tally = _tally(_seed(seeds, seed).findings)
    assert {check: tally.get((check, "pass"), 0) for check in SOUND[seed]} == SOUND[seed]


@pytest.mark.parametrize("seed", ADDRESSES)
def test_sentences_match_the_tables_in_one_of_their_readings(seeds: Path, seed: str) -> None:
    found = [f for f in _seed(seeds, seed).findings if f.check == "text_vs_table"]
    assert {(f.left, f.reading) for f in found} == READ[seed]


def test_the_findings_of_the_real_reports_name_both_sides(seeds: Path) -> None:
    reports = {seed: _seed(seeds, seed) for seed in ADDRESSES}
    by_check = {
        (seed, f.check): f
        for seed, report in reports.items()
        for f in report.findings
        if f.verdict in ("fail", "warn")
    }
    explained = by_check["000", "other_explained"]
    assert (explained.left, explained.right) == (17, 18)
    assert "8+1+1+3+4=17" in explained.message
    assert "16" in explained.message
    hotline = by_check["000", "part_whole"]
    assert (hotline.left, hotline.right) == (793684, 812938)
    assert "19254" in hotline.message
    other = by_check["002", "other_share"]
    assert (other.left, other.right) == (53, 162)
    assert "32.7%" in other.message
    issued = next(f for f in reports["002"].findings if f.reading == "5+17")
    assert (issued.left, issued.right) == (22, 22)
    assert "不都是新制发" in issued.message
    stock = next(
        f for f in reports["002"].findings if (f.check, f.row) == ("t2_stock", "normative_docs")
    )
    assert "推得上年末 16" in stock.message
    assert "saaoao.cn" in next(
        f.message
        for f in reports["003"].findings
        if (f.check, f.verdict) == ("hosts_in_text", "fail")
    )
    assert "结收" in by_check["004", "label_drift"].message


def test_every_message_is_chinese(seeds: Path) -> None:
    found = [f for seed in ADDRESSES for f in _seed(seeds, seed).findings]
    assert len(found) > 300
    assert [f for f in found if not re.search(r"[\u4e00-\u9fff]{2}", f.message)] == []


# ------------------------------------------------------------------ single-cell edits


@pytest.fixture(scope="module")
def edited() -> list[tuple[mutation.Edit, list[Finding]]]:
    return [(edit, mutation.findings(edit)) for edit in mutation.edits(60, seed=5)]


def test_every_edit_that_breaks_an_identity_is_reported(
    edited: list[tuple[mutation.Edit, list[Finding]]],
) -> None:
    breaking = [(edit, found) for edit, found in edited if edit.broken]
    assert len(breaking) > 40
    for edit, found in breaking:
        assert mutation.reported(edit, found), (edit.key, edit.broken)
        assert mutation.blamed(edit, found), (edit.key, [f.suspects for f in found])


def test_suspects_are_the_fewest_cells_that_can_be_wrong(
    edited: list[tuple[mutation.Edit, list[Finding]]],
) -> None:
    for edit, found in edited:
        if edit.broken and edit.key[0] != "t2":
            assert mutation.fewest(edit, found), (edit.key, [f.suspects for f in found])


def test_an_edit_that_breaks_nothing_is_no_failure(
    edited: list[tuple[mutation.Edit, list[Finding]]],
) -> None:
    harmless = [found for edit, found in edited if not edit.broken]
    assert harmless
    assert [found for found in harmless if found] == []


# ------------------------------------------------------------------ one report, by hand

HEADINGS = (
    "一、总体情况",
    "全年工作有序开展。",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "更新不够及时,将加强检查。",
    "六、其他需要报告的事项",
    "本年度未收取信息处理费。",
)
NUMBERS: Mapping[str, float] = {
    "t2.normative_docs.issued": 3,
    "t2.normative_docs.repealed": 1,
    "t2.normative_docs.in_force": 9,
    "t3.new_received.natural_person": 10,
    "t3.new_received.total": 10,
    "t3.carried_in.natural_person": 2,
    "t3.carried_in.total": 2,
    "t3.granted.natural_person": 8,
    "t3.granted.total": 8,
    "t3.unable_not_held.natural_person": 3,
    "t3.unable_not_held.total": 3,
    "t3.total_processed.natural_person": 11,
    "t3.total_processed.total": 11,
    "t3.carried_out.natural_person": 1,
    "t3.carried_out.total": 1,
    "t4.review.upheld": 2,
    "t4.review.total": 2,
}
HEAD = Head(
    id="", version="", organ="澄川市民政局", organ_id=None, organ_kind="department",
    organ_code=None, region_code="320400",
    level="prefecture", dates={}, scope="organ_own", year=2021, form="form_2021", title=None,
    published="2022-01-20",
    published_from="shown_date", signed=None, contacts={}, url="", capture=None, fetched=None,
    host_class="gov", quality="complete", sample=False, parser_version="",
)  # fmt: skip


def _line(text: str) -> Line:
    return Line(text, lambda: "line=1", 0)


def _cell(place: str, value: float | None, otherwise: Mapping[str, Any]) -> Cell:
    table, row, column = place.split(".")
    raw = "" if value is None else f"{value:g}"
    status = "blank" if value is None else "reported"
    unit = {"amount_yuan": "元", "amount_wan_yuan": "万元"}.get(column, "件")
    whole = int(value) if value is not None and value == int(value) else value
    cell = Cell(table, row, column, whole, raw, status, unit, f"xpath={place}")  # type: ignore[arg-type]
    return dataclasses.replace(cell, **otherwise)


def _said(name: str | None, value: float, sentence: str, **more: Any) -> Indicator:
    said = Indicator(name, value, more.pop("unit", "件"), "exact", "organ", sentence, "line=1")
    return dataclasses.replace(said, **more)


def _subject(
    numbers: Mapping[str, float | None] | None = None,
    *,
    said: tuple[Indicator, ...] = (),
    lines: tuple[str, ...] = (),
    article: tuple[str, ...] = HEADINGS,
    flags: tuple[str, ...] = (),
    cells: Mapping[str, Mapping[str, Any]] | None = None,
    again: Mapping[tuple[str, str, str], str] | None = None,
    **head: Any,
) -> Subject:
    """A sound report of form_2021 (or `form`) with some cells, sentences or facts put otherwise."""
    whole = dataclasses.replace(HEAD, **head)
    printed = {**NUMBERS, **(numbers or {})} if whole.form == "form_2021" else dict(numbers or {})
    made = tuple(
        _cell(name, printed.get(name, 0), (cells or {}).get(name, {}))
        for table in ("t2", "t3", "t4")
        for row, column in expected(table, whole.form)
        for name in [f"{table}.{row}.{column}"]
    )
    second = {(c.table, c.row, c.column): c.raw or "" for c in made} if again is None else again
    return Subject(
        head=whole,
        cells=made,
        indicators=said,
        flags=tuple(Flag(flag, "line=1", "2 marks") for flag in flags),
        article=tuple(map(_line, (*article, *lines))),
        again=lambda: second,
    )


def _of(subject: Subject, check: str) -> list[Finding]:
    return list(CHECKS[check][0](subject))


def _verdicts(subject: Subject, check: str) -> list[str]:
    return [f.verdict for f in _of(subject, check)]


def test_the_report_by_hand_is_sound() -> None:
    found = findings(_subject())
    assert len(found) > 50
    assert {f.verdict for f in found} == {"pass"}


def test_every_finding_belongs_to_a_check_of_the_table() -> None:
    found = findings(_subject(flags=("pinyin_removed",), url="http://mirror.com/1"))
    assert {f.check for f in found} <= set(CHECKS)


_2019: dict[str, Any] = {"form": "form_2019", "year": 2020, "published": "2021-01-20"}
_NO_SIX = HEADINGS[:7]
# For each check a report that it must not let pass, and what it says of it.
CASES: Mapping[str, tuple[Subject, str]] = {
    "sections_present": (_subject(article=_NO_SIX), "fail"),
    "sections_declared": (_subject(lines=("本报告由五部分组成。",)), "fail"),
    "tables_complete": (dataclasses.replace(_subject(), cells=()), "fail"),
    "form_vs_year": (_subject(year=2020, published="2021-01-20"), "warn"),
    "cell_values": (_subject({"t2.licensing.decisions": None}), "warn"),
    "label_drift": (_subject(flags=("label_drift",)), "warn"),
    "text_damage": (_subject(flags=("gbk_shift",)), "warn"),
    "host_class": (_subject(url="http://mirror.com/1", host_class="mirror"), "warn"),
    "hosts_in_text": (_subject(lines=("见 mirror.com。",), url="http://mirror.com/"), "fail"),
    "units_in_cells": (_subject(cells={"t2.licensing.decisions": {"raw": "0件"}}), "warn"),
    "section_empty": (_subject(article=(*HEADINGS[:8], "澄川市民政局", "2022年1月9日")), "fail"),
    "fee_statement": (_subject(article=(*HEADINGS[:8], "无。")), "warn"),
    "t3_row_sum": (_subject({"t3.granted.total": 9}), "fail"),
    "t3_outcome_sum": (_subject({"t3.granted.other_org": 1}), "fail"),
    "t3_balance": (_subject({"t3.new_received.natural_person": 9}), "fail"),
    "blank_total": (
        _subject({"t3.granted.total": None}, cells={"t3.granted.total": {"derived": 8}}), "warn",
    ),
    "other_share": (_subject({"t3.other_misc.total": 5}), "warn"),
    "other_explained": (
        _subject({"t3.other_misc.total": 5}, said=(_said("other_note.withdrawn", 4, "撤回4件"),)),
        "fail",
    ),
    "fee_rows": (
        _subject({"t3.other_fee_overdue.total": 1}, article=(*HEADINGS[:8], "无。")), "warn",
    ),
    "zero_vs_text": (
        _subject(said=(_said("requests_received_text", 0, "未收到申请"),)), "fail",
    ),
    "t4_sum": (_subject({"t4.review.total": 3}), "fail"),
    "corrected_vs_text": (
        _subject({"t4.review.corrected": 1}, said=(_said("corrected_or_lost", 0, "无纠正"),)),
        "fail",
    ),
    "upheld_vs_text": (
        _subject({"t4.review.total": 3}, lines=("行政复议案件均获维持。",)), "fail",
    ),
    "reviews_soft": (_subject({"t4.lit_after_review.total": 3}), "not_assessable"),
    "t2_stock": (_subject({"t2.normative_docs.in_force": 1}), "fail"),
    "rule_making_power": (_subject({"t2.regulations.issued": 1}), "warn"),
    "disclosed_stock": (_subject({"t2.normative_docs.newly_disclosed": 1}, **_2019), "fail"),
    "items_chain": (_subject({"t2.penalty.items_change": -1}, **_2019), "fail"),
    "items_zero": (_subject({"t2.penalty.decisions": 50}, **_2019), "warn"),
    "fee_unit": (_subject({"t2.admin_fees.amount_wan_yuan": 38_000_000}), "warn"),
    "procurement_price": (
        _subject(
            {"t2.procurement.projects": 1, "t2.procurement.amount_yuan": 19}, **_2019
        ),
        "warn",
    ),
    "round_number": (_subject({"t2.licensing.decisions": 1800}), "warn"),
    "text_vs_table": (
        _subject(said=(_said("requests_received_text", 13, "收到申请13件"),)), "fail",
    ),
    "part_whole": (_subject(lines=("共公开信息10条,其中网站12条。",)), "fail"),
    "rate_range": (_subject(said=(_said(None, 212.5, "满意率达212.5%", unit="%"),)), "fail"),
    "enumeration": (_subject(lines=("抓好制度、平台、队伍四个方面。",)), "warn"),
    "deadline": (_subject(published="2022-02-07"), "fail"),
    "period": (_subject(lines=("统计期限自2021年2月1日起至2021年12月31日止。",)), "fail"),
    "signed_before_published": (_subject(signed="2022-01-21"), "fail"),
    "dates_agree": (
        _subject(dates={"shown_date": "2022-01-20", "list_date": "2022-01-25"}), "warn",
    ),
}  # fmt: skip


def test_every_check_has_a_case() -> None:
    assert CASES.keys() == CHECKS.keys()


@pytest.mark.parametrize("check", CASES)
def test_a_check_says_what_is_wrong(check: str) -> None:
    subject, verdict = CASES[check]
    found = [f for f in _of(subject, check) if f.verdict != "pass"]
    assert {f.verdict for f in found} == {verdict}
    assert all(f.check == check for f in found)
    assert all(re.search(r"[\u4e00-\u9fff]{2}", f.message) for f in found)


# ------------------------------------------------------------------ who is to blame


def test_one_wrong_cell_is_named_and_put_right() -> None:
    found = [f for f in findings(_subject({"t3.granted.natural_person": 6})) if f.verdict == "fail"]
    assert {f.check for f in found} == {"t3_row_sum", "t3_outcome_sum"}
    assert {f.suspects for f in found} == {("t3.granted.natural_person",)}
    assert all("印为 6,按其余各格应为 8" in f.message for f in found)


def test_two_wrong_cells_are_told_apart() -> None:
    numbers = {"t3.granted.natural_person": 6, "t3.unable_not_held.other_org": 2}
    found = [f for f in findings(_subject(numbers)) if f.verdict == "fail"]
    by_place = {(f.row, f.column): f.suspects for f in found}
    assert by_place["granted", ""] == ("t3.granted.natural_person",)
    assert by_place["", "other_org"] == ("t3.unable_not_held.other_org",)


def test_a_reading_that_a_second_one_contradicts_blames_nobody() -> None:
    sound = _subject()
    second = {(c.table, c.row, c.column): c.raw or "" for c in sound.cells}
    wrong = _subject({"t3.granted.total": 9}, again=second)
    (finding,) = (f for f in _of(wrong, "t3_row_sum") if f.verdict != "pass")
    assert finding.verdict == "not_assessable"
    assert "读取问题" in finding.message
    assert (finding.left, finding.right, finding.suspects) == (None, None, ())


def test_a_table_that_cannot_be_read_twice_blames_nobody() -> None:
    wrong = _subject({"t3.granted.total": 9}, again={})
    assert "fail" not in {f.verdict for f in findings(wrong)}
    assert _verdicts(wrong, "t3_row_sum").count("not_assessable") == 1


@pytest.mark.parametrize(
    "damage", [{"status": "damaged", "value": None}, {"flags": ("gbk_shift",)}]
)
def test_damaged_and_guessed_cells_are_not_assessable(damage: dict[str, Any]) -> None:
    subject = _subject({"t3.granted.total": 9}, cells={"t3.granted.total": damage})
    assert _verdicts(subject, "t3_row_sum").count("not_assessable") == 1
    assert "fail" not in _verdicts(subject, "t3_row_sum")
    assert _verdicts(subject, "t3_outcome_sum").count("not_assessable") == 1


def test_damaged_and_flattened_copies_blame_no_office() -> None:
    """Whatever a copy does to the tables, no identity fails that the printed numbers keep."""
    city = City(9, range(2019, 2026), seed=31)
    failed = planted = 0
    for entry in city.report_entries():
        truth, draw = city.report_of(entry), random.Random(entry.number)
        html = pages.report(city, entry)
        if draw.random() < 0.3:
            body = flatten(html, draw.choice(list(SHAPES)))
        else:
            body, _ = damage(html, truth, draw, draw.sample(list(DAMAGES), draw.choice((1, 1, 2))))
        found = {
            (f.check, f.row, f.column)
            for f in read(Document(truth.url, body.encode())).findings
            if f.verdict == "fail" and f.suspects
        }
        assert found <= set(broken(truth)), (truth.url, truth.dress)
        failed += len(found)
        planted += len(broken(truth))
    assert failed > planted / 2 > 3


@pytest.mark.parametrize("shape", SHAPES)
def test_a_flattened_table_is_read_twice(shape: str) -> None:
    edit = next(e for e in mutation.edits(40, seed=3) if len(e.broken) > 1 and e.key[0] == "t3")
    body = flatten(mutation.page(edit), shape)
    found = read(Document(edit.report.url, body.encode())).findings
    verdicts = {f.verdict for f in found if (f.check, f.row, f.column) in edit.broken}
    assert verdicts <= {"fail", "not_assessable"}
    assert verdicts


# ------------------------------------------------------------------ readings of sentences


@pytest.mark.parametrize(
    ("name", "value", "reading"),
    [
        ("requests_received_text", 10, "new_received"),
        ("requests_received_text", 12, "new_received+carried_in"),
        ("requests_received_text", 11, "total_processed"),
        ("requests_answered_text", 11, "total_processed"),
        ("requests_carried_in_text", 2, "carried_in"),
        ("requests_carried_out_text", 1, "carried_out"),
        ("granted_or_partial_text", 8, "granted+partially_granted"),
        ("reviews_text", 2, "review"),
        ("litigation_text", 0, "lit_direct+lit_after_review"),
        ("normative_docs_in_force_text", 9, "in_force"),
        ("normative_docs_newly_made", 3, "3"),
        ("requests_answered_text", 7, ""),
        ("reviews_text", 3, ""),
    ],
)
def test_readings(name: str, value: int, reading: str) -> None:
    (found,) = _of(_subject(said=(_said(name, value, f"共{value}件"),)), "text_vs_table")
    assert (found.verdict, found.reading) == ("pass" if reading else "fail", reading)


def test_answered_may_leave_out_what_ended_otherwise() -> None:
    numbers = {"t3.other_misc.total": 3, "t3.unable_not_held.total": 0}
    subject = _subject(numbers, said=(_said("requests_answered_text", 8, "答复8件"),))
    (found,) = _of(subject, "text_vs_table")
    assert (found.verdict, found.reading) == ("pass", "total_processed-other")


@pytest.mark.parametrize(
    ("value", "sentence", "verdict"),
    [
        (72.7, "占比72.7%", "pass"),
        (72.73, "占比72.73%", "pass"),
        (72.72, "占比72.72%", "pass"),  # cut, not rounded
        (73, "占比73%", "pass"),
        (72, "占比72%", "pass"),
        (72.8, "占比72.8%", "fail"),
        (80, "占比80%", "pass"),  # of those received
        (81, "占比81%", "fail"),
    ],
)
def test_shares_are_rounded_or_cut(value: float, sentence: str, verdict: str) -> None:
    said = _said("granted_or_partial_share", value, sentence, unit="%")
    assert _verdicts(_subject(said=(said,)), "text_vs_table") == [verdict]


@pytest.mark.parametrize(
    ("more", "verdicts"),
    [
        ({"qualifier": "ge"}, ["pass"]),
        ({"scope": "city"}, []),
        ({"flags": ("guessed",)}, ["not_assessable"]),
    ],
)
def test_bounds_scopes_and_damage_of_a_statement(more: dict[str, Any], verdicts: list[str]) -> None:
    value = 5 if more.get("qualifier") == "ge" else 50
    said = _said("requests_received_text", value, "收到申请", **more)
    assert _verdicts(_subject(said=(said,)), "text_vs_table") == verdicts


def test_a_part_of_what_was_said_before_contradicts_nothing() -> None:
    said = tuple(_said("requests_received_text", n, f"收到{n}件") for n in (10, 6))
    assert _verdicts(_subject(said=said), "text_vs_table") == ["pass", "not_assessable"]


def test_a_text_without_its_table_is_not_assessable() -> None:
    subject = _subject(said=(_said("reviews_text", 2, "复议2件"),))
    assert _verdicts(dataclasses.replace(subject, cells=()), "text_vs_table") == ["not_assessable"]


@pytest.mark.parametrize(
    ("sentence", "verdict"),
    [
        ("共公开信息100条,其中网站60条,微信40条。", "pass"),
        ("共公开信息100条,其中网站60条。", "pass"),
        ("共公开信息100条,其中网站60条,微信50条。", "warn"),
        ("共公开信息1300余条,其中动态1200余条,公告49条。", "pass"),
        ("共公开信息1300余条,其中动态1400条。", "fail"),
        ("共公开信息100条,其中网站100条,微信96条。", "pass"),
        ("公开信息150条;受理申请10件,其中网上8件。", "pass"),
    ],
)
def test_parts_and_wholes(sentence: str, verdict: str) -> None:
    assert _verdicts(_subject(lines=(sentence,)), "part_whole") == [verdict]


@pytest.mark.parametrize(
    ("notes", "numbers", "verdict"),
    [
        # All of 3.其他.
        ((("撤回4件", 4),), {"t3.other_misc.total": 4}, "pass"),
        # The whole group, row 1 named.
        (
            (("撤回4件", 4), ("未补正1件", 1)),
            {"t3.other_misc.total": 4, "t3.other_correction_overdue.total": 1},
            "pass",
        ),
        # The sum is that of 3.其他, but row 1 is counted in it.
        (
            (("撤回4件", 4), ("未补正1件", 1)),
            {"t3.other_misc.total": 5, "t3.other_correction_overdue.total": 1},
            "fail",
        ),
    ],
)
def test_explanations(
    notes: tuple[tuple[str, int], ...], numbers: Mapping[str, float], verdict: str
) -> None:
    said = tuple(_said("other_note.x", value, sentence) for sentence, value in notes)
    assert _verdicts(_subject(numbers, said=said), "other_explained") == [verdict]


@pytest.mark.parametrize(
    ("head", "verdict"),
    [
        ({"published": "2022-01-31"}, "pass"),
        ({"published": "2022-03-31", "scope": "government_aggregate"}, "pass"),
        ({"published": "2022-04-01", "scope": "government_aggregate"}, "fail"),
        ({"published": "2019-03-30", "year": 2018}, "pass"),
        ({"published": "2022-02-09", "signed": "2022-01-10"}, "warn"),
        ({"published": "2022-02-09", "published_from": "url_date"}, "not_assessable"),
        ({"published": "2024-06-01"}, "not_assessable"),
        ({"published": "2022-02-09", "level": "township"}, "warn"),
        ({"published": "2022-02-09", "scope": "unknown"}, "not_assessable"),
    ],
)
def test_deadlines(head: dict[str, Any], verdict: str) -> None:
    assert _verdicts(_subject(**head), "deadline") == [verdict]


# ------------------------------------------------------------------ the issue list


def test_the_issue_list_shows_problems_the_worst_first(seeds: Path) -> None:
    listed = issue_list(_seed(seeds, "003"), "003.txt")
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
