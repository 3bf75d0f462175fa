"""Scores the reading of sentences against gold: `python -m tests.narrative_score SEEDS_FOLDER`.

Gold is a table of facts (seed, indicator, value, unit, qualifier, scope, sentence).
Contacts, dates and the year are fields of a report and are not scored here.
Recall: gold numbers stated with value, unit, qualifier, scope and sentence.
Named: of those, the ones that have the gold's name; a number whose meaning the
published vocabulary lacks may go without. Precision: emitted numbers that a
reader of the page would call stated, told by `NO_COUNTS`.
"""

from __future__ import annotations

import csv
import dataclasses
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pipelines import read
from pipelines.document import from_file
from pipelines.report import Indicator
from pipelines.vocabulary import VOCABULARY

_FIELDS = re.compile(r"contact_|signed_date|publish_date|report_year")
# A promise to answer within two hours counts nothing: gold lists it, its own rules forbid it.
_PROMISES = ("hotline_response_commitment",)

NO_COUNTS: Mapping[str, Sequence[str]] = {
    "000": (
        "2015",
        "2020",
        "2022",
        "〔2020〕42",
        "12345平台启动",
        "2小时",
        "1280",
        "1号楼",
        "1922",
        "两个方面",
        "三同步",
        "四能",
        "十四五",
    ),
    "001": ("〔2021〕46", "〔2021〕47", "1280", "3号楼", "223"),
    "002": ("〔2020〕109", "三审三校", "三单"),
    "003": ("1280", "1号楼", "二楼", "2021年"),
    "004": ("5月", "三定", "最后一公里", "百场"),
}
"""Characters of each seed that count nothing: no emitted number may be written with them."""


@dataclasses.dataclass(frozen=True)
class Score:
    """What became of the gold and of the emissions of one report."""

    gold: int
    found: int
    named: int
    named_of: int
    emitted: int
    false: int
    misses: tuple[str, ...]


def gold(table: Path) -> Iterator[dict[str, str]]:
    """The counted facts of a gold table."""
    with table.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            if not _FIELDS.match(row["indicator"]) and row["indicator"] not in _PROMISES:
                yield row


def score(
    rows: Sequence[dict[str, str]], stated: Sequence[Indicator], never: Sequence[str]
) -> Score:
    """Match gold rows with emitted numbers, each used once."""
    names = {entry.name for entry in VOCABULARY}
    left = list(stated)
    misses: list[str] = []
    found = named = named_of = 0
    for row in rows:
        close = [each for each in left if _same_number(row, each)]
        match = next((e for e in close if e.indicator == row["indicator"]), None)
        match = match or next(iter(close), None)
        if match is None:
            misses.append(
                f"missing: {row['indicator']} {row['value']} {row['evidence_simplified']}"
            )
            continue
        left.remove(match)
        wrong = [
            f"{field} {said!r}, not {true!r}"
            for field, said, true in (
                ("unit", match.unit, row["unit"]),
                ("qualifier", match.qualifier, _qualifier(row["qualifier"])),
                ("scope", match.scope, row["scope"]),
            )
            if said != true
        ]
        found += not wrong
        known = row["indicator"] in names or row["indicator"].startswith(
            ("info_items.", "other_note.")
        )
        allowed = {row["indicator"]} if known else {row["indicator"], None}
        named_of += 1
        named += match.indicator in allowed
        if match.indicator not in allowed:
            wrong.append(f"name {match.indicator}")
        if wrong:
            misses.append(f"{row['indicator']} {row['value']}: {', '.join(wrong)}")
    false = 0
    for each in left:
        written = f"{each.value}{each.unit}"
        if any(word in each.sentence and written in word for word in never):
            false += 1
            misses.append(f"no count: {written} in {each.sentence}")
        else:
            misses.append(f"beyond gold: {each.indicator} {written} in {each.sentence}")
    return Score(len(rows), found, named, named_of, len(stated), false, tuple(misses))


def _same_number(row: dict[str, str], each: Indicator) -> bool:
    """Whether an emission states a gold row's number in the row's words."""
    said, true = _plain(each.sentence), _plain(row["evidence_simplified"])
    return float(row["value"]) == each.value and (
        true in said or said in true or _tail(true) in said
    )


def _tail(true: str) -> str:
    """The last clause of a gold row's words."""
    return re.split(r"[,，(]", true.rstrip(")"))[-1]


def _plain(text: str) -> str:
    return re.sub(r"\s", "", text).translate(str.maketrans("，（）：；", ",():;"))


def _qualifier(words: str) -> str:
    return re.split(r"[\s(]", words)[0].replace("-", "_")


def main() -> None:
    """Print recall, names, precision and every miss of the seeds of a folder."""
    folder = Path(sys.argv[1])
    rows = list(gold(folder / "gold_narrative.tsv"))
    for seed in dict.fromkeys(row["seed"] for row in rows):
        report = read(from_file(next(folder.glob(f"{seed}_*.txt"))))
        mine = [row for row in rows if row["seed"] == seed]
        result = score(mine, report.indicators, NO_COUNTS[seed])
        print(
            f"{seed}: recall {result.found}/{result.gold}, names {result.named}/{result.named_of}, "
            f"precision {result.emitted - result.false}/{result.emitted}"
        )
        print(*(f"  {miss}" for miss in result.misses), sep="\n")


if __name__ == "__main__":
    main()
