"""HTML -> page: lines and grids with their places in the DOM, and the article among them.

One walk over the tree counts characters as XPath's `string()` does, so that a
run of text is known by its element and its offset. Which of the lines are the
article is trafilatura's to say; what they say is taken from the DOM, so nothing
trafilatura rewrites or drops inside the article is lost.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from functools import partial
from typing import cast

from lxml import etree
from lxml.html import document_fromstring
from trafilatura import bare_extraction
from trafilatura.settings import Document

from pipelines.page import Article, Grid, Line, Page, Slot, UnreadError, squeeze

Element = etree._Element  # noqa: SLF001 - the class has no other name

_INLINE = frozenset(
    """a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd label mark nobr o:p q rp rt
    ruby s samp small span st1:chsdate strike strong sub sup time tt u var wbr
    ucaptitle ucapcontent publishtime""".split()  # noqa: SIM905
)
_SILENT = frozenset(
    ("script", "style", "noscript", "template", "head", "select", "textarea", "iframe", "object")
)
MOST_ELEMENTS = 100_000
"""Elements above which a page is no report: the worst pages pasted from Word have ten thousand."""
MOST_ATTRIBUTES = 2_000
_AFTER_THE_END = re.compile(r"</html\s*>\s*<(?!!--)", re.IGNORECASE)
_ENDS = re.compile(r"</(?:html|body)\s*>|<!doctype[^>]*>", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[^<>]{20000,}")
# Layout tables become these for trafilatura, which reads a table as data and drops long ones.
_TABLE_PARTS = frozenset(["table", "thead", "tbody", "tfoot", "tr", "td", "th"])
_CELLS = ("td", "th")
_LONG_CELL = 120
_STREWN = 3
"""From how many empty elements of one id on a page is taken to be strewn with them."""
_TITLE_SOURCES = ("articletitle", "h1", "ucaptitle", "title")


def page(text: str, undecodable: int) -> Page:
    """Make a page of decoded HTML; lines and grids come in document order.

    Raises UnreadError for a page of more elements than any report has.
    """
    for tag in _LONG_TAG.finditer(text):
        # The parser compares each attribute with all before it.
        if tag[0].count("=") > MOST_ATTRIBUTES:
            raise UnreadError("too_complex", f"a tag of {len(tag[0])} characters")
    root = parse(text)
    if root is None:
        return Page((), (), (), {}, lambda _taken: Article(()), undecodable)
    elements = int(cast("float", root.xpath("count(//*)")))
    if elements > MOST_ELEMENTS:
        raise UnreadError("too_complex", f"{elements} elements; no report has {MOST_ELEMENTS}")
    tables = {table: number for number, table in enumerate(root.iter("table"))}
    walk = _Walk(root, tables)
    grids = tuple(_grid(number, table, walk) for table, number in tables.items())
    return Page(
        lines=tuple(walk.lines),
        grids=grids,
        titles=tuple(_titles(root)),
        meta=_meta(root),
        article=partial(_article, root, walk),
        undecodable=undecodable,
    )


def parse(text: str) -> Element | None:
    """The tree of decoded HTML, in which the selectors of a page hold; None without an element."""
    if _AFTER_THE_END.search(text):
        # What follows is shown by browsers, and left out by libxml2.
        text = _ENDS.sub("", text)
    # libxml2 ends the document at a NUL; parsing our own UTF-8 keeps page and parser agreed.
    markup = text.replace("\0", "\ufffd").encode("utf-8", "replace")
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    return cast("Element | None", etree.fromstring(markup, parser))


class _Walk:
    """One pass over the tree: the lines, their owners, and selectors of elements."""

    def __init__(self, root: Element, tables: dict[Element, int]) -> None:
        self.lines: list[Line] = []
        self.owners: list[Element] = []
        self.cells: dict[Element, list[str]] = {}
        """Text of each table cell, a string a line, without what tables inside it hold."""
        self.nesting: set[Element] = set()
        """The cells that hold tables."""
        self._paths: dict[Element, str] = {}
        self._tables = tables
        self._run: list[str] = []
        self._run_start = 0
        # Blocks that are open: element, where its string value begins, and the grid and the cell
        # it stands in.
        self._open: list[tuple[Element, int, int | None, Element | None]]
        self._open = [(root, 0, None, None)]
        self._position = 0
        self._visit(root)
        self._flush()

    def _visit(self, root: Element) -> None:
        # The one loop over every element of the page: what it does not call costs nothing.
        silent: Element | None = None
        run, junk = self._run, _junk(root)
        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag
            block = tag not in _INLINE and element not in junk
            # A strewn element ends the paragraph it stands in for the parser, not for a reader.
            if run and block and not (event == "end" and junk and element.getnext() in junk):
                self._flush()
            if event == "start":
                if block:
                    _, _, grid, cell = self._open[-1]
                    if tag == "table":
                        if cell is not None:
                            self.nesting.add(cell)
                        grid, cell = self._tables[element], None
                    elif tag in _CELLS:
                        cell = element
                    self._open.append((element, self._position, grid, cell))
                if silent is None and tag in _SILENT:
                    silent = element
                text = element.text
            else:
                if silent is element:
                    silent = None
                if block:
                    self._open.pop()
                text = element.tail if element is not root else None
            if text:
                if silent is None:
                    if not run:
                        self._run_start = self._position
                    run.append(text)
                self._position += len(text)

    def _flush(self) -> None:
        """End the run of text that began since the last break."""
        if not self._run:
            return
        text = "".join(self._run)
        self._run.clear()
        if not text or text.isspace():
            return
        owner, begins, grid, cell = self._open[-1]
        start = self._run_start - begins
        self.lines.append(Line(text, partial(self.path, owner), start, grid))
        self.owners.append(owner)
        if cell is not None:
            self.cells.setdefault(cell, []).append(text)

    def path(self, element: Element) -> str:
        """Selector of an element: its XPath with every step numbered."""
        return f"xpath={self._steps(element)}"

    def _steps(self, element: Element) -> str:
        known = self._paths.get(element)
        if known is not None:
            return known
        parent = element.getparent()
        tag = element.tag
        # A prefixed Word tag (o:p) has no namespace here: name it by name().
        step = tag if ":" not in tag else f"*[name()='{tag}']"
        if parent is None:
            path = f"/{step}"
        else:
            number = 1 + sum(1 for _ in element.itersiblings(tag, preceding=True))
            path = f"{self._steps(parent)}/{step}[{number}]"
        self._paths[element] = path
        return path


def _junk(root: Element) -> frozenset[Element]:
    """Empty elements that a mirror strewed into the text, all with one id: they break no line."""
    by_id: dict[str, list[Element]] = {}
    for element in cast("list[Element]", root.xpath("//*[@id and not(node())]")):
        by_id.setdefault(element.get("id", ""), []).append(element)
    return frozenset(e for same in by_id.values() if len(same) >= _STREWN for e in same)


def _grid(number: int, table: Element, walk: _Walk) -> Grid:
    """Lay the cells of one table out as HTML does, spans included; inner tables are not entered."""
    slots: list[Slot] = []
    # reach[c]: first row in which column c is free again.
    reach: list[int] = []
    row = 0
    for tr in _rows(table):
        column = 0
        for cell in tr:
            if cell.tag not in _CELLS:
                continue
            while column < len(reach) and reach[column] > row:
                column += 1
            colspan = _span(cell.get("colspan"), limit=100)
            rowspan = _span(cell.get("rowspan"), limit=1000)
            reach.extend([0] * (column + colspan - len(reach)))
            for c in range(column, column + colspan):
                reach[c] = row + rowspan
            said = walk.cells.get(cell) or (_inner(cell) if cell in walk.nesting else ())
            text = "\n".join(said)
            slots.append(Slot(row, column, rowspan, colspan, text, partial(walk.path, cell)))
            column += colspan
        row += 1
    return Grid(number, tuple(slots), height=row, width=len(reach))


def _inner(cell: Element) -> list[str]:
    """What a cell holds that has no text but in tables inside it: a figure, or a whole page."""
    said = [text for text in map(str, cell.itertext()) if not text.isspace()]
    return said if sum(map(len, said)) <= _LONG_CELL else []


def _rows(table: Element) -> Iterator[Element]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _span(value: str | None, *, limit: int) -> int:
    """A colspan or rowspan; anything that is no number from 1 up counts as 1, as browsers do."""
    digits = (value or "").strip()
    return min(max(int(digits), 1), limit) if digits.isascii() and digits.isdigit() else 1


def _titles(root: Element) -> Iterator[str]:
    for source in _TITLE_SOURCES:
        if source == "articletitle":
            found = [
                meta.get("content", "")
                for meta in root.iter("meta")
                if meta.get("name", "").lower() == source
            ]
        else:
            found = ["".join(map(str, element.itertext())) for element in root.iter(source)]
        yield from (" ".join(title.split()) for title in found if title.strip())


def _meta(root: Element) -> dict[str, str]:
    """Meta tags anywhere in the page: includes put them into the body. The first one counts."""
    meta: dict[str, str] = {}
    for tag in root.iter("meta"):
        name, content = tag.get("name", "").lower(), tag.get("content", "").strip()
        if name and content:
            meta.setdefault(name, content)
    return meta


def _article(root: Element, walk: _Walk, taken: frozenset[int]) -> Article:
    """Lines that trafilatura counts as the article, led back to the DOM.

    The article is the deepest element that holds nearly all trafilatura kept:
    every line in it that no table took belongs to it.
    """
    lines, owners = walk.lines, walk.owners
    rest = [index for index in range(len(lines)) if index not in taken]
    kept = _kept(root, {lines[index].grid for index in taken} - {None})
    touched, unaligned = _align(kept, [(index, squeeze(lines[index].text)) for index in rest])
    if not touched:
        return Article(tuple(rest), unaligned)
    weight: dict[Element, int] = {}
    for index in touched:
        for element in (owners[index], *owners[index].iterancestors()):
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


def _kept(root: Element, statutory: set[int | None]) -> list[str]:
    """Passages trafilatura keeps of the page without its statutory tables."""
    tree = copy.deepcopy(root)
    for number, table in enumerate(list(tree.iter("table"))):
        if number in statutory:
            # An element stays in its place, so that the text around does not run together.
            tail = table.tail
            table.clear()
            table.tail = tail
        elif _is_layout(table):
            for part in table.iter(*_TABLE_PARTS):
                part.tag = "div"
    # trafilatura wants elements of another class; what is left is small enough to parse again.
    page = document_fromstring(etree.tostring(tree, encoding="unicode", method="html"))
    document = bare_extraction(page, fast=True, include_comments=False, with_metadata=False)
    if document is None:
        return []
    assert isinstance(document, Document)
    return ["".join(map(str, element.itertext())) for element in document.body]


def _is_layout(table: Element) -> bool:
    if table.tag != "table":
        return False  # already turned into a div by the table around it
    return table.find(".//table") is not None or any(
        sum(map(len, cell.itertext())) > _LONG_CELL for cell in table.iter("td", "th")
    )


def _align(passages: list[str], lines: list[tuple[int, str]]) -> tuple[set[int], tuple[str, ...]]:
    """Indices of the lines that the passages cover, and the passages that no lines hold.

    Both are compared without white space.
    """
    stream = "".join(text for _, text in lines)
    starts: list[tuple[int, int]] = []
    position = 0
    for index, text in lines:
        starts.append((position, index))
        position += len(text)
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
        touched.update(
            index
            for (begin, index), (end, _) in zip(starts, [*starts[1:], (position, -1)], strict=True)
            if begin < cursor and end > found
        )
    return touched, tuple(unaligned)
