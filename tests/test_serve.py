"""The archive over HTTP: every capture as it was, and what leads to it."""

from __future__ import annotations

import gzip
import http.client
import re
from collections.abc import Iterator
from dataclasses import replace
from http.client import HTTPMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.__main__ import main
from archive.exchange import Original, look_at, warc_date
from archive.folder import warc_folder
from archive.memento import of_folder, of_package
from archive.record import target_uri
from archive.rendition import render_rendition
from archive.serve import Server
from archive.wacz import pack
from archive.warc import read_sets, render
from archive.warcinfo import render_info
from tests.exchanges import rendition, run
from tests.serving import AGAIN, ALL, GBK, HOST, PACKED, PLAIN, STAMP, serving


def ask(
    server: Server, path: str, method: str = "GET", **headers: str
) -> tuple[int, HTTPMessage, bytes]:
    """Status, headers and body as they come; `headers` with underscores for hyphens."""
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=30)
    try:
        connection.request(
            method, path, headers={name.replace("_", "-"): value for name, value in headers.items()}
        )
        answer = connection.getresponse()
        return answer.status, answer.msg, answer.read()
    finally:
        connection.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("serve") / "asker"
    warc_folder(folder).mkdir(parents=True)
    told, name = run(), "a.warc.gz"
    original = Original(PLAIN.id, target_uri(PLAIN.url), warc_date(PLAIN.started), name, 0)
    path = warc_folder(folder) / name
    path.write_bytes(
        b"".join(
            (
                render_info(told, name),
                *(render(one, look_at(one), told) for one in ALL),
                render_rendition(rendition(PLAIN, "dom")),
            )
        )
    )
    # Read back for the place of the original, which a revisit has to say.
    (place,) = (one.place for one in read_sets(path) if one.exchange.id == PLAIN.id)
    original = replace(original, offset=place.offset)
    other = warc_folder(folder) / "b.warc.gz"
    other.write_bytes(render_info(told, other.name) + render(AGAIN, look_at(AGAIN), told, original))
    pack(folder, [], folder.parent / "packed.wacz")
    with (
        of_package(folder.parent / "packed.wacz") as package,
        serving(Server(("127.0.0.1", 0), [of_folder(folder), package])) as running,
    ):
        yield running


@pytest.mark.parametrize("name", ["asker", "packed"])
def test_a_capture_as_it_was(server: Server, name: str) -> None:
    status, headers, body = ask(server, f"/{name}/{STAMP}id_/{HOST}/gbk")
    assert (status, body) == (200, GBK)
    assert headers["Content-Type"] == "text/html"
    assert headers["Memento-Datetime"] == "Sat, 31 Jan 2026 12:00:00 GMT"
    assert headers["X-Archive-Orig-Set-Cookie"] == "a=b"
    assert headers["Set-Cookie"] is None
    assert headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    for part in (
        f'<{HOST}/gbk>; rel="original"',
        f'</{name}/{HOST}/gbk>; rel="timegate"',
        f'</{name}/timemap/link/{HOST}/gbk>; rel="timemap"',
    ):
        assert part in headers["Link"]
    status, headers, body = ask(server, f"/{name}/{STAMP}id_/{HOST}/gbk", "HEAD")
    assert (status, headers["Content-Length"], body) == (200, str(len(GBK)), b"")


@pytest.mark.parametrize("name", ["asker", "packed"])
def test_the_content_coding_is_kept_for_those_who_take_it(server: Server, name: str) -> None:
    path = f"/{name}/{STAMP}id_/{PACKED.url}"
    status, headers, body = ask(server, path, Accept_Encoding="gzip, deflate")
    assert (status, headers["Content-Encoding"]) == (200, "gzip")
    assert body == gzip.compress(GBK, mtime=0)
    assert headers["Content-Type"] == "text/css; charset=gbk"
    status, headers, body = ask(server, path)
    assert (status, headers["Content-Encoding"], body) == (200, None, GBK)


@pytest.mark.parametrize("name", ["asker", "packed"])
def test_a_revisit_has_the_body_of_what_it_repeats(server: Server, name: str) -> None:
    status, headers, body = ask(server, f"/{name}/20260131120139id_/{AGAIN.url}")
    assert (status, headers["Content-Type"], body) == (200, "text/html", GBK)


def test_a_rendition(server: Server) -> None:
    status, headers, body = ask(server, f"/asker/20260131120001id_/urn:dom:{PLAIN.url}")
    assert (status, body) == (200, b"<p>page</p>")
    assert headers["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("2026id_/{}/gbk", STAMP + "id_/{}/gbk"),
        ("20260201id_/{}/gbk", STAMP + "id_/{}/gbk"),
        ("20260201000001id_/{}/gbk", "20260201120000id_/{}/gbk"),
        ("{}/gbk", "20260201120000/{}/gbk"),
        (STAMP + "mp_/{}/gbk", STAMP + "/{}/gbk"),
        (STAMP + "/{}/gz?a=1&b=%D6%D0", STAMP + "id_/{}/gz?a=1&b=%D6%D0"),
        ("20260131120006id_/{}/leads", "20260131120006id_/{}/gbk?x"),
        # Never back to itself: the answer at the other spelling of the address is meant.
        ("2026id_/{}/moved", "20260131120005id_/https://www.changzhou.gov.cn/moved"),
        ("2026id_/{}/busy", "20260131120100id_/{}/busy"),
        ("2026id_/http:/www.changzhou.gov.cn/gbk", STAMP + "id_/{}/gbk"),
    ],
)
def test_what_leads_on(server: Server, asked: str, leads_to: str) -> None:
    status, headers, _ = ask(server, f"/asker/{asked.format(HOST)}")
    assert (status, headers["Location"]) == (302, f"/asker/{leads_to.format(HOST)}")


def test_a_time_gate_goes_by_the_time_that_is_wished(server: Server) -> None:
    when = "Sat, 31 Jan 2026 13:00:00 GMT"
    status, headers, _ = ask(server, f"/asker/{HOST}/gbk", Accept_Datetime=when)
    assert (status, headers["Location"]) == (302, f"/asker/{STAMP}/{HOST}/gbk")
    assert headers["Vary"] == "accept-datetime"
    assert ask(server, f"/asker/{HOST}/gbk", Accept_Datetime="soon")[0] == 404
    assert ask(server, f"/asker/20261331id_/{HOST}/gbk")[0] == 404


def test_errors_are_captures_too(server: Server) -> None:
    assert ask(server, f"/asker/20260131120009id_/{HOST}/busy")[::2] == (503, b"busy")
    assert ask(server, f"/asker/20260131120007id_/{HOST}/gone")[::2] == (404, b"gone")


def test_a_time_map(server: Server) -> None:
    status, headers, body = ask(server, f"/asker/timemap/link/{HOST}/gbk")
    assert (status, headers["Content-Type"]) == (200, "application/link-format")
    lines = body.decode().splitlines()
    assert lines[0] == f'<{HOST}/gbk>; rel="original",'
    times = [line.split('datetime="')[1][:25] for line in lines if 'rel="memento"' in line]
    assert times == ["Sat, 31 Jan 2026 12:00:00", "Sun, 01 Feb 2026 12:00:00"]
    assert lines[-1].startswith(f"</asker/20260201120000id_/{HOST}/gbk>; ")


def test_the_first_page_leads_to_those_captured_last(server: Server) -> None:
    status, _, body = ask(server, "/")
    assert status == 200
    links = re.findall(r"<a href='([^']+)'>", body.decode())
    assert f"/asker/{STAMP}/{PLAIN.url}" in links or f"/asker/{STAMP}/{HOST}/gbk" in links
    assert [ask(server, link)[0] for link in links] == [200] * len(links)


def test_what_is_not_there(server: Server) -> None:
    status, headers, body = ask(server, f"/asker/2026/{HOST}/<script>")
    assert status == 404
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert b"<script>" not in body
    assert f"/asker/20260201120000/{HOST}/gbk".encode() in body
    status, _, body = ask(server, "/nobody/2026/x")
    assert status == 404
    assert b"asker, packed" in body
    assert ask(server, f"/asker/{STAMP}id_/{HOST}/gbk", "POST")[0] == 501
    assert b"11 captures" in ask(server, "/")[2]


def test_damage_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "torn"
    warc_folder(folder).mkdir(parents=True)
    told, path = run(), warc_folder(folder) / "a.warc.gz"
    path.write_bytes(render_info(told, path.name) + render(PLAIN, look_at(PLAIN), told))
    collection = of_folder(folder)
    path.write_bytes(path.read_bytes()[:200])
    with serving(Server(("127.0.0.1", 0), [collection])) as server:
        status, _, body = ask(server, f"/torn/{STAMP}id_/{HOST}/gbk")
    assert status == 500
    assert b"a.warc.gz" in body
    assert b"python -m archive verify" in body


PATHS = st.lists(
    st.sampled_from(
        [
            "/",
            "asker",
            "..",
            "%2e%2e",
            "%2f",
            "-",
            "worker.js",
            STAMP,
            "id_",
            "mp_",
            "timemap",
            "link",
            HOST,
            "gbk",
            "urn:dom:",
            "?",
            "*",
            "%00",
            "%0d%0a",
            "\xc4",
            "99999999999999",
        ]
    )
).map("".join)


@given(PATHS.filter(lambda path: path.isascii()), st.text("abc, :0123GMT", max_size=30))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_path_has_an_answer_that_is_meant(server: Server, path: str, when: str) -> None:
    status, headers, body = ask(server, "/" + path, Accept_Datetime=when)
    assert status in (200, 301, 302, 404)
    assert "root:" not in body.decode("latin-1")
    where = headers["Location"]
    assert where is None or where.startswith("/")
    assert not where or not where.startswith("//")


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serve", "--data", str(tmp_path)]) == 3
    assert main(["serve", "nobody", "--data", str(tmp_path)]) == 3
    assert "nobody is no portal in" in capsys.readouterr().err
    (tmp_path / "a.wacz").write_bytes(b"no package")
    assert main(["serve", str(tmp_path / "a.wacz")]) == 3
    assert "a.wacz" in capsys.readouterr().err
