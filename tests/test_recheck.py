"""Later crawls: what is asked for again, on which condition, and what is gone."""

from __future__ import annotations

import dataclasses
import json
import re
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import warcio

from archive import catalogue
from archive.changes import captures
from archive.folder import warc_files
from archive.http import read_head
from archive.ledger import exchanges, open_ledger
from archive.verify import verify
from tests.city.city import City
from tests.city.message import App, Exchange, Request, Response, Script
from tests.city.site import site
from tests.city.systems import changzhou
from tests.city.validators import Validators
from tests.city.wire import serve
from tests.test_crawl import crawl, notes, verdict

YEARS = range(2022, 2024)


def city(kind: Validators = "sound", organs: int = 3, *faults: str) -> City:
    cms = dataclasses.replace(changzhou.CMS, validators=kind)
    return City(organs, YEARS, faults=faults, cms=cms)


def crawled(data: Path, app: App, *more: str) -> tuple[int, str, list[Exchange]]:
    """Exit status, what was printed, and the report pages that were asked for."""
    with serve(app) as server:
        status, printed = crawl(data, server.port, "-a", "requisites=no", *more)
        log = server.settled()
    reports = {entry.path for entry in city("sound", 4).report_entries()}
    return status, printed, [one for one in log if one.target in reports]


def statuses(log: list[Exchange]) -> list[int]:
    return sorted(head.status for one in log if (head := read_head(one.response)))


def grow_older(data: Path, days: int) -> None:
    """Let everything that the ledger has of a portal have happened so many days before."""
    opened = open_ledger(data / "changzhou")
    with opened:
        for table in ("runs", "exchanges"):
            opened.execute(
                f"UPDATE {table} SET started = strftime('%Y-%m-%dT%H:%M:%fZ', started, ?)",
                (f"-{days} days",),
            )
    opened.close()


def reports(data: Path) -> set[tuple[str, str]]:
    """Address and version of every report that the catalogue has."""
    opened = catalogue.open_catalogue(data / "changzhou" / catalogue.FILE)
    try:
        return {(one.report.url, one.report.version) for one in catalogue.reports(opened)}
    finally:
        opened.close()


def test_a_second_crawl_asks_on_a_condition(tmp_path: Path) -> None:
    first = crawled(tmp_path, site(city()))
    assert (first[0], statuses(first[2])) == (0, [200] * 6), first[1]
    before = reports(tmp_path)
    status, printed, log = crawled(tmp_path, site(city()), "-a", "recheck=0d")
    assert (status, verdict(printed)) == (0, "healthy"), printed
    assert statuses(log) == [304] * 6
    for one in log:
        assert b"\r\nIf-None-Match: " in one.request
        assert b"\r\nIf-Modified-Since: " in one.request
    assert notes(tmp_path)[0]["years"]["2022"] == {
        "listed": 3, "fetched": 0, "unchanged": 3, "known": 0, "lost": 0,
    }  # fmt: skip
    assert notes(tmp_path)[0]["read"] == notes(tmp_path)[1]["read"]  # of all that is listed
    assert reports(tmp_path) == before
    assert list(verify(tmp_path / "changzhou")) == []
    # The answers are in the archive, and standard tools read them.
    *_, last = warc_files(tmp_path / "changzhou")
    with last.open("rb") as stream:
        kept = [
            record.http_headers.get_statuscode()
            for record in warcio.ArchiveIterator(stream)
            if record.rec_type == "response"
        ]
    assert kept.count("304") == 6
    page = f"http://{log[0].host}{log[0].target}"
    assert len(captures(tmp_path / "changzhou", page)) == 1  # a 304 is no capture of a page
    replayed = ("-s", f"REPLAY={tmp_path / 'changzhou'}", "-a", "requisites=no")
    status, printed = crawl(tmp_path / "nowhere", 1, *replayed)
    assert (status, verdict(printed)) == (0, "healthy"), printed
    assert re.search(r"^2022 +3 +3 +0 +0 +0 +3 ", printed, re.MULTILINE), printed
    third = crawled(tmp_path, site(city()), "-a", "recheck=1d")
    assert third[2] == []  # a 304 says that a page was seen today


def test_only_what_changed_is_fetched(tmp_path: Path) -> None:
    crawled(tmp_path, site(city()))
    before = reports(tmp_path)
    status, printed, log = crawled(
        tmp_path, site(city("sound", 3, "changed-cell")), "-a", "recheck=0d"
    )
    assert (status, statuses(log)) == (0, [200] + [304] * 5), printed
    assert len(reports(tmp_path) - before) == 1


@pytest.mark.parametrize("kind", ["", "restless"])
def test_a_server_that_keeps_no_account_sends_the_page_again(
    kind: Validators, tmp_path: Path
) -> None:
    crawled(tmp_path, site(city(kind)))
    status, printed, log = crawled(tmp_path, site(city(kind)), "-a", "recheck=0d")
    assert (status, statuses(log)) == (0, [200] * 6), printed
    opened = open_ledger(tmp_path / "changzhou")
    (run,) = opened.execute("SELECT id FROM runs ORDER BY started DESC LIMIT 1").fetchone()
    assert all(one.original for one in exchanges(opened, run, "report"))  # revisits
    opened.close()


def test_a_server_whose_account_is_wrong_is_found_out_in_a_year(tmp_path: Path) -> None:
    crawled(tmp_path, site(city("frozen")))
    before = reports(tmp_path)
    changed = site(city("frozen", 3, "changed-cell"))
    grow_older(tmp_path, 100)
    log = crawled(tmp_path, changed)[2]
    assert (statuses(log), reports(tmp_path)) == ([304] * 6, before)
    grow_older(tmp_path, 300)
    log = crawled(tmp_path, changed)[2]
    assert statuses(log) == [200] * 6
    assert not any(b"If-None-Match" in one.request for one in log)
    assert len(reports(tmp_path) - before) == 1


def test_how_often_without_being_told(tmp_path: Path) -> None:
    crawled(tmp_path, site(city()))
    assert crawled(tmp_path, site(city()))[2] == []
    grow_older(tmp_path, 30)
    assert crawled(tmp_path, site(city()))[2] == []  # reports of years long past
    grow_older(tmp_path, 61)
    assert statuses(crawled(tmp_path, site(city()))[2]) == [304] * 6


def test_a_lost_catalogue_is_filled_again_from_the_archive(tmp_path: Path) -> None:
    crawled(tmp_path, site(city()))
    before = reports(tmp_path)
    for file in (tmp_path / "changzhou").glob("catalogue.sqlite*"):
        file.unlink()
    status, printed, log = crawled(tmp_path, site(city()))
    assert (status, log) == (0, []), printed
    assert reports(tmp_path) == before
    assert notes(tmp_path)[0]["read"] == notes(tmp_path)[1]["read"]


def without(path: str, answer: Callable[[Request], Response | Script]) -> App:
    """The city with one page of it answered otherwise."""
    served = site(city())
    return lambda request: answer(request) if request.path == path else served(request)


SORRY = "<html><title>404</title><body>对不起，您访问的页面不存在。</body></html>".encode()


@pytest.mark.parametrize(
    ("answer", "name"),
    [
        (Response(404, [(b"Content-Type", b"text/html")], b"not here"), "gone"),
        (Response(410, [(b"Content-Type", b"text/html")], b"not here"), "gone"),
        (Response(200, [(b"Content-Type", b"text/html; charset=utf-8")], SORRY), "soft_404"),
    ],
)
def test_a_page_that_was_there(answer: Response, name: str, tmp_path: Path) -> None:
    crawled(tmp_path, site(city()))
    path = city().victim.path
    app = without(path, lambda _: answer)
    status, printed, _ = crawled(tmp_path, app, "-a", "recheck=0d")
    assert (status, verdict(printed)) == (3, "suspicious"), printed
    (gone,) = notes(tmp_path)[0]["gone"]
    assert gone["url"].endswith(path)
    assert (gone["why"], gone["year"]) == (name, 2023)
    assert re.search(rf"^gone +1 .*{path}", printed, re.MULTILINE)
    kept = sqlite3.connect(tmp_path / "changzhou" / "catalogue.sqlite")
    found = kept.execute("SELECT quality FROM reports WHERE capture = ?", (gone["capture"],))
    assert found.fetchone() == ("complete",)  # the archive still has it
    kept.close()


def test_a_page_that_left_the_lists_until_somebody_has_looked(tmp_path: Path) -> None:
    def run(organs: int, *more: str) -> tuple[int, dict[str, Any]]:
        status, printed, _ = crawled(tmp_path, site(city("sound", organs)), *more)
        assert "verdict" in printed, printed
        return status, notes(tmp_path)[0]

    assert run(4)[0] == 0
    status, note = run(3)
    assert (status, note["verdict"], note["base"]) == (3, "suspicious", False)
    said = json.dumps(note["reasons"])
    assert "2022: 3 reports listed, 4 the last time" in said
    assert "gone: 2 reports of earlier runs" in said
    assert [one["why"] for one in note["gone"]] == ["unlisted"] * 2
    assert run(3)[0] == 3  # it does not become right by being so for two days
    status, note = run(3, "-a", "accept=gone")
    assert (status, note["verdict"], note["base"]) == (0, "healthy", True)
    status, note = run(3)
    assert (status, len(note["gone"])) == (0, 2)  # still named, and no fault any more


def test_lists_that_were_not_seen_to_their_end_say_nothing_is_gone(tmp_path: Path) -> None:
    crawled(tmp_path, site(city()))
    status, printed, _ = crawled(tmp_path, site(city("sound", 3, "rows-renamed")))
    assert (status, verdict(printed)) == (3, "incomplete"), printed
    assert notes(tmp_path)[0]["gone"] == []
