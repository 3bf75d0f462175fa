"""Tables that were flattened into lines of text -> printed rows of the statutory tables.

Copies show a table as one cell a line, with bars or blank lines between the
cells, or as bars with padding at the end of a row; the text of a PDF shows a row
a line. Where bars stand, an empty cell can be seen; where only lines are left it
is gone, and a row that shows too few numbers does not say which ones are missing:
it is lost. Numbers that belong to no row mean that others may have moved, too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from pipelines import forms
from pipelines.grids import adds_up, is_t4_header
from pipelines.labels import ALIKE, bare, best, similarity
from pipelines.numbers import read as read_number
from pipelines.page import Line
from pipelines.sheets import Printed, PrintedRow, in_unit
from pipelines.words import Segment, Token, is_page_number, label_of, segments, tokens

_T2_ROWS = tuple(bare(row.label) for row in forms.T2_ROWS)
_T2_HEADERS = tuple(bare(column.label) for column in forms.T2_COLUMNS)
_T2_HEADING = bare(forms.T2_HEADING)
_T2_SIZES = range(4, 13)
"""Characters that a header of table 2 may have, bare."""
_T3_ROWS = tuple(bare(row.label) for row in forms.T3_ROWS)
_T4_OUTCOMES = tuple(bare(column.label) for column in forms.T4_COLUMNS)
_T4_BLOCKS = tuple(bare(row.label) for row in forms.T4_ROWS)
# What stands above the numbers of a table, whole or broken into pieces.
_ABOVE = {
    "t2": (*_T2_HEADERS, bare(forms.T2_HEADING), *(f"第二十条第{n}项" for n in "一五六八九")),
    "t3": (
        *(bare(column.label) for column in forms.T3_COLUMNS),
        *(bare(label) for label in ("申请人情况", "法人或其他组织", *forms.T3_GROUPS)),
        bare("(本列数据的勾稽关系为:第一项加第二项之和,等于第三项加第四项之和)"),
    ),
    "t4": (*_T4_OUTCOMES, *_T4_BLOCKS, *(bare(group) for group in forms.T4_GROUPS)),
}


@dataclasses.dataclass(frozen=True, slots=True)
class Flattened:
    """What one page's flattened tables print, and the lines they take."""

    t2: list[PrintedRow]
    t2_headers: list[str]
    t3: list[PrintedRow]
    t4: dict[tuple[str, str], Printed] | None
    """None without headers of table 4; empty when its numbers cannot be placed."""
    taken: frozenset[int]


def read(lines: Sequence[tuple[int, Line]], wanted: frozenset[str]) -> Flattened:
    """Find the `wanted` tables (t2, t3, t4) among lines of text (index on the page, line)."""
    parts = list(segments(tokens(lines)))
    taken: dict[str, set[int]] = {table: set() for table in forms.TABLE_NAMES}
    t2, headers = _t2(parts, taken["t2"]) if "t2" in wanted else ([], [])
    t3 = _t3(parts, taken["t3"]) if "t3" in wanted else []
    t4 = _t4(parts, taken["t4"]) if "t4" in wanted else None
    texts = {index: line.text for index, line in lines}
    whole = frozenset(index for table in taken for index in _whole(table, taken[table], texts))
    return Flattened(t2, headers, t3, t4, whole)


def _windows(values: Sequence[Token], columns: Sequence[str]) -> list[tuple[int, Sequence[Token]]]:
    """The cells of a row under its columns when all others are padding, all ways to see it.

    Each with the number of cells that are padding before it. Empty cells at
    both ends of a row may be its own or padding, unless it adds up one way only.
    """
    width = len(columns)
    windows = {
        tuple(token.text for token in values[start : start + width]): start
        for start in reversed(range(len(values) - width + 1))
        if not any(token.text for token in (*values[:start], *values[start + width :]))
    }
    if len(windows) > 1 and "total" in columns:
        windows = {texts: i for texts, i in windows.items() if adds_up(texts, columns)} or windows
    return [(start, values[start : start + width]) for start in windows.values()]


def _row(
    label: str, columns: Sequence[str], values: Sequence[Token], padding: int | None = None
) -> PrintedRow:
    """A row of a table; `padding` is how many empty cells stand before the cells of its others."""
    windows = _windows(values, columns)
    if len(windows) > 1 and padding is not None:
        windows = [window for window in windows if window[0] == padding]
    if len(windows) != 1:
        return PrintedRow(label, {}, lost=True)
    pairs = zip(columns, windows[0][1], strict=True)
    return PrintedRow(label, {name: token.printed for name, token in pairs})


def _take(taken: set[int], segment: Segment, pieces: int) -> None:
    """Mark the lines of a segment's last `pieces` labels and of its values."""
    own = segment.labels[len(segment.labels) - pieces :]
    taken.update(token.line for token in (*own, *segment.values))


def _whole(table: str, taken: set[int], texts: Mapping[int, str]) -> set[int]:
    """The lines of a table: those its cells take, what stands between, and its headers above."""
    if not taken:
        return taken
    above = _ABOVE[table]

    def belongs(index: int) -> bool:
        text = bare(texts.get(index, ""))
        words = [bare(word) for word in texts.get(index, "").split()]
        return (
            not text
            or is_page_number(texts[index])
            or best(text, above)[0] >= ALIKE
            or all(any(word in label for label in above) for word in words)
        )

    whole = set(taken)
    for index in range(max(taken), min(taken), -1):
        if index not in whole and belongs(index):
            whole.add(index)
    first = min(taken)
    while first - 1 in texts and belongs(first - 1):
        first -= 1
        whole.add(first)
    return whole


def _t2(parts: Sequence[Segment], taken: set[int]) -> tuple[list[PrintedRow], list[str]]:
    rows: list[PrintedRow] = []
    seen: list[str] = []
    columns: list[tuple[str, str]] = []
    doubted = False
    for part in parts:
        label = label_of(part.labels, _T2_ROWS)
        if label is None:
            fresh = _t2_headers(part.labels)
            if fresh:
                # Padding behind a header row of bars: its numbers come with the next label.
                columns = fresh
                seen.extend(text for _, text in fresh)
                doubted = doubted or any(token.text for token in part.values)
                _take(taken, part, 1)
            continue
        fresh = _t2_headers(part.labels[: len(part.labels) - label[0]])
        if fresh:
            columns = fresh
            seen.extend(text for _, text in fresh)
        if columns:
            row = _row(label[1], [name for name, _ in columns], part.values)
            headers = dict(columns)
            cells = {name: in_unit(cell, headers[name]) for name, cell in row.cells.items()}
            rows.append(row._replace(cells=cells))
            _take(taken, part, label[0])
    return [_doubted(row) for row in rows] if doubted else rows, seen


def _t2_headers(labels: Sequence[Token]) -> list[tuple[str, str]]:
    """Column names and headers (bare) after the last 信息内容 of a run of labels.

    Headers are run together or broken anywhere: it is their characters that count.
    """
    said = "".join(bare(token.text) for token in labels)
    size = len(_T2_HEADING)
    starts = (
        i
        for i in reversed(range(len(said)))
        if similarity(said[i : i + size], _T2_HEADING) >= ALIKE
    )
    position = next(starts, len(said)) + size
    headers: list[tuple[str, str]] = []
    while position < len(said):
        choices = [(*best(said[position : position + n], _T2_HEADERS), n) for n in _T2_SIZES]
        alike, index, size = max(choices, key=lambda choice: choice[0])
        if alike < ALIKE:
            break
        headers.append((forms.T2_COLUMNS[index].name, said[position : position + size]))
        position += size
    return headers


def _t3(parts: Sequence[Segment], taken: set[int]) -> list[PrintedRow]:
    columns = [column.name for column in forms.T3_COLUMNS]
    labels = {index: label_of(part.labels, _T3_ROWS) for index, part in enumerate(parts)}
    found = {index: label for index, label in labels.items() if label is not None}
    first = min(found, default=0)
    if found and best(bare(found[first][1]), _T3_ROWS)[0] < _like_header("t3", parts[first]):
        del found[first]  # the last header, which is like a row of the same name
    if not found:
        return []
    first, last = min(found), max(found)
    between = [parts[index] for index in range(first, last) if index not in found]
    if first and _is_above("t3", parts[first - 1]):
        between.append(parts[first - 1])
    doubted = any(token.text for part in between for token in part.values)
    windows = [_windows(parts[index].values, columns) for index in found]
    paddings = {sure[0][0] for sure in windows if len(sure) == 1}
    padding = paddings.pop() if len(paddings) == 1 else None
    rows = []
    for index, (pieces, text) in found.items():
        rows.append(_row(text, columns, parts[index].values, padding))
        _take(taken, parts[index], pieces)
    return [_doubted(row) for row in rows] if doubted or _do_not_add_up(rows, columns) else rows


def _do_not_add_up(rows: Sequence[PrintedRow], columns: Sequence[str]) -> bool:
    """Whether most rows miss their totals, as when the columns stand in another order."""
    figures = [[row.cells[name].text for name in columns] for row in rows if row.cells]
    told = [each for each in figures if any(read_number(text, "件").value for text in each)]
    wrong = sum(not adds_up(each, columns) for each in told if bare(each[-1]))
    return wrong > 1 and 2 * wrong > len(told)


def _is_above(table: str, part: Segment) -> bool:
    """Whether the values of a segment follow a header of the table."""
    return _like_header(table, part) >= ALIKE


def _like_header(table: str, part: Segment) -> float:
    """How like a header of the table the last label of a segment is."""
    return best(bare(part.labels[-1].text), _ABOVE[table])[0] if part.labels else 0.0


def _doubted(row: PrintedRow) -> PrintedRow:
    """The row of a table in which numbers stand that belong to no row."""
    cells = {
        name: cell._replace(flags=(*cell.flags, "order_doubtful"))
        for name, cell in row.cells.items()
    }
    return row._replace(cells=cells)


def _t4(parts: Sequence[Segment], taken: set[int]) -> dict[tuple[str, str], Printed] | None:
    """Cells of table 4, none of them when its numbers cannot be placed; None without headers.

    The headers are three times five in two lines that break anywhere, so what
    counts is that every character of them is there, after the first block's name.
    """
    wanted = [(row.name, column.name) for row in forms.T4_ROWS for column in forms.T4_COLUMNS]
    header: list[Segment] = []
    for part in parts:
        start = _last_label(part.labels, _T4_BLOCKS[0])
        if start is not None:
            header = [dataclasses.replace(part, labels=part.labels[start:])]
        elif header:
            header.append(part)
        if not header or not any(token.text for token in part.values):
            continue  # before the table, or padding behind a header row of bars
        said = bare("".join(t.text for segment in header for t in segment.labels))
        if not is_t4_header(said):
            header = []
            continue
        for segment in header:
            taken.update(token.line for token in (*segment.labels, *segment.values))
        windows = _windows(part.values, [".".join(place) for place in wanted])
        if len(windows) != 1:
            return {}
        pairs = zip(wanted, windows[0][1], strict=True)
        return {name: token.printed for name, token in pairs}
    return None


def _last_label(labels: Sequence[Token], label: str) -> int | None:
    """Where a label begins the last time it is printed alone; None when it is not."""
    starts = [i for i, token in enumerate(labels) if similarity(bare(token.text), label) >= ALIKE]
    return starts[-1] if starts else None
