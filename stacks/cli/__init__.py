"""The command line: a command is one file here, and one line in `COMMANDS`.

To add the command `graph`, write `stacks/cli/graph.py` with four definitions, and a line with its help in `COMMANDS`:

- `EXAMPLES`: what `--help` shows, from the words after the program's name to what they do.
- `Options`, a frozen dataclass derived from one in `arguments`: a field for each argument, named as argparse names it.
  Its `__post_init__` raises ValueError for options that contradict each other.
- `add_arguments(parser)` adds the arguments. Those that several commands have are functions in `arguments`.
- `run(options)` does the work and returns the exit code. It calls a function of another folder of `stacks/`,
  and gives the result to `reporting.show` with its `FORMATS`: functions of `stacks/views` by the name of the format.

The file is imported when its command is chosen, so that it imports what it needs at its top, and `--help` none of that.
A UserError that it raises is shown on standard error and, where JSON was asked for, as a document on standard output.
README.md lists the command (a test compares), and `stacks/iam/derive/commands/` the calls to AWS that it makes.

A command with another format has one entry more in its `FORMATS`. For the first beside text and JSON, `add_arguments`
calls `arguments.add_format`, which adds `--format` with the names in `FORMATS`.
"""

from __future__ import annotations

import os
import sys

from stacks import terminal
from stacks.cli import parsing
from stacks.cli.reporting import FAILED, INTERRUPTED, wants_json
from stacks.errors import Code, UserError, uninstalled

COMMANDS = {
    "build": "render and lint environments into out/ENV/ (the default)",
    "lint": "check the templates, write nothing",
    "new": "write the environment file of an app from the app's files",
    "bootstrap": "deploy what an account needs once: the artifact bucket",
    "plan": "show what a deployment would change",
    "push": "build the image of the commit, and push it to the repository",
    "deploy": "plan, ask, execute, watch, report",
    "outputs": "print the outputs",
    "status": "show stacks, service and autoscaling",
    "watch": "attach to what is running, to its end",
    "logs": "show what the tasks have written, and follow it",
    "exec": "run a command, or a shell, in a running container",
    "run": "run one command in a task of its own",
    "history": "show what was deployed when, by whom, and how it ended",
    "rollback": "plan and deploy the last good image, or another one of the history",
    "cost": "show what a month costs, by resource",
    "scale": "show what the scaling settings do with a load",
    "drift": "show what was changed by hand",
    "destroy": "delete the stacks",
    "adopt": "take over what Terraform runs",
    "permissions": "show which rights a deployment needs, and what the caller lacks of them",
    "completion": "print the script with which a shell completes commands",
    "sandbox": "run the embedded AWS in the foreground",
}
"""The files of the commands, with what `--help` says of each; the first is run where none is named."""


def main(words: list[str], program: str = terminal.PROGRAM) -> int:
    """Run one command and return its exit code; a user's mistake is one or two lines on stderr.

    With `--json` it is also the document on stdout. `program` is how the command line was called.
    """
    terminal.start(program)
    as_json = wants_json(words)
    try:
        command, options = parsing.parse(words, program, COMMANDS)
        if not options.quiet:
            terminal.tell_waiting()
        code = command.run(options)
        sys.stdout.flush()
    except UserError as error:
        terminal.failure(error, as_json=as_json)
        return FAILED
    except KeyboardInterrupt:
        terminal.failure(UserError("interrupted", "by Ctrl-C", code=Code.INTERRUPTED), as_json=as_json)
        return INTERRUPTED
    except ImportError as error:
        terminal.failure(uninstalled(error), as_json=as_json)
        return FAILED
    except OSError as error:
        if error.filename is not None:
            raise
        _abandon_stdout()
        terminal.message(f"standard output: {error.strerror or error}")
        return FAILED
    return code


def _abandon_stdout() -> None:
    """Nobody reads it any more: what is still buffered must not fail once more when the process ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
