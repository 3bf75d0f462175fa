"""gkmlpt (政府信息公开目录管理平台) and the pages around it: 广州, 深圳, all of 广东.

Known from public pages and from what others' crawlers read: `/gkmlpt/index` (below a
site's folder too) states in a script `SID: '755001'` and `TREE: [...]`, JSON of
categories with id, name, children, post_count and, for columns kept elsewhere,
jump_url. GET `/gkmlpt/api/all/<category>?page=1&sid=<SID>` answers `articles` of title,
url, post_url, created_at and display_publish_time (Unix time), a hundred a page, and
`total` or `classify.post_count`; page 0 is page 1, and pages after the last are 404.
Documents at `/content/post_<number>.html` in a column's folder and at `/gkmlpt/content/
<n>/<n>/post_<number>.html`, drawn by the server; the text in `.article-content`,
`.content_article` or `.news_cont_d_wrap`. 广州's reports stand in folders per year,
`zfxxgknb/bm/2023n/`, on whose kin pages are index_2.html and so on.

Inferred: that categories of annual reports are named as such columns are; that lists
in folders have rows with a date, and a pager as other systems' have. On two hosts
fewer rows were read than post_count states; such a list is taken as truncated.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from scrapy import Request

from crawler.faults import DriftedError
from crawler.systems import (
    Column,
    Directory,
    Listing,
    Row,
    Selectors,
    System,
    address_key,
    columns,
    lists,
)
from crawler.systems.answers import answered, count

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scrapy.http import TextResponse

NAME = "gkmlpt"

AT = Selectors(NAME, {"article": ".article-content, .content_article, .news_cont_d_wrap"})

LISTS = re.compile(r"/$|/index(?:_\d+)?\.html$|/gkmlpt/api/all/\d+$")
DOCUMENTS = re.compile(r"/content/(?:\d+/\d+/)?m?post_\d+\.html$")
CATALOGUE = re.compile(r"/gkmlpt/index(?:\.html)?$")
SERVICE = re.compile(r"/gkmlpt/api/all/\d+$")
SID = re.compile(r"\bSID['\"]?\s*:\s*['\"]?(\d+)")
TREE = re.compile(r"\bTREE['\"]?\s*:\s*(?=\[)")
CHINA = dt.timezone(dt.timedelta(hours=8))
FULL = 15
"""Rows from which a page in a folder is taken as full."""


def directory(page: TextResponse) -> Directory:
    """The columns of annual reports in a site's tree of categories, or that a page links."""
    if not CATALOGUE.search(urlsplit(page.url).path):
        return columns.directory(page, NAME, LISTS)
    site, tree = SID.search(page.text), TREE.search(page.text)
    if not site or not tree:
        raise DriftedError(NAME, "TREE", "or SID is not stated on the page")
    try:
        nodes, _ = json.JSONDecoder().raw_decode(page.text, tree.end())
    except json.JSONDecodeError as error:
        raise DriftedError(NAME, "TREE", f"is no JSON ({error})") from error
    found = tuple(
        Column(name, page.urljoin(node.get("jump_url") or _address(node["id"], site[1])))
        for name, node in _annual(nodes)
    )
    if not found:
        raise DriftedError(NAME, "TREE", "names no column of annual reports")
    return Directory(found)


def _annual(
    nodes: Iterable[Mapping[str, Any]], above: str = "", *, inside: bool = False
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The lowest categories that are called annual reports, or are below one that is."""
    for node in nodes:
        name = f"{above} {node['name']}".strip()
        annual = inside or columns.WORDS.search(node["name"]) is not None
        if node.get("children"):
            yield from _annual(node["children"], name, inside=annual)
        elif annual:
            yield name, node


def _address(category: int, site: str) -> str:
    """The first page of a category, seen from the page with the tree."""
    return f"api/all/{category}?{urlencode({'page': 1, 'sid': site})}"


def listing(page: TextResponse) -> Listing:
    """A page of rows from the service, or of a list in a folder."""
    address = urlsplit(page.url)
    if not SERVICE.search(address.path):
        return lists.paged(page, NAME, LISTS, FULL)
    answer = answered(page.text, NAME)
    articles = answer.get("articles")
    if not isinstance(articles, list):
        raise DriftedError(NAME, "articles", "is not in the service's answer")
    given = answer if "total" in answer else answer.get("classify")
    if not isinstance(given, dict):
        raise DriftedError(NAME, "total", "or classify is not in the service's answer")
    total = count(given, "total" if "total" in answer else "post_count", NAME)
    if not articles and total:
        raise DriftedError(NAME, "articles", f"is empty where {total} are stated")
    asked = dict(parse_qsl(address.query))
    number, size = int(asked["page"]), page.meta.get("size", len(articles))
    following = None
    if number * size < total:
        query = urlencode({**asked, "page": number + 1})
        # What a page holds is known from the first: the last one may hold less.
        following = Request(address._replace(query=query).geturl(), meta={"size": size})
    return Listing(tuple(_record(page, one) for one in articles), number, total, None, following)


def _record(page: TextResponse, record: Mapping[str, Any]) -> Row:
    url, title = record.get("url") or record.get("post_url"), record.get("title")
    published, created = record.get("display_publish_time"), str(record.get("created_at", ""))
    if published:
        created = f"{dt.datetime.fromtimestamp(int(published), CHINA):%Y-%m-%d}"
    if not url or not title or not lists.DATE.search(created):
        raise DriftedError(NAME, "article", f"lacks an address, a title or a day: {record}")
    return Row(page.urljoin(url), title, created)


def document(page: TextResponse) -> None:
    """A document has its text in one of a few known elements."""
    AT.expect(page, "article")


def recognise(page: TextResponse) -> bool:
    """By the folder of its own, the address of a document, or where rows lead."""
    path = urlsplit(page.url).path
    return bool(
        CATALOGUE.search(path)
        or SERVICE.search(path)
        or DOCUMENTS.search(path)
        or lists.lead_to(page, DOCUMENTS)
    )


SYSTEM = System(NAME, directory, listing, document, address_key, recognise)
