"""Traditional to simplified script, a character for a character.

The dictionaries are those of OpenCC (`t2s`); here they are one table for
`str.translate` and one expression for the few phrases that are more than
their characters. What the mirrors' own one-character table cannot say is put
right: they write 著 for 着 and 復 for 覆.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from operator import ne
from pathlib import Path

import opencc

from pipelines.restore.passage import Change, Passage, Stage

# Share of Traditional characters from which a page counts as Traditional. A simplified page
# holds a few at most, in names.
_SHARE = 0.02
# Forms of print that the dictionary leaves as they are.
_VARIANTS = {"吿": "告", "凖": "准", "髙": "高"}
# 著 in its own words; everywhere else it stands for 着. Behind the verbs on the right it is
# always 着: 沿著名城, 围绕著作风.
_ZHU = re.compile(
    r"(?:(?<![显名编论原专土遗巨拙昭卓合译撰])著(?![名作称述者录书])|(?<=[沿随绕向朝临伴])著)"
)
# 覆 in its own words; the mirrors' table has one form for 复 and 覆. 答复, 恢复, 回复 before 盖 are
# words of their own.
_FU = re.compile(r"(?<![恢答回批重反修光往收函申])復(?=[蓋盖滅灭轍辙])|(?<=[顛颠傾倾])復")


def look(text: str, characters: frozenset[str]) -> Stage | None:
    """The stage that turns a page, where its text is Traditional."""
    if traditional().isdisjoint(characters):
        return None
    foreign = sum(map(ne, text, text.translate(_table())))
    han = sum(map("\u3400".__le__, text))
    return _turned if foreign > _SHARE * max(han, 1) else None


def simplify(text: str) -> str:
    """Traditional to simplified script, a character for a character."""
    turned = text.translate(_table())
    phrases, expression, irregular = _phrases()
    if not irregular.isdisjoint(text):
        for match in expression.finditer(text):
            turned = turned[: match.start()] + phrases[match[0]] + turned[match.end() :]
    if "復" in text:
        for match in _FU.finditer(text):
            turned = f"{turned[: match.start()]}覆{turned[match.end() :]}"
    return _ZHU.sub("着", turned) if "著" in turned else turned


def _turned(passage: Passage) -> Passage:
    if passage.text.isascii():
        return passage
    text = simplify(passage.text)
    if text == passage.text:
        return passage
    turned = sum(map(ne, text, passage.text))
    end = passage.served(len(text))
    change = Change("script_converted", 0, end, str(turned), many=True)
    return Passage(text, passage.origin, passage.doubts, (*passage.changes, change))


@cache
def traditional() -> frozenset[str]:
    """Characters that never stand in simplified text, from the converter's own dictionary."""
    return frozenset(old for old, new in _rows("TSCharacters") if old not in new.split()) | {
        *_VARIANTS
    }


@cache
def _table() -> dict[int, str]:
    rows = ((old, new.split()[0]) for old, new in _rows("TSCharacters"))
    return {
        ord(old): new for old, new in (*rows, *_VARIANTS.items()) if len(new) == 1 and old != new
    }


@cache
def _phrases() -> tuple[dict[str, str], re.Pattern[str], frozenset[str]]:
    """Phrases and their simplified form, what finds the longest of them at each place, and the
    characters that a phrase turns otherwise than the table does."""
    rows = {old: new.split()[0] for old, new in _rows("TSPhrases")}
    # Positions rest on this: a phrase that changes length is turned by character.
    rows = {old: new for old, new in rows.items() if len(old) == len(new)}
    irregular = frozenset(
        character
        for old, new in rows.items()
        for character, by_table, by_phrase in zip(old, old.translate(_table()), new, strict=True)
        if by_table != by_phrase
    )
    return rows, re.compile("|".join(sorted(rows, key=len, reverse=True))), irregular


def _rows(name: str) -> Iterator[tuple[str, str]]:
    path = Path(opencc.__file__).parent / "dictionary" / f"{name}.txt"
    for line in path.read_text("utf-8").splitlines():
        old, tab, new = line.partition("\t")
        if tab:
            yield old, new
