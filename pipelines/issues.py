"""The issue list of a report in Chinese, as an office wants it before it publishes.

Problems and not differences: one wrong cell breaks up to three identities, and
is one problem. The worst comes first: what must be put right, then what should
be looked at, then what could not be checked. Each names the row and column as
the form prints them, both sides, and where on the page to look.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from pipelines.checks import wording
from pipelines.forms import FORM_NAMES
from pipelines.report import Finding, Report, Verdict

_HEADINGS: Mapping[Verdict, str] = {
    "fail": "须改正",
    "warn": "请核实",
    "not_assessable": "不能核对",
}
_QUALITY = {"complete": "读取完整", "partial": "读取不完整", "unread": "未能读取"}
_UNREAD: Mapping[str, str] = {
    "not_a_report": "网页上没有年报的标题、章节或法定表格",
    "empty": "文件中没有文字",
    "type_unread": "还不能读取这种文件,请另存为网页或纯文本",
    "too_complex": "网页过于复杂,没有一份年报会是这样",
    "too_large": "文件过大",
}
"""Why a file is not read, by the flag that says so."""
_SHOWN = 3
"""Places to look at that one problem lists."""
_NUMERALS = "一二三"


def issue_list(report: Report, name: str) -> str:
    """The list for one report; `name` is what the reader knows the file by."""
    return "\n".join(_lines(report, name))


def _lines(report: Report, name: str) -> Iterator[str]:
    head = report.report
    if head.quality == "unread":
        why = [f"{_UNREAD[one.flag]} [{one.flag}]" for one in report.flags if one.flag in _UNREAD]
        yield f"{name}: 未能读出年报: {'; '.join(why)}"
        return
    who = head.organ or "(机关不明)"
    year = f"{head.year} 年度" if head.year else "(年度不明)"
    yield f"{name}: {who} {year}政府信息公开工作年度报告"
    yield f"  {FORM_NAMES[head.form]},{_QUALITY[head.quality]},数据 {len(report.cells)} 格"
    number = 0
    for verdict, heading in _HEADINGS.items():
        problems = _problems(report, verdict)
        if not problems:
            continue
        yield f"  {_NUMERALS[number]}、{heading}({len(problems)} 个问题)"
        number += 1
        for index, problem in enumerate(problems, start=1):
            yield from _problem(report, index, problem)
    counts = Counter(finding.verdict for finding in report.findings)
    told = f"共核对 {len(report.findings)} 项: 相符 {counts['pass']} 项"
    for verdict, heading in _HEADINGS.items():
        told += f",{heading} {counts[verdict]} 项"
    yield f"  {told}"


def _problems(report: Report, verdict: Verdict) -> list[list[Finding]]:
    """Findings of one verdict, those with the same cause together; the farthest-reaching first."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for index, finding in enumerate(report.findings):
        if finding.verdict != verdict:
            continue
        cause: tuple[str, ...] = (finding.check, str(index))
        if finding.suspects:
            cause = finding.suspects
        elif verdict == "not_assessable":
            cause = (finding.check,)
        groups.setdefault(cause, []).append(finding)
    return sorted(groups.values(), key=lambda group: -bool(group[0].suspects) * len(group))


def _problem(report: Report, index: int, findings: Sequence[Finding]) -> Iterator[str]:
    first = findings[0]
    places = {f"{cell.table}.{cell.row}.{cell.column}": cell.at for cell in report.cells}
    suspects = first.suspects
    if first.verdict == "not_assessable":
        more = f"(另有 {len(findings) - 1} 项同此)" if len(findings) > 1 else ""
        yield f"    {index}. {_about(report, first)}{first.message}{more} [{first.check}]"
        return
    if len(suspects) == 1 and len(findings) > 1:
        table, row, column = suspects[0].split(".")
        place = wording.place(table, row, column, report.report.form)
        yield f"    {index}. {place}一格有误,牵涉 {len(findings)} 项核对:"
        for finding in findings:
            yield f"       · {_about(report, finding)}{finding.message} [{finding.check}]"
    else:
        yield f"    {index}. {_about(report, first)}{first.message} [{first.check}]"
        for finding in findings[1:]:
            yield f"       · {_about(report, finding)}{finding.message} [{finding.check}]"
    if len(suspects) > 1:
        names = [
            wording.place(*suspect.split("."), report.report.form) for suspect in suspects[:_SHOWN]
        ]
        rest = f"等 {len(suspects)} 格" if len(suspects) > _SHOWN else ""
        yield f"       有误的是其中一格: {'; '.join(names)}{rest}"
    looked = [places.get(suspect) or "" for suspect in suspects[:_SHOWN]] or [first.at]
    for at in filter(None, looked):
        yield f"       见 {at}"


def _about(report: Report, finding: Finding) -> str:
    """The row and column a finding is about, with a colon behind."""
    table = wording.table_of(finding.check, finding.row, finding.column)
    if not table or not (finding.row or finding.column):
        return ""
    return f"{wording.place(table, finding.row, finding.column, report.report.form)}: "
