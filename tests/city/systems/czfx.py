"""czfx, the younger system of 常州: columns written by the server, and columns in frames.

Known: `/class/<8 capitals>` and `/class/<8 capitals>/2`, rows as `tr` of
`table.border2` with the day in brackets in the last cell, twenty a page, the
numbers in `#FX_PageDiv`; shells around `iframe#FrameMoreInfo`, the frame at
`/content/xxgk/index?catid=` with `&page=2`, rows as `.xxgkList p` with `span.time`,
总页数; documents at `/html/<site>/<year>/<column>_<month and day>/<number>.html`, the
text in `#czfxcontent` or `td.NewsContent`. Invented: the page of organs, how many
rows a frame has, the words beside the numbers, frames, and all wording.
"""

from __future__ import annotations

import dataclasses
import html
from typing import TYPE_CHECKING

from tests.city.organs import CITY
from tests.city.systems import NOTHING, UTF8, Answer, Cms, Paper, hexadecimal, metas

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.city.city import City, Column, Entry
    from tests.city.message import Request

START = "/class/BMMLAAAA"
SITE = "czly"
LETTERS = str.maketrans("0123456789abcdef", "ABCDEFHIJKLMNOPQ")


def shell(title: str, body: str, head: str = UTF8) -> str:
    """A whole page, with the portal's navigation in a table."""
    return (
        f"<!DOCTYPE html>\n<html><head>\n{head}<title>{html.escape(title)}</title></head>\n<body>\n"
        f'<table class="menu"><tr><td><a href="/">{CITY}人民政府</a></td><td><a href="{START}">'
        f'信息公开</a></td><td><a href="/search.php?q=1">搜索</a></td></tr></table>\n{body}'
        '<table class="foot"><tr><td><a href="/admin/">管理</a></td></tr></table>\n'
        "</body></html>\n"
    )


def _shell(title: str, body: str) -> str:
    return shell(title, body)


def _capitals(code: str) -> str:
    return hexadecimal("column", code)[:8].translate(LETTERS)


def _category(column: Column) -> int:
    return int(hexadecimal("category", column.code)[:6], 16)


def column(column: Column) -> str:
    return f"/class/{_capitals(column.code)}"


def document_path(entry: Entry) -> str:
    moment, number = entry.moment, int(hexadecimal(entry.number)[:6], 16)
    code = _capitals(f"{entry.organ.code}_{entry.kind}")
    return f"/html/{SITE}/{moment:%Y}/{code}_{moment:%m%d}/{number}.html"


def _organs(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    rows = "".join(
        f"<tr><td>{organ.name}</td>"
        + "".join(f'<td><a href="{c.path}">{c.name}</a></td>' for c in city.columns_of(organ))
        + "</tr>\n"
        for organ in city.organs
    )
    return Answer(shell("部门目录", f"<table>{rows}</table>\n"), "index")


def _list(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    """A page of a column that the server writes."""
    path, page = groups
    column, number = city.column_at(path), int(page or 1)
    if column is None or not 1 <= number <= column.pages:
        return NOTHING
    rows = "".join(
        f'<tr><td width="85%">·<a href="{entry.link(request.authority)}" target="_blank" '
        f'title="{html.escape(entry.title)}">{html.escape(entry.title[:30])}</a></td>'
        f"<td>[{entry.moment:%Y-%m-%d}]</td></tr>\n"
        for entry in column.page(number)
    )
    body = (
        f"<h2>{column.organ.name} {column.name}</h2>\n"
        f'<table class="border2">\n{rows}</table>\n{_pager(column, number)}\n'
    )
    return Answer(shell(f"{column.name}-{column.organ.name}", body), "list", number)


def _pager(column: Column, number: int) -> str:
    """Five numbers around this page's and the last, as `#FX_PageDiv` has them."""
    last = column.stated_pages
    near = {*range(number - 2, number + 3), last} & set(range(1, last + 1))
    numbers = [
        f"<strong>{n}</strong>" if n == number else f'<a href="{column.path}/{n}">{n}</a>'
        for n in sorted(near)
    ]
    before = [f'<a href="{column.path}/{number - 1}">上页</a>'] if number > 1 else []
    after = [f'<a href="{column.path}/{number + 1}">下页</a>'] if number < last else []
    return f'<div id="FX_PageDiv">{" ".join(before + numbers + after)}</div>'


def _paper(paper: Paper, article: str) -> str:
    title = html.escape(paper.entry.title)
    body = (
        f'<table width="88%"><tr><td class="NewsTitle">{title}</td></tr>\n'
        f"<tr><td>来源：{paper.publisher} 发布日期：{paper.entry.moment:%Y-%m-%d}</td></tr>\n"
        f"<tr><td {article}>\n{paper.article}</td></tr></table>\n"
    )
    return shell(paper.entry.title, body, paper.charset + metas(paper.meta))


def document(paper: Paper) -> str:
    return _paper(paper, 'id="czfxcontent"')


CMS = Cms(
    name="czfx",
    host="gxj.changzhou.gov.cn",
    start=START,
    rows=20,
    column=column,
    document=document_path,
    routes={START: _organs, r"(/class/[A-Z]{8})(?:/(\d+))?": _list},
    frame=document,
    shell=_shell,
    breaks={
        "rows-renamed": (r"<(/?)t[rd]\b", r"<\1div"),
        "pager-gone": (r'<div id="FX_PageDiv">.*?</div>', ""),
        "article-renamed": ("czfxcontent", "content7"),
    },
)


def _framing(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    """The shell around the frame of a column."""
    column = city.column_at(request.path)
    if column is None:
        return NOTHING
    body = (
        f'<iframe id="FrameMoreInfo" name="FrameMoreInfo" scrolling="no" width="100%" '
        f'src="/content/xxgk/index?catid={_category(column)}"></iframe>\n'
    )
    return Answer(shell(column.name, body), "list")


def _framed(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    """A page of the list in a frame, which has no navigation of its own."""
    catid = request.query.get("catid", "")
    found = [c for c in city.columns.values() if str(_category(c)) == catid]
    number = int(request.query.get("page", "1"))
    if not found or not 1 <= number <= found[0].pages:
        return NOTHING
    column = city.shown(found[0])
    rows = _paragraphs(column.page(number), request.authority)
    pages = column.stated_pages
    text = (
        f"<!DOCTYPE html>\n<html><head>\n{UTF8}</head>\n<body>\n"
        f'<div class="xxgkList">\n{rows}</div>\n'
        f'<div class="page">总页数：{pages} 当前页：{number}</div>\n</body></html>\n'
    )
    return Answer(text, "list", number)


def _paragraphs(entries: Iterable[Entry], authority: str) -> str:
    return "".join(
        f'<p><a href="{entry.link(authority)}" target="_blank" '
        f'title="{html.escape(entry.title)}">{html.escape(entry.title[:40])}</a>'
        f'<span class="time">{entry.moment:%Y-%m-%d}</span></p>\n'
        for entry in entries
    )


def framed_document(paper: Paper) -> str:
    return _paper(paper, 'class="NewsContent"')


FRAMED = dataclasses.replace(
    CMS,
    name="czfx-framed",
    host="www.liyang.gov.cn",
    routes={START: _organs, "/class/[A-Z]{8}": _framing, "/content/xxgk/index": _framed},
    frame=framed_document,
    breaks={
        "rows-renamed": (r"<(/?)p\b", r"<\1b"),
        "pager-gone": (r'<div class="page">.*?</div>', ""),
        "article-renamed": ("NewsContent", "content7"),
    },
)
"""The system as 溧阳 runs it: a column is a shell around a frame."""
