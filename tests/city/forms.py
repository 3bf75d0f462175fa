"""The statutory tables as printed: an independent statement of both forms.

Written from the forms themselves and not from the reader's tables, so that a
slip in one cannot hide in the other. A table is a tuple of rows of boxes; a box
is a printed label or the place of a figure, with its spans.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import Literal

Form = Literal["form_2019", "form_2021"]
Key = tuple[str, str, str]
"""Table, row, column: the name of a cell."""


@dataclasses.dataclass(frozen=True, slots=True)
class Box:
    """One printed cell: a label, or where `key` stands, the figure of that name."""

    label: str = ""
    key: Key | None = None
    rows: int = 1
    columns: int = 1
    head: bool = False


Grid = tuple[tuple[Box, ...], ...]


def form_of(year: int) -> Form:
    """The form of a report year. Raises ValueError before 2019."""
    if year < 2019:
        raise ValueError(f"the city has no report of {year}: its forms begin with 2019")
    return "form_2019" if year < 2021 else "form_2021"


# Table 2: (item of article 20, printed columns, (label, row, columns of the row)...)
Block = tuple[str, tuple[str, ...], tuple[tuple[str, str, tuple[str, ...]], ...]]

_MADE = ("made", "newly_disclosed", "disclosed_total")
_STOCK = ("issued", "repealed", "in_force")
_ITEMS = ("items_prev_year", "items_change", "decisions")
_DECISIONS = ("decisions",)

_MADE_LABELS = ("信息内容", "本年新制作数量", "本年新公开数量", "对外公开总数量")
_STOCK_LABELS = ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")
_ITEM_LABELS = ("信息内容", "上一年项目数量", "本年增/减", "处理决定数量")
_DECISION_LABELS = ("信息内容", "本年处理决定数量")

T2: dict[Form, tuple[Block, ...]] = {
    "form_2019": (
        (
            "第二十条第（一）项",
            _MADE_LABELS,
            (("规章", "regulations", _MADE), ("规范性文件", "normative_docs", _MADE)),
        ),
        (
            "第二十条第（五）项",
            _ITEM_LABELS,
            (("行政许可", "licensing", _ITEMS), ("其他对外管理服务事项", "other_services", _ITEMS)),
        ),
        (
            "第二十条第（六）项",
            _ITEM_LABELS,
            (("行政处罚", "penalty", _ITEMS), ("行政强制", "coercion", _ITEMS)),
        ),
        (
            "第二十条第（八）项",
            _ITEM_LABELS[:3],
            (("行政事业性收费", "admin_fees", _ITEMS[:2]),),
        ),
        (
            "第二十条第（九）项",
            ("信息内容", "采购项目数量", "采购总金额"),
            (("政府集中采购", "procurement", ("projects", "amount_yuan")),),
        ),
    ),
    "form_2021": (
        (
            "第二十条第（一）项",
            _STOCK_LABELS,
            (("规章", "regulations", _STOCK), ("行政规范性文件", "normative_docs", _STOCK)),
        ),
        ("第二十条第（五）项", _DECISION_LABELS, (("行政许可", "licensing", _DECISIONS),)),
        (
            "第二十条第（六）项",
            _DECISION_LABELS,
            (("行政处罚", "penalty", _DECISIONS), ("行政强制", "coercion", _DECISIONS)),
        ),
        (
            "第二十条第（八）项",
            ("信息内容", "本年收费金额（单位：万元）"),
            (("行政事业性收费", "admin_fees", ("amount_wan_yuan",)),),
        ),
    ),
}

APPLICANTS = (
    ("自然人", "natural_person"),
    ("商业企业", "commercial_enterprise"),
    ("科研机构", "research_institution"),
    ("社会公益组织", "public_welfare_org"),
    ("法律服务机构", "legal_service_org"),
    ("其他", "other_org"),
)
T3_COLUMNS = (*(column for _, column in APPLICANTS), "total")
BALANCE_NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"

_GROUPS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("（一）予以公开", (("", "granted"),)),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", (("", "partially_granted"),)),
    (
        "（三）不予公开",
        (
            ("1.属于国家秘密", "denied_state_secret"),
            ("2.其他法律行政法规禁止公开", "denied_prohibited_by_law"),
            ("3.危及“三安全一稳定”", "denied_three_securities_one_stability"),
            ("4.保护第三方合法权益", "denied_third_party_rights"),
            ("5.属于三类内部事务信息", "denied_internal_affairs"),
            ("6.属于四类过程性信息", "denied_process_information"),
            ("7.属于行政执法案卷", "denied_enforcement_case_file"),
            ("8.属于行政查询事项", "denied_administrative_query"),
        ),
    ),
    (
        "（四）无法提供",
        (
            ("1.本机关不掌握相关政府信息", "unable_not_held"),
            ("2.没有现成信息需要另行制作", "unable_requires_creation"),
            ("3.补正后申请内容仍不明确", "unable_unclear_after_correction"),
        ),
    ),
    (
        "（五）不予处理",
        (
            ("1.信访举报投诉类申请", "refused_petition_complaint"),
            ("2.重复申请", "refused_repeat_request"),
            ("3.要求提供公开出版物", "refused_public_publication"),
            ("4.无正当理由大量反复申请", "refused_excessive_requests"),
            ("5.要求行政机关确认或重新出具已获取信息", "refused_reconfirm_or_reissue"),
        ),
    ),
)
_OTHER: dict[Form, tuple[str, tuple[tuple[str, str], ...]]] = {
    "form_2019": ("（六）其他处理", (("", "other_total"),)),
    "form_2021": (
        "（六）其他处理",
        (
            (
                "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
                "other_correction_overdue",
            ),
            (
                "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请",
                "other_fee_overdue",
            ),
            ("3.其他", "other_misc"),
        ),
    ),
}

T4_BLOCKS = ("review", "lit_direct", "lit_after_review")
T4_PARTS = ("upheld", "corrected", "other_outcome", "pending")
_T4_LABELS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")


def outcomes(form: Form) -> tuple[str, ...]:
    """The rows of table 3 that total_processed is the sum of."""
    return tuple(row for _, rows in (*_GROUPS, _OTHER[form]) for _, row in rows)


def t3_rows(form: Form) -> tuple[str, ...]:
    """All rows of table 3, in order."""
    return ("new_received", "carried_in", *outcomes(form), "total_processed", "carried_out")


@functools.cache
def keys(form: Form) -> tuple[Key, ...]:
    """Every cell of the form, in printed order: 32 + 166 or so cells."""
    grids = (*t2_blocks(form), t3_grid(form), t4_grid())
    return tuple(box.key for grid in grids for row in grid for box in row if box.key)


def t2_blocks(form: Form) -> tuple[Grid, ...]:
    """Table 2, one grid for each item of article 20, all as wide as the widest."""
    return tuple(_t2_block(block, len(T2[form][0][1])) for block in T2[form])


def _t2_block(block: Block, width: int) -> Grid:
    item, labels, rows = block
    rest = width - len(labels) + 1
    spans = (*(1 for _ in labels[1:]), rest)
    return (
        (Box(item, columns=width, head=True),),
        tuple(
            Box(label, columns=span, head=True) for label, span in zip(labels, spans, strict=True)
        ),
        *(
            (
                Box(label),
                *(
                    Box(key=("t2", row, column), columns=span)
                    for column, span in zip(columns, spans[1:], strict=True)
                ),
            )
            for label, row, columns in rows
        ),
    )


def _t3_figures(row: str) -> tuple[Box, ...]:
    return tuple(Box(key=("t3", row, column)) for column in T3_COLUMNS)


T3_HEAD: Grid = (
    (Box(BALANCE_NOTE, rows=3, columns=3, head=True), Box("申请人情况", columns=7, head=True)),
    (
        Box("自然人", rows=2, head=True),
        Box("法人或其他组织", columns=5, head=True),
        Box("总计", rows=2, head=True),
    ),
    tuple(Box(label, head=True) for label, _ in APPLICANTS[1:]),
)


@functools.cache
def t3_grid(form: Form) -> Grid:
    """Table 3: three rows of header, row labels in up to three columns, seven figures a row."""
    body: list[tuple[Box, ...]] = []
    for group, rows in (*_GROUPS, _OTHER[form]):
        if not rows[0][0]:
            body.append((Box(group, columns=2), *_t3_figures(rows[0][1])))
            continue
        for place, (label, row) in enumerate(rows):
            lead = (Box(group, rows=len(rows)),) if place == 0 else ()
            body.append((*lead, Box(label), *_t3_figures(row)))
    body.append((Box("（七）总计", columns=2), *_t3_figures("total_processed")))
    body[0] = (Box("三、本年度办理结果", rows=len(body)), *body[0])
    return (
        *T3_HEAD,
        (Box("一、本年新收政府信息公开申请数量", columns=3), *_t3_figures("new_received")),
        (Box("二、上年结转政府信息公开申请数量", columns=3), *_t3_figures("carried_in")),
        *body,
        (Box("四、结转下年度继续办理", columns=3), *_t3_figures("carried_out")),
    )


@functools.cache
def t4_grid() -> Grid:
    """Table 4: three rows of header, fifteen figures in one row."""
    five = tuple(Box(label, head=True) for label in _T4_LABELS)
    return (
        (Box("行政复议", columns=5, head=True), Box("行政诉讼", columns=10, head=True)),
        (
            *(Box(label, rows=2, head=True) for label in _T4_LABELS),
            Box("未经复议直接起诉", columns=5, head=True),
            Box("复议后起诉", columns=5, head=True),
        ),
        (*five, *five),
        tuple(
            Box(key=("t4", block, column)) for block in T4_BLOCKS for column in (*T4_PARTS, "total")
        ),
    )


def cut(grid: Grid, at: int, *, repeat: bool, label: bool) -> tuple[Grid, Grid]:
    """Table 3 as Word leaves it at a page break: two tables, cut before row `at`.

    A group label that spans the cut is printed again in the second table, or
    left empty when not `label`. With `repeat` the header is printed again too.
    """
    first: list[tuple[Box, ...]] = []
    over: list[Box] = []
    for number, row in enumerate(grid[:at]):
        boxes = []
        for box in row:
            end = number + box.rows
            boxes.append(dataclasses.replace(box, rows=min(end, at) - number))
            if end > at:
                over.append(dataclasses.replace(box, label=box.label * label, rows=end - at))
        first.append(tuple(boxes))
    second = [(*over, *grid[at]), *grid[at + 1 :]]
    return tuple(first), (*(T3_HEAD if repeat else ()), *second)
