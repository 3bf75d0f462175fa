"""What several tests stand on."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

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
