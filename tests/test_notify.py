"""The verdict on its way to those who must know: real servers, real crawls."""

from __future__ import annotations

import email
import email.policy
import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import nursery
from tests.city.city import City
from tests.city.message import Response
from tests.city.site import site
from tests.city.wire import Server, serve


def crawl(data: Path, portal: Server, notify: str, *more: str) -> tuple[int, str]:
    ran = nursery.run(
        [sys.executable, "-m", "scrapy", "crawl", "changzhou", "-a", "requisites=no", *more],
        env={
            **os.environ,
            "NIANBAO_DATA": str(data),
            "CONNECT_TO": f"*=127.0.0.1:{portal.port}",
            "NIANBAO_NOTIFY": notify,
        },
        stderr=subprocess.STDOUT,
        timeout=120,
    )
    return ran.returncode, ran.stdout


@pytest.fixture
def hook() -> Iterator[Server]:
    """A webhook that takes whatever comes."""
    with serve(lambda _: Response(200, [], b"taken")) as server:
        yield server


def said(hook: Server) -> list[dict[str, str]]:
    return [json.loads(one.request.partition(b"\r\n\r\n")[2]) for one in hook.settled()]


class Mailbox:
    """A mail server that takes every mail, one connection after the other."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, connection.makefile("rwb", buffering=0) as stream:
                self._talk(stream)

    def _talk(self, stream: socket.SocketIO) -> None:
        stream.write(b"220 mailbox\r\n")
        while line := stream.readline():
            command = line[:4].upper()
            if command == b"DATA":
                stream.write(b"354 go on\r\n")
                lines = iter(stream.readline, b".\r\n")
                self.mails.append(b"".join(lines))
            stream.write(b"221 bye\r\n" if command == b"QUIT" else b"250 ok\r\n")
            if command == b"QUIT":
                return

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    box = Mailbox()
    yield box
    box.close()


def test_a_verdict_that_wants_somebody_to_look(
    tmp_path: Path, hook: Server, mailbox: Mailbox
) -> None:
    mail = f"mailto://127.0.0.1:{mailbox.port}?from=crawl@example.org&to=office@example.org"
    notify = f"json://127.0.0.1:{hook.port}/nianbao {mail}"
    with serve(site(City(3, range(2022, 2024), faults=["page-2-missing", "empty"]))) as portal:
        status, printed = crawl(tmp_path, portal, notify)
    assert status == 3, printed
    (one,) = said(hook)
    assert one["title"] == "changzhou: suspicious"
    assert "no report was found at all" in one["message"]
    assert "open the start addresses" in one["message"]
    assert str(tmp_path / "changzhou") in one["message"]
    (raw,) = mailbox.mails
    received = email.message_from_bytes(raw, policy=email.policy.default)
    assert received["Subject"] == "changzhou: suspicious"
    assert "office@example.org" in received["To"]
    body = received.get_body()
    assert body
    assert "no report was found at all" in body.get_content()


def test_a_healthy_verdict_is_sent_only_when_asked(tmp_path: Path, hook: Server) -> None:
    notify = f"json://127.0.0.1:{hook.port}/"
    with serve(site(City(3, range(2022, 2024)))) as portal:
        assert crawl(tmp_path, portal, notify)[0] == 0
        assert said(hook) == []
        assert crawl(tmp_path, portal, notify, "-s", "NOTIFY_ALWAYS=1")[0] == 0
    assert [one["title"] for one in said(hook)] == ["changzhou: healthy"]


def test_a_sender_that_fails_is_named_and_changes_nothing(tmp_path: Path, hook: Server) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    notify = (
        f"json://office:secret@127.0.0.1:{nobody}/ nonsense://secret json://127.0.0.1:{hook.port}"
    )
    with serve(site(City(3, range(2022, 2024)))) as portal:
        status, printed = crawl(tmp_path, portal, notify, "-s", "NOTIFY_ALWAYS=1")
    assert status == 0, printed
    assert f"was not sent to json://office:****@127.0.0.1:{nobody}/" in printed
    assert "cannot send to this nonsense address" in printed
    assert "secret" not in printed
    assert [one["title"] for one in said(hook)] == ["changzhou: healthy"]
