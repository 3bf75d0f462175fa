"""One report: its truth from (seed, organ, year), and its article as HTML."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

from tests.city import dress as dresses
from tests.city import figures, forms, prose
from tests.city.markup import Tailor
from tests.city.organs import CITY, Organ
from tests.city.truth import TrueReport

if TYPE_CHECKING:
    from collections.abc import Iterable

REGION_CODE = "320400"
"""The code of the owner of the real portal, which the sample city stands in for."""
CHINA = dt.timezone(dt.timedelta(hours=8))
ANNUAL = "政府信息公开年度报告"
"""What columns of annual reports are called."""
PLANTED = 1 / 4
"""Share of the reports with a planted contradiction."""

TITLES = {
    "{organ}{year}年度政府信息公开工作年度报告": 5,
    "{organ}{year}年政府信息公开工作年度报告": 3,
    "{year}年度{organ}政府信息公开工作年度报告": 1,
    "{organ}{year}年度政府信息公开年度报告": 1,
}
"""What reports are called, and how often."""
WORD_COMMENT = (
    "<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml>"
    "<![endif]--><!--StartFragment-->\n"
)
SCRIPT = (
    '<style type="text/css"><!-- p.MsoNormal {mso-style-parent:"";font-size:16.0pt} --></style>\n'
    '<script type="text/javascript">var row = "<td>7</td><td>11</td>"; zoom(16);</script>\n'
)


def drawing(seed: int, organ: Organ, year: int, what: str) -> random.Random:
    """The source of chance for one aspect of one report, the same whenever it is asked for."""
    return random.Random(f"{seed}|{organ.code}|{year}|{what}")


def title(seed: int, organ: Organ, year: int) -> str:
    draw = drawing(seed, organ, year, "title")
    words = draw.choices(tuple(TITLES), tuple(TITLES.values()))[0]
    return words.format(organ=organ.name, year=year)


def published(seed: int, organ: Organ, year: int) -> dt.datetime:
    """Organs publish in January after the report year, the city from late February to March."""
    draw = drawing(seed, organ, year, "published")
    first = dt.datetime(year + 1, 1, 6, 9, tzinfo=CHINA)
    if organ.whole_city:
        first = dt.datetime(year + 1, 2, 22, 9, tzinfo=CHINA)
    days = draw.randrange(35 if organ.whole_city else 25)
    return first + dt.timedelta(days=days, seconds=draw.randrange(8 * 3600))


def true_report(
    seed: int, organ: Organ, year: int, url: str, print_url: str, *, changed: bool
) -> TrueReport:
    """The truth of a report; `changed` adds one to the licences, which breaks no identity."""
    form = forms.form_of(year)
    draw = drawing(seed, organ, year, "truth")
    numbers = figures.sound(seed, organ, year)
    if draw.random() < PLANTED:
        numbers = figures.plant(numbers, form, draw)
    if changed:
        numbers["t2", "licensing", "decisions"] += 1
    in_order = {key: numbers[key] for key in forms.keys(form)}
    dress = dresses.choose(draw, form)
    cells = dresses.printed(in_order, form, dress, draw)
    shown = published(seed, organ, year).date()
    signed = shown - dt.timedelta(days=draw.randrange(6))
    return TrueReport(
        url=url,
        print_url=print_url,
        organ=organ.name,
        region_code=REGION_CODE,
        level="prefecture",
        scope="government_aggregate" if organ.whole_city else "organ_own",
        year=year,
        form=form,
        title=title(seed, organ, year),
        published=shown.isoformat(),
        signed=None if "unsigned" in dress else signed.isoformat(),
        contacts={
            "address": f"{CITY}望江路{organ.number % 300 + 1}号",
            "postcode": "299000",
            "phone": f"0500-8{organ.number:07d}",
            "email": f"{organ.code}@chengchuan.example",
        },
        dress=tuple(sorted(dress)),
        cells=cells,
        planted=figures.contradictions({cell.key: cell.value for cell in cells}, form),
    )


def article(seed: int, organ: Organ, report: TrueReport) -> str:
    """The HTML of a report's article, that is, all that stands in `td.GovInfoContent`."""
    dress = frozenset(report.dress)
    draw = drawing(seed, organ, report.year, "article")
    tailor = Tailor(dress, draw)
    raws = {cell.key: cell.raw for cell in report.cells}
    grids = {
        "t2": _t2(report.form, dress),
        "t3": _t3(report.form, dress, draw),
        "t4": (forms.t4_grid(),),
    }
    parts = []
    for kind, text in prose.compose(report, dress, draw):
        if kind == "heading":
            parts.append(tailor.heading(text))
        elif kind == "paragraph":
            parts.append(tailor.paragraph(text))
        elif kind == "signature":
            parts.append(tailor.paragraph(text, align="right"))
        else:
            parts.append(tailor.table(grids[kind], raws))
    if "word-comments" in dress:
        parts.insert(draw.randrange(len(parts)), WORD_COMMENT)
    if "scripts" in dress:
        parts.insert(draw.randrange(len(parts)), SCRIPT)
    body = "".join(parts)
    if "giant-row" in dress:
        return f'<table class="article" width="96%"><tr><td valign="top">{body}</td></tr></table>'
    return body


def _t2(form: forms.Form, dress: dresses.Dress) -> Iterable[forms.Grid]:
    blocks = forms.t2_blocks(form)
    if "empty-row" in dress:
        width = len(blocks[0][1])
        blocks = (*blocks[:-1], (*blocks[-1], (forms.Box(),) * width))
    if "five-tables" in dress:
        return blocks
    return (tuple(row for block in blocks for row in block),)


def _t3(form: forms.Form, dress: dresses.Dress, draw: random.Random) -> Iterable[forms.Grid]:
    grid = forms.t3_grid(form)
    if "cut-table" not in dress:
        return (grid,)
    at = draw.randrange(len(forms.T3_HEAD) + 4, len(grid) - 3)
    return forms.cut(grid, at, repeat="cut-header" in dress, label="cut-unlabelled" not in dress)
