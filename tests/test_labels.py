"""Labels are found where they stand: in order, typos and losses allowed."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines import forms
from pipelines.labels import align, bare

ROWS = [bare(row.label) for row in forms.T3_ROWS if "form_2021" in row.forms]


def test_a_typo_finds_its_row() -> None:
    printed = [
        bare("二、上年结收政府信息公开申请数量") if i == 1 else row for i, row in enumerate(ROWS)
    ]
    assert align(printed, ROWS) == list(range(len(ROWS)))


def test_white_space_and_punctuation_do_not_count() -> None:
    assert bare("（一） 予以\n公开") == bare("(一)予以公开")


def test_foreign_rows_find_nothing() -> None:
    assert align(["表头", ROWS[0], "备注", ROWS[2]], ROWS) == [None, 0, None, 2]


@given(st.sets(st.integers(0, len(ROWS) - 1)), st.data())
def test_rows_that_are_left_are_found_when_others_are_lost(
    lost: set[int], data: st.DataObject
) -> None:
    left = [i for i in range(len(ROWS)) if i not in lost]
    printed = []
    for i in left:
        label = ROWS[i]
        if len(label) > 8 and data.draw(st.booleans()):
            cut = data.draw(st.integers(1, len(label) - 1))
            label = label[:cut] + label[cut + 1 :]
        printed.append(label)
    assert align(printed, ROWS) == left


@given(st.integers(0, len(ROWS) - 1))
def test_a_table_that_stands_twice_lends_no_row_to_what_is_lost(lost: int) -> None:
    copy = [row for i, row in enumerate(ROWS) if i != lost]
    printed = copy + copy
    for label, index in zip(printed, align(printed, ROWS), strict=True):
        assert index is None or ROWS[index] == label
