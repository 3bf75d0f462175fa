"""Requests and what became of them: table 3 and table 4 beyond their sums (T4 to T8, R4 to R6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipelines import forms
from pipelines.checks import structure
from pipelines.checks.subject import Subject, finding, judge, names, number, quoted, sound, total
from pipelines.report import Finding, Indicator, Number, Verdict

_OTHER = ("other_total", "other_correction_overdue", "other_fee_overdue", "other_misc")
_SHARE = 0.2
_MANY = 5
"""A fifth of all outcomes, or five cases, under 其他 ask for a word of explanation."""
_EXPLAINED = re.compile(
    r"[“”‘’\"(（)）]?(?:其他处理|其它处理|其他情形|其他情况|“其他”|“其它”)[^。]{0,60}"
    r"(?:说明|主要|均为|分别|包括|系|为|撤回|\d+件)|撤回(?:了)?(?:政府信息公开)?申请[^。;；]{0,6}\d+件"
)
_NAMES_ROW_1_OR_2 = re.compile(r"补正|逾期|缴纳|缴费|未缴")
_NOTE = "other_note."
_UPHELD = re.compile(r"(?:均|全部|都)(?:获|获得|予以|被|得到)?维持")
_STATEMENT_ENDS = re.compile(r"[。;；]")
_NEARBY = 200
"""Characters before a cue in which its subject is looked for."""
_LAWSUITS = ("lit_direct", "lit_after_review")


def blank_total(subject: Subject) -> Iterator[Finding]:
    """T4: a total left blank although its row has numbers."""
    for cell in subject.cells:
        if cell.derived:
            yield finding(
                "blank_total",
                "warn",
                f"总计未填; 各项之和为 {cell.derived}",
                row=cell.row,
                column=cell.column,
                sides=(None, cell.derived),
                at=cell.at,
                suspects=names([cell]),
            )


def other_share(subject: Subject) -> Iterator[Finding]:
    """T5: how many requests ended as 其他, and whether the text says why."""
    name = "other_misc" if subject.cell("t3", "other_misc", "total") else "other_total"
    cells = subject.of("t3", [name, "total_processed"], ["total"])
    if len(cells) != len((name, "total_processed")) or not number(cells[0]):
        return
    other, processed = cells
    share = number(other) / number(processed) if number(processed) else 1.0
    message = f"以“其他”办结 {number(other)} 件; 全部办结 {number(processed)} 件({share:.1%})"
    verdict: Verdict
    if not (sound(other) and sound(processed)):
        verdict, message = "not_assessable", "表三有缺失或存疑的格,不能核对"
    elif share < _SHARE and number(other) < _MANY:
        verdict = "pass"
    elif _notes(subject) or any(_EXPLAINED.search(line.text) for line in subject.article):
        verdict, message = "pass", f"{message},正文有说明"
    else:
        verdict, message = "warn", f"{message},正文没有说明具体情形"
    yield finding(
        "other_share",
        verdict,
        message,
        row=name,
        column="total",
        sides=(number(other), number(processed)),
        at=other.at,
    )


def other_explained(subject: Subject) -> Iterator[Finding]:
    """T6: the numbers of the explanation against the rows of (六)其他处理.

    A list explains 3.其他 alone, or the whole of (六). One that names what rows 1
    and 2 count (未补正, 未缴费) explains the whole, or 3.其他 without these items.
    """
    notes = _notes(subject)
    if not notes:
        return
    cells = subject.of("t3", _OTHER, ["total"])
    if not cells:
        yield finding("other_explained", "not_assessable", "此副本没有表三,不能核对说明")
        return
    whole = total(cells)
    misc = next((number(cell) for cell in cells if cell.row == "other_misc"), whole)
    values = [note.value for note in notes]
    named = sum(note.value for note in notes if _NAMES_ROW_1_OR_2.search(note.sentence))
    listed = sum(values)
    candidates = [
        ("(六)其他处理", listed, whole),
        *([] if named else [("3.其他", listed, misc)]),
        *([("3.其他(不含第1、2目情形)", listed - named, misc)] if named else []),
    ]
    reading = next((name for name, left, right in candidates if left == right), "")
    sums = "+".join(map(str, values))
    message = f"说明列出 {sums}={listed}; 表中(六)其他处理共 {whole},其中 3.其他 {misc}"
    if named and not reading:
        message += f"。说明中属于第1、2目的 {named} 件除外则为 {listed - named},与 {misc} 也不符"
    if any(note.flags for note in notes):
        yield finding("other_explained", "not_assessable", f"{message}。说明的文字有损坏")
        return
    yield judge(
        subject,
        "other_explained",
        message,
        holds=bool(reading),
        cells=cells,
        row=cells[-1].row,
        column="total",
        sides=(listed, whole),
        at=notes[0].at,
        reading=reading,
    )


def fee_rows(subject: Subject) -> Iterator[Finding]:
    """T7: requests dropped for an unpaid fee ask for a sentence on fees."""
    cell = subject.cell("t3", "other_fee_overdue", "total")
    if cell is None or not number(cell) or not sound(cell):
        return
    said = structure.fee_said(subject)
    message = f"逾期未缴费 {number(cell)} 件; 正文{'有' if said else '没有'}收费情况说明"
    yield finding(
        "fee_rows",
        "pass" if said else "warn",
        message,
        row=cell.row,
        column="total",
        sides=(number(cell), None),
        at=cell.at,
    )


def zero_vs_text(subject: Subject) -> Iterator[Finding]:
    """T8: where the text says that no request came, the table shows none."""
    for said in subject.said("requests_received_text"):
        if said.value != 0:
            continue
        cells = subject.of("t3", ["new_received"], ["total"])
        if not cells:
            message = f"正文{quoted(said.sentence)}; 此副本没有表三,不能核对"
            yield finding("zero_vs_text", "not_assessable", message, at=said.at)
            continue
        new = number(cells[0])
        yield judge(
            subject,
            "zero_vs_text",
            f"正文{quoted(said.sentence)}; 表中本年新收 {new} 件",
            holds=new == 0,
            cells=cells,
            row="new_received",
            column="total",
            sides=(0, new),
            at=said.at,
            reading="new_received",
        )


def corrected_vs_text(subject: Subject) -> Iterator[Finding]:
    """R4: decisions corrected or suits lost, in the text and in table 4."""
    for said in subject.said("corrected_or_lost"):
        cells = subject.of("t4", [row.name for row in forms.T4_ROWS], ["corrected"])
        if not cells:
            message = f"正文{quoted(said.sentence)}; 此副本没有第四部分表格,不能核对"
            yield finding("corrected_vs_text", "not_assessable", message, at=said.at)
            continue
        reviews, *suits = map(number, cells)
        readings = {"复议与诉讼": reviews + sum(suits), "复议": reviews, "诉讼": sum(suits)}
        if said.value == 0:
            # Nothing at all is said of what the sentence does not name.
            readings = _named_in(said.sentence, readings)
        reading = next((name for name, count in readings.items() if count == said.value), "")
        count = next(iter(readings.values()))
        yield judge(
            subject,
            "corrected_vs_text",
            f"正文{quoted(said.sentence)}; 表中结果纠正 {count} 件",
            holds=bool(reading),
            cells=cells,
            column="corrected",
            sides=(said.value, count),
            at=said.at,
            reading=reading,
        )


def upheld_vs_text(subject: Subject) -> Iterator[Finding]:
    """R5: `均维持` means that every case of table 4 the sentence speaks of was upheld."""
    for line in subject.article:
        match = _UPHELD.search(line.text) if "维持" in line.text else None
        if match is None:
            continue
        before = line.text[max(0, match.start() - _NEARBY) : match.end()]
        sentence = _STATEMENT_ENDS.split(before)[-1]
        rows = ["review"] if "复议" in sentence else []
        rows += _LAWSUITS if "诉讼" in sentence else []
        totals, upheld = subject.of("t4", rows, ["total"]), subject.of("t4", rows, ["upheld"])
        if not totals:
            continue
        holds = total(totals) == total(upheld)
        if not holds and rows[1:] and rows[0] == "review":
            # One subject of the two may be meant: reviews upheld, suits told of beside them.
            holds = number(totals[0]) == number(upheld[0])
        yield judge(
            subject,
            "upheld_vs_text",
            f"正文{quoted(sentence)}; 表中总计 {total(totals)} 件,结果维持 {total(upheld)} 件",
            holds=holds,
            cells=[*totals, *upheld],
            column="upheld",
            sides=(total(totals), total(upheld)),
            at=line.at(*match.span()),
            reading=sentence,
        )


def reviews_soft(subject: Subject) -> Iterator[Finding]:
    """R6: suits after review are at most the reviews of this year and the last."""
    cells = subject.of("t4", ["lit_after_review", "review"], ["total"])
    if len(cells) != len(("lit_after_review", "review")) or not all(map(sound, cells)):
        return
    suits, reviews = map(number, cells)
    message = f"复议后起诉 {suits} 件; 本年行政复议 {reviews} 件"
    if suits > reviews:
        message += ",须连同上年复议数一并核对"
    yield finding(
        "reviews_soft",
        "pass" if suits <= reviews else "not_assessable",
        message,
        row="lit_after_review",
        sides=(suits, reviews),
    )


def _notes(subject: Subject) -> list[Indicator]:
    return [said for said in subject.indicators if (said.indicator or "").startswith(_NOTE)]


def _named_in(sentence: str, readings: dict[str, Number]) -> dict[str, Number]:
    review, suit = "复议" in sentence, "诉讼" in sentence or "败诉" in sentence
    if review and not suit:
        return {"复议": readings["复议"]}
    if suit and not review and "纠正" not in sentence:
        return {"诉讼": readings["诉讼"]}
    return {"复议与诉讼": readings["复议与诉讼"]}
