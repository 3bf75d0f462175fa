"""Programs of others, in an environment of their own: what they say of our files counts.

pywb, cdxj-indexer and wacz want versions of packages that Scrapy cannot live with, and
pywb's licence is the GPL; so they are never part of the project. They are installed
once, under the user's cache folder, and run as processes.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

PACKAGES = (
    "pywb==2.10.0",
    "cdxj-indexer==1.5.0",
    "wacz==0.6.0",
    "setuptools<81",  # pywb needs pkg_resources, which later ones no longer have
)


SCRAPYD = ("scrapyd==1.6.0", "setuptools<81")  # its runner needs pkg_resources too


def program(name: str, packages: Sequence[str] = PACKAGES) -> str:
    """Path of a program of theirs; skips the test when they cannot be installed, but in CI."""
    said = hashlib.sha256(" ".join((sys.version, *packages)).encode()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "nianbao" / f"outside-{said}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _install(folder, packages)
            (folder / "ready").touch()
    return str(folder / "bin" / name)


def _install(folder: Path, packages: Sequence[str]) -> None:
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
    for command in ([sys.executable, "-m", "venv", str(folder)], [*pip, *packages]):
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        if ran.returncode:
            why = f"{' '.join(packages)} cannot be installed: {ran.stderr[-500:]}"
            if "CI" in os.environ:
                pytest.fail(why)
            pytest.skip(why)
