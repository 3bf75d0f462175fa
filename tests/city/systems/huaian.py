"""The system of 淮安: columns written to files, columns a service fills, and files of counties.

Known: `/col/<number>_<number>/index.html` with rows as `li` with `span.lb-time` or as
`div.lbwz` with `div.lb-time`, `nsetpage(1,<rows>,<rows a page>,…)`, index_2.html;
documents in a folder of the seconds at which their month began, without the last
two, named by milliseconds and eight letters or digits, or in a folder of year and
month; `/cmsweb/zwgk/sj/indexdept.html` with r, orgId, orgName and topic in its query,
and the fields of the service's form and answer; pages 20xx年政府信息公开年报汇总 with
links to `/wzxxgknb/<year>/<county>.pdf`. Invented: the page of organs, that the
first number of nsetpage never changes, the words of links, frames, and all wording.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from tests.city.organs import CITY
from tests.city.systems import NOTHING, UTF8, Answer, Cms, Paper, hexadecimal, metas

if TYPE_CHECKING:
    from tests.city.city import City, Column, Entry
    from tests.city.message import Request

START = "/col/18073_668810/index.html"
SITE = "0000000064a8f16d0164ad1d9d730006"
TOPICS = {"01": "5825", "02": "346", "03": "6112", "09": "6113"}


def shell(title: str, body: str, head: str = UTF8) -> str:
    """A whole page, with the portal's navigation, in which a link has a date."""
    return (
        f"<!DOCTYPE html>\n<html><head>\n{head}<title>{html.escape(title)}</title>\n"
        '<script src="/js/nsetpage.js"></script></head>\n<body>\n'
        f'<div class="top"><a href="/">{CITY}人民政府</a> <a href="{START}">政府信息公开</a> '
        f'<a href="/search.php?q=1">搜索</a></div>\n<div class="nybox">{body}</div>\n'
        '<div class="bot"><a href="/admin/">管理</a></div>\n</body></html>\n'
    )


def _shell(title: str, body: str) -> str:
    return shell(title, body)


def _numbers(*of: str) -> str:
    digits = int(hexadecimal("column", *of)[:10], 16)
    return f"{digits % 20_000 + 100}_{digits // 20_000 % 900_000 + 10_000}"


def column(column: Column) -> str:
    return f"/col/{_numbers(column.code)}/index.html"


def document_path(entry: Entry) -> str:
    moment = entry.moment
    began = moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    folder = f"{int(began.timestamp()) // 100}" if moment.year > 2020 else f"{moment:%Y%m}"
    name = f"{entry.time}{entry.number[:3]}{hexadecimal(entry.number)[:8]}"
    return f"/col/{_numbers(f'{entry.organ.code}_{entry.kind}')}/art/{folder}/{name}.html"


def _organs(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    rows = "".join(
        f"<li>{organ.name} "
        + " ".join(f'<a href="{c.path}">{c.name}</a>' for c in city.columns_of(organ))
        + "</li>\n"
        for organ in city.organs
    )
    return Answer(shell("部门信息公开", f'<ul class="bm">\n{rows}</ul>\n'), "index")


def _row(entry: Entry, authority: str, *, boxed: bool) -> str:
    title, day = html.escape(entry.title), f"{entry.moment:%Y-%m-%d}"
    link = f'<a href="{entry.link(authority)}" title="{title}" target="_blank">{title[:25]}</a>'
    if boxed:
        return f'<div class="lbwz">{link}\n<div class="lb-time">{day}</div></div>\n'
    return f'<li><span class="lb-time">[{day}]</span>{link}</li>\n'


def _list(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    folder, page = groups
    column = city.column_at(f"{folder}index.html")
    number = int(page or 1)
    if column is None or not 1 <= number <= column.pages or page == "1":
        return NOTHING
    boxed = column.organ.number % 2 == 1
    rows = "".join(_row(entry, request.authority, boxed=boxed) for entry in column.page(number))
    held = f'<div class="nylb">\n{rows}</div>' if boxed else f"<ul>\n{rows}</ul>"
    body = (
        f'<div class="dqwz">{column.organ.name} &gt; {column.name}</div>\n{held}\n'
        '<div class="page" id="pageinfo"></div>\n'
        f"<script>nsetpage(1,{column.stated},{column.cms.rows},'index','html','pageinfo');"
        "</script>\n"
    )
    return Answer(shell(f"{column.organ.name} {column.name}", body), "list", number)


def document(paper: Paper) -> str:
    entry, title = paper.entry, html.escape(paper.entry.title)
    held = ('id="zoom"', 'id="artical"', 'class="nr-zw"')[int(entry.number[-2]) % 3]
    body = (
        f'<h1>{title}</h1>\n<table class="sy"><tr><td>公开日期</td>'
        f"<td>{entry.moment:%Y-%m-%d}</td><td>发布机构</td><td>{paper.publisher}</td></tr></table>\n"
        f"<div {held}>\n{paper.article}</div>\n"
    )
    return shell(entry.title, body, paper.charset + metas(paper.meta))


CMS = Cms(
    name="huaian",
    host="www.huaian.gov.cn",
    start=START,
    rows=18,
    column=column,
    document=document_path,
    routes={START: _organs, r"(/col/\d+_\d+/)index(?:_(\d+))?\.html": _list},
    frame=document,
    shell=_shell,
    files={"/js/nsetpage.js": (b"application/javascript", b"/* drawn by script */\n")},
    breaks={
        "rows-renamed": (r"<(/?)li\b|lbwz", r"<\1p"),
        "pager-gone": (r"<script>nsetpage.*?</script>", ""),
        "article-renamed": (r'id="zoom"|id="artical"|nr-zw', "content7"),
    },
)


def _query(column: Column) -> str:
    organ = hexadecimal("organ", column.organ.code)
    name = quote(column.organ.name)
    return f"r={SITE}&orgId={organ}&orgName={name}&topic={TOPICS[column.kind]}"


def _at(city: City, organ: str, topic: str) -> Column | None:
    found = (
        city.shown(column)
        for column in city.columns.values()
        if hexadecimal("organ", column.organ.code) == organ and TOPICS[column.kind] == topic
    )
    return next(found, None)


def _page(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    column = _at(city, request.query.get("orgId", ""), request.query.get("topic", ""))
    if column is None:
        return NOTHING
    body = f'<div class="tree"></div><ul id="list"></ul>\n<script>var siteId = "{SITE}";</script>\n'
    return Answer(shell(f"{column.organ.name}信息公开", body), "list")


def _service(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    asked = dict(parse_qsl(request.body.decode()))
    column = _at(city, asked.get("deptid", ""), asked.get("topic", ""))
    if column is None or request.method != "POST" or asked.get("pagesize") != f"{column.cms.rows}":
        return NOTHING
    number = int(asked["page"])
    records = [_record(entry, request.authority) for entry in column.page(number)]
    given = {"code": "1", "message": "", "value": {"list": records, "total": column.stated}}
    text = json.dumps(given, ensure_ascii=False)
    return Answer(text, "list", number, b"text/html;charset=UTF-8")


def _record(entry: Entry, authority: str) -> dict[str, str | None]:
    """A record says where its page is in one of two ways."""
    whole = entry.link(authority).startswith("http")
    return {
        "title": entry.title,
        "releaseTime": f"{entry.moment:%Y-%m-%d %H:%M:%S}",
        "link": entry.link(authority) if whole else "",
        "path": entry.path,
        "domain": None if whole else f"http://{authority}/",
    }


SERVED = dataclasses.replace(
    CMS,
    name="huaian-served",
    host="scjgj.huaian.gov.cn",
    rows=15,
    column=lambda column: f"/cmsweb/zwgk/sj/indexdept.html?{_query(column)}",
    routes={
        START: _organs,
        "/cmsweb/zwgk/sj/indexdept.html": _page,
        "/articleCommonController/lists.do": _service,
    },
    breaks={
        "rows-renamed": ('"title"', '"name"'),
        "pager-gone": ('"total"', '"number"'),
        "article-renamed": CMS.breaks["article-renamed"],
    },
)
"""Columns of departments, whose rows a service gives."""

COUNTIES = {"hz": "洪泽区", "ls": "涟水县", "jh": "金湖县"}
SUMMARIES = "/col/18073_668815/"
YEARS = range(2021, 2024)


def _summary_path(year: int) -> str:
    began = int(dt.datetime(year + 1, 3, 1, tzinfo=dt.UTC).timestamp())
    return f"{SUMMARIES}art/{began // 100}/{began}000{hexadecimal(str(year))[:8]}.html"


def _summaries(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    rows = "".join(
        f'<li><a href="{_summary_path(year)}">{year}年政府信息公开年报汇总</a>'
        f"<span>{year + 1}-03-01</span></li>\n"
        for year in YEARS
    )
    call = f"<script>nsetpage(1,{len(YEARS)},20);</script>"
    return Answer(shell("年报汇总", f"<ul>{rows}</ul>{call}"), "list")


def _summary(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    year = next((year for year in YEARS if _summary_path(year) == request.path), None)
    if year is None:
        return NOTHING
    links = "".join(
        f'<p><a href="/wzxxgknb/{year + 1}/{code}.pdf">{name}</a></p>\n'
        for code, name in COUNTIES.items()
    )
    links += "".join(
        f'<p><a href="{entry.path}" title="{entry.title}">{entry.organ.short}</a></p>\n'
        for entry in city.report_entries()
        if entry.year == year
    )
    body = f'<h1>{year}年政府信息公开年报汇总</h1><div id="zoom">{links}</div>'
    return Answer(shell(f"{year}年政府信息公开年报汇总", body), "list")


def _directory(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    link = f'<a href="{SUMMARIES}index.html">政府信息公开年报</a>'
    return Answer(shell("政府信息公开", f"<ul><li>{link}</li></ul>"), "index")


PDF = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
    b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
)

SUMMARISED = dataclasses.replace(
    CMS,
    name="huaian-summaries",
    routes={
        START: _directory,
        f"{SUMMARIES}index\\.html": _summaries,
        f"{SUMMARIES}art/.*": _summary,
    },
    files={
        f"/wzxxgknb/{year + 1}/{code}.pdf": (b"application/pdf", PDF + f"%{year}{code}".encode())
        for year in YEARS
        for code in COUNTIES
    },
)
"""The city's column of summaries: a page per year, which links reports and counties' files."""
