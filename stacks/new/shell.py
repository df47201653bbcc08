"""Words of a shell's command line, as far as variables can be filled in without running it."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SHELL_FORM = ("/bin/sh", "-c")
"""What runs the shell form of CMD and ENTRYPOINT, unless SHELL says otherwise, and the lines of a Procfile."""
VARIABLE = re.compile(
    r"(?<!\\)\$(?:\{(?P<braced>[A-Za-z_]\w*)(?:(?P<how>:?[-+])(?P<word>[^{}]*))?\}|(?P<bare>[A-Za-z_]\w*))"
)
"""`$NAME`, `${NAME}`, `${NAME:-word}`, `${NAME-word}`, `${NAME:+word}`, `${NAME+word}`."""
SEPARATORS = frozenset({"&&", "||", ";", "|", "&"})
SHELLS = frozenset({"sh", "bash", "ash", "dash"})
STEPS = 4
"""How deep shells are nested that are looked into, as `sh -c "bash -c ..."`."""


def fill_in(text: str, variables: Mapping[str, str], *, keep_unknown: bool = False) -> str:
    """Return the text with the values of variables.

    One that is unknown is empty, or stays as it is with `keep_unknown`, so that it can be recognised.
    """

    def value(found: re.Match[str]) -> str:
        name = found["braced"] or found["bare"]
        known, how = variables.get(name), found["how"] or ""
        is_set = bool(known) if how.startswith(":") else known is not None
        if how.endswith("+"):
            return found["word"] if is_set else ""
        if is_set:
            return known or ""
        if keep_unknown:
            return found[0]
        return found["word"] if how else ""

    return VARIABLE.sub(value, text)


def commands(words: list[str], variables: Mapping[str, str]) -> list[list[str]]:
    """Return the simple commands of a process: itself, or what the shell runs that it starts with `-c`.

    Words have the values of `variables`; an unknown variable stays as it is written, `${PORT:-8000}`.
    """
    return _commands(words, variables, STEPS)


def _commands(words: list[str], variables: Mapping[str, str], steps: int) -> list[list[str]]:
    script = _script(words)
    if script is None or not steps:
        return [_without_prefix(words)] if words else []
    lexer = shlex.shlex(fill_in(script, variables, keep_unknown=True), posix=True, punctuation_chars=";&|")
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        tokens = list(lexer)
    except ValueError:  # a quote that does not end
        return []
    found: list[list[str]] = [[]]
    for token in tokens:
        if token in SEPARATORS:
            found.append([])
        else:
            found[-1].append(token)
    return [it for each in found for it in _commands(_without_prefix(each), variables, steps - 1)]


def _script(words: list[str]) -> str | None:
    """Return what a shell is given with `-c`, alone or among other letters (`-lc`)."""
    if not words or words[0].rpartition("/")[2] not in SHELLS:
        return None
    for index, word in enumerate(words[1:-1], start=1):
        if re.fullmatch(r"-[a-z]*c", word):
            return words[index + 1]
    return None


def _without_prefix(words: list[str]) -> list[str]:
    """Return a command without what only starts it: assignments, `exec`, `env`, package managers' `run`, `tini`."""
    rest = list(words)
    while rest:
        name = rest[0].rpartition("/")[2]
        if re.fullmatch(r"[A-Za-z_]\w*=.*", rest[0]) or name in {"exec", "env", "nohup", "time"}:
            rest = rest[1:]
        elif name in {"poetry", "uv", "pipenv", "pdm", "hatch", "rye"} and rest[1:2] == ["run"]:
            rest = rest[2:]
            while rest and rest[0].startswith("-"):
                rest = rest[1:]
        elif name in {"tini", "dumb-init", "opentelemetry-instrument", "ddtrace-run", "newrelic-admin"}:
            rest = rest[1:]
            while rest and (rest[0].startswith("-") or rest[0] == "run-program"):
                rest = rest[1:]
        elif re.fullmatch(r"python[\d.]*", name) and rest[1:2] == ["-m"]:
            rest = rest[2:]
        else:
            break
    return rest
