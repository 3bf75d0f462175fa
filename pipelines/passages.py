"""Passages of an article: lines joined where a line break cuts a sentence, and their clauses.

Sentences state numbers; pages cut sentences at the edge of the paper (text of
PDF files). A passage is what a reader would call a paragraph, and leads every
character back to its line.
"""

from __future__ import annotations

import dataclasses
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence

from pipelines.page import Line
from pipelines.quantities import UNIT_ALONE

_WRAPPED = range(20, 61)
"""A line of plain text as long as this that ends within a sentence is continued by the next."""
_COUNTS = re.compile(r"[\u4e00-\u9fff]\s?\d[\d,.]*$")
"""A line that ends in a number is continued by one that begins with its measure word."""
_OPENS = re.compile(
    r"\s*(?:[一二三四五六七八九十]+[、是]|[(（][一二三四五六七八九十]|\d+[.、．]|20\d\d年)"
)
"""Beginnings of a new paragraph."""

BRACKETED = re.compile(r"[(（][^()（）]*[)）]?")
"""What stands in brackets; an unclosed bracket reaches to the end."""
_ENDS = "。！!？?；;：:|"
_BRACKETS = {"(": ")", "（": "）"}
_MARKS = re.compile(r"[,，;；:：。！!？?(（)）]")
_STOP = re.compile(r"[。！!？?]")
_THOUSANDS = re.compile(r"\d[,，]\d{3}(?!\d)")


@dataclasses.dataclass(frozen=True, slots=True)
class Passage:
    """Text of one or more lines."""

    text: str
    starts: tuple[int, ...]
    lines: tuple[Line, ...]
    section: int | None
    """Number of the report's section it stands in."""

    def at(self, begin: int, end: int) -> str:
        """Where the characters stand on the page; of two lines, in the first."""
        line, begin, end = self._within(begin, end)
        return line.at(begin, end)

    def flags(self, begin: int, end: int) -> tuple[str, ...]:
        """Flags of the damaged and guessed spans the characters touch."""
        line, begin, end = self._within(begin, end)
        return line.flags(begin, end)

    def _within(self, begin: int, end: int) -> tuple[Line, int, int]:
        index = bisect_right(self.starts, begin) - 1
        line, start = self.lines[index], self.starts[index]
        return line, begin - start, min(end - start, len(line.text))


@dataclasses.dataclass(frozen=True, slots=True)
class Clause:
    """A clause: what stands between commas, or within brackets."""

    begin: int
    end: int
    sentence: int
    """Number of its sentence in the passage."""
    opened: int | None = None
    """For a clause within brackets: where the bracket stands."""


def passages(lines: Sequence[Line], heading: Callable[[str], int | None]) -> Iterator[Passage]:
    """The passages of an article; `heading` tells the section that a line opens."""
    section: int | None = None
    held: list[Line] = []
    for index, line in enumerate(lines):
        opens = heading(line.text)
        if held and (opens is not None or _OPENS.match(line.text)):
            yield _passage(held, section)
            held = []
        section = section if opens is None else opens
        held.append(line)
        text = line.text.rstrip()
        wrapped = len(text) in _WRAPPED and text[-1] not in _ENDS
        if _COUNTS.search(text):
            following = lines[index + 1].text if index + 1 < len(lines) else ""
            wrapped = wrapped or UNIT_ALONE.match(following) is not None
        if not wrapped or not line.path().startswith("line="):
            yield _passage(held, section)
            held = []
    if held:
        yield _passage(held, section)


def _passage(lines: Sequence[Line], section: int | None) -> Passage:
    starts = [0]
    for line in lines[:-1]:
        starts.append(starts[-1] + len(line.text))
    return Passage("".join(line.text for line in lines), tuple(starts), tuple(lines), section)


def clauses(text: str) -> list[Clause]:
    """The clauses of a passage: those outside brackets first, each with its brackets."""
    outer: list[Clause] = []
    inner: list[Clause] = []
    begin = sentence = 0
    opened: int | None = None
    inside = 0
    for mark in _MARKS.finditer(text):
        place, sign = mark.start(), mark[0]
        if sign in ",，" and _THOUSANDS.match(text, place - 1):
            continue
        if sign in _BRACKETS:
            if opened is None:
                opened, inside = place, place + 1
            continue
        if opened is not None and not _STOP.match(sign):
            if inside < place:
                inner.append(Clause(inside, place, sentence, opened))
            inside = place + 1
            if sign in ")）":
                opened = None
            continue
        if sign in ")）":
            continue
        opened = None
        if begin < place:
            outer.append(Clause(begin, place, sentence))
        begin = place + 1
        if _STOP.match(sign):
            sentence += 1
    if begin < len(text):
        outer.append(Clause(begin, len(text), sentence))
    return outer + inner
