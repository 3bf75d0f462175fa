"""Characters that are gone: a `·` or a digit that came out as `?`, words lost between digits.

A `·` between two words in quotation marks is put back, guessed. A digit is
never put back: the number is flagged, and whoever reads it sees the flag.
Some copies lost whole text nodes (2023年1月1日起 came out as 202311日起), which no
restoration can tell; no number is sure there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines.restore.passage import Edit, Passage, Stage

_QUESTION = "吗呢么嘛什何怎哪谁几否吧多少能不"
_HAN = "\u3400-\u9fff"
# “中国?常州”, 《澄川?问政》: in one pair of marks, and nothing that asks.
_DOT = re.compile(
    rf"(?<=[“《〈「『])(?P<left>[{_HAN}]{{2,8}})\?(?P<right>[{_HAN}]{{2,8}})(?=[”》〉」』])"
)
# `?` at a digit or inside a date, unless it belongs to an address (…php?fid=7).
_SWALLOWED = re.compile(
    r"(?<![A-Za-z/=&%#?])(?:[\d.%]*(?:[?\ufffd]+[\d.%]+)+[\d年月日?\ufffd]*|"
    r"[\d.%]+[?\ufffd]+(?=[年月日件条次个项\d?])|(?<=[年月自至])[?\ufffd]+(?=[年月日]))"
    r"(?![A-Za-z=&])"
)
# What stood before a whole year was no digit.
_WHOLE_YEAR = re.compile(r"[?\ufffd]20\d\d")
_ASKED = re.compile(rf"[{_QUESTION}][^，。；、\s]{{0,6}}$")
# Dates and numbers of papers that have too many digits, or a day without its month.
_RUN_TOGETHER = re.compile(
    r"20\d{2}年\d{1,4}日(?!内)|(?<!\d)20\d{3,6}(?:日|年|月|施行)|(?<!\d)1[0-2][0-3]\d日|"
    r"[〔\[]20\d{3,}号|(?<!\d)[1-9][0-3]\d日止"
)
# What each of these holds, looked for from a rare character backwards, to pass over sound pages.
_SUSPECT = tuple(
    re.compile(expression)
    for expression in (
        *("日(?<=[0-9]{3}日)", "年(?<=[0-9]{5}年)", "月(?<=[0-9]{5}月)", "号(?<=[0-9]{5}号)"),
        *("施(?<=[0-9]{5}施)", "年[0-9]{1,4}日"),
    )
)


def look_dots(text: str, characters: frozenset[str]) -> Stage | None:
    """The stage that puts `·` back, where a page may have lost one."""
    if "?" not in characters or not any(_dots(text)):
        return None
    return lambda passage: passage.edited(_dots(passage.text))


def look_digits(text: str, characters: frozenset[str]) -> Stage | None:
    """The stage that flags numbers with lost digits, where a page may have them."""
    swallowed = not characters.isdisjoint("?\ufffd") and _SWALLOWED.search(text)
    suspect = any(expression.search(text) for expression in _SUSPECT)
    return _flagged if swallowed or (suspect and _RUN_TOGETHER.search(text)) else None


def _dots(text: str) -> Iterator[Edit]:
    for match in _DOT.finditer(text):
        if not any(character in _QUESTION for character in match[0]):
            at = match.start() + len(match["left"])
            note = f"{match[0]} -> {match['left']}·{match['right']}"
            yield Edit(at, at + 1, "·", ("guessed",), note, doubt=True)


def _flagged(passage: Passage) -> Passage:
    text = passage.text
    for match in _SWALLOWED.finditer(text):
        if _WHOLE_YEAR.fullmatch(match[0]) and text[match.end() : match.end() + 1] == "年":
            continue
        asked = match[0][0] == "?" and _ASKED.search(text, max(0, match.start() - 8), match.start())
        if not asked and not _doubted(passage, match.start()):
            passage = passage.doubted(*match.span(), "digits_lost", match[0])
    for match in _RUN_TOGETHER.finditer(text):
        passage = passage.doubted(*match.span(), "digits_lost", match[0])
    return passage


def _doubted(passage: Passage, position: int) -> bool:
    """Whether a stage before has already said that this place is damaged."""
    return any(begin <= position < end for begin, end, _ in passage.doubts)
