"""The grammar of a cell: values, units, and the ways to write nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines import numbers


@pytest.mark.parametrize(
    ("text", "unit", "value", "status", "flags"),
    [
        ("83", "件", 83, "reported", ()),
        (" 0\n", "件", 0, "reported", ()),
        ("１２", "件", 12, "reported", ()),
        ("1,234", "件", 1234, "reported", ()),
        ("+1036", "项", 1036, "reported", ()),
        ("-3", "项", -3, "reported", ()),
        ("－3", "项", -3, "reported", ()),
        ("40个", "个", 40, "reported", ()),
        ("5949.088667", "万元", 5949.088667, "reported", ()),
        ("14319.91万元", "元", 143199100, "reported", ()),
        ("190000元", "元", 190000, "reported", ()),
        ("190000", "元", 190000, "reported", ("unit_unknown",)),
        ("无", "件", 0, "reported", ()),
        ("", "件", None, "blank", ()),
        ("\u00a0\u3000", "件", None, "blank", ()),
        ("/", "件", None, "slash", ()),
        ("＼", "件", None, "slash", ()),
        ("—", "件", None, "dash", ()),
        ("--", "件", None, "dash", ()),
        ("约5", "件", None, "damaged", ("cell_unread",)),
        ("1 2", "件", None, "damaged", ("cell_unread",)),
        ("3?", "件", None, "damaged", ("cell_unread",)),
        ("12,34", "件", None, "damaged", ("cell_unread",)),
        ("3万元", "件", None, "damaged", ("cell_unread",)),
        ("自然人", "件", None, "damaged", ("cell_unread",)),
    ],
)
def test_reading(
    text: str, unit: str, value: float | None, status: str, flags: tuple[str, ...]
) -> None:
    read = numbers.read(text, unit)
    assert (read.value, read.status, read.flags) == (value, status, flags)


@given(st.integers(min_value=0, max_value=10**12), st.sampled_from(["{}", "{:,}", " {} ", "{}件"]))
def test_a_whole_number_is_read_back(value: int, written: str) -> None:
    read = numbers.read(written.format(value), "件")
    assert (read.value, read.status) == (value, "reported")
    assert isinstance(read.value, int)


@given(st.text())
def test_any_text_is_read_and_only_numbers_give_values(text: str) -> None:
    read = numbers.read(text, "件")
    assert (read.value is None) == (read.status != "reported")
    if not any(character.isdigit() or character in "无零" for character in text):
        assert read.value is None


@given(st.text())
def test_what_may_be_a_cell_is_never_unreadable(text: str) -> None:
    if numbers.is_value(text) and not any(unit in text for unit in "万亿元"):
        assert numbers.read(text, "件").status != "damaged" or any(c.isspace() for c in text)


def test_raised_digits_are_no_part_of_the_figure() -> None:
    marked = numbers.Reading(2629, "reported", "件", ("footnote_mark",))
    assert numbers.read("2629¹", "件") == marked
    assert numbers.read("14319.91万元²", "元").flags == ("footnote_mark",)
    # A cell that is raised as a whole is a figure.
    assert numbers.read("⁸³", "件") == numbers.Reading(83, "reported", "件")
