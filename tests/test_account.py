"""The account of a run: what is counted under a name is read again under it."""

from __future__ import annotations

import pytest
from scrapy.statscollectors import StatsCollector
from scrapy.utils.test import get_crawler

from crawler import faults
from crawler.account import Account
from crawler.health import Seen, Year


@pytest.fixture
def account() -> Account:
    return Account(StatsCollector(get_crawler()))


def test_of_a_fault_the_first_is_kept(account: Account) -> None:
    assert account.errors() == {}
    account.note(faults.GoneError("status 404"), "http://a.cn/1")
    account.note(faults.GoneError("status 410"), "http://a.cn/2")
    account.note(faults.EmptyError("no bytes"), "http://a.cn/3")
    assert account.errors() == {
        "gone": Seen(2, "http://a.cn/1: status 404"),
        "empty": Seen(1, "http://a.cn/3: no bytes"),
    }


@pytest.mark.parametrize("kind", faults.kinds().values(), ids=faults.kinds())
def test_what_a_fault_says_of_the_whole(account: Account, kind: type[faults.PortalError]) -> None:
    assert not account.incomplete()
    seen = ("trs", "rows", "matches nothing") if kind is faults.DriftedError else ("seen",)
    account.note(kind(*seen), "http://a.cn/")
    assert account.incomplete() == (kind.weight == "incomplete")


def test_years(account: Account) -> None:
    for what in ("listed/2020", "listed/2021", "listed/2021", "fetched/2021", "lost/2021"):
        account.count(f"found/{what}")
    account.count("found/elsewhere/2019")
    account.count("found/rows", 20)
    assert account.years() == {
        "2020": Year(listed=1),
        "2021": Year(listed=2, fetched=1, lost=1),
    }
    assert (account.counted("found/rows"), account.counted("found/lists")) == (20, 0)


def test_what_was_read_now_and_before_counts_together(account: Account) -> None:
    for name in ("read/complete", "read/year/2021/complete", "kept/complete", "read/unread"):
        account.count(name)
    account.count("kept/year/2021/complete", 2)
    account.count("read/year/2021/failed", 3)
    account.count("read/cells", 200)
    assert account.read() == {"complete": 2, "unread": 1}
    assert account.read_by_year() == {"2021": {"complete": 3, "failed": 3}}
