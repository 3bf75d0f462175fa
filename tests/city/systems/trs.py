"""TRS WCM: 平潭, whose lists are half static, and 沈阳, with a folder per year.

Known of 平潭 from an archived column: rows as `dl` of two `dd`, ten of them, then
the script `listModel` with recordCount, prepage, the column's classsql and the
site's searchId; POST /fjdzapp/search and the fields of its JSON; documents
`<year and month>/t<day>_<number>.htm`, the text in `.TRS_Editor`, meta tags. Of
沈阳 the addresses of year folders, `2021n/`. Invented: pages of organs, the lists
of 沈阳 (createPageHTML from 0), frames, and all wording.
"""

from __future__ import annotations

import dataclasses
import html
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from tests.city.organs import CITY
from tests.city.systems import NOTHING, UTF8, Answer, Cms, Paper, hexadecimal, metas

if TYPE_CHECKING:
    from tests.city.city import City, Column, Entry
    from tests.city.message import Request

START = "/zwgk/zfxxgk/bmml/"
FOLDERS = {"01": "zcwj", "02": "tzgg", "03": "zfxxgknb", "09": "bmzfxxgknb"}
SITE = 200210


def shell(title: str, body: str, head: str = UTF8) -> str:
    """A whole page, with the portal's navigation and the properties of the site."""
    return (
        f"<!DOCTYPE html>\n<html><head>\n{head}<title>{html.escape(title)}</title></head>\n<body>\n"
        f'<div class="menu"><ul><li class="parentNode"><a href="/">{CITY}</a></li>'
        f'<li><a href="{START}">信息公开</a></li><li><a href="/search.php?q=1">搜索</a></li></ul>'
        f'</div>\n{body}<div class="footer"><a href="/admin/">管理</a></div>\n'
        f"<script>var SiteInfo = {{ searchId: {SITE}, //文档检索\n}};</script>\n</body></html>\n"
    )


def _shell(title: str, body: str) -> str:
    return shell(title, body)


def column(column: Column) -> str:
    return f"/zwgk/{column.organ.code}/{FOLDERS[column.kind]}/"


def column_number(column: Column) -> int:
    return int(hexadecimal("column", column.code)[:5], 16)


def document_path(entry: Entry) -> str:
    moment, number = entry.moment, int(hexadecimal(entry.number)[:6], 16)
    folder = f"/zwgk/{entry.organ.code}/{FOLDERS[entry.kind]}"
    return f"{folder}/{moment:%Y%m}/t{moment:%Y%m%d}_{number}.htm"


def _organs(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    rows = "".join(
        f"<tr><td>{organ.name}</td>"
        + "".join(f'<td><a href="{c.path}">{c.name}</a></td>' for c in city.columns_of(organ))
        + "</tr>\n"
        for organ in city.organs
    )
    return Answer(shell("部门目录", f"<table>{rows}</table>\n"), "index")


def _rows(column: Column, number: int, authority: str) -> str:
    return "".join(
        f'<dl>\n<dd class="trt-col-sm-24"><a href="{entry.link(authority)}" target="_blank" '
        f'title="{html.escape(entry.title)}">{html.escape(entry.title)}</a></dd>\n'
        f'<dd class="trt-col-4">\n  {entry.moment:%Y-%m-%d}\n</dd>\n</dl>\n'
        for entry in column.page(number)
    )


def _list(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    column = city.column_at(request.path)
    if column is None:
        return NOTHING
    body = (
        '<div class="rules_tabs_01"><dl><dt>标题</dt><dt>发布日期</dt></dl></div>\n'
        f'<div class="rules_tabs_01" ms-visible="showStatic">\n'
        f"{_rows(column, 1, request.authority)}</div>\n"
        '<script>require(["list2.trsapi", "tools"], function(listModel, tools) {\n'
        'listModel({\nquickMode: "动静结合",\nmaxStaticIndex: 1,\nlistArgs: {\n'
        "channelid: SiteInfo.searchId,\n"
        f'classsql: "" || "chnlid={column_number(column)}",\n'
        'sortfield: "-docorderpri,-docreltime"\n},\n'
        f"pagebar: {{\nprepage: {column.cms.rows},\nrecordCount: '{column.stated}',\n"
        'displayNum: 2\n},\ncallToPage: function(p) { $("html,body").animate({}, 800); }\n});\n'
        "});</script>\n"
    )
    return Answer(shell(f"{column.name}_{column.organ.name}", body), "list")


def _service(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    asked = dict(parse_qsl(request.body.decode()))
    wanted = asked.get("classsql", "")
    found = [c for c in city.columns.values() if f"chnlid={column_number(c)}" == wanted]
    if not found or asked.get("channelid") != str(SITE) or request.method != "POST":
        return NOTHING
    column, number = city.shown(found[0]), int(asked["page"])
    records = [
        {
            "doctitle": entry.title,
            "chnldocurl": entry.link(request.authority),
            "docreltime": f"{entry.moment:%Y-%m-%d %H:%M:%S}",
        }
        for entry in column.page(number)
    ]
    given = {"data": records, "count": column.stated, "pageCount": column.stated_pages}
    text = json.dumps(given, ensure_ascii=False)
    return Answer(text, "list", number, b"application/json;charset=UTF-8")


def document(paper: Paper) -> str:
    entry = paper.entry
    body = (
        f'<h1 class="article_title">{html.escape(entry.title)}</h1>\n'
        f'<div class="article_time">来源：{paper.publisher} {entry.moment:%Y-%m-%d %H:%M}</div>\n'
        f'<div class="article_area"><div class=TRS_Editor>{paper.article}</div></div>\n'
    )
    return shell(entry.title, body, paper.charset + metas(paper.meta))


CMS = Cms(
    name="trs",
    host="www.pingtan.gov.cn",
    start=START,
    rows=10,
    column=column,
    document=document_path,
    routes={START: _organs, "/zwgk/.+/": _list, "/fjdzapp/search": _service},
    frame=document,
    shell=_shell,
    breaks={
        "rows-renamed": (r"<(/?)d[ld]\b|\"doctitle\"", r"<\1div"),
        "pager-gone": (r"listModel\(\{.*?\}\);", ""),
        "article-renamed": ("TRS_Editor", "content7"),
    },
)


def _of_year(column: Column, year: int) -> Column:
    entries = tuple(entry for entry in column.entries if entry.moment.year == year)
    return dataclasses.replace(column, entries=entries)


def _years(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    """The page of a column, which holds no rows but a folder for each year."""
    column = city.column_at(request.path)
    if column is None:
        return NOTHING
    years = sorted({entry.moment.year for entry in column.entries}, reverse=True)
    links = "".join(f'<li><a href="./{year}n/">{year}年</a></li>' for year in years)
    body = f'<div class="years"><ul>{links}</ul></div>\n'
    return Answer(shell(f"{column.name}_{column.organ.name}", body), "index")


def _year(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    folder, year, page = groups
    column = city.column_at(folder)
    column = column and _of_year(column, int(year))
    number = int(page or 0) + 1
    if column is None or not 1 <= number <= column.pages or page == "0":
        return NOTHING
    body = (
        f"<div>{_rows(column, number, request.authority)}</div>\n"
        f'<script>createPageHTML({column.stated_pages}, {number - 1}, "index", "html");</script>\n'
    )
    return Answer(shell(f"{column.name}_{year}年", body), "list", number)


YEARLY = dataclasses.replace(
    CMS,
    name="trs-yearly",
    host="www.shenyang.gov.cn",
    routes={
        START: _organs,
        r"(/zwgk/\w+/\w+/)(20\d\d)n/(?:index_(\d+)\.html)?": _year,
        "/zwgk/.+/": _years,
    },
    breaks={
        "rows-renamed": (r"<(/?)d[ld]\b", r"<\1div"),
        "pager-gone": (r"<script>createPageHTML.*?</script>", ""),
        "article-renamed": ("TRS_Editor", "content7"),
    },
)
"""The system as 沈阳 runs it: a column is a folder per year of publication."""
