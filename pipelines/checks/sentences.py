"""What a sentence states against the tables (X).

A sentence has several legitimate readings: `收到申请 92 件` may count the new
requests or those carried in as well. So each statement has a set of readings,
and the finding says which one matched; only a number that none of them gives
contradicts the table. Rows of `READINGS` can be read and extended without code.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from itertools import chain, combinations, pairwise

from pipelines.checks.subject import Subject, finding, number, quoted
from pipelines.report import Cell, Finding, Indicator, Number, Verdict


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """One way to compute from the tables what a sentence may mean."""

    name: str
    told: str
    """The same in the words of the form."""
    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()


_NEW = "t3.new_received.total"
_IN = "t3.carried_in.total"
_DONE = "t3.total_processed.total"
_OUT = "t3.carried_out.total"
_PERSON = "natural_person"
_OTHERS = (
    "t3.other_total.total",
    "t3.other_correction_overdue.total",
    "t3.other_fee_overdue.total",
    "t3.other_misc.total",
)
_REVIEWS = "t4.review.total"
_DIRECT, _AFTER = "t4.lit_direct.total", "t4.lit_after_review.total"

_RECEIVED = (
    Reading("new_received", "本年新收", (_NEW,)),
    Reading("new_received+carried_in", "本年新收加上年结转", (_NEW, _IN)),
    Reading("total_processed", "本年度办理结果总计", (_DONE,)),
    Reading("new_received.natural_person", "本年新收·自然人", (f"t3.new_received.{_PERSON}",)),
)
_ANSWERED = (
    Reading("total_processed", "本年度办理结果总计", (_DONE,)),
    Reading("total_processed-other", "办理结果总计减其他处理", (_DONE,), _OTHERS),
)

READINGS: Mapping[str, tuple[Reading, ...]] = {
    "requests_received_text": _RECEIVED,
    "requests_handled_text": (*_RECEIVED[1:3], _RECEIVED[0], _ANSWERED[1], _RECEIVED[3]),
    "requests_answered_text": _ANSWERED,
    "requests_carried_in_text": (Reading("carried_in", "上年结转", (_IN,)),),
    "requests_carried_out_text": (Reading("carried_out", "结转下年度继续办理", (_OUT,)),),
    "granted_or_partial_text": (
        Reading(
            "granted+partially_granted",
            "予以公开加部分公开",
            ("t3.granted.total", "t3.partially_granted.total"),
        ),
        Reading("granted", "予以公开", ("t3.granted.total",)),
        Reading(
            "granted+partially_granted.natural_person",
            "予以公开加部分公开·自然人",
            (f"t3.granted.{_PERSON}", f"t3.partially_granted.{_PERSON}"),
        ),
        Reading("granted.natural_person", "予以公开·自然人", (f"t3.granted.{_PERSON}",)),
    ),
    "reviews_text": (Reading("review", "行政复议总计", (_REVIEWS,)),),
    "litigation_text": (
        Reading("lit_direct+lit_after_review", "行政诉讼两项总计", (_DIRECT, _AFTER)),
        Reading("lit_direct", "未经复议直接起诉总计", (_DIRECT,)),
    ),
    "normative_docs_in_force_text": (
        Reading("in_force", "规范性文件现行有效件数", ("t2.normative_docs.in_force",)),
        Reading(
            "disclosed_total", "规范性文件对外公开总数量", ("t2.normative_docs.disclosed_total",)
        ),
    ),
    "normative_docs_repealed_text": (
        Reading("repealed", "规范性文件本年废止件数", ("t2.normative_docs.repealed",)),
    ),
}
"""What each statement may mean, the likeliest first."""

_SHARES: Mapping[str, tuple[tuple[Reading, ...], tuple[Reading, ...]]] = {
    "natural_person_share": (
        (
            _RECEIVED[3],
            Reading(
                "(new_received+carried_in).natural_person",
                "新收加结转·自然人",
                (f"t3.new_received.{_PERSON}", f"t3.carried_in.{_PERSON}"),
            ),
        ),
        _RECEIVED[:3],
    ),
    "granted_or_partial_share": (
        READINGS["granted_or_partial_text"],
        (_RECEIVED[2], _RECEIVED[0], _RECEIVED[1]),
    ),
}
"""Part and whole of the shares that sentences state."""

_NEWLY_MADE = (
    Reading("issued", "规范性文件本年制发件数", ("t2.normative_docs.issued",)),
    Reading("made", "规范性文件本年新制作数量", ("t2.normative_docs.made",)),
)
_MADE_PARTS = ("normative_docs_newly_made", "normative_docs_recognised")
_SUMMED = 6
"""Statements that are tried in sums with one another."""
# Documents are often counted for the whole city: a difference there is no contradiction.
_LOOSE = ("normative_docs_in_force_text", "normative_docs_repealed_text")
_RULES = re.compile(r"规章")
_DOCUMENTS = re.compile(r"(?:规范性|政策)文件")
_RULE_READINGS = tuple(
    Reading(column, told, (f"t2.regulations.{column}",))
    for column, told in (
        ("in_force", "规章现行有效件数"),
        ("issued", "规章本年制发件数"),
        ("disclosed_total", "规章对外公开总数量"),
        ("made", "规章本年新制作数量"),
    )
)
_LAPSED = re.compile(r"失效|废止")


def text_vs_table(subject: Subject) -> Iterator[Finding]:
    """Requests, answers, shares, reviews, suits and documents that sentences count."""
    for name, readings in READINGS.items():
        yield from _counts(subject, list(subject.said(name)), readings, loose=name in _LOOSE)
    for name, (parts, wholes) in _SHARES.items():
        for said in subject.said(name):
            yield from _share(subject, said, parts, wholes)
    yield from _documents_made(subject)
    yield from _unnamed(subject)


def _counts(
    subject: Subject, stated: list[Indicator], readings: tuple[Reading, ...], *, loose: bool
) -> Iterator[Finding]:
    stated = [s for s in stated if s.value or s.indicator != "requests_received_text"]
    found = [(said, _matching(subject, said, readings)) for said in stated]
    most = max((said.value for said, reading in found if reading), default=0)
    for said, match in found:
        reading = match or next((r for r in readings if _cells(subject, r)), readings[0])
        cells = _cells(subject, reading)
        if match is None:
            if not _own(subject, said):
                continue  # of a wider subject than the tables
            cells = list(chain.from_iterable(_cells(subject, r) for r in readings))
        part = said.value < most
        holds = match is not None
        yield _compared(subject, said, reading, cells, holds=holds, part=part, loose=loose)


def _compared(
    subject: Subject,
    said: Indicator,
    reading: Reading,
    cells: list[Cell],
    *,
    holds: bool,
    part: bool,
    loose: bool,
) -> Finding:
    if not cells:
        message = f"正文{quoted(said.sentence)}; 此副本没有相应表格,不能核对"
        return finding("text_vs_table", "not_assessable", message, at=said.at)
    right = _value(subject, reading)
    verdict: Verdict
    verdict, reason = subject.verdict(holds=holds, cells=cells)
    if said.flags:
        verdict, reason = "not_assessable", "文字损坏或存疑"
    elif verdict == "fail" and part:
        verdict, reason = "not_assessable", "可能只是其中一部分"
    elif verdict == "fail" and (loose or said.qualifier == "approx"):
        verdict = "warn"
    message = f"正文{quoted(said.sentence)}为 {said.value}; 表中{reading.told}为 {right}"
    _, row, column = reading.plus[0].split(".")
    return finding(
        "text_vs_table",
        verdict,
        f"{message}。{reason}" if reason else message,
        row=row,
        column=column,
        sides=(said.value, right),
        at=said.at,
        reading=reading.name if holds else "",
    )


def _matching(subject: Subject, said: Indicator, readings: tuple[Reading, ...]) -> Reading | None:
    return next(
        (
            reading
            for reading in readings
            if _cells(subject, reading) and _agrees(said, _value(subject, reading))
        ),
        None,
    )


def _agrees(said: Indicator, value: Number) -> bool:
    """A bound agrees with every number it allows; about is a tenth up or down."""
    if said.qualifier == "ge":
        return value >= said.value
    if said.qualifier == "le":
        return value <= said.value
    if said.qualifier == "approx":
        return abs(value - said.value) * 10 <= said.value
    return value == said.value


def _share(
    subject: Subject, said: Indicator, parts: tuple[Reading, ...], wholes: tuple[Reading, ...]
) -> Iterator[Finding]:
    pairs = [
        (part, whole)
        for part in parts
        for whole in wholes
        if _cells(subject, part) and _value(subject, whole)
    ]
    if not pairs:
        if not subject.table("t3"):
            message = f"正文{quoted(said.sentence)}; 此副本没有相应表格,不能核对"
            yield finding("text_vs_table", "not_assessable", message, at=said.at)
        return
    places = _places(said)
    pair = next((p for p in pairs if _same_share(subject, said, p, places)), None)
    if pair is None and not _own(subject, said):
        return
    part, whole = pair or pairs[0]
    above, below = _value(subject, part), _value(subject, whole)
    right = float(round(Decimal(above) * 100 / Decimal(below), max(places, 2)))
    cells = [*_cells(subject, part), *_cells(subject, whole)]
    verdict, reason = subject.verdict(holds=pair is not None, cells=cells)
    if said.flags:
        verdict, reason = "not_assessable", "文字损坏或存疑"
    message = (
        f"正文{quoted(said.sentence)}为 {said.value}%; "
        f"表中{part.told} {above} 占{whole.told} {below} 的 {right}%"
    )
    _, row, column = part.plus[0].split(".")
    yield finding(
        "text_vs_table",
        verdict,
        f"{message}。{reason}" if reason else message,
        row=row,
        column=column,
        sides=(said.value, right),
        at=said.at,
        reading=f"({part.name})/({whole.name})" if pair else "",
    )


def _same_share(
    subject: Subject, said: Indicator, pair: tuple[Reading, Reading], places: int
) -> bool:
    """Whether the share, rounded or cut at the printed precision, is the stated one."""
    part, whole = (_value(subject, reading) for reading in pair)
    exact = Decimal(part) * 100 / Decimal(whole)
    step = Decimal(1).scaleb(-places)
    stated = Decimal(str(said.value))
    if said.qualifier in ("ge", "le", "approx"):
        return _agrees(said, float(exact))
    return any(exact.quantize(step, how) == stated for how in (ROUND_HALF_UP, ROUND_DOWN))


def _places(said: Indicator) -> int:
    """Decimal places as printed: 43.20% has two."""
    printed = re.findall(r"\d+(?:\.(\d+))?\s*[%％]", said.sentence)
    stated = str(said.value).partition(".")[2]
    return max((len(p) for p in printed if p.startswith(stated.rstrip("0"))), default=len(stated))


def _documents_made(subject: Subject) -> Iterator[Finding]:
    """Documents issued: what one sentence counts, or several (5 new and 17 recognised)."""
    stated = [said for name in _MADE_PARTS for said in subject.said(name)]
    if not stated:
        return
    reading = next((r for r in _NEWLY_MADE if _cells(subject, r)), None)
    if reading is None:
        message = f"正文{quoted(stated[0].sentence)}; 此副本没有表二,不能核对"
        yield finding("text_vs_table", "not_assessable", message, at=stated[0].at)
        return
    value = _value(subject, reading)
    few = stated[:_SUMMED]
    sums = chain.from_iterable(combinations(few, n) for n in range(1, len(few) + 1))
    group = next((group for group in sums if sum(said.value for said in group) == value), None)
    if group is None and not any(_own(subject, said) for said in stated):
        return
    shown = group or tuple(stated)
    verdict, reason = subject.verdict(holds=group is not None, cells=_cells(subject, reading))
    sentences = "".join(quoted(said.sentence) for said in shown)
    added = "+".join(str(said.value) for said in shown)
    message = f"正文{sentences}为 {added}; 表中{reading.told}为 {value}"
    if group and any(said.indicator == _MADE_PARTS[1] for said in group):
        message += ",其中含补认的旧文件,不都是新制发"
    _, row, column = reading.plus[0].split(".")
    yield finding(
        "text_vs_table",
        "warn" if verdict == "fail" else verdict,
        f"{message}。{reason}" if reason else message,
        row=row,
        column=column,
        sides=(sum(said.value for said in shown), value),
        at=shown[0].at,
        reading=added if group else "",
    )


def _unnamed(subject: Subject) -> Iterator[Finding]:
    """Counts of rules and documents that the vocabulary has no name for.

    What they count is not certain, so they may agree with a cell, and cannot contradict it.
    """
    loose = [said for said in subject.indicators if said.indicator is None and said.value]
    for cue, readings in ((_RULES, _RULE_READINGS), (_DOCUMENTS, _NEWLY_MADE)):
        stated = [said for said in loose if cue.search(said.sentence) and said.unit in "件部个"]
        differences = [
            (f"{whole.value}-{part.value}", whole, whole.value - part.value)
            for whole, part in pairwise(loose)
            if whole in stated
            and part.unit == whole.unit
            and part.value < whole.value
            and _LAPSED.search(part.sentence)
        ]
        alone = [(str(said.value), said, said.value) for said in stated]
        for added, said, value in (*differences, *alone):
            reading = next(
                (r for r in readings if _cells(subject, r) and _value(subject, r) == value), None
            )
            if reading is not None and not said.flags:
                _, row, column = reading.plus[0].split(".")
                yield finding(
                    "text_vs_table",
                    "pass",
                    f"正文{quoted(said.sentence)}为 {added}; 表中{reading.told}为 {value}",
                    row=row,
                    column=column,
                    sides=(value, value),
                    at=said.at,
                    reading=f"{reading.name}={added}",
                )
                break


def _cells(subject: Subject, reading: Reading) -> list[Cell]:
    """The cells of a reading; none when one that it starts from is not there."""
    plus = [subject.cell(*name.split(".")) for name in reading.plus]
    if None in plus:
        return []
    minus = (subject.cell(*name.split(".")) for name in reading.minus)
    return [cell for cell in (*plus, *minus) if cell is not None]


def _value(subject: Subject, reading: Reading) -> Number:
    cells = {f"{c.table}.{c.row}.{c.column}": number(c) for c in _cells(subject, reading)}
    return sum(cells.get(n, 0) for n in reading.plus) - sum(cells.get(n, 0) for n in reading.minus)


def _own(subject: Subject, said: Indicator) -> bool:
    """Whether the sentence speaks of whom the tables are about."""
    return said.scope == "organ" or subject.head.scope == "government_aggregate"
