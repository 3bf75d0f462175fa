"""Exchanges for tests of the archive: a run, plain exchanges, and any exchange at all."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from hypothesis import strategies as st

from archive.exchange import Exchange, Run, Tls

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


any_block = st.binary(max_size=300) | st.binary(max_size=200).map(
    lambda rest: b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + rest
)

any_exchange = st.builds(
    Exchange,
    id=st.uuids().map(str),
    url=st.text(max_size=60),
    method=st.sampled_from(("GET", "HEAD", "POST")),
    started=st.datetimes(
        min_value=dt.datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis wants it so
        timezones=st.sampled_from((dt.UTC, dt.timezone(dt.timedelta(hours=8)))),
    ),
    seconds=st.floats(0, 1e6),
    request=st.binary(max_size=200),
    response=any_block,
    interim=st.binary(max_size=60),
    ip=st.ip_addresses().map(str) | st.just(""),
    protocol=st.sampled_from(("", "http/1.0", "http/1.1")),
    tls=st.none() | st.builds(Tls, st.just("TLSv1.3"), st.just(("ab" * 32, "cd" * 32))),
    truncated=st.sampled_from((None, "disconnect", "time", "length")),
    error=st.none() | st.sampled_from(("dns", "reset")),
    detail=st.text(max_size=40),
    attempt=st.integers(1, 9),
    parent=st.none() | st.uuids().map(str),
    via=st.sampled_from(("", "redirect", "retry", "robots")),
    known=st.dictionaries(st.text(max_size=9), st.text(max_size=30), max_size=4),
)
"""Any exchange that could be told of: any bytes, any text."""
