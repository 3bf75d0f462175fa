"""`scrapy crawl changzhou` as an operator runs it: real processes, real faults, exit statuses."""

from __future__ import annotations

import collections
import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from archive import ledger
from tests import nursery
from tests.city.city import FORBIDDEN, City
from tests.city.message import Exchange, Response, Script
from tests.city.message import Request as Received
from tests.city.site import site
from tests.city.wire import serve
from tests.small_disk import on_small_disk

YEARS = range(2021, 2024)
CITY = City(4, YEARS)
COLD = ("env",)
"""A wrapper that changes nothing: the crawl is started as users start it, not by a warm parent."""


class Broken:
    """An item pipeline with a bug in it."""

    def process_item(self, item: object) -> object:
        raise ZeroDivisionError("a bug")


def command(*more: str) -> list[str]:
    return [sys.executable, "-m", "scrapy", "crawl", *more]


def surroundings(data: Path, port: int | None) -> dict[str, str]:
    where = "" if port is None else f"*=127.0.0.1:{port}"
    return {**os.environ, "NIANBAO_DATA": str(data), "CONNECT_TO": where}


def crawl(data: Path, port: int | None, *more: str, wrapper: Sequence[str] = ()) -> tuple[int, str]:
    """Exit status, and all that was printed."""
    asked, given = command("changzhou", *more), surroundings(data, port)
    if not wrapper:
        ran = nursery.run(asked, env=given, stderr=subprocess.STDOUT)
        return ran.returncode, ran.stdout
    ran = subprocess.run(
        [*wrapper, *asked],
        env=given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    return ran.returncode, ran.stdout


def verdict(printed: str) -> str:
    found = re.search(r"^verdict +(\w+)$", printed, re.MULTILINE)
    assert found, printed
    return found[1]


def notes(data: Path) -> list[dict[str, Any]]:
    """What the ledger holds of each run's end, the latest first."""
    opened = ledger.open_ledger(data / "changzhou")
    found = [dict(run.note or {}) for run in ledger.runs(opened)]
    opened.close()
    return found


def crawl_city(data: Path, *more: str, city: City = CITY) -> tuple[int, str, list[Exchange]]:
    with serve(site(city)) as server:
        status, printed = crawl(data, server.port, *more)
        return status, printed, server.settled()


@pytest.fixture
def sample_city() -> Iterator[int]:
    """The port of a sample city in a process of its own."""
    process = nursery.Popen(
        [
            sys.executable,
            "-m",
            "tests.city",
            "--port",
            "0",
            "--organs",
            "4",
            "--years",
            "2021-2023",
        ],
        stdout=subprocess.PIPE,
    )
    assert process.stdout
    port = re.search(r":(\d+)/", process.stdout.readline())
    assert port
    yield int(port[1])
    process.terminate()
    process.communicate()


def test_a_healthy_run(sample_city: int, tmp_path: Path) -> None:
    status, printed = crawl(tmp_path, sample_city, wrapper=COLD)
    assert (status, verdict(printed)) == (0, "healthy"), printed
    for year in YEARS:
        assert re.search(rf"^{year} +4 +4 +0 +0 +0 +4 +0 +0 ", printed, re.MULTILINE), printed
    assert str(tmp_path / "changzhou") in printed
    assert "python -m archive export" in printed
    note = notes(tmp_path)[0]
    assert (note["verdict"], note["exit_status"], note["reasons"]) == ("healthy", 0, [])
    catalogue = sqlite3.connect(tmp_path / "changzhou" / "catalogue.sqlite")
    assert catalogue.execute("SELECT count(DISTINCT url) FROM reports").fetchone() == (12,)
    catalogue.close()


def test_each_page_is_asked_for_once_and_nothing_else(tmp_path: Path) -> None:
    status, printed, log = crawl_city(tmp_path)
    assert status == 0, printed
    asked = collections.Counter(one.target for one in log if one.target != "/robots.txt")
    assert set(asked.values()) == {1}
    reports = {entry.path for entry in CITY.report_entries()}
    assert reports <= set(asked)
    lists = {f"{c.path}{f'/{n}' if n > 1 else ''}" for c in annual() for n in range(1, c.pages + 1)}
    requisites = {"/css/style.css", "/images/logo.png", "/js/common.js"}
    rosters = {entry.path for entry in CITY.entries.values() if "公布情况" in entry.title}
    assert len(rosters) == len(YEARS)
    assert set(asked) - reports == {"/gi_class/"} | lists | rosters | requisites
    assert not any(target.startswith(FORBIDDEN) for target in asked)


def annual() -> list[Any]:
    return [c for c in CITY.columns.values() if c.code.endswith(("_03", "_09"))]


@pytest.mark.parametrize(
    ("fault", "ends_as", "says"),
    [
        ("rows-renamed", "incomplete", "drifted .*selector 'list' of system 'changzhou'"),
        ("empty", "suspicious", "no report was found"),
        ("page-2-missing", "incomplete", "list_truncated .*gi_class/szfbgs_09"),
        ("total-lies", "incomplete", r"list_truncated .*states \d+ rows and shows \d+"),
        ("blocked-403", "incomplete", "blocked .*status 403"),
        ("blocked-412", "incomplete", "blocked .*status 412"),
        ("blocked-521", "incomplete", "blocked .*status 521"),
        ("soft-404", "suspicious", "soft_404 +12 "),
        ("empty-file", "suspicious", f"empty +1 .*{CITY.victim.path}"),
        ("no-report", "suspicious", f"unread +1 .*{CITY.victim.path}.*not_a_report"),
        ("robots-all", "refused", "refused .*robots.txt forbids"),
        ("robots-503", "refused", "refused .*robots.txt answers 503"),
    ],
)
def test_a_fault_reaches_the_exit_status(
    fault: str, ends_as: str, says: str, tmp_path: Path
) -> None:
    status, printed, log = crawl_city(tmp_path, city=City(4, YEARS, faults=[fault]))
    assert (status, verdict(printed)) == (3, ends_as), printed
    assert re.search(says, printed), printed
    note = notes(tmp_path)[0]
    assert (note["verdict"], note["exit_status"]) == (ends_as, 3)
    opened = ledger.open_ledger(tmp_path / "changzhou")
    kept = opened.execute("SELECT count(*) FROM exchanges").fetchone()[0]
    opened.close()
    assert kept == len(log) > 0  # what was wrong is in the archive


def test_a_server_that_stumbles_is_asked_again(tmp_path: Path) -> None:
    status, printed, log = crawl_city(tmp_path, city=City(4, YEARS, faults=["flaky"]))
    assert (status, verdict(printed)) == (0, "healthy"), printed
    assert any(b" 503 " in one.response[:20] for one in log)


def test_nobody_listens(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    status, printed = crawl(tmp_path, port, wrapper=COLD)
    assert (status, verdict(printed)) == (3, "incomplete"), printed
    assert re.search("unreachable .*refused", printed)


def test_a_page_that_leads_off_the_site(tmp_path: Path) -> None:
    portal = site(CITY)

    def app(request: Received) -> Response | Script:
        if request.path == CITY.victim.path:
            return Response(302, [(b"Location", b"http://www.example.com/gone")])
        return portal(request)

    with serve(app) as server:
        status, printed = crawl(tmp_path, server.port)
        log = server.settled()
    assert (status, verdict(printed)) == (3, "suspicious"), printed
    assert re.search("off_site .*http://www.example.com/gone", printed)
    assert {one.host for one in log} == {"www.changzhou.gov.cn"}


def test_a_redirect_to_a_page_already_listed_is_no_loss(tmp_path: Path) -> None:
    portal = site(CITY)

    def app(request: Received) -> Response | Script:
        if request.path.startswith("/gi_news/") and not request.tls:
            target = f"https://{request.host}{request.target}".encode()
            return Response(301, [(b"Location", target)])
        return portal(request)

    with serve(app) as server:
        status, printed = crawl(tmp_path, server.port)
    assert (status, verdict(printed)) == (0, "healthy"), printed


def test_a_bug_of_ours(tmp_path: Path) -> None:
    broken = json.dumps({"tests.test_crawl.Broken": 100})
    with serve(site(CITY)) as server:
        broken_run = ("-s", f"ITEM_PIPELINES={broken}")
        status, printed = crawl(tmp_path, server.port, *broken_run, wrapper=COLD)
    assert (status, verdict(printed)) == (1, "crashed"), printed
    assert "ZeroDivisionError was raised 12 times" in printed


def test_a_full_disk(tmp_path: Path) -> None:
    wrapper = on_small_disk(tmp_path, 1)
    with serve(site(City(12, range(2019, 2026)))) as server:
        not_waiting = ("-s", "WAIT_FOR_ROOM=0")
        status, printed = crawl(tmp_path / "small", server.port, *not_waiting, wrapper=wrapper)
    assert (status, verdict(printed)) == (4, "archive_failed"), printed
    assert "run again" in printed


def test_a_disk_with_no_room_to_begin(tmp_path: Path) -> None:
    (tmp_path / "changzhou").write_text("a file where the folder should be")
    status, printed = crawl(tmp_path, 1)
    assert status == 4, printed
    assert "changzhou" in printed


def stalled(request: Received) -> Response | Script:
    return Script([60.0], "close")


def test_a_second_run_is_told_of_the_first(tmp_path: Path) -> None:
    with serve(stalled) as server:
        first = nursery.Popen(
            command("changzhou"),
            env=surroundings(tmp_path, server.port),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            lock = tmp_path / "changzhou" / "lock"
            while not (lock.exists() and lock.read_text()):
                assert first.poll() is None
                time.sleep(0.05)
            status, printed = crawl(tmp_path, server.port)
        finally:
            first.kill()
            first.wait()
    assert status == 2, printed
    assert str(first.pid) in printed
    assert "verdict" not in printed


def test_an_interrupted_run_is_incomplete(tmp_path: Path) -> None:
    asked: list[str] = []
    portal = site(CITY)

    def app(request: Received) -> Response | Script:
        asked.append(request.path)
        answer = portal(request)
        return Script([2.0], "close") if "/gi_news/" in request.path else answer

    with serve(app) as server:
        run = nursery.Popen(
            command("changzhou"),
            env=surroundings(tmp_path, server.port),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        while not any("/gi_news/" in path for path in asked):
            assert run.poll() is None
            time.sleep(0.05)
        run.send_signal(signal.SIGINT)
        printed = run.communicate()[0]
    assert (run.returncode, verdict(printed)) == (3, "incomplete"), printed
    assert "shutdown" in printed
    assert notes(tmp_path)[0]["verdict"] == "incomplete"


def test_usage(tmp_path: Path) -> None:
    for arguments, says in (
        (["changzhou", "-a", "years=2025-2019"], "-a years=2019-2025"),
        (["changzuo"], "did you mean changzhou"),
        (["changzhou", "-s", "DOWNLOAD_DELAY=0"], "DOWNLOAD_DELAY"),
    ):
        ran = subprocess.run(
            command(*arguments),
            env=surroundings(tmp_path, None),
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 2, ran.stderr
        assert says in ran.stderr
    assert list(tmp_path.iterdir()) == []


def test_sample_and_real_captures_are_never_mixed(tmp_path: Path) -> None:
    assert crawl(tmp_path, 1)[0] == 3
    status, printed = crawl(tmp_path, None)
    assert status == 2, printed
    assert "sample" in printed


def test_help_has_examples() -> None:
    ran = subprocess.run(command("--help"), capture_output=True, text=True, check=True)
    assert "scrapy crawl changzhou -a years=2019-2025\n" in ran.stdout
    assert "exit status" in ran.stdout


def test_later_runs(tmp_path: Path) -> None:
    first = crawl_city(tmp_path)
    known = crawl_city(tmp_path, "-a", "recheck=30d")
    assert (first[0], known[0]) == (0, 0), known[1]
    reports = {entry.path for entry in CITY.report_entries()}
    assert not [one for one in known[2] if one.target in reports]
    assert [one for one in known[2] if one.target.startswith("/gi_class/")]
    assert notes(tmp_path)[0]["years"]["2021"] == {
        "listed": 4,
        "fetched": 0,
        "unchanged": 0,
        "known": 4,
        "lost": 0,
    }
    fewer = crawl_city(tmp_path, city=City(3, YEARS))
    assert (fewer[0], verdict(fewer[1])) == (3, "suspicious")
    assert "2021: 3 reports listed, 4 the last time" in fewer[1]
    sample = crawl_city(tmp_path, "-a", "sample=2", "-a", "recheck=0d")
    assert (sample[0], verdict(sample[1])) == (0, "sample"), sample[1]
    assert len([one for one in sample[2] if one.target in reports]) == 2
