"""UCAP: 苏州 with its counties, 镇江, 宿迁.

Known: addresses of lists and documents, the names list, nav_list, xxgk_list and
common_list, sixteen rows a page (宿迁), createPageHTML with a container, rows as
`li` with a `span.time` (苏州, 昆山) or `<publishtime>` (宿迁), and of a document
page the tags `<ucaptitle>`, `<ucapcontent>`, `<publishtime>`, the table over the
article, and meta tags inside the body with a ColumnName of 头部 (沭阳). Invented:
the page of organs at `/jgml/nav_list.shtml`, the frame, and all wording.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from tests.city.organs import CITY
from tests.city.systems import NOTHING, UTF8, Answer, Cms, Paper, hexadecimal, metas

if TYPE_CHECKING:
    from tests.city.city import City, Column, Entry
    from tests.city.message import Request

START = "/cnsq/bmxxgkml/nav_list.shtml"
FOLDERS = {"01": "bmwj", "02": "tzgg", "03": "gknb", "09": "bmxxgknb"}
LISTS = ("xxgk_list", "list", "nav_list", "common_list")
"""Names of list files; each site keeps to one."""


def shell(title: str, body: str, head: str = UTF8) -> str:
    """A whole page, with the portal's navigation, in which some links have dates."""
    return (
        f"<!DOCTYPE html>\n<html><head>\n{head}<title>{html.escape(title)}</title>\n"
        '<script src="/images/jquery.min.js"></script></head>\n<body>\n'
        f'<div class="head"><a href="/">{CITY}人民政府</a>\n'
        '<ul class="nav"><li><a href="/cnsq/index.shtml">首页</a></li>'
        f'<li><a href="{START}">信息公开</a></li>'
        '<li><a href="/search.php?q=1">检索</a></li></ul></div>\n'
        f'<div class="main">{body}</div>\n'
        '<div class="foot"><a href="/admin/">网站管理</a></div>\n</body></html>\n'
    )


def _shell(title: str, body: str) -> str:
    return shell(title, body)


def _folder(code: str, kind: str) -> str:
    return f"/{code}/{FOLDERS[kind]}"


def column(column: Column) -> str:
    name = LISTS[int(hexadecimal(column.organ.code)[:2], 16) % len(LISTS)]
    return f"{_folder(column.organ.code, column.kind)}/{name}.shtml"


def document_path(entry: Entry) -> str:
    folder = _folder(entry.organ.code, entry.kind)
    return f"{folder}/{entry.moment:%Y%m}/{hexadecimal(entry.number)}.shtml"


def _organs(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    rows = "".join(
        f"<li><b>{organ.name}</b> "
        + " ".join(f'<a href="{c.path}">{c.name}</a>' for c in city.columns_of(organ))
        + "</li>\n"
        for organ in city.organs
    )
    return Answer(shell("部门信息公开目录", f'<ul class="organs">\n{rows}</ul>\n'), "index")


def _list(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    start, page = groups
    column = city.column_at(f"{start}.shtml")
    number = int(page or 1)
    if column is None or not 1 <= number <= column.pages or page == "1":
        return NOTHING
    name = start.rpartition("/")[2]
    rows = "".join(
        f'<li class="texto"><a href="{entry.link(request.authority)}" '
        f'title="{html.escape(entry.title)}" target="_blank">{html.escape(entry.title[:30])}</a>'
        f'<span class="time"><publishtime>{entry.moment:%Y-%m-%d}</publishtime></span></li>\n'
        for entry in column.page(number)
    )
    body = (
        f'<div class="position">首页 &gt; {column.organ.name} &gt; {column.name}</div>\n'
        f'<ul class="infolist">\n{rows}</ul>\n<div class="page" id="page_div"></div>\n'
        f"<script>createPageHTML('page_div',{column.pages}, {number},'{name}','shtml',"
        f"{column.stated});</script>\n"
    )
    return Answer(shell(f"{column.name}-{column.organ.name}", body), "list", number)


def document(paper: Paper) -> str:
    """The table over the article, the article, and the meta tags where the site put them."""
    entry, title = paper.entry, html.escape(paper.entry.title)
    in_body = int(hexadecimal(entry.number)[0], 16) < 4
    said = dict(paper.meta)
    if said and in_body:
        said["ColumnName"] = "头部"
    meta = metas(said)
    body = (
        f'{meta if in_body else ""}<div class="xxgkArticle"><table class="table_content"><tbody>\n'
        f'<tr><td class="c1">名称</td><td class="c4" colspan="3">{title}</td></tr>\n'
        f'<tr><td class="c1">索引号</td><td class="c2">{entry.time}/{entry.moment:%Y}-00002</td>'
        f'<td class="c1">分类</td><td class="c3">{paper.column}</td></tr>\n'
        f'<tr><td class="c1">发布机构</td><td class="c2">{paper.publisher}</td>'
        f'<td class="c1">公开日期</td><td class="c3"><publishtime>{entry.moment:%Y-%m-%d}'
        "</publishtime></td></tr>\n</tbody></table>\n"
        f'<h1 class="article-title"><ucaptitle>{title}</ucaptitle></h1>\n'
        f'<div class="article-content" id="zoomcon"><ucapcontent>{paper.article}</ucapcontent>'
        "</div></div>\n"
    )
    head = paper.charset + ("" if in_body else meta)
    return shell(f"{entry.title}-{entry.organ.name}", body, head)


CMS = Cms(
    name="ucap",
    host="www.suqian.gov.cn",
    start=START,
    rows=16,
    column=column,
    document=document_path,
    routes={
        START: _organs,
        r"(/\w+/\w+/(?:xxgk_|nav_|common_)?list)(?:_(\d+))?\.shtml": _list,
    },
    frame=document,
    shell=_shell,
    files={"/images/jquery.min.js": (b"application/javascript", b"/* drawn by script */\n")},
    breaks={
        "rows-renamed": (r"<(/?)li\b", r"<\1div"),
        "pager-gone": (r"<script>createPageHTML.*?</script>", ""),
        "article-renamed": (r"ucapcontent|zoomcon", "content7"),
    },
)
