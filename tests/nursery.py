"""Processes of the house that start in a moment: forked from a parent that has imported it all.

Importing takes a crawl a second, longer than a small portal takes to crawl. So
`multiprocessing`'s fork server imports `tests.warm` once and forks a child for
every command. A child is a process like any other: it has an environment, a
folder, outputs and an exit status of its own, it reads the settings itself,
and it can be killed at any moment. The server has no threads, no reactor and
no open file of an archive, so that nothing of it can be half done in a child.

`Popen` and `run` take what those of `subprocess` take, as far as tests need it,
and only commands `[sys.executable, "-m", MODULE, ...]`; outputs are text. What
the interpreter reads when it starts (PYTHON...) cannot be given. Tests that ask
how a command behaves for a user start one by `subprocess` besides.
"""

from __future__ import annotations

import atexit
import contextlib
import multiprocessing
import os
import runpy
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import TextIO

_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["tests.warm"])
_ROOT = Path(__file__).parent.parent
_turn = threading.Lock()
"""Two threads that ask for one exit status at once would spoil it."""


class Popen:
    """A command in a process of its own; `stdout` and `stderr` as in `subprocess`, but text."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | str | None = None,
        stdout: int | None = None,
        stderr: int | None = None,
    ) -> None:
        if tuple(command[:2]) != (sys.executable, "-m"):
            raise ValueError(f"not a module of this interpreter: {command[:3]}")
        self.args = command
        self.stdout: TextIO | None = None
        with contextlib.ExitStack() as ours:
            if stdout == subprocess.PIPE:
                reading, stdout = os.pipe()
                ours.callback(os.close, stdout)
                self.stdout = os.fdopen(reading, encoding="utf-8")
            output = ours.enter_context(_handed(stdout, sys.__stdout__))
            together = stderr == subprocess.STDOUT
            errors = ours.enter_context(
                _handed(output.fileno() if together else stderr, sys.__stderr__)
            )
            given = (
                list(command[2:]),
                dict(os.environ if env is None else env),
                str(cwd or Path.cwd()),
                output,
                errors,
            )
            self._process = _SERVER.Process(target=_live, args=given)
            # The server takes the folder it is started in, and finds the house there.
            with _turn, contextlib.chdir(_ROOT):
                self._process.start()
        assert self._process.pid
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """The exit status, a signal's number below zero; None while it runs or nobody asked."""
        return self.poll()

    def poll(self) -> int | None:
        """The exit status if it has ended."""
        with _turn:
            return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        """The exit status, waited for; raises TimeoutExpired after so many seconds."""
        wait([self._process.sentinel], timeout)
        status = self.poll()
        if status is None:
            assert timeout is not None
            raise subprocess.TimeoutExpired(self.args, timeout)
        return status

    def send_signal(self, number: int) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it as `kill -9` does."""
        with _turn:
            self._process.kill()

    def terminate(self) -> None:
        """Ask it to end."""
        with _turn:
            self._process.terminate()

    def communicate(self) -> tuple[str, None]:
        """All it still prints, once it has ended."""
        assert self.stdout
        with self:
            return self.stdout.read(), None

    def __enter__(self) -> Popen:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.stdout:
            self.stdout.close()
        self.wait()


def run(
    command: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | str | None = None,
    stderr: int = subprocess.PIPE,
    timeout: float = 120,
    check: bool = False,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end and give what it printed; killed when it takes too long."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        apart = errors.fileno() if stderr == subprocess.PIPE else stderr
        with Popen(command, env=env, cwd=cwd, stdout=output.fileno(), stderr=apart) as child:
            try:
                status = child.wait(timeout)
            except subprocess.TimeoutExpired:
                child.kill()
                raise
        printed, complained = (_text(file.fileno()) for file in (output, errors))
    ran = subprocess.CompletedProcess(command, status, printed, complained)
    if check:
        ran.check_returncode()
    return ran


def _text(descriptor: int) -> str:
    return os.pread(descriptor, os.fstat(descriptor).st_size, 0).decode()


def _handed(descriptor: int | None, own: TextIO | None) -> Connection:
    """A copy of a descriptor that a child can be given: `multiprocessing` hands on connections."""
    if descriptor == subprocess.DEVNULL:
        return Connection(os.open(os.devnull, os.O_WRONLY), readable=False)
    if descriptor is None:
        assert own
        descriptor = own.fileno()
    return Connection(os.dup(descriptor), readable=False)


def _live(
    arguments: list[str],
    environment: dict[str, str],
    folder: str,
    output: Connection,
    errors: Connection,
) -> None:
    """What a child does: what `python -m` would, from its start to its end."""
    for number, given in ((1, output), (2, errors)):
        os.dup2(given.fileno(), number)
        given.close()
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    module, *_ = sys.argv = arguments
    sys.path.insert(0, folder)
    # A bench whose rounds start crawls has imported `tests.crawling` before it is run here.
    if not hasattr(sys.modules.get(module), "__path__"):
        sys.modules.pop(module, None)
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()
