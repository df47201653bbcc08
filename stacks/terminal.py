"""The terminal: data to stdout, progress and questions to stderr; each as far as its encoding goes."""

from __future__ import annotations

import codecs
import io
import json
import logging
import select
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TextIO

from stacks.errors import Code, UserError, coded

if TYPE_CHECKING:
    from collections.abc import Sequence


PROGRAM = "python build.py"
"""What every text calls the command line; `program` is what it was started as."""
READABLE = {
    "→": "->",
    "…": "...",
    "·": "-",
    "×": "x",  # noqa: RUF001 - the sign for times
    "├": "|",
    "└": "`",
    "│": "|",
    "✓": "+",
    "✗": "x",
    "»": ">",
    **dict(zip("▁▂▃▄▅▆▇█", "_.:-=+*#", strict=True)),
}
"""What stands for a sign that a stream's encoding does not have; for any other one a question mark does."""


@dataclass
class _Session:
    """What is remembered for the time of a command."""

    program: str = PROGRAM
    has_data: bool = False


_SESSION = _Session()


def start(program: str) -> None:
    """Begin a command: advice calls the program so, and no text is unwritable.

    Python's own way with a sign that a stream's encoding lacks (`PYTHONIOENCODING=cp1252`, a C locale) is an exception.
    """
    _SESSION.program, _SESSION.has_data = program, False
    codecs.register_error("readable", _readable)
    sys.stdout = sys.stdout or io.TextIOWrapper(io.BytesIO())  # closed: nobody wants to read it
    sys.stderr = sys.stderr or io.TextIOWrapper(io.BytesIO())
    for stream, errors in ((sys.stdout, "readable"), (sys.stderr, "readable"), (sys.stdin, "replace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def _readable(error: UnicodeError) -> tuple[str, int]:
    """What is written in the place of what cannot be encoded."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(READABLE.get(sign, "?") for sign in error.object[error.start : error.end]), error.end


def spelt(text: str) -> str:
    """A text in which the command line is called as it was started: `python -m stacks`, where that is how."""
    return text.replace(PROGRAM, _SESSION.program)


def data(text: str) -> None:
    """Write a result to stdout."""
    verbatim(spelt(text))


def verbatim(text: str) -> None:
    """Write to stdout what others have written, without a change."""
    _SESSION.has_data = True
    sys.stdout.write(text if text.endswith("\n") else text + "\n")


def line_document(value: Any) -> None:  # noqa: ANN401 - any JSON value
    """Write one JSON document to stdout, on a line of its own."""
    verbatim(json.dumps(value, ensure_ascii=not _is_unicode(sys.stdout)))


def document(value: Any) -> None:  # noqa: ANN401 - any JSON document
    """Write one JSON document to stdout, exact in any encoding."""
    data(json.dumps(value, indent=2, ensure_ascii=not _is_unicode(sys.stdout)))


def failure(error: UserError, *, as_json: bool) -> None:
    """Tell an error on stderr and, as the one document that was asked for, on stdout, unless the result is there."""
    message(str(error))
    if as_json and not _SESSION.has_data:
        document(error.document())


def message(text: str) -> None:
    """Write a message to stderr, at once."""
    sys.stderr.write(spelt(text if text.endswith("\n") else text + "\n"))
    sys.stderr.flush()


def event(kind: str, **about: Any) -> None:  # noqa: ANN401 - any JSON value
    """Write one JSON object to stderr, on a line of its own, at once."""
    message(json.dumps({"type": kind, **about}, ensure_ascii=not _is_unicode(sys.stderr)))


def _is_unicode(stream: TextIO) -> bool:
    return (stream.encoding or "").lower().startswith("utf")


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


@coded(Code.UNCONFIRMED)
def choose(question: str, expected: Sequence[str]) -> str:
    """Ask, and give the answer if it is one of those expected.

    Raises UserError for another answer, or when there is nobody to answer; KeyboardInterrupt on Ctrl-C.
    """
    choices = " or ".join(repr(choice) for choice in expected)
    sys.stderr.write(f"{spelt(question)}\nType {choices} to go on: ")
    sys.stderr.flush()
    answer = sys.stdin.readline() if sys.stdin else ""
    if not answer:
        message("")
        raise UserError("confirmation", "nobody answers (standard input is closed)", "Pass --yes to go on unasked.")
    if answer.strip() not in expected:
        raise UserError("confirmation", f"the answer was not {choices}", "Nothing was changed.")
    return answer.strip()


@coded(Code.UNCONFIRMED)
def ask(question: str) -> str:
    """Ask for a text, and give the answer. Raises UserError when there is nobody to answer, or the answer is empty."""
    sys.stderr.write(f"{spelt(question)} ")
    sys.stderr.flush()
    answer = sys.stdin.readline() if sys.stdin else ""
    if not answer.strip():
        raise UserError("answer", "there is none", "Nothing was changed.")
    return answer.strip()


@coded(Code.UNCONFIRMED)
def answer(question: str, default: str) -> str:
    """Ask with a default, which Enter takes, and give the answer. Raises UserError when there is nobody to answer."""
    sys.stderr.write(f"{spelt(question)} [{default}] " if default else f"{spelt(question)} ")
    sys.stderr.flush()
    typed_line = sys.stdin.readline() if sys.stdin else ""
    if not typed_line:
        message("")
        raise UserError("answer", "nobody answers (standard input is closed)", "Pass --yes to go on unasked.")
    return typed_line.strip() or default


def counted(number: int, noun: str) -> str:
    """Return `1 task`, `2 tasks`, `0 tasks`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
