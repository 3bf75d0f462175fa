"""The checks on a report made by hand: each on its own case, and who is to blame."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

import pytest

from pipelines.checks import CHECKS, Subject, findings
from tests import by_hand


def test_the_report_by_hand_is_sound() -> None:
    found = findings(by_hand.subject())
    assert len(found) > 50
    assert {f.verdict for f in found} == {"pass"}


def test_every_finding_belongs_to_a_check_of_the_table() -> None:
    found = findings(by_hand.subject(flags=("pinyin_removed",), url="http://mirror.com/1"))
    assert {f.check for f in found} <= set(CHECKS)


_2019: dict[str, Any] = {"form": "form_2019", "year": 2020, "published": "2021-01-20"}
_NO_SIX = by_hand.HEADINGS[:7]
# For each check a report that it must not let pass, and what it says of it.
CASES: Mapping[str, tuple[Subject, str]] = {
    "sections_present": (by_hand.subject(article=_NO_SIX), "fail"),
    "sections_declared": (by_hand.subject(lines=("本报告由五部分组成。",)), "fail"),
    "tables_complete": (dataclasses.replace(by_hand.subject(), cells=()), "fail"),
    "form_vs_year": (by_hand.subject(year=2020, published="2021-01-20"), "warn"),
    "cell_values": (by_hand.subject({"t2.licensing.decisions": None}), "warn"),
    "label_drift": (by_hand.subject(flags=("label_drift",)), "warn"),
    "text_damage": (by_hand.subject(flags=("gbk_shift",)), "warn"),
    "host_class": (by_hand.subject(url="http://mirror.com/1", host_class="mirror"), "warn"),
    "hosts_in_text": (
        by_hand.subject(lines=("见 mirror.com。",), url="http://mirror.com/"),
        "fail",
    ),
    "units_in_cells": (by_hand.subject(cells={"t2.licensing.decisions": {"raw": "0件"}}), "warn"),
    "section_empty": (
        by_hand.subject(article=(*by_hand.HEADINGS[:8], "澄川市民政局", "2022年1月9日")),
        "fail",
    ),
    "fee_statement": (by_hand.subject(article=(*by_hand.HEADINGS[:8], "无。")), "warn"),
    "t3_row_sum": (by_hand.subject({"t3.granted.total": 9}), "fail"),
    "t3_outcome_sum": (by_hand.subject({"t3.granted.other_org": 1}), "fail"),
    "t3_balance": (by_hand.subject({"t3.new_received.natural_person": 9}), "fail"),
    "blank_total": (
        by_hand.subject({"t3.granted.total": None}, cells={"t3.granted.total": {"derived": 8}}),
        "warn",
    ),
    "other_share": (by_hand.subject({"t3.other_misc.total": 5}), "warn"),
    "other_explained": (
        by_hand.subject(
            {"t3.other_misc.total": 5}, said=(by_hand.said("other_note.withdrawn", 4, "撤回4件"),)
        ),
        "fail",
    ),
    "fee_rows": (
        by_hand.subject({"t3.other_fee_overdue.total": 1}, article=(*by_hand.HEADINGS[:8], "无。")),
        "warn",
    ),
    "zero_vs_text": (
        by_hand.subject(said=(by_hand.said("requests_received_text", 0, "未收到申请"),)),
        "fail",
    ),
    "t4_sum": (by_hand.subject({"t4.review.total": 3}), "fail"),
    "corrected_vs_text": (
        by_hand.subject(
            {"t4.review.corrected": 1}, said=(by_hand.said("corrected_or_lost", 0, "无纠正"),)
        ),
        "fail",
    ),
    "upheld_vs_text": (
        by_hand.subject({"t4.review.total": 3}, lines=("行政复议案件均获维持。",)),
        "fail",
    ),
    "reviews_soft": (by_hand.subject({"t4.lit_after_review.total": 3}), "not_assessable"),
    "t2_stock": (by_hand.subject({"t2.normative_docs.in_force": 1}), "fail"),
    "rule_making_power": (by_hand.subject({"t2.regulations.issued": 1}), "warn"),
    "disclosed_stock": (by_hand.subject({"t2.normative_docs.newly_disclosed": 1}, **_2019), "fail"),
    "items_chain": (by_hand.subject({"t2.penalty.items_change": -1}, **_2019), "fail"),
    "items_zero": (by_hand.subject({"t2.penalty.decisions": 50}, **_2019), "warn"),
    "fee_unit": (by_hand.subject({"t2.admin_fees.amount_wan_yuan": 38_000_000}), "warn"),
    "procurement_price": (
        by_hand.subject({"t2.procurement.projects": 1, "t2.procurement.amount_yuan": 19}, **_2019),
        "warn",
    ),
    "round_number": (by_hand.subject({"t2.licensing.decisions": 1800}), "warn"),
    "text_vs_table": (
        by_hand.subject(said=(by_hand.said("requests_received_text", 13, "收到申请13件"),)),
        "fail",
    ),
    "part_whole": (by_hand.subject(lines=("共公开信息10条,其中网站12条。",)), "fail"),
    "rate_range": (
        by_hand.subject(said=(by_hand.said(None, 212.5, "满意率达212.5%", unit="%"),)),
        "fail",
    ),
    "enumeration": (by_hand.subject(lines=("抓好制度、平台、队伍四个方面。",)), "warn"),
    "deadline": (by_hand.subject(published="2022-02-07"), "fail"),
    "period": (by_hand.subject(lines=("统计期限自2021年2月1日起至2021年12月31日止。",)), "fail"),
    "signed_before_published": (by_hand.subject(signed="2022-01-21"), "fail"),
    "dates_agree": (
        by_hand.subject(dates={"shown_date": "2022-01-20", "list_date": "2022-01-25"}),
        "warn",
    ),
}


def test_every_check_has_a_case() -> None:
    assert CASES.keys() == CHECKS.keys()


@pytest.mark.parametrize("check", CASES)
def test_a_check_says_what_is_wrong(check: str) -> None:
    subject, verdict = CASES[check]
    found = [f for f in by_hand.of(subject, check) if f.verdict != "pass"]
    assert {f.verdict for f in found} == {verdict}
    assert all(f.check == check for f in found)
    assert all(re.search(r"[\u4e00-\u9fff]{2}", f.message) for f in found)


# ------------------------------------------------------------------ who is to blame


def test_one_wrong_cell_is_named_and_put_right() -> None:
    found = [
        f
        for f in findings(by_hand.subject({"t3.granted.natural_person": 6}))
        if f.verdict == "fail"
    ]
    assert {f.check for f in found} == {"t3_row_sum", "t3_outcome_sum"}
    assert {f.suspects for f in found} == {("t3.granted.natural_person",)}
    assert all("印为 6,按其余各格应为 8" in f.message for f in found)


def test_two_wrong_cells_are_told_apart() -> None:
    numbers = {"t3.granted.natural_person": 6, "t3.unable_not_held.other_org": 2}
    found = [f for f in findings(by_hand.subject(numbers)) if f.verdict == "fail"]
    by_place = {(f.row, f.column): f.suspects for f in found}
    assert by_place["granted", ""] == ("t3.granted.natural_person",)
    assert by_place["", "other_org"] == ("t3.unable_not_held.other_org",)


def test_a_reading_that_a_second_one_contradicts_blames_nobody() -> None:
    sound = by_hand.subject()
    second = {(c.table, c.row, c.column): c.raw or "" for c in sound.cells}
    wrong = by_hand.subject({"t3.granted.total": 9}, again=second)
    (finding,) = (f for f in by_hand.of(wrong, "t3_row_sum") if f.verdict != "pass")
    assert finding.verdict == "not_assessable"
    assert "读取问题" in finding.message
    assert (finding.left, finding.right, finding.suspects) == (None, None, ())


def test_a_table_that_cannot_be_read_twice_blames_nobody() -> None:
    wrong = by_hand.subject({"t3.granted.total": 9}, again={})
    assert "fail" not in {f.verdict for f in findings(wrong)}
    assert by_hand.verdicts(wrong, "t3_row_sum").count("not_assessable") == 1


@pytest.mark.parametrize(
    "damage", [{"status": "damaged", "value": None}, {"flags": ("gbk_shift",)}]
)
def test_damaged_and_guessed_cells_are_not_assessable(damage: dict[str, Any]) -> None:
    subject = by_hand.subject({"t3.granted.total": 9}, cells={"t3.granted.total": damage})
    assert by_hand.verdicts(subject, "t3_row_sum").count("not_assessable") == 1
    assert "fail" not in by_hand.verdicts(subject, "t3_row_sum")
    assert by_hand.verdicts(subject, "t3_outcome_sum").count("not_assessable") == 1
