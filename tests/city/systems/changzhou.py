"""The system of 常州: its own PHP, with layout by tables.

Known of the real system: the addresses `/gi_class/<dept>_<nn>`,
`/gi_class/<dept>_<nn>/2` and `?page=2`, `/gi_news/<15 digits>` and
`/downxxgk.php?fid=<15 digits>`; twenty rows a page in `table.box3`; the article
in `td.GovInfoContent`. Everything else is invented in the
manner of such portals: the directory at `/gi_class/` (rows of `table.dept`),
the cells of a list row, the words of the pager in `div.pages` (共84条 第1页/共5页),
the info table `table.xxgk_info`, the frame around the article, and all wording.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from tests.city.organs import CITY
from tests.city.reports import ANNUAL
from tests.city.systems import NOTHING, UTF8, Answer, Cms, Paper, metas

if TYPE_CHECKING:
    from tests.city.city import City, Column, Entry
    from tests.city.message import Request

DOCTYPE = (
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" '
    '"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
)
NAVIGATION = (
    '<table width="1000" align="center" class="top"><tr>'
    '<td><img src="/images/logo.png" alt="' + CITY + '人民政府" /></td>'
    '<td><a href="/">首页</a> | <a href="/gi_class/">政府信息公开</a> | '
    '<a href="/search.php?q=%E5%B9%B4%E6%8A%A5">检索</a></td></tr></table>\n'
)
FOOTER = (
    '<table width="1000" align="center" class="foot"><tr><td>主办：' + CITY + "人民政府办公室</td>"
    '<td><a href="/admin/login.php">管理入口</a></td></tr></table>\n'
)
SHORT = 26
"""Characters of a title that a list row shows."""


def shell(title: str, body: str, head: str = UTF8) -> str:
    """A whole page around `body`, with the portal's navigation and footer."""
    return (
        f'{DOCTYPE}<html xmlns="http://www.w3.org/1999/xhtml"><head>\n{head}'
        f'<title>{html.escape(title)}</title>\n<link rel="stylesheet" href="/css/style.css" />\n'
        f'<script type="text/javascript" src="/js/common.js"></script>\n</head>\n<body>\n'
        f"{NAVIGATION}{body}{FOOTER}</body></html>\n"
    )


def home(city: City) -> str:
    links = "".join(
        f'<li><a href="/gi_class/{organ.code}_02">{organ.short}</a></li>\n'
        for organ in city.organs[:30]
    )
    return shell(
        f"{CITY}人民政府门户网站",
        f'<div class="gate"><a href="/gi_class/">政府信息公开</a></div>\n<ul>{links}</ul>\n',
    )


def directory(city: City) -> str:
    """The page that leads to every organ's columns."""
    rows = "".join(
        f'<tr><td class="name">{organ.name}</td><td class="lm">'
        + " ".join(f'<a href="{c.path}">{c.name}</a>' for c in city.columns_of(organ))
        + "</td></tr>\n"
        for organ in city.organs
    )
    return shell(
        f"政府信息公开目录-{CITY}人民政府",
        f'<div class="place">您现在的位置：首页 &gt; 政府信息公开</div>\n'
        f'<div class="count">共{len(city.organs)}个部门</div>\n'
        f'<table class="dept" width="1000">\n{rows}</table>\n',
    )


def listing(column: Column, number: int, host: str) -> str:
    """One page of a column."""
    rows = "".join(_row(entry, host) for entry in column.page(number))
    last = column.pages
    links = "".join(
        f'<a href="{column.path}{f"/{target}" if target > 1 else ""}">{words}</a> '
        for words, target in (
            ("首页", 1),
            ("上一页", number - 1),
            ("下一页", number + 1),
            ("尾页", last),
        )
        if 1 <= target <= last and target != number
    )
    return shell(
        f"{column.organ.name}-{column.name}",
        f'<div class="place">您现在的位置：首页 &gt; 政府信息公开 &gt; {column.organ.name} &gt; '
        f"{column.name}</div>\n"
        f'<table class="box3" width="730" cellspacing="0">\n{rows}</table>\n'
        f'<div class="pages">共{column.stated}条 '
        f"第{number}页/共{last}页 {links}</div>\n",
    )


def _row(entry: Entry, host: str) -> str:
    shown = entry.title if len(entry.title) <= SHORT else entry.title[:SHORT] + "…"
    return (
        f'<tr><td class="bt"><a href="{entry.link(host)}" title="{html.escape(entry.title)}" '
        f'target="_blank">{html.escape(shown)}</a></td>'
        f'<td class="rq">{entry.moment:%Y-%m-%d}</td></tr>\n'
    )


def printed(paper: Paper) -> str:
    """The print variant: title and article without the frame."""
    title = html.escape(paper.entry.title)
    return (
        f"{DOCTYPE}<html><head>\n{paper.charset}<title>{title}</title></head>\n"
        f'<body onload="window.print()">\n<h2 align="center">{title}</h2>\n'
        f'<table width="96%"><tr><td class="GovInfoContent">\n{paper.article}</td></tr></table>\n'
        "</body></html>\n"
    )


def document(paper: Paper) -> str:
    """The frame with its sidebar tables, the info table and the article."""
    entry = paper.entry
    title = html.escape(entry.title)
    return shell(
        f"{entry.title}-{CITY}人民政府",
        f'<div class="place">您现在的位置：首页 &gt; 政府信息公开 &gt; {entry.organ.name} &gt; '
        f"{paper.column}</div>\n"
        f'<table width="1000" align="center"><tr>\n'
        f'<td width="220" valign="top">{_sidebar(entry)}</td>\n'
        f'<td width="780" valign="top">{_info(entry, paper.publisher)}'
        f'<table width="100%"><tr><td class="bt" align="center"><h1>{title}</h1></td></tr>\n'
        f'<tr><td class="tool">发布日期：{entry.moment:%Y-%m-%d} 字体：[大 中 小] '
        f'<a href="{entry.print_path}">打印本页</a></td></tr>\n'
        f'<tr><td class="GovInfoContent">\n{paper.article}</td></tr>\n'
        f'<tr><td class="ewm">扫一扫在手机打开当前页 '
        f'<img src="/stat.php?fid={entry.number}" /></td></tr>'
        "</table></td></tr></table>\n",
        paper.charset + metas(paper.meta),
    )


def _info(entry: Entry, publisher: str) -> str:
    rows = (
        ("索引号", f"CC-{entry.organ.code}/{entry.moment:%Y}-{entry.time % 100000:05d}"),
        ("发布机构", publisher),
        ("名称", html.escape(entry.title)),
        ("发文日期", f"{entry.moment:%Y-%m-%d}"),
        ("公开方式", "主动公开"),
    )
    cells = "".join(f"<tr><td>{name}</td><td>{value}</td></tr>" for name, value in rows)
    return f'<table class="xxgk_info" border="1">{cells}</table>\n'


def _sidebar(entry: Entry) -> str:
    days = "".join(
        "<tr>" + "".join(f"<td>{day}</td>" for day in range(first, min(first + 7, 32))) + "</tr>"
        for first in range(1, 32, 7)
    )
    code = entry.organ.code
    return (
        f'<table class="calendar"><tr><th colspan="7">{entry.moment:%Y年%m月}</th></tr>'
        f"{days}</table>\n"
        f'<table class="links"><tr><td><a href="/gi_class/{code}_01">政策文件</a></td></tr>'
        f'<tr><td><a href="/gi_class/{code}_03">{ANNUAL}</a></td></tr></table>'
    )


def _home(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    return Answer(home(city))


def _directory(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    return Answer(directory(city), "index")


def _search(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    words = html.escape(request.query.get("q", ""))
    return Answer(shell("检索结果", f"<p>与“{words}”有关的信息没有找到。</p>\n"))


def _list(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    path, by_path = groups
    asked = by_path or request.query.get("page", "1")
    number = int(asked) if asked.isdecimal() else 0
    column = city.column_at(path)
    if column is None or not 1 <= number <= column.pages:
        return NOTHING
    return Answer(listing(column, number, request.authority), "list", number)


def _shell(title: str, body: str) -> str:
    return shell(title, body)


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)

CMS = Cms(
    name="changzhou",
    host="www.changzhou.gov.cn",
    start="/gi_class/",
    rows=20,
    column=lambda column: f"/gi_class/{column.code}",
    document=lambda entry: f"/gi_news/{entry.number}",
    printed=lambda entry: f"/downxxgk.php?fid={entry.number}",
    routes={
        r"/|/index\.php": _home,
        r"/gi_class/": _directory,
        r"/search\.php": _search,
        r"(/gi_class/[a-z0-9]+_\d\d)(?:/(\d{1,4}))?/?": _list,
    },
    frame=document,
    printed_frame=printed,
    shell=_shell,
    breaks={
        "rows-renamed": ('class="box3"', 'class="list7"'),
        "pager-gone": (r'<div class="pages">.*?</div>', ""),
        "article-renamed": ("GovInfoContent", "content7"),
    },
    files={
        "/images/logo.png": (b"image/png", PNG),
        "/stat.php": (b"image/png", PNG),
        "/css/style.css": (b"text/css", b"td.GovInfoContent { line-height: 1.8 }\n"),
        "/js/common.js": (b"application/javascript", b"function zoom(size) {}\n"),
    },
    headers=((b"Server", b"nginx"), (b"X-Powered-By", b"PHP/5.6.40")),
)
