"""Portals that turn a crawler away, in runs against real servers: what is asked, and what is said.

Nothing is asked a second time but where a cookie was handed out to come again with.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from archive import ledger
from tests import nursery
from tests.city.city import City
from tests.city.faults import with_faults
from tests.city.message import Exchange
from tests.city.site import site
from tests.city.wire import serve
from tests.crawling import crawl
from tests.test_politeness import SETTINGS

HOST = "http://www.example.gov.cn"
ALERT = b"\x15\x03\x01\x00\x02\x02\x46"
"""What a server answers to a handshake whose version it does not speak."""


def asked(data: Path, *faults: str) -> tuple[list[dict[str, Any]], dict[str, Any], list[Exchange]]:
    """What came of each fault's page, the statistics, and what the server saw."""
    with serve(with_faults()) as server:
        urls = [{"url": f"{HOST}/fault/{fault}"} for fault in faults]
        settings = {
            **SETTINGS,
            "CONNECT_TO": f"*=127.0.0.1:{server.port}",
            "COOKIES_ENABLED": True,
        }
        said, stats = crawl(data, urls, **settings)
        log = [one for one in server.settled() if one.target != "/robots.txt"]
    return said, stats, log


def test_a_challenge_that_its_cookie_opens_is_tried_twice(tmp_path: Path) -> None:
    (came,), stats, log = asked(tmp_path, "521")
    assert came["status"] == 200
    assert stats["guards/second_tries"] == 1
    first, second = log
    assert b"__jsluid_h" not in first.request
    cookie = b"Cookie: __jsluid_h=0f1e2d3c4b5a69788796a5b4c3d2e1f0"
    assert cookie in second.request
    assert b"__jsl_clearance" not in second.request  # what only a script would have set
    assert b"User-Agent: Nianbao/" in second.request


def test_what_no_cookie_opens_is_asked_for_once(tmp_path: Path) -> None:
    came, stats, log = asked(tmp_path, "403", "412", "html-200-error")
    assert [one["status"] for one in sorted(came, key=lambda one: one["number"])] == [403, 412, 200]
    assert "guards/second_tries" not in stats
    assert set(Counter(one.target for one in log).values()) == {1}


def test_a_challenge_that_nothing_opens_is_asked_for_twice_and_named(tmp_path: Path) -> None:
    city = City(2, range(2021, 2022), faults=["blocked-521"])
    status, verdict, log = run(tmp_path, city)
    assert (status, verdict["verdict"]) == (3, "incomplete")
    assert verdict["errors"]["blocked"] == {
        "count": 1,
        "example": "http://www.changzhou.gov.cn/gi_class/: status 521",
    }
    pages = Counter(one.target for one in log if one.target != "/robots.txt")
    assert pages == {"/gi_class/": 2}


@pytest.mark.parametrize("fault", ["robots-all", "robots-503"])
def test_rules_that_refuse_are_the_end_of_it(tmp_path: Path, fault: str) -> None:
    status, verdict, log = run(tmp_path, City(2, range(2021, 2022), faults=[fault]))
    assert (status, verdict["verdict"]) == (3, "refused")
    assert {one.target for one in log} == {"/robots.txt"}


def run(data: Path, city: City) -> tuple[int, dict[str, Any], list[Exchange]]:
    """A crawl from an address: its status, the note with its verdict, and the server's log."""
    with serve(site(city)) as server:
        ran = nursery.run(
            [
                *(sys.executable, "-m", "scrapy", "crawl", "portal"),
                *("-a", f"url=http://{city.cms.host}{city.cms.start}"),
            ],
            env={
                **os.environ,
                "NIANBAO_DATA": str(data),
                "CONNECT_TO": f"*=127.0.0.1:{server.port}",
            },
            timeout=120,
        )
        log = server.settled()
    opened = ledger.open_ledger(data / city.cms.host)
    note = next(ledger.runs(opened)).note
    opened.close()
    assert note, ran.stderr
    return ran.returncode, dict(note), log


def test_a_handshake_that_fails_has_a_name(tmp_path: Path) -> None:
    listening = socket.create_server(("127.0.0.1", 0))

    def refuse() -> None:
        while True:
            try:
                taken, _ = listening.accept()
            except OSError:
                return
            with taken:
                taken.recv(4096)
                taken.sendall(ALERT)

    thread = threading.Thread(target=refuse, daemon=True)
    thread.start()
    settings = {**SETTINGS, "CONNECT_TO": f"*=127.0.0.1:{listening.getsockname()[1]}"}
    (came,), _ = crawl(
        tmp_path, [{"url": "https://www.example.gov.cn/"}], **{**settings, "RETRY_TIMES": 0}
    )
    listening.shutdown(socket.SHUT_RDWR)
    listening.close()
    thread.join(10)
    assert came["error"] == "TlsError"
