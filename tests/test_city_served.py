"""The sample city as it is served: lists lead to reports, and a fault changes what it says."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import lxml.html
import pytest

from tests.city import City, serve, site
from tests.city.city import FAULTS, Entry


@pytest.fixture(scope="module")
def city() -> City:
    return City()


class Visitor:
    """Asks the city for pages as the portal's visitors do, one connection a page."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, path: str, method: str = "GET") -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.request(method, path, headers={"Host": "www.changzhou.gov.cn"})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response, body

    def page(self, path: str) -> Any:
        response, body = self.get(path)
        assert response.status == 200, path
        parser = lxml.html.HTMLParser(encoding="utf-8")
        return lxml.html.document_fromstring(body, parser=parser)


def test_lists_lead_to_every_report_once(city: City) -> None:
    with serve(site(city)) as server:
        visitor = Visitor(server.port)
        directory = visitor.page("/gi_class/")
        assert "共12个部门" in directory.text_content()
        columns = directory.xpath('//table[@class="dept"]//a/@href')
        listed: Counter[str] = Counter()
        for path in columns:
            listed.update(walk(visitor, city, path))
    reports = {entry.number for entry in city.report_entries()}
    assert {number for number in listed if number in reports} == reports
    assert all(listed[number] == 2 for number in reports), "own column and joint column"
    assert set(listed) == set(city.entries)


def walk(visitor: Visitor, city: City, path: str) -> list[str]:
    """The numbers a column lists, page by page, held against what its pager states."""
    column = city.columns[path.rpartition("/")[2]]
    numbers: list[str] = []
    for page in range(1, column.pages + 1):
        one = visitor.page(f"{path}/{page}" if page > 1 else path)
        rows = one.xpath('//table[@class="box3"]//tr')
        by_query = visitor.page(f"{path}?page={page}").xpath('//table[@class="box3"]//a/@href')
        assert by_query == [row.xpath(".//a/@href")[0] for row in rows]
        stated = f"共{len(column.entries)}条 第{page}页/共{column.pages}页"
        assert stated in one.xpath('string(//div[@class="pages"])')
        assert len(rows) == (20 if page < column.pages else len(column.entries) - 20 * (page - 1))
        for row in rows:
            (link,) = row.xpath(".//a")
            entry = city.entry_at(link.get("href"))
            assert entry is not None
            assert link.get("title") == entry.title
            assert link.text == entry.title or entry.title.startswith(link.text.removesuffix("…"))
            assert row.xpath("string(td[2])") == f"{entry.moment:%Y-%m-%d}"
            numbers.append(entry.number)
    assert visitor.get(f"{path}/{column.pages + 1}")[0].status == 404
    return numbers


def test_links_come_in_every_style(city: City) -> None:
    links = [entry.link("h") for entry in city.columns["szfbgs_09"].entries]
    starts = Counter(link.partition("/gi_news/")[0] for link in links)
    assert starts.keys() == {"", "http://h", "https://h"}


def test_a_page_links_its_print_variant_and_forbidden_places(city: City) -> None:
    entry = city.victim
    truth = city.report_of(entry)
    with serve(site(city)) as server:
        visitor = Visitor(server.port)
        links = visitor.page(entry.path).xpath("//@href | //@src")
        assert entry.print_path in links
        robots = visitor.get("/robots.txt")[1].decode()
        for start in ("/search.php", "/admin/", "/stat.php"):
            assert f"Disallow: {start}\n" in robots
            assert any(link.startswith(start) for link in links)
        assert visitor.get("/search.php?q=1")[0].status == 200
    assert city.report_at(truth.print_url) == city.report_at(truth.url) == truth


def test_addresses_hold_the_time_of_publication(city: City) -> None:
    for entry in city.entries.values():
        assert len(entry.number) == 15
        assert str(entry.time) in (entry.number[2:12], entry.number[3:13])
    truth = city.report_of(city.victim)
    assert f"{city.victim.moment:%Y-%m-%d}" == truth.published


def answers(fault: str, entry: Entry) -> dict[str, tuple[int, bytes]]:
    """What a city with a fault answers to the addresses that matter."""
    paths = {
        "robots": "/robots.txt",
        "directory": "/gi_class/",
        "list": "/gi_class/szfbgs_09",
        "page 2": "/gi_class/szfbgs_09/2",
        "report": entry.path,
        "another": City().columns["jyj_03"].entries[0].path,
    }
    with serve(site(City(faults=[fault] if fault else []))) as server:
        visitor = Visitor(server.port)
        got = {name: visitor.get(path) for name, path in paths.items()}
    return {name: (response.status, body) for name, (response, body) in got.items()}


CHANGES = {
    "rows-renamed": {"list", "page 2"},
    "empty": {"list", "page 2"},
    "pager-gone": {"list", "page 2"},
    "article-renamed": {"report", "another"},
    "date-format-changed": {"list", "page 2"},
    "script-only-list": {"list", "page 2"},
    "page-2-missing": {"page 2"},
    "login-on-page-2": {"page 2"},
    "paging-down": {"page 2"},
    "first-page-again": {"page 2"},
    "pages-overlap": {"page 2"},
    "home-on-page-2": {"page 2"},
    "lists-sent-home": {"list", "page 2"},
    "links-scripted": {"list", "page 2"},
    "oldest-first": {"list", "page 2"},
    "total-lies": {"list", "page 2"},
    "blocked-403": {"directory", "list", "page 2", "report", "another"},
    "blocked-412": {"directory", "list", "page 2", "report", "another"},
    "blocked-521": {"directory", "list", "page 2", "report", "another"},
    "soft-404": {"report", "another"},
    "reports-gone": {"report", "another"},
    "captcha": {"report", "another"},
    "empty-file": {"report"},
    "no-report": {"report"},
    "unavailable": {"robots", "directory", "list", "page 2", "report", "another"},
    "robots-all": {"robots"},
    "robots-503": {"robots"},
    "changed-cell": {"report"},
}


@pytest.mark.parametrize("fault", sorted(CHANGES))
def test_a_fault_changes_what_it_says_and_nothing_else(city: City, fault: str) -> None:
    plain, faulty = answers("", city.victim), answers(fault, city.victim)
    assert FAULTS.keys() - CHANGES.keys() == {"flaky", "challenge-on-page-3"}
    assert {name for name in plain if plain[name] != faulty[name]} == CHANGES[fault]


def test_faults_by_their_marks(city: City) -> None:
    entry = city.victim
    assert b"box3" not in answers("rows-renamed", entry)["list"][1]
    assert "共0条 第1页/共1页" in answers("empty", entry)["list"][1].decode()
    assert answers("page-2-missing", entry)["page 2"][0] == 404
    stated = len(city.columns["szfbgs_09"].entries) + 7
    assert f"共{stated}条" in answers("total-lies", entry)["list"][1].decode()
    for status in (403, 412, 521):
        assert answers(f"blocked-{status}", entry)["directory"][0] == status
    missing = answers("soft-404", entry)["report"]
    assert missing[0] == 200
    assert "页面不存在" in missing[1].decode()
    assert answers("empty-file", entry)["report"] == (200, b"")
    assert "结果维持".encode() not in answers("no-report", entry)["report"][1]
    assert answers("unavailable", entry)["robots"][0] == 503
    assert b"Disallow: /\n" in answers("robots-all", entry)["robots"][1]


def test_flaky_city_recovers() -> None:
    with serve(site(City(faults=["flaky"]))) as server:
        visitor = Visitor(server.port)
        got = [visitor.get("/gi_class/")[0] for _ in range(15)]
    assert [number for number, response in enumerate(got, 1) if response.status == 503] == [7, 14]
    assert got[6].getheader("Retry-After") == "1"


def test_as_a_process(tmp_path: Path) -> None:
    log, truth = tmp_path / "log.jsonl", tmp_path / "truth.json"
    command = [sys.executable, "-m", "tests.city", "--port", "0", "--organs", "3"]
    command += ["--years", "2020-2021", "--log", str(log), "--truth", str(truth)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        response, body = Visitor(int(address.rstrip("/").rpartition(":")[2])).get("/robots.txt")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    assert response.status == 200
    (line,) = log.read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["host"] == "www.changzhou.gov.cn"
    said = json.loads(truth.read_text(encoding="utf-8"))
    wanted = [report.to_json() for report in City(3, [2020, 2021]).reports()]
    assert said["reports"] == json.loads(json.dumps(wanted))
    assert len(said["columns"]) == 3 * 3 + 1
    assert body.startswith(b"User-agent: *")
