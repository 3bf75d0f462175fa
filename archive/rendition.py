"""Renditions: what a browser made of a document, as WARC records.

Each is a resource record of its own, `urn:dom:<url>`, `urn:view:<url>`,
`urn:text:<url>` or `urn:pageinfo:<url>`, as crawlers with a browser name them.
It stands somewhere behind the set of its document, in the same file or a later
one, and WARC-Concurrent-To names the response (or revisit) it was made of; the
standard wants no WARC-Refers-To in a resource record. Its id follows from
exchange and kind. The block is the payload, so its digest is said once, as
WARC-Block-Digest: FastWARC finds fault with any payload digest that is not of HTTP.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from archive.exchange import KeptRendition, Rendition, RenditionKind, record_id, warc_date
from archive.record import (
    OPEN,
    DamagedError,
    Record,
    place_of,
    read_records,
    render_record,
    target_uri,
)

KINDS: tuple[RenditionKind, ...] = get_args(RenditionKind)

_URI = re.compile(f"urn:({'|'.join(KINDS)}):(.*)")
_RESPONSE = re.compile(r"<urn:uuid:([^<>]+)>")


def render_rendition(rendition: Rendition) -> bytes:
    """The record of a rendition. The same arguments give the same bytes."""
    fields = [
        ("WARC-Date", warc_date(rendition.made)),
        ("WARC-Target-URI", f"urn:{rendition.kind}:{target_uri(rendition.url)}"),
        ("WARC-Concurrent-To", f"<urn:uuid:{rendition.exchange}>"),
        ("Content-Type", rendition.content_type),
    ]
    identity = record_id(rendition.exchange, rendition.kind)
    return render_record("resource", identity, fields, rendition.data)


def is_rendition(record: Record) -> bool:
    """Whether a record is one of a rendition; other resources are notes of runs."""
    uri = record.fields.get("WARC-Target-URI", "")
    return record.type == "resource" and _URI.fullmatch(uri) is not None


def kept_rendition(path: Path, record: Record) -> KeptRendition:
    """The rendition that a record of a file holds; raises DamagedError when it holds none."""
    fields = record.fields
    named = _URI.fullmatch(fields.get("WARC-Target-URI", ""))
    response = _RESPONSE.fullmatch(fields.get("WARC-Concurrent-To", ""))
    try:
        assert named
        assert response
        (kind,) = (kind for kind in KINDS if kind == named[1])
        rendition = Rendition(
            exchange=response[1],
            kind=kind,
            url=named[2],
            made=dt.datetime.fromisoformat(fields["WARC-Date"]),
            content_type=fields["Content-Type"],
            data=record.block,
        )
    except (AssertionError, KeyError, ValueError) as error:
        raise DamagedError(path, record.offset, f"no whole rendition ({error!r})") from error
    return KeptRendition(rendition, place_of(path, record.offset, record.length))


def read_renditions(path: Path) -> Iterator[KeptRendition]:
    """The renditions in a file in order; of a file still open those before a torn end.

    Raises DamagedError where a finished file is not whole.
    """
    try:
        for record in read_records(path):
            if is_rendition(record):
                yield kept_rendition(path, record)
    except DamagedError:
        if path.suffix != OPEN:
            raise


def read_rendition(path: Path, offset: int) -> Rendition:
    """The rendition at `offset`, where the ledger has it; raises DamagedError."""
    record = next(read_records(path, offset), None)
    if record is None:
        raise DamagedError(path, offset, "no record starts here")
    return kept_rendition(path, record).rendition
