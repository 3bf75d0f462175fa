"""The sample city holds what it claims: its truth is consistent, and on its pages."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import lxml.html
import pytest

from tests.city import City, TrueReport, serve, site
from tests.city import dress as dresses
from tests.city.city import FAULTS, Entry
from tests.city.figures import sound
from tests.city.pages import report, report_printed

if TYPE_CHECKING:
    from pathlib import Path
from typing import Any

T3 = (
    "natural_person",
    "commercial_enterprise",
    "research_institution",
    "public_welfare_org",
    "legal_service_org",
    "other_org",
    "total",
)
CHECKS = {"t3_row_sum", "t3_outcome_sum", "t3_balance", "t4_sum", "t2_stock"}


@pytest.fixture(scope="module")
def city() -> City:
    return City()


@pytest.fixture(scope="module")
def truths(city: City) -> list[TrueReport]:
    return list(city.reports())


def failing(truth: TrueReport) -> set[tuple[str, str, str]]:
    """The identities a report breaks, said once more in other words than the city's."""
    table: dict[str, dict[str, dict[str, float]]] = {}
    for cell in truth.cells:
        row = table.setdefault(cell.table, {}).setdefault(cell.row, {})
        row[cell.column] = cell.value or 0
    for cell in truth.cells:
        if cell.column == "total" and cell.value is None:
            row = table[cell.table][cell.row]
            row["total"] = sum(number for column, number in row.items() if column != "total")
    bad = set()
    for name, check in (("t3", "t3_row_sum"), ("t4", "t4_sum")):
        for key, row in table[name].items():
            if 2 * row["total"] != sum(row.values()):
                bad.add((check, key, ""))
    t3 = table["t3"]
    ends = t3.keys() - {"new_received", "carried_in", "total_processed", "carried_out"}
    for column in T3:
        done = t3["total_processed"][column]
        if done != sum(t3[row][column] for row in ends):
            bad.add(("t3_outcome_sum", "", column))
        came = t3["new_received"][column] + t3["carried_in"][column]
        if came - done - t3["carried_out"][column]:
            bad.add(("t3_balance", "", column))
    for key, row in table["t2"].items():
        if "in_force" in row and row["issued"] - row["repealed"] > row["in_force"]:
            bad.add(("t2_stock", key, ""))
    return bad


def test_one_report_per_organ_and_year(truths: list[TrueReport]) -> None:
    assert len({(truth.organ, truth.year) for truth in truths}) == len(truths) == 12 * 7
    assert Counter(len(truth.cells) for truth in truths) == {198: 2 * 12, 200: 5 * 12}
    assert len({truth.url for truth in truths}) == len(truths)


def test_planted_lists_are_exact(truths: list[TrueReport]) -> None:
    for truth in truths:
        assert set(truth.planted) == failing(truth), truth.url
        assert len(set(truth.planted)) == len(truth.planted)
    planted = [truth for truth in truths if truth.planted]
    assert 8 <= len(planted) <= 40
    assert {check for truth in planted for check, _, _ in truth.planted} == CHECKS


def test_years_fit_together(city: City) -> None:
    for organ in city.organs:
        figures = [sound(city.seed, organ, year) for year in city.years]
        for before, after in pairwise(figures):
            for column in T3:
                key = ("t3", "carried_out", column)
                assert before[key] == after["t3", "carried_in", column]
            for row in ("regulations", "normative_docs"):
                if ("t2", row, "in_force") in before:
                    gain = after["t2", row, "issued"] - after["t2", row, "repealed"]
                    assert after["t2", row, "in_force"] == before["t2", row, "in_force"] + gain
            if ("t2", "licensing", "items_change") in after:
                held = before["t2", "licensing", "items_prev_year"]
                held += before["t2", "licensing", "items_change"]
                assert after["t2", "licensing", "items_prev_year"] == held


def test_whole_city_publishes_later_than_its_organs(truths: list[TrueReport]) -> None:
    for truth in truths:
        year, month, _ = map(int, truth.published.split("-"))
        whole = truth.scope == "government_aggregate"
        assert whole == (truth.organ == "澄川市人民政府")
        assert year == truth.year + 1
        assert month in ((2, 3) if whole else (1,))
        assert truth.signed is None or truth.signed <= truth.published


def test_money_is_in_yuan_whatever_is_printed() -> None:
    amounts = [
        cell
        for truth in City(20, [2019, 2020]).reports()
        for cell in truth.cells
        if cell.column == "amount_yuan" and cell.value
    ]
    for cell in amounts:
        if cell.raw.endswith("万元"):
            assert cell.value == round(float(cell.raw.removesuffix("万元")) * 10_000)
        else:
            assert cell.raw == f"{cell.value}元"
    assert {cell.raw[-2:] == "万元" for cell in amounts} == {True, False}


def test_same_seed_same_bytes_and_a_larger_city_holds_the_smaller() -> None:
    small, again, large = City(5), City(5), City(9)
    for entry in small.report_entries():
        page = report(small, entry)
        assert page == report(again, entry) == report(large, entry)
    other = City(5, seed=8)
    assert not small.entries.keys() & other.entries.keys()


def find(element: Any, path: str) -> list[Any]:
    return list(element.xpath(path))


def squeezed(element: Any) -> str:
    return "".join(element.text_content().split())


def spread(table: Any) -> list[list[Any]]:
    """The rows of a table with spans filled in: an element stands wherever it reaches."""
    places: dict[tuple[int, int], Any] = {}
    rows = find(table, "./tr | ./tbody/tr | ./thead/tr")
    for y, row in enumerate(rows):
        x = 0
        for cell in find(row, "./td | ./th"):
            while (y, x) in places:
                x += 1
            for down in range(int(cell.get("rowspan", "1"))):
                for right in range(int(cell.get("colspan", "1"))):
                    assert (y + down, x + right) not in places, "spans collide"
                    places[y + down, x + right] = cell
    width = 1 + max(x for _, x in places)
    assert len(places) == width * len(rows), "the table has holes, or reaches below its end"
    return [[places[y, x] for x in range(width)] for y in range(len(rows))]


def figures_of(body: bytes, codec: str) -> dict[str, list[str]]:
    """The figures of the three tables in printed order, found by width and labels alone."""
    parser = lxml.html.HTMLParser(encoding=codec.removesuffix("-sig"))
    page = lxml.html.document_fromstring(body, parser=parser)
    (article,) = find(page, '//td[@class="GovInfoContent"]')
    found: dict[str, list[str]] = {"t2": [], "t3": [], "t4": []}
    for table in find(article, './/table[@class="MsoNormalTable"]'):
        grid = spread(table)
        if len(grid[0]) == 15:
            found["t4"] += map(squeezed, grid[3])
        for row in grid if len(grid[0]) == 10 else ():
            if "勾稽关系" not in squeezed(row[0]):
                found["t3"] += map(squeezed, row[3:])
        for row in grid if len(grid[0]) == 4 else ():
            label = squeezed(row[0])
            if label and label != "信息内容" and not label.startswith("第二十条"):
                found["t2"] += [squeezed(cell) for cell in dict.fromkeys(row[1:])]
    return found


def test_every_dress_shows_every_cell() -> None:
    worn: set[str] = set()
    city = City(24)
    for entry in city.report_entries():
        truth = city.report_of(entry)
        worn |= set(truth.dress)
        codec = dresses.charset(frozenset(truth.dress))
        wanted: dict[str, list[str]] = {"t2": [], "t3": [], "t4": []}
        for cell in truth.cells:
            wanted[cell.table].append(cell.raw)
        for page in (report(city, entry), report_printed(city, entry)):
            assert figures_of(page.encode(codec), codec) == wanted, (truth.url, truth.dress)
    assert worn == set(dresses.DRESSES)


def test_zero_blank_slash_and_dash_are_told_apart() -> None:
    seen = {
        (cell.status, cell.raw, cell.value is None)
        for truth in City(24).reports()
        for cell in truth.cells
        if cell.status != "reported" or cell.raw == "0"
    }
    assert seen == {
        ("blank", "", True),
        ("slash", "/", True),
        ("dash", "-", True),
        ("dash", "—", True),
        ("reported", "0", False),
    }


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


@pytest.mark.parametrize("seed", range(8))
def test_changed_cell_changes_one_cell(seed: int) -> None:
    plain, changed = City(2, seed=seed), City(2, seed=seed, faults=["changed-cell"])
    moved = [
        (one.key, before.url)
        for before, after in zip(plain.reports(), changed.reports(), strict=True)
        for one, other in zip(before.cells, after.cells, strict=True)
        if one != other
    ]
    assert moved == [(("t2", "licensing", "decisions"), plain.report_of(plain.victim).url)]


def test_flaky_city_recovers() -> None:
    with serve(site(City(faults=["flaky"]))) as server:
        visitor = Visitor(server.port)
        got = [visitor.get("/gi_class/")[0] for _ in range(15)]
    assert [number for number, response in enumerate(got, 1) if response.status == 503] == [7, 14]
    assert got[6].getheader("Retry-After") == "1"


def test_a_city_that_cannot_be() -> None:
    for organs, years, faults in (
        (1, [2021], []),
        (12, [2018], []),
        (12, [], []),
        (12, [2021], ["x"]),
    ):
        with pytest.raises(ValueError, match=r"organs|2019|no such fault"):
            City(organs, years, faults=faults)


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
