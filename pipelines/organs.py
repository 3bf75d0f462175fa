"""Names of organs: the full name behind a short one, and where a name ends in running text."""

from __future__ import annotations

import re

from pipelines import regions, register

_ENDS = (
    "办公厅|办公室|委员会|管委会|街道办事处|办事处|总局|分局|局|厅|中心|研究院|研究室|"
    "联合会|总队|支队|集团|公司|档案馆|供销合作总社|政府办|政府"
)
# An office of the government (人民政府外事办公室), then any organ, then the government itself.
_BODY = (
    re.compile(r"人民政府(?!政府信息|信息公开)[\u4e00-\u9fff]{0,8}?(?:办公厅|办公室)"),
    re.compile(rf"(?!人民政府)[\u4e00-\u9fff、]{{0,20}}?(?:{_ENDS})"),
    re.compile(r"人民政府"),
)
_HEAD = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:自治区|自治州|自治县|地区|[省市县区旗州盟])")
# Zones have no government of their own kind: their names stay as printed.
_ZONE = re.compile(r"(?:实验区|开发区|新区|高新区|园区|度假区|示范区|保税区)$")


def cut(text: str, *, near: str = "") -> str | None:
    """The organ's name a text begins with, whole and without the sub-office behind it.

    None when the text begins with no region's name or no organ follows it.
    """
    length = _region(text, near)
    if not length:
        return None
    for body in _BODY:
        match = body.match(text, length)
        if match:
            return text[: match.end()]
    return None


def full(name: str, near: str = "", year: int | None = None) -> str:
    """The full form of a name that may be short: 启东市政府办 is 启东市人民政府办公室."""
    length = _region(name, near)
    region, body = name[:length], name[length:]
    if region and not body and not _ZONE.search(region):
        return region + "人民政府"
    meant = meanings(name, near, year)
    return meant[0] if meant else region + re.sub(r"管委会$", "管理委员会", body)


def meanings(name: str, near: str = "", year: int | None = None) -> tuple[str, ...]:
    """Full names of the register that a name, region first, can mean; the likeliest first."""
    length = _region(name, near)
    code, _ = regions.locate(name, None, near)
    found = register.names(name[length:], register.levels(code), year)
    return tuple(name[:length] + body for body in found)


def mended(name: str, near: str = "") -> str | None:
    """The one name of the register that this is but for a character; None for other names."""
    code, length = regions.locate(name, None, near)
    body = register.mended(name[length:], register.levels(code))
    return name[:length] + body if body else None


def beside(name: str, city: str, near: str) -> str:
    """A name that lacks its region, or a part of it, put behind the region it belongs to.

    `city` is the name of the portal's own region. 教育局, 市教育局 and 常市教育局 are the
    city's; 武进教育局 is 武进区教育局 when the city has that district.
    """
    for length in range(len(name)):
        if not register.names(name[length:]):
            continue
        for ending in "区市县":
            region = name[:length] + ending
            if length > 1 and regions.locate(region, None, near)[1] == length + 1:
                return region + name[length:]
        return city + name[length:]
    return city + name


def _region(name: str, near: str) -> int:
    """How many characters of a name are its region's."""
    _, length = regions.locate(name, None, near)
    if not length:
        head = _HEAD.match(name)
        length = head.end() if head else 0
    return length


def has_region(name: str, near: str = "") -> bool:
    """Whether a name begins with the name of a region."""
    return bool(_region(name, near))


def stands_for(short: str, name: str) -> bool:
    """Whether a short name can be that of an organ: its characters occur in order (城管局)."""
    rest = iter(name)
    return all(character in rest for character in short)


def is_government(name: str) -> bool:
    """Whether the organ is a government itself, not an office of it."""
    return name.endswith(("人民政府", "管理委员会", "管委会")) or not re.search(
        rf"(?:{_ENDS})$", name
    )
