"""Regions of China by name and year: GB/T 2260 codes of provinces, prefectures and counties.

`regions.tsv` holds code, name, and the first and last year (2007 to 2024) in which
the name carried the code; an empty year means the code is older, or still in use.
"""

from __future__ import annotations

import dataclasses
from functools import cache
from importlib.resources import files

from pipelines.report import Level

_LONGEST = 15
_SYSTEM = "国家税务总局"
"""Stands before the region in the names of a national system's offices."""


@dataclasses.dataclass(frozen=True, slots=True)
class Region:
    """A name and the code it carried."""

    code: str
    name: str
    first: int
    last: int


def level(code: str | None) -> Level:
    """Level of the region a code stands for."""
    if code is None:
        return "unknown"
    if code.endswith("0000"):
        return "province"
    return "prefecture" if code.endswith("00") else "county"


def name_of(code: str) -> str | None:
    """The name that a code carries, or carried last: 320400 is 常州市; None when it is no code."""
    called = _by_code().get(code)
    return max(called, key=lambda region: region.last).name if called else None


def locate(name: str, year: int | None, near: str = "") -> tuple[str | None, int]:
    """The code of the innermost region a name begins with, and how many characters that took.

    `常州市武进区教育局` begins with 武进区 of 常州市. A name that several regions
    carry (鼓楼区) counts only when the region before it or `near`, the code of
    the portal's region, leaves one of them.
    """
    code: str | None = None
    position = len(_SYSTEM) if name.startswith(_SYSTEM) else 0
    while True:
        found = _next(name, position, year, code or near, inside=code is not None)
        if found is None:
            return code, position if code else 0
        code, length = found
        position += length


def code_of_site(site_id: str) -> str | None:
    """The region a `SiteIDCode` begins with; None when its first six digits are no code."""
    return site_id[:6] if site_id[:6] in _by_code() else None


def in_year(code: str, year: int | None) -> str | None:
    """The code that a region carried in a year: 海门区 (320614) was 海门市 (320684) until 2019.

    None when neither the code nor, in its prefecture, the region's name but for its last
    character was in use. A code or a year that the table does not know stays as it is.
    """
    called = _by_code().get(code, ())
    if year is None or not called or any(r.first <= year <= r.last for r in called):
        return code
    stems = {region.name[:-1] for region in called}
    then = {
        region.code
        for regions in _by_code().values()
        for region in regions
        if region.code[:4] == code[:4]
        and region.name[:-1] in stems
        and region.first <= year <= region.last
    }
    return then.pop() if len(then) == 1 else None


def _next(
    name: str, position: int, year: int | None, near: str, *, inside: bool
) -> tuple[str, int] | None:
    for length in range(min(_LONGEST, len(name) - position), 1, -1):
        regions = [
            region
            for region in _by_name().get(name[position : position + length], ())
            if year is None or region.first <= year <= region.last
        ]
        if inside:
            regions = [r for r in regions if _is_inside(r.code, near)]
        codes = {region.code for region in regions}
        if len(codes) > 1 and near:
            codes = {c for c in codes if _is_inside(c, near)} or {
                c for c in codes if c[:2] == near[:2]
            }
        if len(codes) == 1:
            return codes.pop(), length
    return None


def _is_inside(code: str, outer: str) -> bool:
    return code != outer and code.startswith(outer.rstrip("0") if outer.endswith("00") else outer)


@cache
def _by_name() -> dict[str, list[Region]]:
    table = files("pipelines").joinpath("regions.tsv").read_text("utf-8").splitlines()
    regions: dict[str, list[Region]] = {}
    for line in table[1:]:
        code, name, first, last = line.split("\t")
        region = Region(code, name, int(first or 0), int(last or 9999))
        regions.setdefault(name, []).append(region)
    return regions


@cache
def _by_code() -> dict[str, list[Region]]:
    codes: dict[str, list[Region]] = {}
    for regions in _by_name().values():
        for region in regions:
            codes.setdefault(region.code, []).append(region)
    return codes
