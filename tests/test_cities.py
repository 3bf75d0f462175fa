"""The fleet: every city's facts, and its walk over its fixture with the network off."""

from __future__ import annotations

import difflib
import json
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from crawler import facts, guards
from crawler.fixture import Fixture
from pipelines import regions
from tests.cities import KNOWN, SPIDERS, Sheet, sheet, sheets
from tests.city.standin import StandIn, spider

ROOT = SPIDERS.parent
FIXTURES = ROOT / "tests" / "fixtures"
SHEETS = {one.name: one for one in sheets()}
SHEET = pytest.mark.parametrize("one", SHEETS.values(), ids=SHEETS)

PREFECTURES = {f"32{number:02d}00" for number in range(1, 14)}
COUNTIES = {"320681", "320581", "320623", "320682", "320481"}


def run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        env={**os.environ, "NIANBAO_CONTACT": "mailto:tests@example.org", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        cwd=environment.get("PWD", ROOT),
    )


# The facts


def test_the_cities_of_jiangsu() -> None:
    assert {one.portal.region_code for one in SHEETS.values()} >= PREFECTURES | COUNTIES


def test_a_city_is_a_few_lines() -> None:
    lines = {one.name: one.code_lines for one in SHEETS.values()}
    assert min(lines.values()) > 4
    assert max(lines.values()) < 15, lines
    assert statistics.median(lines.values()) < 12, lines


@SHEET
def test_facts_hold_together(one: Sheet) -> None:
    portal = one.portal
    assert portal.city == regions.name_of(portal.region_code)
    assert portal.level == regions.level(portal.region_code)
    starts = facts.starts(portal)
    assert len(set(starts)) == len(starts)
    assert all(guards.on_site(url, portal.hosts) for url in starts)
    years = [year for year, _ in portal.floors]
    assert years == sorted(set(years))


@SHEET
def test_every_fact_says_how_it_is_known(one: Sheet) -> None:
    assert {"region_code", "system"} < set(one.known)
    for fact, comment in one.known.items():
        assert KNOWN.match(comment), (
            f"spiders/{one.name}.py: begin the comment on {fact!r} with `seen: ` and where, or"
            f" with `inferred: ` and from what; it is {comment!r}"
        )


# The walk, from the fixture


def replayed(folders: Iterable[Path]) -> dict[str, dict[str, Any]]:
    ran = run("tests.replayed", *map(str, folders))
    said = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    assert said, ran.stderr
    return {one["city"]: one for one in said}


@pytest.fixture(scope="module")
def fleet() -> dict[str, dict[str, Any]]:
    return replayed(sorted(path.parent for path in FIXTURES.glob("*/*.warc.gz")))


@SHEET
def test_a_walk_over_the_fixture_gives_the_golden_records(
    one: Sheet, fleet: dict[str, dict[str, Any]]
) -> None:
    fixture = Fixture(FIXTURES / one.name)
    assert one.name in fleet, f"record it: python -m tests.city --for {one.name} -- scrapy record"
    walked = fleet[one.name]
    assert walked["errors"] == {}
    assert walked["verdict"] in {"healthy", "sample"}, walked["reasons"]
    if fixture.holds(walked["golden"]):
        return
    reviewed = fixture.golden.read_text("utf-8") if fixture.golden.exists() else ""
    differences = difflib.unified_diff(
        reviewed.splitlines(), walked["golden"].splitlines(), "reviewed", "read now", n=1
    )
    shown = "\n".join(list(differences)[:40])
    pytest.fail(f"review {fixture.proposed}, rename it to golden.json if it is right:\n{shown}")


def test_no_fixture_is_without_a_city() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == set(SHEETS)


def test_fixtures_stay_small() -> None:
    assert sum(path.stat().st_size for path in FIXTURES.rglob("*.*")) < 1_500_000


def test_golden_records_are_true() -> None:
    """The sample city knows what is true of the reports that it has a fixture of."""
    for one in SHEETS.values():
        city = StandIn(one.portal)
        records = json.loads((FIXTURES / one.name / "golden.json").read_text("utf-8"))
        assert len(records) == sum(1 for _ in city.report_entries())
        for record in records:
            if not record["report"]["sample"]:
                continue
            truth = city.report_at(record["report"]["url"])
            assert truth, record["report"]["url"]
            assert record["report"]["organ"] == truth.organ
            assert record["report"]["year"] == truth.year
            printed: dict[str, list[str]] = {}
            for cell in truth.cells:
                row = printed.setdefault(f"{cell.table} {cell.row}", [])
                row.append(cell.raw or f"({cell.status})")
            assert record["tables"] == {row: " | ".join(raw) for row, raw in printed.items()}


def test_what_a_fixture_lacks_fails_by_name(tmp_path: Path) -> None:
    """Another city's walk under this city's name: nothing is asked of the network."""
    fixture = Fixture(tmp_path / "rudong")
    fixture.keep(Fixture(FIXTURES / "rugao").walk)
    walked = replayed([fixture.folder])["rudong"]
    assert walked["verdict"] == "incomplete"
    assert walked["errors"].keys() == {"not_archived"}
    assert "GET http://www.rudong.gov.cn/robots.txt" in walked["errors"]["not_archived"]
    assert not fixture.holds(walked["golden"])
    assert fixture.proposed.read_text("utf-8") == walked["golden"]


# Making a fixture


def test_a_fixture_is_made_and_reviewed(tmp_path: Path) -> None:
    record = ["scrapy", "record", "rudong", "-s", f"FIXTURES={tmp_path}"]
    command = ["tests.city", "--port", "0", "--for", "rudong", "--", sys.executable, "-m", *record]
    ran = run(*command)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    fixture = Fixture(tmp_path / "rudong")
    first = fixture.walk
    assert first.stat().st_size < 100_000
    assert not fixture.golden.exists()
    assert "golden.new.json" in ran.stdout
    fixture.proposed.rename(fixture.golden)
    ran = run(*command)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert fixture.walk != first
    assert f"{fixture.golden} holds" in ran.stdout
    assert not fixture.proposed.exists()
    assert replayed([fixture.folder])["rudong"]["golden"] == fixture.golden.read_text("utf-8")


def test_a_sample_of_a_portal_is_a_fixture_too(tmp_path: Path) -> None:
    """As of a real portal: some columns, on hosts of their own, and not all reports."""
    record = ["scrapy", "record", "suqian", "-s", f"FIXTURES={tmp_path}", "-a", "sample=2"]
    ran = run("tests.city", "--port", "0", "--for", "suqian", "--", sys.executable, "-m", *record)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    fixture = Fixture(tmp_path / "suqian")
    assert fixture.arguments() == {"sample": "2", "requisites": "no"}
    walked = replayed([fixture.folder])["suqian"]
    assert (walked["verdict"], walked["errors"]) == ("sample", {})
    assert walked["golden"] == fixture.proposed.read_text("utf-8")
    assert len(json.loads(walked["golden"])) == 2


def test_a_walk_that_fails_makes_no_fixture(tmp_path: Path) -> None:
    record = ("scrapy", "record", "rudong", "-s", f"FIXTURES={tmp_path}", "-s", "RETRY_TIMES=0")
    ran = run(*record, CONNECT_TO="*=127.0.0.1:1")
    assert ran.returncode == 3, ran.stdout + ran.stderr
    assert "stays as it was" in ran.stdout
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("connect_to", "more"), [("", []), ("*=127.0.0.1:1", ["--live"])])
def test_a_record_is_of_the_sample_city_or_live(connect_to: str, more: list[str]) -> None:
    ran = run("scrapy", "record", "rudong", *more, CONNECT_TO=connect_to)
    assert ran.returncode == 2
    assert "--live" in ran.stderr + ran.stdout


# A new city


@pytest.fixture
def workshop(tmp_path: Path) -> Path:
    """A project of its own, so that a file half done is in nobody's way."""
    shutil.copy(ROOT / "scrapy.cfg", tmp_path)
    (tmp_path / "spiders").mkdir()
    shutil.copy(SPIDERS / "__init__.py", tmp_path / "spiders")
    return tmp_path


def test_a_new_city(workshop: Path) -> None:
    place = {"PWD": str(workshop), "PYTHONPATH": str(ROOT)}
    ran = run("scrapy", "genspider", "-t", "city", "haian", "www.haian.gov.cn", **place)
    assert ran.returncode == 0, ran.stderr
    file = workshop / "spiders" / "haian.py"
    text = file.read_text("utf-8")
    assert "www.haian.gov.cn" in text
    for checked in (["check"], ["format", "--check"]):
        ruff = run("ruff", *checked, "--config", str(ROOT / "pyproject.toml"), str(file))
        assert ruff.returncode == 0, ruff.stdout
    unfilled = run("scrapy", "crawl", "haian", **place)
    assert unfilled.returncode == 2
    for fact in ("region_code", "system", "columns"):
        assert f"HaianSpider: the fact {fact!r}" in unfilled.stderr
    assert "as in region_code = '320400'" in unfilled.stderr
    assert "Traceback" not in unfilled.stderr
    shutil.copy(SPIDERS / "rudong.py", workshop / "spiders")
    data = {"NIANBAO_DATA": str(workshop / "data"), "CONNECT_TO": "*=127.0.0.1:1"}
    another = run("scrapy", "crawl", "rudong", "-s", "RETRY_TIMES=0", **place, **data)
    assert (another.returncode, "unreachable" in another.stdout) == (3, True), another.stderr
    assert "spiders/haian.py is left out" in another.stderr
    for blank, filled in (
        ('region_code = ""', 'region_code = "320685"'),
        ("import Column\n", "import Column, truecms\n"),
        ("system = None", "system = truecms.SYSTEM"),
        (
            'Column("", "")',
            'Column("市政府", "http://www.haian.gov.cn/hasrmzf/zfxxgknb/zfxxgknb.html")',
        ),
    ):
        assert blank in text
        text = text.replace(blank, filled)
    file.write_text(text, "utf-8")
    listed = run("scrapy", "list", **place)
    assert listed.stdout.split() == ["haian", "rudong"]
    assert listed.stderr == ""
    assert sheet(spider("rudong"), text).code_lines < 15
