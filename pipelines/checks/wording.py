"""How a place in the statutory tables is called in Chinese, as the form prints it."""

from __future__ import annotations

from functools import cache

from pipelines import forms
from pipelines.report import Form

PART = {"t2": "第二部分", "t3": "第三部分", "t4": "第四部分", "s14": "统计表"}
"""The part of the report a table stands in."""
_GROUPS = {"denied": "(三)不予公开", "unable": "(四)无法提供", "refused": "(五)不予处理"}
_UNDER_OTHER = ("other_correction_overdue", "other_fee_overdue", "other_misc")
_LAWSUITS = ("lit_direct", "lit_after_review")


def table_of(check: str, row: str, column: str) -> str:
    """The table a finding is about; empty when it is about none."""
    if check[:2] in PART:
        return check[:2]
    rows = {"t2": forms.T2_ROWS, "t3": forms.T3_ROWS, "t4": forms.T4_ROWS}
    if row:
        return next((t for t, names in rows.items() if any(n.name == row for n in names)), "")
    return "t4" if column else ""


@cache
def row_label(table: str, row: str, form: Form) -> str:
    """The label of a row, behind that of its group: `(四)无法提供 1.本机关不掌握相关政府信息`."""
    rows = forms.ROWS[table]
    named = [found for found in rows if found.name == row]
    if not named:
        return row
    label = next((found.label for found in named if form in found.forms), named[0].label)
    group = _GROUPS.get(row.partition("_")[0], "") if table == "t3" else ""
    if row in _UNDER_OTHER:
        group = "(六)其他处理"
    if row in _LAWSUITS:
        group = "行政诉讼"
    return f"{group} {label}".strip()


@cache
def column_label(table: str, column: str, form: Form) -> str:
    """The header of a column; `(法人或其他组织)` tells 其他 of the applicants from other rows."""
    columns = forms.COLUMNS[table]
    named = [found for found in columns if found.name == column]
    if not named:
        return column
    label = next((found.label for found in named if found.form == form), named[0].label)
    return f"{label}(法人或其他组织)" if column == "other_org" else label


@cache
def place(table: str, row: str, column: str, form: Form) -> str:
    """A cell, a row or a column as an office would say it; `row` or `column` may be empty."""
    parts = [
        f"“{row_label(table, row, form)}”" if row else "",
        f"“{column_label(table, column, form)}”列" if column else "",
    ]
    return f"{PART[table]} " + " ".join(part for part in parts if part)
