"""When: the deadline, the period reported on, and whether the dates of a page agree (P1 to P4)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from pipelines.checks.subject import Subject, finding
from pipelines.report import Finding, Verdict

_OWN_DEADLINE = (1, 31)
_GOVERNMENT_DEADLINE = (3, 31)
_FIRST_EARLY_YEAR = 2019
"""Until report year 2018 every organ had until 31 March (Regulations of 2007, article 31)."""
_INFERRED = ("url_date", "url_clock")
"""Sources that tell when a page was made, not when it was published."""
_MOVED = 366
"""Days after which a date is more likely that of a new content-management system."""
_PERIOD = re.compile(
    r"统计[^。;；]{0,10}?(?:自|从|为|是|:|：)\s*(20\d\d)年(\d{1,2})月(\d{1,2})日[起]?\s*(?:至|到|-|—|~)+\s*"
    r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日"
)
_SOURCES = {
    "meta_pubdate": "页面标签",
    "shown_date": "页面所示",
    "list_date": "列表所示",
    "url_date": "网址",
    "url_clock": "网址",
    "signed": "落款",
}


def deadline(subject: Subject) -> Iterator[Finding]:
    """P1: 31 January for an organ, 31 March for a government (Regulations, article 49)."""
    head = subject.head
    if head.year is None or head.published is None:
        return
    early = head.year >= _FIRST_EARLY_YEAR
    own = early and head.scope not in ("government_aggregate", "system_aggregate")
    due = dt.date(head.year + 1, *(_OWN_DEADLINE if own else _GOVERNMENT_DEADLINE))
    published = dt.date.fromisoformat(head.published)
    source = _SOURCES.get(head.published_from or "", "")
    message = f"发布于 {published}({source}); 期限为 {due}"
    verdict: Verdict = "pass"
    if published > due:
        verdict = "fail"
        late = (published - due).days
        message += f",迟 {late} 天"
        if early and head.scope == "unknown" and published <= dt.date(head.year + 1, 3, 31):
            verdict, message = "not_assessable", f"{message},但不知为本级政府或部门的报告"
        elif early and head.level == "township":
            verdict, message = "warn", f"{message}(条例未规定乡镇的期限)"
        elif head.signed is not None and head.signed <= due.isoformat():
            verdict, message = "warn", f"{message},落款 {head.signed} 在期限内"
        elif head.published_from in _INFERRED or late > _MOVED:
            verdict, message = "not_assessable", f"{message},但日期可能是网站迁移所致"
    yield finding("deadline", verdict, message)


def period(subject: Subject) -> Iterator[Finding]:
    """P2: the statistics period is the calendar year of the report."""
    year = subject.head.year
    for line in subject.article:
        match = _PERIOD.search(line.text) if "统计" in line.text else None
        if match is None or year is None:
            continue
        begin = (int(match[1]), int(match[2]), int(match[3]))
        end = (int(match[4] or match[1]), int(match[5]), int(match[6]))
        whole = begin == (year, 1, 1) and end == (year, 12, 31)
        conflicts = [flag.note for flag in subject.flags if flag.flag == "year_conflict"]
        message = f"统计期限为 {_day(begin)} 至 {_day(end)}; 应为 {year} 年全年"
        verdict: Verdict = "pass" if whole else "fail"
        if whole and conflicts:
            verdict, message = "warn", f"{message},而标题等处所写年份不同"
        if line.flags(*match.span()):
            verdict, message = "not_assessable", "统计期限处文字损坏,不能核对"
        yield finding("period", verdict, message, at=line.at(*match.span()), reading=match[0])
        return


def signed_before_published(subject: Subject) -> Iterator[Finding]:
    """P3: nothing is published before it is signed."""
    head = subject.head
    if head.signed is None or head.published is None or head.published_from == "signed":
        return
    message = f"落款 {head.signed}; 发布 {head.published}({_SOURCES[head.published_from or '']})"
    verdict: Verdict = "pass"
    if head.signed > head.published:
        verdict = "warn" if head.published_from in _INFERRED else "fail"
        message += ",落款晚于发布"
    yield finding("signed_before_published", verdict, message)


def dates_agree(subject: Subject) -> Iterator[Finding]:
    """P4: list, page, tag and address give one date of publication."""
    by_source = {s: date for s, date in subject.head.dates.items() if s != "signed"}
    if len(by_source) < len(("one", "another")):
        return
    told = "; ".join(f"{_SOURCES[source]} {date}" for date, source in _in_order(by_source))
    same = len(set(by_source.values())) == 1
    yield finding("dates_agree", "pass" if same else "warn", told)


def _in_order(by_source: dict[str, str]) -> list[tuple[str, str]]:
    return [(by_source[source], source) for source in _SOURCES if source in by_source]


def _day(day: tuple[int, int, int]) -> str:
    return f"{day[0]}年{day[1]}月{day[2]}日"
