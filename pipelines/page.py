"""A page: what a reader of the document sees, and where each piece of it stands.

`media` makes pages from bytes; `restore` gives the same page with its text
undamaged; everything after works on pages and never on bytes. A page is lines
of text in reading order and the grids (tables) they stand in.

A place on a page is a selector in text form:

- `xpath=/html/body/div[2]/table[1]/tr[3]/td[2]`: an element of the HTML tree;
- `xpath=…;char=12,17`: characters of that element's string value (XPath `string()`);
- `line=31;char=0,2`: characters of a line of plain text, lines counted from 1,
  characters from 0, the end not included.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import NamedTuple

# Zero-width characters that Word and rich-text editors leave inside words.
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


def squeeze(text: str) -> str:
    """Without any white space: the form in which labels are compared."""
    return "".join(text.translate(_INVISIBLE).split())


# Lines and slots come by the hundred on every page: named tuples are made in a third of the time.
class Line(NamedTuple):
    """A run of text between two breaks of the page."""

    text: str
    path: Callable[[], str]
    """Selector of the element or line the text stands in; computed when asked for."""
    start: int
    """Where the run begins in what `path` names, in characters."""
    grid: int | None = None
    """Number of the innermost grid the run stands in."""
    served: str | None = None
    """For restored text: the text as served."""
    origin: tuple[int, ...] | None = None
    """For restored text that lost characters: offset of each of its characters in the text as
    served, and one more for the end."""
    doubts: tuple[tuple[int, int, str], ...] = ()
    """Spans of `text` that are damaged or guessed, each with the name of its flag."""

    def flags(self, begin: int = 0, end: int | None = None) -> tuple[str, ...]:
        """Flags of the damaged and guessed spans that characters `begin` to `end` touch."""
        end = len(self.text) if end is None else end
        return tuple(dict.fromkeys(f for a, b, f in self.doubts if a < end and begin < b))

    def at(self, begin: int = 0, end: int | None = None) -> str:
        """Where characters `begin` to `end` of `text` stand on the page as served."""
        begin, end = self._as_served(begin, end)
        return f"{self.path()};char={self.start + begin},{self.start + end}"

    def raw(self, begin: int = 0, end: int | None = None) -> str:
        """What stands there, as served."""
        begin, end = self._as_served(begin, end)
        return (self.text if self.served is None else self.served)[begin:end]

    def _as_served(self, begin: int, end: int | None) -> tuple[int, int]:
        end = len(self.text) if end is None else end
        return (begin, end) if self.origin is None else (self.origin[begin], self.origin[end])


class Slot(NamedTuple):
    """One cell of a grid: where it begins, how far it reaches, what it holds."""

    row: int
    column: int
    rowspan: int
    colspan: int
    text: str
    path: Callable[[], str]
    served: str | None = None
    """For restored text: the text as served."""
    flags: tuple[str, ...] = ()
    """Flags of what is damaged or guessed in the cell."""

    @property
    def raw(self) -> str:
        """What stands in the cell, as served."""
        return self.text if self.served is None else self.served


@dataclasses.dataclass(frozen=True, slots=True)
class Grid:
    """A table as a rectangle: every slot once, in reading order."""

    number: int
    slots: tuple[Slot, ...]
    height: int
    width: int


@dataclasses.dataclass(frozen=True, slots=True)
class Article:
    """Which lines of a page, by index, are its prose; and passages that no line of it holds."""

    lines: tuple[int, ...]
    unaligned: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """What `media` made of a document."""

    lines: tuple[Line, ...]
    grids: tuple[Grid, ...]
    titles: tuple[str, ...]
    """Titles the page gives itself, most trustworthy first."""
    meta: Mapping[str, str]
    """Content of the meta tags by name, names in lower case."""
    article: Callable[[frozenset[int]], Article]
    """The article's prose, given the lines (by index) that tables took."""
    undecodable: int = 0
    """How many characters had to be replaced because their bytes fit no charset."""


class UnreadError(ValueError):
    """The document holds no page that can be read; `flag` names why."""

    def __init__(self, flag: str, note: str) -> None:
        super().__init__(note)
        self.flag = flag
        self.note = note
