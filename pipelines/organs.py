"""Names of organs: the full name behind a short one, and where a name ends in running text."""

from __future__ import annotations

import re

from pipelines import regions

# Short names offices use of themselves, without the region before them.
_SHORT = {
    "政府": "人民政府",
    "政府办": "人民政府办公室",
    "政府办公室": "人民政府办公室",
    "政府办公厅": "人民政府办公厅",
    "外办": "人民政府外事办公室",
    "发改委": "发展和改革委员会",
    "城管局": "城市管理局",
    "市监局": "市场监督管理局",
    "市场监管局": "市场监督管理局",
    "人社局": "人力资源和社会保障局",
    "自规局": "自然资源和规划局",
    "资规局": "自然资源和规划局",
    "卫健委": "卫生健康委员会",
    "医保局": "医疗保障局",
    "住建局": "住房和城乡建设局",
    "工信局": "工业和信息化局",
    "文旅局": "文化和旅游局",
    "生态局": "生态环境局",
    "退役军人局": "退役军人事务局",
    "管委会": "管理委员会",
}
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
    _, length = regions.locate(text, None, near)
    if not length:
        head = _HEAD.match(text)
        length = head.end() if head else 0
    if not length:
        return None
    for body in _BODY:
        match = body.match(text, length)
        if match:
            return text[: match.end()]
    return None


def full(name: str, near: str = "") -> str:
    """The full form of a name that may be short: 启东市政府办 is 启东市人民政府办公室."""
    _, length = regions.locate(name, None, near)
    if not length:
        head = _HEAD.match(name)
        length = head.end() if head else 0
    region, body = name[:length], name[length:]
    if region and not body and not _ZONE.search(region):
        return region + "人民政府"
    return region + _SHORT.get(body, body)


def has_region(name: str, near: str = "") -> bool:
    """Whether a name begins with the name of a region."""
    return bool(regions.locate(name, None, near)[1]) or _HEAD.match(name) is not None


def stands_for(short: str, name: str) -> bool:
    """Whether a short name can be that of an organ: its characters occur in order (城管局)."""
    rest = iter(name)
    return all(character in rest for character in short)


def is_government(name: str) -> bool:
    """Whether the organ is a government itself, not an office of it."""
    return name.endswith(("人民政府", "管理委员会", "管委会")) or not re.search(
        rf"(?:{_ENDS})$", name
    )
