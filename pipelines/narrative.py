"""Sections of a report: found by their headings, never by an ordinal alone.

Table 3 prints 一、二、三、四、 again as row labels, so an ordinal proves nothing:
a heading is a line that begins as one of the six does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipelines.labels import bare

# The wordings of 2019, of 2021 and of offices that use their own, by section.
_HEADINGS: tuple[tuple[int, str], ...] = (
    (1, r"(?:政府)?(?:信息公开)?(?:工作)?(?:总体|基本)情况|概述"),
    (
        2,
        r"(?:主动)?公开(?:的)?(?:政府信息|主要内容)(?:的)?(?:情况)?|主动公开(?:政府信息)?(?:的)?情况",
    ),
    (3, r"(?:收到和处理)?(?:政府信息)?(?:依申请公开|公开申请)(?:政府信息)?(?:的)?(?:办理)?情况"),
    (
        4,
        r"(?:因)?政府信息公开(?:工作)?(?:被)?(?:申请)?(?:提起)?行政复议.{0,12}(?:行政)?诉讼.{0,4}情况",
    ),
    (5, r"(?:政府信息公开工作)?(?:中)?(?:存在的)?(?:主要)?问题(?:及|和|与)改进(?:情况|措施)?"),
    (6, r"(?:其他|其它)(?:需要报告的)?事项"),
)
_ORDINAL = re.compile(r"第?[一二三四五六七1-7][、.．,，)）部]?(?:分)?")
_HEADING = [(number, re.compile(pattern)) for number, pattern in _HEADINGS]
_TAIL = re.compile(r"(?:表[一二三]|\d)*")
_SENTENCE_END = re.compile(r"[。；;!！?？]")


def heading(text: str) -> int | None:
    """The number of the section (1 to 6) that a line opens; None for any other line.

    The heading must be all the line says before its first sentence: copies run
    the section's first paragraph on behind it.
    """
    opened = text.strip()[:60]
    ordinal = _ORDINAL.match(opened)
    if ordinal is None:
        return None
    rest = bare(opened[ordinal.end() :])
    for number, pattern in _HEADING:
        found = pattern.match(rest)
        if found:
            tail = opened[ordinal.end() :].strip()
            alone = _TAIL.fullmatch(rest, found.end()) is not None
            if alone or re.match(r"\S+\s", tail):
                return number
    return None


def sections(lines: Iterable[str]) -> set[int]:
    """Numbers of the sections that have a heading among the lines, also inside paragraphs."""
    found: set[int] = set()
    for line in lines:
        for piece in (line, *re.findall(r"(?<=[\s。])[一二三四五六]、\S+", line)):
            number = heading(piece)
            if number is not None:
                found.add(number)
    return found
