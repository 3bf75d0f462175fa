"""Packages: whole, the same every time, readable by others; and refused when they lie."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import random
import shutil
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.__main__ import main
from archive.exchange import Exchange, look_at, warc_date
from archive.folder import warc_folder
from archive.index import Capture, Index, update
from archive.unpack import (
    BombError,
    NoPackageError,
    PackageError,
    UnsafeNameError,
    WrongHashError,
    WrongIndexError,
    open_package,
)
from archive.wacz import DIGEST, INDEX, PACKAGE, PAGES, NothingToPackError, Page, pack
from archive.warc import render
from archive.warcinfo import render_info
from tests.city import pages
from tests.city.city import City
from tests.city.dress import charset
from tests.exchanges import NOON, exchange, run

TOLD = run(started=NOON)
HEAD = dataclasses.replace(exchange(9, id="0" * 8 + "-0000-0000-0000-" + "9" * 12), method="HEAD")
GIVEN = [
    exchange(n, body=random.Random(n).randbytes(3000), id=f"{n:08}-0000-0000-0000-000000000000")
    for n in range(6)
]


def archive(folder: Path, *files: list[Exchange]) -> Path:
    warc_folder(folder).mkdir(parents=True)
    for number, exchanges in enumerate(files):
        name = f"{number}.warc.gz"
        sets = (render(one, look_at(one), TOLD) for one in exchanges)
        (warc_folder(folder) / name).write_bytes(b"".join((render_info(TOLD, name), *sets)))
    return folder


def page(one: Exchange) -> Page:
    return Page(one.url, warc_date(one.started), "年报", f"正文 {one.url}")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of two files, six captures and three pages."""
    folder = archive(tmp_path_factory.mktemp("pack") / "asker", [*GIVEN[:4], HEAD], GIVEN[4:])
    to = folder.parent / "asker.wacz"
    pack(folder, map(page, GIVEN[:3]), to)
    return to


def test_a_package_holds_the_archive(made: Path) -> None:
    folder = made.parent / "asker"
    with zipfile.ZipFile(made) as opened:
        assert opened.testzip() is None
        for path in warc_folder(folder).iterdir():
            entry = opened.getinfo(f"archive/{path.name}")
            assert entry.compress_type == zipfile.ZIP_STORED
            assert opened.read(entry) == path.read_bytes()
        assert opened.read(INDEX) == update(folder).read_bytes()
    package = open_package(made)
    assert package.datapackage["wacz_version"] == "1.1.1"
    assert package.datapackage["created"] == "2026-01-31T12:00:05Z"
    assert [one["url"] for one in package.pages()] == [one.url for one in GIVEN[:3]]
    assert [one["text"] for one in package.pages()] == [page(one).text for one in GIVEN[:3]]
    found = {one.url: package.record(one) for one in package.captures()}
    assert found.keys() == {one.url for one in GIVEN}
    for one in GIVEN:
        members = render(one, look_at(one), TOLD)
        assert members.startswith(found[one.url])


def test_a_small_package_has_no_fields_of_zip64(made: Path) -> None:
    """Players in a browser take a file for beginning where it would without them."""
    data = made.read_bytes()
    with zipfile.ZipFile(made) as opened:
        extra = [data[one.header_offset + 28 :][:2] for one in opened.infolist()]
    assert extra == [b"\0\0"] * 6


def test_the_same_archive_gives_the_same_bytes(made: Path, tmp_path: Path) -> None:
    again = tmp_path / "other.wacz"
    packed = pack(made.parent / "asker", map(page, GIVEN[:3]), again)
    assert again.read_bytes() == made.read_bytes()
    assert (packed.files, packed.captures, packed.pages) == (2, 6, 3)


def test_a_page_without_a_capture_in_the_package_is_left_out(tmp_path: Path) -> None:
    folder = archive(tmp_path / "asker", GIVEN[:2])
    packed = pack(folder, map(page, GIVEN), tmp_path / "a.wacz")
    assert packed.pages == 2
    assert [one["url"] for one in open_package(tmp_path / "a.wacz").pages()] == [
        one.url for one in GIVEN[:2]
    ]


def test_what_cannot_be_packed_leaves_nothing(tmp_path: Path) -> None:
    folder = archive(tmp_path / "asker", [HEAD])
    with pytest.raises(NothingToPackError, match="no finished WARC file"):
        pack(folder, [], tmp_path / "a.wacz")

    def broken() -> Iterator[Page]:
        yield page(GIVEN[0])
        raise OSError("a disk that fails")

    whole = archive(tmp_path / "whole", GIVEN)
    with pytest.raises(OSError, match="fails"):
        pack(whole, broken(), tmp_path / "a.wacz")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["asker", "whole"]


def test_the_command_packs_reports_with_their_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    city = City(3, range(2021, 2022))
    truth = city.report_of(city.victim)
    body = pages.report(city, city.victim).encode(charset(frozenset(truth.dress)))
    known = {"portal": "changzhou", "role": "report", "title": city.victim.title}
    archive(tmp_path / "changzhou", [exchange(body=body, url=truth.url, known=known)])
    where = ["--data", str(tmp_path), "--to", str(tmp_path / "to")]
    assert main(["pack", *where]) == 0
    assert "1 WARC file, 1 capture, 1 page" in capsys.readouterr().err
    (shown,) = open_package(tmp_path / "to" / "changzhou.wacz").pages()
    assert (shown["url"], shown["title"]) == (truth.url, truth.title)
    assert "总体情况" in shown["text"]
    assert main(["pack", "--portal", "none", *where]) == 3
    torn = warc_folder(tmp_path / "changzhou") / "1.warc.gz"
    torn.write_bytes(b"\x1f\x8b")
    assert main(["pack", *where]) == 3
    assert "1.warc.gz" in capsys.readouterr().err


Files = dict[str, bytes]


def rebuilt(
    made: Path, to: Path, change: Callable[[Files], object], *, honest: bool = True
) -> Path:
    """The package with its files changed; `honest` writes the checksums anew."""
    with zipfile.ZipFile(made) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    change(files)
    if honest:
        said = json.loads(files[PACKAGE])
        said["resources"] = [
            {"path": name, "bytes": len(data), "hash": sha256(data), "name": "a"}
            for name, data in files.items()
            if name not in (PACKAGE, DIGEST)
        ]
        files[PACKAGE] = json.dumps(said).encode()
        files[DIGEST] = json.dumps({"path": PACKAGE, "hash": sha256(files[PACKAGE])}).encode()
    with zipfile.ZipFile(to, "w") as archive:
        for name, data in files.items():
            stored = name.endswith(".gz")
            archive.writestr(name, data, zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED)
    return to


def sha256(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def flip(name: str, at: int) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        data = bytearray(files[name])
        data[at] ^= 1
        files[name] = bytes(data)

    return change


LIES: Mapping[str, tuple[Callable[[Files], object], type[PackageError]]] = {
    "a WARC file changed": (flip("archive/0.warc.gz", 700), WrongHashError),
    "the index changed": (flip(INDEX, 5), WrongHashError),
    "a page changed": (flip(PAGES, -5), WrongHashError),
    "what says what is in it changed": (flip(PACKAGE, -9), WrongHashError),
    "the checksum of that changed": (flip(DIGEST, -9), WrongHashError),
    "a file is gone": (lambda files: files.pop("archive/1.warc.gz"), WrongHashError),
    "a file nobody names": (lambda files: files.update({"archive/2.warc.gz": b""}), WrongHashError),
    "no index": (lambda files: files.pop(INDEX), NoPackageError),
    "no pages": (lambda files: files.pop(PAGES), NoPackageError),
    "no checksum": (lambda files: files.pop(DIGEST), NoPackageError),
}


@pytest.mark.parametrize("name", LIES)
def test_a_package_that_lies_is_refused(made: Path, tmp_path: Path, name: str) -> None:
    change, error = LIES[name]
    with pytest.raises(error, match=r"a\.wacz"):
        open_package(rebuilt(made, tmp_path / "a.wacz", change, honest=False))


def line(**facts: Any) -> Callable[[Capture], Capture]:
    return lambda one: dataclasses.replace(one, **facts)


WRONG: Mapping[str, Callable[[Capture], Capture]] = {
    "no such file": line(filename="7.warc.gz"),
    "out of the package": line(filename="../../etc/passwd"),
    "past the end": line(offset=10**9),
    "no record there": lambda one: dataclasses.replace(one, offset=one.offset + 1),
    "another end": lambda one: dataclasses.replace(one, length=one.length - 1),
    "no length": line(length=0),
    "another address": line(url="http://www.changzhou.gov.cn/else"),
    "another time": line(timestamp="20200101000000"),
    "another digest": line(digest="sha256:" + "0" * 64),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_index_that_leads_elsewhere_is_refused(made: Path, tmp_path: Path, name: str) -> None:
    with Index(update(made.parent / "asker")) as index:
        captures = list(index)
    captures[2] = WRONG[name](captures[2])

    def change(files: Files) -> None:
        files[INDEX] = b"".join(sorted(one.line() for one in captures))

    with pytest.raises(WrongIndexError):
        open_package(rebuilt(made, tmp_path / "a.wacz", change))


def test_an_index_out_of_order_or_of_junk_is_refused(made: Path, tmp_path: Path) -> None:
    def turn(files: Files) -> None:
        files[INDEX] = b"".join(reversed(files[INDEX].splitlines(keepends=True)))

    for change in (turn, lambda files: files.update({INDEX: b"junk\n"})):
        with pytest.raises(WrongIndexError):
            open_package(rebuilt(made, tmp_path / "a.wacz", change))


NAMES = ("../a", "/etc/a", "archive/../../a", "a\\b", "C:a", "a//b", "a/", "./a", "a\nb")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_out_is_refused(made: Path, tmp_path: Path, name: str) -> None:
    with pytest.raises(UnsafeNameError):
        open_package(rebuilt(made, tmp_path / "a.wacz", lambda f: f.update({name: b"x"})))


def test_links_and_doubles_are_refused(made: Path, tmp_path: Path) -> None:
    link = zipfile.ZipInfo("archive/link")
    link.external_attr = 0o120777 << 16
    for entry in (link, zipfile.ZipInfo(INDEX)):
        path = Path(shutil.copy(made, tmp_path / "a.wacz"))
        with zipfile.ZipFile(path, "a") as archive:
            if entry.filename == INDEX:
                with pytest.warns(UserWarning, match="Duplicate"):
                    archive.writestr(entry, b"/etc/passwd")
            else:
                archive.writestr(entry, b"/etc/passwd")
        with pytest.raises(UnsafeNameError):
            open_package(path)


def test_a_bomb_is_refused_before_it_unfolds(made: Path, tmp_path: Path) -> None:
    bomb = {PAGES: b'{"a": "' + bytes(40 << 20) + b'"}\n'}
    with pytest.raises(BombError, match="unfolds"):
        open_package(rebuilt(made, tmp_path / "a.wacz", lambda files: files.update(bomb)))
    # Two names over the same bytes: how a small file unfolds to petabytes.
    data = made.read_bytes()
    with zipfile.ZipFile(made) as opened:
        begin = opened.getinfo("archive/0.warc.gz").header_offset
    # The last four bytes before the name in the list at the end say where the file begins.
    at = data.rindex(b"archive/1.warc.gz") - 4
    shared = data[:at] + begin.to_bytes(4, "little") + data[at + 4 :]
    (tmp_path / "b.wacz").write_bytes(shared)
    with pytest.raises(BombError, match="shares"):
        open_package(tmp_path / "b.wacz")


each_in_its_folder = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)


@given(
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), min_size=1),
    st.floats(0, 1),
)
@each_in_its_folder
def test_any_damage_is_named_or_harms_nothing(
    made: Path, tmp_path: Path, edits: list[tuple[float, bytes]], kept: float
) -> None:
    data = bytearray(made.read_bytes())
    for where, what in edits:
        # Most of the structure of a package is at its end.
        at = int(len(data) * where**0.2)
        data[at : at + len(what)] = what
    path = tmp_path / "a.wacz"
    path.write_bytes(data if kept > 0.3 else data[: int(len(data) * kept * 3)])
    try:
        package = open_package(path)
    except PackageError:
        return
    whole = open_package(made)
    assert list(package.captures()) == list(whole.captures())
    assert list(package.pages()) == list(whole.pages())
    for one in whole.captures():
        assert package.record(one) == whole.record(one)
