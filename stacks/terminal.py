"""The terminal: data to stdout, progress and questions to stderr."""

from __future__ import annotations

import json
import logging
import select
import sys
from typing import TYPE_CHECKING, Any

from stacks.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence


def data(text: str) -> None:
    """Write a result to stdout."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def document(value: Any) -> None:  # noqa: ANN401 - any JSON document
    """Write one JSON document to stdout."""
    data(json.dumps(value, indent=2, ensure_ascii=False))


def message(text: str) -> None:
    """Write a message to stderr, at once."""
    sys.stderr.write(text if text.endswith("\n") else text + "\n")
    sys.stderr.flush()


def event(kind: str, **about: Any) -> None:  # noqa: ANN401 - any JSON value
    """Write one JSON object to stderr, on a line of its own, at once."""
    message(json.dumps({"type": kind, **about}, ensure_ascii=False))


def remark(text: str) -> None:
    """Write a message to stderr as a JSON object: what `message` is under `--json`."""
    event("message", text=text)


class Waiting(logging.Handler):
    """Tells what is waited for: the steps say so to the logger `stacks`, because they know no terminal."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one message."""
        message(record.getMessage())


def tell_waiting() -> None:
    """From now on, long waits are told."""
    logger = logging.getLogger("stacks")
    logger.setLevel(logging.INFO)
    logger.handlers = [Waiting()]
    logger.propagate = False


def silent(text: str) -> None:
    """Write nothing: what `message` is under `--quiet`."""


def is_interactive() -> bool:
    """Whether somebody reads standard error and can answer on standard input."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stderr.isatty()


def typed() -> str:
    """The line that somebody has typed meanwhile, or "": nothing is waited for."""
    ready, _, _ = select.select([sys.stdin], [], [], 0)
    return sys.stdin.readline().strip() if ready else ""


def interrupted_within(seconds: float) -> bool:
    """Wait for Ctrl-C, at most so long or until Enter is pressed; whether it came."""
    try:
        ready, _, _ = select.select([sys.stdin], [], [], seconds)
        if ready:
            sys.stdin.readline()
    except KeyboardInterrupt:
        return True
    return False


def confirm(question: str, expected: str) -> None:
    """Ask, and go on only if the answer is `expected`.

    Raises UserError for another answer, or when there is nobody to answer; KeyboardInterrupt on Ctrl-C.
    """
    choose(question, [expected])


def choose(question: str, expected: Sequence[str]) -> str:
    """Ask, and give the answer if it is one of those expected.

    Raises UserError for another answer, or when there is nobody to answer; KeyboardInterrupt on Ctrl-C.
    """
    choices = " or ".join(repr(choice) for choice in expected)
    sys.stderr.write(f"{question}\nType {choices} to go on: ")
    sys.stderr.flush()
    answer = sys.stdin.readline() if sys.stdin else ""
    if not answer:
        message("")
        raise UserError("confirmation", "nobody answers (standard input is closed)", "Pass --yes to go on unasked.")
    if answer.strip() not in expected:
        raise UserError("confirmation", f"the answer was not {choices}", "Nothing was changed.")
    return answer.strip()
