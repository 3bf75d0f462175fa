"""What WARC files say of the run that wrote them: at the start of each, and at its end.

The warcinfo record that opens each file says all of the run that was known when
it began. The last record of the last file, a resource `urn:nianbao:run:<id>`, is
the run's note: the same, what it counted, and its verdict.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from archive.exchange import Run, record_id, warc_date
from archive.record import FIELDS_TYPE, NOT_OURS, DamagedError, read_records, render_record

_NOTE = "urn:nianbao:run:"

_to_json = json.JSONEncoder(ensure_ascii=False).encode


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
    return render_record("warcinfo", record_id(run.id, file), fields, block.encode())


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


def render_note(run: Run, finished: dt.datetime, note: Mapping[str, Any]) -> bytes:
    """The record that ends a run, with `note` as JSON."""
    fields = [
        ("WARC-Date", warc_date(finished)),
        ("WARC-Target-URI", _NOTE + run.id),
        ("Content-Type", "application/json"),
    ]
    return render_record("resource", record_id(run.id, "run"), fields, _to_json(note).encode())


def read_info(path: Path) -> dict[str, str]:
    """The fields of the warcinfo record that opens a file; raises DamagedError without one."""
    first = next(read_records(path), None)
    if first is None or first.type != "warcinfo":
        raise DamagedError(path, 0, "the file does not open with a warcinfo record")
    return info_fields(first.block)


def info_fields(block: bytes) -> dict[str, str]:
    """The fields of a warcinfo block; a file from elsewhere may hold any bytes there."""
    lines = block.decode("utf-8", "replace").split("\r\n")
    return dict(line.split(": ", 1) for line in lines if ": " in line)


def read_run(path: Path) -> Run:
    """The run that wrote a file; raises DamagedError when the file does not say, or none of ours.

    So it does of files that other programs wrote.
    """
    try:
        return run_of(read_info(path))
    except NOT_OURS as error:
        why = f"a WARC file that this archive did not write ({error!r})"
        raise DamagedError(path, 0, why) from error


def run_of(info: Mapping[str, str]) -> Run:
    """The run that a warcinfo record tells of; raises one of NOT_OURS when it does not."""
    return Run(
        id=info["run"],
        portal=info["isPartOf"],
        started=dt.datetime.fromisoformat(info["started"]),
        sample={"yes": True, "no": False}[info["sample"]],
        arguments=dict(json.loads(info["arguments"])),
        version=info["software"].removeprefix("nianbao/"),
        operator=info["operator"],
        robots=info["robots"],
        resumes=tuple(info.get("resumes", "").split()),
    )


def read_notes(path: Path) -> Iterator[dict[str, Any]]:
    """The notes that runs ended with, out of a finished file."""
    for record in read_records(path):
        if record.type == "resource" and record.fields["WARC-Target-URI"].startswith(_NOTE):
            yield json.loads(record.block)
