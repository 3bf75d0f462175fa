"""Damaged tables: a cell is right, absent or flagged, and never a wrong number."""

from __future__ import annotations

import random

import pytest

from tests.bench.damage import Score, judge
from tests.city import City


@pytest.fixture(scope="module")
def score() -> Score:
    total = Score()
    for seed in (101, 102):
        city = City(12, range(2019, 2026), seed)
        for entry in city.report_entries():
            total.add(judge(city, entry, random.Random(f"{seed}|{entry.number}")))
    return total


def test_no_number_is_wrong_without_a_flag(score: Score) -> None:
    assert score.wrong == []


def test_what_damage_did_not_touch_is_read(score: Score) -> None:
    assert score.free.total() > 10_000
    assert score.free["right"] >= 0.995 * score.free.total()


def test_most_of_all_is_read(score: Score) -> None:
    total = score.free + score.touched
    assert score.touched.total() > 5_000
    assert total["right"] + total["right, flagged"] >= 0.9 * total.total()
