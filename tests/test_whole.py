"""The main job as a user runs it: crawl the sample city, archive, read, export, read again."""

from __future__ import annotations

import csv
import dataclasses
import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archive.folder import warc_files
from archive.warc import read_sets
from tests import nursery
from tests.city import City
from tests.city.message import Exchange

ROOT = Path(__file__).parent.parent
ORGANS, YEARS, SEED = 12, "2019-2025", 7


@dataclasses.dataclass(frozen=True)
class Crawled:
    """A finished crawl of the sample city."""

    data: Path
    log: list[Exchange]
    printed: str
    status: int


def _run(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return nursery.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env={**os.environ, "NIANBAO_DATA": str(data)},
    )


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    """12 organs by 7 years, as `make crawl` crawls them."""
    folder = tmp_path_factory.mktemp("whole")
    data, log = folder / "data", folder / "wire.jsonl"
    city = ("--organs", str(ORGANS), "--years", YEARS, "--seed", str(SEED))
    crawl = (sys.executable, "-m", "scrapy", "crawl", "changzhou")
    done = _run(data, "tests.city", "--port", "0", *city, "--log", str(log), "--", *crawl)
    lines = log.read_text(encoding="utf-8").splitlines()
    exchanges = [Exchange.from_json(line) for line in lines]
    return Crawled(data, exchanges, done.stdout + done.stderr, done.returncode)


@pytest.fixture(scope="module")
def exported(crawled: Crawled) -> list[dict[str, Any]]:
    done = _run(crawled.data, "archive", "export", "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_verdict_is_healthy(crawled: Crawled) -> None:
    assert crawled.status == 0, crawled.printed
    assert "healthy" in crawled.printed


def test_every_report_and_every_cell_is_true(exported: list[dict[str, Any]]) -> None:
    city = City(ORGANS, range(2019, 2026), SEED)
    assert len(exported) == 84
    seen = set()
    for report in exported:
        truth = city.report_at(report["report"]["url"])
        assert truth is not None
        seen.add((truth.organ, truth.year))
        head = report["report"]
        assert (head["organ"], head["year"], head["form"]) == (truth.organ, truth.year, truth.form)
        assert (head["scope"], head["region_code"]) == (truth.scope, truth.region_code)
        assert (head["published"], head["title"]) == (truth.published, truth.title)
        assert head["quality"] == "complete"
        assert head["sample"] is True
        cells = {(c["table"], c["row"], c["column"]): c for c in report["cells"]}
        assert {k: (c["value"], c["status"]) for k, c in cells.items()} == {
            c.key: (c.value, c.status) for c in truth.cells
        }
        failed = {
            (f["check"], f["row"], f["column"])
            for f in report["findings"]
            if f["verdict"] == "fail"
        }
        assert failed == {tuple(planted) for planted in truth.planted}
    assert len(seen) == 84


def test_the_archive_holds_every_byte_of_the_wire(crawled: Crawled) -> None:
    sets = [found for path in warc_files(crawled.data / "changzhou") for found in read_sets(path)]
    kept = sorted((s.exchange.request, s.exchange.interim + s.exchange.response) for s in sets)
    sent = sorted((e.request, e.response) for e in crawled.log)
    assert len(kept) == len(sent) > 100
    assert kept == sent


def test_robots_came_first_and_each_page_once(crawled: Crawled) -> None:
    # Rules hold for a scheme and host: some lists lead to https.
    for tls in {exchange.tls for exchange in crawled.log}:
        paths = [exchange.target for exchange in crawled.log if exchange.tls == tls]
        assert paths[0] == "/robots.txt"
        assert len(paths) == len(set(paths))
    pages = [exchange.target for exchange in crawled.log if exchange.target != "/robots.txt"]
    assert len(pages) == len(set(pages))
    assert not [path for path in pages if path.startswith(("/search.php", "/stat.php", "/admin"))]


def test_pages_that_are_no_reports_are_left_alone(crawled: Crawled) -> None:
    city = City(ORGANS, range(2019, 2026), SEED)
    asked = {e.target for e in crawled.log if e.target.startswith("/gi_news/")}
    rosters = {e.path for e in city.entries.values() if e.title.endswith("公布情况")}
    assert rosters
    assert asked == {entry.path for entry in city.report_entries()} | rosters


def test_other_tools_read_the_files(crawled: Crawled) -> None:
    files = [str(path) for path in warc_files(crawled.data / "changzhou")]
    assert files
    sets = [found for path in files for found in read_sets(Path(path))]
    # FastWARC takes the digest of the block of a revisit for that of its payload.
    revisits = {found.exchange.response_id for found in sets if found.original}
    for tool, wrong in (
        (("warcio", "check", "-v"), set()),
        (("fastwarc", "check"), set()),
        (("fastwarc", "check", "-p"), revisits),
    ):
        done = subprocess.run(
            [Path(sys.executable).parent / tool[0], *tool[1:], *files],
            capture_output=True,
            check=False,
            text=True,
        )
        assert bool(done.returncode) == bool(wrong), done.stdout + done.stderr
        if tool[0] == "fastwarc":
            assert set(re.findall(r"<urn:uuid:\S+>", done.stdout + done.stderr)) == wrong


def test_reading_the_archive_again_gives_the_same_bytes(crawled: Crawled, tmp_path: Path) -> None:
    export = ("archive", "export", "--format", "jsonl", "--to")
    assert _run(crawled.data, *export, str(tmp_path / "live.jsonl")).returncode == 0
    (crawled.data / "changzhou" / "catalogue.sqlite").unlink()
    done = _run(crawled.data, "archive", "rebuild")
    assert done.returncode == 0, done.stderr
    assert "84 documents read" in done.stderr
    assert _run(crawled.data, *export, str(tmp_path / "again.jsonl")).returncode == 0
    live, again = ((tmp_path / f"{name}.jsonl").read_bytes() for name in ("live", "again"))
    assert len(live) > 1_000_000
    assert live == again


@pytest.mark.parametrize("fault", ["soft-404", "empty-file", "no-report"])
def test_pages_that_hold_no_report_are_read_alike_too(tmp_path: Path, fault: str) -> None:
    data = tmp_path / "data"
    city = ("--organs", "2", "--years", "2023-2024", "--fault", fault)
    crawl = (sys.executable, "-m", "scrapy", "crawl", "changzhou")
    done = _run(data, "tests.city", "--port", "0", *city, "--", *crawl)
    assert done.returncode == 3, done.stdout + done.stderr
    export = ("archive", "export", "--format", "jsonl")
    live = _run(data, *export).stdout
    assert _run(data, "archive", "rebuild").returncode == 0
    assert _run(data, *export).stdout == live
    qualities = [json.loads(line)["report"]["quality"] for line in live.splitlines()]
    assert len(qualities) == 4
    assert qualities.count("unread") == (4 if fault == "soft-404" else 1)


def test_tables_of_the_export_fit_together(crawled: Crawled, tmp_path: Path) -> None:
    done = _run(crawled.data, "archive", "export", "--format", "csv", "--to", str(tmp_path))
    assert done.returncode == 0, done.stderr
    rows = {
        path.stem: list(csv.DictReader(path.read_text("utf-8-sig").splitlines(keepends=True)))
        for path in tmp_path.glob("*.csv")
    }
    assert rows.keys() == {"reports", "cells", "indicators", "findings", "flags", "copies"}
    assert len(rows["reports"]) == 84
    assert len(rows["cells"]) == sum(len(r.cells) for r in City(ORGANS, seed=SEED).reports())
    captures = {row["capture"] for row in rows["reports"]}
    assert {row["capture"] for row in rows["cells"]} == captures
    blank = next(row for row in rows["cells"] if row["status"] == "blank")
    assert blank["value"] == ""


def test_every_report_leads_to_its_archived_page(
    crawled: Crawled, exported: list[dict[str, Any]]
) -> None:
    ledger = sqlite3.connect(crawled.data / "changzhou" / "ledger.sqlite")
    for report in exported:
        head = report["report"]
        rows = ledger.execute(
            "SELECT url, status FROM exchanges WHERE response_id = ?", (head["capture"],)
        ).fetchall()
        assert rows == [(head["url"], 200)]
    ledger.close()


def test_a_second_crawl_lists_as_much_and_is_healthy(crawled: Crawled, tmp_path: Path) -> None:
    data = tmp_path / "data"
    for _ in range(2):
        done = _run(
            data, "tests.city", "--port", "0", "--organs", "3", "--years", "2023-2024", "--",
            sys.executable, "-m", "scrapy", "crawl", "changzhou", "-a", "recheck=0d",
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
    latest = _run(data, "archive", "export", "--format", "jsonl").stdout.splitlines()
    every = _run(data, "archive", "export", "--format", "jsonl", "--every-capture")
    assert (len(latest), len(every.stdout.splitlines())) == (6, 12)
