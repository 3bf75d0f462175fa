"""A run, plain exchanges and renditions for tests of the archive."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from archive.exchange import Exchange, Rendition, RenditionKind, Run

NOON = dt.datetime(2026, 1, 31, 12, 0, tzinfo=dt.UTC)


def run(**facts: Any) -> Run:
    """A run that began just now; `facts` replace what it says."""
    said: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "portal": "asker",
        "started": dt.datetime.now(dt.UTC),
        "sample": True,
        "arguments": {},
        "version": "0.1.0",
        "operator": "mailto:tests@example.org",
        "robots": "obey",
    }
    return Run(**{**said, **facts})


def exchange(number: int = 0, body: bytes = b"page", **facts: Any) -> Exchange:
    """A GET answered with 200 and `body`; `facts` replace what it says."""
    said: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "url": f"http://www.changzhou.gov.cn/{number}.html",
        "method": "GET",
        "started": NOON + dt.timedelta(seconds=number),
        "seconds": 0.25,
        "request": b"GET /%d.html HTTP/1.1\r\nHost: www.changzhou.gov.cn\r\n\r\n" % number,
        "response": b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body) + body,
        "ip": "127.0.0.1",
        "protocol": "http/1.1",
        "known": {"role": "report"},
    }
    return Exchange(**{**said, **facts})


def rendition(of: Exchange, kind: RenditionKind = "dom", data: bytes = b"<p>page</p>") -> Rendition:
    """What a browser made of the document of an exchange, a second later."""
    made = of.started + dt.timedelta(seconds=1)
    return Rendition(of.id, kind, of.url, made, "text/html; charset=utf-8", data)
