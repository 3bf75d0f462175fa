"""Who is asked, whether, and when: seen in the origin's own log wherever it can be."""

from __future__ import annotations

import email.utils
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import tldextract.cache
from hypothesis import given
from hypothesis import strategies as st
from scrapy import Request
from scrapy.http import Response as Answer
from scrapy.utils.project import get_project_settings
from scrapy.utils.test import get_crawler

from crawler import faults, politeness, settings
from tests import nursery
from tests.city.message import Exchange, Response, Script, encode
from tests.city.message import Request as Received
from tests.city.wire import serve
from tests.crawling import crawl

SETTINGS: dict[str, Any] = {
    name: getattr(settings, name)
    for name in dir(settings)
    if name.isupper()
    and name not in {"ITEM_PIPELINES", "EXTENSIONS", "SPIDER_MIDDLEWARES", "COMMANDS_MODULE"}
} | {"LOG_LEVEL": "ERROR", "DOWNLOAD_DELAY": 0, "BACKOFF": 0.05}
"""The project's own settings, less what needs a portal; quick, for hosts that are none."""

App = Callable[[Received], Response | Script]


def asked(
    app: App, data: Path, urls: list[str], **changed: Any
) -> tuple[list[dict[str, Any]], list[Exchange]]:
    """What came of each address, and what the origin saw."""
    with serve(app) as server:
        said, _ = crawl(
            data,
            [{"url": url} for url in urls],
            **{**SETTINGS, "CONNECT_TO": f"*=127.0.0.1:{server.port}", **changed},
        )
        return sorted(said, key=lambda one: one["number"]), server.settled()


def page(text: str = "page", status: int = 200, **headers: str) -> Response:
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Response(status, [(b"Content-Type", b"text/plain"), *sent], text.encode())


def portal(rules: Response | Script, rest: App = lambda _: page()) -> App:
    return lambda request: rules if request.path == "/robots.txt" else rest(request)


FORBIDDING = page("User-agent: Nianbao\nDisallow: /secret/\n\nUser-agent: *\nDisallow: /\n")


def slowly(answer: Response, request: Received, seconds: float) -> Script:
    return Script([seconds, encode(answer, request)])


def test_a_hundred_forbidden_addresses_queued_at_once(tmp_path: Path) -> None:
    def app(request: Received) -> Response | Script:
        if request.path == "/robots.txt":
            return slowly(FORBIDDING, request, 0.5)  # all hundred wait for it
        return page()

    urls = [f"http://fresh.changzhou.gov.cn/secret/{number}" for number in range(100)]
    said, log = asked(app, tmp_path, urls, CONCURRENT_REQUESTS=100)
    assert [one["error"] for one in said] == ["RefusedError"] * 100
    assert [exchange.target for exchange in log] == ["/robots.txt"]


def test_rules_come_before_the_first_page_of_each_host(tmp_path: Path) -> None:
    hosts = ("www.changzhou.gov.cn", "gxj.changzhou.gov.cn", "jyj.changzhou.gov.cn")
    urls = [f"{scheme}://{host}/{n}" for n in range(5) for host in hosts for scheme in SCHEMES]
    said, log = asked(portal(FORBIDDING), tmp_path, [*urls, f"http://{hosts[0]}/secret/x"])
    assert [one.get("status", one) for one in said[:-1]] == [200] * len(urls)
    assert said[-1].get("error") == "RefusedError"
    for host in hosts:
        for tls in (False, True):
            seen = [one.target for one in log if one.host == host and one.tls == tls]
            assert seen[0] == "/robots.txt"
            assert sorted(seen[1:]) == ["/0", "/1", "/2", "/3", "/4"]


SCHEMES = ("http", "https")


@pytest.mark.parametrize(
    ("rules", "fetched"),
    [
        (page("not here", 404), True),
        (page("go away", 403), True),
        (page("", 200), True),
        (page("<html>a challenge, not rules</html>"), True),
        (page("busy", 503), False),
        (page("too many", 429), False),
        (page("User-agent: *\nDisallow: /"), False),
        (page("", 302, Location="/robots.txt"), True),
    ],
)
def test_what_each_answer_for_robots_txt_means(
    rules: Response, fetched: bool, tmp_path: Path
) -> None:
    said, log = asked(portal(rules), tmp_path, ["http://www.changzhou.gov.cn/page"])
    targets = [exchange.target for exchange in log]
    if fetched:
        assert said[0].get("status") == 200
        assert targets[-1] == "/page"
        assert "/page" not in targets[:-1]
    else:
        assert said[0].get("error") == "RefusedError"
        assert set(targets) == {"/robots.txt"}


def test_rules_that_fail_are_asked_for_again(tmp_path: Path) -> None:
    answers = iter((page("busy", 503), Script([], "reset"), page("")))

    def app(request: Received) -> Response | Script:
        if request.path == "/robots.txt":
            return next(answers)
        return page()

    said, log = asked(app, tmp_path, ["http://www.changzhou.gov.cn/page"])
    assert said[0].get("status") == 200
    assert [exchange.target for exchange in log] == ["/robots.txt"] * 3 + ["/page"]


def test_no_rules_to_be_had_from_a_dead_host(tmp_path: Path) -> None:
    said, log = asked(
        lambda _: Script([], "reset"),
        tmp_path,
        [f"http://dead.changzhou.gov.cn/{n}" for n in "abc"],
    )
    assert [one["error"] for one in said] == ["UnreachableError"] * 3
    assert [exchange.target for exchange in log] == ["/robots.txt"] * (1 + settings.RETRY_TIMES)


def test_one_connection_and_a_gap_between_requests(tmp_path: Path) -> None:
    delay = 0.4
    urls = [f"http://www.changzhou.gov.cn/{number}" for number in range(6)]
    said, log = asked(
        lambda request: slowly(page(), request, 0.1), tmp_path, urls, DOWNLOAD_DELAY=delay
    )
    assert [one["status"] for one in said] == [200] * 6
    assert len({exchange.connection for exchange in log}) == 1
    log.sort(key=lambda exchange: exchange.started)
    assert len(log) == 7
    for before, after in itertools.pairwise(log):
        assert after.started >= before.ended  # never two at once
        # A busy machine notes one request late, and the next in time.
        assert after.started - before.started > delay * 0.75
    assert log[-1].started - log[0].started > delay * len(urls) * 0.95


def test_never_two_at_once_without_a_delay_either(tmp_path: Path) -> None:
    urls = [f"{scheme}://www.changzhou.gov.cn/{n}" for n in range(10) for scheme in SCHEMES]
    said, log = asked(lambda request: slowly(page(), request, 0.02), tmp_path, urls)
    assert [one["status"] for one in said] == [200] * 20
    log.sort(key=lambda exchange: exchange.started)
    assert all(after.started >= before.ended for before, after in itertools.pairwise(log))


def test_retry_after_holds_for_the_whole_host(tmp_path: Path) -> None:
    rest = 2
    busy = iter([page("busy", 503, Retry_After=str(rest))])

    def app(request: Received) -> Response:
        return next(busy, page()) if request.path == "/busy" else page()

    names = ["busy", "1", "2", "3", "4", "5"]
    said, log = asked(app, tmp_path, [f"http://www.changzhou.gov.cn/{name}" for name in names])
    assert [one.get("status") for one in said] == [200] * 6
    log.sort(key=lambda exchange: exchange.started)
    refused = next(exchange for exchange in log if b" 503 " in exchange.response[:20])
    after = [one.started - refused.started for one in log if one.started > refused.started]
    assert after
    assert min(after) >= rest * 0.95
    assert sum(one.target == "/busy" for one in log) == 2


def test_a_crawl_delay_in_the_rules_is_kept(tmp_path: Path) -> None:
    app = portal(page("User-agent: *\nCrawl-delay: 0.7\n"))
    _, log = asked(app, tmp_path, [f"http://www.changzhou.gov.cn/{n}" for n in range(4)])
    log.sort(key=lambda exchange: exchange.started)
    assert len(log) == 5
    for before, after in itertools.pairwise(log[1:]):
        assert after.started - before.started > 0.7 * 0.95


def test_a_host_that_only_fails_is_left_alone(tmp_path: Path) -> None:
    urls = [f"http://www.changzhou.gov.cn/{number}" for number in range(12)]
    app = portal(page("", 404), lambda _: page("broken", 500))
    said, log = asked(app, tmp_path, urls, HOST_GIVE_UP=8, REST_LIMIT=0.1)
    assert len(log) == 1 + 8
    assert {one.get("error") for one in said if "status" not in one} == {"UnavailableError"}
    assert sum("error" in one for one in said) >= 8


def test_we_say_who_we_are(tmp_path: Path) -> None:
    _, log = asked(portal(page("")), tmp_path, ["http://www.changzhou.gov.cn/page"])
    for exchange in log:
        assert b"\r\nUser-Agent: Nianbao/" in exchange.request
        assert b"\r\nAccept-Encoding: gzip, deflate\r\n" in exchange.request
        assert b"\r\nAccept-Language: zh-CN" in exchange.request


@pytest.mark.parametrize("contact", ["", "mailto:office@example.org"])
def test_the_user_agent_names_a_contact(contact: str) -> None:
    printed = nursery.run(
        [sys.executable, "-m", "scrapy", "settings", "--get", "USER_AGENT"],
        env={**os.environ, "NIANBAO_CONTACT": contact},
        check=True,
    )
    assert printed.stdout.startswith("Nianbao/")
    assert (f"(+{contact})" in printed.stdout) == bool(contact)


def listening(process: int) -> set[str]:
    """Local addresses on which a process accepts connections."""
    sockets = set()
    for opened in Path(f"/proc/{process}/fd").iterdir():
        try:
            sockets.add(str(opened.readlink()))
        except FileNotFoundError:
            continue
    lines = Path(f"/proc/{process}/net/tcp").read_text().splitlines()[1:]
    rows = [line.split() for line in lines]
    return {row[1] for row in rows if row[3] == "0A" and f"socket:[{row[9]}]" in sockets}


def test_a_crawl_opens_no_port(tmp_path: Path) -> None:
    asked_for = []

    def app(request: Received) -> Response | Script:
        asked_for.append(request.path)
        return slowly(page("", 404), request, 30.0)

    with serve(app) as server:
        assert listening(os.getpid())  # the check sees a port that is there
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawl", "changzhou"],
            env={
                **os.environ,
                "NIANBAO_DATA": str(tmp_path),
                "CONNECT_TO": f"*=127.0.0.1:{server.port}",
            },
        )
        try:
            while not asked_for:
                assert process.poll() is None
                time.sleep(0.05)
            assert listening(process.pid) == set()
        finally:
            process.kill()
            process.wait()


def test_what_scrapy_leaves_open_is_closed() -> None:
    ours = get_project_settings()
    assert not ours.getbool("REMOTE_CONTROL_ENABLED")
    assert not ours.getbool("TELNETCONSOLE_ENABLED")
    assert ours.getbool("ROBOTSTXT_OBEY")
    assert ours.getint("CONCURRENT_REQUESTS_PER_DOMAIN") == 1
    assert ours.getfloat("DOWNLOAD_DELAY") >= 1
    assert ours.getfloat("DOWNLOAD_DELAY_JITTER") == 0
    assert not ours.getbool("HTTPCACHE_ENABLED")


def test_cookies_never_fetch_a_list_of_suffixes(monkeypatch: pytest.MonkeyPatch) -> None:
    def reach_out(*_: object, **__: object) -> None:
        raise AssertionError("tldextract went to the network or to its cache")

    monkeypatch.setattr("socket.getaddrinfo", reach_out)
    monkeypatch.setattr("requests.Session.send", reach_out)
    monkeypatch.setattr(tldextract.cache.DiskCache, "set", reach_out)
    cookies = politeness.Cookies.from_crawler(get_crawler())
    first = Request("http://www.changzhou.gov.cn/")
    headers = {"Set-Cookie": ["city=1; domain=.changzhou.gov.cn", "all=2; domain=.gov.cn"]}
    cookies.process_response(first, Answer(first.url, headers=headers))
    second = Request("http://gxj.changzhou.gov.cn/")
    cookies.process_request(second)
    assert second.headers["Cookie"] == b"city=1"


def test_on_site() -> None:
    mine = politeness.OnSite(SimpleNamespace(hosts=("changzhou.gov.cn",)))
    mine.process_request(Request("https://gxj.changzhou.gov.cn/class/PQFJPFCK"))
    with pytest.raises(faults.OffSiteError):
        mine.process_request(Request("https://changzhou.gov.cn.example.com/"))
    elsewhere = Request("https://rules.example.com/robots.txt", meta={"known": {"role": "robots"}})
    mine.process_request(elsewhere)


def test_retry_after() -> None:
    def wanted(value: str) -> float | None:
        return politeness.retry_after(Answer("http://x.cn/", headers={"Retry-After": value}))

    assert wanted("120") == 120
    assert wanted(" 0 ") == 0
    date = email.utils.formatdate(time.time() + 60, usegmt=True)
    soon = wanted(date)
    assert soon is not None
    assert 0 < soon <= 60
    assert wanted("Fri, 31 Dec 1999 23:59:59 GMT") == 0
    assert wanted("soon") is None
    assert wanted("") is None
    assert politeness.retry_after(Answer("http://x.cn/")) is None


@given(value=st.binary(max_size=40))
def test_any_retry_after_is_read_or_left(value: bytes) -> None:
    seconds = politeness.retry_after(Answer("http://x.cn/", headers={"Retry-After": value}))
    assert seconds is None or seconds >= 0


@given(failures=st.integers(1, 10_000))
def test_back_off_doubles(failures: int) -> None:
    rest = politeness.back_off(failures, 2.0)
    exact = 2.0 * 2 ** min(failures - 1, 16)
    assert 0.75 * exact <= rest <= 1.25 * exact
