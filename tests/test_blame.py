"""Single-cell edits and damaged copies: what breaks an identity is blamed, and only that."""

from __future__ import annotations

import random

import pytest

from pipelines import read
from pipelines.document import Document
from pipelines.report import Finding
from tests.bench import mutation
from tests.bench.mutation import broken
from tests.city import City, pages
from tests.city.damage import DAMAGES, damage
from tests.city.flatten import SHAPES, flatten


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
