"""Reports as every system frames them: cells, head and findings, against the truth."""

from __future__ import annotations

import collections

import pytest

from pipelines import read
from pipelines.document import Document, Known
from tests.city import City, pages
from tests.city.dress import charset
from tests.city.systems.known import SYSTEMS

HEAD = (
    "organ",
    "region_code",
    "level",
    "scope",
    "year",
    "form",
    "title",
    "published",
    "signed",
    "contacts",
)


@pytest.mark.parametrize("listed", [True, False], ids=["listed", "alone"])
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_report_of_a_system(system: str, listed: bool) -> None:
    """`listed`: what the row of a list said is known; `alone`: the page and its address only."""
    city = City(2, range(2020, 2023), seed=21, cms=SYSTEMS[system])
    sources: collections.Counter[str] = collections.Counter()
    for entry in city.report_entries():
        truth = city.report_of(entry)
        row = (entry.title, f"{entry.moment:%Y-%m-%d}") if listed else ()
        known = Known(system, "常州市", "320400", "report", *row)
        body = pages.report(city, entry).encode(charset(frozenset(truth.dress)))
        report = read(Document(truth.url, body, known=known))
        found = {(c.table, c.row, c.column): (c.value, c.status, c.raw) for c in report.cells}
        assert found == {c.key: (c.value, c.status, c.raw) for c in truth.cells}, truth.url
        for field in HEAD:
            assert getattr(report.report, field) == getattr(truth, field), (truth.url, field)
        failed = {(f.check, f.row, f.column) for f in report.findings if f.verdict == "fail"}
        assert failed == {tuple(planted) for planted in truth.planted}, truth.url
        assert {flag.flag for flag in report.flags} <= {"label_drift"}, truth.url
        assert report.report.quality == "complete"
        assert report.report.published_from is not None
        if report.report.published_from == "meta_pubdate":
            assert "page-norm" in truth.dress, truth.url
        sources[report.report.published_from] += 1
    assert sources.total() >= 6
    # What the page shows is believed before the list, and the list before the address.
    assert sources["url_date"] == 0 or not listed
