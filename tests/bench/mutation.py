"""How well the checks catch a single wrong number: the mutation score.

    python -m tests.bench.mutation [--edits 1000]

Each edit changes one printed cell of a sound report of the sample city, on the
page itself, and the page is read anew. The score has three lines: edits that
break an identity and are reported; reports that name the edited cell among the
suspects; and suspects that are the fewest the identities allow, found here by
trying every cell of the table.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
from collections.abc import Iterator

from pipelines import read
from pipelines.document import Document, Known
from pipelines.report import Finding
from tests.city import City, TrueReport, pages
from tests.city.city import Entry
from tests.city.dress import charset
from tests.city.figures import Contradiction, Number, contradictions
from tests.city.forms import Key
from tests.city.truth import TrueCell

CITY = City(40, range(2019, 2026), seed=11)
Values = dict[Key, Number | None]


@dataclasses.dataclass(frozen=True, slots=True)
class Edit:
    """One cell of a sound report printed wrong, and what that breaks."""

    entry: Entry
    report: TrueReport
    """As printed, the wrong cell included."""
    key: Key
    broken: tuple[Contradiction, ...]

    @property
    def values(self) -> Values:
        """The printed numbers by cell."""
        return {cell.key: cell.value for cell in self.report.cells}


def edits(count: int, seed: int = 1) -> Iterator[Edit]:
    """Random edits of random cells: a digit more, a neighbour's digit, two digits swapped, …"""
    draw = random.Random(seed)
    sound = [e for e in CITY.report_entries() if not broken(CITY.report_of(e))]
    for _ in range(count):
        entry = draw.choice(sound)
        report = CITY.report_of(entry)
        plain = [
            cell
            for cell in report.cells
            if cell.status == "reported" and cell.raw.isdigit() and cell.column != "items_change"
        ]
        cell = draw.choice(plain)
        wrong = _wrong(cell, draw)
        cells = tuple(wrong if c is cell else c for c in report.cells)
        edited = dataclasses.replace(report, cells=cells)
        yield Edit(entry, edited, cell.key, broken(edited))


def _wrong(cell: TrueCell, draw: random.Random) -> TrueCell:
    raw = cell.raw
    place = draw.randrange(len(raw))
    choices = {
        raw[:place] + draw.choice("0123456789") + raw[place + 1 :],
        raw + draw.choice("0123456789"),
        raw[:place] + raw[place + 1 :],
        raw[:place] + raw[place : place + 2][::-1] + raw[place + 2 :],
        str(int(raw) + draw.choice((1, 1, 2, 10))),
        str(max(0, int(raw) - 1)),
    }
    fit = sorted(c for c in choices if c and str(int(c)) == c and c != raw)
    new = draw.choice(fit)
    return dataclasses.replace(cell, raw=new, value=int(new))


def broken(report: TrueReport) -> tuple[Contradiction, ...]:
    """Every identity that the printed cells break, the two of form_2019's table 2 included."""
    return _broken({cell.key: cell.value for cell in report.cells}, report)


def _broken(values: Values, report: TrueReport) -> tuple[Contradiction, ...]:
    return (*contradictions(values, report.form), *_of_2019(values))


def _of_2019(values: Values) -> Iterator[Contradiction]:
    for row in ("regulations", "normative_docs"):
        new = values.get(("t2", row, "newly_disclosed")) or 0
        if new > (values.get(("t2", row, "disclosed_total"), new) or 0):
            yield "disclosed_stock", row, ""
    for row in ("licensing", "other_services", "penalty", "coercion", "admin_fees"):
        before, change = (
            values.get(("t2", row, c)) or 0 for c in ("items_prev_year", "items_change")
        )
        if before + change < 0:
            yield "items_chain", row, ""


def page(edit: Edit) -> str:
    """The page of a report with the edit on it."""
    city = CITY.report_of
    CITY.report_of = lambda _: edit.report  # type: ignore[assignment]
    try:
        return pages.report(CITY, edit.entry)
    finally:
        CITY.report_of = city


def findings(edit: Edit) -> list[Finding]:
    """What the checks say of the page with the edit on it, failures only."""
    body = page(edit).encode(charset(frozenset(edit.report.dress)))
    known = Known("changzhou", "常州市", "320400", "report", edit.entry.title)
    found = read(Document(edit.report.url, body, known=known)).findings
    return [finding for finding in found if finding.verdict == "fail"]


def reported(edit: Edit, found: list[Finding]) -> bool:
    """Whether every broken identity failed, and no other."""
    return {(f.check, f.row, f.column) for f in found} >= set(edit.broken)


def blamed(edit: Edit, found: list[Finding]) -> bool:
    """Whether each failure names the edited cell among its suspects."""
    by_identity = {(f.check, f.row, f.column): f for f in found}
    name = ".".join(edit.key)
    return all(b in by_identity and name in by_identity[b].suspects for b in edit.broken)


def fewest(edit: Edit, found: list[Finding]) -> bool:
    """Whether the suspects are those cells that alone, changed, would mend everything."""
    suspects = {frozenset(f.suspects) for f in found if f.suspects and f.check != "cell_values"}
    return suspects == {frozenset(".".join(key) for key in menders(edit))}


def menders(edit: Edit) -> Iterator[Key]:
    """The cells any one of which, printed otherwise, would leave no identity broken."""
    values = edit.values
    tables = {key[0] for key in values if key[0] == edit.key[0]}
    steps = set(_steps(edit))
    for key, value in values.items():
        if key[0] not in tables or (key[0] == "t2" and key[1] != edit.key[1]):
            continue
        if value is None and key[2] == "total":
            continue  # not printed: nothing to mend
        for step in steps:
            now = (value or 0) + step
            signed = key[2] == "items_change"
            if (now >= 0 or signed) and not _broken({**values, key: now}, edit.report):
                yield key
                break


def _steps(edit: Edit) -> Iterator[Number]:
    """Amounts by which some identity is off, both ways."""
    right = next(c.value for c in CITY.report_of(edit.entry).cells if c.key == edit.key)
    wrong = edit.values[edit.key]
    assert right is not None
    assert wrong is not None
    yield right - wrong
    yield wrong - right


def main() -> None:
    """Print the score."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.mutation")
    parser.add_argument("--edits", type=int, default=1000)
    options = parser.parse_args()
    breaking = caught = named = least = checked = false = 0
    sizes: list[int] = []
    for edit in edits(options.edits):
        found = findings(edit)
        if not edit.broken:
            false += bool(found)
            continue
        breaking += 1
        caught += reported(edit, found)
        named += blamed(edit, found)
        sizes.extend(len(f.suspects) for f in found)
        if edit.key[0] != "t2":
            checked += 1
            least += fewest(edit, found)
    print(f"{options.edits} single-cell edits, {breaking} break an identity")
    print(f"reported: {caught} of {breaking}")
    print(f"edited cell among the suspects of each failure: {named} of {breaking}")
    print(f"suspects are the fewest possible (tables 3 and 4): {least} of {checked}")
    print(f"suspects a failure: {sum(sizes) / len(sizes):.2f}, one alone in {sizes.count(1)}")
    print(f"failures where no identity is broken: {false} of {options.edits - breaking}")


if __name__ == "__main__":
    main()
