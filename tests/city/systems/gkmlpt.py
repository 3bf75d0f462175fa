"""gkmlpt and the pages around it: 广州.

Known: `/gkmlpt/index` with SID and TREE in a script, categories of id, name, children
and jump_url; GET `/gkmlpt/api/all/<category>?page=&sid=` with `articles` and
`classify.post_count`, page 0 as page 1, 404 after the last; `/gkmlpt/content/<n>/<n>/
post_<number>.html` with `.article-content` and the document as JSON too; folders with
`content/post_<number>.html`, the text in `.content_article`. Invented: twenty rows a
page (a hundred are known), which columns are kept in folders, their pager
(createPageHTML from 1 with a container), frames, and all wording.
"""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from tests.city.organs import CITY
from tests.city.systems import NOTHING, UTF8, Answer, Cms, Paper, hexadecimal, metas

if TYPE_CHECKING:
    from tests.city.city import City, Column, Entry
    from tests.city.message import Request
    from tests.city.organs import Organ

START = "/gkmlpt/index"
SITE = 200001
FOLDERS = {"01": "zcwj", "02": "tzgg", "03": "zfxxgknb", "09": "bmxxgknb"}


def shell(title: str, body: str, head: str = UTF8) -> str:
    """A whole page, with the portal's navigation."""
    return (
        f"<!DOCTYPE html>\n<html><head>\n{head}<title>{html.escape(title)}</title></head>\n<body>\n"
        f'<ul class="nav"><li><a href="/">{CITY}人民政府</a></li><li><a href="{START}">信息公开</a>'
        f'</li><li><a href="/search.php?q=1">搜索</a></li></ul>\n{body}'
        '<div class="foot"><a href="/admin/">管理</a></div>\n'
        f"<script>window.NFCMS_SITE_ID = {SITE};</script>\n</body></html>\n"
    )


def _shell(title: str, body: str) -> str:
    return shell(title, body)


def _in_folder(organ: Organ) -> bool:
    """Whether an organ's reports are kept in a folder, and not in the catalogue."""
    return organ.number % 3 == 2


def _category(column: Column) -> int:
    return int(hexadecimal("category", column.code)[:5], 16)


def column(column: Column) -> str:
    if column.kind == "03" and _in_folder(column.organ):
        return f"/zwgk/{column.organ.code}/{FOLDERS[column.kind]}/"
    return f"/gkmlpt/api/all/{_category(column)}?page=1&sid={SITE}"


def document_path(entry: Entry) -> str:
    number = int(hexadecimal(entry.number)[:6], 16) + 1_000_000
    if entry.kind == "03" and _in_folder(entry.organ):
        return f"/zwgk/{entry.organ.code}/{FOLDERS[entry.kind]}/content/post_{number}.html"
    return f"/gkmlpt/content/{number // 1_000_000}/{number // 1000}/post_{number}.html"


def _catalogue(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    """The page that a script fills, with the tree of categories it fills it from."""
    tree = [
        {
            "id": number,
            "name": organ.name,
            "jump_url": "",
            "children": [_node(one) for one in city.columns_of(organ)],
        }
        for number, organ in enumerate(city.organs, 10_000_001)
    ]
    config = (
        f"window._CONFIG = {{\n  SID: '{SITE}',\n  TREE: {json.dumps(tree, ensure_ascii=False)},\n"
        "  SERVICE_AREA_ID: 1,\n};"
    )
    body = f'<div id="app"></div>\n<script>{config}</script>\n<script src="/js/gkml.js"></script>\n'
    return Answer(shell("政府信息公开目录", body), "index")


def _node(column: Column) -> dict[str, Any]:
    jump = "" if "/gkmlpt/" in column.path else column.path
    return {"id": _category(column), "name": column.name, "jump_url": jump, "children": []}


def _service(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    found = [c for c in city.columns.values() if str(_category(c)) == groups[0]]
    number = max(1, int(request.query.get("page", "1")))
    if not found or request.query.get("sid") != str(SITE) or number > found[0].pages:
        return NOTHING
    column = city.shown(found[0])
    articles = [
        {
            "id": int(entry.number) % 10**7,
            "title": entry.title,
            "publisher": entry.organ.name,
            "url": entry.link(request.authority),
            "created_at": f"{entry.moment:%Y-%m-%d %H:%M:%S}",
            "display_publish_time": entry.time if entry.organ.number % 2 else 0,
        }
        for entry in column.page(number)
    ]
    given = {
        "classify": {"id": _category(column), "name": column.name, "post_count": column.stated},
        "articles": articles,
    }
    text = json.dumps(given, ensure_ascii=False)
    return Answer(text, "list", number, b"application/json")


def _folder(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    path, page = groups
    column, number = city.column_at(path), int(page or 1)
    if column is None or not 1 <= number <= column.pages or page == "1":
        return NOTHING
    rows = "".join(
        f'<li><a href="{entry.link(request.authority)}" title="{html.escape(entry.title)}">'
        f"{html.escape(entry.title)}</a><span>{entry.moment:%Y-%m-%d}</span></li>\n"
        for entry in column.page(number)
    )
    body = (
        f'<ul class="news_list">\n{rows}</ul>\n<div class="page" id="page_div"></div>\n'
        f"<script>createPageHTML('page_div', {column.stated_pages}, {number}, 'index', 'html', "
        f"{column.stated});</script>\n"
    )
    return Answer(shell(f"{column.name}_{column.organ.name}", body), "list", number)


def document(paper: Paper) -> str:
    entry, title = paper.entry, html.escape(paper.entry.title)
    article = "content_article" if "/gkmlpt/" not in entry.path else "article-content"
    body = (
        f'<h1 class="content_title">{title}</h1>\n<table class="table-attr"><tr><td>发布机构</td>'
        f"<td>{paper.publisher}</td><td>发布日期</td><td>{entry.moment:%Y-%m-%d}</td></tr></table>\n"
        f'<div class="{article}">\n{paper.article}</div>\n'
    )
    return shell(entry.title, body, paper.charset + metas(paper.meta))


CMS = Cms(
    name="gkmlpt",
    host="www.gz.gov.cn",
    start=START,
    rows=20,
    column=column,
    document=document_path,
    routes={
        START: _catalogue,
        r"/gkmlpt/api/all/(\d+)": _service,
        r"(/zwgk/\w+/\w+/)(?:index(?:_(\d+))?\.html)?": _folder,
    },
    frame=document,
    shell=_shell,
    breaks={
        "rows-renamed": (r'<(/?)li\b|"title"', r"<\1div"),
        "pager-gone": (r'"post_count": \d+|<script>createPageHTML.*?</script>', '"count": 1'),
        "article-renamed": (r"article-content|content_article", "content7"),
    },
)
