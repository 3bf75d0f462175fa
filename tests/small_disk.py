"""A real file system of a few megabytes for one command, to be filled up."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest


def on_small_disk(folder: Path, megabytes: int, *, filler: int = 0, then: str = "") -> list[str]:
    """A command prefix: what follows it finds a disk at `folder`/small.

    The disk is empty but for a file `filler` on it, of so many kilobytes. Once
    there is a file `folder`/now, `then` is run on the disk by a shell, with the
    command's process as `$pid`. What is on the disk at the end is copied to
    `folder`/after. Skips the test where user namespaces are not permitted.
    """
    probe = ["unshare", "-Urm", "sh", "-c", "mount -t tmpfs tmpfs /mnt"]
    if subprocess.run(probe, check=False, capture_output=True).returncode:
        pytest.skip("unprivileged user namespaces are not permitted here")
    small, after = folder / "small", folder / "after"
    small.mkdir()
    script = (
        f"mount -t tmpfs -o size={megabytes}m tmpfs {small} || exit 99; "
        f"dd if=/dev/zero of={small}/filler bs=1024 count={filler} status=none; "
        '"$@" & pid=$!; '
        f"(until [ -e {folder}/now ]; do sleep 0.1; done; cd {small}; {then or 'true'}) & "
        "watch=$!; wait $pid; status=$?; kill $watch; "
        f"rm -f {small}/filler; cp -r {small} {after}; exit $status"
    )
    return ["unshare", "-Urm", "sh", "-c", script, "sh"]
