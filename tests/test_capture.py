"""Real crawls, over real sockets, against an origin that logs every byte."""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import hashlib
import os
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler

from archive import entries, ledger
from archive.exchange import RecordSet
from archive.folder import hold, warc_files
from archive.http import read_response
from archive.warc import read_sets
from archive.warcinfo import read_notes
from archive.writer import Writer
from crawler.tee import TappedPool, TeeError
from tests.city import message, wire
from tests.city.faults import FAULTS, with_faults
from tests.city.tls import server_context
from tests.crawling import crawl, run_job
from tests.exchanges import exchange, run
from tests.small_disk import on_small_disk
from tests.test_warc import checked_by

HOSTS = "*.changzhou.gov.cn"


def kept(data: Path) -> list[RecordSet]:
    """Every record set of the crawl, oldest first."""
    found = [one for path in warc_files(data / "asker") for one in read_sets(path)]
    return sorted(found, key=lambda one: one.exchange.started)


def origin(server: wire.Server) -> str:
    return f"{HOSTS}=127.0.0.1:{server.port}"


@dataclasses.dataclass(frozen=True)
class Faulty:
    """One crawl through every fault: what was asked and said, what the origin saw, what is kept."""

    data: Path
    asked: list[dict[str, Any]]
    said: list[dict[str, Any]]
    stats: dict[str, Any]
    log: list[message.Exchange]
    sets: list[RecordSet]


@pytest.fixture(scope="module", params=["http", "https"])
def faulty(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Faulty:
    data = tmp_path_factory.mktemp(request.param)
    base = f"{request.param}://www.changzhou.gov.cn/fault/"
    asked: list[dict[str, Any]] = [
        {"url": f"{base}{name}", "meta": {"known": {"role": "report", "title": f"{name} 年报"}}}
        for name in FAULTS
    ]
    asked += [{"url": f"{base}{name}?more={n}"} for name in ("gzip", "chunked") for n in range(15)]
    asked += [
        {"url": f"{base}gzip", "method": "HEAD"},
        {"url": f"{base}404", "method": "POST", "body": "a=1&b=%C4%EA"},
        {"url": f"{base}large?size=3000000", "meta": {"download_maxsize": 100_000}},
        {"url": f"{base}gzip-chunked?cut", "meta": {"download_maxsize": 2_000}},
        {"url": f"{request.param}://refused.example/"},
        {"url": f"{request.param}://no-such-host.invalid/"},
    ]
    with wire.serve(with_faults()) as server, socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
        closed.close()
        said, stats = crawl(
            data,
            asked,
            CONNECT_TO=f"{origin(server)}, refused.example=127.0.0.1:{port}",
            CONCURRENT_REQUESTS_PER_DOMAIN=8,
            DNS_TIMEOUT=3,
            DOWNLOAD_TIMEOUT=2,
            REDIRECT_MAX_TIMES=3,
            RETRY_TIMES=1,
        )
        log = server.settled()
    assert len(said) == len(asked)
    return Faulty(data, asked, said, stats, log, kept(data))


def test_the_archive_holds_the_very_bytes_of_the_wire(faulty: Faulty) -> None:
    on_wire = collections.Counter((one.request, one.response) for one in faulty.log)
    archived: collections.Counter[tuple[bytes, bytes]] = collections.Counter()
    cut = 0
    for one in (found.exchange for found in faulty.sets):
        if not one.request:
            assert one.error in {"dns", "refused"}
            continue
        received = one.interim + one.response
        if one.error == "too_large":
            # We left before the origin had sent all of it: what came is how it begins.
            (received,) = {
                sent for asked, sent in on_wire if asked == one.request if sent.startswith(received)
            }
            cut += 1
        archived[one.request, received] += 1
    assert archived == on_wire
    assert cut == 2
    assert len(on_wire) > 40


def test_there_is_one_set_and_one_row_for_every_exchange(faulty: Faulty) -> None:
    unsent = [found for found in faulty.sets if not found.exchange.request]
    assert len(unsent) == 4
    assert len(faulty.sets) == len(faulty.log) + len(unsent)
    assert faulty.stats["archive/exchanges"] == len(faulty.sets)
    opened = ledger.open_ledger(faulty.data / "asker")
    (this,) = ledger.runs(opened)
    rows = {row.id: row for row in ledger.exchanges(opened, this.id)}
    assert rows == {found.exchange.id: entries.entry(found) for found in faulty.sets}
    opened.close()


def test_the_spider_saw_what_the_archive_reads(faulty: Faulty) -> None:
    by_id = {found.exchange.id: found.exchange for found in faulty.sets}
    seen = [one for one in faulty.said if "status" in one]
    assert len(seen) > 40
    for one in seen:
        archived = by_id[one["exchange"]]
        response = read_response(archived.response, archived.method)
        assert response.status == one["status"]
        assert one["capture"] == archived.response_id
        if archived.method != "HEAD":
            assert one["sha256"] == hashlib.sha256(response.entity).hexdigest()
        assert not response.damage


def test_failures_have_their_names(faulty: Faulty) -> None:
    named = collections.defaultdict(set)
    for one in (found.exchange for found in faulty.sets):
        if one.error:
            named[one.url.partition("://")[2].removeprefix("www.changzhou.gov.cn/fault/")].add(
                (one.error, one.truncated, bool(one.response))
            )
            assert one.detail
    assert dict(named) == {
        "reset": {("reset", None, False)},
        "reset-mid-head": {("reset", "disconnect", True)},
        "reset-mid-body": {("short", "disconnect", True)},
        "short-body": {("short", "disconnect", True)},
        "stall": {("timeout", None, False)},
        "stall-mid-body": {("timeout", "time", True)},
        "large?size=3000000": {("too_large", "length", True)},
        "gzip-chunked?cut": {("too_large", "length", True)},
        "refused.example/": {("refused", None, False)},
        "no-such-host.invalid/": {("dns", None, False)},
    }


def test_redirects_and_retries_lead_back_to_what_they_follow(faulty: Faulty) -> None:
    by_id = {found.exchange.id: found.exchange for found in faulty.sets}
    chains: dict[str, list[tuple[str, int]]] = {}
    followed = {one.parent for one in by_id.values()}
    for last in by_id.values():
        if last.id in followed:
            continue
        chain = [last]
        while chain[0].parent:
            chain.insert(0, by_id[chain[0].parent])
        name = chain[0].url.rpartition("/")[2]
        chains[name] = [(one.via, one.attempt) for one in chain]
        assert {str(one.known) for one in chain} == {str(chain[0].known)}
    assert chains["redirect"] == [("", 1), ("redirect", 1), ("redirect", 1)]
    assert chains["redirect-loop"] == [("", 1), *[("redirect", 1)] * 3]
    assert chains["503-then-200"] == [("", 1), ("retry", 2)]
    assert chains["stall"] == [("", 1), ("retry", 2)]
    assert chains["chunked"] == [("", 1)]


def test_what_the_spider_knew_is_in_the_set(faulty: Faulty) -> None:
    titles = {found.exchange.known.get("title") for found in faulty.sets}
    assert {f"{name} 年报" for name in FAULTS} <= titles


def test_the_connection_is_told_of(faulty: Faulty) -> None:
    assert {found.exchange.ip for found in faulty.sets if found.exchange.request} == {"127.0.0.1"}
    answered = [found.exchange for found in faulty.sets if found.exchange.response]
    assert {one.protocol for one in answered} == {"http/1.0", "http/1.1"}
    tls = {one.tls for one in answered}
    if faulty.asked[0]["url"].startswith("https"):
        (one,) = tls
        assert one
        assert one.version == "TLSv1.3"
        assert [len(certificate) for certificate in one.certificates] == [64]
    else:
        assert tls == {None}
    assert len({one.connection for one in faulty.log}) < len(faulty.log)


def test_the_files_pass_the_checkers_of_others(faulty: Faulty) -> None:
    (path,) = warc_files(faulty.data / "asker")
    assert path.suffix == ".gz"
    assert checked_by("warcio", path) == checked_by("fastwarc", path) == ""
    # With -p it holds a revisit's payload digest against the block, which leaves the payload out.
    revisits = {one.exchange.response_id for one in faulty.sets if one.original}
    assert revisits
    complaint = checked_by("fastwarc", path, "-p")
    assert set(re.findall(r"<urn:uuid:\S+>", complaint)) == revisits
    (note,) = read_notes(path)
    assert note["counts"]["exchanges"] == len(faulty.sets)
    assert note["sample"] is True


def test_the_name_in_the_handshake_stays_that_of_the_host(tmp_path: Path) -> None:
    names: list[str | None] = []
    context = server_context()
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            accepted, _ = listening.accept()
            with context.wrap_socket(accepted, server_side=True) as tls:
                tls.recv(65536)
                tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")

        thread = threading.Thread(target=answer)
        thread.start()
        rule = f"*=127.0.0.1:{listening.getsockname()[1]}"
        said, _ = crawl(tmp_path, [{"url": "https://www.changzhou.gov.cn/"}], CONNECT_TO=rule)
        thread.join()
    assert [one["status"] for one in said] == [200]
    assert names == ["www.changzhou.gov.cn"]


def test_nothing_reaches_the_spider_before_it_is_synced(tmp_path: Path) -> None:
    """The crawl's own process tells of each sync and of each page, in the order they happen."""
    with wire.serve(with_faults()) as server:
        asked = [{"url": f"http://www.changzhou.gov.cn/fault/gzip?{n}"} for n in range(30)]
        said, _ = crawl(tmp_path, asked, spy=True, CONNECT_TO=origin(server))
    ends = {found.exchange.id: found.place.offset + found.place.length for found in kept(tmp_path)}
    synced = 0
    pages = 0
    for one in said:
        if "synced" in one:
            synced = one["synced"]
        else:
            assert ends[one["exchange"]] <= synced
            pages += 1
    assert pages == 30


def test_a_full_disk_stops_the_crawl_and_no_page_slips_through(tmp_path: Path) -> None:
    disk = on_small_disk(tmp_path, 1)
    asked = [{"url": f"http://www.changzhou.gov.cn/{n}"} for n in range(400)]
    with wire.serve(noise) as server:
        said, stats = crawl(tmp_path / "small", asked, disk, status=4, CONNECT_TO=origin(server))
    assert stats["finish_reason"] == "archive_failed"
    assert "make room" in stats["archive/failed"]
    found = {one.exchange.response_id for one in kept(tmp_path / "after")}
    seen = [one["capture"] for one in said if "status" in one]
    assert 10 < len(seen) < 400
    assert set(seen) <= found
    assert {one["error"] for one in said if "error" in one} <= {"ArchiveError"}


def noise(request: message.Request) -> message.Response:
    return message.Response(200, [(b"Content-Type", b"text/html")], os.urandom(20_000))


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "a handler that archives nothing": (
        {"DOWNLOAD_HANDLERS": {}},
        "name crawler.capture.CapturingHandler",
    ),
    "a rule that is none": ({"CONNECT_TO": "here"}, "write HOST"),
    "real captures beside samples": ({"CONNECT_TO": ""}, "holds sample captures"),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_crawl_that_cannot_be_captured_does_not_start(tmp_path: Path, name: str) -> None:
    settings, message = REFUSALS[name]
    writer = Writer(tmp_path / "asker", run(sample=True))
    writer.submit(exchange()).result()
    writer.close({})
    with wire.serve(with_faults()) as server:
        asked = [{"url": "http://www.changzhou.gov.cn/fault/empty"}]
        ran = run_job(tmp_path, asked, **{"CONNECT_TO": origin(server), **settings})
        assert ran.returncode == 1
        assert message in ran.stderr
        assert server.settled() == []


def test_an_answer_that_came_past_the_tee_stops_the_crawl(tmp_path: Path) -> None:
    handlers = dict.fromkeys(("http", "https"), "tests.crawling.PastTheTee")
    with wire.serve(with_faults()) as server:
        asked = [{"url": f"http://www.changzhou.gov.cn/fault/empty?{n}"} for n in range(40)]
        said, stats = crawl(
            tmp_path, asked, status=4, CONNECT_TO=origin(server), DOWNLOAD_HANDLERS=handlers
        )
    assert "past the tee" in stats["archive/failed"]
    assert stats["finish_reason"] == "archive_failed"
    assert {one["error"] for one in said} <= {"TeeError", "ArchiveError"}


def test_a_handler_without_the_pool_we_know_is_refused() -> None:
    with pytest.raises(TeeError, match=r"no connection pool at HTTP11DownloadHandler\._pool"):
        TappedPool.in_place_of(HTTP11DownloadHandler.__new__(HTTP11DownloadHandler))


def test_broken_connections_have_their_names(tmp_path: Path) -> None:
    """A server that hangs up, one that speaks no TLS, and one that speaks no HTTP."""
    answers = {"closed": b"", "tls": b"220 ready\r\n", "failed": b"220 ready\r\n\r\n"}
    asked = []
    with contextlib.ExitStack() as servers:
        for name, answer in answers.items():
            port = servers.enter_context(blunt(answer))
            scheme = "https" if name == "tls" else "http"
            asked.append({"url": f"{scheme}://127.0.0.1:{port}/{name}"})
        said, _ = crawl(tmp_path, asked, RETRY_ENABLED=False)
    assert all("error" in one for one in said)
    named = {found.exchange.url.rpartition("/")[2]: found.exchange for found in kept(tmp_path)}
    assert {name: one.error for name, one in named.items()} == {name: name for name in answers}
    assert named["failed"].response == answers["failed"]
    assert "ParseError" in named["failed"].detail
    assert named["tls"].tls is None
    assert named["closed"].request.startswith(b"GET /closed HTTP/1.1\r\n")


@contextlib.contextmanager
def blunt(answer: bytes) -> Iterator[int]:
    """A server that reads once, says its one sentence, and hangs up; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            accepted, _ = listening.accept()
            with accepted:
                accepted.recv(65536)
                accepted.sendall(answer)

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        thread.join()


def test_a_second_run_is_told_who_writes(tmp_path: Path) -> None:
    (tmp_path / "asker").mkdir()
    lock = hold(tmp_path / "asker")
    ran = run_job(tmp_path, [])
    lock.close()
    assert ran.returncode == 1
    assert f"LockedError: {tmp_path / 'asker'}" in ran.stderr
    assert f"process {os.getpid()}" in ran.stderr
