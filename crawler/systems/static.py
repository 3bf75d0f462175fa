"""Lists written to files index, index_2, index_3: 无锡.

Known from public pages and from what others' crawlers read: columns at
`/zfxxgk/xxgkml/<column>/index.shtml`, rows as `li` of `#doclist`, twenty a page,
then `index_2.shtml` (index_1 has been reported too), documents at
`/doc/<year>/<month>/<day>/<number>.shtml`, the text in `.mainCont`. Inferred: that
the next page is linked with the words 下一页 (a browser finds it as `.next`). A page
that should be followed by another and has no such link is taken as drifted, so
that a list is never cut in silence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.systems import (
    Directory,
    Listing,
    Selectors,
    System,
    address_key,
    columns,
    lists,
)

if TYPE_CHECKING:
    from scrapy.http import TextResponse

NAME = "static"

AT = Selectors(NAME, {"article": ".mainCont"})

LISTS = re.compile(r"/$|/index(?:_\d+)*\.s?html?$")
DOCUMENTS = re.compile(r"^/doc/20\d\d/\d\d/\d\d/\d+\.shtml$")
FULL = 15
"""Rows from which a page is taken as full; twenty are known."""


def directory(page: TextResponse) -> Directory:
    """The columns of annual reports that a page leads to."""
    return columns.directory(page, NAME, LISTS)


def listing(page: TextResponse) -> Listing:
    """One page of a column; without a pager, the whole of a short one."""
    return lists.paged(page, NAME, LISTS, FULL)


def document(page: TextResponse) -> None:
    """A document has one element with the text."""
    AT.expect(page, "article")


def recognise(page: TextResponse) -> bool:
    """By the address of a document, or a list that leads to such documents."""
    return bool(DOCUMENTS.search(urlsplit(page.url).path)) or lists.lead_to(page, DOCUMENTS)


SYSTEM = System(NAME, directory, listing, document, address_key, recognise)
