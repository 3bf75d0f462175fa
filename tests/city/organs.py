"""The organs of 澄川市, a city that is on no map, as many as are asked for.

The first twelve are of the kinds whose reports were studied; then come the
other departments of a city, then branch offices (分局) at made-up places, which
are organs of the city too, so region and level hold for all of them.
"""

from __future__ import annotations

import dataclasses
import functools

CITY = "澄川市"

KINDS: tuple[tuple[str, str], ...] = (
    ("szf", "人民政府"),
    ("szfbgs", "人民政府办公室"),
    ("fgw", "发展和改革委员会"),
    ("jyj", "教育局"),
    ("gaj", "公安局"),
    ("czj", "财政局"),
    ("rsj", "人力资源和社会保障局"),
    ("zrzyj", "自然资源和规划局"),
    ("cgj", "城市管理局"),
    ("scjgj", "市场监督管理局"),
    ("wsb", "人民政府外事办公室"),
    ("jgswj", "机关事务管理局"),
    ("kjj", "科学技术局"),
    ("gxj", "工业和信息化局"),
    ("mzj", "民政局"),
    ("sfj", "司法局"),
    ("sthjj", "生态环境局"),
    ("zjj", "住房和城乡建设局"),
    ("jtj", "交通运输局"),
    ("slj", "水利局"),
    ("nyncj", "农业农村局"),
    ("swj", "商务局"),
    ("wglj", "文化广电和旅游局"),
    ("wjw", "卫生健康委员会"),
    ("tyjrj", "退役军人事务局"),
    ("yjj", "应急管理局"),
    ("sjj", "审计局"),
    ("tyj", "体育局"),
    ("tjj", "统计局"),
    ("ybj", "医疗保障局"),
    ("xfj", "信访局"),
    ("xzspj", "行政审批局"),
    ("lyj", "林业局"),
    ("gzw", "人民政府国有资产监督管理委员会"),
    ("rfb", "人民防空办公室"),
    ("dfjrj", "地方金融监督管理局"),
)
"""Code in the portal's addresses, and name after the city's. The first is the whole city."""

BRANCHES = ("gaj", "zrzyj", "scjgj", "sthjj", "cgj", "jtj", "nyncj", "rsj")
"""Departments that have branch offices."""

FIRST = "青白云松望临东西南北金玉龙凤鹤石沙清碧柳桃梅竹兰"
SECOND = "溪岭湾塘桥浦坡洲堰渡屏源泉岗湖滩埠坞泽原"


@dataclasses.dataclass(frozen=True, slots=True)
class Organ:
    """One organ that reports."""

    number: int
    """Place in the directory, from 0."""
    code: str
    """Its code in the portal's addresses."""
    name: str
    """Full name, with the city's."""

    @property
    def whole_city(self) -> bool:
        """Whether its report holds the figures of the whole city."""
        return self.number == 0

    @property
    def office(self) -> bool:
        return self.number == 1

    @property
    def short(self) -> str:
        """The name without the city's and the government's: 外事办公室."""
        return self.name.removeprefix(CITY).removeprefix("人民政府") or self.name


@functools.cache
def _branches() -> tuple[tuple[str, str], ...]:
    names = dict(KINDS)
    places = [(a + b, f"{i:02d}{j:02d}") for i, a in enumerate(FIRST) for j, b in enumerate(SECOND)]
    return tuple(
        (f"{code}{number}", f"{names[code]}{place}分局")
        for place, number in places
        for code in BRANCHES
    )


def organs(count: int) -> tuple[Organ, ...]:
    """The first `count` organs. Raises ValueError beyond what can be named, and below two."""
    named = (*KINDS, *_branches())
    if not 2 <= count <= len(named):
        raise ValueError(f"a city has from 2 to {len(named)} organs, not {count}")
    return tuple(
        Organ(number, code, CITY + name) for number, (code, name) in enumerate(named[:count])
    )
