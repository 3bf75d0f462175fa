"""The sample city holds what it claims: its truth is consistent, and stands on its pages."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import Any

import lxml.html
import pytest

from tests.city import City, TrueReport
from tests.city import dress as dresses
from tests.city.figures import sound
from tests.city.pages import report, report_printed

T3 = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_welfare_org",
    "legal_service_org",
    "other_org",
    "total",
)
CHECKS = {"t3_row_sum", "t3_outcome_sum", "t3_balance", "t4_sum", "t2_stock"}


@pytest.fixture(scope="module")
def city() -> City:
    return City()


@pytest.fixture(scope="module")
def truths(city: City) -> list[TrueReport]:
    return list(city.reports())


def failing(truth: TrueReport) -> set[tuple[str, str, str]]:
    """The identities a report breaks, said once more in other words than the city's."""
    table: dict[str, dict[str, dict[str, float]]] = {}
    for cell in truth.cells:
        row = table.setdefault(cell.table, {}).setdefault(cell.row, {})
        row[cell.column] = cell.value or 0
    for cell in truth.cells:
        if cell.column == "total" and cell.value is None:
            row = table[cell.table][cell.row]
            row["total"] = sum(number for column, number in row.items() if column != "total")
    bad = set()
    for name, check in (("t3", "t3_row_sum"), ("t4", "t4_sum")):
        for key, row in table[name].items():
            if 2 * row["total"] != sum(row.values()):
                bad.add((check, key, ""))
    t3 = table["t3"]
    ends = t3.keys() - {"new_received", "carried_in", "total_processed", "carried_out"}
    for column in T3:
        done = t3["total_processed"][column]
        if done != sum(t3[row][column] for row in ends):
            bad.add(("t3_outcome_sum", "", column))
        came = t3["new_received"][column] + t3["carried_in"][column]
        if came - done - t3["carried_out"][column]:
            bad.add(("t3_balance", "", column))
    for key, row in table["t2"].items():
        if "in_force" in row and row["issued"] - row["repealed"] > row["in_force"]:
            bad.add(("t2_stock", key, ""))
    return bad


def test_one_report_per_organ_and_year(truths: list[TrueReport]) -> None:
    assert len({(truth.organ, truth.year) for truth in truths}) == len(truths) == 12 * 7
    assert Counter(len(truth.cells) for truth in truths) == {198: 2 * 12, 200: 5 * 12}
    assert len({truth.url for truth in truths}) == len(truths)


def test_planted_lists_are_exact(truths: list[TrueReport]) -> None:
    for truth in truths:
        assert set(truth.planted) == failing(truth), truth.url
        assert len(set(truth.planted)) == len(truth.planted)
    planted = [truth for truth in truths if truth.planted]
    assert 8 <= len(planted) <= 40
    assert {check for truth in planted for check, _, _ in truth.planted} == CHECKS


def test_years_fit_together(city: City) -> None:
    for organ in city.organs:
        figures = [sound(city.seed, organ, year) for year in city.years]
        for before, after in pairwise(figures):
            for column in T3:
                key = ("t3", "carried_out", column)
                assert before[key] == after["t3", "carried_in", column]
            for row in ("regulations", "normative_docs"):
                if ("t2", row, "in_force") in before:
                    gain = after["t2", row, "issued"] - after["t2", row, "repealed"]
                    assert after["t2", row, "in_force"] == before["t2", row, "in_force"] + gain
            if ("t2", "licensing", "items_change") in after:
                held = before["t2", "licensing", "items_prev_year"]
                held += before["t2", "licensing", "items_change"]
                assert after["t2", "licensing", "items_prev_year"] == held


def test_whole_city_publishes_later_than_its_organs(truths: list[TrueReport]) -> None:
    for truth in truths:
        year, month, _ = map(int, truth.published.split("-"))
        whole = truth.scope == "government_aggregate"
        assert whole == (truth.organ == "澄川市人民政府")
        assert year == truth.year + 1
        assert month in ((2, 3) if whole else (1,))
        assert truth.signed is None or truth.signed <= truth.published


def test_money_is_in_yuan_whatever_is_printed() -> None:
    amounts = [
        cell
        for truth in City(20, [2019, 2020]).reports()
        for cell in truth.cells
        if cell.column == "amount_yuan" and cell.value
    ]
    for cell in amounts:
        if cell.raw.endswith("万元"):
            assert cell.value == round(float(cell.raw.removesuffix("万元")) * 10_000)
        else:
            assert cell.raw == f"{cell.value}元"
    assert {cell.raw[-2:] == "万元" for cell in amounts} == {True, False}


def test_same_seed_same_bytes_and_a_larger_city_holds_the_smaller() -> None:
    small, again, large = City(5), City(5), City(9)
    for entry in small.report_entries():
        page = report(small, entry)
        assert page == report(again, entry) == report(large, entry)
    other = City(5, seed=8)
    assert not small.entries.keys() & other.entries.keys()


def find(element: Any, path: str) -> list[Any]:
    return list(element.xpath(path))


def squeezed(element: Any) -> str:
    return "".join(element.text_content().split())


def spread(table: Any) -> list[list[Any]]:
    """The rows of a table with spans filled in: an element stands wherever it reaches."""
    places: dict[tuple[int, int], Any] = {}
    rows = find(table, "./tr | ./tbody/tr | ./thead/tr")
    for y, row in enumerate(rows):
        x = 0
        for cell in find(row, "./td | ./th"):
            while (y, x) in places:
                x += 1
            for down in range(int(cell.get("rowspan", "1"))):
                for right in range(int(cell.get("colspan", "1"))):
                    assert (y + down, x + right) not in places, "spans collide"
                    places[y + down, x + right] = cell
    width = 1 + max(x for _, x in places)
    assert len(places) == width * len(rows), "the table has holes, or reaches below its end"
    return [[places[y, x] for x in range(width)] for y in range(len(rows))]


def figures_of(body: bytes, codec: str) -> dict[str, list[str]]:
    """The figures of the three tables in printed order, found by width and labels alone."""
    parser = lxml.html.HTMLParser(encoding=codec.removesuffix("-sig"))
    page = lxml.html.document_fromstring(body, parser=parser)
    (article,) = find(page, '//td[@class="GovInfoContent"]')
    found: dict[str, list[str]] = {"t2": [], "t3": [], "t4": []}
    for table in find(article, './/table[@class="MsoNormalTable"]'):
        grid = spread(table)
        if len(grid[0]) == 15:
            found["t4"] += map(squeezed, grid[3])
        for row in grid if len(grid[0]) == 10 else ():
            if "勾稽关系" not in squeezed(row[0]):
                found["t3"] += map(squeezed, row[3:])
        for row in grid if len(grid[0]) == 4 else ():
            label = squeezed(row[0])
            if label and label != "信息内容" and not label.startswith("第二十条"):
                found["t2"] += [squeezed(cell) for cell in dict.fromkeys(row[1:])]
    return found


def test_every_dress_shows_every_cell() -> None:
    worn: set[str] = set()
    city = City(24)
    for entry in city.report_entries():
        truth = city.report_of(entry)
        worn |= set(truth.dress)
        codec = dresses.charset(frozenset(truth.dress))
        wanted: dict[str, list[str]] = {"t2": [], "t3": [], "t4": []}
        for cell in truth.cells:
            wanted[cell.table].append(cell.raw)
        for page in (report(city, entry), report_printed(city, entry)):
            assert figures_of(page.encode(codec), codec) == wanted, (truth.url, truth.dress)
    assert worn == set(dresses.DRESSES)


def test_zero_blank_slash_and_dash_are_told_apart() -> None:
    seen = {
        (cell.status, cell.raw, cell.value is None)
        for truth in City(24).reports()
        for cell in truth.cells
        if cell.status != "reported" or cell.raw == "0"
    }
    assert seen == {
        ("blank", "", True),
        ("slash", "/", True),
        ("dash", "-", True),
        ("dash", "—", True),
        ("reported", "0", False),
    }


@pytest.mark.parametrize("seed", range(8))
def test_changed_cell_changes_one_cell(seed: int) -> None:
    plain, changed = City(2, seed=seed), City(2, seed=seed, faults=["changed-cell"])
    moved = [
        (one.key, before.url)
        for before, after in zip(plain.reports(), changed.reports(), strict=True)
        for one, other in zip(before.cells, after.cells, strict=True)
        if one != other
    ]
    assert moved == [(("t2", "licensing", "decisions"), plain.report_of(plain.victim).url)]


def test_a_city_that_cannot_be() -> None:
    for organs, years, faults in (
        (1, [2021], []),
        (12, [2018], []),
        (12, [], []),
        (12, [2021], ["x"]),
    ):
        with pytest.raises(ValueError, match=r"organs|2019|no such fault"):
            City(organs, years, faults=faults)
