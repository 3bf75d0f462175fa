"""What the sentences of real reports state, against gold told by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines import read
from pipelines.document import from_file
from pipelines.places import look_up
from tests.narrative_score import NO_COUNTS, Score, gold, score


@pytest.fixture(scope="module")
def scores(seeds: Path) -> list[Score]:
    rows = list(gold(seeds / "gold_narrative.tsv"))
    return [
        score(
            [row for row in rows if row["seed"] == seed],
            read(from_file(next(seeds.glob(f"{seed}_*.txt")))).indicators,
            never,
        )
        for seed, never in NO_COUNTS.items()
    ]


def test_gold_recall(scores: list[Score]) -> None:
    assert sum(each.gold for each in scores) == 100
    assert sum(each.found for each in scores) >= 0.97 * 100


def test_gold_names(scores: list[Score]) -> None:
    assert sum(each.named for each in scores) >= 0.97 * sum(each.named_of for each in scores)


def test_gold_precision(scores: list[Score]) -> None:
    emitted = sum(each.emitted for each in scores)
    beyond = sum(miss.startswith("beyond gold") for each in scores for miss in each.misses)
    assert sum(each.false for each in scores) == 0
    assert beyond <= 0.03 * emitted


def test_every_number_leads_to_its_characters(seeds: Path) -> None:
    checked = 0
    for path in sorted(seeds.glob("*.txt")):
        document = from_file(path)
        for each in read(document).indicators:
            served = look_up(document, each.at)
            if each.qualifier == "exact" and each.unit != "年" and served.strip()[0].isdigit():
                assert served.replace(",", "").strip().startswith(f"{each.value}")
                checked += 1
    assert checked > 70


def test_a_whole_page_states_its_numbers(samples: Path) -> None:
    said = read(from_file(samples / "pingtan_2023.html")).indicators
    values = {(each.indicator, each.value) for each in said}
    assert {
        ("requests_received_text", 81),
        ("requests_answered_text", 81),
        ("granted_or_partial_text", 42),
        ("granted_or_partial_share", 51.85),
        ("reviews_text", 2),
        ("litigation_text", 7),
        ("normative_docs_in_force_text", 393),
        ("info_fee_collected", 0),
    } <= values
    assert {80, 1, 5, 31, 2} <= {each.value for each in said}
    document = from_file(samples / "pingtan_2023.html")
    for each in said:
        assert each.value == 0 or f"{each.value}" in look_up(document, each.at)
    answered = [each.indicator for each in said].index("requests_answered_text")
    parts = [e.value for e in said if e.part_of == answered and e.unit == "件"]
    assert sum(parts) == 81
