"""A portal's archive as one file: WACZ 1.1, which replay tools open as it is.

    archive/*.warc.gz        the finished files, stored as they are
    indexes/index.cdx        their captures, as CDXJ; pywb wants this ending
    pages/pages.jsonl        the report pages with their text, for searching
    datapackage.json         what is in the package, with checksums
    datapackage-digest.json  the checksum of that

`pack` writes one: as a stream, so that memory stays flat, and the same bytes
for the same archive. `archive.unpack` opens one.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from os import fsync
from pathlib import Path
from typing import Any

from archive.folder import sync_folder, warc_folder
from archive.index import MERGED, Index, update

VERSION = "1.1.1"
ARCHIVE, INDEX, PAGES = "archive/", "indexes/index.cdx", "pages/pages.jsonl"
PACKAGE, DIGEST = "datapackage.json", "datapackage-digest.json"

_PIECE = 1 << 20
# The oldest time a ZIP file can say: when it was packed is no part of a package.
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class NothingToPackError(ValueError):
    """The portal has no finished file with a capture in it."""


@dataclasses.dataclass(frozen=True, slots=True)
class Page:
    """A page to find and begin from: address, WARC-Date of its capture, title, text."""

    url: str
    date: str
    title: str
    text: str


@dataclasses.dataclass(frozen=True, slots=True)
class Packed:
    """What came into a package."""

    files: int
    captures: int
    pages: int


def pack(
    folder: Path, pages: Iterable[Page], to: Path, advance: Callable[[int], None] | None = None
) -> Packed:
    """Pack the finished files of a portal's folder into `to`, which is there whole or not at all.

    A page whose capture is in no finished file is left out. `advance` is told
    how many bytes of WARC files have been packed since it was last told.
    Raises NothingToPackError; archive.record.DamagedError where a file is not whole.
    """
    files = {path.name: path for path in sorted(warc_folder(folder).glob("*.warc.gz"))}
    fresh = to.with_name(to.name + ".new")
    with Index(update(folder)) as index:
        created = max((one.moment for one in index if one.filename in files), default=None)
        if created is None:
            raise NothingToPackError(f"{folder} has no finished WARC file with a capture in it")
        try:
            with fresh.open("wb") as file:
                with zipfile.ZipFile(file, "w") as archive:
                    writer = _Writer(archive)
                    for name, path in files.items():
                        size = path.stat().st_size
                        writer.add(ARCHIVE + name, _pieces(path, advance), size, store=True)
                    size = (folder / MERGED).stat().st_size
                    captures = writer.add(INDEX, _lines(index, files), size)
                    with tempfile.TemporaryFile(dir=to.parent) as lines:
                        lines.writelines(_page_lines(index, files, pages))
                        size = lines.tell()
                        lines.seek(0)
                        shown = writer.add(PAGES, lines, size) - 1
                    writer.finish(folder.name, f"{created:%Y-%m-%dT%H:%M:%SZ}")
                file.flush()
                fsync(file.fileno())
            fresh.rename(to)
        finally:
            fresh.unlink(missing_ok=True)
    sync_folder(to.parent)
    return Packed(len(files), captures, shown)


class _Writer:
    """Adds files to a package and keeps their checksums."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._resources: list[dict[str, Any]] = []

    def add(self, path: str, pieces: Iterable[bytes], size: int, *, store: bool = False) -> int:
        """Add a file that comes to `size` bytes at most; gives the number of its pieces."""
        entry = zipfile.ZipInfo(path, _LONG_AGO)
        entry.compress_type = zipfile.ZIP_STORED if store else zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        sha256, written, count = hashlib.sha256(), 0, 0
        # Said before, since only a large file may have ZIP64's fields: replayweb.page cannot read
        # a small one that has them.
        entry.file_size = size
        with self._archive.open(entry, "w") as file:
            for piece in pieces:
                file.write(piece)
                sha256.update(piece)
                written += len(piece)
                count += 1
        name = path.rpartition("/")[2].lower()
        said = {
            "name": name,
            "path": path,
            "hash": f"sha256:{sha256.hexdigest()}",
            "bytes": written,
        }
        self._resources.append(said)
        return count

    def finish(self, title: str, created: str) -> None:
        """Add what says what is in the package."""
        said = {
            "profile": "data-package",
            "wacz_version": VERSION,
            "title": title,
            "created": created,
            "software": "nianbao",
            "resources": list(self._resources),
        }
        self._add_json(PACKAGE, said)
        self._add_json(DIGEST, {"path": PACKAGE, "hash": self._resources[-1]["hash"]})

    def _add_json(self, path: str, value: Mapping[str, Any]) -> None:
        self.add(path, [_json(value)], len(_json(value)))


def _pieces(path: Path, advance: Callable[[int], None] | None) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            yield piece
            if advance:
                advance(len(piece))


def _lines(index: Index, files: Mapping[str, Path]) -> Iterator[bytes]:
    # A run may have finished another file since they were counted.
    return (one.line() for one in index if one.filename in files)


def _page_lines(index: Index, files: Mapping[str, Path], pages: Iterable[Page]) -> Iterator[bytes]:
    yield _json({"format": "json-pages-1.0", "id": "pages", "title": "Reports", "hasText": True})
    for page in pages:
        stamp = "".join(filter(str.isdigit, page.date))[:14]
        if any(
            one.timestamp == stamp and one.filename in files for one in index.captures(page.url)
        ):
            identity = hashlib.sha256(f"{page.url} {page.date}".encode()).hexdigest()[:22]
            says = {"id": identity, "url": page.url, "ts": page.date}
            yield _json({**says, "title": page.title, "text": page.text})


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
