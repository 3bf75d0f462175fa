"""Whom a number is about: the organ itself, or the city or district it speaks for.

The subject of the sentence decides (全市, 我局). Without one, an office of the
government (办公室) speaks of the whole city in what the government does in
public, and every other organ of itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_LEAD = (
    r"(?:^|(?<=[,，。;；:：])|(?<=\s)(?!\s))"
    r"(?:20\d\d年度?|今年(?:以来)?|全年|本年度?|年内|一年来|截[至止][^,，。]{0,14}|其中|同时|此外|目前|"
    r"现|据统计|[\s,，:：]{1,4}){0,4}"
)
_OWN = (
    r"(?:我|本)(?:局|委|办|厅|中心|机关|单位|部门|院|所|队|镇|乡|街道|会)|本级政府|"
    r"[省市县区州]政府(?:办公[室厅]|办|本级)|[省市县区州][\u4e00-\u9fff]{1,8}?[局委厅](?=[^员])"
)
_WIDE = {
    "city": r"(?:全|我|本)市(?!场)|市政府(?!办|信息|门户|网|本级)",
    "district": r"(?:全|我|本)[县区旗](?!域)|[县区]政府(?!办|信息|门户|网|本级)",
    "province": r"(?:全|我|本)省|省政府(?!办|信息|门户|网|本级)",
}
_SUBJECT = re.compile(
    f"{_LEAD}(?:(?P<organ>{_OWN})|"
    + "|".join(f"(?P<{name}>{words})" for name, words in _WIDE.items())
    + ")"
)
# An office of the government by its name, and the region it serves.
_OFFICE = re.compile(r"([省市县区旗州盟]|自治区|新区)(?:人民)?政府(?:办公[室厅]|办)$")
_REGION = {"省": "province", "自治区": "province"} | dict.fromkeys("市州盟", "city")
# Said somewhere in a paragraph, these show that it is about the whole region.
_ABOUT_ALL = re.compile(
    r"(?:全|我|本)[市县区省](?!场)|[市县]级(?!机关)|[市县区]直|县[(（]?市?、?区|辖[市区]|[市县区省]长|12345|"
    r"[市县区省]政府(?!办|信息|门户|网|本级)"
)


def served(organ: str | None) -> str | None:
    """For an office of a government: the kind of region it speaks for; None for other organs."""
    office = _OFFICE.search(organ or "")
    return _REGION.get(office[1], "district") if office else None


def subjects(text: str, *, government: bool) -> Iterator[tuple[int, str]]:
    """Where a passage names whom it speaks of, and the scope: organ, city, district, province.

    `government`: the organ that reports is the government itself.
    """
    for match in _SUBJECT.finditer(text):
        itself = government and match[0].endswith("政府")
        yield match.end(), "organ" if itself else str(match.lastgroup)


def about_all(text: str) -> bool:
    """Whether a passage speaks of the whole region anywhere."""
    return _ABOUT_ALL.search(text) is not None


def scope(subject: str | None, region: str | None, *, named: bool, public: bool, wide: bool) -> str:
    """Scope of a number.

    `subject`: scope of the sentence's subject, if it has one; `region`: what `served` says;
    `named`, `public`: of the number's row in the vocabulary; `wide`: what `about_all` says.
    """
    if region is not None and public:
        return region
    if subject is not None:
        return subject
    return region if region is not None and not named and wide else "organ"
