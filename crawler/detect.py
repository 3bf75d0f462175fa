"""Which system a page is of, told page by page: for a portal that no file describes.

`SYSTEM` is a system like those of `crawler.systems`, which asks for each page
whose it is and lets that one read it. What a list goes on with carries the name
of its system along, since the answers of services tell little by themselves. A
page that no system knows is read by `crawler.systems.generic`.

`leads` are the links of a page that may lead to columns of annual reports by way
of other pages, and `is_column` and `report_on` tell what an address is that
somebody gave.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.http import JsonResponse

from crawler import titles
from crawler.faults import DriftedError
from crawler.systems import (
    Column,
    Directory,
    Listing,
    Row,
    System,
    address_key,
    columns,
    generic,
    text_of,
    title_of,
)
from crawler.systems.known import SYSTEMS, recognised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy.http import TextResponse

BY_NAME = {system.name: system for system in (*SYSTEMS, generic.SYSTEM)}


def system_of(page: TextResponse) -> System:
    """The system that reads a page: the one its list began with, the one that knows it, or none."""
    named = page.request.meta.get("system") if page.request else None
    return BY_NAME[named] if named else recognised(page) or generic.SYSTEM


def directory(page: TextResponse) -> Directory:
    """The columns a page leads to; none is no error, for any page may be asked."""
    try:
        return system_of(page).directory(page)
    except DriftedError:
        return generic.directory(page)


def listing(page: TextResponse) -> Listing:
    """One page of a list, as its system reads it; raises DriftedError when that cannot."""
    system = system_of(page)
    found = system.listing(page)
    if not found.following:
        return found
    following = found.following
    following = following.replace(meta={**following.meta, "system": system.name})
    return dataclasses.replace(found, following=following)


def document(page: TextResponse) -> None:
    """Checks a document page as its system does."""
    system_of(page).document(page)


def page_key(url: str) -> str:
    """The key of the system that knows the address as another one of a page; else the plain one."""
    plain = address_key(url)
    keys = (system.page_key(url) for system in SYSTEMS)
    return next((key for key in keys if key != plain), plain)


def recognise(page: TextResponse) -> bool:
    """Whether any system knows the page."""
    return recognised(page) is not None


SYSTEM = System("detected", directory, listing, document, page_key, recognise)

WORDS = re.compile(
    r"信息公开|政务公开|公开目录|主动公开|各部门|(?:市级|市直|政府|所属)部门|部门(?:公开|单位)"
    r"|区县|县区|县（?市）?、?区|市区县|镇街|街镇|乡镇|年报|年度报告"
)
"""What links are called that lead towards columns of annual reports."""

NOT = re.compile(
    r"指南|制度|申请|意见|保护|规定|条例|解读|系统|通知|标准|会议|培训|考核|举报|投诉|邮箱|信箱|电话"
)
"""Words of links beside those, which lead to other things."""

FOLDERS = re.compile(
    r"/\w*(?:zfxxgk|xxgk|zwgk|xxgkml|gkml|zfxxgkml|xxgkzl|zfxxgkzl|zfxxgkpt)/(?:index\.\w+)?$",
    re.IGNORECASE,
)
"""Addresses of such links."""

ORGANS = re.compile(r"(?:局|委|办|厅|院|办公室|委员会|人民政府|街道|镇|区|县)$")
"""How the names of organs end."""

MANY = 5
"""Links with names of organs from which a page is a list of organs."""

LONGEST = 20
"""Characters of a link that names a place to go and not a piece of news."""


def leads(page: TextResponse, columns_found: int) -> tuple[str, ...]:
    """Addresses that may lead on to columns, in the order of the page.

    Links to organs count only on a page that lists organs and has no columns itself.
    """
    if more := generic.sitemaps(page):
        return more
    towards = list(_towards(page))
    if not columns_found:
        organs = list(_organs(page))
        towards += organs if len(organs) >= MANY else []
    return tuple({address_key(url): url for url in towards}.values())


def _places(page: TextResponse) -> Iterator[tuple[str, str]]:
    """Words and addresses of links that lead to other places of the portal."""
    for link, url in columns.links(page, generic.PAGES):
        words = title_of(link).strip()
        if 0 < len(words) <= LONGEST and not generic.FILES.search(urlsplit(url).path):
            yield words, url


def _towards(page: TextResponse) -> Iterator[str]:
    for words, url in _places(page):
        named = WORDS.search(words) and not NOT.search(words)
        report = titles.is_report(words) and titles.report_year(words, "")
        if (named and not report) or FOLDERS.search(urlsplit(url).path):
            yield url


def _organs(page: TextResponse) -> Iterator[str]:
    for words, url in _places(page):
        if ORGANS.search(words) and len(words) > 2:
            yield url


def title_on(page: TextResponse) -> str:
    """The title a page gives itself; empty when it gives none."""
    if isinstance(page, JsonResponse):
        return ""
    said = page.css("meta[name='ArticleTitle' i]::attr(content)").get()
    if said:
        return said.strip()
    found = (text_of(node) for node in page.css("ucaptitle, h1, title"))
    return next((title for title in found if title), "")


def report_on(page: TextResponse) -> Row | None:
    """The page as the row that would lead to it, when it is a report by its title."""
    title = title_on(page)
    if not titles.is_report(title) or titles.report_year(title, "") is None:
        return None
    return Row(page.url, title, "")


def is_column(page: TextResponse) -> Column | None:
    """The page as a column, when it lists annual reports: by its rows, or by its name and form."""
    try:
        found = system_of(page).listing(page)
    except DriftedError:
        return None
    reports = sum(titles.is_report(row.title) for row in found.rows if row.url != page.url)
    title = title_on(page)
    named = columns.WORDS.search(title) or columns.FOLDERS.search(urlsplit(page.url).path)
    few = 2 * reports < len(found.rows)
    if reports and (named or not few):
        return Column(title, page.url)
    served = found.page == 0 and named and not report_on(page)
    return Column(title, page.url) if served else None
