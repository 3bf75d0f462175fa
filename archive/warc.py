"""Record sets: an exchange as WARC 1.1 records, rendered and read back.

A set is: response (when bytes of one came), request (when bytes of one were
sent), metadata (always, and last). When an earlier response holds the same
entity, a revisit takes the place of the response: its block is the head alone,
and the metadata record has what else the entity does not tell, so that reading
gives the response as received, byte for byte. Each record is its own gzip member, so a
set can be read alone from its offset, and every standard tool reads the file.
The metadata record holds, as JSON, all that the two blocks do not say: what
the spider knew, the run, timings, the certificate, the error. A set stands on
its own: reports and ledger are rebuilt from sets alone. The JSON is one field of
`application/warc-fields`, since indexers take metadata of another type for a
capture of the page, and players then show it instead of the page.

Records are rendered by ourselves because the bytes must be exactly those given
(warcio percent-encodes header bytes that are not ASCII), and a set must be in
one buffer before the first byte of it goes to the disk.

WARC-Payload-Digest is left out when the body has a transfer coding, for tools
disagree on what it is taken of. The metadata record always has the digest of
the entity, transfer coding undone.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from archive.exchange import (
    Exchange,
    Facts,
    Original,
    RecordSet,
    Run,
    Tls,
    record_id,
    warc_date,
)
from archive.http import fill, framing, read_body, read_head
from archive.record import (
    FIELDS_TYPE,
    NOT_OURS,
    OPEN,
    DamagedError,
    Fields,
    Record,
    place_of,
    read_records,
    render_record,
    target_uri,
)

SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
"""The profile of our revisits."""

_FIELD = b"json-metadata"
_to_json = json.JSONEncoder(ensure_ascii=False).encode


class OriginalError(DamagedError):
    """The entity of a revisit is not where it is said to be."""

    def __init__(self, path: Path, offset: int, original: Original, why: str) -> None:
        self.what = f"its entity is that of exchange {original.id} in {original.file}, and {why}"
        self.advice = f"bring {original.file} back from a copy"
        super().__init__(path, offset, f"{self.what}; {self.advice}")


def render(exchange: Exchange, facts: Facts, run: Run, original: Original | None = None) -> bytes:
    """The record set of an exchange. The same arguments give the same bytes.

    With `original`, which must hold the same entity, as a revisit of it; the
    exchange must be whole.
    """
    response = exchange.response_id if exchange.response else None
    request = record_id(exchange.id, "request") if exchange.request else None
    common = [
        ("WARC-Date", warc_date(exchange.started)),
        ("WARC-Target-URI", target_uri(exchange.url)),
    ]
    wire = common + _connection(exchange)
    members: list[bytes] = []
    revisit = None
    if original:
        head = read_head(exchange.response)
        assert head
        fields = [*wire, ("Content-Type", "application/http; msgtype=response")]
        fields += _revisit_fields(original, facts)
        members.append(
            render_record("revisit", exchange.response_id, fields, exchange.response[: head.end])
        )
        revisit = {
            "original": {name: getattr(original, name) for name in Original.__slots__},
            "body": framing(exchange.response, head),
            "sha256": hashlib.sha256(exchange.response).hexdigest(),
        }
    elif response:
        fields = [*wire, ("Content-Type", "application/http; msgtype=response")]
        if facts.entity_sha256 and not facts.transfer and not set(facts.damage) - {"short"}:
            fields.append(("WARC-Payload-Digest", f"sha256:{facts.entity_sha256}"))
        if exchange.truncated:
            fields.append(("WARC-Truncated", exchange.truncated))
        members.append(render_record("response", response, fields, exchange.response))
    if request:
        fields = [*wire, ("Content-Type", "application/http; msgtype=request")]
        if response:
            fields.append(("WARC-Concurrent-To", response))
        members.append(render_record("request", request, fields, exchange.request))
    fields = [*common, ("Content-Type", FIELDS_TYPE)]
    fields += [("WARC-Concurrent-To", other) for other in (response, request) if other]
    records = {"response": response, "request": request}
    block = _metadata(exchange, facts, run, records, revisit)
    members.append(render_record("metadata", record_id(exchange.id, "metadata"), fields, block))
    return b"".join(members)


def _revisit_fields(original: Original, facts: Facts) -> Fields:
    return [
        ("WARC-Profile", SAME_PAYLOAD),
        ("WARC-Refers-To", f"<urn:uuid:{original.id}>"),
        ("WARC-Refers-To-Target-URI", original.uri),
        ("WARC-Refers-To-Date", original.date),
        ("WARC-Payload-Digest", f"sha256:{facts.entity_sha256}"),
        # So the standard wants it of a block that leaves the payload out.
        ("WARC-Truncated", "length"),
    ]


def _connection(exchange: Exchange) -> Fields:
    fields = []
    if exchange.ip:
        fields.append(("WARC-IP-Address", exchange.ip))
    if exchange.protocol:
        fields.append(("WARC-Protocol", exchange.protocol))
    if exchange.tls:
        fields.append(("WARC-Protocol", exchange.tls.version.lower().replace("v", "/")))
    return fields


def _metadata(
    exchange: Exchange,
    facts: Facts,
    run: Run,
    records: Mapping[str, str | None],
    revisit: Mapping[str, Any] | None,
) -> bytes:
    tls = exchange.tls
    says = {
        "exchange": exchange.id,
        "run": run.id,
        "portal": run.portal,
        "sample": run.sample,
        "url": exchange.url,
        "method": exchange.method,
        "known": dict(exchange.known),
        "via": exchange.via,
        "parent": exchange.parent,
        "attempt": exchange.attempt,
        "seconds": exchange.seconds,
        "ip": exchange.ip,
        "protocol": exchange.protocol,
        "tls": {"version": tls.version, "certificates": tls.certificates} if tls else None,
        "interim": base64.b64encode(exchange.interim).decode("ascii"),
        "truncated": exchange.truncated,
        "error": exchange.error,
        "detail": exchange.detail,
        "facts": {name: getattr(facts, name) for name in Facts.__slots__},
        **records,
        **({"revisit": revisit} if revisit else {}),
    }
    return _FIELD + b": " + _to_json(says).encode() + b"\r\n"


def read_sets(path: Path, offset: int = 0, *, restore: bool = True) -> Iterator[RecordSet]:
    """The record sets of a file in order, one in memory at a time.

    Of a file still open (`.open`) the whole sets at its start: what follows
    them is a set being written, or the torn end of a run that was killed.
    Raises DamagedError where a finished file is not whole, and OriginalError
    where the entity of a revisit is not to be had, which must be in the same folder.
    Without `restore` no other file is read: the response of a revisit is its head alone.
    """
    try:
        yield from _sets(path, offset, restore=restore)
    except OriginalError:
        raise
    except DamagedError:
        if path.suffix != OPEN:
            raise


def _sets(path: Path, offset: int, *, restore: bool) -> Iterator[RecordSet]:
    parts: dict[str, Record] = {}
    for record in read_records(path, offset):
        if record.type in {"warcinfo", "resource"} and not parts:
            continue
        if (
            record.type not in {"response", "revisit", "request", "metadata"}
            or record.type in parts
        ):
            raise DamagedError(path, record.offset, f"a {record.type} record out of place")
        parts[record.type] = record
        if record.type == "metadata":
            yield assemble(path, parts, restore=restore)
            parts = {}
    if parts:
        start = min(part.offset for part in parts.values())
        raise DamagedError(path, start, "the file ends within a record set")


def read_set(path: Path, offset: int) -> RecordSet:
    """The record set at `offset`, where the ledger has it; raises DamagedError."""
    found = next(read_sets(path, offset), None)
    if found is None or found.place.offset != offset:
        raise DamagedError(path, offset, "no whole record set starts here")
    return found


def assemble(path: Path, parts: Mapping[str, Record], *, restore: bool = True) -> RecordSet:
    """The record set that records of a file make, by WARC-Type; raises DamagedError.

    `restore` as for `read_sets`.
    """
    metadata = parts["metadata"]
    name, _, value = metadata.block.partition(b": ")
    if (metadata.fields.get("Content-Type"), name) != (FIELDS_TYPE, _FIELD):
        raise DamagedError(path, metadata.offset, "metadata that this archive did not write")
    try:
        return _assemble(path, parts, json.loads(value), restore=restore)
    except NOT_OURS as error:
        why = f"metadata that this archive did not write ({error!r})"
        raise DamagedError(path, metadata.offset, why) from error


def _assemble(
    path: Path, parts: Mapping[str, Record], says: Mapping[str, Any], *, restore: bool
) -> RecordSet:
    metadata = parts["metadata"]
    answer = "revisit" if "revisit" in says else "response"
    for part, kind in (("response", answer), ("request", "request")):
        found = parts[kind].fields["WARC-Record-ID"] if kind in parts else None
        if says[part] != found:
            raise DamagedError(path, metadata.offset, f"the {kind} of this set is not before it")
    if {"response", "revisit"} <= parts.keys():
        raise DamagedError(path, metadata.offset, "a set with both a response and a revisit")
    original = Original(**says["revisit"]["original"]) if answer == "revisit" else None
    response = parts[answer].block if answer in parts else b""
    if original and restore:
        response = _restore(path, parts[answer], says, original)
    tls, facts = says["tls"], says["facts"]
    exchange = Exchange(
        id=says["exchange"],
        url=says["url"],
        method=says["method"],
        started=dt.datetime.fromisoformat(metadata.fields["WARC-Date"]),
        seconds=says["seconds"],
        request=parts["request"].block if "request" in parts else b"",
        response=response,
        interim=base64.b64decode(says["interim"]),
        ip=says["ip"],
        protocol=says["protocol"],
        tls=Tls(tls["version"], tuple(tls["certificates"])) if tls else None,
        truncated=says["truncated"],
        error=says["error"],
        detail=says["detail"],
        attempt=says["attempt"],
        parent=says["parent"],
        via=says["via"],
        known=says["known"],
    )
    offset = min(part.offset for part in parts.values())
    length = metadata.offset + metadata.length - offset
    return RecordSet(
        exchange,
        Facts(**{**facts, "damage": tuple(facts["damage"])}),
        run=says["run"],
        portal=says["portal"],
        sample=says["sample"],
        place=place_of(path, offset, length),
        original=original,
    )


def _restore(path: Path, revisit: Record, says: Mapping[str, Any], original: Original) -> bytes:
    """The response as received, from the block of a revisit, its framing and its original."""
    kept = says["revisit"]
    record = _original_record(path, revisit, original)
    head = read_head(record.block)
    entity = read_body(record.block, head)[0] if head else b""
    if hashlib.sha256(entity).hexdigest() != says["facts"]["entity_sha256"]:
        raise OriginalError(path, revisit.offset, original, "another entity stands there")
    response = revisit.block + fill(kept["body"], entity)
    if hashlib.sha256(response).hexdigest() != kept["sha256"]:
        raise DamagedError(path, revisit.offset, "the framing of a revisit is not as it was")
    return response


def _original_record(path: Path, revisit: Record, original: Original) -> Record:
    # In this order, for a file loses `.open` when it is finished.
    for ending in ("", OPEN, ""):
        try:
            beside = path.with_name(original.file + ending)
            record = next(read_records(beside, original.offset), None)
        except FileNotFoundError:
            continue
        except DamagedError as error:
            raise OriginalError(path, revisit.offset, original, error.why) from error
        names = ("WARC-Type", "WARC-Record-ID", "WARC-Target-URI", "WARC-Date")
        said = [record.fields.get(name) for name in names] if record else []
        if said != ["response", f"<urn:uuid:{original.id}>", original.uri, original.date]:
            why = f"another record, or none, stands at byte {original.offset}"
            raise OriginalError(path, revisit.offset, original, why)
        assert record
        return record
    raise OriginalError(path, revisit.offset, original, "that file is missing")
