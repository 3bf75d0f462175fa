"""How the tables of damaged pages are read, over many generated reports.

    python -m tests.bench.damage --reports 20000

Every report is read once in a damage or a flattened shape of its own, one in
four of them from a mirror. A cell
is right, absent (no number is given), flagged, or wrong; the last must not be.
"""

from __future__ import annotations

import argparse
import collections
import dataclasses
import multiprocessing
import random
import sys
from collections.abc import Iterator

from rich.console import Console
from rich.progress import track

from pipelines import tables
from pipelines.document import Document
from pipelines.media import open_page
from pipelines.restore import restore
from tests.city import City, pages
from tests.city.city import Entry
from tests.city.damage import DAMAGES, damage
from tests.city.flatten import SHAPES, flatten, lost
from tests.city.mirror import FAMILIES, mirror

YEARS = range(2019, 2026)
Key = tuple[str, str, str]


@dataclasses.dataclass(slots=True)
class Score:
    """What became of cells, of those that damage touched and of the others."""

    touched: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    free: collections.Counter[str] = dataclasses.field(default_factory=collections.Counter)
    wrong: list[str] = dataclasses.field(default_factory=list)

    def add(self, other: Score) -> None:
        """Count another score into this one."""
        self.touched += other.touched
        self.free += other.free
        self.wrong += other.wrong


def judge(city: City, entry: Entry, draw: random.Random) -> Score:
    """Damage one report's page, read it, and compare every cell with the truth."""
    truth = city.report_of(entry)
    html = pages.report(city, entry)
    touched: set[Key]
    if draw.random() < 0.3:
        names = [draw.choice(list(SHAPES))]
        body, touched = flatten(html, names[0]), lost(truth, names[0])
    else:
        names = draw.sample(list(DAMAGES), draw.choice((1, 1, 1, 2, 3)))
        body, touched = damage(html, truth, draw, names)
    if draw.random() < 0.25:
        family = draw.choice(list(FAMILIES))
        names.append(family)
        copied = mirror(body, family, draw.randrange(2**32))
        body = copied.text
        if copied.kinds() & {"bytes", "spelt"}:
            # Bytes are lost and labels spelt out anywhere: no cell is safe from it.
            touched |= {cell.key for cell in truth.cells}
    page = restore(open_page(Document(truth.url, body.encode()))).page
    found = {(c.table, c.row, c.column): c for c in tables.read(page).cells}
    score = Score()
    for cell in truth.cells:
        read = found.get(cell.key)
        right = read is not None and (read.value, read.status) == (cell.value, cell.status)
        if read is None or (read.value is None and read.status in ("missing_row", "damaged")):
            fate = "absent"
        elif right or read.flags:
            fate = ("right" if right else "wrong") + (", flagged" if read.flags else "")
        else:
            fate = "wrong"
            said = f"{read.value} {read.status}, not {cell.value} {cell.status}"
            score.wrong.append(f"{truth.url} {names} {truth.dress}: {cell.key} is {said}")
        (score.touched if cell.key in touched else score.free)[fate] += 1
    return score


def campaign(seed: int, organs: int) -> Score:
    """Every report of one sample city, each damaged in its own way."""
    city = City(organs, YEARS, seed)
    score = Score()
    for entry in city.report_entries():
        score.add(judge(city, entry, random.Random(f"{seed}|{entry.number}")))
    return score


def lines(score: Score) -> Iterator[str]:
    """The figures in words."""
    total = score.touched + score.free
    yield f"{total.total():,} cells: " + ", ".join(f"{n:,} {fate}" for fate, n in total.items())
    for name, part in (("not touched", score.free), ("touched", score.touched)):
        yield f"{name}: {part['right'] / max(part.total(), 1):.4%} right and unflagged"
    right = total["right"] + total["right, flagged"]
    yield f"all: {right / max(total.total(), 1):.4%} right, flagged or not"
    yield f"wrong and unflagged: {total['wrong']}"


def main() -> int:
    """Run the campaign; exits 1 when a cell was wrong and not flagged."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.damage", description=__doc__)
    parser.add_argument("--reports", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1, help="first of the cities' seeds")
    asked = parser.parse_args()
    organs = 20
    cities = -(-asked.reports // (organs * len(YEARS)))
    jobs = [(asked.seed + number, organs) for number in range(cities)]
    score = Score()
    with multiprocessing.Pool() as pool:
        results = pool.imap_unordered(_campaign, jobs)
        for part in track(results, "cities", total=cities, console=Console(stderr=True)):
            score.add(part)
    for line in (f"{cities * organs * len(YEARS):,} reports", *lines(score), *score.wrong[:20]):
        print(line)
    return 1 if score.wrong else 0


def _campaign(job: tuple[int, int]) -> Score:
    return campaign(*job)


if __name__ == "__main__":
    sys.exit(main())
