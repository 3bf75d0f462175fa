"""A sample city in the place of a real one: the facts of that city's spider lead to it.

`python -m tests.city --for nantong` serves it: the system that the spider names,
at the addresses that its facts give, under every host. So a spider can be walked
from one end to the other, and `scrapy record` has something to record, although no
real portal is asked. The organs and reports are those of the sample city, which
never was; addresses below the lists are the sample city's too. Every directory of
the spider lists an organ or more; what the other organs have published is dealt out
to its columns, row by row.
"""

from __future__ import annotations

import copy
import dataclasses
import re
from importlib import import_module
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler import guards
from crawler.portal import Portal
from tests.city.city import City, Column
from tests.city.reports import ANNUAL
from tests.city.systems import NOTHING
from tests.fleet import FLEET

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tests.city.message import Request
    from tests.city.systems import Answer, Cms

    Give = Callable[[City, Request, tuple[str, ...]], Answer]

FEW = 2
"""Organs of a city that is to be recorded: fixtures are kept for ever."""
YEARS = range(2020, 2022)
"""Its report years, one of either form; the last alone when there have to be more organs."""


def spider(name: str) -> type[Portal]:
    """The spider of a city. Raises ModuleNotFoundError."""
    found = vars(import_module(f"spiders.{name}")).values()
    return next(
        one
        for one in found
        if isinstance(one, type) and issubclass(one, Portal) and one is not Portal
    )


def dress(portal: type[Portal]) -> Cms:
    """A spider's system as the sample city serves it; of several the one of the spider's hosts."""
    kinds = [member.cms for member in FLEET.values() if member.system is portal.system]
    own = [cms for cms in kinds if guards.on_site(f"http://{cms.host}/", portal.hosts)]
    return (own or kinds)[0]


class StandIn(City):
    """The city that a spider is led to. Raises ValueError when two of its columns have one path."""

    def __init__(
        self,
        portal: type[Portal],
        count: int = FEW,
        years: Sequence[int] | None = None,
        seed: int = 7,
    ) -> None:
        plain, ways = dress(portal), len(portal.directories)
        paths = {f"column{n}": _target(column.url) for n, column in enumerate(portal.columns)}
        if len(set(paths.values())) < len(paths):
            raise ValueError(f"columns of {portal.name} have one path on different hosts")
        # One organ for every directory, and one more for the columns.
        count = max(count, ways + bool(paths))
        years = years or (YEARS if count == FEW else YEARS[-1:])
        listed = range(ways if paths else count)
        pages = {_page(url): listed[n::ways] for n, url in enumerate(portal.directories)}
        cms = dataclasses.replace(
            plain,
            column=lambda column: paths.get(column.code) or plain.column(column),
            routes={**_directories(plain, pages), **plain.routes},
        )
        super().__init__(count, years, seed, cms=cms)
        # The joint column would list everything once more.
        self.columns = {code: c for code, c in self.columns.items() if c.kind != "09"}
        rest = [
            entry
            for column in self.columns.values()
            if column.kind == "03" and column.organ.number not in listed
            for entry in column.entries
        ]
        rest.sort(key=lambda entry: (-entry.time, entry.number))
        for n, code in enumerate(paths):
            entries = tuple(rest[n :: len(paths)])
            organ = entries[0].organ if entries else self.organs[-1]
            self.columns[code] = Column(code, "03", ANNUAL, organ, entries, cms)
        self._columns_at = {column.path: column for column in self.columns.values()}


def _target(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}{'?' if parts.query else ''}{parts.query}"


def _page(url: str) -> str:
    return f"{urlsplit(url).netloc}{_target(url)}"


def _directories(cms: Cms, pages: Mapping[str, Sequence[int]]) -> Mapping[str, Give]:
    """A route for every directory, which lists its share of the organs."""
    start = cms.routes[cms.start]

    def give(city: City, request: Request, groups: tuple[str, ...]) -> Answer:
        share = pages.get(f"{request.authority}{request.target}")
        if share is None:
            return NOTHING
        part = copy.copy(city)
        part.organs = tuple(city.organs[number] for number in share)
        return start(part, request, groups)

    return {re.escape(_path(page)): give for page in pages}


def _path(page: str) -> str:
    return page[page.index("/") :].partition("?")[0]
