"""Dates of a report, each with the place it was taken from.

A general date finder is not used: it takes dates out of the prose when the page
states none. Here a date counts only where portals put it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from itertools import takewhile, zip_longest
from zoneinfo import ZoneInfo

_BEIJING = ZoneInfo("Asia/Shanghai")
_EARLIEST = dt.date(2008, 5, 1)
"""The Regulations came into force; no report is older."""
_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_CHINESE_YEAR = re.compile(r"二[〇○零][一二三四五六七八九〇○零]{2}年")
_TENS = re.compile(r"([二三])?十([一二三四五六七八九])?")
_DATE = re.compile(
    r"(20\d\d)\s*[-年./]\s*(1[0-2]|0?[1-9])\s*[-月./]\s*(3[01]|[12]\d|0?[1-9])(?!\d)(?:\s*日)?"
)
_LABEL = re.compile(
    r"(?:发布时间|发布日期|发布于|公开日期|发文日期|发稿时间|生成日期|信息时间|时间|日期)\s*[:：]?\s*"
)
_ADDRESSES = (
    re.compile(r"/t(20\d\d)(\d\d)(\d\d)_\d+\.s?html?"),
    re.compile(r"/art/(20\d\d)/(\d{1,2})/(\d{1,2})/art_"),
    re.compile(r"/doc/(20\d\d)/(\d\d)/(\d\d)/"),
    re.compile(r"/html/\w+/(20\d\d)/[A-Z]{8}_(\d\d)(\d\d)/"),
)
_META = ("pubdate", "publishdate", "publish_date", "pubtime", "article:published_time")
"""Names of meta tags that give the date, the one of the norm first."""
_ALONE = re.compile(
    r"\s*20\d\d([-/.])\d\d?\1\d\d?(?:\s+\d\d?:\d\d(?::\d\d)?)?\s*"
    r"(?:(?:信息)?(?:来源|作者|浏览|阅读|访问|字[号体]).*|(?!.*(?:通知|公告|报告))[\u4e00-\u9fff]{2,30})?"
)
_PARAGRAPH = 60
"""Characters from which a line is a paragraph, and what stands above it the head of the page."""
_LONGEST_NAME = 30
_SENTENCE = re.compile(r"[,，。；;:：至到起从]")
# Changzhou: two or three digits, then the Unix time of publication in ten, to 2033.
_CLOCK = re.compile(r"(?:/[gn][is]_news/|fid=)(?=\d{15}(?!\d))\d{2,3}?(1[2-9]\d{8})")


def find(text: str, start: int = 0) -> tuple[str, int] | None:
    """The first date in a text as YYYY-MM-DD, and where it begins."""
    for match in _DATE.finditer(text, start):
        date = _date(match[1], match[2], match[3])
        if date:
            return date, match.start()
    return None


def published(
    meta: dict[str, str], lines: Sequence[str], row_date: str, url: str
) -> Iterator[tuple[str, str]]:
    """Candidates for the date of publication with their source, most trustworthy first.

    Sources: `meta_pubdate`, `shown_date`, `list_date`, `url_date`, `url_clock`.
    """
    for name in _META:
        found = find(meta.get(name, ""))
        if found:
            yield found[0], "meta_pubdate"
            break
    for line, following in zip_longest(lines, lines[1:], fillvalue=""):
        label = _LABEL.search(line)
        if label is None or len(line) > 200:
            continue
        after = line[label.end() :].strip() or following
        found = find(after)
        if found and found[1] <= 1:
            yield found[0], "shown_date"
            break
    else:
        head = takewhile(lambda line: len(line) < _PARAGRAPH, lines)
        alone = [line for line in head if _ALONE.fullmatch(line)]
        found = find(alone[0]) if len(alone) == 1 else None  # of several, each is of a list's row
        if found:
            yield found[0], "shown_date"
    found = find(row_date)
    if found:
        yield found[0], "list_date"
    for pattern in _ADDRESSES:
        match = pattern.search(url)
        date = _date(*match.groups()) if match else None
        if date:
            yield date, "url_date"
    match = _CLOCK.search(url)
    if match:
        day = dt.datetime.fromtimestamp(int(match[1]), _BEIJING).date()
        if day >= _EARLIEST:
            yield day.isoformat(), "url_clock"


def signed(lines: Sequence[str]) -> str | None:
    """The date that stands under the signature: alone on its line or behind the organ's name."""
    for line in reversed(lines):
        text = _arabic(line.strip()).strip(" |。)）")
        found = find(text)
        if found is None or not _DATE.fullmatch(text, found[1]):
            continue
        head = text[: found[1]].strip()
        if len(head) <= _LONGEST_NAME and not _SENTENCE.search(head):
            return found[0]
    return None


def _arabic(line: str) -> str:
    """A line with a date in Chinese numerals turned into digits; other lines as they are."""
    if not _CHINESE_YEAR.search(line):
        return line
    line = _TENS.sub(lambda m: f"{'一二三'.find(m[1] or '一') + 1}{m[2] or '0'}", line)
    return line.translate(_DIGITS)


def _date(year: str, month: str, day: str) -> str | None:
    try:
        date = dt.date(int(year), int(month), int(day))
    except ValueError:
        return None  # 31 November and the like: no date
    return date.isoformat() if date >= _EARLIEST else None
