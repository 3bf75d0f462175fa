"""An exchange: one request on the wire and what came back. What all of the archive is about.

`crawler.capture` makes exchanges, `archive.writer` keeps them, `archive.warc`
is how they look in a file, `archive.ledger` is where to find them.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from typing import Literal

from archive.http import read_body, read_head

Truncated = Literal["disconnect", "time", "length"]

_NAMESPACE = uuid.UUID("6a1d3a52-6f0c-5d0b-9b4e-5e1f0f7a2c11")


@dataclasses.dataclass(frozen=True, slots=True)
class Tls:
    """The connection under HTTP: version as OpenSSL names it, SHA-256 of the chain, leaf first."""

    version: str
    certificates: tuple[str, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Exchange:
    """What happened on the wire once."""

    id: str
    """A UUID; it is that of the response's record id, and the others are derived from it."""
    url: str
    method: str
    started: dt.datetime
    """When the exchange began, in any time zone; kept to the microsecond."""
    seconds: float
    request: bytes
    """As sent; empty when no connection was made."""
    response: bytes
    """As received, from the status line of the final response on; may be empty."""
    interim: bytes = b""
    """The 1xx responses before it, as received."""
    ip: str = ""
    """The address really connected to; empty when there was none."""
    protocol: str = ""
    """`http/1.1` or `http/1.0`, from the status line."""
    tls: Tls | None = None
    truncated: Truncated | None = None
    error: str | None = None
    """Name of what went wrong: `dns`, `refused`, `timeout`, `reset`; None when nothing did."""
    detail: str = ""
    """The error in the words of the program that met it."""
    attempt: int = 1
    """1 at first, 2 for the first retry."""
    parent: str | None = None
    """Id of the exchange before this one, when this is a redirect or a retry; of the document, when
    the browser asks for what a page is made of."""
    via: str = ""
    """`redirect`, `retry`, `page` or `robots`; empty when the spider asked."""
    known: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What the spider knew when it asked."""

    def __post_init__(self) -> None:
        if self.started.tzinfo is None:
            raise ValueError("`started` needs a time zone")

    @property
    def response_id(self) -> str:
        """WARC-Record-ID of the response; of none when the response is empty."""
        return f"<urn:uuid:{self.id}>"


@dataclasses.dataclass(frozen=True, slots=True)
class Facts:
    """What the response block says about itself; empty when there is no readable one."""

    status: int | None = None
    content_type: str = ""
    transfer: str = ""
    """Transfer-Encoding, `chunked`."""
    entity_sha256: str | None = None
    """SHA-256 in hex of the body with its transfer coding undone."""
    entity_length: int | None = None
    damage: tuple[str, ...] = ()
    """Names from `archive.http.DAMAGE`."""


@dataclasses.dataclass(frozen=True, slots=True)
class Run:
    """One run of one portal; the warcinfo record of each of its files says all of this."""

    id: str
    portal: str
    started: dt.datetime
    sample: bool
    """Whether the captures come from a sample city."""
    arguments: Mapping[str, str]
    version: str
    """Of the code."""
    operator: str
    """Whom to write to about the crawl."""
    robots: str
    """`obey` or `ignore`."""
    resumes: tuple[str, ...] = ()
    """Ids of the runs that this one goes on with, the first begun first."""

    def __post_init__(self) -> None:
        if self.started.tzinfo is None:
            raise ValueError("`started` needs a time zone")


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Where a set is: file name without `.open`, offset and length in bytes, SHA-256 of those."""

    file: str
    offset: int
    length: int
    sha256: str


@dataclasses.dataclass(frozen=True, slots=True)
class Original:
    """The whole response whose entity a later one repeats, and where its set is."""

    id: str
    """Of its exchange."""
    uri: str
    """Its WARC-Target-URI."""
    date: str
    """Its WARC-Date."""
    file: str
    """Name of the WARC file, without `.open`."""
    offset: int


@dataclasses.dataclass(frozen=True, slots=True)
class RecordSet:
    """One exchange as the archive holds it."""

    exchange: Exchange
    facts: Facts
    run: str
    portal: str
    sample: bool
    place: Place
    original: Original | None
    """Where the entity stands, when it is kept as a revisit; None when it stands here."""


RenditionKind = Literal["dom", "view", "text", "pageinfo"]
"""The document as HTML, a picture of it, its text, and JSON on how it came about."""


@dataclasses.dataclass(frozen=True, slots=True)
class Rendition:
    """What a browser made of a document. An exchange has one of each kind at most."""

    exchange: str
    """Id of the document's exchange, which is in the archive already."""
    kind: RenditionKind
    url: str
    """Of the document, in ASCII, as a browser says it."""
    made: dt.datetime
    """In any time zone; kept to the microsecond."""
    content_type: str
    data: bytes

    def __post_init__(self) -> None:
        if self.made.tzinfo is None:
            raise ValueError("`made` needs a time zone")


@dataclasses.dataclass(frozen=True, slots=True)
class KeptRendition:
    """One rendition as the archive holds it."""

    rendition: Rendition
    place: Place


def is_whole(exchange: Exchange, facts: Facts) -> bool:
    """Whether an exchange has an entity, and nothing went wrong with it."""
    return (
        bool(facts.entity_length)
        and exchange.error is None
        and exchange.truncated is None
        and not facts.damage
    )


def warc_date(moment: dt.datetime) -> str:
    """A moment as WARC-Date has it: UTC to the microsecond."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def record_id(owner: str, part: str) -> str:
    """WARC-Record-ID of what belongs to an exchange or a run: `request`, `metadata`."""
    return f"<urn:uuid:{uuid.uuid5(_NAMESPACE, f'{owner} {part}')}>"


def look_at(exchange: Exchange) -> Facts:
    """Read the response block as far as the archive needs to find it again."""
    if not exchange.response:
        return Facts()
    head = read_head(exchange.response)
    if head is None:
        return Facts(damage=("head",))
    body, damage = read_body(exchange.response, head, exchange.method)
    content_type = head.values(b"content-type") or [b""]
    transfer = head.values(b"transfer-encoding") or [b""]
    return Facts(
        status=head.status,
        content_type=content_type[0].decode("latin-1"),
        transfer=transfer[0].decode("latin-1"),
        entity_sha256=hashlib.sha256(body).hexdigest(),
        entity_length=len(body),
        damage=tuple(sorted(head.damage | damage)),
    )
