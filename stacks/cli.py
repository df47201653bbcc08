"""The command line: each command parses, calls, and shows the result."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import arguments, terminal
from stacks.errors import UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator

    from stacks.settings import Settings

ENVIRONMENTS = Path("environments")
OUT = Path("out")
LINT_CACHE = Path(".cache", "lint")
SANDBOX_STATE = Path(".sandbox")

DONE, FAILED, CHANGED, INTERRUPTED = 0, 1, 2, 130
"""Exit codes; 130 is what shells report for a process that Ctrl-C ended."""


def main(words: list[str]) -> int:
    """Run one command and return its exit code; a user's mistake is one or two lines on stderr."""
    try:
        code = run(words)
        sys.stdout.flush()
    except UserError as error:
        terminal.message(str(error))
        return FAILED
    except KeyboardInterrupt:
        terminal.message("interrupted")
        return INTERRUPTED
    except OSError as error:
        if error.filename is not None:
            raise
        _abandon_stdout()
        terminal.message(f"standard output: {error.strerror or error}")
        return FAILED
    return code


def run(words: list[str]) -> int:
    """Parse and call.

    Raises UserError for everything that the user can mend.
    """
    parsed = arguments.parse(words)
    return COMMANDS[parsed.command](parsed)


def build(args: argparse.Namespace) -> int:
    """`build [ENV...]`."""
    from stacks import build as step
    from stacks.views import build as view

    built = step.build(_named(args), OUT, LINT_CACHE, _progress(args))
    if args.json:
        terminal.document(view.document(built))
    else:
        terminal.data(view.text(built))
    return DONE if built.passed else FAILED


def lint(args: argparse.Namespace) -> int:
    """`lint [ENV...]`."""
    from stacks import build as step
    from stacks.views import lint as view

    reports = tuple(step.check(settings, LINT_CACHE).report for settings in _named(args))
    form = args.format or ("json" if args.json else "text")
    terminal.data(view.FORMATS[form](reports))
    return DONE if all(report.passed for report in reports) else FAILED


def sandbox(args: argparse.Namespace) -> int:
    """`sandbox`: until Ctrl-C or SIGTERM."""
    from stacks import sandbox as embedded

    embedded.serve(state_dir=SANDBOX_STATE, region=args.region, port=args.port, time_scale=args.time_scale)
    return DONE


COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "build": build,
    "lint": lint,
    "sandbox": sandbox,
}


def _named(args: argparse.Namespace) -> list[Settings]:
    """The settings of the environments on the command line, or of all there are."""
    from stacks import settings

    names = args.environments or settings.known(ENVIRONMENTS)
    if not names:
        raise UserError(
            f"{ENVIRONMENTS}/", "there is no environment in it", "Run this where build.py is, or add environments/NAME.toml."
        )
    loaded = []
    for name in dict.fromkeys(names):
        loaded.append(settings.load(name, var_files=args.var_file, variables=args.var, directory=ENVIRONMENTS))
    return loaded


def _one(args: argparse.Namespace) -> Settings:
    """The settings of the environment on the command line."""
    from stacks import settings

    image = getattr(args, "image", None)
    variables = args.var if image is None else [*args.var, f"image_tag={image}"]
    return settings.load(args.environment, var_files=args.var_file, variables=variables, directory=ENVIRONMENTS)


def _progress(args: argparse.Namespace) -> Callable[[str], None]:
    return terminal.silent if args.quiet else terminal.message


def _abandon_stdout() -> None:
    """Nobody reads it any more: what is still buffered must not fail once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
