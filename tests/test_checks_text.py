"""The checks on what sentences say: their readings, parts, explanations, dates."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest

from tests import by_hand


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
    (found,) = by_hand.of(
        by_hand.subject(said=(by_hand.said(name, value, f"共{value}件"),)), "text_vs_table"
    )
    assert (found.verdict, found.reading) == ("pass" if reading else "fail", reading)


def test_answered_may_leave_out_what_ended_otherwise() -> None:
    numbers = {"t3.other_misc.total": 3, "t3.unable_not_held.total": 0}
    subject = by_hand.subject(numbers, said=(by_hand.said("requests_answered_text", 8, "答复8件"),))
    (found,) = by_hand.of(subject, "text_vs_table")
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
    said = by_hand.said("granted_or_partial_share", value, sentence, unit="%")
    assert by_hand.verdicts(by_hand.subject(said=(said,)), "text_vs_table") == [verdict]


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
    said = by_hand.said("requests_received_text", value, "收到申请", **more)
    assert by_hand.verdicts(by_hand.subject(said=(said,)), "text_vs_table") == verdicts


def test_a_part_of_what_was_said_before_contradicts_nothing() -> None:
    said = tuple(by_hand.said("requests_received_text", n, f"收到{n}件") for n in (10, 6))
    assert by_hand.verdicts(by_hand.subject(said=said), "text_vs_table") == [
        "pass",
        "not_assessable",
    ]


def test_a_text_without_its_table_is_not_assessable() -> None:
    subject = by_hand.subject(said=(by_hand.said("reviews_text", 2, "复议2件"),))
    assert by_hand.verdicts(dataclasses.replace(subject, cells=()), "text_vs_table") == [
        "not_assessable"
    ]


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
    assert by_hand.verdicts(by_hand.subject(lines=(sentence,)), "part_whole") == [verdict]


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
    said = tuple(by_hand.said("other_note.x", value, sentence) for sentence, value in notes)
    assert by_hand.verdicts(by_hand.subject(numbers, said=said), "other_explained") == [verdict]


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
    assert by_hand.verdicts(by_hand.subject(**head), "deadline") == [verdict]
