"""Archive -> catalogue: the reading of what was captured, done again from the WARC files.

`document` is the one way from a record set to a document, for a crawl as for a
rebuild; so what is read live and what is read later are the same.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from archive import catalogue, source
from archive.exchange import RecordSet, warc_date
from archive.folder import warc_files
from archive.http import read_response
from archive.source import Source
from archive.warc import read_sets
from pipelines import read
from pipelines.document import Document, Known
from pipelines.report import Report

REPORT = "report"
"""The role under which reports are asked for."""

MIRROR = "mirror"
"""The role under which copies of them on foreign hosts are."""

_BATCH = 256
"""Documents in memory at a time."""


def holds_report(found: RecordSet) -> bool:
    """Whether a set is read: asked for as a report or a copy of one, answered whole with 200."""
    exchange = found.exchange
    return (
        exchange.known.get("role") in (REPORT, MIRROR)
        and found.facts.status == 200
        and exchange.truncated is None
        and exchange.error is None
    )


def document(kept: Source, found: RecordSet) -> Document:
    """The document a record set of a source holds: what a browser made of it, if one did."""
    exchange = found.exchange
    if dom := kept.rendition(exchange.id, "dom"):
        body, content_type = dom.data, dom.content_type
    else:
        body = read_response(exchange.response, exchange.method).entity
        content_type = found.facts.content_type
    return Document(
        url=exchange.url,
        body=body,
        content_type=content_type,
        capture=exchange.response_id,
        fetched=warc_date(exchange.started),
        sample=found.sample,
        known=Known.from_json(dict(exchange.known)),
    )


def documents(folder: Path) -> Iterator[Document]:
    """The documents of a portal's folder that hold reports, in the order they were captured."""
    kept = source.of_archive(folder)
    try:
        for path in warc_files(folder):
            yield from (document(kept, found) for found in read_sets(path) if holds_report(found))
    finally:
        kept.close()


def rebuild(folder: Path, processes: int | None = None) -> Iterator[Report]:
    """Read a portal's archive again into a new catalogue; yields each report when it is stored.

    `processes` read side by side, by default one for each core. Memory stays
    flat: documents are handed out in batches. The old catalogue stands until
    the new one is whole.
    """
    fresh = folder / (catalogue.FILE + ".new")
    fresh.unlink(missing_ok=True)
    opened = catalogue.open_catalogue(fresh)
    try:
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            waiting = documents(folder)
            while batch := list(islice(waiting, _BATCH)):
                for report in pool.imap(read, batch, chunksize=8):
                    catalogue.store(opened, report)
                    yield report
        # One file again, so that it can be moved.
        opened.execute("PRAGMA journal_mode = DELETE")
    finally:
        opened.close()
    for rest in folder.glob(catalogue.FILE + "-*"):
        rest.unlink()
    fresh.replace(folder / catalogue.FILE)
