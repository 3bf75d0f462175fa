"""HTML -> page: lines and grids with their places in the DOM, and the article among them.

One walk over the tree counts characters as XPath's `string()` does, so that a
run of text is known by its element and its offset. Which of the lines are the
article is asked of `article`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import cast

from lxml import etree
from lxml.html import HtmlElement

from pipelines.media.article import article
from pipelines.page import Article, Grid, Line, Page, Slot, UnreadError

_INLINE = frozenset(
    """a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd label mark nobr o:p q rp rt
    ruby s samp small span st1:chsdate strike strong sub sup time tt u var wbr
    ucaptitle ucapcontent publishtime""".split()  # noqa: SIM905
)
_NO_BLOCKS = tuple(_INLINE - {"a"})
"""Inline elements but for links, which tell a menu from an article."""
_SILENT = frozenset(
    ("script", "style", "noscript", "template", "head", "select", "textarea", "iframe", "object")
)
MOST_ELEMENTS = 100_000
"""Elements above which a page is no report: the worst pages pasted from Word have ten thousand."""
MOST_ATTRIBUTES = 2_000
_AFTER_THE_END = re.compile(r"</html\s*>\s*<(?!!--)", re.IGNORECASE)
_ENDS = re.compile(r"</(?:html|body)\s*>|<!doctype[^>]*>", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[^<>]{20000,}")
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
        article=partial(article, root, _NO_BLOCKS, walk.lines, walk.owners),
        undecodable=undecodable,
    )


def parse(text: str) -> HtmlElement | None:
    """The tree of decoded HTML, in which the selectors of a page hold; None without an element."""
    if _AFTER_THE_END.search(text):
        # What follows is shown by browsers, and left out by libxml2.
        text = _ENDS.sub("", text)
    # libxml2 ends the document at a NUL; parsing our own UTF-8 keeps page and parser agreed.
    markup = text.replace("\0", "\ufffd").encode("utf-8", "replace")
    parser = etree.HTMLParser(
        encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True
    )
    # Elements of the class that trafilatura wants, without asking Python for each.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    return cast("HtmlElement | None", etree.fromstring(markup, parser))


class _Walk:
    """One pass over the tree: the lines, their owners, and selectors of elements."""

    def __init__(self, root: HtmlElement, tables: dict[HtmlElement, int]) -> None:
        self.lines: list[Line] = []
        self.owners: list[HtmlElement] = []
        self.cells: dict[HtmlElement, list[str]] = {}
        """Text of each table cell, a string a line, without what tables inside it hold."""
        self.nesting: set[HtmlElement] = set()
        """The cells that hold tables."""
        self._paths: dict[HtmlElement, str] = {}
        self._tables = tables
        self._run: list[str] = []
        self._run_start = 0
        # Blocks that are open: element, where its string value begins, and the grid and the cell
        # it stands in.
        self._open: list[tuple[HtmlElement, int, int | None, HtmlElement | None]]
        self._open = [(root, 0, None, None)]
        self._position = 0
        self._visit(root)
        self._flush()

    def _visit(self, root: HtmlElement) -> None:
        # The one loop over every element of the page: what it does not call costs nothing.
        silent: HtmlElement | None = None
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

    def path(self, element: HtmlElement) -> str:
        """Selector of an element: its XPath with every step numbered."""
        return f"xpath={self._steps(element)}"

    def _steps(self, element: HtmlElement) -> str:
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


def _junk(root: HtmlElement) -> frozenset[HtmlElement]:
    """Empty elements that a mirror strewed into the text, all with one id: they break no line."""
    by_id: dict[str, list[HtmlElement]] = {}
    for element in cast("list[HtmlElement]", root.xpath("//*[@id and not(node())]")):
        by_id.setdefault(element.get("id", ""), []).append(element)
    return frozenset(e for same in by_id.values() if len(same) >= _STREWN for e in same)


def _grid(number: int, table: HtmlElement, walk: _Walk) -> Grid:
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


def _inner(cell: HtmlElement) -> list[str]:
    """What a cell holds that has no text but in tables inside it: a figure, or a whole page."""
    said = [text for text in map(str, cell.itertext()) if not text.isspace()]
    return said if sum(map(len, said)) <= _LONG_CELL else []


def _rows(table: HtmlElement) -> Iterator[HtmlElement]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag in ("thead", "tbody", "tfoot"):
            yield from child.iterchildren("tr")


def _span(value: str | None, *, limit: int) -> int:
    """A colspan or rowspan; anything that is no number from 1 up counts as 1, as browsers do."""
    digits = (value or "").strip()
    return min(max(int(digits), 1), limit) if digits.isascii() and digits.isdigit() else 1


def _titles(root: HtmlElement) -> Iterator[str]:
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


def _meta(root: HtmlElement) -> dict[str, str]:
    """Meta tags anywhere in the page: includes put them into the body. The first one counts."""
    meta: dict[str, str] = {}
    for tag in root.iter("meta"):
        name, content = tag.get("name", "").lower(), tag.get("content", "").strip()
        if name and content:
            meta.setdefault(name, content)
    return meta
