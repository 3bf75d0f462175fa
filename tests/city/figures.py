"""The figures of a report: sound ones, and exactly one wrong one where a contradiction is planted.

All figures are drawn from (seed, organ, year) alone, so any report can be made
without the others, and yet years fit together: what is carried over, the stock
of documents and the number of items follow from year to year. The figures of
the whole city are drawn like any organ's; they are not the sum of the organs.
"""

from __future__ import annotations

import collections
import dataclasses
import random
from typing import TYPE_CHECKING

from tests.city.forms import (
    APPLICANTS,
    T3_COLUMNS,
    T4_BLOCKS,
    T4_PARTS,
    Form,
    Key,
    form_of,
    outcomes,
    t3_rows,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.city.organs import Organ

Number = int | float
Figures = dict[Key, Number]
Contradiction = tuple[str, str, str]
"""Check, row, column; the row is empty when a column does not add up, and the other way round."""

WEIGHTS = {
    "granted": 40,
    "partially_granted": 12,
    "unable_not_held": 25,
    "denied_administrative_query": 4,
    "refused_petition_complaint": 5,
    "other_misc": 6,
    "other_total": 6,
}
"""How often a request ends in a row; all others 1."""


@dataclasses.dataclass(frozen=True, slots=True)
class Temper:
    """How much business an organ has."""

    requests: int
    """Requests a year, about."""
    decisions: int
    """Licences and penalties a year, about."""
    documents: int
    regulations: bool
    """Whether it makes rules (规章): the city's government, which its office counts too."""


def temper(seed: int, organ: Organ) -> Temper:
    """The organ's own size: the city in thousands, some organs with nothing at all."""
    if organ.whole_city:
        return Temper(2600, 60_000, 40, regulations=True)
    if organ.office:
        return Temper(90, 0, 8, regulations=True)
    draw = random.Random(f"{seed}|{organ.code}|temper")
    return Temper(
        requests=draw.choice((0, 1, 4, 15, 60, 220)),
        decisions=draw.choice((0, 0, 30, 900, 21_000)),
        documents=draw.choice((0, 1, 3, 6)),
        regulations=False,
    )


def sound(seed: int, organ: Organ, year: int) -> Figures:
    """The figures of a report in which every identity holds."""
    size = temper(seed, organ)
    draw = random.Random(f"{seed}|{organ.code}|{year}|figures")
    form = form_of(year)
    table_2 = _t2_2019 if form == "form_2019" else _t2_2021
    return {
        **table_2(seed, organ, year, size, draw),
        **_t3(seed, organ, year, size, draw),
        **_t4(size, draw),
    }


def _about(draw: random.Random, size: int) -> int:
    return round(size * draw.uniform(0.4, 1.6))


def _carried(seed: int, organ: Organ, year: int, size: Temper) -> dict[str, int]:
    """Requests of each kind of applicant that go over into the year after `year`."""
    draw = random.Random(f"{seed}|{organ.code}|{year}|carried")
    return {
        column: int(draw.random() ** 3 * size.requests / (12 if column == "natural_person" else 60))
        for _, column in APPLICANTS
    }


def _t3(seed: int, organ: Organ, year: int, size: Temper, draw: random.Random) -> Figures:
    form = form_of(year)
    before, after = (_carried(seed, organ, y, size) for y in (year - 1, year))
    ends = outcomes(form)
    weights = [WEIGHTS.get(row, 1) for row in ends]
    table: Figures = {}
    for _, column in APPLICANTS:
        share = 0.8 if column == "natural_person" else draw.random() ** 2 * 0.1
        new = max(_about(draw, round(size.requests * share)), after[column] - before[column])
        processed = new + before[column] - after[column]
        ended = collections.Counter(draw.choices(ends, weights, k=processed))
        rows = {
            "new_received": new,
            "carried_in": before[column],
            **{row: ended[row] for row in ends},
            "total_processed": processed,
            "carried_out": after[column],
        }
        table.update({("t3", row, column): number for row, number in rows.items()})
    for row in t3_rows(form):
        table["t3", row, "total"] = sum(table["t3", row, column] for _, column in APPLICANTS)
    return table


def _t4(size: Temper, draw: random.Random) -> Figures:
    table: Figures = {}
    for block in T4_BLOCKS:
        parts = [int(draw.random() ** 4 * (size.requests / 12 + 2)) for _ in T4_PARTS]
        table.update(
            {("t4", block, part): number for part, number in zip(T4_PARTS, parts, strict=True)}
        )
        table["t4", block, "total"] = sum(parts)
    return table


def _stock(seed: int, organ: Organ, year: int, row: str, size: int) -> tuple[int, int, int]:
    """Documents issued and repealed in the year, and in force at its end."""
    stock = random.Random(f"{seed}|{organ.code}|{row}|stock").randint(size, 5 * size)
    issued = repealed = 0
    for passed in range(2021, year + 1):
        draw = random.Random(f"{seed}|{organ.code}|{passed}|{row}")
        issued = _about(draw, size)
        repealed = min(stock, int(draw.random() ** 2 * size * 1.4))
        stock += issued - repealed
    return issued, repealed, stock


def _t2_2021(seed: int, organ: Organ, year: int, size: Temper, draw: random.Random) -> Figures:
    table: Figures = {}
    for row, amount in (("regulations", 3 * size.regulations), ("normative_docs", size.documents)):
        figures = _stock(seed, organ, year, row, amount)
        for column, number in zip(("issued", "repealed", "in_force"), figures, strict=True):
            table["t2", row, column] = number
    table["t2", "licensing", "decisions"] = _about(draw, size.decisions)
    table["t2", "penalty", "decisions"] = _about(draw, size.decisions // 4)
    table["t2", "coercion", "decisions"] = _about(draw, size.decisions // 100)
    places = draw.choice((0, 1, 2, 2, 4, 6))
    fees = draw.random() * size.decisions * (draw.random() < 0.6)
    table["t2", "admin_fees", "amount_wan_yuan"] = round(fees, places) if places else round(fees)
    return {key: _plain(number) for key, number in table.items()}


def _plain(number: Number) -> Number:
    return int(number) if number == int(number) else number


def _t2_2019(seed: int, organ: Organ, year: int, size: Temper, draw: random.Random) -> Figures:
    table: Figures = {}
    for row, amount in (("regulations", 3 * size.regulations), ("normative_docs", size.documents)):
        total = random.Random(f"{seed}|{organ.code}|{row}|total").randint(amount, 5 * amount)
        made = 0
        for passed in range(2019, year + 1):
            made = _about(random.Random(f"{seed}|{organ.code}|{passed}|{row}"), amount)
            total += made
        table["t2", row, "made"] = table["t2", row, "newly_disclosed"] = made
        table["t2", row, "disclosed_total"] = total
    busy = bool(size.decisions)
    for row, items, decisions in (
        ("licensing", 40, size.decisions),
        ("other_services", 25, size.decisions // 3),
        ("penalty", 120, size.decisions // 4),
        ("coercion", 12, size.decisions // 100),
        ("admin_fees", 5, 0),
    ):
        before, change = _items(seed, organ, year, row, items * busy)
        table["t2", row, "items_prev_year"] = before
        table["t2", row, "items_change"] = change
        if row != "admin_fees":
            table["t2", row, "decisions"] = _about(draw, decisions)
    projects = draw.choice((0, 1, 3, 12, 40))
    table["t2", "procurement", "projects"] = projects
    hundreds = draw.choice((draw.randint(10, 900) * 100, draw.randint(1_000, 2_000_000)))
    table["t2", "procurement", "amount_yuan"] = hundreds * 100 if projects else 0
    return table


def _items(seed: int, organ: Organ, year: int, row: str, size: int) -> tuple[int, int]:
    """Items at the end of the year before, and what the year added or took away."""
    items = random.Random(f"{seed}|{organ.code}|{row}|items").randint(size, 4 * size)
    change = 0
    for passed in range(2019, year + 1):
        items += change
        draw = random.Random(f"{seed}|{organ.code}|{passed}|{row}|items")
        change = draw.randint(-size // 4, size // 4)
    return items, change


def contradictions(cells: Mapping[Key, Number | None], form: Form) -> tuple[Contradiction, ...]:
    """Every identity of the form that the cells break.

    A cell without a number counts as zero, but a total without one as the sum
    of its row: what is not printed contradicts nothing.
    """
    numbers = {key: value or 0 for key, value in cells.items()}
    for key in [key for key, value in cells.items() if value is None and key[2] == "total"]:
        parts = T4_PARTS if key[0] == "t4" else T3_COLUMNS[:-1]
        numbers[key] = sum(numbers[*key[:2], part] for part in parts)
    return tuple(_broken(numbers, form))


def _broken(n: Figures, form: Form) -> Iterator[Contradiction]:
    for row in t3_rows(form):
        if n["t3", row, "total"] != sum(n["t3", row, column] for _, column in APPLICANTS):
            yield "t3_row_sum", row, ""
    for column in T3_COLUMNS:
        ended = sum(n["t3", row, column] for row in outcomes(form))
        if n["t3", "total_processed", column] != ended:
            yield "t3_outcome_sum", "", column
    for column in T3_COLUMNS:
        came = n["t3", "new_received", column] + n["t3", "carried_in", column]
        if came != n["t3", "total_processed", column] + n["t3", "carried_out", column]:
            yield "t3_balance", "", column
    for block in T4_BLOCKS:
        if n["t4", block, "total"] != sum(n["t4", block, part] for part in T4_PARTS):
            yield "t4_sum", block, ""
    for row in ("regulations", "normative_docs") if form == "form_2021" else ():
        if n["t2", row, "in_force"] < n["t2", row, "issued"] - n["t2", row, "repealed"]:
            yield "t2_stock", row, ""


def plant(figures: Figures, form: Form, draw: random.Random) -> Figures:
    """The figures with exactly one cell changed, so that at least one identity fails.

    What is carried over stays, since the year before or after would disagree.
    """
    rows = [row for row in t3_rows(form) if not row.startswith("carried")]
    choices: list[Key] = [
        ("t3", draw.choice(outcomes(form)), draw.choice(T3_COLUMNS[:-1])),
        ("t3", draw.choice(rows), "total"),
        ("t3", "total_processed", draw.choice(T3_COLUMNS)),
        ("t3", "new_received", draw.choice(T3_COLUMNS)),
        ("t4", draw.choice(T4_BLOCKS), draw.choice((*T4_PARTS, "total"))),
    ]
    if form == "form_2021":
        gain = (
            figures["t2", "normative_docs", "issued"] - figures["t2", "normative_docs", "repealed"]
        )
        if gain > 1 and draw.random() < 0.5:
            return {**figures, ("t2", "normative_docs", "in_force"): gain - 1}
    key = draw.choice(choices)
    step = draw.choice((1, 1, 2, 9, 10))
    down = figures[key] > step and draw.random() < 0.5
    return {**figures, key: figures[key] - step if down else figures[key] + step}
