"""The checks on five real reports: what a reader finds wrong by hand, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from pipelines import read
from pipelines.document import from_file
from pipelines.report import Finding, Report

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
