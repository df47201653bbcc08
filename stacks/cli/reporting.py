"""What a command shows: its progress, its result in one of its formats, and whether an error is a JSON document."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from stacks import terminal

if TYPE_CHECKING:
    from stacks.cli.arguments import Options

DONE, FAILED, CHANGED, INTERRUPTED = 0, 1, 2, 130
"""Exit codes; 130 is what shells report for a process that Ctrl-C ended."""
JSON = "json"
"""The format that `--json` is short for."""

Result = TypeVar("Result")
Formats: TypeAlias = Mapping[str, Callable[[Result], object]]
"""By the name of a format, what makes a text or a JSON document of a result; the first is the default."""


def chosen(options: Options, formats: Mapping[str, object]) -> str:
    """Return the name of the format that was asked for."""
    return options.format or (JSON if options.json else next(iter(formats)))


def show(
    options: Options, result: Result, formats: Formats[Result], write: Callable[[str], None] = terminal.data
) -> None:
    """Write a result in the format that was asked for: a document to stdout, a text by `write`."""
    found = formats[chosen(options, formats)](result)
    if isinstance(found, str):
        write(found)
    else:
        terminal.document(found)


def progress(options: Options) -> Callable[[str], None]:
    """Return what writes progress: to stderr, with `--json` as one object a line, or with `--quiet` nowhere."""
    if options.quiet:
        return terminal.silent
    return terminal.remark if options.json else terminal.message


def wants_json(words: list[str]) -> bool:
    """Whether these words ask for a JSON document, also where no command understands them.

    Those after `--` are another program's.
    """
    words = words[: words.index("--")] if "--" in words else words
    parser = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--format", action="append", nargs="?", default=[])
    try:
        found, _ = parser.parse_known_args(words)
    except argparse.ArgumentError:
        return False
    return found.json or JSON in found.format
