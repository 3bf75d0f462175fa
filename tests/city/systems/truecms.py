"""TrueCMS: 南通 with its counties, and 连云港, whose paging answers 404.

Known: `/<site>/<column>/<column>.html`, `<column>/content/<uuid>.html`; the first
rows in the hidden `#initData` as `ul.list-ul > li`, with a title in an attribute
and a date in a span; the script that makes a datastore of them and states
`<totalrecord>`, ten a page, groups of three, and the column's id; the service's
JSONP with `result`. At 连云港 sixty rows and no service. Invented: the page of
organs, the frame of a document, and all wording.
"""

from __future__ import annotations

import dataclasses
import html
import json
from typing import TYPE_CHECKING

from tests.city.organs import CITY
from tests.city.systems import NOTHING, UTF8, Answer, Cms, Paper, metas, organ_table, uuid

if TYPE_CHECKING:
    from tests.city.city import City, Column, Entry
    from tests.city.message import Request

START = "/ntsrmzf/bmxxgkml/bmxxgkml.html"
SERVICE = "/truecms/messageController/getMessage.do"
FOLDERS = {"01": "zcwj", "02": "tzgg", "03": "zfxxgknb", "09": "bmxxgknb"}


def shell(title: str, body: str, head: str = UTF8) -> str:
    """A whole page, with the portal's navigation."""
    return (
        f"<!DOCTYPE html>\n<html><head>\n{head}<title>{html.escape(title)}</title>\n"
        '<script src="/resources/jquery.jpage.js"></script></head>\n<body>\n'
        f'<div class="top"><a href="/">{CITY}人民政府</a> <a href="{START}">信息公开</a> '
        '<a href="/search.php?q=1">搜索</a></div>\n'
        f'<div class="w1200">{body}</div>\n<div class="bottom"><a href="/admin/">管理</a></div>\n'
        "</body></html>\n"
    )


def _shell(title: str, body: str) -> str:
    return shell(title, body)


def column(column: Column) -> str:
    folder = FOLDERS[column.kind]
    return f"/{column.organ.code}/{folder}/{folder}.html"


def column_id(column: Column) -> str:
    return uuid("column", column.code)


def document_path(entry: Entry) -> str:
    return f"/{entry.organ.code}/{FOLDERS[entry.kind]}/content/{uuid(entry.number)}.html"


def _organs(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    return Answer(shell("部门信息公开", organ_table(city)), "index")


def _row(entry: Entry, authority: str) -> str:
    title, link = html.escape(entry.title), entry.link(authority)
    date = f"<span>{entry.moment:%Y-%m-%d}</span>"
    if int(entry.number[-2]) < 5:
        return f'<li><a href="{link}" title="{title}">{title[:25]}</a>{date}</li>'
    words = f'<span class="list-text" title="{title}">{title[:25]}</span>'
    return f'<li><a href="{link}">{words}{date}</a></li>'


def _list(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    column = city.column_at(request.path)
    if column is None:
        return NOTHING
    rows = "\n".join(_row(entry, request.authority) for entry in column.page(1))
    body = (
        f'<div class="place">{column.organ.name} &gt; {column.name}</div>\n'
        f'<div id="msgList"></div>\n<div id="initData" style="display:none">'
        f'<ul class="list-ul">\n{rows}</ul></div>\n'
        "<script>(function ($){\n"
        f"var initData = '<datastore><totalrecord>{column.stated}</totalrecord><recordset>';\n"
        "$('#initData ul').each(function(){ initData += $(this).html(); });\n"
        "$('#msgList').jpage({ cache:false, dataStore:initData, "
        f'totalRecord:"{column.stated}",\n'
        f"proxyUrl:'http://10.36.0.12:8001{SERVICE}',\nperPage:10, groupSize:3,\n"
        f"ajaxParam:{{ columnId:'{column_id(column)}' }} }});\n"
        "})(jQuery);</script>\n"
    )
    return Answer(shell(f"{column.name}-{column.organ.name}", body), "list")


def _service(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    asked = request.query
    found = [c for c in city.columns.values() if column_id(c) == asked.get("columnId")]
    if not found or not asked.get("startrecord", "").isdecimal():
        return NOTHING
    column = city.shown(found[0])
    start, end = int(asked["startrecord"]), int(asked["endrecord"])
    records = "".join(
        f"<record><![CDATA[{_row(entry, request.authority)}]]></record>"
        for entry in column.span(start - 1, end - start + 1)
    )
    store = f"<datastore><totalrecord>{column.stated}</totalrecord>"
    given = json.dumps({"result": f"{store}<recordset>{records}</recordset></datastore>"})
    text = f"{asked['callback']}({given})" if asked.get("callback") else given
    number = (start - 1) // column.cms.rows + 1
    return Answer(text, "list", number, b"text/javascript;charset=UTF-8")


def document(paper: Paper) -> str:
    entry, title = paper.entry, html.escape(paper.entry.title)
    body = (
        f'<h1 class="title">{title}</h1>\n'
        f'<div class="info">来源：{paper.publisher} 发布时间：{entry.moment:%Y-%m-%d}</div>\n'
        f'<div id="zoom">\n{paper.article}</div>\n'
    )
    return shell(f"{entry.title}-{entry.organ.name}", body, paper.charset + metas(paper.meta))


CMS = Cms(
    name="truecms",
    host="www.nantong.gov.cn",
    start=START,
    rows=30,
    column=column,
    document=document_path,
    routes={START: _organs, r"/(\w+)/(\w+)/\2\.html": _list, SERVICE: _service},
    frame=document,
    shell=_shell,
    files={"/resources/jquery.jpage.js": (b"application/javascript", b"/* drawn by script */\n")},
    breaks={
        "rows-renamed": ("initData", "firstData"),
        "pager-gone": (r"columnId:'[^']*'", ""),
        "article-renamed": ('id="zoom"', 'id="content7"'),
    },
)

WITHOUT_SERVICE = dataclasses.replace(
    CMS,
    name="truecms-404",
    host="www.lyg.gov.cn",
    rows=60,
    routes={path: give for path, give in CMS.routes.items() if path != SERVICE},
)
"""The system as 连云港 runs it: a list ends after sixty rows."""
