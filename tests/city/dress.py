"""How a page is dressed: the uglinesses of real pages, by name, and how figures look in them.

A report wears a handful of dresses, drawn from its own seed. They change what
is printed and how the markup looks, never what is true.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from tests.city.forms import T3_COLUMNS, T4_PARTS, Form, Key, outcomes
from tests.city.truth import Status, TrueCell

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from tests.city.figures import Figures, Number

Dress = frozenset[str]

DRESSES: Mapping[str, str] = {
    # what figures look like
    "zero-slash": "most zeros are printed as a slash",
    "zero-dash": "most zeros are printed as a dash",
    "zero-blank": "most zeros are left out",
    "zero-nbsp": "most zeros are a non-breaking space",
    "blank-totals": "totals of outcomes are left out: of all rows of zeros, and of some others",
    "full-width-digits": "some figures are in full-width digits",
    "thousands": "thousands are set off by commas",
    "signed": "an increase carries a plus sign",
    "counted": "procurement projects carry their measure word",
    "wan": "the sum of procurement is given in 万元",
    # what words look like
    "word-spans": "Word's spans cut words and figures into pieces",
    "font-tags": "font elements around the words of cells",
    "broken-labels": "labels broken by line ends, spaces and paragraphs",
    "nbsp": "non-breaking and full-width spaces around words and figures",
    "half-width": "brackets and colons of labels in ASCII",
    "spaced-ordinals": "a space after the ordinal of a label",
    "typos": "misprinted labels",
    # what tables look like
    "layout-1": "each table stands in a layout table",
    "layout-2": "each table stands in a layout table in a layout table",
    "layout-3": "each table stands three layout tables deep",
    "giant-row": "the whole article stands in one row of a layout table",
    "no-tbody": "tables without tbody",
    "thead": "header rows in thead, as th",
    "unclosed": "cells, rows and paragraphs are not closed",
    "empty-row": "table 2 ends in a row of empty cells",
    "five-tables": "table 2 as one table for each item",
    "cut-table": "table 3 is cut in two at a page break",
    "cut-header": "the second part of table 3 repeats the header",
    "cut-unlabelled": "the group label is not repeated after the cut",
    # what headings look like
    "heading-strong": "section headings in strong",
    "heading-h3": "section headings in h3",
    "heading-bare": "section headings are bare text of the article's cell",
    "table-suffix": "headings of tables end in （表一）",
    "odd-headings": "headings in other words than the form's",
    "contents-sentence": "the first paragraph names all headings",
    # what the page looks like
    "gbk-meta": "GBK bytes, charset only in a meta element that says gb2312",
    "gbk-header": "GBK bytes, charset in the Content-Type header",
    "utf8-bom": "UTF-8 with a byte order mark, charset nowhere else",
    "word-comments": "conditional comments of Word between paragraphs",
    "scripts": "script and style elements in the article, with cells inside",
    "page-norm": "the meta elements that the state's page norm asks for",
    "publisher-default": "the portal's default publisher in the info table",
    "unsigned": "no signature under the article",
}
"""Every dress, and what it does."""

CHOICES: tuple[tuple[float, tuple[str, ...]], ...] = (
    (0.6, ("zero-slash", "zero-dash", "zero-blank", "zero-nbsp")),
    (0.2, ("blank-totals",)),
    (0.2, ("full-width-digits",)),
    (0.4, ("thousands",)),
    (0.5, ("signed",)),
    (0.5, ("counted",)),
    (0.5, ("wan",)),
    (0.6, ("word-spans", "word-spans", "font-tags")),
    (0.6, ("broken-labels",)),
    (0.3, ("nbsp",)),
    (0.4, ("half-width",)),
    (0.3, ("spaced-ordinals",)),
    (0.2, ("typos",)),
    (0.4, ("layout-1", "layout-2", "layout-3")),
    (0.15, ("giant-row",)),
    (0.4, ("no-tbody", "thead")),
    (0.2, ("unclosed",)),
    (0.4, ("five-tables",)),
    (0.15, ("empty-row",)),
    (0.25, ("cut-table",)),
    (0.5, ("cut-header",)),
    (0.3, ("cut-unlabelled",)),
    (0.8, ("heading-strong", "heading-h3", "heading-bare")),
    (0.2, ("table-suffix",)),
    (0.2, ("odd-headings",)),
    (0.4, ("contents-sentence",)),
    (0.35, ("gbk-meta", "gbk-header", "utf8-bom")),
    (0.3, ("word-comments",)),
    (0.25, ("scripts",)),
    (0.5, ("page-norm",)),
    (0.1, ("publisher-default",)),
    (0.1, ("unsigned",)),
)
"""How likely one of each line is worn."""

ONLY: Mapping[str, Form] = {
    "signed": "form_2019",
    "counted": "form_2019",
    "wan": "form_2019",
}
"""Dresses that need a table of one form."""

ZEROS: Mapping[str, tuple[tuple[str, Status], ...]] = {
    "zero-slash": (("/", "slash"),),
    "zero-dash": (("-", "dash"), ("—", "dash")),
    "zero-blank": (("", "blank"),),
    "zero-nbsp": (("", "blank"),),
}

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


def choose(draw: random.Random, form: Form) -> Dress:
    """The dress of one report."""
    worn = {draw.choice(names) for chance, names in CHOICES if draw.random() < chance}
    if "cut-table" not in worn:
        worn -= {"cut-header", "cut-unlabelled"}
    return frozenset(name for name in worn if ONLY.get(name, form) == form)


def charset(dress: Dress) -> str:
    """The codec of the page's bytes."""
    if dress & {"gbk-meta", "gbk-header"}:
        return "gbk"
    return "utf-8-sig" if "utf8-bom" in dress else "utf-8"


def printed(
    figures: Figures, form: Form, dress: Dress, draw: random.Random
) -> tuple[TrueCell, ...]:
    """The cells as the page prints the figures, in the order of the form."""
    zeros = next((ZEROS[name] for name in ZEROS if name in dress), None)
    zero = draw.choice(zeros) if zeros else None
    blank = {("t3", row, "total") for row in outcomes(form)} if "blank-totals" in dress else set()
    cells = []
    for key, number in figures.items():
        luck = draw.random()  # one a cell, so that a changed figure changes no other cell
        busy = key[2] == "total" and _busy(key, figures)
        if key in blank and (not busy or luck < 0.3):
            cells.append(TrueCell(*key, None, "", "blank"))
        elif zero and number == 0 and not busy and luck < 0.7:
            cells.append(TrueCell(*key, None, *zero))
        else:
            raw = _in_figures(key, number, dress)
            if "full-width-digits" in dress and luck < 0.15:
                raw = raw.translate(FULL_WIDTH)
            cells.append(TrueCell(*key, number, raw, "reported"))
    return tuple(cells)


def _busy(total: Key, figures: Figures) -> bool:
    """Whether the row of a total has a figure other than zero beside it."""
    table, row, _ = total
    parts = T4_PARTS if table == "t4" else T3_COLUMNS[:-1]
    return any(figures[table, row, part] for part in parts)


def _in_figures(key: Key, number: Number, dress: Dress) -> str:
    column = key[2]
    if column == "amount_yuan" and number:
        if "wan" in dress:
            return f"{Decimal(number) / 10_000:f}万元"
        return f"{number}元"
    if column == "projects" and number and "counted" in dress:
        return f"{number}个"
    if column == "items_change" and "signed" in dress and number > 0:
        return f"+{number}"
    if isinstance(number, float):
        return f"{Decimal(repr(number)):f}"
    return f"{number:,}" if "thousands" in dress else f"{number}"
