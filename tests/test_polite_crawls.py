"""How a crawl behaves, seen in the origin's own log: several hosts, and a crawl after a crawl."""

from __future__ import annotations

import collections
import dataclasses
import itertools
from pathlib import Path

from archive.http import read_head
from tests.city.city import FORBIDDEN, City
from tests.city.message import Exchange, Response, Script
from tests.city.message import Request as Received
from tests.city.site import site
from tests.city.systems import changzhou
from tests.city.wire import serve
from tests.test_crawl import crawl
from tests.test_politeness import asked, page, slowly

HOSTS = ("www.changzhou.gov.cn", "gxj.changzhou.gov.cn", "jyj.changzhou.gov.cn")
DELAY = 0.5
LATE = 0.2
"""Seconds that a request may take to come in: the first of a connection waits for its opening."""


def by_host(log: list[Exchange]) -> dict[str, list[Exchange]]:
    found = collections.defaultdict(list)
    for one in sorted(log, key=lambda one: one.started):
        found[one.host].append(one)
    return found


def check_gaps(log: list[Exchange]) -> None:
    """Requests to one host never overlap, and the delay lies between any two."""
    for before, after in itertools.pairwise(log):
        assert after.started >= before.ended, (before.target, after.target)
        assert after.started - before.started >= DELAY - LATE, (before.target, after.target)
    # Over all of them what one was late is made up for.
    assert log[-1].started - log[0].started >= DELAY * (len(log) - 1) - LATE


def test_each_host_has_its_own_gap_and_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    urls = [f"http://{host}/{number}" for number in range(5) for host in HOSTS]
    said, log = asked(
        lambda request: slowly(page(), request, 0.05), tmp_path, urls, DOWNLOAD_DELAY=DELAY
    )
    assert [one.get("status") for one in said] == [200] * len(urls)
    hosts = by_host(log)
    assert set(hosts) == set(HOSTS)
    for seen in hosts.values():
        assert seen[0].target == "/robots.txt"
        assert len(seen) == 6
        assert len({one.connection for one in seen}) == 1
        check_gaps(seen)
    # Side by side: every host was begun before any was done.
    begun = max(seen[0].started for seen in hosts.values())
    assert begun < min(seen[-1].ended for seen in hosts.values())


def test_a_host_that_wants_a_rest_gets_it_and_no_other_waits(tmp_path: Path) -> None:
    rest, tired = 2.0, HOSTS[0]
    busy = iter([page("busy", 503, Retry_After=str(int(rest)))])

    def app(request: Received) -> Response | Script:
        return next(busy, page()) if (request.host, request.path) == (tired, "/0") else page()

    urls = [f"http://{host}/{number}" for number in range(4) for host in HOSTS]
    said, log = asked(app, tmp_path, urls, DOWNLOAD_DELAY=DELAY)
    assert [one.get("status") for one in said] == [200] * len(urls)
    hosts = by_host(log)
    refused = next(one for one in hosts[tired] if b" 503 " in one.response[:20])
    after = [one for one in hosts[tired] if one.started > refused.started]
    assert after[0].started - refused.ended >= rest - LATE
    meanwhile = [
        one
        for host in HOSTS[1:]
        for one in hosts[host]
        if refused.ended < one.started < after[0].started
    ]
    assert meanwhile


def test_a_crawl_after_a_crawl(tmp_path: Path) -> None:
    city = City(2, range(2022, 2024), cms=dataclasses.replace(changzhou.CMS, validators="sound"))
    reports = {entry.path for entry in city.report_entries()}
    logs = []
    for more in ((), ("-a", "recheck=0d")):
        with serve(site(city)) as server:
            status, printed = crawl(
                tmp_path, server.port, "-a", "requisites=no", "-s", f"DOWNLOAD_DELAY={DELAY}", *more
            )
            assert status == 0, printed
            logs.append(server.settled())
    for log in logs:
        for host, seen in by_host(log).items():
            assert host == city.cms.host
            assert seen[0].target == "/robots.txt"
            assert not [one for one in seen if one.target.startswith(FORBIDDEN)]
            check_gaps(seen)
        for origin in (False, True):  # https has rules of its own
            targets = [one.target for one in log if one.tls == origin]
            assert targets[:1] in ([], ["/robots.txt"])
    first, second = ([one for one in log if one.target in reports] for log in logs)
    assert len(first) == len(second) == len(reports)
    assert not any(b"\r\nIf-" in one.request for one in first)
    assert all(b"\r\nIf-None-Match: " in one.request for one in second)
    heads = [read_head(one.response) for one in second]
    assert [head.status for head in heads if head] == [304] * len(reports)
    carried = [sum(len(one.response) for one in log) for log in (first, second)]
    assert carried[1] < carried[0] / 10
