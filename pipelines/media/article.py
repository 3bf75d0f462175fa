"""Which lines of an HTML page are its article: trafilatura says, and the DOM tells what they say.

trafilatura is given the smallest tree that holds the page: without statutory
tables and inline markup, layout tables as blocks. What it keeps is led back to
the lines of the page, so nothing it rewrites or drops inside the article is lost.
"""

from __future__ import annotations

import copy
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from lxml import etree
from lxml.html import HtmlElement
from trafilatura import bare_extraction
from trafilatura.settings import Document, Extractor

from pipelines.page import Article, Line, squeeze

# Comparing with other extractors, comments and metadata are of no use here.
_OPTIONS = Extractor(fast=True, comments=False)
_ROWS = ("tr", "thead", "tbody", "tfoot")
_CELLS = ("td", "th")
_LONG_CELL = 120
"""Characters of text from which a cell makes its table one of layout."""


def article(
    root: HtmlElement,
    inline: frozenset[str],
    lines: Sequence[Line],
    owners: Sequence[HtmlElement],
    taken: frozenset[int],
) -> Article:
    """Lines that trafilatura counts as the article, by index.

    `inline` names the elements of the page that break no line; `owners[i]` is the
    element that line i stands in; `taken` are the lines of statutory
    tables. The article is the deepest element that holds nearly all trafilatura
    kept: every line in it that no table took belongs to it.
    """
    rest = [index for index in range(len(lines)) if index not in taken]
    kept = _kept(root, inline, {lines[index].grid for index in taken} - {None})
    touched, unaligned = align(kept, [(index, squeeze(lines[index].text)) for index in rest])
    if not touched:
        return Article(tuple(rest), unaligned)
    weight: dict[HtmlElement, int] = {}
    for index in touched:
        for element in (owners[index], *owners[index].iterancestors()):
            # What stands in an inline element beside its paragraphs belongs to the block around.
            if element.tag not in inline:
                weight[element] = weight.get(element, 0) + len(lines[index].text)
    most = 0.8 * sum(len(lines[index].text) for index in touched)
    deepest = max(
        (element for element, held in weight.items() if held >= most),
        key=lambda element: sum(1 for _ in element.iterancestors()),
    )
    inside = [
        index
        for index in rest
        if owners[index] is deepest or any(e is deepest for e in owners[index].iterancestors())
    ]
    first, last = min(touched), max(touched)
    total = sum(len(lines[index].text) for index in inside)
    if weight[deepest] < 0.6 * total:
        inside = [index for index in inside if first <= index <= last]
    return Article(tuple(inside), unaligned)


def _kept(root: HtmlElement, inline: frozenset[str], statutory: set[int | None]) -> list[str]:
    """Passages trafilatura keeps of the page without its statutory tables."""
    tree = copy.deepcopy(root)
    tables = list(tree.iter("table"))
    for number, table in enumerate(tables):
        if number in statutory:
            # An element stays in its place, so that the text around does not run together.
            table.clear(keep_tail=True)
    # trafilatura asks a hundred things of each element: what it would look through goes first.
    # Links stay: they tell a menu from an article.
    etree.strip_tags(tree, *(inline - {"a"}))
    for table in tables:
        _unframe(table)
    document = bare_extraction(tree, options=_OPTIONS)
    if document is None:
        return []
    assert isinstance(document, Document)
    return ["".join(map(str, element.itertext())) for element in document.body]


def _unframe(table: HtmlElement) -> None:
    """Make blocks of a layout table, which trafilatura takes for data and drops when it is long.

    A cell of layout is a block, and so is a whole table of data that stands in one.
    """
    if not _is_layout(table):
        return
    for inner in list(table.iter("table")):
        if not _is_layout(inner):
            etree.strip_tags(inner, *_ROWS, *_CELLS)
    for part in table.iter("table", *_CELLS):
        part.tag = "div"
    etree.strip_tags(table, *_ROWS)


def _is_layout(table: HtmlElement) -> bool:
    if table.tag != "table":
        return False  # already turned into a div by the table around it
    return table.find(".//table") is not None or any(
        sum(map(len, cell.itertext())) > _LONG_CELL for cell in table.iter(*_CELLS)
    )


def align(
    passages: Sequence[str], lines: Sequence[tuple[int, str]]
) -> tuple[set[int], tuple[str, ...]]:
    """Indices of the lines that the passages cover, and the passages that no lines hold.

    Both are compared without white space.
    """
    stream = "".join(text for _, text in lines)
    indices = [index for index, text in lines if text]
    ends = list(accumulate(len(text) for _, text in lines if text))
    touched: set[int] = set()
    unaligned: list[str] = []
    cursor = 0
    for passage in map(squeeze, passages):
        if not passage:
            continue
        found = stream.find(passage, cursor)
        if found < 0:
            found = stream.find(passage)
        if found < 0:
            unaligned.append(passage)
            continue
        cursor = found + len(passage)
        touched.update(indices[bisect_right(ends, found) : bisect_left(ends, cursor) + 1])
    return touched, tuple(unaligned)
