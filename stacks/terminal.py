"""The terminal: data to stdout, progress and questions to stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

from stacks.errors import UserError


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


def silent(text: str) -> None:
    """Write nothing: what `message` is under `--quiet`."""


def confirm(question: str, expected: str) -> None:
    """Ask, and go on only if the answer is `expected`.

    Raises UserError for another answer, or when there is nobody to answer; KeyboardInterrupt on Ctrl-C.
    """
    sys.stderr.write(f"{question}\nType {expected!r} to go on: ")
    sys.stderr.flush()
    answer = sys.stdin.readline() if sys.stdin else ""
    if not answer:
        message("")
        raise UserError("confirmation", "nobody answers (standard input is closed)", "Pass --yes to go on unasked.")
    if answer.strip() != expected:
        raise UserError("confirmation", f"the answer was not {expected!r}", "Nothing was changed.")
