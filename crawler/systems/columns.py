"""Which links of a page lead to columns (栏目) of annual reports.

A link is told by its words, or by a folder of its address with one of the names
that such columns have been seen under. The system says which addresses are lists.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scrapy.http import JsonResponse

from crawler.faults import DriftedError
from crawler.systems import Column, Directory, address_key, text_of, title_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from parsel import Selector
    from scrapy.http import TextResponse

WORDS = re.compile(
    r"信息公开(?:工作)?(?:年度)?(?:工作)?(?:年报|年度报告|年度工作报告|报告)"
    r"|^(?:20\d\d年?度?)?(?:政府)?(?:年报|年度报告)$"
)
"""What a column of annual reports is called."""

FOLDERS = re.compile(
    r"/\w*(?:gknb|gkndbg|gkgzndbg|gkndgzbg|ndbg|nb20\d\d)\w*/"  # zfxxgknb, bmxxgknb, bmnb2023
    r"|/(?:szfb|sjbm|xsq)_20\d\d/|/20xsq/"  # 南通: a column per report year
    r"|/xxgkAnnualReport\.jsp$"
)
"""Folders, or a page, in the addresses of such columns."""


def directory(page: TextResponse, system: str, lists: re.Pattern[str]) -> Directory:
    """Every column of annual reports that a page leads to; raises DriftedError when none.

    `lists` is what the paths of this system's lists look like.
    """
    found = tuple(
        Column(name_of(link), url)
        for link, url in links(page, lists)
        if WORDS.search(title_of(link)) or FOLDERS.search(urlsplit(url).path)
    )
    if not found:
        raise DriftedError(system, "column", "is on none of the page's links to lists")
    return Directory(found)


def below(page: TextResponse, lists: re.Pattern[str]) -> tuple[Column, ...]:
    """Columns in folders below a column's own: one per year, or one per organ."""
    folder = address_key(page.urljoin("./x")).removesuffix("x")
    return tuple(
        Column(name_of(link), url)
        for link, url in links(page, lists)
        if "/" in address_key(url + "x").removeprefix(folder)
        and address_key(url + "x").startswith(folder)
    )


def links(page: TextResponse, lists: re.Pattern[str]) -> Iterator[tuple[Selector, str]]:
    """The links of a page to paths of this shape, with their addresses; JSON has none."""
    if isinstance(page, JsonResponse):
        return
    for link in page.css("a[href]"):
        url = page.urljoin(link.attrib["href"].strip())
        if lists.search(urlsplit(url).path):
            yield link, url


def name_of(link: Selector) -> str:
    """The link's words, after those that stand before the first link of its row: the organ."""
    before = link.xpath(
        "ancestor::*[self::li or self::tr or self::dl][1]//text()[not(ancestor::a)]"
    )
    organ = " ".join("".join(before.getall()).split())
    return f"{organ} {text_of(link)}".strip()
