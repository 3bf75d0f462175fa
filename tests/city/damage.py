"""Damage to the tables of a report page: what Word, editors and copies do to them.

Each damage is a function that changes the DOM of a page and says which cells
of the report it touched. A reading may then miss or flag a touched cell; it
may never give another number for one without a flag, and cells not touched
must be read as if nothing had happened.
"""

from __future__ import annotations

import copy
import dataclasses
import random
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from itertools import pairwise

import lxml.etree
import lxml.html
from lxml.html import HtmlElement

from tests.city.truth import TrueReport

Key = tuple[str, str, str]
ALL = frozenset[Key]


@dataclasses.dataclass(slots=True)
class Damaged:
    """A page that is being damaged."""

    root: HtmlElement
    truth: TrueReport
    draw: random.Random
    touched: set[Key] = dataclasses.field(default_factory=set)

    def tables(self, word: str) -> list[HtmlElement]:
        """Innermost tables in which a word is printed, in document order."""
        return [
            table
            for table in self.root.iter("table")
            if table.find(".//table") is None and word in _said(table)
        ]

    def touch(self, table: str, rows: Iterator[str] | None = None) -> None:
        """Say that cells of a table (of some rows) can no longer be told."""
        wanted = None if rows is None else set(rows)
        self.touched |= {
            cell.key
            for cell in self.truth.cells
            if cell.table == table and (wanted is None or cell.row in wanted)
        }


def _said(element: HtmlElement) -> str:
    return re.sub(r"\s", "", element.text_content())


def _rows(table: HtmlElement) -> list[HtmlElement]:
    return list(table.iter("tr"))


def _number_rows(page: Damaged) -> list[HtmlElement]:
    """Rows of table 3 that hold figures."""
    return [
        row
        for table in page.tables("国家秘密") + page.tables("结转下年度")
        for row in dict.fromkeys(_rows(table))
        if len(list(row.iter("td"))) >= 8 and len(_figures(row)) == 7
    ]


def _figures(row: HtmlElement) -> list[HtmlElement]:
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    return [c for c in cells[-7:] if not re.search(r"[\u4e00-\u9fff]{2}", _said(c))]


def lost_cell(page: Damaged) -> None:
    """One figure's cell is gone: the row is one short."""
    rows = _number_rows(page)
    if rows:
        row = page.draw.choice(rows)
        row.remove(page.draw.choice(_figures(row)))
        page.touch("t3")


def lost_row(page: Damaged) -> None:
    """A whole row of table 3 is gone."""
    rows = [row for row in _number_rows(page) if not any(c.get("rowspan") for c in row)]
    if rows:
        row = page.draw.choice(rows)
        row.getparent().remove(row)
        page.touch("t3")


def extra_column(page: Damaged) -> None:
    """A column of remarks stands right of table 3."""
    for table in page.tables("自然人")[:1]:
        rows = _rows(table)
        for number, row in enumerate(rows):
            cell = lxml.html.Element("td")
            cell.text = "备注" if not number else ""
            row.append(cell)


def numbered_rows(page: Damaged) -> None:
    """A column of row numbers stands left of table 3."""
    tables = page.tables("自然人")
    if len(tables) != 1:
        return
    for number, row in enumerate(_rows(tables[0])):
        cell = lxml.html.Element("td")
        cell.text = str(number)
        row.insert(0, cell)


def remarks(page: Damaged) -> None:
    """A column of remarks stands right of table 3, and some rows have one."""
    for table in page.tables("自然人")[:1]:
        for number, row in enumerate(_rows(table)):
            cell = lxml.html.Element("td")
            cell.text = "备注" if not number else page.draw.choice(("", "", "按季统计"))
            row.append(cell)


def unit_column(page: Damaged) -> None:
    """A column says in what table 3 counts, between its labels and its figures."""
    if len(page.tables("自然人")) != 1 or page.tables("结转下年度") != page.tables("自然人"):
        return
    head = next(iter(page.tables("自然人")[0].iter("tr")))
    cell = lxml.html.Element("td", rowspan="3")
    cell.text = "单位"
    head.insert(1, cell)
    for row in _number_rows(page):
        cell = lxml.html.Element("td")
        cell.text = "件"
        _figures(row)[0].addprevious(cell)


def swapped_rows(page: Damaged) -> None:
    """Two rows of table 3 stand in each other's place."""
    rows = [row for row in _number_rows(page) if not any(c.get("rowspan") for c in row)]
    pairs = [(a, b) for a, b in pairwise(rows) if a.getnext() is b]
    if pairs and len(page.tables("自然人")) == 1:
        first, second = page.draw.choice(pairs)
        second.addnext(first)
        page.touch("t3")


def other_words(page: Damaged) -> None:
    """Totals are called 合计, others 其它, and long labels by their first words."""
    short = {"（二）部分公开": 7, "1.申请人无正当": 14, "2.申请人逾期": 12}
    for word in ("自然人", "结果维持"):
        for table in page.tables(word):
            for cell in table.iter("td", "th"):
                said = _said(cell)
                kept = next((n for start, n in short.items() if said.startswith(start)), None)
                if kept or said in ("总计", "其他"):
                    for child in list(cell):
                        cell.remove(child)
                    cell.text = said[:kept].replace("总计", "合计").replace("其他", "其它")


def unit_in_header(page: Damaged) -> None:
    """The fees of table 2 are in 元, and only their header says so."""
    for table in page.tables("行政事业性收费"):
        cells = [c for c in table.iter("td", "th") if "收费金额" in _said(c)]
        figures = [c for c in page.truth.cells if c.column == "amount_wan_yuan" and c.value]
        row = next(r for r in _rows(table) if "行政事业性收费" in _said(r))
        if cells and figures:
            printed = [c for c in row if c.tag in ("td", "th")][1]
            for cell in (cells[0], printed):
                for child in list(cell):
                    cell.remove(child)
            cells[0].text = "本年收费金额（单位：元）"
            printed.text = f"{Decimal(str(figures[0].value)) * 10_000:f}"


def table_4_in_three(page: Damaged) -> None:
    """Table 4 stands as three tables, one for each of its blocks."""
    for table in page.tables("结果维持"):
        rows = [row for row in _rows(table) if len([c for c in row if not _said(c)]) < 15]
        cells = [c for c in rows[-1] if c.tag in ("td", "th")]
        if len(rows) != 4 or len(cells) != 15:
            return
        for number, block in enumerate(("复议后起诉", "未经复议直接起诉", "行政复议")):
            part = lxml.html.Element("table")
            head = lxml.etree.SubElement(part, "tr")
            lxml.etree.SubElement(head, "td", colspan="5").text = block
            names = lxml.etree.SubElement(part, "tr")
            for name in ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计"):
                lxml.etree.SubElement(names, "td").text = name
            figures = lxml.etree.SubElement(part, "tr")
            for cell in cells[10 - 5 * number : 15 - 5 * number]:
                figures.append(cell)
            table.addnext(part)
        table.getparent().remove(table)


def no_spans(page: Damaged) -> None:
    """All spans are gone, as after a conversion: rows are as long as they look."""
    for word in ("自然人", "结果维持", "信息内容"):
        for table in page.tables(word):
            for cell in table.iter("td", "th"):
                cell.attrib.pop("rowspan", None)
                cell.attrib.pop("colspan", None)
    page.touch("t3")
    page.touch("t4")


def wrong_spans(page: Damaged) -> None:
    """Spans of labels reach too far."""
    for table in page.tables("自然人"):
        cells = [c for c in table.iter("td", "th") if c.get("colspan") and len(_said(c)) > 8]
        if cells:
            page.draw.choice(cells).set("colspan", str(page.draw.randint(4, 9)))
    page.touch("t3")


def empty_rows(page: Damaged) -> None:
    """Rows without cells between the rows."""
    for word in ("自然人", "信息内容"):
        for table in page.tables(word):
            for row in _rows(table):
                if page.draw.random() < 0.2:
                    row.addnext(lxml.html.Element("tr"))
                    # Inside a label that spans rows, an empty row pushes the last one aside.
                    page.touch("t3")


def one_table(page: Damaged) -> None:
    """Tables 2, 3 and 4 were pasted as one."""
    found = [t for w in ("第二十条", "自然人", "结果维持") for t in page.tables(w)]
    found = list(dict.fromkeys(found))
    if len(found) < 2:
        return
    first = found[0]
    body = first.find("tbody") if first.find("tbody") is not None else first
    for table in found[1:]:
        for row in _rows(table):
            body.append(row)
        table.drop_tree()


def nested_figures(page: Damaged) -> None:
    """Some figures stand in a table of their own inside their cell."""
    for row in _number_rows(page):
        for cell in _figures(row):
            if page.draw.random() < 0.05:
                inner = lxml.html.Element("table")
                target = lxml.etree.SubElement(lxml.etree.SubElement(inner, "tr"), "td")
                target.text = cell.text
                for child in list(cell):
                    target.append(child)
                cell.text = None
                cell.append(inner)
    page.touch("t3")


def unreadable_figure(page: Damaged) -> None:
    """A digit was swallowed by a charset error."""
    rows = _number_rows(page)
    cells = [c for row in rows for c in _figures(row) if len(_said(c)) > 1]
    if cells:
        cell = page.draw.choice(cells)
        figure = _said(cell)
        for child in list(cell):
            cell.remove(child)
        cut = page.draw.randrange(len(figure))
        cell.text = figure[:cut] + page.draw.choice("?？\ufffd") + figure[cut + 1 :]
        page.touch("t3")


def repeated_table(page: Damaged) -> None:
    """Table 3 stands twice, as when a page shows a web and a print version."""
    tables = page.tables("自然人")
    if len(tables) == 1:
        tables[0].addnext(copy.deepcopy(tables[0]))


def no_header(page: Damaged) -> None:
    """The header rows of table 3 are gone."""
    tables = page.tables("自然人")
    if len(tables) == 1:
        for row in _rows(tables[0])[:3]:
            if not _figures(row) or "人" in _said(row):
                row.getparent().remove(row)
    page.touch("t3")


def swapped_header(page: Damaged) -> None:
    """Two headers of table 3 were exchanged together with their figures."""
    tables = page.tables("自然人")
    if len(tables) != 1 or page.tables("结转下年度") != tables:
        return
    for row in _rows(tables[0]):
        cells = [c for c in row if c.tag in ("td", "th")]
        if "科研" in _said(row) and "公益" in _said(row):
            first = next(c for c in cells if "科研" in _said(c))
            second = next(c for c in cells if "公益" in _said(c))
        else:
            figures = _figures(row)
            if len(figures) != 7 or not re.search(r"[\u4e00-\u9fff]{2}", _said(row)):
                continue
            first, second = figures[2], figures[3]
        if first.getnext() is second:
            tail, first.tail = first.tail, second.tail
            second.tail = tail
            second.addnext(first)
    page.touch("t3")


DAMAGES: Mapping[str, Callable[[Damaged], None]] = {
    damage.__name__.replace("_", "-"): damage
    for damage in (
        swapped_header,
        unreadable_figure,
        nested_figures,
        lost_cell,
        lost_row,
        repeated_table,
        no_header,
        extra_column,
        remarks,
        unit_column,
        swapped_rows,
        other_words,
        unit_in_header,
        table_4_in_three,
        numbered_rows,
        wrong_spans,
        no_spans,
        empty_rows,
        one_table,
    )
}
"""Every damage by its name."""


def damage(
    html: str, truth: TrueReport, draw: random.Random, names: list[str]
) -> tuple[str, set[Key]]:
    """The page after the named damages, and the keys of the cells they touched."""
    root = lxml.html.document_fromstring(html)
    page = Damaged(root, truth, draw)
    # In the order of the table: a column is added to rows as they are, not cut out of them again.
    for name in sorted(names, key=list(DAMAGES).index):
        DAMAGES[name](page)
    return lxml.html.tostring(root, encoding="unicode"), page.touched
