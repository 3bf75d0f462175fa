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

_SILENT = frozenset(
    """script style noscript template head select textarea iframe object xml""".split()  # noqa: SIM905
)
_BLOCKS = _SILENT | frozenset(
    """address article aside blockquote body br caption center col colgroup dd details dialog dir
    div dl dt fieldset figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr
    html legend li listing main menu meta nav ol optgroup option p plaintext pre search section
    summary table tbody td tfoot th thead title tr ul xmp""".split()  # noqa: SIM905
)
"""The elements that break lines, as browsers know them. All others are inline, those no standard
has (`o:p` of Word, `ucapcontent` of a portal) among them."""
MOST_ELEMENTS = 100_000
"""Elements above which a page is no report: the worst pages pasted from Word have ten thousand."""
MOST_ATTRIBUTES = 2_000
_AFTER_THE_END = re.compile(r"</html\s*>\s*<(?!!--)", re.IGNORECASE)
_ENDS = re.compile(r"</(?:html|body)\s*>|<!doctype[^>]*>", re.IGNORECASE)
_LONG_TAG = re.compile(r"<[^<>]{20000,}")
_CELLS = ("td", "th")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Digits in a `sup` of a cell are written as what they are: marks of footnotes, not of the figure
they stand behind."""
_LONG_CELL = 120
_EMPTY = etree.XPath("/descendant::*[@id][not(node())]")
_STREWN = 3
"""From how many empty elements of one id on a page is taken to be strewn with them."""
_Block = tuple[HtmlElement, int, int | None, HtmlElement | None]
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
        article=partial(article, root, frozenset(walk.inline - _BLOCKS), walk.lines, walk.owners),
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


class _Paths:
    """Selectors of elements: XPaths with every step numbered. It holds no line that asks it,
    so that a page is gone as soon as nobody needs it, and not when the collector comes by."""

    def __init__(self) -> None:
        self._known: dict[HtmlElement, str] = {}

    def selector(self, element: HtmlElement) -> str:
        """Where an element stands, as `Line.path` and `Slot.path` tell it."""
        return f"xpath={self._path(element)}"

    def _path(self, element: HtmlElement) -> str:
        if element in self._known:
            return self._known[element]
        parent = element.getparent()
        if parent is None:
            return f"/{_step(element.tag)}"
        # To number one child, those before it must be counted: all are named at once.
        above = self._path(parent)
        count: dict[str, int] = {}
        for child in parent:
            tag = child.tag
            number = count[tag] = count.get(tag, 0) + 1
            self._known[child] = f"{above}/{_step(tag)}[{number}]"
        return self._known[element]


def _step(tag: str) -> str:
    """An element in an XPath. A prefixed Word tag (o:p) has no namespace: it goes by name()."""
    return tag if ":" not in tag else f"*[name()='{tag}']"


class _Walk:
    """One pass over the tree: the lines and their owners, and what the cells of tables say."""

    def __init__(self, root: HtmlElement, tables: dict[HtmlElement, int]) -> None:
        self.selector = _Paths().selector
        self.lines: list[Line] = []
        self.owners: list[HtmlElement] = []
        self.cells: dict[HtmlElement, list[str]] = {}
        """Text of each table cell, a string a line, without what tables inside it hold."""
        self.inline: set[str] = set()
        """Names of the elements of the page that break no line."""
        self.nesting: set[HtmlElement] = set()
        """The cells that hold tables."""
        self._visit(root, tables)

    def _visit(self, root: HtmlElement, tables: dict[HtmlElement, int]) -> None:
        # The one loop over every element of the page: what it does not call costs nothing.
        silent: HtmlElement | None = None
        junk = _junk(root)
        inline = self.inline
        run: list[str] = []
        run_start = position = raised = 0
        # The innermost open block: the element, where its string value begins, and the grid and
        # the cell it stands in. Those around it wait in `around`.
        inner: _Block = (root, 0, None, None)
        around: list[_Block] = []
        for event, element in etree.iterwalk(root, events=("start", "end")):
            tag = element.tag
            begins = event == "start"
            block = tag in _BLOCKS and not (junk and element in junk)
            # A strewn element ends the paragraph it stands in for the parser, not for a reader.
            if run and block and not (junk and not begins and element.getnext() in junk):
                self._line("".join(run), run_start, inner)
                run.clear()
            if begins:
                if block:
                    around.append(inner)
                    _, _, grid, cell = inner
                    if tag == "table":
                        if cell is not None:
                            self.nesting.add(cell)
                        grid, cell = tables[element], None
                    elif tag in _CELLS:
                        cell = element
                    inner = (element, position, grid, cell)
                if silent is None and tag in _SILENT:
                    silent = element
                if tag == "sup":
                    raised += 1
                text = element.text
            else:
                if silent is element:
                    silent = None
                if block:
                    inner = around.pop()
                else:
                    inline.add(tag)
                    if tag == "sup":
                        raised -= 1
                text = element.tail
            if text:
                if raised and inner[3] is not None:
                    text = text.translate(_RAISED)
                if silent is None:
                    if not run:
                        run_start = position
                    run.append(text)
                position += len(text)
        self._line("".join(run), run_start, inner)

    def _line(self, text: str, start: int, block: _Block) -> None:
        """End a run of text, which began at character `start` of the page, in a block."""
        if not text or text.isspace():
            return
        owner, begins, grid, cell = block
        if owner.tag == "pre" and "\n" in text:
            place = start
            for piece in text.splitlines(keepends=True):
                self._line(piece.rstrip("\r\n"), place, block)
                place += len(piece)
            return
        self.lines.append(Line(text, partial(self.selector, owner), start - begins, grid))
        self.owners.append(owner)
        if cell is not None:
            self.cells.setdefault(cell, []).append(text)


def _junk(root: HtmlElement) -> frozenset[HtmlElement]:
    """Empty elements that a mirror strewed into the text, all with one id: they break no line."""
    by_id: dict[str, list[HtmlElement]] = {}
    for element in cast("list[HtmlElement]", _EMPTY(root)):
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
            reach[column : column + colspan] = [row + rowspan] * colspan
            said = walk.cells.get(cell) or (_inner(cell) if cell in walk.nesting else ())
            text = "\n".join(said)
            slots.append(Slot(row, column, rowspan, colspan, text, partial(walk.selector, cell)))
            column += colspan
        row += 1
    return Grid(number, tuple(slots), height=row, width=len(reach))


def _inner(cell: HtmlElement) -> list[str]:
    """What a cell holds that has no text but in tables inside it: a figure, or a whole page."""
    said: list[str] = []
    length = 0
    for text in map(str, cell.itertext()):
        if not text.isspace():
            said.append(text)
            length += len(text)
            if length > _LONG_CELL:
                return []
    return said


def _rows(table: HtmlElement) -> Iterator[HtmlElement]:
    for child in table:
        if child.tag == "tr":
            yield child
        elif child.tag not in ("table", *_CELLS):
            yield from _rows(child)


def _span(value: str | None, *, limit: int) -> int:
    """A colspan or rowspan; anything that is no number from 1 up counts as 1, as browsers do."""
    if value is None:
        return 1
    digits = value.strip()
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
        name = (tag.get("name") or tag.get("property") or "").lower()
        content = tag.get("content", "").strip()
        if name and content:
            meta.setdefault(name, content)
    return meta
