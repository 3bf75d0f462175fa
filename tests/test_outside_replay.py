"""What others make of our archive: pywb replays it, cdxj-indexer indexes it, wacz validates it.

Each is a program in an environment of its own (`tests.outside`), and a process of its own.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.__main__ import main
from archive.exchange import RecordSet
from archive.folder import warc_files
from archive.index import Index, parse, timestamp, update
from archive.memento import of_folder
from archive.serve import Server
from archive.warc import read_sets
from tests.city.faults import FAULTS, with_faults
from tests.city.wire import serve
from tests.crawling import crawl
from tests.outside import program
from tests.serving import serving

BROKEN = {"reset", "reset-mid-head", "reset-mid-body", "stall", "stall-mid-body", "large"}
"""Faults after which there is nothing whole to replay, and one that is only large."""

UNREAD = "/fault/chunked-trailers"
"""pywb cannot read chunks with extensions, and gives them out as they stand in the file."""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two crawls of a sample city, the second of which finds nothing new, and one of all faults."""
    data = tmp_path_factory.mktemp("outside")
    city = [sys.executable, "-m", "tests.city", "--port", "0", "--organs", "3", "--years", "2021"]
    settings = ["-s", "REQUISITES_RECHECK=0"]
    for _ in range(2):
        subprocess.run(
            [*city, "--", sys.executable, "-m", "scrapy", "crawl", "changzhou", *settings],
            check=True,
            capture_output=True,
            env={**os.environ, "NIANBAO_DATA": str(data)},
        )
    with serve(with_faults()) as server:
        asked = [
            {"url": f"http://127.0.0.1:{server.port}/fault/{name}"}
            for name in FAULTS
            if name not in BROKEN
        ]
        crawl(data, [*asked, {**asked[0], "method": "HEAD"}], RETRY_TIMES=2)
    return data


def sets_of(folder: Path) -> list[RecordSet]:
    return [found for path in warc_files(folder) for found in read_sets(path)]


def whole(folder: Path) -> list[RecordSet]:
    """The exchanges that every player has to give back: whole answers with 200 to GET."""
    return [
        found
        for found in sets_of(folder)
        if (found.exchange.method, found.facts.status) == ("GET", 200)
        and not found.exchange.truncated
        and not found.exchange.error
    ]


@dataclasses.dataclass(frozen=True)
class Given:
    """What a player gave: status, type and coding of the body, and its digest."""

    status: int
    kind: str | None
    coding: str | None
    sha256: str


def ask(port: int, name: str, found: RecordSet) -> Given:
    exchange = found.exchange
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        path = f"/{name}/{timestamp(exchange.started)}id_/{exchange.url}"
        connection.request("GET", path, headers={"Accept-Encoding": "gzip, deflate, br"})
        answer = connection.getresponse()
        sha256 = hashlib.sha256(answer.read()).hexdigest()
        kind, coding = answer.getheader("Content-Type"), answer.getheader("Content-Encoding")
        return Given(answer.status, kind, coding, sha256)
    finally:
        connection.close()


@contextlib.contextmanager
def pywb(folder: Path) -> Iterator[int]:
    """A player at work on the collections below a folder; gives its port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    command = [program("pywb"), "--port", str(port), "--bind", "127.0.0.1", "-d", str(folder)]
    with (folder / "pywb.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            while True:
                assert process.poll() is None, (folder / "pywb.log").read_text()
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.1)
            yield port
        finally:
            process.terminate()
            process.wait()


def add(folder: Path, name: str, *files: Path, how: tuple[str, ...] = ()) -> None:
    """Make a collection of pywb's, indexed by pywb."""
    for command in (["init", name], ["add", *how, name, *map(str, files)]):
        ran = subprocess.run(
            [program("wb-manager"), *command],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr


def test_pywb_replays_every_whole_answer_byte_for_byte(data: Path, tmp_path: Path) -> None:
    assert main(["pack", "--data", str(data), "--portal", "changzhou", "--to", str(tmp_path)]) == 0
    collections = {"changzhou": data / "changzhou", "asker": data / "asker"}
    for name, folder in collections.items():
        add(tmp_path, name, *warc_files(folder))
    add(tmp_path, "packed", tmp_path / "changzhou.wacz", how=("--unpack-wacz",))
    collections["packed"] = data / "changzhou"
    assert any(found.original for found in whole(data / "changzhou"))
    assert {found.exchange.known["role"] for found in whole(data / "changzhou")} >= {
        "report",
        "requisite",
    }
    served = [of_folder(data / name) for name in ("changzhou", "asker")]
    with pywb(tmp_path) as port, serving(Server(("127.0.0.1", 0), served)) as server:
        for name, folder in collections.items():
            assert len(whole(folder)) > 15
            for found in whole(folder):
                ours = ask(server.server_address[1], folder.name, found)
                assert (ours.status, ours.sha256) == (200, found.facts.entity_sha256)
                assert ours.kind == (found.facts.content_type or None)
                theirs = ask(port, name, found)
                assert (theirs == ours) != found.exchange.url.endswith(UNREAD), found.exchange.url


def test_an_index_of_cdxj_indexer_has_the_same_lines(data: Path) -> None:
    for name in ("changzhou", "asker"):
        folder = data / name
        with Index(update(folder)) as index:
            ours = list(index)
        ran = subprocess.run(
            [program("cdxj-indexer"), *map(str, warc_files(folder))],
            check=True,
            capture_output=True,
        )
        lines = sorted(ran.stdout.splitlines(keepends=True))
        # The first exception: the note that ends a run is no capture, and has no status.
        theirs = [
            parse(line, "theirs") for line in lines if not line.startswith(b"urn:nianbao:run")
        ]
        assert ran.stdout
        kept = {(one.filename, one.offset) for one in ours}
        # The second: what no player can give back has no line here.
        left = {(one.filename, one.offset): one for one in theirs}
        pairs = [(one, left.pop((one.filename, one.offset))) for one in ours]
        starts = {(one.place.file, one.place.offset): one for one in sets_of(folder)}
        for place in left.keys() - kept:
            found = starts[place]
            assert (
                found.exchange.method == "HEAD"
                or "short" in found.facts.damage
                or found.exchange.truncated
            )
        differ = [(a, b) for a, b in pairs if dataclasses.replace(a, digest=b.digest) != b]
        assert differ == []
        # The third: it takes the digest of chunks and all.
        other = {(a.filename, a.offset) for a, b in pairs if a.digest != b.digest}
        assert other == {
            place for place, found in starts.items() if found.facts.transfer and not found.original
        }


def test_wacz_validates_a_package(data: Path, tmp_path: Path) -> None:
    assert main(["pack", "--data", str(data), "--to", str(tmp_path)]) == 0
    for name in ("changzhou", "asker"):
        ran = subprocess.run(
            [program("wacz"), "validate", "--file", str(tmp_path / f"{name}.wacz")],
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        assert "valid" in ran.stdout.lower()
