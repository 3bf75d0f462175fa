"""Sums and balances inside the statutory tables (勾稽关系), and who breaks them.

A cell of table 3 stands in up to three identities at once. When one number is
wrong, exactly those of its identities fail that it takes part in, all by the
same amount: so the cell can be told, or the smallest set of cells one of which
must be wrong (`suspects`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain

from pipelines import forms
from pipelines.checks.again import Place
from pipelines.checks.subject import Subject, finding, judge, names, number, sound, total
from pipelines.report import Cell, Finding, Number

_COLUMNS = [column.name for column in forms.T3_COLUMNS]
_KINDS = _COLUMNS[:-1]
_ROWS = list(dict.fromkeys(row.name for row in forms.T3_ROWS))
_OUTCOMES = [column.name for column in forms.T4_COLUMNS[:-1]]
_NEAR = 1e-6


@dataclasses.dataclass(frozen=True, slots=True)
class Identity:
    """Two groups of cells with the same sum."""

    check: str
    row: str
    column: str
    left: list[Cell]
    right: list[Cell]
    told: tuple[str, str]
    """What the two sides are called."""

    @property
    def cells(self) -> list[Cell]:
        """All cells of both sides."""
        return [*self.left, *self.right]

    @property
    def excess(self) -> Number:
        """How much the left side is too great."""
        return total(self.left) - total(self.right)

    @property
    def unstated(self) -> bool:
        """A row's total left blank states nothing: no printed side to hold against the sum."""
        return bool(self.row) and _is_blank_total(self.left[0])


def t3_row_sum(subject: Subject) -> Iterator[Finding]:
    """T1: each row of table 3."""
    return _judged(subject, _t3_rows(subject))


def t3_outcome_sum(subject: Subject) -> Iterator[Finding]:
    """T2: each column of table 3."""
    return _judged(subject, _t3_outcomes(subject))


def t3_balance(subject: Subject) -> Iterator[Finding]:
    """T3: each column of table 3, as the head of the table says."""
    return _judged(subject, _t3_balances(subject))


def t4_sum(subject: Subject) -> Iterator[Finding]:
    """R1 to R3: each block of table 4."""
    return _judged(subject, _t4_blocks(subject))


def t2_stock(subject: Subject) -> Iterator[Finding]:
    """A1: rules and normative documents of form_2021."""
    for row in ("regulations", "normative_docs"):
        cells = subject.of("t2", [row], ["in_force", "issued", "repealed"])
        if len(cells) != len(("in_force", "issued", "repealed")):
            continue
        stock, issued, repealed = map(number, cells)
        before = stock - issued + repealed
        message = (
            f"现行有效 {stock}; 本年制发 {issued} 减本年废止 {repealed} 得 {issued - repealed}"
            f",推得上年末 {before}{_blanks(subject, cells)}"
        )
        yield _bounded(subject, "t2_stock", row, cells, (stock, issued - repealed), message)


def disclosed_stock(subject: Subject) -> Iterator[Finding]:
    """A3: documents of form_2019."""
    for row in ("regulations", "normative_docs"):
        cells = subject.of("t2", [row], ["disclosed_total", "newly_disclosed"])
        if len(cells) == len(("disclosed_total", "newly_disclosed")):
            whole, new = map(number, cells)
            message = f"对外公开总数量 {whole}; 本年新公开数量 {new}{_blanks(subject, cells)}"
            yield _bounded(subject, "disclosed_stock", row, cells, (whole, new), message)


def items_chain(subject: Subject) -> Iterator[Finding]:
    """A4: items of form_2019 at the end of the year."""
    for row in ("licensing", "other_services", "penalty", "coercion", "admin_fees"):
        cells = subject.of("t2", [row], ["items_prev_year", "items_change"])
        if len(cells) == len(("items_prev_year", "items_change")):
            before, change = map(number, cells)
            message = f"上一年项目数量 {before} 加本年增/减 {change} 得 {before + change}"
            message += f",不应小于 0{_blanks(subject, cells)}"
            yield _bounded(subject, "items_chain", row, cells, (before + change, 0), message)


def _t3_rows(subject: Subject) -> Iterator[Identity]:
    for row in _ROWS:
        whole = subject.of("t3", [row], ["total"])
        if whole:
            parts = subject.of("t3", [row], _KINDS)
            yield Identity("t3_row_sum", row, "", whole, parts, ("总计", "各类申请人之和"))


def _t3_outcomes(subject: Subject) -> Iterator[Identity]:
    for column in _COLUMNS:
        whole = subject.of("t3", ["total_processed"], [column])
        if whole:
            parts = subject.of("t3", forms.T3_OUTCOMES, [column])
            told = ("(七)总计", "(一)至(六)各项之和")
            yield Identity("t3_outcome_sum", "", column, whole, parts, told)


def _t3_balances(subject: Subject) -> Iterator[Identity]:
    for column in _COLUMNS:
        out = subject.of("t3", ["total_processed", "carried_out"], [column])
        if out:
            came = subject.of("t3", ["new_received", "carried_in"], [column])
            told = ("第一项加第二项", "第三项(七)总计加第四项")
            yield Identity("t3_balance", "", column, came, out, told)


def _t4_blocks(subject: Subject) -> Iterator[Identity]:
    for row in forms.T4_ROWS:
        whole = subject.of("t4", [row.name], ["total"])
        if whole:
            parts = subject.of("t4", [row.name], _OUTCOMES)
            yield Identity("t4_sum", row.name, "", whole, parts, ("总计", "四种结果之和"))


def _judged(subject: Subject, identities: Iterable[Identity]) -> Iterator[Finding]:
    for identity in identities:
        left, right = total(identity.left), total(identity.right)
        told = f"{identity.told[0]} {left}; {identity.told[1]} {right}"
        message = told + _blanks(subject, identity.cells)
        row, column = identity.row, identity.column
        if identity.unstated and left:
            message += f"。{identity.told[0]}未填,无从比较"
            yield finding(identity.check, "not_assessable", message, row=row, column=column)
            continue
        found = judge(
            subject,
            identity.check,
            message,
            holds=abs(left - right) < _NEAR,
            cells=identity.cells,
            row=row,
            column=column,
            sides=(left, right),
            at=identity.left[0].at,
            suspects=partial(_suspects, subject, identity),
        )
        if len(found.suspects) == 1:
            found = dataclasses.replace(found, message=message + _right(subject, identity, found))
        yield found


def _bounded(
    subject: Subject,
    check: str,
    row: str,
    cells: list[Cell],
    sides: tuple[Number, Number],
    message: str,
) -> Finding:
    """The left side may not be less than the right; any of the cells may be the wrong one."""
    return judge(
        subject,
        check,
        message,
        holds=sides[0] >= sides[1],
        cells=cells,
        row=row,
        sides=sides,
        at=cells[0].at,
        suspects=partial(names, cells),
    )


# ------------------------------------------------------------------ suspects


def _right(subject: Subject, identity: Identity, found: Finding) -> str:
    """What the one cell that can be wrong would have to hold."""
    table, row, column = found.suspects[0].split(".")
    cell = subject.by_place[table, row, column]
    weight = _weights(subject, identity)[table, row, column]
    should = number(cell) - identity.excess / weight
    return f"。疑{subject.name(cell)}有误,印为 {number(cell)},按其余各格应为 {should:g}"


def _suspects(subject: Subject, broken: Identity) -> tuple[str, ...]:
    """The cells one of which must be wrong, as few as the other identities allow.

    A cell that stands in an identity that holds is cleared. Of the others those
    come first that account for the most failures by one and the same change.
    """
    failing: list[tuple[Identity, Mapping[Place, int]]] = []
    cleared: set[Place] = set()
    for identity in chain(
        _t3_rows(subject), _t3_outcomes(subject), _t3_balances(subject), _t4_blocks(subject)
    ):
        if identity.unstated or not all(map(sound, identity.cells)):
            continue
        weights = _weights(subject, identity)
        if abs(identity.excess) < _NEAR:
            cleared.update(weights)
        else:
            failing.append((identity, weights))
    own = _weights(subject, broken)
    accounts = {place: _accounted(subject, place, failing) for place in own if place not in cleared}
    most = max(accounts.values(), default=0)
    if not most:
        # Several numbers are wrong at once: none of them alone explains what is seen.
        return _names(place for place in own if place not in cleared) or _names(own)
    return _names(place for place, count in accounts.items() if count == most)


def _weights(subject: Subject, identity: Identity) -> dict[Place, int]:
    """How each printed cell counts: a total left blank is its row's other cells."""
    weights: dict[Place, int] = {}
    for sign, cells in ((1, identity.left), (-1, identity.right)):
        for cell in cells:
            parts = [cell]
            if _is_blank_total(cell):
                kinds = _KINDS if cell.table == "t3" else _OUTCOMES
                parts = subject.of(cell.table, [cell.row], kinds)
            for part in parts:
                weights[_place(part)] = weights.get(_place(part), 0) + sign
    return {place: weight for place, weight in weights.items() if weight}


def _is_blank_total(cell: Cell) -> bool:
    """A total left blank: its row says all, and it clears no cell of the row."""
    return cell.column == "total" and cell.status != "reported"


def _accounted(
    subject: Subject, place: Place, failing: list[tuple[Identity, Mapping[Place, int]]]
) -> int:
    """How many failures one change of this cell mends; 0 when no one change mends all its own."""
    own = [(identity, weights[place]) for identity, weights in failing if weights.get(place)]
    changes = {-identity.excess / weight for identity, weight in own}
    if len(changes) != 1:
        return 0
    # A count cannot be less than nothing.
    return len(own) if number(subject.by_place[place]) + changes.pop() > -_NEAR else 0


def _place(cell: Cell) -> Place:
    return cell.table, cell.row, cell.column


def _names(places: Iterable[Place]) -> tuple[str, ...]:
    return tuple(".".join(place) for place in places)


def _blanks(subject: Subject, cells: Iterable[Cell]) -> str:
    if not subject.has_blanks:
        return ""
    empty = sum(1 for cell in cells if cell.status != "reported")
    return f" ({empty} 格空白或为斜线,按其行之和或 0 计)" if empty else ""
