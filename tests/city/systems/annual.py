"""Hanweb's page just for annual reports: 温州, 丽水.

Known: `/module/xxgk/xxgkAnnualReport.jsp` with area and fbtime in either order, fbtime
the report year, area nine digits or a social credit code, a title, 发布时间 to the
second. Invented: the page of organs, whose links name an area and no year; the list
of a page without a year; articles at the addresses of jpage for what is no report;
the frame, and all wording.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from tests.city.organs import CITY
from tests.city.systems import NOTHING, UTF8, Answer, Cms, Paper, hexadecimal, metas, organ_table

if TYPE_CHECKING:
    from tests.city.city import City, Column, Entry
    from tests.city.message import Request
    from tests.city.organs import Organ

START = "/xxgk/"
PAGE = "/module/xxgk/xxgkAnnualReport.jsp"


def shell(title: str, body: str, head: str = UTF8) -> str:
    """A whole page, with the portal's navigation."""
    return (
        f"<!DOCTYPE html>\n<html><head>\n{head}<title>{html.escape(title)}</title></head>\n<body>\n"
        f'<div id="head"><a href="/">{CITY}人民政府</a> <a href="{START}">信息公开</a> '
        f'<a href="/search.php?q=1">搜索</a></div>\n{body}'
        '<div id="foot"><a href="/admin/">管理</a></div>\n</body></html>\n'
    )


def _shell(title: str, body: str) -> str:
    return shell(title, body)


def _area(organ: Organ) -> str:
    """Nine digits, or eighteen characters."""
    digits = f"{int(hexadecimal(organ.code)[:12], 16) % 10**9:09d}"
    return digits if organ.number % 3 else f"11330300{digits}C"


def column(column: Column) -> str:
    if column.kind == "09":
        return f"{PAGE}?area="
    if column.kind == "03":
        return f"{PAGE}?area={_area(column.organ)}"
    return f"/col/col{int(hexadecimal(column.code)[:7], 16)}/index.html"


def document_path(entry: Entry) -> str:
    if entry.year is None:
        moment, number = entry.moment, int(hexadecimal(entry.number)[:7], 16)
        return f"/art/{moment.year}/{moment.month}/{moment.day}/art_1229_{number}.html"
    area, year = f"area={_area(entry.organ)}", f"fbtime={entry.year}"
    first, second = (area, year) if entry.time % 2 else (year, area)
    return f"{PAGE}?{first}&{second}"


def _organs(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    return Answer(shell("信息公开目录", organ_table(city)), "index")


def _list(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    column = city.column_at(f"{PAGE}?area={request.query.get('area', '')}")
    if column is None or "fbtime" in request.query:
        return NOTHING
    rows = "".join(
        f'<li><a href="{html.escape(entry.link(request.authority))}" '
        f'title="{html.escape(entry.title)}">{entry.title[:20]}</a>'
        f"<em>{entry.moment:%Y-%m-%d}</em></li>\n"
        for entry in column.entries
    )
    body = f'<h2>{column.organ.name} {column.name}</h2>\n<ul class="nb">\n{rows}</ul>\n'
    return Answer(shell(column.name, body), "list")


def document(paper: Paper) -> str:
    entry, title = paper.entry, html.escape(paper.entry.title)
    body = (
        f'<div class="xxgk_title">{title}</div>\n<div class="xxgk_info">发布时间：'
        f"{entry.moment:%Y-%m-%d %H:%M:%S} 发布机构：{paper.publisher}</div>\n"
        f'<div class="bt_content" id="zoom">\n{paper.article}</div>\n'
    )
    return shell(entry.title, body, paper.charset + metas(paper.meta))


CMS = Cms(
    name="annual",
    host="www.wenzhou.gov.cn",
    start=START,
    rows=100_000,
    column=column,
    document=document_path,
    routes={START: _organs, r"/module/xxgk/xxgkAnnualReport\.jsp": _list},
    frame=document,
    shell=_shell,
    breaks={
        "rows-renamed": (r"<(/?)li\b", r"<\1div"),
        "pager-gone": (r'<div class="page">.*?</div>', ""),
        "article-renamed": (r'class="bt_content" id="zoom"', 'class="content7"'),
    },
)
