"""Programs of others that run as children: what they write is passed on, and Ctrl-C ends them."""

from __future__ import annotations

import contextlib
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from stacks.errors import Code, UserError

KEPT = 40
"""Lines of the end of the output that are kept, to say why a program failed."""
PATIENCE = 20.0
"""Seconds for an answer to a question, such as its version; an engine at the other end of a network may be slow."""
LAST_SECONDS = 10.0
"""Seconds that a program has after Ctrl-C, as `docker stop` gives a container, before it is killed."""

Say = Callable[[str], None]
"""What passes on one line."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a program has ended, with what it wrote: of `run` the last lines, of both streams."""

    code: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        """The last lines as one text."""
        return "\n".join(self.lines)

    @property
    def how(self) -> str:
        """`exit code 1`, or the signal that has ended it."""
        if self.code >= 0:
            return f"exit code {self.code}"
        try:
            return f"killed by {signal.Signals(-self.code).name}"
        except ValueError:
            return f"killed by signal {-self.code}"


def ask(words: Sequence[str], *, env: Mapping[str, str] | None = None) -> Ended:
    """Run a program that answers at once, and return what it wrote to stdout; with why, where it failed.

    It gets no input. One that does not answer, or cannot be started, has failed and says so in its lines.
    """
    try:
        done = subprocess.run(  # noqa: S603 - a program that was found on PATH, and no shell
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
            check=False,
            env=env,
        )
    except subprocess.TimeoutExpired:
        return Ended(code=1, lines=(f"no answer within {PATIENCE:.0f} s",))
    except OSError as error:
        return Ended(code=1, lines=(error.strerror or str(error),))
    wrote = f"{done.stdout}\n{done.stderr}" if done.returncode else done.stdout
    return Ended(code=done.returncode, lines=tuple(wrote.splitlines()))


def run(words: Sequence[str], *, say: Say, stdin: str | None = None) -> Ended:
    """Run a program to its end and pass on each line that it writes.

    KeyboardInterrupt ends the program, too, before it goes on. Raises UserError where it cannot be started.
    """
    try:
        process = subprocess.Popen(  # noqa: S603 - a program that was found on PATH, and no shell
            words,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise UserError(
            words[0], f"it cannot be started: {error.strerror or error}", "Is it installed?", code=Code.INSTALLATION
        ) from error
    kept: deque[str] = deque(maxlen=KEPT)
    with process:
        try:
            if stdin is not None and process.stdin is not None:
                with contextlib.suppress(BrokenPipeError):  # it has ended already; its exit code says why
                    process.stdin.write(stdin)
                    process.stdin.close()
            for line in process.stdout or ():
                kept.append(line.rstrip())
                say(line.rstrip())
            code = process.wait()
        except BaseException:
            _end(process)
            raise
    return Ended(code=code, lines=tuple(kept))


def _end(process: subprocess.Popen[str]) -> None:
    """End it as Ctrl-C in a terminal does, which reaches it, too; kill it where that is not enough."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(LAST_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
