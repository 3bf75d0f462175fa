"""The verdict: what each fact makes of a run."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import pytest

from crawler import faults, health
from crawler.health import Facts, Seen, Year
from crawler.recheck import Gone

GOOD = Facts(
    finished="finished",
    years={"2020": Year(listed=5, fetched=5), "2021": Year(listed=6, fetched=4, known=2)},
    read={"complete": 8, "partial": 1},
)


def judged(**facts: object) -> tuple[str, str]:
    """Verdict and reasons, in one text, of a good run with these facts changed."""
    verdict = health.judge(dataclasses.replace(GOOD, **facts))  # type: ignore[arg-type]
    return verdict.name, "; ".join(f"{reason.seen} -> {reason.todo}" for reason in verdict.reasons)


def test_a_good_run_is_healthy() -> None:
    verdict = health.judge(GOOD)
    assert verdict == health.Verdict("healthy")
    assert verdict.exit_status == 0


def test_nothing_found_is_never_healthy() -> None:
    name, why = judged(years={}, read={})
    assert name == "suspicious"
    assert "no report was found" in why
    assert judged(years={}, read={}, sample=5)[0] == "suspicious"
    assert judged(years={}, read={}, earlier=Facts("finished", {}))[0] == "suspicious"


@pytest.mark.parametrize("name", faults.kinds())
def test_every_named_error_reaches_the_verdict(name: str) -> None:
    verdict, why = judged(errors={name: Seen(3, "https://www.changzhou.gov.cn/x: status 1")})
    assert verdict == faults.kinds()[name].weight
    assert name in why
    assert "3 times" in why
    assert faults.kinds()[name].advice in why
    assert judged(errors={name: Seen(1, "x")}, years={}, read={})[0] != "healthy"


def test_refused_is_the_verdict_only_when_nothing_could_be_seen() -> None:
    refused = {"refused": Seen(1, "https://www.changzhou.gov.cn/: Disallow")}
    assert judged(errors=refused, years={}, read={})[0] == "refused"
    assert judged(errors=refused)[0] == "incomplete"


def test_a_crash_and_a_full_disk_are_graver_than_what_they_cause() -> None:
    cut = {"list_truncated": Seen(1, "x")}
    assert judged(crashes={"KeyError": 1}, errors=cut)[0] == "crashed"
    assert judged(archive_error="No space left on device", errors=cut)[0] == "archive_failed"
    both = judged(archive_error="No space left on device", crashes={"OSError": 2})
    assert both[0] == "archive_failed"


def test_a_stopped_run_is_incomplete() -> None:
    name, why = judged(finished="shutdown")
    assert name == "incomplete"
    assert "shutdown" in why


def test_a_page_that_vanishes_between_list_and_archive_is_a_bug() -> None:
    name, why = judged(years={"2021": Year(listed=6, fetched=3, unchanged=1, lost=1)})
    assert name == "crashed"
    assert "1 page listed" in why


def test_fewer_than_the_last_time() -> None:
    before = dataclasses.replace(GOOD, years={"2020": Year(5, 5), "2021": Year(7, 7)})
    name, why = judged(earlier=before)
    assert name == "suspicious"
    assert "2021: 6 reports listed, 7 the last time" in why
    assert "2020" not in why


def test_nothing_new_is_healthy_when_as_much_is_listed() -> None:
    known = {"2020": Year(listed=5, known=5), "2021": Year(listed=6, known=6)}
    assert judged(years=known, read={}, earlier=GOOD)[0] == "healthy"


def test_a_year_the_last_run_had_and_this_one_has_not() -> None:
    assert judged(years={"2020": Year(5, 5)}, earlier=GOOD)[0] == "suspicious"


def test_floors() -> None:
    name, why = judged(floors={2021: 7, 2020: 5})
    assert name == "suspicious"
    assert "2021: 6 reports listed" in why
    assert "2020" not in why
    assert judged(floors={2021: 7}, sample=3)[0] == "healthy"


def test_gaps() -> None:
    gap = {"2019": Year(4, 4), "2021": Year(4, 4), "unknown": Year(1, 1)}
    name, why = judged(years=gap)
    assert name == "suspicious"
    assert "2020: no report listed" in why
    name, why = judged(asked_years=(2019, 2021))
    assert name == "suspicious"
    assert "2019: no report listed" in why
    assert judged(asked_years=(2020, 2021))[0] == "healthy"
    assert judged(first_year=2019)[0] == "suspicious"
    assert judged(first_year=2020, asked_years=(2015, 2021))[0] == "healthy"
    assert judged(asked_years=(2020, 2025), due_year=2021)[0] == "healthy"
    assert judged(asked_years=(2020, 2025), due_year=2022)[0] == "suspicious"


def test_when_a_year_is_due() -> None:
    assert health.due_year(dt.date(2026, 3, 31), offices=False) == 2024
    assert health.due_year(dt.date(2026, 4, 1), offices=False) == 2025
    assert health.due_year(dt.date(2026, 1, 31), offices=True) == 2024
    assert health.due_year(dt.date(2026, 2, 1), offices=True) == 2025


def test_a_february_with_less_than_the_february_before_is_no_fault() -> None:
    before = dataclasses.replace(GOOD, years={"2024": Year(60, 60)})
    now = {"2024": Year(60, known=60), "2025": Year(3, 3)}
    due = health.due_year(dt.date(2026, 2, 10), offices=True)
    assert judged(years=now, earlier=before, due_year=due)[0] == "healthy"
    none = {"2024": Year(60, known=60)}
    asked = {"asked_years": (2024, 2025), "earlier": before}
    assert judged(years=none, due_year=due, **asked)[0] == "suspicious"
    soon = health.due_year(dt.date(2026, 1, 20), offices=True)
    assert judged(years=none, due_year=soon, **asked)[0] == "healthy"


def test_a_column_that_lists_less_while_others_list_more() -> None:
    before = dataclasses.replace(GOOD, columns={"x.cn/a": 6, "x.cn/b": 5})
    name, why = judged(columns={"x.cn/a": 2, "x.cn/b": 9}, earlier=before)
    assert name == "suspicious"
    assert "x.cn/a: 2 reports listed, 6 the last time" in why
    assert "x.cn/b" not in why
    name, why = judged(columns={"x.cn/b": 11}, earlier=before)
    assert "x.cn/a: 0 reports listed" in why
    assert judged(columns={"x.cn/a": 6, "x.cn/b": 5}, earlier=before)[0] == "healthy"


GONE = Gone("http://x.cn/1.html", "局", 2021, "2026-02-01T00:00:00.000000Z", "<urn:uuid:1>", "gone")


def test_a_report_that_is_gone_is_looked_at_once() -> None:
    name, why = judged(gone=(GONE,))
    assert name == "suspicious"
    assert "http://x.cn/1.html (gone), last captured 2026-02-01" in why
    assert "-a accept=gone" in why
    assert judged(gone=(GONE,), accepts=True)[0] == "healthy"
    assert judged(gone=(GONE,), accepted={GONE.url})[0] == "healthy"
    assert judged(gone=(GONE,), accepted={"http://x.cn/2.html"})[0] == "suspicious"


def test_which_runs_others_are_held_against() -> None:
    def base(**facts: object) -> bool:
        now = dataclasses.replace(GOOD, **facts)  # type: ignore[arg-type]
        return health.is_base(now, health.judge(now))

    more = dataclasses.replace(GOOD, years={"2020": Year(9, 9)})
    assert base()
    assert base(read={"complete": 1, "unread": 9})  # suspicious, but not for what is listed
    assert not base(earlier=more)
    assert base(earlier=more, accepts=True)
    assert not base(gone=(GONE,))
    assert not base(errors={"list_truncated": Seen(1, "x")})
    assert not base(finished="sample", sample=9)
    assert not base(years={}, read={})


def test_unread_pages() -> None:
    name, why = judged(read={"complete": 8, "unread": 1}, unread="http://x.cn/: not_a_report")
    assert name == "suspicious"
    assert "1 page could not be read" in why
    assert judged(read={"complete": 99, "unread": 1})[0] == "healthy"


def test_reading_that_fell_off() -> None:
    assert judged(read={"partial": 9})[0] == "suspicious"
    now = {"complete": 5, "partial": 4}
    assert judged(read=now)[0] == "healthy"
    assert judged(read=now, earlier=GOOD)[0] == "suspicious"


def test_a_sample_says_so() -> None:
    verdict = health.judge(dataclasses.replace(GOOD, finished="sample", sample=9))
    assert verdict.name == "sample"
    assert verdict.exit_status == 0
    assert "9 reports" in verdict.reasons[0].seen
    blocked = {"blocked": Seen(1, "x")}
    assert judged(finished="sample", sample=9, errors=blocked)[0] == "incomplete"


def test_exit_statuses() -> None:
    assert health.EXIT == {
        "archive_failed": 4,
        "crashed": 1,
        "refused": 3,
        "incomplete": 3,
        "suspicious": 3,
        "sample": 0,
        "healthy": 0,
    }


def test_the_handbook_names_everything() -> None:
    handbook = (Path(__file__).parent.parent / "docs" / "running.md").read_text(encoding="utf-8")
    for name in health.EXIT:
        assert f"| `{name}` |" in handbook, name
    for verdict, status in health.EXIT.items():
        line = next(line for line in handbook.splitlines() if line.startswith(f"| {status} |"))
        assert f"`{verdict}`" in line
    for setting in ("NIANBAO_DATA", "NIANBAO_CONTACT", "NIANBAO_NOTIFY", "CONNECT_TO"):
        assert f"| `{setting}` |" in handbook
