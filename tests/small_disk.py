"""A real file system of a few megabytes for one command, to be filled up."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


def on_small_disk(folder: Path, megabytes: int) -> list[str]:
    """A command prefix: what follows it finds an empty disk at `folder`/small.

    What is on the disk at the end is copied to `folder`/after. Skips the test
    where user namespaces are not permitted.
    """
    probe = ["unshare", "-Urm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    if subprocess.run(probe, check=False, capture_output=True).returncode:
        pytest.skip("unprivileged user namespaces are not permitted here")
    small, after = folder / "small", folder / "after"
    small.mkdir()
    script = (
        f"mount -t tmpfs -o size={megabytes}m tmpfs {small} || exit 99; "
        f'"$@"; status=$?; cp -r {small} {after}; exit $status'
    )
    return ["unshare", "-Urm", "sh", "-c", script, "sh"]
