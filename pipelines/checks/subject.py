"""What the checks of one report look at, and what they may say of it.

A check is a pure function from a `Subject` to findings. Two rules hold for all
of them and stand here: damaged or guessed cells make a check not assessable,
and no table is called wrong on the word of one reading (`again`).
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from pipelines import narrative
from pipelines.checks import wording
from pipelines.checks.again import Place
from pipelines.page import Line, squeeze
from pipelines.report import Cell, Finding, Flag, Head, Indicator, Number, Verdict

_COUNTED = ("reported", "blank", "slash", "dash")
# A sum of money without its unit is still a number; other flags say the number may be wrong.
_HARMLESS = frozenset({"unit_unknown"})
_WORD = re.compile(r"\s*\S+\s?")
_HEADING = 100
"""Characters that are enough to tell a heading."""
_QUOTED = 80
_INLINE = re.compile(r"(?<=[\s。])[一二三四五六]、(?=\S)")


@dataclasses.dataclass(frozen=True, slots=True)
class Piece:
    """A run of a line of the article."""

    line: Line
    begin: int
    end: int

    @property
    def text(self) -> str:
        """What it says."""
        return self.line.text[self.begin : self.end]


@dataclasses.dataclass(frozen=True)
class Subject:
    """One report, read but not yet checked."""

    head: Head
    cells: tuple[Cell, ...]
    indicators: tuple[Indicator, ...]
    flags: tuple[Flag, ...]
    article: tuple[Line, ...]
    """Lines of the prose, restored, headings included and tables not."""
    again: Callable[[], Mapping[Place, str]]
    """The tables read a second way: what stands in each cell; asked only before a reproach."""

    @cached_property
    def by_place(self) -> Mapping[Place, Cell]:
        """The cells by table, row and column."""
        return {(cell.table, cell.row, cell.column): cell for cell in self.cells}

    def of(self, table: str, rows: Iterable[str], columns: Sequence[str]) -> list[Cell]:
        """Cells that the report's form has among these rows and columns."""
        found = self.by_place
        return [
            found[table, row, column]
            for row in rows
            for column in columns
            if (table, row, column) in found
        ]

    def cell(self, table: str, row: str, column: str) -> Cell | None:
        """One cell; None when the report's form or the copy has none."""
        return self.by_place.get((table, row, column))

    def table(self, name: str) -> list[Cell]:
        """The cells of one table, in printed order."""
        return [cell for cell in self.cells if cell.table == name]

    @cached_property
    def sections(self) -> Mapping[int, tuple[Piece, ...]]:
        """What stands in each of the six sections that have a heading, headings taken off."""
        found: dict[int, list[Piece]] = {}
        now: list[Piece] | None = None
        for line in self.article:
            begin = 0
            starts = [0, *(match.start() for match in _INLINE.finditer(line.text))]
            for start in starts:
                number = narrative.heading(line.text[start : start + _HEADING])
                if number is None:
                    continue
                if now is not None and start > begin:
                    now.append(Piece(line, begin, start))
                now = found.setdefault(number, [])
                begin = _after_heading(line.text, start)
            if now is not None and begin < len(line.text):
                now.append(Piece(line, begin, len(line.text)))
        return {number: tuple(pieces) for number, pieces in found.items()}

    @cached_property
    def _damaged(self) -> bool:
        return not all(map(sound, self.cells))

    @cached_property
    def has_blanks(self) -> bool:
        """Whether any cell holds a blank, a slash or a dash."""
        return any(cell.status != "reported" for cell in self.cells)

    @cached_property
    def _second(self) -> Mapping[Place, str]:
        return self.again()

    def name(self, cell: Cell) -> str:
        """A cell as the form prints its row and column."""
        return wording.place(cell.table, cell.row, cell.column, self.head.form)

    def said(self, name: str) -> Iterator[Indicator]:
        """The numbers that sentences state under a name of the vocabulary."""
        return (indicator for indicator in self.indicators if indicator.indicator == name)

    def verdict(self, *, holds: bool, cells: Sequence[Cell]) -> tuple[Verdict, str]:
        """Pass, fail or not assessable, and why it cannot be told.

        A fail needs cells that are whole, and a second reading that agrees on each.
        """
        damaged = [cell for cell in cells if not sound(cell)] if self._damaged else []
        if damaged:
            return "not_assessable", f"{self.name(damaged[0])}缺失、损坏或存疑,不能核对"
        if holds:
            return "pass", ""
        for cell in cells:
            other = self._second.get((cell.table, cell.row, cell.column))
            if other is None:
                return "not_assessable", "表格不能以第二种方法读出,不能归咎于机关"
            if other != squeeze(cell.raw or ""):
                return (
                    "not_assessable",
                    f"{self.name(cell)}两种读法不一(“{cell.raw}”与“{other}”),属读取问题",
                )
        return "fail", ""


def judge(
    subject: Subject,
    check: str,
    message: str,
    *,
    holds: bool,
    cells: Sequence[Cell],
    row: str = "",
    column: str = "",
    sides: tuple[Number | None, Number | None] = (None, None),
    at: str | None = None,
    reading: str = "",
    suspects: Callable[[], tuple[str, ...]] = tuple,
) -> Finding:
    """The finding of a check that compares cells; `suspects` are asked for when it fails."""
    verdict, reason = subject.verdict(holds=holds, cells=cells)
    return finding(
        check,
        verdict,
        f"{message}。{reason}" if reason else message,
        row=row,
        column=column,
        sides=sides,
        at=at,
        reading=reading,
        suspects=suspects() if verdict == "fail" else (),
    )


def quoted(text: str) -> str:
    """A sentence as messages quote it: the middle of a long one is left out."""
    half = _QUOTED // 2
    return f"“{text}”" if len(text) <= _QUOTED else f"“{text[:half]}……{text[-half:]}”"


def sound(cell: Cell) -> bool:
    """Whether what the cell holds can be counted on."""
    return cell.status in _COUNTED and (not cell.flags or _HARMLESS.issuperset(cell.flags))


def names(cells: Iterable[Cell]) -> tuple[str, ...]:
    """Cells as findings name them: `t3.granted.total`."""
    return tuple(f"{cell.table}.{cell.row}.{cell.column}" for cell in cells)


def number(cell: Cell) -> Number:
    """A cell in a sum: a total left blank is what its row makes it, another blank is zero."""
    return cell.value or cell.derived or 0


def total(cells: Iterable[Cell]) -> Number:
    """The sum of some cells."""
    return sum([cell.value or cell.derived or 0 for cell in cells])


def finding(
    check: str,
    verdict: Verdict,
    message: str,
    *,
    row: str = "",
    column: str = "",
    sides: tuple[Number | None, Number | None] = (None, None),
    at: str | None = None,
    reading: str = "",
    suspects: tuple[str, ...] = (),
) -> Finding:
    """A finding; one that is not assessable has no sides to show."""
    left, right = (None, None) if verdict == "not_assessable" else sides
    return Finding(check, verdict, row, column, left, right, message, at or "", reading, suspects)


def _after_heading(text: str, start: int) -> int:
    """Where the body begins behind a heading: its first white space, or the end of the line."""
    word = _WORD.match(text, start)
    return len(text) if word is None else word.end()
