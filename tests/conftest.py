"""What several tests stand on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Time is measured in tests/bench: a busy machine must not fail a test. The same examples are
# tried on every run of CI, new ones on every other.
hypothesis.settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("house")

_SHARED = Path(__file__).parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def seeds() -> Path:
    """Folder of real reports as plain text, with gold tables; not part of the repository."""
    folder = _SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the real reports are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def samples() -> Path:
    """Folder of real pages with their true cells; not part of the repository."""
    folder = _SHARED / "samples"
    if not folder.is_dir():
        pytest.skip("the real pages are not beside this checkout")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser that pages are drawn by; none is a failure where one must be."""
    # Here, since most tests need none of it.
    from playwright.sync_api import sync_playwright

    from crawler.browser import find
    from crawler.faults import BrowserMissingError

    with sync_playwright() as playwright:
        try:
            return find("", playwright.chromium.executable_path)
        except BrowserMissingError as missing:
            if "CI" in os.environ:
                raise
            pytest.skip(f"{missing}: {missing.advice}")


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A browser of the tests' own, which reaches nothing until a context gives it a proxy.

    As long as it is open no other test of the module can have an event loop of its own.
    """
    from playwright.sync_api import sync_playwright

    from crawler.browser import SWITCHES

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium, args=SWITCHES, proxy={"server": "http://127.0.0.1:9"}
        )
        yield opened
        opened.close()
