"""Lists written to files: 南京 (kin of TRS) and 无锡.

Known of 南京: columns in folders or as index_<column>.html, then
index_<column>_1.html; documents `<year and month>/t<day>_<number>.html`, the text
in `.TRS_UEDITOR` within `.wenZhang`, rows as `li` of `ul.list`. Of 无锡: columns
`/zfxxgk/xxgkml/<column>/index.shtml`, rows as `li` of `#doclist`, twenty a page,
then index_2.shtml; documents `/doc/<year>/<month>/<day>/<number>.shtml`, the text
in `.mainCont`. Invented: pages of organs, pagers (createPageHTML from 0 at 南京,
a link 下一页 of class next at 无锡), frames, and all wording.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from tests.city.organs import CITY
from tests.city.systems import NOTHING, UTF8, Answer, Cms, Paper, hexadecimal, metas

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.city.city import City, Column, Entry
    from tests.city.message import Request

FOLDERS = {"01": "zcwj", "02": "tzgg", "03": "zfxxgkndbg", "09": "bmxxgknb"}


def shell(title: str, body: str, head: str = UTF8) -> str:
    """A whole page, with the portal's navigation."""
    return (
        f"<!DOCTYPE html>\n<html><head>\n{head}<title>{html.escape(title)}</title></head>\n<body>\n"
        f'<div class="nav"><a href="/">{CITY}人民政府</a> '
        '<a href="/search.php?q=1">搜索</a></div>\n'
        f'{body}<div class="footer"><a href="/admin/">管理</a></div>\n</body></html>\n'
    )


def _shell(title: str, body: str) -> str:
    return shell(title, body)


def _number(*of: str) -> int:
    return int(hexadecimal(*of)[:6], 16) + 1_000_000


def _organs(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    rows = "".join(
        f"<dl><dt>{organ.name}</dt>"
        + "".join(f'<dd><a href="{c.path}">{c.name}</a></dd>' for c in city.columns_of(organ))
        + "</dl>\n"
        for organ in city.organs
    )
    return Answer(shell("政府信息公开目录", rows), "index")


def _listing(
    pager: Callable[[Column, int, str], str], attribute: str
) -> Callable[[City, Request, tuple[str, ...]], Answer]:
    """The lists of a portal with this pager, its rows in a list with this attribute."""

    def give(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
        start, name, page, ending = groups
        number = int(page or 0) + (pager is _from_nought)
        number = number or 1
        column = city.column_at(f"{start}{name}.{ending}") or city.column_at(start)
        if column is None or not 1 <= number <= column.pages or (number == 1 and page):
            return NOTHING
        rows = "".join(
            f'<li><a href="{entry.link(request.authority)}" title="{html.escape(entry.title)}">'
            f"{html.escape(entry.title)}</a><span>{entry.moment:%Y-%m-%d}</span></li>\n"
            for entry in column.page(number)
        )
        body = (
            f'<div class="local">{column.organ.name} &gt; {column.name}</div>\n'
            f"<ul {attribute}>\n{rows}</ul>\n{pager(column, number, f'{name}')}\n"
        )
        return Answer(shell(f"{column.name}-{column.organ.name}", body), "list", number)

    return give


def _from_nought(column: Column, number: int, name: str) -> str:
    pages = column.stated_pages
    return (
        f'<div class="page"><script>createPageHTML({pages}, {number - 1}, "{name or "index"}", '
        '"html");</script></div>'
    )


def _linked(column: Column, number: int, name: str) -> str:
    pages = column.stated_pages
    links = [f"<span>共{pages}页 第{number}页</span>"]
    if number > 1:
        before = "index" if number == 2 else f"index_{number - 1}"
        links.append(f'<a href="{before}.shtml">上一页</a>')
    if number < pages:
        links.append(f'<a class="next" href="index_{number + 1}.shtml">下一页</a>')
    return f'<div class="page">{" ".join(links)}</div>'


def _nanjing_column(column: Column) -> str:
    """Organs with an even number keep their columns as folders, the others as numbered files."""
    folder = f"/{column.organ.code}/xxgkzl/{FOLDERS[column.kind]}/"
    if column.organ.number % 2:
        return f"{folder}index_{_number(column.code) % 90_000 + 10_000}.html"
    return folder


def _nanjing_document(entry: Entry) -> str:
    moment = entry.moment
    return (
        f"/{entry.organ.code}/xxgkzl/{FOLDERS[entry.kind]}/{moment:%Y%m}/t{moment:%Y%m%d}_"
        f"{_number(entry.number)}.html"
    )


def _nanjing_frame(paper: Paper) -> str:
    entry = paper.entry
    body = (
        f'<div class="wenZhang"><h1>{html.escape(entry.title)}</h1>\n'
        f'<div class="info">来源：{paper.publisher} 发布日期：{entry.moment:%Y-%m-%d %H:%M}</div>\n'
        f'<div class="TRS_UEDITOR">\n{paper.article}</div></div>\n'
    )
    return shell(entry.title, body, paper.charset + metas(paper.meta))


def _wuxi_column(column: Column) -> str:
    return f"/zfxxgk/xxgkml/{column.organ.code}/{FOLDERS[column.kind]}/index.shtml"


def _wuxi_document(entry: Entry) -> str:
    return f"/doc/{entry.moment:%Y/%m/%d}/{_number(entry.number)}.shtml"


def _wuxi_frame(paper: Paper) -> str:
    entry = paper.entry
    body = (
        f'<div class="mainCont"><h1>{html.escape(entry.title)}</h1>\n'
        f"<p><em>发布时间：{entry.moment:%Y-%m-%d} 来源：{paper.publisher}</em></p>\n"
        f'<div class="Zoom">\n{paper.article}</div></div>\n'
    )
    meta = metas(paper.meta, content_first=True)
    return shell(entry.title, body, paper.charset + meta)


NANJING = Cms(
    name="static-nanjing",
    host="www.nanjing.gov.cn",
    validators="sound",
    start="/zzb/zfxxgk/",
    rows=20,
    column=_nanjing_column,
    document=_nanjing_document,
    routes={
        "/zzb/zfxxgk/": _organs,
        r"(/.+/)(?:(index(?:_\d{5})?)(?:_(\d{1,3}))?\.(html))?": _listing(
            _from_nought, 'class="list"'
        ),
    },
    frame=_nanjing_frame,
    shell=_shell,
    breaks={
        "rows-renamed": (r"<(/?)li\b", r"<\1div"),
        "pager-gone": (r"<script>createPageHTML.*?</script>", ""),
        "article-renamed": (r"wenZhang|TRS_UEDITOR", "content7"),
    },
)

WUXI = Cms(
    name="static-wuxi",
    host="www.wuxi.gov.cn",
    validators="sound",
    start="/zfxxgk/bmxxgkml/index.shtml",
    rows=20,
    column=_wuxi_column,
    document=_wuxi_document,
    routes={
        "/zfxxgk/bmxxgkml/index.shtml": _organs,
        r"(/.+/)(index)(?:_(\d{1,3}))?\.(shtml)": _listing(_linked, 'id="doclist"'),
    },
    frame=_wuxi_frame,
    shell=_shell,
    breaks={
        "rows-renamed": (r"<(/?)li\b", r"<\1div"),
        "pager-gone": (r'<div class="page">.*?</div>', ""),
        "article-renamed": ("mainCont", "content7"),
    },
)
