"""Processes of the warm parent: real ones, each with its own environment, and ended as they end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests import nursery

CITY = (sys.executable, "-m", "tests.city", "--port", "0", "--organs", "3", "--years", "2021")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_process_of_its_own_that_signals_reach(number: signal.Signals) -> None:
    with nursery.Popen(CITY, stdout=subprocess.PIPE) as city:
        assert city.stdout
        assert city.stdout.readline().startswith("http://127.0.0.1:")
        assert city.poll() is None
        stat = Path(f"/proc/{city.pid}/stat").read_text()
        parent = int(stat.rpartition(")")[2].split()[1])
        assert parent != os.getpid()
        # A thread or a reactor of the parent would be half there in the child.
        assert len(list(Path(f"/proc/{parent}/task").iterdir())) == 1
        city.send_signal(number)
        assert city.wait(30) == {signal.SIGTERM: 0, signal.SIGKILL: -9}[number]
    assert city.returncode == city.poll()


def test_settings_are_read_from_the_environment_given(tmp_path: Path) -> None:
    """One child knows nothing of what another was given."""
    for folder in ("a", "b"):
        given = {**os.environ, "NIANBAO_DATA": str(tmp_path / folder)}
        command = [sys.executable, "-m", "scrapy", "settings", "--get", "NIANBAO_DATA"]
        assert nursery.run(command, env=given, check=True).stdout == f"{tmp_path / folder}\n"


def test_outputs_status_and_folder_are_those_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<p>nothing", encoding="utf-8")
    command = [sys.executable, "-m", "pipelines", "page.html"]
    warm = nursery.run(command, cwd=tmp_path)
    path = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    cold = subprocess.run(
        command, cwd=tmp_path, env=path, capture_output=True, text=True, check=False
    )
    assert warm.returncode == cold.returncode == 3
    assert warm.stdout == cold.stdout != ""
    assert warm.stderr == cold.stderr
    usage = nursery.run([*command[:-1], "--no-such"], stderr=subprocess.STDOUT)
    assert (usage.returncode, usage.stderr) == (2, "")
    assert "required: FILE" in usage.stdout
    with pytest.raises(subprocess.CalledProcessError):
        nursery.run([*command[:-1], "--no-such"], check=True)


def test_one_that_takes_too_long_is_killed() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        nursery.run(CITY, timeout=0.2)


def test_only_modules_can_be_started() -> None:
    with pytest.raises(ValueError, match="not a module"):
        nursery.Popen(["ls"])
