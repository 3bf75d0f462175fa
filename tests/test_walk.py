"""A list is held against what it states; and where its rows lead."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request

from crawler.faults import ListTruncatedError
from crawler.rows import Lead, leads_to
from crawler.systems import Column, Directory, Listing, Row, changzhou
from crawler.walk import Walk, hold_against_organs

COLUMN = Column("市政府", "http://www.changzhou.gov.cn/gi_class/szfbgs_09")


def page(number: int | None, of: int | None, total: int | None = None) -> Listing:
    return Listing((), page=number, pages=of, total=total, following=Request("http://a.cn/"))


def walked(*pages: tuple[Listing, list[str]]) -> Walk:
    walk = Walk(COLUMN)
    for listing, keys in pages:
        walk.turn(listing)
        walk.add(keys)
    return walk


def test_a_list_that_shows_what_it_states() -> None:
    walk = walked((page(1, 2, 3), ["a", "b"]), (page(2, 2), ["c"]))
    walk.end()
    assert (walk.pages, walk.rows, walk.total, walk.last) == (2, 3, 3, 2)


def test_a_page_without_rows_leads_to_the_first() -> None:
    walk = walked((page(0, None), []), (page(1, 1, 1), ["a"]))
    walk.end()
    assert (walk.pages, walk.rows) == (1, 1)


def test_a_list_that_states_nothing_is_held_against_nothing() -> None:
    walked((page(None, None), ["a"]), (page(None, None), ["b"])).end()


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ([(page(1, 1, 3), ["a", "b"])], "states 3 rows and shows 2"),
        ([(page(1, 2), ["a"])], "states 2 pages and has 1"),
        ([(page(1, 2), ["a"]), (page(1, 2), ["b"])], "page 2 was asked for and page 1 shown"),
        ([(page(1, 2), ["a"]), (page(None, None), ["b"])], "page 2 of 2 does not say how many"),
        ([(page(1, 2), ["a", "b"]), (page(2, 2), ["b"])], "page 2 repeats the rows"),
        # Pages that overlap show as many rows as are stated, and not all of them.
        ([(page(1, 2, 4), ["a", "b"]), (page(2, 2), ["b", "c"])], "states 4 rows and shows 3"),
    ],
)
def test_a_list_that_does_not(pages: list[tuple[Listing, list[str]]], said: str) -> None:
    with pytest.raises(ListTruncatedError, match=re.escape(said)):
        walked(*pages).end()


@given(st.lists(st.sets(st.integers(), min_size=1), max_size=8))
def test_a_row_counts_once_however_often_it_comes(pages: list[set[int]]) -> None:
    walk, seen = Walk(COLUMN), set[str]()
    for rows in pages:
        keys = sorted(map(str, rows))
        walk.turn(page(None, None))
        if seen.issuperset(keys):
            with pytest.raises(ListTruncatedError):
                walk.add(keys)
            return
        walk.add(keys)
        seen |= set(keys)
        assert walk.rows == len(seen)
    assert walk.pages == len(pages)


def test_a_directory_that_states_more_organs_than_it_lists() -> None:
    hold_against_organs(Directory((COLUMN,), organs=1, stated=1))
    hold_against_organs(Directory((COLUMN,), organs=1))
    with pytest.raises(ListTruncatedError, match="states 2 organs and lists 1"):
        hold_against_organs(Directory((COLUMN,), organs=1, stated=2))


REPORT = "某局2021年政府信息公开工作年度报告"
OURS = "http://www.changzhou.gov.cn/gi_news/699164327437567"
MIRROR = "http://mirror.example/gi_news/699164327437567"


@pytest.mark.parametrize(
    ("row", "every", "lead"),
    [
        (Row(OURS, REPORT, ""), False, Lead("report", OURS, 2021)),
        (Row(OURS, "某县", "2022-01-20"), True, Lead("report", OURS, 2021)),
        (Row(OURS, "某县", "2022-01-20"), False, Lead("", OURS, 2021)),
        (Row(OURS, "某局政府信息公开年报", ""), False, Lead("report", OURS, None)),
        (Row(OURS, f"{REPORT}公布情况", ""), False, Lead("roster", OURS, 2021)),
        (Row(MIRROR, REPORT, ""), False, Lead("report", OURS, 2021, copy=MIRROR)),
        # No page of the system: not a copy of anything here.
        (
            Row("http://app.example/s", REPORT, ""),
            False,
            Lead("report", "http://app.example/s", 2021),
        ),
    ],
)
def test_where_a_row_leads(row: Row, every: bool, lead: Lead) -> None:
    column = Column(COLUMN.name, COLUMN.url, every=every)
    assert leads_to(row, column, COLUMN.url, changzhou.SYSTEM) == lead
