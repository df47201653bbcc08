"""From the words of a command line to a command and its options."""

from __future__ import annotations

import argparse
import difflib
import importlib
from typing import TYPE_CHECKING, NoReturn, Protocol

from stacks import __version__
from stacks.errors import Code, UserError
from stacks.terminal import PROGRAM

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.cli.arguments import Options

HELP = ("-h", "--help", "--version")
ALIKE = 0.75
"""How similar (difflib's ratio) a word must be to a command to be a misspelt command, and not an environment."""


class Command(Protocol):
    """What `parse` returns of the file of a command."""

    def run(self, options: Options) -> int:
        """Do it, and return the exit code."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are errors like all others: exit code 1, because 2 means that a plan has changes."""

    def error(self, message: str) -> NoReturn:
        """Raise UserError instead of exiting with 2."""
        raise UserError("command line", message, f"`{self.prog} --help` lists what there is.", code=Code.USAGE)


def parse(words: list[str], program: str, commands: Mapping[str, str]) -> tuple[Command, Options]:
    """Parse the words after the `program`'s name; without a command they are for the first of `commands`.

    `commands` are the names of files in this folder, with a line of help for each; only the chosen one is imported.
    Raises UserError for words that do not fit, SystemExit(0) for `--help` and `--version`.
    """
    default = next(iter(commands))
    parser = Parser(
        prog="build.py" if program == PROGRAM else program,
        description="The infrastructure of a Streamlit app as CloudFormation stacks.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    parsers = {name: subparsers.add_parser(name, help=text) for name, text in commands.items()}
    name = words[0] if words else default
    if name in HELP:
        parser.parse_args(words)
    if name not in commands:
        if close := difflib.get_close_matches(name, commands, n=1, cutoff=ALIKE):
            parser.error(f'there is no command {name}; did you mean "{close[0]}"?')
        name, words = default, [default, *words]
    command = importlib.import_module(f"stacks.cli.{name}")
    command.add_arguments(parsers[name])
    parsed = parser.parse_args(words or [name])
    try:
        return command, command.Options(**vars(parsed))
    except ValueError as error:
        parser.error(str(error))
