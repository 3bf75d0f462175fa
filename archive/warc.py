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

We render records ourselves because the bytes must be exactly those given
(warcio percent-encodes header bytes that are not ASCII), and a set must be in
one buffer before the first byte of it goes to the disk. We read them ourselves
because the reader of an archive must name a torn or damaged member, where
warcio and FastWARC end quietly, and must know where each member starts.

WARC-Payload-Digest is left out when the body has a transfer coding, for tools
disagree on what it is taken of. The metadata record always has the digest of
the entity, transfer coding undone.
"""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import json
import re
import urllib.parse
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from archive.exchange import (
    Exchange,
    Facts,
    Original,
    Place,
    RecordSet,
    Run,
    Tls,
    record_id,
    warc_date,
)
from archive.http import fill, framing, read_body, read_head

OPEN = ".open"
"""What the name of a file ends with while a run writes to it."""

SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
"""The profile of our revisits."""

FIELDS_TYPE = "application/warc-fields"
"""Content-Type of the records that describe: warcinfo and metadata."""

_FIELD = b"json-metadata"
_LEVEL = 6
_SMALL = 8_000
_TABLES, _SMALL_TABLES = 8, 6
"""zlib's memLevel: the default, and one whose tables are as large as a small record."""
_PIECE = 1 << 18
_UNSAFE = re.compile(r"[^\x21-\x7e]|[<>]")

_to_json = json.JSONEncoder(ensure_ascii=False).encode

Fields = list[tuple[str, str]]


@dataclasses.dataclass(frozen=True, slots=True)
class Record:
    """One record as read: its fields, its block, and the bytes of the file it stands in."""

    fields: Mapping[str, str]
    block: bytes
    offset: int
    length: int

    @property
    def type(self) -> str:
        """WARC-Type."""
        return self.fields["WARC-Type"]


class DamagedError(Exception):
    """A file does not hold what the archive writes; the message says where and what."""

    def __init__(self, path: Path, offset: int, why: str) -> None:
        super().__init__(f"{path} at byte {offset}: {why}")
        self.path = path
        self.offset = offset
        self.why = why


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
            member("revisit", exchange.response_id, fields, exchange.response[: head.end])
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
        members.append(member("response", response, fields, exchange.response))
    if request:
        fields = [*wire, ("Content-Type", "application/http; msgtype=request")]
        if response:
            fields.append(("WARC-Concurrent-To", response))
        members.append(member("request", request, fields, exchange.request))
    fields = [*common, ("Content-Type", FIELDS_TYPE)]
    fields += [("WARC-Concurrent-To", other) for other in (response, request) if other]
    records = {"response": response, "request": request}
    block = _metadata(exchange, facts, run, records, revisit)
    members.append(member("metadata", record_id(exchange.id, "metadata"), fields, block))
    return b"".join(members)


def render_info(run: Run, file: str) -> bytes:
    """The warcinfo record that opens `file`."""
    says = {
        "software": f"nianbao/{run.version}",
        "format": "WARC File Format 1.1",
        "conformsTo": "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        "isPartOf": run.portal,
        "operator": run.operator,
        "robots": run.robots,
        "sample": "yes" if run.sample else "no",
        "run": run.id,
        "started": warc_date(run.started),
        "arguments": json.dumps(dict(run.arguments), ensure_ascii=False, sort_keys=True),
    }
    if run.resumes:
        says["resumes"] = " ".join(run.resumes)
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in says.items())
    fields = [
        ("WARC-Date", warc_date(run.started)),
        ("WARC-Filename", file),
        ("Content-Type", FIELDS_TYPE),
    ]
    return member("warcinfo", record_id(run.id, file), fields, block.encode())


def render_note(run: Run, finished: dt.datetime, note: Mapping[str, Any]) -> bytes:
    """The record that ends a run: a resource `urn:nianbao:run:<id>` with `note` as JSON."""
    fields = [
        ("WARC-Date", warc_date(finished)),
        ("WARC-Target-URI", f"urn:nianbao:run:{run.id}"),
        ("Content-Type", "application/json"),
    ]
    block = _to_json(note).encode()
    return member("resource", record_id(run.id, "run"), fields, block)


def run_note(run: Run, finished: dt.datetime, note: Mapping[str, Any]) -> dict[str, Any]:
    """What the last record of a run says: which run it was, and then `note`."""
    return {
        "run": run.id,
        "portal": run.portal,
        "started": warc_date(run.started),
        "finished": warc_date(finished),
        "sample": run.sample,
        "arguments": dict(run.arguments),
        "version": run.version,
        "resumes": list(run.resumes),
        **note,
    }


def target_uri(url: str) -> str:
    """`url` in ASCII: every other character percent-encoded, none decoded."""
    return _UNSAFE.sub(lambda match: urllib.parse.quote(match[0], safe=""), url)


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


def member(kind: str, identity: str, fields: Fields, block: bytes) -> bytes:
    """One record as a gzip member: `kind` is its WARC-Type, `fields` what follows its id."""
    head = [
        f"WARC/1.1\r\nWARC-Type: {kind}\r\nWARC-Record-ID: {identity}",
        *[f"{name}: {value}" for name, value in fields],
        f"WARC-Block-Digest: sha256:{hashlib.sha256(block).hexdigest()}",
        f"Content-Length: {len(block)}\r\n\r\n",
    ]
    record = b"".join(("\r\n".join(head).encode("ascii"), block, b"\r\n\r\n"))
    # Small records are most of them, and for those the default tables cost more than the work.
    tables = _TABLES if len(record) > _SMALL else _SMALL_TABLES
    stream = zlib.compressobj(_LEVEL, zlib.DEFLATED, 31, tables)
    return stream.compress(record) + stream.flush()


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


def read_records(path: Path, offset: int = 0) -> Iterator[Record]:
    """The records of a file from the member at `offset` on, one in memory at a time.

    Raises DamagedError where the file is torn or holds anything else.
    """
    with path.open("rb") as file:
        file.seek(offset)
        rest = b""
        while True:
            start = offset
            member = zlib.decompressobj(wbits=31)
            parts: list[bytes] = []
            while not member.eof:
                data = rest or file.read(_PIECE)
                if not data:
                    break
                try:
                    parts.append(member.decompress(data))
                except zlib.error as error:
                    raise DamagedError(path, start, f"no whole gzip member ({error})") from error
                rest = member.unused_data
                offset += len(data) - len(rest)
            if offset == start:
                return
            if not member.eof:
                raise DamagedError(path, start, "the file ends within a gzip member")
            yield _parse(path, start, offset - start, b"".join(parts))


def _parse(path: Path, offset: int, length: int, member: bytes) -> Record:
    head, _, _ = member.partition(b"\r\n\r\n")
    version, *lines = head.decode("ascii", "replace").split("\r\n")
    fields = dict(line.split(": ", 1) for line in lines if ": " in line)
    if version != "WARC/1.1" or not {"WARC-Type", "WARC-Record-ID"} <= fields.keys():
        raise DamagedError(path, offset, "a gzip member that is no WARC 1.1 record")
    start, end = len(head) + 4, len(member) - 4
    if fields.get("Content-Length") != str(end - start) or member[end:] != b"\r\n\r\n":
        raise DamagedError(path, offset, "the length of the record is not what its head says")
    return Record(fields, member[start:end], offset, length)


def read_info(path: Path) -> dict[str, str]:
    """The fields of the warcinfo record that opens a file; raises DamagedError without one."""
    first = next(read_records(path), None)
    if first is None or first.type != "warcinfo":
        raise DamagedError(path, 0, "the file does not open with a warcinfo record")
    lines = first.block.decode().split("\r\n")
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def run_of(info: Mapping[str, str]) -> Run:
    """The run that a warcinfo record tells of; raises KeyError or ValueError when it does not."""
    return Run(
        id=info["run"],
        portal=info["isPartOf"],
        started=dt.datetime.fromisoformat(info["started"]),
        sample={"yes": True, "no": False}[info["sample"]],
        arguments=json.loads(info["arguments"]),
        version=info["software"].removeprefix("nianbao/"),
        operator=info["operator"],
        robots=info["robots"],
        resumes=tuple(info.get("resumes", "").split()),
    )


def read_sets(path: Path, offset: int = 0) -> Iterator[RecordSet]:
    """The record sets of a file in order, one in memory at a time.

    Of a file still open (`.open`) the whole sets at its start: what follows
    them is a set being written, or the torn end of a run that was killed.
    Raises DamagedError where a finished file is not whole, and OriginalError
    where the entity of a revisit is not to be had, which must be in the same folder.
    """
    try:
        yield from _sets(path, offset)
    except OriginalError:
        raise
    except DamagedError:
        if path.suffix != OPEN:
            raise


def _sets(path: Path, offset: int) -> Iterator[RecordSet]:
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
            yield assemble(path, parts)
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


def read_notes(path: Path) -> Iterator[dict[str, Any]]:
    """The notes that runs ended with, out of a finished file."""
    for record in read_records(path):
        if record.type == "resource" and record.fields["WARC-Target-URI"].startswith(
            "urn:nianbao:run:"
        ):
            yield json.loads(record.block)


def assemble(path: Path, parts: Mapping[str, Record]) -> RecordSet:
    """The record set that records of a file make, by WARC-Type; raises DamagedError."""
    metadata = parts["metadata"]
    name, _, value = metadata.block.partition(b": ")
    if (metadata.fields.get("Content-Type"), name) != (FIELDS_TYPE, _FIELD):
        raise DamagedError(path, metadata.offset, "metadata that this archive did not write")
    says = json.loads(value)
    answer = "revisit" if "revisit" in says else "response"
    for part, kind in (("response", answer), ("request", "request")):
        found = parts[kind].fields["WARC-Record-ID"] if kind in parts else None
        if says[part] != found:
            raise DamagedError(path, metadata.offset, f"the {kind} of this set is not before it")
    if {"response", "revisit"} <= parts.keys():
        raise DamagedError(path, metadata.offset, "a set with both a response and a revisit")
    original = None
    response = parts[answer].block if answer in parts else b""
    if answer == "revisit":
        original = Original(**says["revisit"]["original"])
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


def place_of(path: Path, offset: int, length: int) -> Place:
    """Where something stands in a file, with the digest of its bytes there."""
    with path.open("rb") as file:
        file.seek(offset)
        sha256 = hashlib.sha256(file.read(length)).hexdigest()
    return Place(path.name.removesuffix(OPEN), offset, length, sha256)
