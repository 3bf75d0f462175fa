"""The index: lookups against a naive search, lines against cdxj-indexer's."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.address import address_key
from archive.exchange import Exchange, look_at
from archive.folder import warc_files, warc_folder
from archive.index import MERGED, Capture, Index, IndexDamagedError, parse, timestamp, update
from archive.record import DamagedError, read_records
from archive.rendition import KINDS
from archive.warc import render
from archive.warcinfo import render_info
from archive.writer import Writer
from tests.city.faults import with_faults
from tests.city.wire import serve
from tests.crawling import crawl, run_job
from tests.exchanges import NOON, exchange, rendition, run
from tests.outside import program

RUN = run()
OK = b"HTTP/1.1 200 OK\r\n"

KEYS = {
    "http://www.changzhou.gov.cn/": "cn,gov,changzhou)/",
    "https://WWW.changzhou.gov.cn:443/A//b/../C/?b=2&a=1#x": "cn,gov,changzhou)/a/c?a=1&b=2",
    "http://www2.gov.cn:8080/x/": "cn,gov:8080)/x",
    "http://user:word@gov.cn/x?": "cn,gov)/x",
    "http://gov.cn?x=1": "cn,gov)/?x=1",
    "http://gov.cn/%E5%B8%B8?%D6%D0=%2541": "cn,gov)/%e5%b8%b8?%d6%d0=a",
    "http://gov.cn/常 州": "cn,gov)/%e5%b8%b8%20%e5%b7%9e",
    "http://gov.cn/a%23b%": "cn,gov)/a%23b%25",
    "http://常州.cn/": "cn,xn--6rtsh)/",
    "http://gov.cn/../x": "cn,gov)/../x",
    "http://gov.cn/x?PHPSESSID=" + "0a" * 16 + "&y=1": "cn,gov)/x?y=1",
    "http://gov.cn/(S(" + "a" * 24 + "))/p.aspx": "cn,gov)/p.aspx",
    "http://127.0.0.1:8000/x": "1,0,0,127:8000)/x",
    "urn:nianbao:run:1": "urn:nianbao:run:1",
    "urn:dom:http://www.GOV.cn/A/b/?b=2&a=1#x": "urn:dom:http://www.gov.cn/a/b?a=1&b=2",
    "urn:view:https://gov.cn/%2541//": "urn:view:https://gov.cn/a/",
    "": "-",
}
"""Addresses, and their keys as the `surt` package has them."""


@pytest.mark.parametrize("url", KEYS)
def test_key_of_an_address(url: str) -> None:
    assert address_key(url) == KEYS[url]


@given(st.text() | st.text("./?&=%25a:@[]").map("http://".__add__))
def test_any_text_has_a_key_that_fits_a_line(text: str) -> None:
    key = address_key(text)
    assert key
    assert key.isascii()
    assert key.isprintable()
    assert " " not in key


def test_an_address_encoded_without_end_costs_no_time() -> None:
    assert address_key("http://gov.cn/" + "%25" * 200_000 + "41").startswith("cn,gov)/%25")


# Few addresses and few times, so that they meet.
URLS = st.sampled_from(("", "a", "a/", "a/b", "A", "a!", "ab", "a?x", "z")).map(
    "http://gov.cn/".__add__
)
MOMENTS = st.integers(0, 40).map(lambda n: NOON + dt.timedelta(seconds=n * n * n))
CAPTURES = st.builds(
    lambda url, moment, offset: Capture(
        address_key(url), timestamp(moment), url, "text/html", 200, "sha256:00", 9, offset, "a"
    ),
    URLS,
    MOMENTS,
    st.integers(0, 10**12),
)
each_in_its_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def write(folder: Path, captures: list[Capture]) -> Path:
    path = folder / MERGED
    path.write_bytes(b"".join(sorted(one.line() for one in captures)))
    return path


@given(st.lists(CAPTURES, max_size=30), URLS, MOMENTS)
@each_in_its_folder
def test_lookups_find_what_a_search_through_all_finds(
    tmp_path: Path, captures: list[Capture], url: str, moment: dt.datetime
) -> None:
    captures = sorted(captures, key=Capture.line)
    of_url = [one for one in captures if one.key == address_key(url)]
    below = address_key(url)
    if url.endswith("/") and not below.endswith("/"):
        below += "/"
    with Index(write(tmp_path, captures)) as index:
        assert list(index) == captures
        assert list(index.captures(url)) == of_url
        assert list(index.prefix(url)) == [one for one in captures if one.key.startswith(below)]
        assert index.closest(url, moment) == min(
            of_url, key=lambda one: abs(one.moment - moment), default=None
        )


@given(st.binary(max_size=80), st.integers(0, 3))
@each_in_its_folder
def test_a_file_that_is_no_index_is_named(tmp_path: Path, junk: bytes, whole: int) -> None:
    path = tmp_path / MERGED
    line = Capture("cn,gov)/", timestamp(NOON), "u", "m", 200, "d", 1, 0, "f").line()
    path.write_bytes(line * whole + b"{" + junk)
    with pytest.raises(IndexDamagedError, match=r"index\.cdxj"), Index(path) as index:
        list(index)


def test_a_line_says_numbers_or_is_refused() -> None:
    whole = Capture("cn,gov)/", timestamp(NOON), "u", "m", 200, "d", 1, 0, "f").line()
    assert parse(whole, "here").status == 200
    for old, new in (
        (b'"1"', b'"one"'),
        (b" 2026", b" 0000"),
        (b'"url"', b'"uri"'),
        (b"01", b"99"),
    ):
        broken = whole.replace(old, new, 1)
        assert broken != whole
        with pytest.raises(IndexDamagedError, match="here"):
            parse(broken, "here")


def archive(folder: Path, name: str, *exchanges: Exchange) -> Path:
    """A finished WARC file in a portal's folder."""
    path = warc_folder(folder) / name
    path.parent.mkdir(exist_ok=True)
    sets = (render(one, look_at(one), RUN) for one in exchanges)
    path.write_bytes(b"".join((render_info(RUN, name), *sets)))
    return path


def page(url: str, **facts: object) -> Exchange:
    return dataclasses.replace(exchange(), url=url, **facts)  # type: ignore[arg-type]


ODD = [
    page(url, response=OK + b"Content-Type: text/html; charset=gbk\r\n\r\n\xc4\xea")
    for url in KEYS
    if url.startswith("http")
] + [
    page("http://gov.cn/none", response=OK + b"\r\nno type"),
    page("http://gov.cn/moved", response=b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n"),
    page("http://gov.cn/twice", response=OK + b"content-type: A/B\r\nContent-Type: c/d\r\n\r\n"),
    page("http://gov.cn/gbk", response=OK + b"X: \xc4\xea\r\nContent-Type: text/plain\r\n\r\nx"),
    page("http://gov.cn/asked", request=b""),
]
CHUNKED = page(
    "http://gov.cn/chunks",
    response=OK + b"Transfer-Encoding: chunked\r\nContent-Type: a/b\r\n\r\n1\r\na\r\n0\r\n\r\n",
)
LEFT_OUT = [
    page("http://gov.cn/head", method="HEAD", response=OK + b"Content-Length: 9\r\n\r\n"),
    page("http://gov.cn/cut", response=OK + b"\r\nhal", truncated="disconnect"),
    page("http://gov.cn/short", response=OK + b"Content-Length: 9\r\n\r\nhal"),
    page("http://gov.cn/junk", response=b"hello"),
    page("http://gov.cn/silent", response=b"", error="reset"),
]


def test_every_capture_that_can_be_played_is_where_its_line_says(tmp_path: Path) -> None:
    files = [archive(tmp_path, "a.warc.gz", *ODD[:9], *LEFT_OUT)]
    files.append(archive(tmp_path, "b.warc.gz", CHUNKED, *ODD[9:]))
    with Index(update(tmp_path)) as index:
        found = list(index)
    assert sorted(one.url for one in found) == sorted(
        record.fields["WARC-Target-URI"]
        for path in files
        for record in read_records(path)
        if record.type == "response"
        and not record.fields["WARC-Target-URI"].endswith(("/head", "/cut", "/short", "/junk"))
    )
    for one in found:
        record = next(read_records(warc_folder(tmp_path) / one.filename, one.offset))
        assert (record.type, record.length) == ("response", one.length)
        assert record.fields["WARC-Target-URI"] == one.url
    chunks = next(one for one in found if one.url.endswith("/chunks"))
    assert chunks.digest == f"sha256:{hashlib.sha256(b'a').hexdigest()}"


def test_update_follows_the_files(tmp_path: Path) -> None:
    def urls() -> list[str]:
        with Index(update(tmp_path)) as index:
            return [one.url for one in index]

    first = archive(tmp_path, "a.warc.gz", page("http://gov.cn/b"), page("http://gov.cn/a"))
    assert urls() == ["http://gov.cn/a", "http://gov.cn/b"]
    made = (tmp_path / MERGED).stat().st_mtime_ns
    still_open = archive(tmp_path, "c.warc.gz.open", page("http://gov.cn/c"))
    update(tmp_path)
    assert (tmp_path / MERGED).stat().st_mtime_ns == made
    still_open.rename(still_open.with_suffix(""))
    assert urls() == ["http://gov.cn/a", "http://gov.cn/b", "http://gov.cn/c"]
    first.unlink()
    assert urls() == ["http://gov.cn/c"]
    (tmp_path / MERGED).unlink()  # as after being killed between the parts and the whole
    assert urls() == ["http://gov.cn/c"]


def test_a_torn_file_is_named_and_no_index_made_of_it(tmp_path: Path) -> None:
    path = archive(tmp_path, "a.warc.gz", page("http://gov.cn/a"))
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DamagedError, match=r"a\.warc\.gz"):
        update(tmp_path)
    assert not (tmp_path / MERGED).exists()


def test_an_empty_portal_has_an_empty_index(tmp_path: Path) -> None:
    with Index(update(tmp_path)) as index:
        assert list(index) == []
        assert index.closest("http://gov.cn/", NOON) is None


def test_a_crawl_leaves_its_index_up_to_date(tmp_path: Path) -> None:
    with serve(with_faults()) as server:
        asked = [{"url": f"http://127.0.0.1:{server.port}/fault/{name}"} for name in ("gzip", "br")]
        crawl(tmp_path, asked)
        with Index(tmp_path / "asker" / MERGED) as index:
            assert [one.url for one in index] == sorted(one["url"] for one in asked)
        # An index that cannot be written is named, and costs the crawl nothing.
        shutil.rmtree(tmp_path / "asker" / "index")
        (tmp_path / "asker" / "index").write_text("no folder")
        ran = run_job(tmp_path, asked, LOG_LEVEL="WARNING")
    assert ran.returncode == 0, ran.stderr
    assert "the index is not up to date" in ran.stderr
    (tmp_path / "asker" / "index").unlink()
    with Index(update(tmp_path / "asker")) as index:
        assert len(list(index)) == 4


def test_lines_of_odd_responses_are_those_of_cdxj_indexer(tmp_path: Path) -> None:
    archive(tmp_path, "a.warc.gz", *ODD, CHUNKED)
    # The one exception: it takes the digest of chunks and all.
    assert _other_digests(tmp_path, len(ODD) + 1) == {CHUNKED.url}


def test_lines_of_revisits_and_renditions_are_those_of_cdxj_indexer(tmp_path: Path) -> None:
    url = "http://www.gov.cn/A/../b/?b=2&a=%41&PHPSESSID=" + "0a" * 16
    one = page(url)
    writer = Writer(tmp_path, RUN)
    for again in (one, dataclasses.replace(one, id=page(url).id)):
        writer.submit(again).result()
    writer.submit_renditions([rendition(one, kind) for kind in KINDS]).result()
    writer.close({})
    records = "response,revisit,resource"
    # It makes a digest of its own where a record states none of its payload.
    urns = {f"urn:{kind}:{url}" for kind in KINDS}
    assert _other_digests(tmp_path, 2 + len(KINDS), records) == urns


def _other_digests(folder: Path, count: int, records: str = "response,revisit") -> set[str]:
    """See that lines agree in all but the digest; gives the addresses where that differs."""
    with Index(update(folder)) as index:
        ours = list(index)
    done = subprocess.run(
        [program("cdxj-indexer"), "--records", records, *map(str, warc_files(folder))],
        check=True,
        capture_output=True,
    )
    lines = sorted(done.stdout.splitlines(keepends=True))
    # The last record of a run is no capture of anything.
    lines = [line for line in lines if not line.startswith(b"urn:nianbao:run:")]
    theirs = [parse(line, "theirs") for line in lines]
    assert len(ours) == count
    assert [one.line() for one in theirs] == lines
    pairs = list(zip(ours, theirs, strict=True))
    assert [(a, b) for a, b in pairs if dataclasses.replace(a, digest=b.digest) != b] == []
    return {a.url for a, b in pairs if a.digest != b.digest}
