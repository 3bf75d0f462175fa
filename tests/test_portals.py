"""`scrapy portals`: the fleet as ledgers, catalogues and rosters tell it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from pipelines import roster
from pipelines.document import Document
from tests import nursery
from tests.city.city import City
from tests.city.message import Request, Response, Script
from tests.city.site import site
from tests.city.wire import serve
from tests.test_crawl import command, crawl, surroundings

YEARS = range(2021, 2024)
CITY = City(4, YEARS)


def portals(data: Path, *more: str) -> str:
    ran = nursery.run(
        [sys.executable, "-m", "scrapy", "portals", *more],
        env={**os.environ, "NIANBAO_DATA": str(data), "COLUMNS": "100"},
        timeout=60,
    )
    assert (ran.returncode, ran.stderr) == (0, "")
    return ran.stdout


def as_json(data: Path) -> dict[str, Any]:
    return {one["portal"]: one for one in json.loads(portals(data, "--json"))}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A city with a report that its roster names and its lists do not lead to."""
    data = tmp_path_factory.mktemp("fleet")
    served, hidden = site(CITY), CITY.victim

    def app(request: Request) -> Response | Script:
        if request.path == hidden.path:
            return Response(404, [(b"Content-Type", b"text/html")], b"not here")
        return served(request)

    with serve(app) as server:
        assert crawl(data, server.port, "-a", "requisites=no")[0] == 3
    return data


def test_a_fleet_that_was_never_crawled(tmp_path: Path) -> None:
    fleet = as_json(tmp_path)
    assert {"changzhou", "nanjing", "suzhou"} <= fleet.keys()
    assert fleet["nanjing"]["system"] == "trs"
    assert all(one["last_run"] == "" and one["years"] == {} for one in fleet.values())
    assert re.search(r"^nanjing +南京市 +trs +never *$", portals(tmp_path), re.MULTILINE)
    assert list(tmp_path.iterdir()) == []  # looking leaves no trace


def test_what_is_covered(crawled: Path) -> None:
    one = as_json(crawled)["changzhou"]
    assert (one["verdict"], one["exit_status"], one["sample"]) == ("suspicious", 3, True)
    years = one["years"]
    assert list(years) == ["2021", "2022", "2023"]
    assert {year: seen["expected"] for year, seen in years.items()} == dict.fromkeys(years, 4)
    assert {year: seen["found"] for year, seen in years.items()} == {
        "2021": 4, "2022": 4, "2023": 3,
    }  # fmt: skip
    assert {seen["by"] for seen in years.values()} == {"roster"}
    assert years["2023"]["missing"] == [CITY.victim.organ.name]
    assert years["2022"]["missing"] == []


def test_a_table_for_a_terminal(crawled: Path) -> None:
    printed = portals(crawled)
    assert re.search(
        r"^changzhou +常州市 +changzhou +\d{4}-\d\d-\d\d +suspicious +4/4 +4/4 +3/4 +0 *$",
        printed,
        re.MULTILINE,
    ), printed
    assert max(map(len, printed.splitlines())) <= 100


def test_a_status_page(crawled: Path, tmp_path: Path) -> None:
    page = tmp_path / "STATUS.md"
    assert portals(crawled, "--markdown", str(page)) == ""
    written = page.read_text(encoding="utf-8")
    assert "| portal | city | system | last run | verdict | 2021 | 2022 | 2023 | gone |" in written
    assert re.search(r"^\| changzhou \| 常州市 \|.*\| 4/4 \| 3/4 \| 0 \|$", written, re.MULTILINE)
    assert f"- 2023, no report found: {CITY.victim.organ.name}" in written
    assert {line.count("|") for line in written.splitlines() if line.startswith("|")} == {10}


def test_documents_that_are_gone(tmp_path: Path) -> None:
    for organs in (4, 3):
        with serve(site(City(organs, YEARS))) as server:
            crawl(tmp_path, server.port, "-a", "requisites=no")
    gone = as_json(tmp_path)["changzhou"]["gone"]
    assert sorted(one["year"] for one in gone) == [2021, 2022, 2023]
    assert {one["why"] for one in gone} == {"unlisted"}
    page = tmp_path / "STATUS.md"
    portals(tmp_path, "--markdown", str(page))
    assert page.read_text(encoding="utf-8").count("- gone (unlisted): ") == 3


def test_a_crawl_that_is_running_is_left_alone(tmp_path: Path) -> None:
    asked, done = threading.Event(), threading.Event()
    served = site(CITY)

    def app(request: Request) -> Response | Script:
        if request.path == CITY.victim.path:
            asked.set()
            done.wait(60)
        return served(request)

    with (
        serve(app) as server,
        subprocess.Popen(
            command("changzhou", "-a", "requisites=no"),
            env=surroundings(tmp_path, server.port),
            stdout=subprocess.PIPE,
            text=True,
        ) as run,
    ):
        try:
            assert asked.wait(60)
            one = as_json(tmp_path)["changzhou"]
        finally:
            done.set()
        printed = run.communicate(timeout=60)[0]
    assert (one["verdict"], one["exit_status"]) == ("unfinished", None)
    assert run.returncode == 0, printed


def test_a_ledger_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "changzhou").mkdir()
    (tmp_path / "changzhou" / "ledger.sqlite").write_bytes(b"no ledger at all" * 100)
    assert "not a database" in as_json(tmp_path)["changzhou"]["trouble"]
    assert "unreadable" in portals(tmp_path)


def test_help_has_examples() -> None:
    ran = nursery.run(
        [sys.executable, "-m", "scrapy", "portals", "--help"],
        check=True,
    )
    assert "scrapy portals --markdown STATUS.md" in ran.stdout
    wrong = nursery.run([sys.executable, "-m", "scrapy", "portals", "changzhou"])
    assert wrong.returncode == 2


def test_organs_of_a_roster() -> None:
    def named(*rows: str) -> tuple[str, ...]:
        html = f"<meta charset=utf-8><table>{''.join(rows)}</table>"
        return roster.organs(Document("http://x.cn/", html.encode(), "text/html; charset=utf-8"))

    head = "<tr><th>序号</th><th>单位名称</th><th>公布时间</th></tr>"
    first = "<tr><td>1</td><td>市教育局</td><td>1月20日</td></tr>"
    assert named(head, first, first, "<tr><td></td><td>合计</td><td>2</td></tr>") == ("市教育局",)
    beside = "<tr><td>部门</td><td>日期</td><td>部门</td><td>日期</td></tr>"
    two = "<tr><td>市教育局</td><td>1</td><td>市民政局</td><td>2</td></tr>"
    assert named(beside, two) == ("市教育局", "市民政局")
    assert named("<tr><td>发布机构</td><td>市政府办</td></tr>", "<tr><td>文号</td></tr>") == ()
    assert roster.organs(Document("http://x.cn/", b"%PDF-1.4 torn")) == ()


def test_organs_named_with_and_without_the_city() -> None:
    named = ["市教育局", "常州市民政局", "市水利局"]
    assert roster.missing(named, {"常州市教育局", "民政局"}) == ["市水利局"]
    assert roster.missing(named, set()) == named
