"""A WACZ package opened: nothing in it is believed before it has been checked.

`open_package` sees that names stay inside, that nothing unfolds to more than a
package of this size can hold, that every checksum is true, and that every line
of the index leads to the record it says. Nothing is ever written. Packages with
a plain CDXJ index are read, as `archive.wacz` writes them.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from archive.index import Capture, IndexDamagedError, parse
from archive.wacz import ARCHIVE, DIGEST, INDEX, PACKAGE, PAGES

RATIO = 100
"""Text of web pages shrinks to a tenth or so; what shrinks to less than a hundredth is a bomb."""

LINE = 64 << 20
"""Bytes of the longest line, and of the longest datapackage.json."""

_PIECE = 1 << 20
_SMALL = 1 << 20
_HEAD = 1 << 16
_LOCAL = 30
_BROKEN = (
    EOFError,
    NotImplementedError,
    OverflowError,
    UnicodeDecodeError,
    struct.error,
    zlib.error,
)
"""What zipfile raises besides BadZipFile when a file is broken."""
_GZIP = b"\x1f\x8b"


class PackageError(ValueError):
    """A package that cannot be trusted; the message says which and why."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"{path}: {why}; ask for the package again where it came from")


class NoPackageError(PackageError):
    """The file is no ZIP file, or holds no WACZ package."""


class UnsafeNameError(PackageError):
    """A name leads out of the package, is there twice, or names no plain file."""


class BombError(PackageError):
    """Something unfolds to far more than it is."""


class WrongHashError(PackageError):
    """A file is not what datapackage.json says, or is not named there."""


class WrongIndexError(PackageError):
    """A line of the index leads to no record, or to another one."""


@dataclasses.dataclass(frozen=True, slots=True)
class Package:
    """A package that was checked."""

    path: Path
    datapackage: Mapping[str, Any]
    files: Mapping[str, tuple[int, int]]
    """Of each WARC file by name: where its bytes begin in the package, and how many they are."""

    def captures(self) -> Iterator[Capture]:
        """The lines of the index in order. Raises WrongIndexError."""
        before = b""
        with zipfile.ZipFile(self.path) as archive:
            for number, line in enumerate(_lines(self.path, archive, INDEX), 1):
                if line < before:
                    raise WrongIndexError(self.path, f"line {number} of {INDEX} is out of order")
                try:
                    yield parse(line, f"line {number} of {INDEX}")
                except IndexDamagedError as damage:
                    raise WrongIndexError(self.path, str(damage)) from damage
                before = line

    def pages(self) -> Iterator[Mapping[str, Any]]:
        """The pages, as the package lists them."""
        with zipfile.ZipFile(self.path) as archive:
            lines = _lines(self.path, archive, PAGES)
            next(lines, None)
            yield from (_object(self.path, PAGES, line) for line in lines)

    def record(self, capture: Capture) -> bytes:
        """The record of a capture, as it stands in its WARC file."""
        begin, _ = self.files[capture.filename]
        with self.path.open("rb") as file:
            file.seek(begin + capture.offset)
            return file.read(capture.length)


def open_package(path: Path) -> Package:
    """Check a package wholly, which reads it through once; memory stays flat.

    Raises a PackageError that names what is wrong, or OSError.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_names(path, entries)
            _check_sizes(path, entries)
            datapackage = _check_hashes(path, archive)
    except (zipfile.BadZipFile, *_BROKEN) as error:
        raise NoPackageError(path, f"no whole ZIP file ({error})") from error
    with path.open("rb") as file:
        files = {
            entry.filename.removeprefix(ARCHIVE): (_begin(file, entry), entry.file_size)
            for entry in entries
            if entry.filename.startswith(ARCHIVE)
        }
        package = Package(path, datapackage, files)
        for capture in package.captures():
            why = _points_elsewhere(file, files, capture)
            if why:
                raise WrongIndexError(path, f"{capture.key} {capture.timestamp}: {why}")
    for _ in package.pages():
        pass
    return package


def _check_names(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    for entry in entries:
        # As it stands in the file: zipfile cuts names at a NUL.
        name = entry.orig_filename
        steps = name.split("/")
        plain = entry.external_attr >> 28 in (0, 8) and not entry.flag_bits & 1
        safe = name.isprintable() and not {"", ".", ".."} & {*steps} and not {*name} & {*"\\:"}
        if not (plain and safe) or name in seen:
            raise UnsafeNameError(path, f"it holds {name!r}, which no package needs")
        seen.add(name)


def _check_sizes(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    end = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        if entry.header_offset < end:
            raise BombError(path, f"{entry.filename} shares its bytes with another file")
        end = entry.header_offset + _LOCAL + entry.compress_size
        stored = entry.filename.startswith(ARCHIVE)
        allowed = (zipfile.ZIP_STORED,) if stored else (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        if entry.compress_type not in allowed:
            raise NoPackageError(path, f"{entry.filename} is compressed as in no package")
        if entry.file_size > _SMALL + RATIO * entry.compress_size:
            raise BombError(path, f"{entry.filename} unfolds to {entry.file_size} bytes")


def _check_hashes(path: Path, archive: zipfile.ZipFile) -> Mapping[str, Any]:
    names = set(archive.namelist())
    for needed in (PACKAGE, DIGEST, INDEX, PAGES):
        if needed not in names:
            raise NoPackageError(path, f"it has no {needed}")
    said = _object(path, DIGEST, _whole(path, archive, DIGEST))
    if said.get("hash") != _sha256(archive, PACKAGE):
        raise WrongHashError(path, f"{DIGEST} has another checksum of {PACKAGE}")
    datapackage = _object(path, PACKAGE, _whole(path, archive, PACKAGE))
    resources = datapackage.get("resources")
    if not isinstance(resources, list) or not all(isinstance(one, dict) for one in resources):
        raise NoPackageError(path, f"{PACKAGE} does not say what is in the package")
    hashes = {one.get("path"): (one.get("bytes"), one.get("hash")) for one in resources}
    for name in sorted(names - {PACKAGE, DIGEST}):
        if hashes.pop(name, None) != (archive.getinfo(name).file_size, _sha256(archive, name)):
            raise WrongHashError(path, f"{name} is not the file that {PACKAGE} names")
    if hashes:
        raise WrongHashError(path, f"{PACKAGE} names {', '.join(map(repr, hashes))}: not there")
    return datapackage


def _sha256(archive: zipfile.ZipFile, name: str) -> str:
    sha256 = hashlib.sha256()
    with archive.open(name) as file:
        while piece := file.read(_PIECE):
            sha256.update(piece)
    return f"sha256:{sha256.hexdigest()}"


def _whole(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    if archive.getinfo(name).file_size > LINE:
        raise BombError(path, f"{name} is larger than any such file")
    return archive.read(name)


def _lines(path: Path, archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    with archive.open(name) as file:
        while line := file.readline(LINE):
            if not line.endswith(b"\n"):
                raise NoPackageError(path, f"a line of {name} has no end")
            yield line


def _object(path: Path, name: str, text: bytes) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoPackageError(path, f"{name} holds what is no JSON ({error})") from error
    if not isinstance(value, dict):
        raise NoPackageError(path, f"{name} holds JSON that is no object")
    return value


def _begin(file: IO[bytes], entry: zipfile.ZipInfo) -> int:
    """Where the bytes of a stored file begin: its name and extra field come before."""
    file.seek(entry.header_offset)
    head = file.read(_LOCAL)
    named, more = (int.from_bytes(head[at : at + 2], "little") for at in (26, 28))
    return entry.header_offset + _LOCAL + named + more


def _points_elsewhere(
    file: IO[bytes], files: Mapping[str, tuple[int, int]], capture: Capture
) -> str | None:
    """Why a line of the index does not lead to its record; None when it does."""
    if capture.filename not in files:
        return f"there is no file {capture.filename!r}"
    begin, size = files[capture.filename]
    end = capture.offset + capture.length
    if not capture.length or end > size:
        return f"{capture.filename} is shorter"
    file.seek(begin + end)
    if end < size and file.read(2) != _GZIP:
        return f"no record of {capture.filename} ends at byte {end}"
    file.seek(begin + capture.offset)
    try:
        unfolded = zlib.decompressobj(31).decompress(file.read(min(capture.length, _HEAD)), _HEAD)
    except zlib.error as error:
        return f"no record of {capture.filename} starts at byte {capture.offset} ({error})"
    head = unfolded.partition(b"\r\n\r\n")[0].decode("utf-8", "replace")
    fields = dict(line.split(": ", 1) for line in head.split("\r\n") if ": " in line)
    moment = "".join(filter(str.isdigit, fields.get("WARC-Date", "")))[:14]
    if (fields.get("WARC-Target-URI"), moment) != (capture.url, capture.timestamp):
        return f"another record starts at byte {capture.offset} of {capture.filename}"
    if fields.get("WARC-Payload-Digest", capture.digest) != capture.digest:
        return f"the record at byte {capture.offset} of {capture.filename} has another digest"
    return None
