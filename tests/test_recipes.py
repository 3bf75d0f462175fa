"""The recipes of docs/recipes: each parses, says the same calendar, and starts a crawl."""

from __future__ import annotations

import datetime as dt
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import scrapy
from cronsim import CronSim

from tests.city.city import City
from tests.city.site import site
from tests.city.wire import serve
from tests.outside import SCRAPYD, program

PROJECT = Path(__file__).parent.parent
RECIPES = PROJECT / "docs" / "recipes"
HOME = "/srv/nianbao"
DAYS = [dt.date(2026, 1, 1) + dt.timedelta(days) for days in range(365)]
CALENDAR = [day for day in DAYS if day.month <= 4 or day.day == 1]
"""Daily from January to April, monthly otherwise."""


@pytest.fixture
def systemd_analyze() -> str:
    found = shutil.which("systemd-analyze")
    if not found:
        pytest.skip("systemd is not on this machine")
    return found


def test_systemd_units_are_valid(systemd_analyze: str, tmp_path: Path) -> None:
    units = []
    for recipe in RECIPES.glob("nianbao@.*"):
        unit = tmp_path / recipe.name.replace("@", "@changzhou")
        unit.write_text(recipe.read_text().replace(HOME, str(PROJECT)))
        units.append(str(unit))
    assert len(units) == 2
    if not (PROJECT / ".venv" / "bin" / "scrapy").exists():
        pytest.skip("the project has no .venv here, which ExecStart names")
    ran = subprocess.run(
        [systemd_analyze, "verify", "--man=no", *units],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


def test_the_calendar_of_systemd(systemd_analyze: str) -> None:
    lines = re.findall(r"^OnCalendar=(.*)$", (RECIPES / "nianbao@.timer").read_text(), re.MULTILINE)
    days = set()
    for line in lines:
        printed = subprocess.run(
            [systemd_analyze, "calendar", "--iterations=130", "--base-time=2025-12-31", line],
            env={**os.environ, "TZ": "Asia/Shanghai", "LC_ALL": "C"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        found = re.findall(r"(?:elapse|Iter[^:]*): \w{3} (\d{4}-\d\d-\d\d) 03:00:00 CST", printed)
        days |= {dt.date.fromisoformat(day) for day in found}
    assert sorted(day for day in days if day.year == 2026) == CALENDAR


def cron_lines(recipe: str) -> list[tuple[str, str, str]]:
    """Calendar, user and command of every line that is a job."""
    found = []
    for line in (RECIPES / recipe).read_text().splitlines():
        if line and not line.startswith("#") and not re.match(r"\w+=", line):
            *when, user, command = line.split(None, 6)
            found.append((" ".join(when), user, command))
    return found


@pytest.mark.parametrize("recipe", ["nianbao.cron", "scrapyd.cron"])
def test_the_calendar_of_cron(recipe: str) -> None:
    start = dt.datetime(2025, 12, 31, 12)  # noqa: DTZ001 - cron goes by the clock on the wall
    days = []
    for when, user, _ in cron_lines(recipe):
        assert user == "nianbao"
        jobs = CronSim(when, start)
        days += [job.date() for job in itertools.takewhile(lambda job: job.year < 2027, jobs)]
    assert sorted(day for day in days if day.year == 2026) == CALENDAR


def test_the_command_of_cron_crawls(tmp_path: Path) -> None:
    commands = {command for _, _, command in cron_lines("nianbao.cron")}
    (command,) = commands
    local = command.replace(HOME, str(PROJECT)).replace(
        ".venv/bin/scrapy", f"{sys.executable} -m scrapy"
    )
    assert "%" not in command  # cron makes a line end of it
    with serve(site(City(3, range(2022, 2024)))) as server:
        ran = subprocess.run(
            ["/bin/sh", "-c", f"{local} -a requisites=no"],
            env={
                "PATH": "/usr/bin:/bin",
                "NIANBAO_DATA": str(tmp_path),
                "CONNECT_TO": f"*=127.0.0.1:{server.port}",
            },
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    assert "verdict  healthy" in ran.stdout


def ask(address: str, **form: str) -> dict[str, Any]:
    data = urllib.parse.urlencode(form).encode() if form else None
    with urllib.request.urlopen(address, data, timeout=60) as answer:
        said: dict[str, Any] = json.load(answer)
        return said


@pytest.fixture
def scrapyd(tmp_path: Path) -> Iterator[str]:
    """Scrapyd by its recipe, started in a folder that shows the project; and the sample city."""
    daemon = program("scrapyd", SCRAPYD)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    for name in ("scrapy.cfg", "crawler", "spiders", "pipelines", "archive"):
        (tmp_path / name).symlink_to(PROJECT / name)
    recipe = (RECIPES / "scrapyd.conf").read_text()
    (tmp_path / "scrapyd.conf").write_text(recipe.replace("6800", str(port)))
    with serve(site(City(3, range(2022, 2024)))) as server:
        process = subprocess.Popen(
            [daemon],
            cwd=tmp_path,
            env={
                **os.environ,
                # The project's own packages, which the recipe installs Scrapyd beside.
                "PYTHONPATH": str(Path(scrapy.__file__).parent.parent),
                "NIANBAO_DATA": str(tmp_path / "data"),
                "CONNECT_TO": f"*=127.0.0.1:{server.port}",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            for _ in range(600):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                assert process.poll() is None
                time.sleep(0.05)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait()


def test_scrapyd_crawls(scrapyd: str, tmp_path: Path) -> None:
    (command,) = {command for _, _, command in cron_lines("scrapyd.cron")}
    form = dict(pair.split("=") for pair in re.findall(r"-d (\S+)", command))
    target = re.search(r"http://127\.0\.0\.1:6800(/\S+)", command)
    assert target
    job = ask(scrapyd + target[1], **form)
    assert job["status"] == "ok", job
    for _ in range(1200):
        jobs = ask(f"{scrapyd}/listjobs.json?project=default")
        if jobs["finished"]:
            break
        time.sleep(0.1)
    ran = subprocess.run(
        [sys.executable, "-m", "scrapy", "portals", "--json"],
        env={**os.environ, "NIANBAO_DATA": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=True,
    )
    (one,) = (one for one in json.loads(ran.stdout) if one["portal"] == form["spider"])
    assert (one["verdict"], one["exit_status"]) == ("healthy", 0)
