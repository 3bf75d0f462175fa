"""A portal of no known system, read by what links say and how their addresses look.

Nothing here is known of any one system. A row is a link with a day beside it, or
one whose words name an annual report of a year; a column is a link with the words
or in a folder that columns of annual reports have been seen under; the next page is
what createPageHTML draws, or a link that says so in words or by its number. So a
list may be missed, or cut, without a selector that fails: `crawler.undeclared`
notes every list that does not state how much it holds.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.utils.sitemap import Sitemap

from crawler import titles
from crawler.systems import (
    Column,
    Directory,
    Listing,
    Row,
    System,
    address_key,
    columns,
    lists,
    text_of,
    title_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsel import Selector
    from scrapy.http import TextResponse

NAME = "generic"

PAGES = re.compile(r"^/")
"""Paths of links that lead to pages at all."""
LISTS = re.compile(r"/$|/[^./]*$|/(?:index|[a-z_]*list)[^/]*$", re.IGNORECASE)
"""Paths that lists have: a folder, or a file called index or list."""
FILES = re.compile(r"\.(?:pdf|docx?|wps|xlsx?|zip|rar|jpe?g|png|gif|mp4)$", re.IGNORECASE)
YEAR = re.compile(r"^20\d\d\s*年?度?$")
"""The words of a link to an archive of one year."""
FOLLOWING = re.compile(r"^(?:下一?页|后一页|下一頁|next|[>›»])\s*[>›»]*$", re.IGNORECASE)
TOTAL = re.compile(r"共\s*(\d+)\s*(?:条|篇|项|则)")
UP = 4
"""How many elements around a link are looked at for its day."""


def directory(page: TextResponse) -> Directory:
    """The columns of annual reports that a page, or a sitemap, leads to; none is no error."""
    if sitemap := _sitemap(page):
        found = [Column("", url) for url in _folders(sitemap)]
    else:
        found = [
            Column(columns.name_of(link), url)
            for link, url in columns.links(page, PAGES)
            if _is_column(title_of(link), url)
        ]
    return Directory(tuple({address_key(column.url): column for column in found}.values()))


def _is_column(words: str, url: str) -> bool:
    path = urlsplit(url).path
    if FILES.search(path):
        return False
    if columns.WORDS.search(words):
        return LISTS.search(path) is not None or titles.report_year(words, "") is None
    return columns.FOLDERS.search(path) is not None and LISTS.search(path) is not None


def sitemaps(page: TextResponse) -> tuple[str, ...]:
    """The further sitemaps that an index of sitemaps names."""
    sitemap = _sitemap(page)
    if sitemap is None or sitemap.type != "sitemapindex":
        return ()
    return tuple(entry["loc"] for entry in sitemap if "loc" in entry)


def _sitemap(page: TextResponse) -> Sitemap | None:
    if not re.search(rb"<(?:\w+:)?(?:urlset|sitemapindex)\b", page.body[:2000]):
        return None
    return Sitemap(page.body)


def _folders(sitemap: Sitemap) -> Iterator[str]:
    """The folders of annual reports that a sitemap has pages in."""
    for entry in sitemap:
        parts = urlsplit(entry.get("loc", ""))
        if found := columns.FOLDERS.search(parts.path):
            listed = LISTS.search(parts.path) and not parts.path.endswith("/")
            path = parts.path if listed else parts.path[: found.end()]
            yield parts._replace(path=path, query="" if not listed else parts.query).geturl()


def listing(page: TextResponse) -> Listing:
    """What looks like a list on a page; a page without one gives no rows and no error."""
    rows = tuple({row.url: row for row in _rows(page)}.values())
    below = _below(page)
    total = TOTAL.search(page.text)
    stated = int(total[1]) if total else None
    if pager := lists.drawn_pager(page):
        following = pager.following and _numbered(page, pager.following, pager.number + 1)
        total_rows = stated if pager.total is None else pager.total
        return Listing(rows, pager.number, total_rows, pager.pages, following, below)
    pages = None
    number = int(_meta(page).get("number", 1))
    if said := lists.STATED.search(page.text):
        pages, number = int(said[1] or said[4]), int(said[2] or said[3])
    following = None
    if (url := _next(page, number)) and (pages is None or number < pages):
        following = _numbered(page, Request(url), number + 1)
    return Listing(rows, number, stated, pages, following, below)


def _meta(page: TextResponse) -> dict[str, Any]:
    return page.request.meta if page.request else {}


def _numbered(page: TextResponse, following: Request, number: int) -> Request:
    """The request for a later page, which says its number, and is drawn if this page was."""
    kept = {name: value for name, value in _meta(page).items() if name == "render"}
    return following.replace(meta={**following.meta, **kept, "number": str(number)})


def _next(page: TextResponse, number: int) -> str | None:
    """Where the link to the next page leads; None when there is none, or more than one."""
    worded, numbered = set(), set()
    for link, url in columns.links(page, PAGES):
        words = text_of(link)
        if address_key(url) == address_key(page.url):
            continue
        if FOLLOWING.match(words):
            worded.add(url)
        elif words == str(number + 1):
            numbered.add(url)
    found = worded or numbered
    return found.pop() if len(found) == 1 else None


def _below(page: TextResponse) -> tuple[Column, ...]:
    """Archives of single years, and columns of annual reports, in folders below the page's."""
    years = {
        address_key(url)
        for link, url in columns.links(page, PAGES)
        if YEAR.match(text_of(link)) or _is_column(title_of(link), url)
    }
    here = address_key(page.url)
    found = (column for column in columns.below(page, PAGES) if address_key(column.url) in years)
    return tuple(column for column in found if address_key(column.url) != here)


def _rows(page: TextResponse) -> Iterator[Row]:
    for link, url in columns.links(page, PAGES):
        title = title_of(link)
        date = _date(link)
        named = titles.is_report(title) and titles.report_year(title, "") is not None
        if date or (named and not LISTS.search(urlsplit(url).path)):
            yield Row(url, title, date)


def _date(link: Selector) -> str:
    """The day beside a link, in the smallest element that has one and leads nowhere else."""
    href = link.attrib["href"]
    for around in reversed(link.xpath(f"ancestor-or-self::*[position() <= {UP}]")):
        if any(other != href for other in around.css("a::attr(href)").getall()):
            return ""
        words = text_of(around)
        found = lists.DATE.findall(words.replace(text_of(link), " ")) or lists.DATE.findall(words)
        if found:
            return str(found[-1])
    return ""


def document(_: TextResponse) -> None:
    """Any page may be a document."""


def recognise(_: TextResponse) -> bool:
    """No page is known as one of no system."""
    return False


SYSTEM = System(NAME, directory, listing, document, address_key, recognise)
