"""The portal's pages as HTML.

Known of the real system (own PHP of 常州): the addresses `/gi_class/<dept>_<nn>`,
`/gi_class/<dept>_<nn>/2` and `?page=2`, `/gi_news/<15 digits>` and
`/downxxgk.php?fid=<15 digits>`; twenty rows a page in `table.box3`; the article
in `td.GovInfoContent`; layout by tables. Everything else is invented in the
manner of such portals: the directory at `/gi_class/` (rows of `table.dept`),
the cells of a list row, the words of the pager in `div.pages` (共84条 第1页/共5页),
the info table `table.xxgk_info`, the frame around the article, and all wording.
"""

from __future__ import annotations

import html
import random

from tests.city.city import ANNUAL, City, Column, Entry
from tests.city.organs import CITY
from tests.city.reports import REGION_CODE

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
UTF8 = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n'
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


def listing(
    column: Column, number: int, host: str, *, row_class: str = "box3", more: int = 0
) -> str:
    """One page of a column; the pager claims `more` rows than there are."""
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
        f'<table class="{row_class}" width="730" cellspacing="0">\n{rows}</table>\n'
        f'<div class="pages">共{len(column.entries) + more}条 '
        f"第{number}页/共{last}页 {links}</div>\n",
    )


def _row(entry: Entry, host: str) -> str:
    shown = entry.title if len(entry.title) <= SHORT else entry.title[:SHORT] + "…"
    return (
        f'<tr><td class="bt"><a href="{entry.link(host)}" title="{html.escape(entry.title)}" '
        f'target="_blank">{html.escape(shown)}</a></td>'
        f'<td class="rq">{entry.moment:%Y-%m-%d}</td></tr>\n'
    )


def report(city: City, entry: Entry) -> str:
    """A report's page: the frame with its sidebar tables, the info table and the article."""
    truth = city.report_of(entry)
    publisher = truth.organ
    if "publisher-default" in truth.dress or entry.organ.whole_city:
        publisher = city.organs[1].name
    head = _charset(truth.dress)
    if "page-norm" in truth.dress:
        head += _page_norm(entry, publisher)
    return _document(entry, publisher, ANNUAL, city.article(entry), head)


def report_printed(city: City, entry: Entry) -> str:
    """The print variant of a report: title and article without the frame."""
    return printed(entry, city.article(entry), _charset(city.report_of(entry).dress))


def other(city: City, entry: Entry) -> str:
    """A page that is no report."""
    return _document(entry, entry.organ.name, "通知公告", other_article(city, entry), UTF8)


def printed(entry: Entry, article: str, head: str = UTF8) -> str:
    return (
        f"{DOCTYPE}<html><head>\n{head}<title>{html.escape(entry.title)}</title></head>\n"
        f'<body onload="window.print()">\n<h2 align="center">{html.escape(entry.title)}</h2>\n'
        f'<table width="96%"><tr><td class="GovInfoContent">\n{article}</td></tr></table>\n'
        "</body></html>\n"
    )


def other_article(city: City, entry: Entry) -> str:
    """A few sentences; in the page about who has published, a table of organs and dates."""
    draw = random.Random(entry.number)
    text = "".join(
        f"<p>{words.format(draw.randint(2, 90), draw.randint(2, 90))}</p>\n"
        for words in draw.sample(FILLER, 3)
    )
    if "公布情况" in entry.title:
        rows = "".join(
            f"<tr><td>{number}</td><td>{e.organ.name}</td><td>{e.moment:%m月%d日}</td></tr>\n"
            for number, e in enumerate(_published_with(city, entry), 1)
        )
        text += (
            f'<table border="1"><tr><th>序号</th><th>单位</th><th>日期</th></tr>\n{rows}</table>'
        )
    return text


FILLER = (
    "各单位要对照任务清单逐项落实，按月报送进度，全年共安排{}项任务，涉及{}个科室。",
    "检查发现问题{}个，已整改{}个，其余列入下一季度计划。",
    "会议听取了情况汇报，研究了下一步安排，{}名代表和{}名工作人员参加。",
    "公告期为{}日，有意见的可以书面形式提出，共有{}个窗口受理。",
    "本文件自公布之日起施行，原有{}个文件、{}条规定同时停止执行。",
)


def _published_with(city: City, entry: Entry) -> list[Entry]:
    year = entry.moment.year
    return [e for e in city.report_entries() if e.moment.year == year][:200]


def _charset(dress: tuple[str, ...]) -> str:
    if "gbk-meta" in dress:
        return '<meta http-equiv="Content-Type" content="text/html; charset=gb2312" />\n'
    return "" if {"gbk-header", "utf8-bom"} & set(dress) else UTF8


def _page_norm(entry: Entry, publisher: str) -> str:
    said = {
        "SiteName": f"{CITY}人民政府",
        "SiteDomain": "www.changzhou.gov.cn",
        "SiteIDCode": f"{REGION_CODE}9900",
        "ColumnName": ANNUAL,
        "ColumnType": ANNUAL,
        "ArticleTitle": entry.title,
        "PubDate": f"{entry.moment:%Y-%m-%d %H:%M}",
        "ContentSource": publisher,
    }
    return "".join(f'<meta name="{name}" content="{value}" />\n' for name, value in said.items())


def _document(entry: Entry, publisher: str, column: str, article: str, head: str) -> str:
    title = html.escape(entry.title)
    return shell(
        f"{entry.title}-{CITY}人民政府",
        f'<div class="place">您现在的位置：首页 &gt; 政府信息公开 &gt; {entry.organ.name} &gt; '
        f"{column}</div>\n"
        f'<table width="1000" align="center"><tr>\n'
        f'<td width="220" valign="top">{_sidebar(entry)}</td>\n'
        f'<td width="780" valign="top">{_info(entry, publisher)}'
        f'<table width="100%"><tr><td class="bt" align="center"><h1>{title}</h1></td></tr>\n'
        f'<tr><td class="tool">发布日期：{entry.moment:%Y-%m-%d} 字体：[大 中 小] '
        f'<a href="{entry.print_path}">打印本页</a></td></tr>\n'
        f'<tr><td class="GovInfoContent">\n{article}</td></tr>\n'
        f'<tr><td class="ewm">扫一扫在手机打开当前页 '
        f'<img src="/stat.php?fid={entry.number}" /></td></tr>'
        "</table></td></tr></table>\n",
        head,
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


def search(words: str) -> str:
    return shell("检索结果", f"<p>与“{html.escape(words)}”有关的信息没有找到。</p>\n")


def soft_error() -> str:
    return shell("页面不存在", "<p>对不起，您访问的页面不存在或已被删除。</p>\n")
