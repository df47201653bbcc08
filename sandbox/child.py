"""One server process: start it, wait for its address, and stop it."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

from sandbox import lease
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from sandbox.options import Options

BUSY = 3
"""The exit code of a child whose state another server has."""

_START_SECONDS = 30.0
_STOP_SECONDS = 30.0
_LAST_WORDS_SECONDS = 1.0
_POLL_SECONDS = 0.1
_LAST_LINES = 5

_LEFT_RUNNING: list[subprocess.Popen[str]] = []
"""Servers that other commands still use: a `Popen` that is deleted warns about its running process."""


class Child:
    """A server that this process has started. It ends with this process, because its stdin does."""

    def __init__(self, options: Options) -> None:
        self._state_dir = options.state_dir
        self._log: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")  # noqa: SIM115 - stop() closes it
        self._process = subprocess.Popen(  # noqa: S603 - our own module, and no shell
            options.command_line(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            encoding="utf-8",
            env=child_environment(),
            start_new_session=True,
        )

    def wait_for_address(self) -> str | None:
        """Return the endpoint URL once the server answers; None if another server has its state.

        Raises UserError, with the last lines of its stderr, if it ends or prints nothing in 30 s.
        """
        line = self._first_line()
        if line:
            return str(json.loads(line)["endpoint_url"])
        ended = self._ended_within(_LAST_WORDS_SECONDS)
        if not ended:
            self._process.kill()
        code = self._process.wait()
        lines = self._last_lines()
        self._close()
        if code == BUSY:
            return None
        what = f"ended with exit code {code}" if ended else f"gave none in {_START_SECONDS:.0f} s"
        raise UserError("The sandbox did not start", f"waited for its address, but it {what}", lines, code=Code.SANDBOX)

    def died(self) -> UserError | None:
        """Return the error to show if it has ended without being stopped."""
        code = self._process.poll()
        if code is None:
            return None
        return UserError(
            "The sandbox", f"it ended by itself with exit code {code}", self._last_lines(), code=Code.SANDBOX
        )

    def stop(self) -> None:
        """Let it save its state and end, and wait for that; if other commands use the state, leave it running.

        Raises UserError if it has ended by itself, or does not end in 30 s.
        """
        died = self.died()
        self._close_pipes()
        try:
            if died:
                raise died
            self._wait_for_end()
        finally:
            self._close()

    def _wait_for_end(self) -> None:
        deadline = time.monotonic() + _STOP_SECONDS
        while time.monotonic() < deadline:
            if self._ended_within(_POLL_SECONDS):
                code = self._process.returncode
                if code:
                    raise UserError(
                        "The sandbox",
                        f"its state was not saved (exit code {code})",
                        self._last_lines(),
                        code=Code.SANDBOX,
                    )
                return
            if self._state_dir is not None and lease.has_users(self._state_dir):
                _LEFT_RUNNING.append(self._process)
                return
        self._process.kill()
        self._process.wait()
        why = f"it did not end in {_STOP_SECONDS:.0f} s and was killed; its state is as it was when it started"
        raise UserError("The sandbox", why, code=Code.SANDBOX)

    def _first_line(self) -> str:
        found: list[str] = []

        def read() -> None:
            if self._process.stdout is not None:
                found.append(self._process.stdout.readline())

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        reader.join(_START_SECONDS)
        return found[0] if found else ""

    def _ended_within(self, seconds: float) -> bool:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def _last_lines(self) -> str:
        self._log.seek(0)
        return "\n".join(self._log.read().strip().splitlines()[-_LAST_LINES:])

    def _close(self) -> None:
        self._close_pipes()
        self._log.close()

    def _close_pipes(self) -> None:
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()


def child_environment() -> dict[str, str]:
    """Return this process's environment, extended so that the child finds the package from any working directory."""
    paths = [str(Path(__file__).resolve().parents[1]), os.environ.get("PYTHONPATH", "")]
    # The parent reads the child's output as UTF-8, whatever the locale is.
    return {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": os.pathsep.join(filter(None, paths))}
