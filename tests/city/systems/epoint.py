"""Epoint WebBuilder: 徐州, whose lists a script fills from a service.

Known: columns at `/dynamic/zwgk/govInfoPub.html?categorynum=`, a county's with
`deptcode=`; `/js/webBuilderCommon.js` with `siteInfo`; POST of JSON to
`/EWB-FRONT/rest/lightfrontaction/getgovinfolist`, pages from 0; `custom` with total
and data of title, realtitle, infourl, infodate; documents at `/govxxgk/<organ>/
<day>/<uuid>.html`, the text in `#ivs_content`. Invented: the page of organs, titles
that are cut, what the service says to a wrong siteGuid, frames, and all wording.
"""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING

from tests.city.organs import CITY
from tests.city.systems import UTF8, Answer, Cms, Paper, hexadecimal, metas, organ_table, uuid

if TYPE_CHECKING:
    from tests.city.city import City, Column, Entry
    from tests.city.message import Request

START = "/dynamic/zwgk/bmml.html"
PAGE = "/dynamic/zwgk/govInfoPub.html"
SCRIPT = "/js/webBuilderCommon.js"
SERVICE = "/EWB-FRONT/rest/lightfrontaction/getgovinfolist"
SITE = uuid("epoint")
SHORT = 30
"""Characters of a title before it is cut; the whole is in realtitle."""


def shell(title: str, body: str, head: str = UTF8) -> str:
    """A whole page, with the portal's navigation and the script that knows the site."""
    return (
        f"<!DOCTYPE html>\n<html><head>\n{head}<title>{html.escape(title)}</title>\n"
        f'<script src="/js/lib/jquery.min.js"></script>\n<script src="{SCRIPT}"></script>\n'
        f'</head>\n<body>\n<div class="ewb-nav"><a href="/">{CITY}人民政府</a> '
        f'<a href="{START}">信息公开</a> <a href="/search.php?q=1">搜索</a></div>\n'
        f'{body}<div id="footer"><a href="/admin/">管理</a></div>\n</body></html>\n'
    )


def _shell(title: str, body: str) -> str:
    return shell(title, body)


def _category(column: Column) -> str:
    return f"003{int(hexadecimal('column', column.code)[:7], 16) % 10**6:06d}"


def column(column: Column) -> str:
    """Organs with an odd number are listed by their code too, as counties are."""
    of = f"&deptcode=001{column.organ.number:03d}" if column.organ.number % 2 else ""
    return f"{PAGE}?categorynum={_category(column)}{of}"


def document_path(entry: Entry) -> str:
    return f"/govxxgk/014{entry.organ.number:06d}/{entry.moment:%Y-%m-%d}/{uuid(entry.number)}.html"


def _organs(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    return Answer(shell("部门信息公开目录", organ_table(city)), "index")


def _list(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    body = (
        '<div class="ewb-catalog"><ul id="tree"></ul></div>\n'
        '<table class="ewb-table"><tbody id="infolist"></tbody></table>\n<div id="pager"></div>\n'
        '<script src="/js/govInfoPub.js"></script>\n'
    )
    return Answer(shell("信息公开", body), "list")


def _service(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    asked = json.loads(request.body or b"{}")
    found = [
        column
        for column in city.columns.values()
        if column.path
        == f"{PAGE}?categorynum={asked.get('categorynum')}"
        + (f"&deptcode={asked['deptcode']}" if asked.get("deptcode") else "")
    ]
    known = asked.get("siteGuid") == SITE
    kind = b"application/json;charset=UTF-8"
    if not found or not known or request.method != "POST" or asked["pageSize"] != CMS.rows:
        text = json.dumps({"status": {"code": 0, "text": "参数错误"}}, ensure_ascii=False)
        return Answer(text, kind=kind)
    column, number = city.shown(found[0]), asked["pageIndex"] + 1
    records = [
        {
            "infoid": uuid(entry.number),
            "title": entry.title[:SHORT] + ("..." if len(entry.title) > SHORT else ""),
            "realtitle": entry.title,
            "infourl": entry.link(request.authority),
            "infodate": f"{entry.moment:%Y-%m-%d}",
            "deptname": entry.organ.name,
        }
        for entry in column.page(number)
    ]
    given = {
        "custom": {"total": column.stated, "data": records},
        "status": {"code": 1, "text": "", "url": ""},
    }
    return Answer(json.dumps(given, ensure_ascii=False), "list", number, kind)


def document(paper: Paper) -> str:
    entry, title = paper.entry, html.escape(paper.entry.title)
    body = (
        f'<table class="info"><tr><td>名称</td><td>{title}</td></tr>\n<tr><td>发布机构</td>'
        f"<td>{paper.publisher}</td></tr>\n<tr><td>公开日期</td>"
        f"<td>{entry.moment:%Y-%m-%d}</td></tr></table>\n"
        f'<div class="mian-cont"><h1 id="ivs_title">{title}</h1>\n'
        f'<div id="ivs_content">\n{paper.article}</div></div>\n'
    )
    return shell(entry.title, body, paper.charset + metas(paper.meta))


SITE_INFO = json.dumps({"projectName": "/EWB-FRONT", "siteGuid": SITE})
CODE = f"""var siteInfo = {SITE_INFO};
var Util = {{
  ajax: function (options) {{
    $.ajax({{type: 'POST', dataType: 'json', contentType: 'application/json',
      url: options.url, data: JSON.stringify(options.data), success: options.success}});
  }},
  getQueryString: function (name) {{
    var found = window.location.search.substr(1).match(new RegExp('(^|&)' + name + '=([^&]*)'));
    return found ? decodeURI(found[2]) : null;
  }}
}};
"""

CMS = Cms(
    name="epoint",
    host="www.xz.gov.cn",
    start=START,
    rows=20,
    column=column,
    document=document_path,
    routes={START: _organs, r"/dynamic/zwgk/govInfoPub\.html": _list, SERVICE: _service},
    frame=document,
    shell=_shell,
    breaks={
        "rows-renamed": (r'"infourl"', '"address"'),
        "pager-gone": (r'"total": \d+, ', ""),
        "article-renamed": (r"mian-cont|ivs_content", "content7"),
    },
    files={
        SCRIPT: (b"application/javascript", CODE.encode()),
        "/js/lib/jquery.min.js": (b"application/javascript", b"/* asks the service */\n"),
    },
)
