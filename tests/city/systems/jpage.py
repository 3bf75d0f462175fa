"""Hanweb jpage: 盐城 by `<nextgroup>`, 济南 by the fields of a script, 杭州 with a column a year.

And 盐城's open information, whose rows a search gives.

Known: the addresses; the `<datastore>` in a script of type text/xml, its
`<nextgroup>` with page=1 and appid twice, rows of three pages at once, records as
`li` with quotes of either kind, a date in a span or in brackets, or as `tr`; a
script with param_<unit> and a call of jpage with totalRecord and perPage; XML with
totalrecord, totalpage, nextgroup from the service; the call of loadDynamic and a
table with index number, title and date and 共N页 from the search; text in `#zoom`.
Invented: the page of organs, which years' tabs a column has, frames, and all
wording. One portal's service heeds page and perpage, the other's startrecord and
endrecord.
"""

from __future__ import annotations

import dataclasses
import html
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from tests.city.organs import CITY
from tests.city.systems import NOTHING, UTF8, Answer, Cms, Paper, hexadecimal, metas, organ_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.city.city import City, Column, Entry
    from tests.city.message import Request

START = "/col/col24501/index.html"
SERVICE = "/module/web/jpage/dataproxy.jsp"
SEARCH = "/module/xxgk/search.jsp"


def shell(title: str, body: str, head: str = UTF8) -> str:
    """A whole page, with the portal's navigation."""
    return (
        f"<!DOCTYPE html>\n<html><head>\n{head}<title>{html.escape(title)}</title>\n"
        '<script src="/script/jquery.jpage.js"></script></head>\n<body>\n'
        f'<div id="header"><a href="/">{CITY}人民政府</a> '
        f'<a href="/col/col801/index.html">政府信息公开</a> <a href="/search.php?q=1">搜索</a>'
        f'</div>\n{body}<div id="footer"><a href="/admin/">管理</a></div>\n</body></html>\n'
    )


def _shell(title: str, body: str) -> str:
    return shell(title, body)


def _id(*of: str) -> int:
    return int(hexadecimal(*of)[:6], 16) + 10_000


def column(column: Column) -> str:
    return f"/col/col{_id(column.code)}/index.html"


def document_path(entry: Entry) -> str:
    moment = entry.moment
    number = _id(f"{entry.organ.code}_{entry.kind}")
    day = f"{moment.year}/{moment.month}/{moment.day}"
    return f"/art/{day}/art_{number}_{_id(entry.number)}.html"


def _organs(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    return Answer(shell("政府信息公开目录", organ_table(city)), "index")


def _record(entry: Entry, authority: str) -> str:
    title, link = html.escape(entry.title), entry.link(authority)
    day = f"{entry.moment:%Y-%m-%d}"
    style = int(entry.number[-2])
    if style < 4:
        row = f"<li><a href='{link}' title='{title}' target=\"_blank\">{title[:28]}</a>"
        row += f"<span>{day}</span></li>"
    elif style < 8:
        row = f'<li style=<br/><a title="{title}"href="{link}">{title}</a>[{day}]</li>'
    else:
        row = f'<tr><td><a href="{link}">\n{title}</a></td><td>{day} </td></tr>'
    return f"<record><![CDATA[\n{row}]]></record>\n"


def _store(column: Column, entries: Sequence[Entry], authority: str, group: str) -> str:
    """The XML with some rows; `group` is the query of its nextgroup, if it has one."""
    records = "".join(_record(entry, authority) for entry in entries)
    nextgroup = f'<nextgroup><![CDATA[<a href="{group}"></a>]]></nextgroup>\n' if group else ""
    return f"<datastore>\n{nextgroup}<recordset>\n{records}</recordset>\n</datastore>"


def _query(column: Column) -> str:
    number, unit = _id(column.code), _id("unit", column.organ.code)
    return f"appid=1&appid=1&webid=1&path=/&columnid={number}&unitid={unit}&webname={CITY}"


def _columns(city: City) -> dict[str, Column]:
    """Every column by its number; where each year has its own, the newest has the organ's."""
    found = {}
    for column in map(city.shown, city.columns.values()):
        years = _years(column) if city.cms is YEARLY else []
        for year in years:
            entries = tuple(entry for entry in column.entries if entry.moment.year == year)
            code = column.code if year == years[0] else f"{column.code}_{year}"
            found[f"{_id(code)}"] = dataclasses.replace(column, code=code, entries=entries)
        if not years:
            found[f"{_id(column.code)}"] = column
    return found


def _years(column: Column) -> list[int]:
    return sorted({entry.moment.year for entry in column.entries}, reverse=True)


def _tabs(city: City, path: str) -> str:
    """Links to the columns of all years of the column that the directory leads to."""
    column = city.column_at(path)
    if column is None or city.cms is not YEARLY:
        return ""
    codes = [column.code, *(f"{column.code}_{year}" for year in _years(column)[1:])]
    links = "".join(
        f'<li><a href="/col/col{_id(code)}/index.html">{year}年</a></li>'
        for code, year in zip(codes, _years(column), strict=False)
    )
    return f'<ul class="tab">{links}</ul>\n'


def _list(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    column = _columns(city).get(groups[0]) or city.column_at(request.path)
    if column is None:
        return NOTHING
    unit = _id("unit", column.organ.code)
    linked = city.cms is not POSTED
    group = f"{SERVICE}?page=1&{_query(column)}&permissiontype=0" if linked else ""
    store = _store(column, column.page(1), request.authority, group)
    fields = "{ajaxParam:1}" if linked else _fields(column)
    body = (
        f'<div class="place">{column.organ.name} &gt; {column.name}</div>\n'
        f"{_tabs(city, request.path)}"
        f'<div id="{unit}" class="default_pgContainer"></div>\n'
        f'<script type="text/xml">{store}</script>\n'
        f"<script>var param_{unit} = {fields};\n"
        f"jQuery('#{unit}').jpage({{perPage:{column.cms.rows // 3},groupSize:3,"
        f"totalRecord:{column.stated},proxyUrl:'{SERVICE}'}});</script>\n"
    )
    return Answer(shell(f"{column.organ.name} {column.name}", body), "list")


def _fields(column: Column) -> str:
    unit = _id("unit", column.organ.code)
    return (
        f"{{col:1,appid:1,webid:1,path:'/',columnid:{_id(column.code)},sourceContentType:1,"
        f"unitid:'{unit}',webname:\"{CITY}人民政府\",permissiontype:0}}"
    )


def _service(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    asked = {**request.query, **dict(parse_qsl(request.body.decode()))}
    column = _columns(city).get(asked.get("columnid", ""))
    if column is None or asked.get("unitid") != f"{_id('unit', column.organ.code)}":
        return NOTHING
    if city.cms is not POSTED:
        size = int(asked["perpage"])
        first = (int(asked["page"]) - 1) * size
    else:
        if request.method != "POST":
            return NOTHING
        first = int(asked["startrecord"]) - 1
        size = int(asked["endrecord"]) - first
    entries = column.span(first, size)
    pages = -(-column.stated // size)
    number = first // column.cms.rows + 1
    group = f"./dataproxy.jsp?page={number + 1}&{_query(column)}" if city.cms is not POSTED else ""
    store = _store(column, entries, request.authority, group)
    stated = f"<totalrecord>{column.stated}</totalrecord>\n<totalpage>{pages}</totalpage>\n"
    text = f"{store[:12]}{stated}{store[12:]}"
    return Answer(text, "list", number, b"text/html;charset=UTF-8")


def _search_page(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    column = city.column_at(request.path)
    if column is None:
        return NOTHING
    area = hexadecimal(column.organ.code)[:9]
    body = (
        '<iframe src="/module/xxgk/tree.jsp"></iframe>\n<div id="divlist"></div>\n'
        f"<script>loadDynamic('{SEARCH}?infotypeId=A{column.kind}&jdid=1&divid=divlist"
        f"&vc_title=&vc_number=&area={area}','divlist');</script>\n"
    )
    return Answer(shell(column.name, body), "list")


def _search(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    asked = dict(parse_qsl(request.body.decode()))
    found = [
        c
        for c in city.columns.values()
        if f"A{c.kind}" == asked.get("infotypeId")
        and hexadecimal(c.organ.code)[:9] == asked.get("area")
    ]
    if request.method != "POST" or not found:
        return NOTHING
    column = city.shown(found[0])
    number = int(request.query["currpage"])
    pages = column.stated_pages if column.entries else 0
    rows = "".join(
        f'<tr class="tr_main_value_{"even" if place % 2 else "odd"}">'
        f"<td>{entry.time}/{entry.moment:%Y}-{place:05d}</td>"
        f'<td><a href="{entry.link(request.authority)}" title="{html.escape(entry.title)}">'
        f"{html.escape(entry.title[:30])}</a></td><td>{entry.moment:%Y-%m-%d}</td></tr>\n"
        for place, entry in enumerate(column.page(number))
    )
    pager = (
        f'<table><tr><td class="tb_title">共{column.stated}条&nbsp;&nbsp;共{pages}页&nbsp;'
        f"第{number}页 <a href=\"javascript:gotopage('{number + 1}')\">下一页</a></td></tr></table>"
    )
    head = "<tr><th>索引号</th><th>信息名称</th><th>生成日期</th></tr>\n"
    return Answer(f"<table>{head}{rows}</table>\n{pager}\n", "list", number)


def document(paper: Paper) -> str:
    entry, title = paper.entry, html.escape(paper.entry.title)
    body = (
        f'<table id="c"><tr><td class="title">{title}</td></tr>\n'
        f"<tr><td>发布日期：{entry.moment:%Y-%m-%d %H:%M} 来源：{paper.publisher}</td></tr>\n"
        f'<tr><td class="bt_content"><div id="zoom"><!--ZJEG_RSS.content.begin-->\n'
        f"{paper.article}<!--ZJEG_RSS.content.end--></div></td></tr></table>\n"
    )
    return shell(entry.title, body, paper.charset + metas(paper.meta))


CMS = Cms(
    name="jpage",
    host="www.yancheng.gov.cn",
    start=START,
    rows=21,
    column=column,
    document=document_path,
    routes={START: _organs, r"/col/col(\d+)/index\.html": _list, SERVICE: _service},
    frame=document,
    shell=_shell,
    files={"/script/jquery.jpage.js": (b"application/javascript", b"/* drawn by script */\n")},
    breaks={
        "rows-renamed": (r"<(/?)record>", r"<\1item>"),
        "pager-gone": (r"<nextgroup>.*?</nextgroup>|var param_.*?;\n", ""),
        "article-renamed": (r'id="zoom"|bt_content', "content7"),
    },
)

POSTED = dataclasses.replace(CMS, name="jpage-posted", host="www.jinan.gov.cn")
"""A portal whose columns have no nextgroup: the script's fields, as a form."""

YEARLY = dataclasses.replace(CMS, name="jpage-yearly", host="www.hangzhou.gov.cn", rows=9)
"""A portal with a column of its own for each year."""

SEARCHED = dataclasses.replace(
    CMS,
    name="jpage-search",
    host="xxgk.yancheng.gov.cn",
    routes={START: _organs, r"/col/col\d+/index\.html": _search_page, SEARCH: _search},
    breaks={
        "rows-renamed": (r"<(/?)t[rd]\b", r"<\1div"),
        "pager-gone": (r'<table><tr><td class="tb_title">.*?</table>', ""),
        "article-renamed": CMS.breaks["article-renamed"],
    },
)
"""The module for open information: rows from a search."""
