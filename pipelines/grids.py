"""Grids of a page -> printed rows of the statutory tables.

A number belongs to the column whose header stands above it and to the row
whose label stands left of it; both are found by what they say. Spans are often
broken, so a row is held against its header cell by cell as well: a row with
another number of cells than its header has is lost, not guessed.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from pipelines import forms
from pipelines.labels import ALIKE, align, bare, best, near, similarity
from pipelines.numbers import is_value
from pipelines.numbers import read as read_number
from pipelines.page import Grid, Slot
from pipelines.sheets import Printed, PrintedRow, Sheet, in_unit, lowest, stack, window, windows

_T2_ROW_LABELS = tuple(bare(row.label) for row in forms.T2_ROWS)
_T2_HEADERS = tuple(bare(column.label) for column in forms.T2_COLUMNS)
_T2_HEADING = (*_T2_HEADERS, bare(forms.T2_HEADING))
_T3_ROW_LABELS = tuple(bare(row.label) for row in forms.T3_ROWS)
_T3_HEADERS = tuple(bare(column.label) for column in forms.T3_COLUMNS)
_T3_NAMES = tuple(column.name for column in forms.T3_COLUMNS)
_T4_BLOCKS = tuple(bare(row.label) for row in forms.T4_ROWS)
_T4_OUTCOMES = tuple(bare(column.label) for column in forms.T4_COLUMNS)
_HAN = re.compile(r"[\u3400-\u9fff]")
_HINT = re.compile("规章|规范|行政|采购|申请|公开|结果|维持|办理|处理|结转")
"""What some cell of every statutory table says; most tables of a page are frames and menus."""
_UNITS = frozenset("件项个次宗条份起人")
"""What a column of units says, between the label of a row and its figures."""
_SURE = 0.85
"""Similarity asked of a label that is not confirmed by its place."""


def tables_of(grid: Grid) -> frozenset[str]:
    """Which statutory tables a grid holds, whole or in part; empty for any other table."""
    texts = {bare(slot.text) for slot in grid.slots if len(slot.text) < 60}
    if not _HINT.search("\n".join(texts)):
        return frozenset()
    held = set()
    t2 = _matching(texts, _T2_ROW_LABELS)
    if t2 >= 3 or (t2 and _matching(texts, _T2_HEADING)):
        held.add("t2")
    if _matching(texts, _T3_ROW_LABELS) >= 2:
        held.add("t3")
    if _matching(texts, _T4_BLOCKS) >= 1 and _matching(texts, _T4_OUTCOMES) >= 4:
        held.add("t4")
    return frozenset(held)


def _matching(texts: set[str], labels: tuple[str, ...]) -> int:
    """How many labels are printed among the texts, small typos allowed."""
    printed = texts.intersection(labels)
    others = (text for text in texts.difference(labels) if not text.isdecimal())
    return len(printed.union(*(near(text, labels, _SURE) for text in others)))


# ------------------------------------------------------------------ table 2


def t2_rows(sheets: Sequence[Sheet]) -> tuple[list[PrintedRow], list[str]]:
    """Rows of table 2, and the headers (bare) that stood over them.

    Table 2 is a stack of small tables: a header row, then rows of the same columns.
    """
    rows: list[PrintedRow] = []
    headers_seen: list[str] = []
    headers: list[tuple[Slot, str]] = []
    for sheet in sheets:
        for number in range(sheet.grid.height):
            slots = sheet.starting(number)
            header = _t2_header(sheet, slots)
            if header:
                headers = header
                headers_seen.extend(sheet.bare[slot] for slot, _ in header)
                continue
            place = next((i for i, slot in enumerate(slots) if _is_t2_row(sheet.bare[slot])), None)
            if place is not None and headers:
                rows.append(_t2_row(slots[place], slots[place + 1 :], headers))
    return rows, headers_seen


def _t2_header(sheet: Sheet, slots: list[Slot]) -> list[tuple[Slot, str]]:
    """The header slots of a row with the names of their columns; empty for other rows."""
    named = []
    for slot in slots:
        alike, index = best(sheet.bare[slot], _T2_HEADERS)
        if alike >= ALIKE:
            named.append((slot, forms.T2_COLUMNS[index].name))
    return named


def _is_t2_row(label: str) -> bool:
    return bool(label) and best(label, _T2_ROW_LABELS)[0] >= ALIKE


def _t2_row(label: Slot, values: list[Slot], headers: list[tuple[Slot, str]]) -> PrintedRow:
    """A row of as many cells as its header has; a row that is short says nothing certain."""
    figures = window(values, len(headers))
    if figures is None:
        return PrintedRow(label.text, {}, lost=True)
    return PrintedRow(
        label.text,
        {
            name: in_unit(Printed.of(slot), bare(header.text))
            for (header, name), slot in zip(headers, figures, strict=True)
        },
    )


# ------------------------------------------------------------------ table 3


@dataclasses.dataclass(frozen=True, slots=True)
class _Header:
    """The header of table 3: which columns its figures have, from left to right."""

    names: tuple[str | None, ...]
    """Form column of each column of figures; None for a column the form does not have."""
    right: tuple[int, ...] | None
    """Grid column of each, counted from the right edge; None when spans are broken."""
    usual: int = 0
    """How many cells rows have after their label where spans are broken; fewer are too few."""
    flags: tuple[str, ...] = ()


def t3_rows(sheets: Sequence[Sheet]) -> list[PrintedRow]:
    """Rows of table 3; a table cut at a page break goes on with the columns of its first part.

    A row's figures are its own cells after its label. They are taken when there
    are as many as the header has columns, and stand under them or have been
    pushed aside by a span; a row that is short is lost, whatever stands where.
    """
    rows: list[PrintedRow] = []
    header: _Header | None = None
    for sheet in sheets:
        first = next((r for r in range(sheet.grid.height) if _is_t3_row(sheet, r)), None)
        if first is None:
            continue
        rows_here = range(first, sheet.grid.height)
        own = _t3_header(sheet, first)
        header = own or _continued(header, sheet, rows_here)
        rows.extend(_t3_row(sheet, r, header) for r in rows_here)
    return rows


def _is_t3_row(sheet: Sheet, row: int) -> bool:
    return any(
        sheet.bare[slot] and best(sheet.bare[slot], _T3_ROW_LABELS)[0] >= _SURE
        for slot in sheet.starting(row)
    )


def _t3_header(sheet: Sheet, first: int) -> _Header | None:
    """The header above row `first`; None when its seven labels are not all there."""
    columns: dict[str, int] = {}
    for column in range(sheet.grid.width):
        label = lowest(stack(sheet, column, first), _T3_HEADERS)
        alike, index = best(label, _T3_HEADERS)
        if alike >= ALIKE:
            columns.setdefault(forms.T3_COLUMNS[index].name, column)
    left, last = min(columns.values(), default=0), max(columns.values(), default=0)
    if len(columns) == len(_T3_HEADERS) and last - left == len(columns) - 1 and left:
        by_column = {column: name for name, column in columns.items()}
        lines = {
            r
            for r in range(first)
            for slot in sheet.starting(r)
            if sheet.bare[slot] and best(sheet.bare[slot], _T3_HEADERS)[0] >= ALIKE
        }
        head = range(max(min(lines) - 1, 0), first)
        headed = [s.column for r in head for s in sheet.starting(r) if sheet.bare[s]]
        figures = range(left, max(*headed, last) + 1)
        return _Header(
            names=tuple(by_column.get(column) for column in figures),
            right=tuple(sheet.grid.width - column for column in figures),
        )
    # Spans are broken: the kinds of organisation still stand side by side in one row.
    for row in range(first):
        texts = [sheet.bare[slot] for slot in sheet.starting(row)]
        matched = align(texts, _T3_HEADERS[1:-1])
        if [index for index in matched if index is not None] == list(range(5)):
            said = {sheet.bare[slot] for slot in sheet.grid.slots if slot.row < first}
            if all(any(similarity(t, end) >= ALIKE for t in said) for end in _ENDS_OF_T3):
                usual = _usual(sheet, range(first, sheet.grid.height))
                return _Header(_T3_NAMES, None, usual)
    return None


_ENDS_OF_T3 = (_T3_HEADERS[0], _T3_HEADERS[-1])


def _continued(header: _Header | None, sheet: Sheet, rows: range) -> _Header:
    """The columns of a part of table 3 without a header of its own: those of the part before.

    Columns that the form does not have may end with the first part. Without
    any header the columns are those of the form, and every cell carries a flag.
    """
    usual = _usual(sheet, rows)
    if header is None:
        return _Header(_T3_NAMES, None, usual, flags=("header_missing",))
    if usual == len(_T3_NAMES):
        return _Header(tuple(name for name in header.names if name), None, usual)
    return dataclasses.replace(header, right=None, usual=usual)


def _usual(sheet: Sheet, rows: Iterable[int]) -> int:
    """How many cells most rows have after their label."""
    counts = Counter(
        sum(sheet.bare[slot] not in _UNITS for slot in slots[place + 1 :])
        for slots in map(sheet.starting, rows)
        if (place := _label_place(sheet, slots)) is not None
    )
    return max(counts, key=lambda count: (counts[count], count), default=0)


def _t3_row(sheet: Sheet, row: int, header: _Header) -> PrintedRow:
    slots = sheet.starting(row)
    place = _label_place(sheet, slots)
    if place is None:
        return PrintedRow("", {str(i): Printed.of(slot) for i, slot in enumerate(slots)}, lost=True)
    label = slots[place]
    behind = [slot for slot in slots[place + 1 :] if sheet.bare[slot] not in _UNITS]
    figures = _figures(behind, header)
    short = len(behind) < header.usual
    if figures is None or short or _is_short(sheet, row, figures, header):
        return PrintedRow(label.text, {}, lost=True)
    cells = {
        name: Printed(slot.text, slot.raw, slot.path, (*slot.flags, *header.flags))
        for name, slot in zip(header.names, figures, strict=True)
        if name is not None
    }
    return PrintedRow(label.text, cells)


def _label_place(sheet: Sheet, slots: list[Slot]) -> int | None:
    """Which cell of a row is its label: the last one of the form's, else the last one of words."""
    words = [i for i, slot in enumerate(slots) if _is_label(slot)]
    known = [i for i in words if best(sheet.bare[slots[i]], _T3_ROW_LABELS)[0] >= ALIKE]
    return next(reversed(known or words), None)


def _figures(slots: list[Slot], header: _Header) -> list[Slot] | None:
    """The cells of a row that its header has columns for; None when that is not certain."""
    found = windows(slots, len(header.names))
    if len(slots) > len(header.names):
        # Where words stand among figures, the column of a remark was taken for one of theirs.
        found = [each for each in found if not _has_words(each, header)]
    if len(found) > 1 and any(bare(slot.text) for slot in slots):
        found = [each for each in found if adds_up([s.text for s in each], header.names)]
        return found[0] if len(found) == 1 else None
    # All empty: whichever cells are padding, they say the same.
    return found[-1] if found else None


def _has_words(figures: list[Slot], header: _Header) -> bool:
    return any(name and _is_label(slot) for name, slot in zip(header.names, figures, strict=True))


def _is_label(slot: Slot) -> bool:
    """Whether a cell says words: a figure that cannot be read is still a figure."""
    return not is_value(slot.text) and len(_HAN.findall(slot.text)) > 1


def _is_short(sheet: Sheet, row: int, figures: list[Slot], header: _Header) -> bool:
    """Whether a row ends before its header does although it has as many cells.

    Then a cell may be gone, and an empty one at its side have taken the place;
    or a label above has lost its span. The figures tell, when they add up.
    """
    ends = (figures[0].text, figures[-1].text)
    if header.right is None or all(bare(text) and is_value(text) for text in ends):
        return False
    columns = [sheet.grid.width - back for back in header.right]
    under = [sheet.rows[row][column] for column in columns]
    texts = [slot.text for slot in figures]
    return (
        figures != under and figures[-1].column < columns[-1] and not adds_up(texts, header.names)
    )


def adds_up(figures: Sequence[str], names: Sequence[str | None]) -> bool:
    """Whether the figures of a row are all empty, or sum to a total that is not zero."""
    values = {
        name: read_number(text, "件").value or 0
        for name, text in zip(names, figures, strict=True)
        if name is not None
    }
    total = values.pop("total")
    return not any(map(bare, figures)) or (total > 0 and sum(values.values()) == total)


# ------------------------------------------------------------------ table 4


def t4_cells(sheets: Sequence[Sheet]) -> dict[tuple[str, str], Printed] | None:
    """Cells of table 4 by (row, column); none of them when the row of figures is not whole.

    None when no sheet holds the table. Its headers are three times five, in the
    order of the form or under the names of their blocks; in a table turned on its
    side or cut up, each figure has the names of its block and outcome above or left of it.
    """
    wanted = [(row.name, column.name) for row in forms.T4_ROWS for column in forms.T4_COLUMNS]
    found: dict[tuple[str, str], Printed] | None = None
    for sheet in sheets:
        header = [r for r in range(sheet.grid.height) if _is_t4_header(sheet, r)]
        if not header:
            continue
        found = {}
        below = next(
            (
                r
                for r in range(header[-1] + 1, sheet.grid.height)
                if any(bare(slot.text) for slot in sheet.starting(r))
            ),
            None,
        )
        if below is None:
            continue
        figures = window(sheet.starting(below), len(wanted))
        if figures is None:
            continue
        stacks = [stack(sheet, slot.column, header[-1] + 1) for slot in figures]
        names = [_t4_name(stack) for stack in stacks]
        if sorted(map(str, names)) == sorted(map(str, wanted)):
            return {n: Printed.of(s) for n, s in zip(names, figures, strict=True) if n}
        said = "".join(sheet.bare[s] for r in header for s in sheet.starting(r))
        if is_t4_header(said):
            return {n: Printed.of(s) for n, s in zip(wanted, figures, strict=True)}
    crossed = _t4_crossed(sheets) if found is not None else {}
    return crossed if len(crossed) == len(wanted) else found


def _t4_crossed(sheets: Sequence[Sheet]) -> dict[tuple[str, str], Printed]:
    """Cells by the names above and left of them; empty when two claim one place."""
    found: dict[tuple[str, str], Printed] = {}
    for sheet in sheets:
        for slot in sheet.grid.slots:
            if not is_value(slot.text):
                continue
            left = dict.fromkeys(sheet.rows[slot.row][: slot.column])
            said = [*stack(sheet, slot.column, slot.row), *(sheet.bare[s] for s in left if s)]
            block, outcome = _said(said, _T4_BLOCKS), _said(said, _T4_OUTCOMES)
            if block is None or outcome is None:
                continue
            name = forms.T4_ROWS[block].name, forms.T4_COLUMNS[outcome].name
            if name in found:
                return {}
            found[name] = Printed.of(slot)
    return found


def _said(texts: list[str], labels: tuple[str, ...]) -> int | None:
    """Which of `labels` the last of the texts that says one of them says."""
    found = [best(text, labels) for text in texts if text]
    return next((index for alike, index in reversed(found) if alike >= ALIKE), None)


def is_t4_header(said: str) -> bool:
    """Whether a text (bare) is the headers of table 4, wherever they break, a few typos allowed."""
    printed = Counter(said)
    wrong = (printed - _T4_CHARACTERS).total() + (_T4_CHARACTERS - printed).total()
    return wrong <= _T4_TYPOS


_T4_CHARACTERS = Counter(
    "".join((*_T4_BLOCKS, *(bare(group) for group in forms.T4_GROUPS), *_T4_OUTCOMES * 3))
)
_T4_TYPOS = 8
"""Characters too many or too few: a misprinted character is one of each, a header is four."""


def _is_t4_header(sheet: Sheet, row: int) -> bool:
    return any(
        best(sheet.bare[slot], (*_T4_OUTCOMES, *_T4_BLOCKS))[0] >= ALIKE
        for slot in sheet.starting(row)
        if sheet.bare[slot]
    )


def _t4_name(stack: list[str]) -> tuple[str, str] | None:
    """Block and outcome of a column of table 4, from the headers above it."""
    block = next((best(t, _T4_BLOCKS) for t in stack if best(t, _T4_BLOCKS)[0] >= ALIKE), None)
    alike, outcome = best(lowest(stack, _T4_OUTCOMES), _T4_OUTCOMES)
    if block is None or alike < ALIKE:
        return None
    return forms.T4_ROWS[block[1]].name, forms.T4_COLUMNS[outcome].name
