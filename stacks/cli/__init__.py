"""The command line: each command parses, calls, and shows the result."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import arguments, build, deploy, look, permissions, session, watch
from stacks.errors import Code, UserError, uninstalled

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "build": build.build,
    "lint": build.lint,
    "bootstrap": deploy.bootstrap,
    "plan": deploy.plan,
    "deploy": deploy.deploy,
    "outputs": look.outputs,
    "status": look.status,
    "watch": watch.watch,
    "drift": look.drift,
    "destroy": deploy.destroy,
    "permissions": permissions.permissions,
    "sandbox": look.sandbox,
}


def main(words: list[str], program: str = terminal.PROGRAM) -> int:
    """Run one command and return its exit code; a user's mistake is one or two lines on stderr.

    With `--json` it is also the document on stdout. `program` is how the command line was called.
    """
    terminal.start(program)
    as_json = arguments.wants_json(words)
    try:
        code = run(words, program)
        sys.stdout.flush()
    except UserError as error:
        terminal.failure(error, as_json=as_json)
        return session.FAILED
    except KeyboardInterrupt:
        terminal.failure(UserError("interrupted", "by Ctrl-C", code=Code.INTERRUPTED), as_json=as_json)
        return session.INTERRUPTED
    except ImportError as error:
        terminal.failure(uninstalled(error), as_json=as_json)
        return session.FAILED
    except OSError as error:
        if error.filename is not None:
            raise
        _abandon_stdout()
        terminal.message(f"standard output: {error.strerror or error}")
        return session.FAILED
    return code


def run(words: list[str], program: str) -> int:
    """Parse and call.

    Raises UserError for everything that the user can mend.
    """
    parsed = arguments.parse(words, program)
    if not getattr(parsed, "quiet", False):
        terminal.tell_waiting()
    return COMMANDS[parsed.command](parsed)


def _abandon_stdout() -> None:
    """Nobody reads it any more: what is still buffered must not fail once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
