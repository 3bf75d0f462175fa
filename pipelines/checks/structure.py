"""Whether the report has the parts, tables, cells and labels that its form prescribes (S1 to S6,
S10 to S12)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

from pipelines import forms
from pipelines.checks.subject import Piece, Subject, finding, judge, names, sound
from pipelines.report import Cell, Finding, Form

SECTIONS: Mapping[int, str] = {
    1: "一、总体情况",
    2: "二、主动公开政府信息情况",
    3: "三、收到和处理政府信息公开申请情况",
    4: "四、政府信息公开行政复议、行政诉讼情况",
    5: "五、存在的主要问题及改进情况",
    6: "六、其他需要报告的事项",
}
"""The six sections, as the form of 2021 heads them."""
_FIRST_FORM_YEAR = 2019
_FIRST_FEE_YEAR = 2021
_EMPTY = {"blank": "空白", "slash": "斜线", "dash": "横线"}
_DECLARED = re.compile(r"([一二三四五六七八九]|\d)个?(?:部分|方面)(?:内容)?(?:组成|构成)")
_DIGITS = "零一二三四五六七八九"
_UNIT_IN_CELL = re.compile(r"\d\s*[^\d\s,.，．%％+-]+\s*$")
_TITLED_OTHERWISE = re.compile(r"公开工作报告")
_FEE = re.compile(
    r"信息处理费|(?:收取|收到|减免|产生|发生)[^。;；]{0,14}费|费用?[^。;；]{0,8}(?:收取|减免|元)|收费"
)
_DATE = re.compile(
    r"[12〇○零一二三四五六七八九十\d]+年[\d一二三四五六七八九十]+月[\d一二三四五六七八九十]+日"
)
_SPACE = re.compile(r"\s|\\[ntr]|\\xa0|\\u3000")
_SAID = re.compile(r"[\u4e00-\u9fff\d]")


def sections_present(subject: Subject) -> Iterator[Finding]:
    """S1: the six sections, by their headings."""
    if not _has_form(subject):
        return
    missing = [name for number, name in SECTIONS.items() if number not in subject.sections]
    shown = len(SECTIONS) - len(missing)
    message = f"找到 {shown} 个部分; 应有 {len(SECTIONS)} 个部分"
    if missing:
        message += f",缺“{'”“'.join(missing)}”"
    yield finding(
        "sections_present", "fail" if missing else "pass", message, sides=(shown, len(SECTIONS))
    )


def sections_declared(subject: Subject) -> Iterator[Finding]:
    """S2: `等六部分组成` against the sections found."""
    for line in subject.article:
        match = _DECLARED.search(line.text)
        if match:
            said = int(match[1]) if match[1].isdigit() else _DIGITS.index(match[1])
            found = len(subject.sections)
            yield finding(
                "sections_declared",
                "pass" if said == found else "fail",
                f"正文称由 {said} 部分组成; 实有 {found} 部分",
                sides=(said, found),
                at=line.at(*match.span()),
                reading=match[0],
            )
            return


def tables_complete(subject: Subject) -> Iterator[Finding]:
    """S3: every cell of the tables (form_2021: 10, 175, 15; form_2019: 22, 161, 15).

    Reports before 2014 have none; what their sentences say cannot be held against a table.
    """
    form = subject.head.form
    if form == "narrative_2008":
        message = f"{forms.FORM_NAMES[form]}没有法定表格,不能核对表内数据"
        yield finding("tables_complete", "not_assessable", message)
        return
    if not _has_form(subject) and form != "stat_2014":
        return
    for table, name in forms.tables(form).items():
        cells = subject.table(table)
        shown = [cell for cell in cells if cell.status != "missing_row" and cell.raw is not None]
        form = _form_of_cells(subject, cells)
        expected = len(forms.expected(table, form))
        if not expected:
            message = f"“{name}”的表格在此副本中没有数据; 应有表格"
            yield finding("tables_complete", "fail", message, row=table, sides=(0, None))
            continue
        message = f"“{name}”读到 {len(shown)} 格; 应有 {expected} 格"
        if not cells:
            message += ",此副本中表格没有数据"
        whole = len(shown) >= expected
        # What is lost in damaged or flattened text is no proof that the office left it out.
        lost = any(cell.status == "damaged" or ";char=" in (cell.at or "") for cell in cells)
        yield finding(
            "tables_complete",
            "pass" if whole else "not_assessable" if lost else "fail",
            message if whole or not lost else f"{message},副本有损坏",
            row=table,
            sides=(len(shown), expected),
        )


def form_vs_year(subject: Subject) -> Iterator[Finding]:
    """S4: the form that the tables follow against the report year."""
    year, form = subject.head.year, subject.head.form
    if year is None or (form == "unknown" and not _has_form(subject)):
        return
    due = forms.due(year)
    message = f"所用为{forms.FORM_NAMES[form]}; {year} 年度应用{forms.FORM_NAMES[due]}"
    if form == "unknown":
        yield finding("form_vs_year", "not_assessable", "看不出表格所用格式,不能核对年度")
        return
    mixed = [flag.note for flag in subject.flags if flag.flag == "form_mixed"]
    if mixed:
        message += ",且两张表所用格式不同"
    yield finding("form_vs_year", "pass" if due == form and not mixed else "warn", message)


def cell_values(subject: Subject) -> Iterator[Finding]:
    """S5: counts are whole and not negative, money is not negative, blanks are counted."""
    if not subject.cells:
        return
    for cell in subject.cells:
        if cell.value is None or cell.column == "items_change" or not sound(cell):
            continue
        if cell.value < 0 or (cell.unit not in ("元", "万元") and cell.value != int(cell.value)):
            yield judge(
                subject,
                "cell_values",
                f"印为“{cell.raw}”; 应为不小于零的{'数' if '元' in cell.unit else '整数'}",
                holds=False,
                cells=[cell],
                row=cell.row,
                column=cell.column,
                sides=(cell.value, None),
                at=cell.at,
                suspects=partial(names, [cell]),
            )
    unread = [cell for cell in subject.cells if "cell_unread" in cell.flags]
    empty = [cell for cell in subject.cells if cell.status in _EMPTY]
    filled = len(subject.cells) - len(empty) - len(unread)
    message = f"填有数字 {filled} 格; 应填 {len(subject.cells)} 格"
    if empty:
        message += f",空白、斜线或横线 {len(empty)} 格,如{subject.name(empty[0])}"
    if unread:
        message += f",非数字 {len(unread)} 格,如{subject.name(unread[0])}“{unread[0].raw}”"
    first = next(iter(unread or empty), None)
    yield finding(
        "cell_values",
        "warn" if empty or unread else "pass",
        message,
        sides=(filled, len(subject.cells)),
        at=first.at if first else None,
    )


def label_drift(subject: Subject) -> Iterator[Finding]:
    """S6: labels and the name of the report as the form prints them."""
    if not subject.cells:
        return
    drifted = [flag for flag in subject.flags if flag.flag == "label_drift"]
    notes = [_SPACE.sub("", flag.note.replace("printed for", ",应为")) for flag in drifted]
    lead = next(
        (m for line in subject.article[:3] if (m := _TITLED_OTHERWISE.search(line.text))), 0
    )
    if lead:
        notes.append("标题或导语称“公开工作报告”,应为“政府信息公开工作年度报告”")
    yield finding(
        "label_drift",
        "warn" if notes else "pass",
        f"与格式不同: {'; '.join(notes)}" if notes else "行、列名称与格式一致",
        at=drifted[0].at if drifted else None,
    )


def units_in_cells(subject: Subject) -> Iterator[Finding]:
    """S10: a cell holds a number; only the amount of procurement is printed with its unit."""
    for cell in subject.cells:
        if cell.raw is None or (cell.raw.isdecimal() and not cell.flags):
            continue
        if "unit_unknown" in cell.flags:
            message = f"印为“{cell.raw}”,没有单位; 应写明元或万元"
        elif cell.unit != "元" and _UNIT_IN_CELL.search(cell.raw) and sound(cell):
            message = f"印为“{cell.raw}”,格内带有单位; 应只填 {cell.value}"
        else:
            continue
        yield finding(
            "units_in_cells",
            "warn",
            message,
            row=cell.row,
            column=cell.column,
            sides=(cell.value, None),
            at=cell.at,
        )


def section_empty(subject: Subject) -> Iterator[Finding]:
    """S11: sections five and six say something, if only 无."""
    for number in (5, 6):
        pieces = subject.sections.get(number)
        if pieces is None:
            continue
        texts = [piece.text for piece in pieces if not _is_signature(subject, piece.text)]
        said = sum(len(_SAID.findall(text)) for text in texts)
        yield finding(
            "section_empty",
            "pass" if said else "fail",
            f"“{SECTIONS[number]}”标题下有 {said} 字; 不应为空",
            sides=(said, None),
        )


def fee_statement(subject: Subject) -> Iterator[Finding]:
    """S12: section six states the fees taken for information (国办函〔2020〕109号)."""
    year, form = subject.head.year, subject.head.form
    if form == "form_2019" or year is None or year < _FIRST_FEE_YEAR:
        return
    here = _fee_sentence(subject.sections.get(6, ()))
    if here is not None:
        piece, match = here
        yield finding(
            "fee_statement",
            "pass",
            f"第六部分已说明收费情况: “{match[0]}”",
            at=piece.line.at(piece.begin + match.start(), piece.begin + match.end()),
            reading=match[0],
        )
        return
    elsewhere = any("信息处理费" in line.text for line in subject.article)
    where = "只在其他部分提到; 应写入第六部分" if elsewhere else "全文未说明; 应在第六部分说明"
    yield finding("fee_statement", "warn", f"收取信息处理费情况{where}")


def fee_said(subject: Subject) -> bool:
    """Whether any sentence speaks of fees for processing information."""
    return any(_FEE.search(line.text) for line in subject.article)


def _fee_sentence(pieces: tuple[Piece, ...]) -> tuple[Piece, re.Match[str]] | None:
    return next(((p, m) for p in pieces if (m := _FEE.search(p.text))), None)


def _is_signature(subject: Subject, text: str) -> bool:
    """Whether a line is the organ's name or the date under it."""
    plain = text.strip(" |\u3000")
    return plain == subject.head.organ or _DATE.fullmatch(plain) is not None


def _has_form(subject: Subject) -> bool:
    """Whether the report follows, or by its year has to follow, a form of six sections."""
    year = subject.head.year
    shown = any(cell.table in forms.TABLE_NAMES for cell in subject.cells)
    return shown or (year is not None and year >= _FIRST_FORM_YEAR)


def _form_of_cells(subject: Subject, cells: list[Cell]) -> Form:
    """The form a table follows: table 3 by its rows of 其他处理, which offices mix."""
    if cells and cells[0].table == "t3":
        parts = any(cell.row == "other_misc" for cell in cells)
        return "form_2021" if parts else "form_2019"
    if subject.head.form != "unknown" or subject.head.year is None:
        return subject.head.form
    return forms.due(subject.head.year)
