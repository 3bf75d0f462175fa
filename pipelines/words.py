"""Words of flattened tables: runs of label words, then the values that follow them.

Where a table was turned into lines, all that is left of its rows is order. A
segment is what stands between two runs of values; the label of its values is
at its end, in as many words and lines as it was broken into.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Sequence
from functools import partial

from pipelines import forms
from pipelines.labels import ALIKE, bare, best
from pipelines.media.text import is_counting
from pipelines.numbers import is_value
from pipelines.page import Line
from pipelines.sheets import Printed

_PIECES = 30
"""Into how many words and lines one label may be broken."""
_LONGEST = 60
"""Characters of the longest label, bare, with room for additions."""
_PAGE_NUMBER = re.compile(
    r"\s*(?:[-—－–~·]\s*\d{1,3}\s*[-—－–~·]|第\s*\d{1,3}\s*页.{0,12}|\d{1,3}\s*/\s*\d{1,3})\s*"
)
_LONE_NUMBER = re.compile(r"\s*(\d{1,3})\s*")
_BARS = "|｜│┃"
_BAR = re.compile(rf"[{_BARS}]|$")
_RULE = re.compile(r"(?=.*(?:-{3}|={3}|─{3}|━{3}))[\s|+:=\-─-╿]{5,}")
"""A line that is drawn: between the rows of a table in Markdown, or around one."""
_GLUED = re.compile(r"(?P<label>.*[^\d.,，+-])(?P<value>\d[\d,]*(?:\.\d+)?)")
_WORD = re.compile(r"\S+")
_ROWS = tuple(bare(row.label) for row in (*forms.T2_ROWS, *forms.T3_ROWS, *forms.S14_ROWS))
_SURE = 0.85


@dataclasses.dataclass(frozen=True, slots=True)
class Token:
    """A cell of flattened text, or a piece of one that is broken over lines."""

    line: int
    """Index of its line on the page."""
    printed: Printed
    value: bool
    """Whether it may be a cell of numbers; an empty one is."""

    @property
    def text(self) -> str:
        """What it says, restored."""
        return self.printed.text


@dataclasses.dataclass(frozen=True, slots=True)
class Segment:
    """Pieces of text, then the values that follow them."""

    labels: tuple[Token, ...]
    values: tuple[Token, ...]


def tokens(lines: Sequence[tuple[int, Line]]) -> Iterator[Token]:
    """Cells and pieces in reading order; a bar with nothing before it is an empty cell."""
    said = True  # whether something was said since the last bar
    feet = _page_numbers(lines)
    for index, line in lines:
        if index in feet or is_page_number(line.text) or _RULE.fullmatch(line.text):
            continue
        position = 0
        for match in _BAR.finditer(line.text):
            for a, b in _words(line.text, position, match.start()):
                printed = _printed(line, a, b)
                yield Token(index, printed, is_value(printed.text))
                said = True
            if match[0]:
                if not said:
                    yield Token(index, _printed(line, match.start(), match.start()), value=True)
                said = False
            position = match.end()


def _page_numbers(lines: Sequence[tuple[int, Line]]) -> frozenset[int]:
    """Lines that are the numbers of pages: all that hold but a number count 1, 2, 3."""
    alone = [(i, m) for i, line in lines if (m := _LONE_NUMBER.fullmatch(line.text))]
    counting = is_counting([int(match[1]) for _, match in alone])
    return frozenset(i for i, _ in alone) if counting else frozenset()


def _printed(line: Line, begin: int, end: int) -> Printed:
    at = partial(line.at, begin, end)
    return Printed(line.text[begin:end], line.raw(begin, end), at, line.flags(begin, end))


def _words(text: str, begin: int, end: int) -> Iterator[tuple[int, int]]:
    """The spans of words; a number that was glued to the label before it stands alone."""
    for match in _WORD.finditer(text, begin, end):
        glued = _GLUED.fullmatch(match[0])
        if glued and best(bare(glued["label"]), _ROWS)[0] >= _SURE:
            start = match.start()
            yield start, start + glued.end("label")
            yield start + glued.start("value"), match.end()
        else:
            yield match.span()


def segments(words: Iterator[Token]) -> Iterator[Segment]:
    """Runs of labels with the values behind them; labels at the end that have none are left out."""
    labels: list[Token] = []
    values: list[Token] = []
    for token in words:
        if token.value:
            values.append(token)
            continue
        if values:
            yield Segment(tuple(labels), tuple(values))
            labels, values = [], []
        labels.append(token)
    if values:
        yield Segment(tuple(labels), tuple(values))


def label_of(labels: Sequence[Token], wanted: tuple[str, ...]) -> tuple[int, str] | None:
    """The label at the end of a run: how many pieces it has, and its text."""
    found: tuple[float, int, str] = (0.0, 0, "")
    text = ""
    for count, token in enumerate(reversed(labels[-_PIECES:]), start=1):
        text = token.text + text
        if len(text) > _LONGEST:
            break
        alike, _ = best(bare(text), wanted)
        if alike > found[0]:
            found = (alike, count, text)
    return (found[1], found[2]) if found[0] >= ALIKE else None


def is_page_number(text: str) -> bool:
    """Whether a line is the number of a printed page."""
    return _PAGE_NUMBER.fullmatch(text) is not None
