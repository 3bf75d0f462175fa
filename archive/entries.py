"""The entries of the ledger: what it says of an exchange, a rendition, a run, a file.

`row` makes one of whatever was kept, whether it was just written or just read
back, so that a ledger can be made again from the WARC files alone.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from archive.exchange import KeptRendition, RecordSet, record_id, warc_date


@dataclasses.dataclass(frozen=True, slots=True)
class Entry:
    """A row of the ledger: one exchange, and the bytes that hold it."""

    id: str
    run: str
    url: str
    method: str
    role: str
    """What the page was asked for as; empty when the spider did not say."""
    via: str
    attempt: int
    parent: str | None
    started: str
    """WARC-Date of the set."""
    status: int | None
    content_type: str
    error: str | None
    truncated: str | None
    damage: str
    """Names from `archive.http.DAMAGE`, a space between them."""
    entity_sha256: str | None
    entity_length: int | None
    original: str | None
    """Id of the exchange whose entity this one repeats; None when it has its own."""
    response_id: str | None
    file: str
    """Name of the WARC file, without `.open`."""
    offset: int
    length: int
    sha256: str
    """Of the bytes of the set in the file."""
    known: Mapping[str, str]
    """What the spider knew when it asked."""


@dataclasses.dataclass(frozen=True, slots=True)
class RenditionEntry:
    """What a browser made of a document, and the record that holds it."""

    id: str
    """WARC-Record-ID."""
    exchange: str
    """Id of the document's exchange."""
    kind: str
    url: str
    made: str
    """WARC-Date."""
    content_type: str
    file: str
    """Name of the WARC file, without `.open`."""
    offset: int
    length: int
    sha256: str
    """Of the bytes of the record in the file."""


@dataclasses.dataclass(frozen=True, slots=True)
class RunEntry:
    """A run: `finished` and `note` are None when it was killed before its end."""

    id: str
    portal: str
    started: str
    sample: bool
    arguments: Mapping[str, str]
    version: str
    finished: str | None
    note: Mapping[str, Any] | None


@dataclasses.dataclass(frozen=True, slots=True)
class FileEntry:
    """A WARC file: `length` in bytes and `sha256` are None while it is open."""

    name: str
    run: str
    length: int | None
    sha256: str | None


def entry(found: RecordSet) -> Entry:
    """The row of a record set, the same whether it was just written or read back."""
    exchange, facts, place = found.exchange, found.facts, found.place
    return Entry(
        id=exchange.id,
        run=found.run,
        url=exchange.url,
        method=exchange.method,
        role=exchange.known.get("role", ""),
        via=exchange.via,
        attempt=exchange.attempt,
        parent=exchange.parent,
        started=warc_date(exchange.started),
        status=facts.status,
        content_type=facts.content_type,
        error=exchange.error,
        truncated=exchange.truncated,
        damage=" ".join(facts.damage),
        entity_sha256=facts.entity_sha256,
        entity_length=facts.entity_length,
        original=found.original.id if found.original else None,
        response_id=exchange.response_id if exchange.response else None,
        file=place.file,
        offset=place.offset,
        length=place.length,
        sha256=place.sha256,
        known=exchange.known,
    )


def rendition_entry(kept: KeptRendition) -> RenditionEntry:
    """The row of a rendition, the same whether it was just written or read back."""
    rendition, place = kept.rendition, kept.place
    return RenditionEntry(
        id=record_id(rendition.exchange, rendition.kind),
        exchange=rendition.exchange,
        kind=rendition.kind,
        url=rendition.url,
        made=warc_date(rendition.made),
        content_type=rendition.content_type,
        file=place.file,
        offset=place.offset,
        length=place.length,
        sha256=place.sha256,
    )


def row(kept: RecordSet | KeptRendition) -> Entry | RenditionEntry:
    """The row of whatever was kept."""
    return entry(kept) if isinstance(kept, RecordSet) else rendition_entry(kept)
