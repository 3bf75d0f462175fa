"""The facts of a portal: which follow from others, what each must be, what to write when it is not.

A spider says what cannot be known without it: the region, the system, where to
look. The rest follows, unless the spider says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, get_args
from urllib.parse import urlsplit

from crawler import guards
from crawler.systems import Column, System
from pipelines import regions
from pipelines.report import Level

HOST = r"[a-z0-9-]+(\.[a-z0-9-]+)+"
ADDRESS = r"https?://[^/\s]+/\S*"
OWNED = re.compile(r"[^.]+\.gov\.cn$")
"""The part of a host's name that is a government's own."""


class FactError(TypeError):
    """Facts of a portal are missing or cannot be; says which, and what to write."""


def starts(portal: Any) -> tuple[str, ...]:
    """Every address at which the walk through a portal starts."""
    return (*portal.directories, *(column.url for column in portal.columns))


def settle(portal: Any) -> None:
    """Give a class of `crawler.portal.Portal` the facts that follow from those it declares.

    Raises FactError, which names them all, when facts are missing or cannot be.
    """
    _hold(portal, _wrong(portal, FACTS.keys() - DERIVED.keys()))
    for fact, follows in DERIVED.items():
        if getattr(portal, fact, None) is None:
            setattr(portal, fact, follows(portal))
    _hold(portal, _wrong(portal, DERIVED.keys()))
    _hold(portal, _lost(portal))


def _hold(portal: Any, wrong: Iterator[str]) -> None:
    if said := "\n".join(f"{portal.__name__}: {words}" for words in wrong):
        raise FactError(said)


def _wrong(portal: Any, asked: Collection[str]) -> Iterator[str]:
    """What is wrong with facts, and what to write."""
    for fact, (holds, wanted) in FACTS.items():
        value = getattr(portal, fact, None)
        if fact not in asked or (value is None and fact in OPTIONAL):
            continue
        if value is None or not holds(value):
            said = "is missing" if value is None else f"cannot be {value!r}"
            yield f"the fact {fact!r} {said}; {wanted}"
    if "columns" in asked and not (portal.directories or portal.columns):
        yield "there is nowhere to start; declare 'directories' or 'columns'"


def _lost(portal: Any) -> Iterator[str]:
    """Addresses to start at that the hosts do not cover."""
    for url in starts(portal):
        if not guards.on_site(url, portal.hosts):
            yield (
                f"the start address {url} is on none of the hosts; add its host to the fact"
                f" 'hosts', now {portal.hosts}"
            )


def _owned(url: str) -> str:
    host = urlsplit(url).hostname or ""
    found = OWNED.search(host)
    return found[0] if found else host.removeprefix("www.")


def _hosts(portal: Any) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(map(_owned, starts(portal)))) or None


DERIVED: Mapping[str, Callable[[Any], Any]] = {
    "name": lambda portal: portal.__module__.rpartition(".")[2],
    "city": lambda portal: regions.name_of(portal.region_code),
    "level": lambda portal: regions.level(portal.region_code),
    "hosts": _hosts,
    "first_year": lambda portal: min((year for year, _ in portal.floors), default=None),
}
"""What follows from other facts, where the class does not say."""

OPTIONAL = frozenset({"first_year"})
"""Facts that need not be known."""


def _like(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


def _all(holds: Callable[[Any], bool]) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, tuple) and all(map(holds, value))


def _is_floor(value: Any) -> bool:
    match value:
        case (int(year), int(least)):
            return 2008 <= year <= 2100 and least > 0
    return False


FACTS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "region_code": (
        lambda value: isinstance(value, str) and regions.name_of(value) is not None,
        "write the six digits of GB/T 2260, as in region_code = '320400'",
    ),
    "system": (
        lambda value: isinstance(value, System),
        "write a system of crawler.systems, as in system = changzhou.SYSTEM",
    ),
    "directories": (
        _all(_like(ADDRESS)),
        "write a tuple of addresses, as in directories = ('http://www.changzhou.gov.cn/gi_class/',)",
    ),
    "columns": (
        _all(lambda value: isinstance(value, Column) and _like(ADDRESS)(value.url)),
        "write a tuple of columns, as in columns = (Column('市政府', 'http://…'),)",
    ),
    "floors": (
        _all(_is_floor),
        "write pairs of a year and the least number, as in floors = ((2021, 3),)",
    ),
    "name": (
        _like(r"[a-z][a-z0-9_]*"),
        "write the name of the file, as in name = 'changzhou'",
    ),
    "city": (
        _like(r"[\u4e00-\u9fff]+([市县区盟旗]|自治州)"),
        "write the city's full name, as in city = '常州市'",
    ),
    "level": (
        lambda value: value in get_args(Level) and value != "unknown",
        "write one of " + ", ".join(level for level in get_args(Level) if level != "unknown"),
    ),
    "hosts": (
        lambda value: value != () and _all(_like(HOST))(value),
        "write a tuple of host names, as in hosts = ('changzhou.gov.cn',)",
    ),
    "first_year": (
        lambda value: isinstance(value, int) and 2008 <= value <= 2100,
        "write the first report year, 2008 or later: there was no duty to report before",
    ),
}
"""What a fact must be, and what to write when it is not."""
