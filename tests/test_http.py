"""Stored HTTP messages are read as they were meant, and damage is named, never raised."""

from __future__ import annotations

import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import brotli  # type: ignore[import-untyped]
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from archive.http import (
    DAMAGE,
    read_head,
    read_response,
    split_interim,
)

CODINGS: dict[bytes, Callable[[bytes], bytes]] = {
    b"gzip": gzip.compress,
    b"x-gzip": lambda body: (
        gzip.compress(body[: len(body) // 2]) + gzip.compress(body[len(body) // 2 :])
    ),
    b"deflate": zlib.compress,
    b"br": brotli.compress,
    b"zstd": zstd.compress,
    b"identity": bytes,
}
tokens = st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=12).map(str.encode)
values = st.binary(max_size=40).map(
    lambda raw: raw.replace(b"\r", b"").replace(b"\n", b"").strip(b" \t\x0b\x0c")
)


@st.composite
def messages(draw: st.DrawFn) -> tuple[bytes, bytes, bytes]:
    """A whole message, its entity, and its body before the content coding."""
    entity = draw(st.binary(max_size=3000)) * draw(st.sampled_from((1, 1, 40)))
    codings = draw(st.lists(st.sampled_from(sorted(CODINGS)), max_size=2))
    body = entity
    for coding in codings:
        body = CODINGS[coding](body)
    end = draw(st.sampled_from((b"\r\n", b"\n")))
    lines = [b"HTTP/1.1 200 " + draw(values)]
    lines += [b"X-" + draw(tokens) + b": " + draw(values) for _ in range(draw(st.integers(0, 4)))]
    lines += [b"Content-Encoding: " + coding for coding in codings]
    if draw(st.booleans()):
        lines.append(b"Content-Length: %d" % len(body))
        return end.join([*lines, b"", b""]) + body, entity, body
    lines.append(b"transfer-ENCODING: Chunked")
    sent = b""
    rest = body
    while rest:
        size = draw(st.integers(1, len(rest)))
        extension = draw(st.sampled_from((b"", b";a=1", b' ;note="a b"')))
        sent += b"%x" % size + extension + b"\r\n" + rest[:size] + b"\r\n"
        rest = rest[size:]
    trailers = [b"X-T: " + draw(values) + b"\r\n" for _ in range(draw(st.integers(0, 2)))]
    sent += b"0;last\r\n" + b"".join(trailers) + b"\r\n"
    return end.join([*lines, b"", b""]) + sent, entity, body


@given(messages())
def test_whole_messages_are_read_to_the_byte(message: tuple[bytes, bytes, bytes]) -> None:
    block, entity, _ = message
    response = read_response(block)
    assert (response.status, response.entity) == (200, entity)
    assert response.damage <= {"line_ends"}


@given(messages(), st.data())
def test_a_message_cut_anywhere_gives_what_came_and_says_so(
    message: tuple[bytes, bytes, bytes], data: st.DataObject
) -> None:
    block, entity, body = message
    cut = data.draw(st.integers(0, len(block) - 1))
    response = read_response(block[:cut])
    assert response.damage & {"head", "short"}
    if body == entity:
        assert entity.startswith(response.entity)


@given(messages(), st.binary(min_size=1, max_size=50))
def test_what_follows_a_message_is_no_part_of_it(
    message: tuple[bytes, bytes, bytes], more: bytes
) -> None:
    block, entity, _ = message
    response = read_response(block + more)
    assert response.entity == entity
    assert response.damage - {"line_ends"} == {"excess"}


@given(st.binary(max_size=400), st.sampled_from((b"", b"HTTP/1.1 200 OK\r\n")))
def test_any_bytes_are_read_without_an_error(raw: bytes, start: bytes) -> None:
    response = read_response(start + raw)
    assert response.damage <= DAMAGE.keys()
    assert bool(response.status) == (response.damage != {"head"})


@given(st.binary(max_size=2000), st.sampled_from(sorted(CODINGS)), st.data())
def test_a_coded_body_that_is_damaged_gives_what_could_be_read(
    entity: bytes, coding: bytes, data: st.DataObject
) -> None:
    coded = bytearray(CODINGS[coding](entity))
    if coding == b"identity" or not coded:
        return
    cut = data.draw(st.integers(1, len(coded)))
    if coding == b"x-gzip" and cut == len(gzip.compress(entity[: len(entity) // 2])):
        return  # between its two members: what is there is whole
    del coded[cut:]
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n\r\n" % coding
    response = read_response(head + coded)
    assert entity.startswith(response.entity)
    assert response.entity == entity or response.damage == {"content"}


def test_one_byte_of_a_second_member_is_no_padding() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
    one = gzip.compress(b"one")
    assert read_response(head + one + b"\0" * 9).damage == set()
    assert read_response(head + one + b"\x1f").damage == {"content"}
    assert read_response(head + one + gzip.compress(b"two")).entity == b"onetwo"


EXAMPLES: dict[str, tuple[str, bytes, bytes, set[str]]] = {
    "head announces a body": ("HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n", b"", set()),
    "no content": ("GET", b"HTTP/1.1 204 No Content\r\n\r\n", b"", set()),
    "a body where none may be": ("GET", b"HTTP/1.1 304 Not Modified\r\n\r\nx", b"", {"excess"}),
    "ends with the connection": ("GET", b"HTTP/1.0 200 OK\r\n\r\nall of it", b"all of it", set()),
    "short": ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc", b"abc", {"short"}),
    "the length twice": (
        "GET",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        b"abc",
        set(),
    ),
    "two lengths": (
        "GET",
        b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        b"abc",
        {"length"},
    ),
    "no number": ("GET", b"HTTP/1.1 200 OK\r\nContent-Length: -3\r\n\r\nabc", b"abc", {"length"}),
    "line without a colon": (
        "GET",
        b"HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 3\r\n\r\nabc",
        b"abc",
        {"header_line"},
    ),
    "broken chunk size": (
        "GET",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n",
        b"abc",
        {"chunks"},
    ),
    "broken chunk end": (
        "GET",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
        b"abc",
        {"chunks"},
    ),
    "another transfer coding": (
        "GET",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nabc",
        b"abc",
        {"transfer_unknown"},
    ),
    "another content coding": (
        "GET",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: sdch\r\n\r\nabc",
        b"abc",
        {"content_unknown"},
    ),
    "bare deflate": (
        "GET",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n" + zlib.compress(b"abc" * 9)[2:-4],
        b"abc" * 9,
        set(),
    ),
    "gzip with padding": (
        "GET",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzip.compress(b"abc") + b"\0" * 9,
        b"abc",
        set(),
    ),
    "bare line ends": ("GET", b"HTTP/1.1 200 OK\nX: a\n\nabc", b"abc", {"line_ends"}),
    "no HTTP": ("GET", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", b"", {"head"}),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_odd_messages(name: str) -> None:
    method, block, entity, damage = EXAMPLES[name]
    response = read_response(block, method)
    assert response.entity == entity
    assert response.damage == damage


def test_a_head_is_kept_as_it_was_sent() -> None:
    gbk = "年度报告".encode("gbk")
    head = read_head(b"HTTP/1.1 200 OK\r\nX-A: " + gbk + b"\r\nx-a: one,\r\n\ttwo\r\n\r\nbody")
    assert head
    assert head.version == "http/1.1"
    assert head.headers == ((b"X-A", gbk), (b"x-a", b"one,\ttwo"))
    assert head.values(b"x-a") == [gbk, b"one,\ttwo"]


def test_interim_responses_are_parted_from_the_final_one() -> None:
    hints = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
    final = b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 100 is what the body says\r\n\r\n"
    assert split_interim(hints + hints + final) == (hints + hints, final)
    assert split_interim(hints + hints[:9]) == (hints, hints[:9])
    assert split_interim(hints[:-1]) == (hints[:-1], b"")
    assert split_interim(final) == (b"", final)


@pytest.mark.parametrize("coding", [b"gzip", b"deflate", b"br", b"zstd"])
def test_a_small_body_cannot_fill_the_memory(coding: bytes) -> None:
    bomb = CODINGS[coding](bytes(50_000_000))
    block = b"HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\n\r\n" % coding + bomb
    tracemalloc.start()
    try:
        response = read_response(block, limit=1_000_000)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert response.damage == {"too_large"}
    assert response.entity == bytes(1_000_000)
    assert peak < 20_000_000
