"""Naming a number: which row of the vocabulary fits the words beside it.

The row whose words stand nearest to the number wins; among equals the one
that has more words; among these the one that comes first.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from pipelines.vocabulary import CATEGORIES, CHANNELS, NOT, TOPICS, VOCABULARY, WORDLESS, Entry

_FAR = 14
"""Words further from the number than this many characters do not name it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """A row of the vocabulary, compiled."""

    entry: Entry
    cue: re.Pattern[str]
    unless: re.Pattern[str] | None
    none: re.Pattern[str] | None
    none_unless: re.Pattern[str] | None


@dataclasses.dataclass(frozen=True, slots=True)
class Beside:
    """The words beside a number."""

    left: str
    right: str
    topics: frozenset[str]


def _compiled(pattern: str) -> re.Pattern[str] | None:
    return (
        re.compile(pattern.replace("¬", NOT).replace("~", f"(?:{WORDLESS})")) if pattern else None
    )


def _row(entry: Entry) -> Row:
    return Row(
        entry,
        _compiled(entry.cue) or re.compile(r"(?!)"),
        _compiled(entry.unless),
        _compiled(entry.none),
        _compiled(entry.none_unless),
    )


ROWS: tuple[Row, ...] = tuple(_row(entry) for entry in VOCABULARY)
_BY_UNIT: Mapping[str, tuple[Row, ...]] = {
    unit: tuple(row for row in ROWS if unit in row.entry.units.split())
    for unit in {unit for row in ROWS for unit in row.entry.units.split()}
} | {"": ROWS}
CARRIED = {row.entry.name for row in ROWS} & {row.entry.topic for row in ROWS}
"""Indicators that are topics for the number after them."""
PART_OF: Mapping[str, str] = {e.name: e.part_of for e in VOCABULARY if e.part_of}
"""Indicators that are parts of another wherever both are stated."""
NONE_ROWS: tuple[Row, ...] = tuple(row for row in ROWS if row.none)
TOPIC = re.compile("|".join(f"(?P<{name}>{words})" for name, words in TOPICS.items()))
CHANNEL = re.compile("|".join(f"(?P<{name}>{words})" for name, words in CHANNELS.items()))
_CATEGORIES = [(name, re.compile(words)) for name, words in CATEGORIES]
_PUBLISHED = re.compile(r"公开|发布|公布")
_ALL = re.compile(r"均|都|各(?!类|项|级)|分别")
BEFORE = r"[由从](?:上年度?|去年|年初|年底|原[来有先]?|20\d\d年度?)?的?"
"""Leads to what there was before a change."""
# 较上年增加5件, 比去年多2件: a difference is not what it is a difference of;
# 由35件增至52件: nor is what there was before.
_COMPARED = re.compile(
    r"(?:较|(?<!占)比(?!例|重|率)|同比|环比|相比)[^#]*(?:增|减|多|少|升|降|提高)(?!至|到)|"
    r"(?:增|减|升|降)(?:加|少|长|高)?(?:幅度?)?(?:了|达|为)?#|"
    rf"{BEFORE}#(?!组成|构成)"
)
_LIST_END = re.compile(r"、.*等(?!级)", re.DOTALL)


@lru_cache(maxsize=1024)
def _candidates(unit: str, topics: frozenset[str]) -> tuple[Row, ...]:
    """The rows that a measure word and the topics of the place allow."""
    allowed = _BY_UNIT.get(unit, ())
    return tuple(row for row in allowed if not row.entry.topic or row.entry.topic in topics)


def rows(unit: str, value: float, beside: Beside) -> list[Entry]:
    """The rows that name a number: none, one, or several for what is said of all of them (均).

    `beside.left` and `beside.right` are the words of the number's own clause.
    """
    text = f"{beside.left}#{beside.right}"
    middle = len(beside.left)
    if _COMPARED.search(text):
        return []
    listed = _LIST_END.search(beside.left)
    least = listed.end() if listed else 0
    found: list[tuple[int, int, int, Entry]] = []
    for order, row in enumerate(_candidates(unit, beside.topics)):
        best: tuple[int, int, int, Entry] | None = None
        for match in row.cue.finditer(text):
            begin, end = match.span()
            # Before 等 stand examples; what is counted stands behind it.
            if (end <= least and match[0][-1] != "等") or begin > middle + _FAR:
                continue
            gap = middle - end if end <= middle else max(0, begin - middle - 1)
            if gap <= _FAR and (best is None or gap <= best[0]):
                best = (gap, begin - end, order, row.entry)
        if best is not None and not (row.unless and row.unless.search(text)):
            found.append(best)
    found.sort(key=lambda each: each[:3])
    if not found:
        return []
    joint = [entry for *_, entry in found if entry.name in _TOGETHER]
    if len(joint) > 1 and found[0][3] is joint[0]:
        # Said of both unless it is their sum, which has no name.
        return joint if value == 0 or _ALL.search(beside.left) else []
    return [found[0][3]]


_TOGETHER = ("reviews_text", "litigation_text")
"""What one number may be said of together: 行政复议、行政诉讼均为0件."""


def category(left: str) -> str | None:
    """The category of published items that words before a number name; None when none does."""
    best: tuple[int, int, str] | None = None
    for order, (name, pattern) in enumerate(_CATEGORIES):
        for match in pattern.finditer(left):
            if best is None or (match.end(), -order) > best[:2]:
                best = (match.end(), -order, name)
    return best[2] if best and len(left) - best[0] <= _FAR else None


def published(left: str) -> bool:
    """Whether the words before a number say that something was published."""
    return _PUBLISHED.search(left) is not None


def denied(clause: str) -> Sequence[tuple[Entry, int, int]]:
    """What a clause says there was none of: the row, and where the words stand."""
    found: dict[str, tuple[Entry, int, int]] = {}
    for row in NONE_ROWS:
        assert row.none
        match = row.none.search(clause)
        if match and not (row.none_unless and row.none_unless.search(clause)):
            found.setdefault(row.entry.name, (row.entry, *match.span()))
    return list(found.values())
