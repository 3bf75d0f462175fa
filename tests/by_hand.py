"""One sound report made by hand, and the same with some of it put otherwise."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from pipelines.checks import CHECKS, Subject
from pipelines.forms import expected
from pipelines.page import Line
from pipelines.report import Cell, Finding, Flag, Head, Indicator

HEADINGS = (
    "一、总体情况",
    "全年工作有序开展。",
    "二、主动公开政府信息情况",
    "三、收到和处理政府信息公开申请情况",
    "四、政府信息公开行政复议、行政诉讼情况",
    "五、存在的主要问题及改进情况",
    "更新不够及时,将加强检查。",
    "六、其他需要报告的事项",
    "本年度未收取信息处理费。",
)
NUMBERS: Mapping[str, float] = {
    "t2.normative_docs.issued": 3,
    "t2.normative_docs.repealed": 1,
    "t2.normative_docs.in_force": 9,
    "t3.new_received.natural_person": 10,
    "t3.new_received.total": 10,
    "t3.carried_in.natural_person": 2,
    "t3.carried_in.total": 2,
    "t3.granted.natural_person": 8,
    "t3.granted.total": 8,
    "t3.unable_not_held.natural_person": 3,
    "t3.unable_not_held.total": 3,
    "t3.total_processed.natural_person": 11,
    "t3.total_processed.total": 11,
    "t3.carried_out.natural_person": 1,
    "t3.carried_out.total": 1,
    "t4.review.upheld": 2,
    "t4.review.total": 2,
}
HEAD = Head(
    id="", version="", organ="澄川市民政局", organ_id=None, organ_kind="department",
    organ_code=None, region_code="320400",
    level="prefecture", dates={}, scope="organ_own", year=2021, form="form_2021", title=None,
    published="2022-01-20",
    published_from="shown_date", signed=None, contacts={}, url="", capture=None, fetched=None,
    host_class="gov", quality="complete", sample=False, parser_version="",
)  # fmt: skip


def _line(text: str) -> Line:
    return Line(text, lambda: "line=1", 0)


def _cell(place: str, value: float | None, otherwise: Mapping[str, Any]) -> Cell:
    table, row, column = place.split(".")
    raw = "" if value is None else f"{value:g}"
    status = "blank" if value is None else "reported"
    unit = {"amount_yuan": "元", "amount_wan_yuan": "万元"}.get(column, "件")
    whole = int(value) if value is not None and value == int(value) else value
    cell = Cell(table, row, column, whole, raw, status, unit, f"xpath={place}")  # type: ignore[arg-type]
    return dataclasses.replace(cell, **otherwise)


def said(name: str | None, value: float, sentence: str, **more: Any) -> Indicator:
    said = Indicator(name, value, more.pop("unit", "件"), "exact", "organ", sentence, "line=1")
    return dataclasses.replace(said, **more)


def subject(
    numbers: Mapping[str, float | None] | None = None,
    *,
    said: tuple[Indicator, ...] = (),
    lines: tuple[str, ...] = (),
    article: tuple[str, ...] = HEADINGS,
    flags: tuple[str, ...] = (),
    cells: Mapping[str, Mapping[str, Any]] | None = None,
    again: Mapping[tuple[str, str, str], str] | None = None,
    **head: Any,
) -> Subject:
    """A sound report of form_2021 (or `form`) with some cells, sentences or facts put otherwise."""
    whole = dataclasses.replace(HEAD, **head)
    printed = {**NUMBERS, **(numbers or {})} if whole.form == "form_2021" else dict(numbers or {})
    made = tuple(
        _cell(name, printed.get(name, 0), (cells or {}).get(name, {}))
        for table in ("t2", "t3", "t4")
        for row, column in expected(table, whole.form)
        for name in [f"{table}.{row}.{column}"]
    )
    second = {(c.table, c.row, c.column): c.raw or "" for c in made} if again is None else again
    return Subject(
        head=whole,
        cells=made,
        indicators=said,
        flags=tuple(Flag(flag, "line=1", "2 marks") for flag in flags),
        article=tuple(map(_line, (*article, *lines))),
        again=lambda: second,
    )


def of(subject: Subject, check: str) -> list[Finding]:
    return list(CHECKS[check][0](subject))


def verdicts(subject: Subject, check: str) -> list[str]:
    return [f.verdict for f in of(subject, check)]
