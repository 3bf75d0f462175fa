"""Words, figures and tables as HTML, as ugly as the dress says."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Mapping

    from tests.city.dress import Dress
    from tests.city.forms import Box, Grid, Key

SPANS = (
    '<span style="font-family:仿宋_GB2312;mso-hansi-font-family:仿宋_GB2312;font-size:16px">',
    '<span lang="EN-US" style="font-size:16.0pt;mso-font-kerning:0pt">',
    '<span style=";font-family:宋体;font-size:14px">',
    "<span>",
)
EMPTY_SPANS = ("", "", "", '<span lang="EN-US"><o:p></o:p></span>', "<o:p></o:p>")
FONT = '<font face="宋体" size="3" color="#000000">'

CELL_STYLES = (
    'style="border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt" valign="center"',
    'style="padding:0px 7px;border-width:1px;border-style:none solid solid none" width="48"',
    'class="et3" x:num="" height="38"',
    "",
)
PARAGRAPHS = (
    '<p style="text-indent:2em;line-height:1.75em">',
    '<p class="MsoNormal" style="text-indent:32.0pt;mso-char-indent-count:2.0;line-height:28.0pt">',
    "<p>",
)
CELL_PARAGRAPHS = (
    "",
    '<p class="MsoNormal" align="center" style="text-align:center">',
    "<p>",
    "<div>",
)

TYPOS: Mapping[str, str] = {
    "二、上年结转政府信息公开申请数量": "二、上年结收政府信息公开申请数量",
    "本年制发件数": "本年制法件数",
    "1.本机关不掌握相关政府信息": "1.本机关不掌据相关政府信息",
    "4.无正当理由大量反复申请": "4.无正当理由大量返复申请",
    "结果维持": "结果唯持",
    "对外公开总数量": "对外公开总数",
}
"""Labels as misprinted, most of them the way they were seen or an input method would."""

TO_ASCII = str.maketrans("（）：", "():")
BREAKS = ("<br>", "<br/>\n", "\n      ", " ", "&nbsp;", "　")
PADS = ("&nbsp;", "　", "&nbsp;&nbsp;", "\u3000&nbsp;", " \n ")
LAYOUT = '<table width="100%" border="0" cellspacing="0" cellpadding="0"><tr><td class="layout">'
TABLE = '<table border="1" cellspacing="0" cellpadding="0" align="center" class="MsoNormalTable">'


class Tailor:
    """Turns words and tables of one page into HTML. `draw` decides where markup falls."""

    def __init__(self, dress: Dress, draw: random.Random) -> None:
        self.dress = dress
        self.draw = draw
        self.cell_style = draw.choice(CELL_STYLES)
        self.cell_paragraph = draw.choice(CELL_PARAGRAPHS)
        self.paragraph_start = draw.choice(PARAGRAPHS)
        self.closed = "unclosed" not in dress
        self.spans = "word-spans" in dress
        self.layouts = next((n for n in (1, 2, 3) if f"layout-{n}" in dress), 0)

    def paragraph(self, text: str, align: str = "") -> str:
        start = f'<p style="text-align:{align}">' if align else self.paragraph_start
        return f"{start}{self._words(text)}{'</p>' * self.closed}\n"

    def heading(self, text: str) -> str:
        words = self._words(text)
        if "heading-strong" in self.dress:
            return f"<p><strong>{words}</strong></p>\n"
        if "heading-h3" in self.dress:
            return f"<h3>{words}</h3>\n"
        if "heading-bare" in self.dress:
            return f"{text}<br />\n"
        return f"{self.paragraph_start}{words}</p>\n"

    def table(self, grids: Iterable[Grid], raws: Mapping[Key, str]) -> str:
        """One statutory table, in as many table elements as there are grids."""
        return "\n<p>&nbsp;</p>\n".join(self._grid(grid, raws) for grid in grids)

    def _grid(self, grid: Grid, raws: Mapping[Key, str]) -> str:
        heads = 0
        while "thead" in self.dress and all(box.head for box in grid[heads]):
            heads += 1
        rows = [
            f"<tr>{''.join(self._cell(box, raws, head=number < heads) for box in row)}"
            + "</tr>\n" * self.closed
            for number, row in enumerate(grid)
        ]
        if heads:
            rows.insert(heads, "</thead>\n<tbody>\n")
            body = f"<thead>\n{''.join(rows)}</tbody>\n"
        else:
            body = "".join(rows)
            if "no-tbody" not in self.dress:
                body = f"<tbody>\n{body}</tbody>\n"
        table = f"{TABLE}\n{body}</table>"
        return LAYOUT * self.layouts + table + "</td></tr></table>" * self.layouts + "\n"

    def _cell(self, box: Box, raws: Mapping[Key, str], *, head: bool) -> str:
        name = "th" if head else "td"
        spans = f' rowspan="{box.rows}"' * (box.rows > 1)
        spans += f' colspan="{box.columns}"' * (box.columns > 1)
        inside = self._figure(raws[box.key]) if box.key else self._label(box.label)
        if self.cell_paragraph:
            end = "</div>" if self.cell_paragraph == "<div>" else "</p>" * self.closed
            inside = self.cell_paragraph + inside + end
        return f"<{name}{spans} {self.cell_style}>{inside}" + f"</{name}>" * self.closed

    def _figure(self, raw: str) -> str:
        if not raw:
            return "&nbsp;" if "zero-nbsp" in self.dress else ""
        if self.spans and len(raw) > 1:
            at = self.draw.randrange(1, len(raw))
            inside = self._span(raw[:at]) + self._span(raw[at:])
        else:
            inside = self._wrapped(raw)
        if "nbsp" in self.dress and self.draw.random() < 0.3:
            inside = self.draw.choice(PADS) + inside + self.draw.choice(PADS)
        return inside

    def _label(self, label: str) -> str:
        if not label:
            return "&nbsp;"
        if "typos" in self.dress:
            label = TYPOS.get(label, label)
        if "half-width" in self.dress:
            label = label.translate(TO_ASCII)
        if "spaced-ordinals" in self.dress:
            label = re.sub(r"^(\d\.)", r"\1 ", label)
        if "broken-labels" in self.dress and self.draw.random() < 0.5:
            return self._broken(label)
        padded = "nbsp" in self.dress and self.draw.random() < 0.2
        return self._words(label) + "&nbsp;" * padded

    def _broken(self, label: str) -> str:
        """A label cut into pieces, a short one between all its characters."""
        if len(label) <= 5:
            pieces = list(label)
        else:
            at = self.draw.randrange(2, len(label) - 1)
            pieces = [label[:at], label[at:]]
        breaks: tuple[str, ...] = BREAKS
        if self.cell_paragraph.startswith("<p"):
            breaks = (*BREAKS, f"</p>\n{self.cell_paragraph}")
        return self.draw.choice(breaks).join(self._wrapped(piece) for piece in pieces)

    def _words(self, text: str) -> str:
        """Text as Word pastes it: a span for each figure, and cuts anywhere."""
        if not self.spans:
            return self._wrapped(text)
        pieces = []
        for piece in re.split(r"(\d+)", text):
            if len(piece) > 3 and self.draw.random() < 0.5:
                at = self.draw.randrange(1, len(piece))
                pieces += [piece[:at], piece[at:]]
            elif piece:
                pieces.append(piece)
        return "".join(map(self._span, pieces)) + self.draw.choice(EMPTY_SPANS)

    def _span(self, text: str) -> str:
        return f"{self.draw.choice(SPANS)}{html.escape(text, quote=False)}</span>"

    def _wrapped(self, text: str) -> str:
        plain = html.escape(text, quote=False)
        return f"{FONT}{plain}</font>" if "font-tags" in self.dress else plain
