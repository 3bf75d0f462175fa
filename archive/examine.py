"""One WARC file looked at closely: what it holds, and every fault of it.

No digest, id or length that the file states is believed: all are worked out
again from the bytes, and compared. What a record must say is written down here
a second time (`_wanted`), apart from `archive.warc` that writes it: a mistake
there is found, not repeated. Behind a damaged member the reading goes on.
`archive.verify` and `archive.recover` stand on it.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from archive.exchange import Facts, KeptRendition, RecordSet, Run, look_at, record_id, warc_date
from archive.record import (
    FIELDS_TYPE,
    NOT_OURS,
    OPEN,
    DamagedError,
    Member,
    NoMemberError,
    Record,
    read_member,
    target_uri,
)
from archive.rendition import is_rendition, kept_rendition
from archive.warc import OriginalError, assemble
from archive.warcinfo import info_fields, run_of

LOST = "bring the file back from a copy; or move it away and delete the ledger, which is made again"
"""What to do about bytes that are gone."""

_GZIP = bytes.fromhex("1f8b0800000000000003")
"""How each member begins: deflate, no name, no time, no level, Unix."""

_PIECE = 1 << 16
_BEGINNING = 512
"""Bytes of a member that are surely enough to see that a record begins in it."""

Advance = Callable[[int], object]
Fields = tuple[tuple[str, str], ...]


def silent(_: int) -> None:
    """Tell nobody of progress."""


@dataclasses.dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it must be: where, what, and what to do."""

    path: Path
    offset: int | None
    """Byte of the file where the damaged record or set begins; None when it has no place."""
    what: str
    advice: str
    torn: bool = False
    """Whether it can be the end of a file whose writing was cut off."""

    def __str__(self) -> str:
        where = "" if self.offset is None else f" at byte {self.offset}"
        return f"{self.path}{where}: {self.what}; {self.advice}"


@dataclasses.dataclass(frozen=True, slots=True)
class Opening:
    """The warcinfo record of a file: its run, and the offset after it."""

    run: Run
    end: int


@dataclasses.dataclass(frozen=True, slots=True)
class Note:
    """The last record of a run: what it says, and the offset after it."""

    says: Mapping[str, Any]
    end: int


@dataclasses.dataclass(frozen=True, slots=True)
class _Found:
    """A record as it stands in the file, each line of its head by itself."""

    offset: int
    length: int
    fields: Fields
    block: bytes

    def value(self, name: str) -> str:
        return dict(self.fields).get(name, "")

    def record(self) -> Record:
        return Record(dict(self.fields), self.block, self.offset, self.length)


def read_file(
    path: Path,
    offset: int = 0,
    run: Run | None = None,
    advance: Advance = silent,
    *,
    originals: bool = True,
) -> Iterator[Opening | RecordSet | KeptRendition | Note | Fault]:
    """What a WARC file holds from `offset` on, and every fault of it, in the order they stand.

    `run` is the file's when reading begins behind its warcinfo record. A set
    with a fault in it is not given; one whose original is gone has no fault of its
    own, and is. `advance` is told of bytes that were read. Without `originals` no
    other file is looked at, and the response of a revisit is its head alone.
    """
    parts: dict[str, _Found] = {}
    behind_damage = False
    for member in _members(path, offset, advance):
        found = member if isinstance(member, Fault) else _parse(path, member)
        if isinstance(found, Fault):
            yield found
            parts, behind_damage = {}, True
            continue
        if isinstance(member, Member) and member.header != _GZIP:
            why = f"the gzip header is {member.header.hex()}, and must be {_GZIP.hex()}"
            yield Fault(path, found.offset, why, LOST)
        kind = found.value("WARC-Type")
        if kind == "warcinfo" and found.offset == 0:
            for part in _opening(path, found):
                run = part.run if isinstance(part, Opening) else run
                yield part
        elif run is None:
            yield Fault(path, 0, "no readable warcinfo record opens the file", LOST)
            return
        elif kind == "resource" and not parts:
            resource = _rendition if is_rendition(found.record()) else _note
            yield from resource(path, found, run)
        elif kind in _ORDER and all(_ORDER[other] < _ORDER[kind] for other in parts):
            parts[kind] = found
            if kind == "metadata":
                yield from _set(path, parts, run, behind_damage, originals)
                parts, behind_damage = {}, False
        else:
            yield Fault(path, found.offset, f"a record of type {kind!r} out of place", LOST)
            parts, behind_damage = {}, True
            if kind in _ORDER:
                parts[kind] = found
    if parts:
        start = min(part.offset for part in parts.values())
        yield Fault(path, start, "the file ends within a record set", LOST, torn=True)


_ORDER = {"response": 0, "revisit": 0, "request": 1, "metadata": 2}
"""Where the records of a set stand, by type."""


def _members(path: Path, offset: int, advance: Advance) -> Iterator[Member | Fault]:
    """The gzip members of a file; behind one that is damaged, from the next that begins."""
    with path.open("rb") as file:
        while True:
            end: int | None
            try:
                member = read_member(path, file, offset)
            except DamagedError as error:
                torn = isinstance(error, NoMemberError)
                yield Fault(path, offset, error.why, LOST, torn=torn)
                end = next_member(path, offset + 1)
            else:
                if member is None:
                    return
                yield member
                end = offset + member.length
            if end is None:
                return
            advance(end - offset)
            offset = end


def next_member(path: Path, offset: int) -> int | None:
    """The first offset from `offset` on where the gzip member of a record begins."""
    with path.open("rb") as file:
        while True:
            file.seek(offset)
            window = file.read(_PIECE)
            at = window.find(_GZIP[:3])
            while at >= 0 and (at + _BEGINNING <= len(window) or len(window) < _PIECE):
                if _begins(window[at : at + _BEGINNING]):
                    return offset + at
                at = window.find(_GZIP[:3], at + 1)
            if len(window) < _PIECE:
                return None
            offset += at if at >= 0 else len(window) - 2


def _begins(data: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(data, 10).startswith(b"WARC/1.1\r\n")
    except zlib.error:
        return False


def _parse(path: Path, member: Member) -> _Found | Fault:
    head, _, rest = member.data.partition(b"\r\n\r\n")
    version, *lines = head.decode("latin-1").split("\r\n")
    fields = tuple((name, value) for name, _, value in (line.partition(": ") for line in lines))
    if version != "WARC/1.1" or not head.isascii() or not rest.endswith(b"\r\n\r\n"):
        return Fault(path, member.offset, "a gzip member that is no WARC 1.1 record", LOST)
    return _Found(member.offset, member.length, fields, rest[:-4])


def _differences(found: _Found, kind: str, identity: str, wanted: Fields) -> Iterator[str]:
    """What a record's head says, and must not, and what it must say, and does not."""
    digest = f"sha256:{hashlib.sha256(found.block).hexdigest()}"
    first = (("WARC-Type", kind), ("WARC-Record-ID", identity))
    last = (("WARC-Block-Digest", digest), ("Content-Length", str(len(found.block))))
    expected = (*first, *wanted, *last)
    missing, more = Counter(expected) - Counter(found.fields), Counter(found.fields)
    more -= Counter(expected)
    for name, value in missing:
        said = " and ".join(other for label, other in more if label == name) or "missing"
        yield f"{name} of the {kind} is {said}, and must be {value}"
    named = {name for name, _ in missing}
    for name, value in more:
        if name not in named:
            yield f"the {kind} says {name}: {value}, which is not so"
    if not missing and not more and found.fields != expected:
        yield f"the fields of the {kind} are in another order"


def _opening(path: Path, found: _Found) -> Iterator[Opening | Fault]:
    name = path.name.removesuffix(OPEN)
    try:
        run = run_of(info_fields(found.block))
        wanted = (
            ("WARC-Date", warc_date(run.started)),
            ("WARC-Filename", name),
            ("Content-Type", "application/warc-fields"),
        )
    except NOT_OURS as error:
        yield Fault(path, 0, f"a warcinfo record that does not tell of a run ({error!r})", LOST)
        return
    for why in _differences(found, "warcinfo", record_id(run.id, name), wanted):
        yield Fault(path, 0, why, LOST)
    yield Opening(run, found.offset + found.length)


def _note(path: Path, found: _Found, run: Run) -> Iterator[Note | Fault]:
    try:
        says = json.loads(found.block)
        wanted = (
            ("WARC-Date", says["finished"]),
            ("WARC-Target-URI", f"urn:nianbao:run:{run.id}"),
            ("Content-Type", "application/json"),
        )
        told = _run_row(run) | {"run": run.id}
        faults = [
            f"the run's last record says {name}: {says[name]!r}, its warcinfo {value!r}"
            for name, value in told.items()
            if says[name] != value
        ]
    except NOT_OURS as error:
        why = f"the last record of a run cannot be read ({error!r})"
        yield Fault(path, found.offset, why, LOST)
        return
    faults += _differences(found, "resource", record_id(run.id, "run"), wanted)
    yield from (Fault(path, found.offset, why, LOST) for why in faults)
    if not faults:
        yield Note(says, found.offset + found.length)


def _rendition(path: Path, found: _Found, _: Run) -> Iterator[KeptRendition | Fault]:
    try:
        kept = kept_rendition(path, found.record())
    except DamagedError as error:
        yield Fault(path, found.offset, error.why, LOST)
        return
    rendition = kept.rendition
    wanted = (
        ("WARC-Date", warc_date(rendition.made)),
        ("WARC-Target-URI", f"urn:{rendition.kind}:{target_uri(rendition.url)}"),
        ("WARC-Concurrent-To", f"<urn:uuid:{rendition.exchange}>"),
        ("Content-Type", rendition.content_type),
    )
    identity = record_id(rendition.exchange, rendition.kind)
    faults = list(_differences(found, "resource", identity, wanted))
    yield from (Fault(path, found.offset, why, LOST) for why in faults)
    if not faults:
        yield kept


def _run_row(run: Run) -> dict[str, Any]:
    """What ledger and last record repeat of a run."""
    return {
        "portal": run.portal,
        "started": warc_date(run.started),
        "sample": run.sample,
        "arguments": dict(run.arguments),
        "version": run.version,
    }


def _set(
    path: Path,
    parts: Mapping[str, _Found],
    run: Run,
    behind_damage: bool,  # noqa: FBT001
    originals: bool,  # noqa: FBT001
) -> Iterator[RecordSet | Fault]:
    start = min(part.offset for part in parts.values())
    records = {kind: part.record() for kind, part in parts.items()}
    try:
        try:
            found = assemble(path, records, restore=originals)
        except OriginalError as error:
            yield Fault(path, start, error.what, error.advice)
            found, originals = assemble(path, records, restore=False), False
        faults = list(_faults_of_set(found, parts, run, restored=originals))
    except DamagedError as error:
        if not behind_damage:  # else a part of this set is what was damaged, and told of
            yield Fault(path, start, error.why, LOST)
        return
    except NOT_OURS as error:
        yield Fault(path, start, f"metadata that this archive did not write ({error!r})", LOST)
        return
    if not faults:
        yield found
    yield from (Fault(path, start, why, LOST) for why in faults)


def _faults_of_set(
    found: RecordSet, parts: Mapping[str, _Found], run: Run, *, restored: bool
) -> Iterator[str]:
    exchange = found.exchange
    # What its head alone cannot tell of a revisit is taken as its metadata has it.
    seen = look_at(exchange) if restored or not found.original else found.facts
    for kind, part in parts.items():
        yield from _differences(part, kind, _identity(found, kind), _wanted(found, seen, kind))
    if exchange.response and not exchange.request:
        yield "a response without the request it answers"
    if seen != found.facts:
        yield f"the metadata says {found.facts}, and the response {seen}"
    for name, said, truth in (
        ("run", found.run, run.id),
        ("portal", found.portal, run.portal),
        ("sample", found.sample, run.sample),
    ):
        if said != truth:
            yield f"{name} is {said!r}, and {truth!r} in the file's warcinfo"


def _identity(found: RecordSet, kind: str) -> str:
    exchange = found.exchange
    return exchange.response_id if _ORDER[kind] == 0 else record_id(exchange.id, kind)


def _wanted(found: RecordSet, facts: Facts, kind: str) -> Fields:
    """The fields of a record between its id and its digest."""
    exchange = found.exchange
    response = (("WARC-Concurrent-To", exchange.response_id),) if exchange.response else ()
    common = (
        ("WARC-Date", warc_date(exchange.started)),
        ("WARC-Target-URI", target_uri(exchange.url)),
    )
    if kind == "metadata":
        request = ("WARC-Concurrent-To", record_id(exchange.id, "request"))
        others = (*response, *((request,) if exchange.request else ()))
        return (*common, ("Content-Type", FIELDS_TYPE), *others)
    tls = exchange.tls.version.lower().replace("v", "/") if exchange.tls else ""
    wire = (
        ("WARC-IP-Address", exchange.ip),
        ("WARC-Protocol", exchange.protocol),
        ("WARC-Protocol", tls),
        (
            "Content-Type",
            f"application/http; msgtype={'request' if kind == 'request' else 'response'}",
        ),
    )
    if kind == "request":
        rest: Fields = response
    elif found.original:
        rest = (
            ("WARC-Profile", "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"),
            ("WARC-Refers-To", f"<urn:uuid:{found.original.id}>"),
            ("WARC-Refers-To-Target-URI", found.original.uri),
            ("WARC-Refers-To-Date", found.original.date),
            ("WARC-Payload-Digest", f"sha256:{facts.entity_sha256}"),
            ("WARC-Truncated", "length"),
        )
    else:
        whole = facts.entity_sha256 and not facts.transfer and not set(facts.damage) - {"short"}
        rest = (
            ("WARC-Payload-Digest", f"sha256:{facts.entity_sha256}" if whole else ""),
            ("WARC-Truncated", exchange.truncated or ""),
        )
    return (*common, *((name, value) for name, value in (*wire, *rest) if value))
