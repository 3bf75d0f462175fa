"""Kills at calls on the disk, a few of those that `python -m tests.bench.calls` goes through."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.calls import (
    CITY,
    Place,
    killed_and_torn,
    killed_crawl,
    killed_recovery,
    prepared,
)
from tests.resuming import portal


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if shutil.which("strace") is None:
        pytest.skip("there is no strace here to kill at a call")
    with portal(CITY) as (server, _):
        yield prepared(tmp_path_factory.mktemp("place"), server)


@pytest.fixture(scope="module")
def left(place: Place, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return killed_and_torn(place, tmp_path_factory.mktemp("left"))


@pytest.mark.parametrize(("call", "number"), [("pwrite64", 60), ("fsync", 9), ("rename", 2)])
def test_a_crawl_of_revisits_killed_at_a_call(
    place: Place, tmp_path: Path, call: str, number: int
) -> None:
    assert killed_crawl(place, tmp_path, call, number)


@pytest.mark.parametrize(
    ("call", "number"), [("ftruncate", 1), ("fsync", 3), ("rename", 1), ("pwrite64", 3)]
)
def test_a_recovery_killed_at_a_call(left: Path, tmp_path: Path, call: str, number: int) -> None:
    assert killed_recovery(left, tmp_path, call, number)
