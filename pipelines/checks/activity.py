"""Table 2 beyond its sums: powers, items, money, roundness (A2, A5 to A8)."""

from __future__ import annotations

from collections.abc import Iterator

from pipelines import organs
from pipelines.checks.subject import Subject, finding, number, sound
from pipelines.report import Finding, Verdict

_RULE_COLUMNS = ("issued", "in_force", "made", "newly_disclosed", "disclosed_total")
_HUGE_FEES = 1_000_000
"""In 万元: ten thousand million yuan; more than any organ takes in, so 元 was printed as 万元."""
_PRICES = (100, 1_000_000_000)
"""In yuan: less or more for one project of procurement is not believed at sight."""
_ROUND = 100
_LARGE = 1_000


def rule_making_power(subject: Subject) -> Iterator[Finding]:
    """A2: rules (规章) are made by the State Council's organs, provinces, cities with districts.

    Their government, or its general office which reports for it, may count them.
    """
    level, organ = subject.head.level, subject.head.organ
    cells = [c for c in subject.of("t2", ["regulations"], _RULE_COLUMNS) if number(c) and sound(c)]
    if not cells or organ is None or level == "unknown":
        return
    office = organ.endswith(("人民政府办公室", "人民政府办公厅"))
    may = level == "national" or (
        level in ("province", "prefecture") and (office or organs.is_government(organ))
    )
    first = cells[0]
    right = "有规章制定权" if may else "没有规章制定权,请核实是否误填"
    yield finding(
        "rule_making_power",
        "pass" if may else "warn",
        f"规章填有 {number(first)} 件; {organ}{right}",
        row="regulations",
        column=first.column,
        sides=(number(first), None),
        at=first.at,
    )


def items_zero(subject: Subject) -> Iterator[Finding]:
    """A5: decisions although there was no item to decide on at the end of the year before."""
    for row in ("licensing", "other_services", "penalty", "coercion"):
        columns = ("items_prev_year", "items_change", "decisions")
        cells = subject.of("t2", [row], columns)
        if len(cells) != len(columns) or not all(map(sound, cells)):
            continue
        before, change, decisions = map(number, cells)
        if not decisions:
            continue
        message = f"处理决定 {decisions} 件; 上一年项目 {before} 项"
        if not before:
            message += f",本年增减 {change:+} 项"
        yield finding(
            "items_zero",
            "pass" if before else "warn",
            message,
            row=row,
            column="decisions",
            sides=(decisions, before),
            at=cells[2].at,
        )


def fee_unit(subject: Subject) -> Iterator[Finding]:
    """A6: fees of table 2 are printed in 万元; an amount in 元 is ten thousand times too great."""
    cell = subject.cell("t2", "admin_fees", "amount_wan_yuan")
    if cell is None or not number(cell) or not sound(cell):
        return
    amount = number(cell)
    printed = "元" in (cell.raw or "") and "万" not in (cell.raw or "")
    doubtful = printed or amount >= _HUGE_FEES
    message = f"收费金额印为“{cell.raw}”; 表头单位为万元"
    verdict: Verdict = "warn" if doubtful else "pass"
    yield finding(
        "fee_unit",
        verdict,
        f"{message},疑按元填写" if doubtful else message,
        row=cell.row,
        column=cell.column,
        sides=(amount, None),
        at=cell.at,
    )


def procurement_price(subject: Subject) -> Iterator[Finding]:
    """A7: what one project of procurement cost is believable."""
    cells = subject.of("t2", ["procurement"], ["projects", "amount_yuan"])
    if len(cells) != len(("projects", "amount_yuan")):
        return
    projects, amount = map(number, cells)
    if not projects and not amount:
        return
    message = f"采购总金额 {amount} 元; 采购项目 {projects} 个"
    verdict: Verdict = "pass"
    if not all(map(sound, cells)) or "unit_unknown" in cells[1].flags:
        verdict, message = "not_assessable", f"{message},金额没有单位或存疑,不能核对"
    elif not projects or not amount:
        verdict, message = "warn", f"{message},两者应同为零或同不为零"
    elif not _PRICES[0] <= amount / projects <= _PRICES[1]:
        verdict, message = "warn", f"{message},平均每个 {amount / projects:.2f} 元,疑单位有误"
    yield finding(
        "procurement_price",
        verdict,
        message,
        row="procurement",
        column="amount_yuan",
        sides=(amount, projects),
        at=cells[1].at,
    )


def round_number(subject: Subject) -> Iterator[Finding]:
    """A8: a large number of decisions that ends in 00 looks estimated."""
    for row in ("licensing", "other_services", "penalty", "coercion"):
        cell = subject.cell("t2", row, "decisions")
        if cell is None or not sound(cell) or number(cell) < _LARGE:
            continue
        if number(cell) % _ROUND == 0:
            message = f"处理决定 {number(cell)} 件; 为整百数,请核实是否为估计数"
            yield finding(
                "round_number",
                "warn",
                message,
                row=row,
                column="decisions",
                sides=(number(cell), None),
                at=cell.at,
            )
