"""Runs that draw pages: gone on with, killed, without a browser, and through a whole city."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests import nursery
from tests.city.city import City
from tests.city.scripted import FOREIGN, by_script
from tests.city.site import site
from tests.city.wire import serve
from tests.crawling import command, crawl, run_job
from tests.drawing import HOST, Origin, asked, kept, processes_below, settings


def test_a_run_that_goes_on_draws_from_the_archive(chromium: str, tmp_path: Path) -> None:
    """A run that was killed after its page: the next asks for nothing, and keeps no second one."""
    with serve(Origin()) as server:
        more = settings(CONNECT_TO=f"*=127.0.0.1:{server.port}")
        killed = nursery.Popen(
            command(tmp_path, asked("/", "/restless"), **more), stdout=subprocess.PIPE
        )
        assert killed.stdout
        first = json.loads(killed.stdout.readline())
        killed.kill()
        killed.communicate()
        before = [one.target for one in server.settled()]
        (again,), stats = crawl(tmp_path, asked("/"), **more)
        after = [one.target for one in server.settled()][len(before) :]
    assert {"/", "/list"} <= set(before)
    assert set(after) <= {"/robots.txt"}
    assert stats["archive/replayed"] >= 5
    assert (again["exchange"], again["sha256"]) == (first["exchange"], first["sha256"])
    sets, renditions = kept(tmp_path)
    drawn = [one.kind for one in renditions if one.exchange == first["exchange"]]
    assert sorted(drawn) == ["dom", "pageinfo", "text", "view"]
    assert len({one.exchange.id for one in sets}) == len(sets)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_no_browser_is_left_behind(chromium: str, tmp_path: Path, number: int) -> None:
    with serve(Origin()) as server:
        more = settings(CONNECT_TO=f"*=127.0.0.1:{server.port}")
        crawling = nursery.Popen(
            command(tmp_path, asked("/restless", "/waiting"), **more), stdout=subprocess.DEVNULL
        )
        while sum(one.target == "/rows" for one in list(server.log)) < 5:
            time.sleep(0.05)
        family = processes_below(crawling.pid)
        crawling.send_signal(number)
        crawling.wait(30)
        give_up = time.monotonic() + 20
        while any(Path(f"/proc/{one}/exe").exists() for one in family):
            assert time.monotonic() < give_up
            time.sleep(0.05)
    assert len(family) > 3


def test_a_missing_browser_is_named(tmp_path: Path) -> None:
    with serve(Origin()) as server:
        said, _ = crawl(
            tmp_path,
            asked("/", "/waiting"),
            **settings(CONNECT_TO=f"*=127.0.0.1:{server.port}", BROWSER="no-such-browser"),
        )
        targets = {one.target for one in server.settled()}
    assert [one["error"] for one in said] == ["BrowserMissingError"] * 2
    assert targets == {"/robots.txt"}


def test_a_crawl_without_such_pages_knows_no_playwright(tmp_path: Path) -> None:
    with serve(Origin()) as server:
        ran = run_job(
            tmp_path,
            [{"url": f"http://{HOST}/list"}],
            ["env", "PYTHONPROFILEIMPORTTIME=1"],
            **settings(CONNECT_TO=f"*=127.0.0.1:{server.port}"),
        )
    assert ran.returncode == 0
    assert "scrapy.crawler" in ran.stderr  # imports are told
    assert "playwright" not in ran.stderr


def test_a_city_whose_lists_are_drawn_by_script(chromium: str, tmp_path: Path) -> None:
    city = City(2, range(2021, 2023))
    with serve(by_script(site(city))) as server:
        ran = nursery.run(
            [
                *(sys.executable, "-m", "scrapy", "crawl", "scripted"),
                *("-s", "SPIDER_MODULES=tests.drawing"),
            ],
            env={
                **os.environ,
                "NIANBAO_DATA": str(tmp_path),
                "CONNECT_TO": f"*=127.0.0.1:{server.port}",
            },
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert FOREIGN not in {one.host for one in server.settled()}
    sets, renditions = kept(tmp_path, "scripted")
    fetched = {one.exchange.url for one in sets if one.exchange.known.get("role") == "report"}
    assert fetched == {one.url for one in city.reports()}
    lists = {one.exchange.id for one in sets if one.exchange.known.get("role") == "list"}
    assert {one.exchange for one in renditions if one.kind == "dom"} == lists
