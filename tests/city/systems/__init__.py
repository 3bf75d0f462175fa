"""The content-management systems the sample city can run on: the server's side of each.

One module per module of `crawler.systems`, which ends in a `Cms`: the addresses
of columns and documents, a table of routes, the frame around a document, and how
each breakage is made in its markup. Organs, columns, entries and reports are
the city's (`tests.city.city`) and the same on every system. A breakage that
means the same everywhere is made by `tests.city.site`, over any system.
"""

from __future__ import annotations

import dataclasses
import hashlib
import html
from typing import TYPE_CHECKING, Literal

from tests.city.organs import CITY
from tests.city.reports import ANNUAL, REGION_CODE
from tests.city.validators import Validators

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.city.city import City, Column, Entry
    from tests.city.message import Request

Role = Literal["index", "list", "page", "missing"]

UTF8 = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n'


@dataclasses.dataclass(frozen=True, slots=True)
class Answer:
    """What a route answers: a text, and what kind of page it is."""

    text: str
    role: Role = "page"
    number: int = 1
    """Which page of a list this is, counted from 1."""
    kind: bytes = b"text/html; charset=utf-8"


NOTHING = Answer("", "missing")
"""The answer of a route that has no such page."""


@dataclasses.dataclass(frozen=True, slots=True)
class Paper:
    """What a document page shows, whatever the system."""

    entry: Entry
    publisher: str
    column: str
    """Name of the column it stands in."""
    article: str
    """HTML of the article."""
    meta: Mapping[str, str]
    """Meta tags of the standard for government sites; empty when the page has none."""
    charset: str = UTF8
    """The tag that states the encoding; empty when none does."""


@dataclasses.dataclass(frozen=True, slots=True)
class Cms:
    """One system, as the city's server runs it."""

    name: str
    host: str
    """The host whose portal the city stands in for; it answers to every other name too."""
    start: str
    """Path of the page that leads to every organ's columns."""
    rows: int
    """Rows on one page of a list."""
    column: Callable[[Column], str]
    """Path of a column's first page."""
    document: Callable[[Entry], str]
    """Path of a page that lists lead to."""
    routes: Mapping[str, Callable[[City, Request, tuple[str, ...]], Answer]]
    """Patterns of whole paths, and what answers with what their groups matched; first wins."""
    frame: Callable[[Paper], str]
    """A document's page."""
    shell: Callable[[str, str], str]
    """A whole page around a title and a body."""
    breaks: Mapping[str, tuple[str, str]]
    """Breakages of `tests.city.city.FAULTS` made in the markup: what (pattern) becomes what."""
    files: Mapping[str, tuple[bytes, bytes]] = dataclasses.field(default_factory=dict)
    """Paths of other files: their type, and what they hold."""
    printed: Callable[[Entry], str] | None = None
    """Address of the print variant, for a system that has one."""
    printed_frame: Callable[[Paper], str] | None = None
    headers: tuple[tuple[bytes, bytes], ...] = ((b"Server", b"nginx"),)
    validators: Validators = ""
    """What the server says of its documents: files have ETag and date, made pages do not."""


def hexadecimal(*of: str) -> str:
    """Thirty-two hexadecimal digits, the same whenever they are asked for."""
    return hashlib.md5("|".join(of).encode(), usedforsecurity=False).hexdigest()


def uuid(*of: str) -> str:
    """The same, written as a UUID."""
    digits = hexadecimal(*of)
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def page_norm(entry: Entry, publisher: str, column: str = ANNUAL) -> dict[str, str]:
    """The meta tags that government sites must have, as a good page has them."""
    return {
        "SiteName": f"{CITY}人民政府",
        "SiteDomain": entry.cms.host,
        "SiteIDCode": f"{REGION_CODE}9900",
        "ColumnName": column,
        "ColumnType": column,
        "ArticleTitle": entry.title,
        "PubDate": f"{entry.moment:%Y-%m-%d %H:%M}",
        "ContentSource": publisher,
    }


def organ_table(city: City) -> str:
    """The organs, a row each, with links to their columns."""
    rows = "".join(
        f"<tr><td>{organ.name}</td><td>"
        + " ".join(f'<a href="{html.escape(c.path)}">{c.name}</a>' for c in city.columns_of(organ))
        + "</td></tr>\n"
        for organ in city.organs
    )
    return f"<table>\n{rows}</table>\n"


def metas(said: Mapping[str, str], *, content_first: bool = False) -> str:
    """Meta tags; some sites write the content before the name."""
    order = (
        '<meta content="{1}" name="{0}" />\n'
        if content_first
        else ('<meta name="{0}" content="{1}" />\n')
    )
    return "".join(order.format(name, html.escape(value)) for name, value in said.items())
