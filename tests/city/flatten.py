"""A report page as text collections show it: tables flattened into lines.

A shape says how the cells of a table become lines. Shapes without bars lose
empty cells, so the cells of a row with an empty one can no longer be told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from tests.city.truth import TrueCell, TrueReport

Key = tuple[str, str, str]
Rows = list[list[str]]


def bars(rows: Rows) -> Iterator[str]:
    """A cell a line, a bar on a line of its own between two cells."""
    cells = [cell for row in rows for cell in row]
    for number, cell in enumerate(cells):
        if number:
            yield "|"
        if cell:
            yield cell


def lines(rows: Rows) -> Iterator[str]:
    """A cell a line, with empty lines between; empty cells are gone."""
    for row in rows:
        for cell in row:
            if cell:
                yield from (cell, "")


def ragged(rows: Rows) -> Iterator[str]:
    """A bar behind every cell, and padding at the end of each row."""
    width = max(map(len, rows))
    for row in rows:
        for cell in row:
            yield f"{cell} |" if cell else "|"
        if len(row) < width:
            yield "|" * (width - len(row))


def printed(rows: Rows) -> Iterator[str]:
    """A row a line, as the text of a PDF; empty cells are gone."""
    for row in rows:
        yield "   ".join(cell for cell in row if cell)


def markdown(rows: Rows) -> Iterator[str]:
    """A row a line between bars, and a rule under the first."""
    width = max(map(len, rows))
    for number, row in enumerate(rows):
        yield f"| {' | '.join(row)} |{'  |' * (width - len(row))}"
        if not number:
            yield "|" + " --- |" * width


def drawn(rows: Rows) -> Iterator[str]:
    """A row a line between drawn lines."""
    yield f"┌{'─' * 40}┐"
    for row in rows:
        yield f"│ {' │ '.join(row)} │"
    yield f"└{'─' * 40}┘"


SHAPES: Mapping[str, Callable[[Rows], Iterator[str]]] = {
    "bars": bars,
    "lines": lines,
    "ragged": ragged,
    "printed": printed,
    "markdown": markdown,
    "drawn": drawn,
}


def flatten(html: str, shape: str) -> str:
    """The article of a report page as plain text in one of the `SHAPES`."""
    root = lxml.html.document_fromstring(html)
    (article,) = [cell for cell in root.iter("td") if "GovInfoContent" in cell.get("class", "")]
    lxml.etree.strip_elements(article, "script", "style", with_tail=False)
    return "\n".join(_lines(article, SHAPES[shape]))


def _lines(element: HtmlElement, shape: Callable[[Rows], Iterator[str]]) -> Iterator[str]:
    run: list[str] = []

    def flush() -> Iterator[str]:
        said = " ".join("".join(run).split())
        run.clear()
        if said:
            yield said

    def walk(node: HtmlElement) -> Iterator[str]:
        if node.tag == "table" and node.find(".//table") is None:
            yield from flush()
            rows = [[_cell(c) for c in row if c.tag in ("td", "th")] for row in node.iter("tr")]
            # A layout table around prose has a cell a person would not call a cell.
            if any(len(cell) > 100 for row in rows for cell in row):
                for row in node.iter("tr"):
                    for cell in row:
                        yield from walk(cell)
            else:
                yield from shape([row for row in rows if row])
            return
        block = node.tag in ("p", "div", "h3", "td", "tr", "br", "table")
        if block:
            yield from flush()
        run.append(node.text or "")
        for child in node:
            if isinstance(child.tag, str):
                yield from walk(child)
            run.append(child.tail or "")
        if block:
            yield from flush()

    yield from walk(element)
    yield from flush()


def _cell(cell: HtmlElement) -> str:
    return "".join(cell.text_content().split())


def lost(truth: TrueReport, shape: str) -> set[Key]:
    """The cells that nobody can tell in this shape, because an empty cell cannot be seen.

    With bars between cells only an empty one at the end of a table is gone.
    """
    if shape in ("ragged", "markdown", "drawn"):
        return set()
    rows: dict[tuple[str, str], list[TrueCell]] = {}
    for cell in truth.cells:
        row = "" if cell.table == "t4" else cell.row
        rows.setdefault((cell.table, row), []).append(cell)
    return {
        cell.key
        for row in rows.values()
        if any(c.status == "blank" for c in (row[-1:] if shape == "bars" else row))
        for cell in row
    }
