"""Plain text -> page: every line is a line, and nothing is a table yet.

A copy that runs a whole report on in a few lines is cut where it has spaces and
where its sentences end; the numbers of pages at their feet belong to no line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipelines.page import Article, Line, Page

_FEWEST, _LONG = 10, 1200
"""Lines that a report has at the very least when each heading and paragraph has its own; and
characters from which fewer lines run its parts together."""
_PIECE = re.compile(r"\S[^\s。]*。?")
_FOOT = re.compile(
    r"^[^\S\n]*[-—–]?[^\S\n]*(\d{1,3})[^\S\n]*[-—–]?[^\S\n]*$(?=\s*\f)", re.MULTILINE
)


def page(text: str, undecodable: int) -> Page:
    """Lines as they are; the article is every line that no table took."""
    lines = tuple(_lines(text))
    return Page(
        lines=lines,
        grids=(),
        titles=(),
        meta={},
        article=lambda taken: Article(tuple(i for i in range(len(lines)) if i not in taken)),
        undecodable=undecodable,
    )


def is_counting(numbers: Sequence[int]) -> bool:
    """Whether numbers are those of pages: each one more than the one before."""
    return len(numbers) > 1 and list(numbers) == list(range(numbers[0], numbers[0] + len(numbers)))


def _lines(text: str) -> Iterator[Line]:
    if is_counting([int(foot[1]) for foot in _FOOT.finditer(text)]):
        # A foot is blanked, not cut out: the numbers of lines and places in them stay.
        text = _FOOT.sub(lambda foot: " " * len(foot[0]), text)
    lines = text.splitlines()
    for number, line in enumerate(lines, start=1):
        path = f"line={number}".__str__
        if len(lines) >= _FEWEST or len(text) < _LONG:
            yield Line(line, path, start=0)
        else:
            for piece in _PIECE.finditer(line):
                yield Line(piece[0], path, piece.start())
