"""The facts of a portal: what each must be, and what to write when it is not."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, get_args

from crawler import guards
from crawler.systems import System
from pipelines.report import Level

HOST = r"[a-z0-9-]+(\.[a-z0-9-]+)+"


class FactError(TypeError):
    """A fact of a portal is missing or cannot be; says which, and what to write."""


def check(portal: Any) -> None:
    """Raise FactError when a fact of a class of `crawler.portal.Portal` is missing or cannot be."""
    for fact, (holds, wanted) in FACTS.items():
        value = getattr(portal, fact, None)
        if value is None or not holds(value):
            said = "is missing" if value is None else f"cannot be {value!r}"
            raise FactError(f"{portal.__name__}: the fact {fact!r} {said}; {wanted}")
    starts = (*portal.directories, *(column.url for column in portal.columns))
    if not starts:
        raise FactError(
            f"{portal.__name__}: there is nowhere to start; declare 'directories' or 'columns'"
        )
    for url in starts:
        if not guards.on_site(url, portal.hosts):
            raise FactError(
                f"{portal.__name__}: the start address {url} is on none of the hosts; add its"
                f" host to the fact 'hosts', now {portal.hosts}"
            )


def _like(pattern: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and re.fullmatch(pattern, value) is not None


FACTS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "name": (
        _like(r"[a-z][a-z0-9_]*"),
        "write the name of the file, as in name = 'changzhou'",
    ),
    "city": (
        _like(r"[\u4e00-\u9fff]+([市县区盟旗]|自治州)"),
        "write the city's full name, as in city = '常州市'",
    ),
    "region_code": (
        _like(r"\d{6}"),
        "write the six digits of GB/T 2260, as in region_code = '320400'",
    ),
    "level": (
        lambda value: value in get_args(Level) and value != "unknown",
        "write one of " + ", ".join(level for level in get_args(Level) if level != "unknown"),
    ),
    "system": (
        lambda value: isinstance(value, System),
        "write a system of crawler.systems, as in system = changzhou.SYSTEM",
    ),
    "hosts": (
        lambda value: isinstance(value, tuple) and value != () and all(map(_like(HOST), value)),
        "write a tuple of host names, as in hosts = ('changzhou.gov.cn',)",
    ),
    "first_year": (
        lambda value: isinstance(value, int) and 2008 <= value <= 2100,
        "write the first report year, 2008 or later: there was no duty to report before",
    ),
    "floors": (
        lambda value: all(2008 <= year <= 2100 and least > 0 for year, least in value),
        "write pairs of a year and the least number, as in floors = ((2021, 3),)",
    ),
}
"""What a fact must be, and what to write when it is not."""
