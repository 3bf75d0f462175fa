"""The number in a cell: what was printed, what it means, and what it does not say.

Blank, slash, dash and zero are four different things. Whatever is none of
them and no number is kept as printed, with the flag `cell_unread`.
"""

from __future__ import annotations

import dataclasses
import re
from decimal import Decimal
from functools import lru_cache

from pipelines.page import squeeze
from pipelines.report import Number, Status

# Full-width digits and signs stand for their ASCII twins; everything else stays as printed.
_HALF = str.maketrans(
    "０１２３４５６７８９＋．，／＼％－−—–‐‑‒―─━﹣", "0123456789+.,/\\%-----------"
)
_NUMBER = re.compile(r"(?P<sign>[+-])?(?P<digits>\d{1,3}(?:,\d{3})+|\d+)(?P<fraction>\.\d+)?")
_UNITS = {"": 1, "万": 10_000, "亿": 100_000_000}
_UNIT = re.compile(r"(?P<scale>万|亿)?(?P<unit>元|件|项|个|次|宗|条|份|批|起|人)?(?:\(人民币\))?")
_ZEROS = ("无", "零", "〇")
_FULL_STOP = re.compile(r"(?<=\d)[。；;]$")
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_MARK = re.compile(rf"(?<=[\d件项个次宗条份批起人元])[{_RAISED}]+$")
"""The mark of a footnote behind a figure."""
_LOWERED = str.maketrans(_RAISED, "0123456789")
_SPACED_DIGITS = re.compile(r"\d\s+\d")


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """What a cell says."""

    value: Number | None
    status: Status
    unit: str
    flags: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def read(text: str, unit: str) -> Reading:
    """Read the text of a cell whose numbers count in `unit` (`件`, `项`, `个`, `万元`, `元`).

    A money cell of unit 元 keeps its printed unit: `14319.91万元` is 143199100 元, and a
    bare number there has no known unit. No text is an error: what cannot be
    read has status `damaged`.
    """
    plain = _printed(text)
    if _MARK.search(plain):
        marked = read(_MARK.sub("", plain), unit)
        return dataclasses.replace(marked, flags=(*marked.flags, "footnote_mark"))
    if not plain:
        return Reading(None, "blank", unit)
    if set(plain) <= {"/", "\\"}:
        return Reading(None, "slash", unit)
    if set(plain) <= {"-"}:
        return Reading(None, "dash", unit)
    if plain in _ZEROS:
        return Reading(0, "reported", unit)
    number = _NUMBER.match(plain)
    suffix = _UNIT.fullmatch(plain, number.end()) if number else None
    if number is None or suffix is None or _SPACED_DIGITS.search(text):
        return Reading(None, "damaged", unit, ("cell_unread",))
    exact = Decimal(number["digits"].replace(",", "") + (number["fraction"] or ""))
    if number["sign"] == "-":
        exact = -exact
    printed_unit, scale = suffix["unit"], _UNITS[suffix["scale"] or ""]
    flags: tuple[str, ...] = ()
    if unit == "元":
        exact *= scale
        if printed_unit != "元" and scale == 1:
            flags = ("unit_unknown",)
    elif unit == "万元":
        # The header of the column gives the unit; a printed 元 without 万 contradicts it.
        if printed_unit == "元" and scale == 1:
            exact /= 10_000
    elif scale != 1 or printed_unit == "元":
        return Reading(None, "damaged", unit, ("cell_unread",))
    return Reading(_plain(exact), "reported", unit, flags)


@lru_cache(maxsize=8192)
def is_value(text: str) -> bool:
    """Whether the text is what a cell of numbers may hold (a blank is)."""
    plain = _MARK.sub("", _printed(text))
    if set(plain) <= {"/", "\\", "-"} or plain in _ZEROS:
        return True
    number = _NUMBER.match(plain)
    return number is not None and _UNIT.fullmatch(plain, number.end()) is not None


def _printed(text: str) -> str:
    """What a cell prints: no white space, signs and digits in ASCII, no full stop behind.

    Raised digits stay so behind a figure only; a cell may be raised as a whole.
    """
    plain = _FULL_STOP.sub("", squeeze(text).translate(_HALF))
    return plain if plain.isascii() or _MARK.search(plain) else plain.translate(_LOWERED)


def _plain(exact: Decimal) -> Number:
    return int(exact) if exact == exact.to_integral_value() else float(exact)
