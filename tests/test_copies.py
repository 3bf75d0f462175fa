"""Copies of one report are one record: which capture stands for it, what is said of the rest."""

from __future__ import annotations

import dataclasses
import json
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive import catalogue
from archive.__main__ import main
from archive.catalogue import Standing
from archive.copies import PREFERENCES, Record, form, grouped, records
from pipelines import read
from pipelines.document import Document, Known
from pipelines.report import Report
from tests.city import City, pages
from tests.city.city import Entry
from tests.city.mirror import FAMILIES, HOST, mirror

CITY = City(4, range(2021, 2024))
OFFICE = CITY.victim
PAGE = f"http://{CITY.cms.host}{OFFICE.path}"
DAY = "2026-01-{:02}T00:00:00.000000Z"


@cache
def served(entry: Entry) -> str:
    return pages.report(CITY, entry)


def captured(url: str, body: str, day: int = 1, role: str = "report") -> Report:
    known = Known("changzhou", "常州市", "320400", role)
    capture = f"<urn:uuid:{url}:{day}>"
    return read(
        Document(
            url,
            body.encode(),
            "text/html; charset=utf-8",
            capture=capture,
            fetched=DAY.format(day),
            known=known,
        )
    )


def kept(folder: Path, *captures: Report, every_capture: bool = False) -> list[Record]:
    opened = catalogue.open_catalogue(folder / catalogue.FILE)
    for one in captures:
        catalogue.store(opened, one)
    opened.close()
    return list(records(folder, every_capture=every_capture))


def warned(record: Record) -> list[str]:
    return [one.message for one in record.report.findings if one.check == "copies_differ"]


def changed(page: str) -> str:
    """The page with one figure made another: the first of table 3."""
    at = re.compile(r">(\d+)<").search(page, page.index("本年新收政府信息公开申请数量"))
    assert at
    return page[: at.start(1)] + str(int(at[1]) + 1) + page[at.end(1) :]


def test_addresses_of_one_report_are_one_record(tmp_path: Path) -> None:
    """Own column and joint one, editions, print variant, file: the latest page stands for it."""
    host = f"http://{CITY.cms.host}"
    others = {
        f"{host}/joint/{OFFICE.number}.html": 1,
        PAGE.replace("http:", "https:"): 2,
        f"{host}{OFFICE.print_path}": 4,
        f"{host}/upload/{OFFICE.number}.pdf": 5,
    }
    body = served(OFFICE)
    printed = pages.report_printed(CITY, OFFICE)
    given = [
        captured(url, printed if OFFICE.print_path in url else body, day)
        for url, day in others.items()
    ]
    (record,) = kept(tmp_path, *given, captured(PAGE, body, 1), captured(PAGE, body, 3))
    head = record.report.report
    assert (head.url, head.fetched) == (PAGE, DAY.format(3))
    assert {(one.url, one.fetched) for one in record.copies} == {
        (PAGE, DAY.format(1)),
        *((url, DAY.format(day)) for url, day in others.items()),
    }
    assert warned(record) == []
    every = list(records(tmp_path, every_capture=True))
    assert len(every) == 6
    assert all(len(one.copies) == 5 for one in every)


def test_what_was_read_better_stands_for_it(tmp_path: Path) -> None:
    body = served(OFFICE)
    lost = re.sub(r"<table.*?</table>", "", body, flags=re.DOTALL)
    partly = captured(PAGE.replace("www.", "old."), lost, 9)
    assert partly.report.quality == "partial"
    (record,) = kept(tmp_path, partly, captured(PAGE, body))
    assert record.report.report.quality == "complete"
    assert [one.quality for one in record.copies] == ["partial"]
    assert warned(record) == []  # a copy that lacks something is no other report


def test_what_is_not_known_is_never_merged(tmp_path: Path) -> None:
    nobody = "<html><title>年度报告</title><body><p>页面不存在</p></body></html>"
    given = [captured(f"http://{CITY.cms.host}/{name}.html", nobody) for name in "ab"]
    # The same id by chance: organ and year are no tie between pages that are no reports.
    tied = [dataclasses.replace(one.report, id="same", organ="某局", year=2021) for one in given]
    given = [dataclasses.replace(one, report=head) for one, head in zip(given, tied, strict=True)]
    assert {one.report.quality for one in given} == {"unread"}
    found = kept(tmp_path, *given)
    assert [one.copies for one in found] == [(), ()]


def test_other_reports_under_one_id_are_named(tmp_path: Path) -> None:
    other = PAGE.replace(OFFICE.path, "/gi_news/000000000000001")
    (record,) = kept(
        tmp_path, captured(PAGE, served(OFFICE), 2), captured(other, changed(served(OFFICE)))
    )
    (message,) = warned(record)
    assert "t3 new_received natural_person: " in message
    assert PAGE in message
    assert other in message
    assert record.report.findings[-1].verdict == "warn"
    assert [one.url for one in record.copies] == [other]


def test_a_corrected_page_is_no_other_report(tmp_path: Path) -> None:
    """Captures of one address are its history, which `diff` and `show --changes` tell."""
    first, later = captured(PAGE, served(OFFICE), 1), captured(PAGE, changed(served(OFFICE)), 2)
    assert first.report.version != later.report.version
    (record,) = kept(tmp_path, first, later)
    assert record.report.report.version == later.report.version
    assert warned(record) == []


def test_a_page_used_again_every_year_is_as_many_reports(tmp_path: Path) -> None:
    (earlier,) = (e for e in CITY.report_entries() if (e.organ, e.year) == (OFFICE.organ, 2021))
    found = kept(tmp_path, captured(PAGE, served(earlier), 1), captured(PAGE, served(OFFICE), 2))
    assert [one.report.report.year for one in found] == [2021, OFFICE.year]


@pytest.mark.parametrize("family", FAMILIES)
def test_a_mirror_is_a_copy_and_never_the_record(tmp_path: Path, family: str) -> None:
    for number, entry in enumerate(list(CITY.report_entries())[:6]):
        folder = tmp_path / str(number)
        folder.mkdir()
        body = served(entry)
        url = f"http://{CITY.cms.host}{entry.path}"
        copy = mirror(body, family, number).text
        found = kept(
            folder, captured(url, body), captured(f"http://{HOST}{entry.path}", copy, 9, "mirror")
        )
        ours = next(one for one in found if one.report.report.url == url)
        assert ours.report.report.host_class == "gov"
        assert warned(ours) == []
        if family in ("S", "T", "T+P", "T+J"):
            assert [one.host_class for one in ours.copies] == ["mirror"]
            assert len(found) == 1


def test_a_mirror_alone_is_a_mirrors_and_says_so(tmp_path: Path) -> None:
    (record,) = kept(tmp_path, captured(f"http://{HOST}{OFFICE.path}", served(OFFICE), 1, "mirror"))
    assert record.report.report.host_class == "mirror"
    assert {"host_mirror", "original_missing"} <= {flag.flag for flag in record.report.flags}


def test_no_line_of_the_export_lacks_its_copies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "changzhou"
    folder.mkdir()
    kept(folder, captured(PAGE, served(OFFICE)), captured(f"{PAGE}.pdf", served(OFFICE)))
    assert main(["export", "--format", "jsonl", "--data", str(tmp_path)]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert [one["url"] for one in json.loads(line)["copies"]] == [f"{PAGE}.pdf"]
    tables = tmp_path / "tables"
    assert main(["export", "--format", "csv", "--data", str(tmp_path), "--to", str(tables)]) == 0
    head, row = (tables / "copies.csv").read_text("utf-8-sig").splitlines()
    assert head.startswith("report_id,capture,copy_url,copy_capture,")
    assert f"{PAGE}.pdf" in row


STANDING = st.builds(
    Standing,
    st.sampled_from(["http://a.gov.cn/1.html", "http://a.gov.cn/1.pdf", "http://b.example/1.html"]),
    st.sampled_from(["x", "y"]), st.just("v"), st.sampled_from(["", "某局"]),
    st.sampled_from([None, 2021]), st.sampled_from(["complete", "partial", "unread"]),
    st.sampled_from(["gov", "mirror"]), st.sampled_from([DAY.format(n) for n in range(1, 4)]),
    st.uuids().map(str),
)  # fmt: skip


@given(st.lists(STANDING, max_size=12))
def test_no_capture_is_lost_and_none_stands_before_a_better_one(captures: list[Standing]) -> None:
    groups = grouped(captures)
    assert sorted(one.capture for group in groups for one in group) == sorted(
        one.capture for one in captures
    )
    for first, *rest in groups:
        for other in rest:
            assert (first.report, first.known) == (other.report, other.known) or (
                not first.known and first.url == other.url
            )
            ours, theirs = ([rank(x) for rank in PREFERENCES.values()] for x in (first, other))
            assert ours < theirs or (ours == theirs and first.fetched >= other.fetched)


def test_what_addresses_lead_to() -> None:
    addresses = (
        "http://a.gov.cn/gi_news/123456789012345",
        "http://a.gov.cn/downxxgk.php?fid=123456789012345",
        "http://a.gov.cn/wzxxgknb/2022/hz.PDF",
        "http://a.gov.cn/a/1.jpg",
    )
    assert [form(url) for url in addresses] == [0, 1, 2, 3]
