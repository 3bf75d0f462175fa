"""Content-management systems: how each lists, pages and serves documents.

A city is a fact sheet (`spiders/`), its system is code: one module here per
system, which ends in a `System`. `crawler.portal` walks any portal with it and
knows no markup. A module is a table of named selectors and a few small
functions from a response to the tuples below; what a selector must find and
does not is a DriftedError, never an empty list. What several systems share
stands in `lists` (rows with a date, the script that draws pagers), `columns` (which
links lead to columns of annual reports) and `answers` (the JSON of paging
services); `known` lists the systems.
"""

from __future__ import annotations

import dataclasses
import functools
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.faults import DriftedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from parsel import Selector
    from scrapy import Request
    from scrapy.http import TextResponse


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A column (栏目) that holds annual reports."""

    name: str
    """Its name as the portal prints it, most often an organ's."""
    url: str
    every: bool = False
    """Whether every row is a report, whatever it is called: some are by their organ only."""


def yearly(name: str, url: str, years: Iterable[int]) -> tuple[Column, ...]:
    """The columns of a portal that opens a new one each year, `{year}` in the address."""
    return tuple(Column(f"{name}{year}", url.format(year=year)) for year in years)


@dataclasses.dataclass(frozen=True, slots=True)
class Row:
    """One row of a list page, as printed; the address is absolute."""

    url: str
    title: str
    date: str


@dataclasses.dataclass(frozen=True, slots=True)
class Directory:
    """A page that leads to the columns of a city's organs."""

    columns: tuple[Column, ...]
    organs: int = 0
    """How many organs it lists."""
    stated: int | None = None
    """How many organs the page says there are; None when it does not say."""


@dataclasses.dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list.

    A page that holds no rows because a service gives them is page 0: it leads to
    the first. What the service needs to know travels in the request to it.
    """

    rows: tuple[Row, ...]
    page: int | None = None
    """Which page of the list this is, counted from 1; None when it does not say."""
    total: int | None = None
    """How many rows the portal says the whole list has; None when it does not say."""
    pages: int | None = None
    """How many pages the portal says the list has; None when it does not say."""
    following: Request | None = None
    """How to ask for the next page, a form or JSON included; None on the last."""
    columns: tuple[Column, ...] = ()
    """Columns below this one that the page leads to: a folder per year, or per organ."""


@dataclasses.dataclass(frozen=True, slots=True)
class System:
    """What the walk asks a system. Each function raises DriftedError when the markup has moved."""

    name: str
    directory: Callable[[TextResponse], Directory]
    listing: Callable[[TextResponse], Listing]
    document: Callable[[TextResponse], None]
    """Checks that a page is a document page of this system."""
    page_key: Callable[[str], str]
    """One key for all addresses of one page, print variants included."""
    recognise: Callable[[TextResponse], bool]
    """Whether a page, of whatever role, is one of this system."""
    drawn: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Roles whose pages are drawn by scripts (`crawler.render`), and a CSS selector that matches
    when one is there; an empty one when nothing tells."""


@dataclasses.dataclass(frozen=True, slots=True)
class Selectors:
    """The named CSS selectors of a system, and the only way its modules use them."""

    system: str
    css: Mapping[str, str]

    def some(self, node: TextResponse | Selector, name: str) -> list[Selector]:
        """Every match; raises DriftedError when there is none."""
        found = list(node.css(self.css[name]))
        if not found:
            raise DriftedError(self.system, name, f"({self.css[name]}) matches nothing")
        return found

    def one(self, node: TextResponse | Selector, name: str) -> Selector:
        """The only match; raises DriftedError when there is none, or more than one."""
        found = self.some(node, name)
        if len(found) > 1:
            raise DriftedError(self.system, name, f"({self.css[name]}) matches {len(found)} times")
        return found[0]

    def expect(self, page: TextResponse, name: str) -> None:
        """See that there is a match; raises DriftedError when there is none.

        Only a page whose bytes do not tell is parsed: parsing all would be a quarter of a
        crawl's work.
        """
        if not _marks(self.css[name]).search(page.body):
            self.some(page, name)


@functools.cache
def _marks(selector: str) -> re.Pattern[bytes]:
    """How elements of a selector of ids, classes and bare names begin in a page's bytes."""
    names = re.findall(r"[#.]([\w-]+)|(?:^|,)\s*(\w+)\s*(?=,|$)", selector)
    words = "|".join(re.escape(named or bare) for named, bare in names)
    attribute = r"\b(?:id|class)\s*=\s*[\"']?(?:[^\"'>]*\s)?"
    return re.compile(rf"(?:<|{attribute})(?:{words})(?![\w-])".encode(), re.IGNORECASE)


def text_of(node: Selector) -> str:
    """The words in an element, each run of white space made one space."""
    return " ".join("".join(node.css("::text").getall()).split())


def title_of(link: Selector) -> str:
    """The whole title of a link: the words shown are cut short where an attribute is not."""
    return link.attrib.get("title") or link.css("[title]::attr(title)").get() or text_of(link)


def address_key(url: str) -> str:
    """One key for an address over http and https, with its port left out and no fragment."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    return f"{parts.hostname or ''}{parts.path.rstrip('/')}{query}"
