"""Hanweb jpaas: 泰州 and 扬州, whose columns a service draws, and columns with archives by year.

Known: `/<folders>/index.html`, `art/<year>/art_<hexadecimal>.html`; the script with
parsetype, url and querydata in single quotes, of which a page has others for its
menus; the service's JSON with success and data.html, rows as `li.clearfix` with
`span.bt-right`, or as `li` of `.page-content`; `.pagination` with rows and count,
pageno and querydata; that a page number outside paramJson is not heeded; the link
`a.xxgk_more` to `<year>n/index.html`; text in `.wzzw-article`. Invented: the page of
organs, the frame, and all wording.
"""

from __future__ import annotations

import dataclasses
import html
import json
from typing import TYPE_CHECKING

from tests.city.organs import CITY
from tests.city.systems import (
    NOTHING,
    UTF8,
    Answer,
    Cms,
    Paper,
    hexadecimal,
    metas,
    organ_table,
    uuid,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.city.city import City, Column, Entry
    from tests.city.message import Request

START = "/zfxxgk/bmzfxxgk/index.html"
SERVICE = "/api-gateway/jpaas-publish-server/front/page/build/unit"
FOLDERS = {"01": "fggw", "02": "tzgg", "03": "zfxxgknb", "09": "bmzfxxgknb"}
WEB = "NuQPpnZycKgxHWRPidPDl"


def _unit(tag: str, page: str) -> str:
    fields = {
        "parseType": "bulidstatic",
        "webId": WEB,
        "tplSetId": "LmNssD6Eo0DO7Gf77breT",
        "pageType": "column",
        "tagId": tag,
        "editType": "null",
        "pageId": page,
    }
    data = ",".join(f"'{name}':'{value}'" for name, value in fields.items())
    return (
        f'<script parseType="bulidstatic" src="/cms_files/default/script/ajax/unit.js" '
        f'url="{SERVICE}" queryData="{{{data}}}"></script>\n'
    )


def shell(title: str, body: str, head: str = UTF8) -> str:
    """A whole page, with the portal's navigation, which a script draws too."""
    return (
        f"<!DOCTYPE html>\n<html><head>\n{head}<title>{html.escape(title)}</title></head>\n<body>\n"
        f'<ul class="head"><li class="clearfix mobile"><a href="/">{CITY}</a></li>'
        f'<li><a href="/index.html">首页</a></li><li><a href="{START}">信息公开</a></li>'
        f'<li><a href="/search.php?q=1">搜索</a></li></ul>\n{body}'
        '<div class="foot"><a href="/admin/">管理</a></div>\n</body></html>\n'
    )


def _shell(title: str, body: str) -> str:
    return shell(title, body)


def _page_id(*of: str) -> str:
    return hexadecimal("page", *of)


def column(column: Column) -> str:
    return f"/zfxxgk/{column.organ.code}/{FOLDERS[column.kind]}/index.html"


def document_path(entry: Entry) -> str:
    folder = f"/zfxxgk/{entry.organ.code}/{FOLDERS[entry.kind]}"
    return f"{folder}/art/{entry.moment:%Y}/art_{hexadecimal(entry.number)}.html"


def _organs(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    menu = _unit("右侧导航", _page_id("organs"))
    return Answer(shell("部门信息公开", f"{menu}{organ_table(city)}"), "index")


def _rows(entries: Iterable[Entry], authority: str) -> str:
    return "".join(
        f'<li class="clearfix"><a href="{entry.link(authority)}" target="_blank" '
        f'title="{html.escape(entry.title)}">{html.escape(entry.title[:30])}</a>'
        f'<span class="bt-right">{entry.moment:%Y-%m-%d}</span></li>\n'
        for entry in entries
    )


def _drawn(title: str, page: str) -> Answer:
    """A column of which a service gives the rows."""
    body = (
        f"{_unit('页头', page)}"
        f'<div class="local">{title}</div>\n<div class="main">{_unit("当前栏目list", page)}</div>\n'
    )
    return Answer(shell(title, body), "list")


def _list(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    column = city.column_at(request.path)
    if column is None:
        return NOTHING
    return _drawn(f"{column.organ.name} {column.name}", _page_id(column.code))


def _service(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    asked = request.query
    pages = {_page_id(c.code): c for c in city.columns.values()}
    pages |= {
        _page_id(c.code, str(year)): _of_year(c, year)
        for c in city.columns.values()
        for year in _years(c)
    }
    found = pages.get(asked.get("pageId", ""))
    if found is None or asked.get("tagId") != "当前栏目list" or asked.get("webId") != WEB:
        text = json.dumps({"success": False, "code": "500", "message": "未找到页面"})
        return Answer(text, "page", kind=b"application/json")
    column = city.shown(found)
    number = json.loads(asked.get("paramJson", "{}")).get("pageNo", 1)
    rows = _rows(column.page(number), request.authority)
    drawn = (
        f'<div class="page-content"><ul class="lmy-list-ul">\n{rows}</ul></div>\n'
        f'<div class="pagination" uniturl="{SERVICE}" rows="{column.cms.rows}" '
        f'count="{column.stated}" pageNo="{number}"></div>\n'
    )
    given = {"success": True, "code": "200", "message": None, "data": {"html": drawn}}
    text = json.dumps(given, ensure_ascii=False)
    return Answer(text, "list", number, b"application/json;charset=UTF-8")


def document(paper: Paper) -> str:
    entry, title = paper.entry, html.escape(paper.entry.title)
    body = (
        f"{_unit('页头', uuid(entry.number))}"
        f'<h1 class="wzzw-title">{title}</h1>\n<div class="wzzw-time">发布日期：'
        f"{entry.moment:%Y-%m-%d %H:%M} 来源：{paper.publisher}</div>\n"
        f'<div class="wzzw-article">\n{paper.article}</div>\n'
    )
    return shell(entry.title, body, paper.charset + metas(paper.meta))


CMS = Cms(
    name="jpaas",
    host="www.taizhou.gov.cn",
    start=START,
    rows=15,
    column=column,
    document=document_path,
    routes={START: _organs, r"(?:/\w+)+/index\.html": _list, SERVICE: _service},
    frame=document,
    shell=_shell,
    breaks={
        "rows-renamed": (r"<(/?)li\b", r"<\1div"),
        "pager-gone": (r'<div class=\\"pagination\\".*?</div>', ""),
        "article-renamed": ("wzzw-article", "content7"),
    },
)


def _years(column: Column) -> list[int]:
    return sorted({entry.moment.year for entry in column.entries}, reverse=True)


def _of_year(column: Column, year: int) -> Column:
    entries = tuple(entry for entry in column.entries if entry.moment.year == year)
    return dataclasses.replace(column, entries=entries)


def _with_archives(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    """A plain page with the rows of the newest year, and links to the years before."""
    column = city.column_at(request.path)
    if column is None:
        return NOTHING
    newest, *before = _years(column) or [0]
    more = "".join(
        f'<a class="xxgk_more" href="./{year}n/index.html">{year}年</a>' for year in before
    )
    rows = _rows(_of_year(column, newest).entries, request.authority)
    body = f'<div class="xxgk-zcnr"><ul>\n{rows}</ul>\n{more}</div>\n'
    return Answer(shell(f"{column.organ.name} {column.name}", body), "list")


def _archive(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    folder, year = groups
    column = city.column_at(f"{folder}/index.html")
    if column is None or int(year) not in _years(column):
        return NOTHING
    return _drawn(f"{year}年", _page_id(column.code, year))


YEARLY = dataclasses.replace(
    CMS,
    name="jpaas-yearly",
    host="www.yangzhou.gov.cn",
    rows=10,
    routes={
        START: _organs,
        r"((?:/\w+)+)/(20\d\d)n/index\.html": _archive,
        r"(?:/\w+)+/index\.html": _with_archives,
        SERVICE: _service,
    },
)
"""Columns that show the newest year and keep the others in archives."""
