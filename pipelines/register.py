"""The organ register: which organs there are, under which names, and of what kind.

Two tables of facts are shipped, each with its version in the first line:

- `bodies.tsv`: the bodies that a province, prefecture or county has under the name of its
  region (教育局), with short names, the report years in which local governments carried the
  name, and the body that took over. Reforms reached places at different times: `first` and
  `last` choose between names, and forbid none. Every region of `regions.tsv` has a government
  and its office; another body counts as registered once a report prints its name.
- `organs.tsv`: organs that do not follow from a region and a body, such as development zones.

`python -m archive organs --propose` prints lines for the second table, for review. Reading
knows only what is shipped, so it never depends on what was read before.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import get_args

from pipelines import regions
from pipelines.report import OrganKind

COLUMNS = ("region_code", "name", "aliases", "kind", "first", "last")
"""Of `organs.tsv`. Aliases are parted by spaces, those of a zone without 管理委员会; an empty year
is not known, or not over."""

_KNOWN: Mapping[str, OrganKind] = {kind: kind for kind in get_args(OrganKind)}
_KINDS = (
    (r"政府(?:办公厅|办公室|办)$|党政(?:综合)?办公室$", "general_office"),
    (r"人民政府$", "government"),
    (r"(?:街道|地区)办事处$|分局$|派出所$", "dispatched_office"),
    (
        r"(?:开发|试验|实验|新|高新|园|度假|示范|保税|投资)区(?:管理委员会|管委会)?$",
        "development_zone",
    ),
    (r"(?:税务局|海关|气象局|烟草专卖局|邮政管理局|海事局|调查队)$", "vertical_system"),
    (r"[局厅]$|委员会$|办公室$|(?<=人民政府)研究室$", "department"),
    (r"(?:中心|研究院|档案馆|公司|合作总社|联合社|联合会)$", "authorised_body"),
)
"""What the end of a name tells of the kind, the first that fits; other names tell nothing."""
_MUNICIPALITIES = ("110000", "120000", "310000", "500000")
_GOVERNMENT = "人民政府"
_ZONE = re.compile(r"(?:管理委员会|管委会)$")
_SHORTEST_MENDED = 4
"""A shorter name is too near to others for a missing character to be told."""
_SHORTEST_REPLACED = 6


@dataclasses.dataclass(frozen=True, slots=True)
class Body:
    """What a region of some level has under the region's name."""

    name: str
    aliases: tuple[str, ...]
    kind: OrganKind
    levels: frozenset[str]
    first: int
    last: int
    successor: str
    """Name of the body that took over; empty when none did, or when it is not known."""


@dataclasses.dataclass(frozen=True, slots=True)
class Organ:
    """An organ of the register."""

    id: str
    """Code of its region in the report year and its name after the region's: `320400/教育局`."""
    kind: OrganKind

    @property
    def region_code(self) -> str:
        """Code of its region."""
        return self.id.partition("/")[0]


def version() -> str:
    """Versions of the two tables."""
    return f"bodies {_table('bodies.tsv')[0]}, organs {_table('organs.tsv')[0]}"


def find(name: str, region_code: str | None, year: int | None) -> Organ | None:
    """The organ of a full name, region first; None when the register has none.

    `region_code` is the region's in the report year, as `regions.in_year` gives it.
    """
    listed = _listed()
    if name in listed:
        return listed[name]
    length = max(regions.locate(name, when, region_code or "")[1] for when in (year, None))
    if not length or region_code is None:
        return None
    body = _bodies().get(name[length:])
    if body is None or not body.levels & levels(region_code):
        return listed.get(f"{region_code}/{name[length:]}")
    return Organ(f"{region_code}/{body.name}", body.kind)


def kind(name: str) -> OrganKind | None:
    """The kind that the end of a name tells for certain."""
    return next((_KNOWN[kind] for pattern, kind in _KINDS if re.search(pattern, name)), None)


def names(
    printed: str, on: frozenset[str] = frozenset(), year: int | None = None
) -> tuple[str, ...]:
    """Full names of the bodies that a name without its region can mean, the likeliest first.

    `on`: levels the region may be of, none when it is not known. A full name means itself.
    """
    if printed in _bodies():
        return (printed,)
    if printed.startswith(_GOVERNMENT) and printed not in _short():
        printed = printed.removeprefix(_GOVERNMENT)
    meant = [body for body in _short().get(printed, ()) if not on or body.levels & on]
    then = [b for b in meant if year is None or b.first <= year <= b.last]
    return tuple(body.name for body in then or meant)


def mended(printed: str, on: frozenset[str]) -> str | None:
    """The one body whose name is this but for one character lost, doubled or mistaken."""
    near = [
        body.name
        for body in _bodies().values()
        if body.levels & on
        and len(body.name) >= _SHORTEST_MENDED
        and _one_apart(printed, body.name)
    ]
    return near[0] if len(near) == 1 else None


def levels(region_code: str | None) -> frozenset[str]:
    """Levels whose bodies a region has: a municipality (上海市) has those of a city too."""
    if region_code is None:
        return frozenset()
    more = ("prefecture",) if region_code in _MUNICIPALITIES else ()
    return frozenset((regions.level(region_code), *more))


def successor(organ_id: str) -> str | None:
    """Id of the organ that took over when this one was abolished; None when none is known."""
    region, _, name = organ_id.partition("/")
    body = _bodies().get(name)
    if body is None or not body.successor:
        return None
    # What is a 局 of a city is a 厅 of a province.
    for then in (body.successor, f"{body.successor[:-1]}厅"):
        if then in _bodies() and _bodies()[then].levels & levels(region):
            return f"{region}/{then}"
    return None


def parse(lines: Iterable[str]) -> Mapping[str, Organ]:
    """Organs by id and by every name, from lines of `organs.tsv`; `#` begins a remark.

    Raises ValueError, naming the line, for one that has other columns or an unknown kind.
    """
    found: dict[str, Organ] = {}
    for line in lines:
        if line.startswith("#"):
            continue
        region_code, name, aliases, kind, _, _ = _cut(line)
        length = regions.locate(name, None, region_code)[1]
        organ = Organ(f"{region_code}/{name[length:] or name}", _KNOWN[kind])
        found[organ.id] = organ
        for each in (name, *aliases.split()):
            for spelling in _spellings(each) if organ.kind == "development_zone" else (each,):
                found[spelling] = organ
    return found


def _cut(line: str) -> list[str]:
    cut = line.split("\t")
    if len(cut) != len(COLUMNS) or not re.fullmatch(r"\d{6}", cut[0]) or cut[3] not in _KNOWN:
        raise ValueError(
            f"{line!r} is no line of the organ register: it has the columns {', '.join(COLUMNS)},"
            f" and a kind of {', '.join(_KNOWN)}"
        )
    return cut


def _spellings(zone: str) -> tuple[str, ...]:
    bare = _ZONE.sub("", zone)
    return bare, f"{bare}管委会", f"{bare}管理委员会"


def _one_apart(printed: str, name: str) -> bool:
    if abs(len(printed) - len(name)) > 1 or printed == name:
        return False
    if len(printed) == len(name):
        apart = [i for i, (a, b) in enumerate(zip(printed, name, strict=True)) if a != b]
        return len(apart) == 1 and len(name) >= _SHORTEST_REPLACED
    short, long = sorted((printed, name), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


@cache
def _bodies() -> Mapping[str, Body]:
    found: dict[str, Body] = {}
    for line in _table("bodies.tsv")[1]:
        name, aliases, kind, levels, first, last, successor = line.split("\t")
        found[name] = Body(
            name,
            tuple(aliases.split()),
            _KNOWN[kind],
            frozenset(levels.split()),
            int(first or 0),
            int(last or 9999),
            successor,
        )
    return found


@cache
def _short() -> Mapping[str, tuple[Body, ...]]:
    found: dict[str, tuple[Body, ...]] = {}
    for body in _bodies().values():
        for alias in body.aliases:
            found[alias] = (*found.get(alias, ()), body)
    return found


@cache
def _listed() -> Mapping[str, Organ]:
    return parse(_table("organs.tsv")[1])


@cache
def _table(name: str) -> tuple[str, list[str]]:
    """The version of a table and its lines below the header."""
    first, _, *lines = files("pipelines").joinpath(name).read_text("utf-8").splitlines()
    return first.removeprefix("# "), lines
