"""What the sentences of a report say: its sections, and the numbers that sentences state.

Sections are found by their headings, never by an ordinal alone: table 3 prints
一、二、三、四、 again as row labels, so an ordinal proves nothing; a heading is a
line that begins as one of the six does.

Indicators are made in one pass over the passages: `quantities` finds the
numbers, `statements` reads each where it stands (named by `naming`, its scope by
`subjects`, its words by `lists` where they are dealt out), and `parts` links the
parts of lists (其中) to their whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pipelines import organs, subjects
from pipelines.labels import bare
from pipelines.page import Line
from pipelines.parts import link
from pipelines.passages import passages
from pipelines.quantities import quantities
from pipelines.report import Indicator
from pipelines.statements import WORDS, Reading, Said, read

# The wordings of 2019, of 2021 and of offices that use their own, by section.
_HEADINGS: tuple[tuple[int, str], ...] = (
    (1, r"(?:政府)?(?:信息公开)?(?:工作)?(?:总体|基本)(?:工作)?情况|(?:工作)?概[述况]"),
    (
        2,
        r"(?:行政机关)?(?:主动)?公开(?:的)?(?:政府信息|主要内容)(?:的)?(?:情况)?|主动公开(?:的)?情况",
    ),
    (3, r"(?:收到和处理)?(?:政府信息)?(?:依申请公开|公开申请)(?:政府信息)?(?:的)?(?:办理)?情况"),
    (
        4,
        r"因?(?:政府信息公开(?:工作)?)?被?(?:申请)?(?:提起)?行政复议.{0,12}(?:行政)?诉讼.{0,4}情况",
    ),
    (
        5,
        r"(?:政府信息公开工作)?中?(?:存在的)?(?:主要)?问题[及和与]?(?:下一步)?(?:工作)?改进(?:工作|情况|措施)*",
    ),
    (
        6,
        r"(?:其他|其它)(?:需要?(?:报告|说明|公布)的?)?事项|需要?(?:报告|说明)的?(?:其他|其它)事项",
    ),
)
_ORDINAL = re.compile(r"第?[一二三四五六七1-7][、.．,，)）部]?(?:分)?")
_HEADING = [(number, re.compile(pattern)) for number, pattern in _HEADINGS]
# As the forms head them: so the ordinal may be an editor's list number, which is not text.
_PLAIN = {
    "总体情况": 1,
    "主动公开政府信息情况": 2,
    "收到和处理政府信息公开申请情况": 3,
    "政府信息公开行政复议行政诉讼情况": 4,
    "因政府信息公开工作被申请行政复议提起行政诉讼情况": 4,
    "存在的主要问题及改进情况": 5,
    "政府信息公开工作存在的主要问题及改进情况": 5,
    "其他需要报告的事项": 6,
}
_SHORTEST = min(map(len, _PLAIN))
_LIST_NUMBER = re.compile(r"[(（][一二三四五六][)）]")
_TAIL = re.compile(r"(?:表[一二三]|\d)*")
_SENTENCE_END = re.compile(r"[。；;!！?？]")


def heading(text: str) -> int | None:
    """The number of the section (1 to 6) that a line opens; None for any other line.

    The heading must be all the line says before its first sentence: copies run
    the section's first paragraph on behind it.
    """
    if len(text) < _SHORTEST:
        return None  # a figure of a table, as most lines are
    opened = text.strip()[:60]
    ordinal = _ORDINAL.match(opened)
    if ordinal is None:
        plain = opened.endswith(("情况", "事项"))
        return _PLAIN.get(bare(_LIST_NUMBER.sub("", opened))) if plain else None
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


# Plans state no facts.
_PLAN = re.compile(
    r"下一步|下一阶段|力争|争取(?:达|实现)|明年|改进措施[。:：]|(?:将|要)(?:从|采取|继续|进一步|重点)"
)
_SENTENCE = 400
"""No sentence is looked back over further than this many characters."""
_LATER = re.compile(r"下一步|下一阶段|力争|争取(?:达|实现)|明年")
_PLANS = 5
"""The section that ends in plans: from the first sign of one, nothing in it is a fact."""
_LAST = re.compile(r"六、\s*其[他它]")
"""The heading of the last section, which copies run on behind the plans."""


def indicators(lines: Sequence[Line], organ: str | None) -> tuple[Indicator, ...]:
    """The numbers that the sentences of an article state, in reading order.

    `lines` are the article's, restored; `organ` is the full name of who reports.
    """
    region = subjects.served(organ)
    government = organ is not None and organs.is_government(organ)
    said: list[Said] = []
    planning = False
    for passage in passages(lines, heading):
        planning = planning and passage.section == _PLANS
        plans = (0, 0)
        if passage.section == _PLANS:
            plan, last = _PLAN.search(passage.text), _LAST.search(passage.text)
            if planning or plan:
                begin = 0 if planning or plan is None else plan.start()
                plans = (begin, last.start() if last else len(passage.text))
            planning = (planning or plan is not None) and last is None
        facts = [
            each
            for each in quantities(passage.text)
            if not plans[0] <= each.begin < plans[1] and not _planned(passage.text, each.begin)
        ]
        if facts or WORDS.search(passage.text):
            said.extend(read(Reading(passage, facts, plans, region, government=government)))
    link(said)
    return tuple(each.indicator() for each in said)


def _planned(text: str, place: int) -> bool:
    """Whether the sentence has said before this place that it speaks of plans."""
    near = max(0, place - _SENTENCE)
    return _LATER.search(text, max(near, text.rfind("。", near, place) + 1), place) is not None
