"""Answers from the archive: the very ones that were given, in order, once; and no others."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from archive import source
from archive.folder import warc_files
from archive.record import DamagedError
from tests.city.city import City
from tests.city.message import Request as Received
from tests.city.message import Response, Script, encode
from tests.city.wire import serve
from tests.crawling import crawl, run_job
from tests.resuming import portal
from tests.test_crawl import crawl as crawl_portal
from tests.test_crawl import verdict

HOST = "http://www.changzhou.gov.cn"
REPLAY: dict[str, Any] = {"DOWNLOADER_MIDDLEWARES": {"crawler.replay.Replay": 900}}
TEXT = b"text/html; charset=gbk"


def odd(request: Received) -> Response | Script:
    """A host whose answers take every way through the download handler."""
    body = "年度报告".encode("gbk") * 50
    kind = (b"Content-Type", TEXT)
    answers = {
        "/plain": Response(
            200, [kind, (b"X-Name", b"\xc4\xea\xb1\xa8"), (b"Connection", b"close")], body
        ),
        "/cookies": Response(200, [kind, (b"Set-Cookie", b"a=1"), (b"Set-Cookie", b"b=2")], body),
        "/empty": Response(200, [kind], b""),
        "/moved": Response(302, [(b"Location", b"/plain")], b""),
        "/none": Response(204, [kind], b""),
        "/gone": Response(404, [kind], body),
        "/post": Response(200, [kind], request.body * 3),
    }
    if request.path == "/chunked":
        chunks = b"5;a=b\r\n12345\r\n3\r\n678\r\n0\r\nTrailer: yes\r\n\r\n"
        return Script([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks])
    if request.path == "/to-the-end":
        return Script([b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>page"], "close")
    if request.path == "/early":
        return Script([b"HTTP/1.1 103 Early\r\n\r\n" + encode(answers["/plain"], request)])
    return answers[request.path]


ASKED: list[dict[str, Any]] = [
    *({"url": HOST + path} for path in ("/plain", "/cookies", "/empty", "/none", "/gone")),
    *({"url": HOST + path} for path in ("/chunked", "/to-the-end", "/early", "/moved")),
    {"url": HOST + "/plain", "method": "HEAD"},
    {"url": HOST + "/post", "method": "POST", "body": "page=1"},
    {"url": HOST + "/post", "method": "POST", "body": "page=2"},
    {"url": HOST + "/plain#again"},
]


def by_number(said: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(said, key=lambda one: one["number"])


def test_an_archived_answer_is_the_one_that_was_given(tmp_path: Path) -> None:
    one_by_one: dict[str, Any] = {"CONCURRENT_REQUESTS": 1}
    with serve(odd) as server:
        to = f"*=127.0.0.1:{server.port}"
        live, _ = crawl(tmp_path, ASKED, CONNECT_TO=to, **one_by_one)
    again, stats = crawl(
        tmp_path / "nowhere", ASKED, REPLAY=str(tmp_path / "asker"), **REPLAY, **one_by_one
    )
    assert by_number(again) == by_number(live)
    assert [one["status"] for one in by_number(live)][:5] == [200, 200, 200, 204, 404]
    assert stats["archive/replayed"] == len(ASKED) + 1  # and what /moved leads to
    assert not (tmp_path / "nowhere").exists()


def test_answers_come_in_the_order_they_were_given_each_once(tmp_path: Path) -> None:
    given = iter(range(9))

    def counting(_: Received) -> Response:
        number = next(given)
        return Response(503 if number < 2 else 200, [], str(number).encode())

    with serve(counting) as server:
        asked = [{"url": HOST + "/", "dont_filter": True}]
        live, _ = crawl(tmp_path, asked, CONNECT_TO=f"*=127.0.0.1:{server.port}", RETRY_TIMES=3)
    twice = asked * 2
    again, stats = crawl(
        tmp_path,
        twice,
        REPLAY=str(tmp_path / "asker"),
        **REPLAY,
        RETRY_TIMES=3,
        CONCURRENT_REQUESTS=1,
    )
    assert [one["status"] for one in live] == [200]
    assert again[0] == live[0]
    assert again[1] == {"number": 1, "error": "NotArchivedError"}
    assert stats["archive/replayed"] == 3


def test_what_is_no_archive_of_ours(tmp_path: Path) -> None:
    with pytest.raises(source.NoArchiveError):
        source.of_files(tmp_path)
    (tmp_path / "a.warc.gz").write_bytes(b"nothing of the kind")
    with pytest.raises(DamagedError):
        source.of_files(tmp_path)
    ran = run_job(tmp_path, ASKED, REPLAY=str(tmp_path), **REPLAY)
    assert ran.returncode == 1
    assert "no whole gzip member" in ran.stderr


def test_a_portal_from_its_files(tmp_path: Path) -> None:
    """The whole walk with the network off: the same table and verdict, and nothing written."""
    with portal(City(3, range(2021, 2023))) as (server, _):
        status, live = crawl_portal(tmp_path / "data", server.port)
    assert status == 0, live
    files = tmp_path / "fixture"
    files.mkdir()
    for path in warc_files(tmp_path / "data" / "changzhou"):
        shutil.copy(path, files)
    nowhere = tmp_path / "nowhere"
    (file,) = files.iterdir()
    for where in (files, file):
        status, again = crawl_portal(nowhere, 1, "-s", f"REPLAY={where}")
        assert (status, verdict(again)) == (0, "healthy"), again
        assert again.splitlines()[:4] == live.splitlines()[:4]
        assert "nothing was written" in again
    assert not nowhere.exists()
    status, printed = crawl_portal(nowhere, 1, "-s", f"REPLAY={file}", "-a", "recheck=3d")
    assert status == 2, printed
    status, printed = crawl_portal(nowhere, 1, "-s", f"REPLAY={nowhere}")
    assert status == 2, printed


def test_a_page_that_the_files_lack(tmp_path: Path) -> None:
    """A run of two years has all lists, and not the reports of the third."""
    with portal(City(3, range(2021, 2024))) as (server, _):
        status, printed = crawl_portal(tmp_path, server.port, "-a", "years=2021-2022")
    assert status == 0, printed
    status, printed = crawl_portal(tmp_path, 1, "-s", f"REPLAY={tmp_path / 'changzhou'}")
    assert (status, verdict(printed)) == (3, "incomplete"), printed
    assert "not_archived          3  " in printed


def test_files_that_do_not_hold_together(tmp_path: Path) -> None:
    """Under another name a file is not the one that its revisits speak of: no run is healthy so."""
    with portal(City(3, range(2021, 2022))) as (server, _):
        status, printed = crawl_portal(tmp_path, server.port, "-a", "requisites=no")
        assert status == 0, printed
        status, printed = crawl_portal(tmp_path, server.port, "-a", "requisites=no")
    first, second = warc_files(tmp_path / "changzhou")
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.copy(second, alone)
    status, printed = crawl_portal(tmp_path, 1, "-s", f"REPLAY={alone}")
    assert (status, verdict(printed)) == (4, "archive_failed"), printed
    assert first.name in printed
