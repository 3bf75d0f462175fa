"""A portal made by somebody in the house, on no system anybody knows. All of it is invented.

Its rows are `div`s, its pager says how many rows there are and links the next page by
its words. `SILENT` says nothing of how many there are. `DRAWN` sends empty pages,
and a script that asks for what stands in them.
"""

from __future__ import annotations

import dataclasses
import html
from typing import TYPE_CHECKING

from tests.city.systems import NOTHING, UTF8, Answer, Cms, Paper

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.city.city import City, Column, Entry
    from tests.city.message import Request

    Give = Callable[[City, Request, tuple[str, ...]], "Page | None"]
    Route = Callable[[City, Request, tuple[str, ...]], Answer]

SCRIPT = b"""
fetch("/inner" + location.pathname + location.search).then(function (answer) {
  return answer.text();
}).then(function (inner) { document.querySelector("#app").innerHTML = inner; });
"""

Page = tuple[str, str, int]
"""Title, body and number of a page."""


def shell(title: str, body: str) -> str:
    """A whole page."""
    return (
        f"<!DOCTYPE html>\n<html><head>\n{UTF8}<title>{html.escape(title)}</title></head>\n<body>\n"
        f"{body}</body></html>\n"
    )


def _organs(city: City, request: Request, groups: tuple[str, ...]) -> Page | None:
    rows = "".join(
        f'<div class="o"><b>{organ.name}</b>'
        + "".join(f'<a href="{c.path}">{c.name}</a>' for c in city.columns_of(organ))
        + "</div>\n"
        for organ in city.organs
    )
    return "政府信息公开", rows, 0


def _listed(*, says: bool) -> Give:
    def give(city: City, request: Request, groups: tuple[str, ...]) -> Page | None:
        column = city.column_at(f"/lm/{groups[0]}")
        number = int(request.query.get("page", "1"))
        if column is None or not 1 <= number <= column.pages:
            return None
        rows = "".join(
            f'<div class="x1"><p><a href="{entry.path}">{html.escape(entry.title)}</a></p>'
            f"<i>{entry.moment:%Y.%m.%d}</i></div>\n"
            for entry in column.page(number)
        )
        said = f"共 {column.stated} 条 " if says else ""
        if number < column.pages:
            said += f'<a href="{column.path}?page={number + 1}">下页 &gt;</a>'
        return column.name, f'<div class="x0">\n{rows}</div><div class="x2">{said}</div>', number

    return give


def _plain(give: Give) -> Route:
    def answer(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
        page = give(city, request, groups)
        if page is None:
            return NOTHING
        title, body, number = page
        return Answer(shell(title, body), "list" if number else "index", max(1, number))

    return answer


def _empty(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
    return Answer(shell("", '<div id="app"></div><script src="/js/draw.js"></script>'), "list")


def _inner(give: Give) -> Route:
    def answer(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
        page = give(city, request, groups)
        return Answer(page[1]) if page else NOTHING

    return answer


def _frame(paper: Paper) -> str:
    entry = paper.entry
    body = (
        f"<h2>{html.escape(entry.title)}</h2><p>{entry.moment:%Y-%m-%d} {paper.publisher}</p>\n"
        f'<div class="text">\n{paper.article}</div>\n'
    )
    return shell(entry.title, body)


def _column(column: Column) -> str:
    return f"/lm/{column.code}"


def _document(entry: Entry) -> str:
    return f"/wz/{entry.number}.aspx"


CMS = Cms(
    name="homemade",
    host="www.chengchuan.gov.cn",
    start="/gongkai",
    rows=20,
    column=_column,
    document=_document,
    routes={"/gongkai": _plain(_organs), r"/lm/(\w+)": _plain(_listed(says=True))},
    frame=_frame,
    shell=shell,
    breaks={
        "rows-renamed": ("<(/?)p>", r"<\1em>"),
        "pager-gone": ('<div class="x2">.*?</div>', ""),
        "article-renamed": ('class="text"', 'class="text7"'),
    },
)
"""A list states its rows."""

SILENT = dataclasses.replace(
    CMS,
    name="homemade-silent",
    host="silent.chengchuan.gov.cn",
    routes={"/gongkai": _plain(_organs), r"/lm/(\w+)": _plain(_listed(says=False))},
)

DRAWN = dataclasses.replace(
    CMS,
    name="homemade-drawn",
    host="drawn.chengchuan.gov.cn",
    routes={
        "/gongkai": _empty,
        r"/lm/\w+": _empty,
        "/inner/gongkai": _inner(_organs),
        r"/inner/lm/(\w+)": _inner(_listed(says=True)),
    },
    files={"/js/draw.js": (b"application/javascript", SCRIPT)},
)
"""Pages of organs and of rows come without either."""
