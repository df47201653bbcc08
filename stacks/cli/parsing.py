"""From the words of a command line to a command and its options."""

from __future__ import annotations

import argparse
import difflib
import importlib
from typing import TYPE_CHECKING, NoReturn, Protocol, cast

from stacks import __version__
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.cli import arguments

HELP = ("-h", "--help", "--version")
ALIKE = 0.75
"""How similar (difflib's ratio) a word must be to a command to be a misspelt command, and not an environment."""


class Command(Protocol):
    """The file of a command."""

    EXAMPLES: Mapping[str, str]
    Options: type[arguments.Options]

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add its arguments."""

    def run(self, options: arguments.Options) -> int:
        """Do it, and return the exit code."""


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are errors like all others: exit code 1, because 2 means that a plan has changes."""

    def error(self, message: str) -> NoReturn:
        """Raise UserError instead of exiting with 2."""
        raise UserError("command line", message, f"`{self.prog} --help` lists what there is.", code=Code.USAGE)


def parse(words: list[str], program: str, commands: Mapping[str, str]) -> tuple[Command, arguments.Options]:
    """Parse the words after the `program`'s name; without a command they are for the first of `commands`.

    `commands` are the names of files in this folder, with a line of help for each; only the chosen one is imported.
    Raises UserError for words that do not fit, SystemExit(0) for `--help` and `--version`.
    """
    default = next(iter(commands))
    parser, parts = parsers(program, commands)
    name = words[0] if words else default
    if name in HELP:
        parser.parse_args(words)
    if name not in commands:
        if close := difflib.get_close_matches(name, commands, n=1, cutoff=ALIKE):
            parser.error(f'there is no command {name}; did you mean "{close[0]}"?')
        name, words = default, [default, *words]
    command = load(name)
    complete(parts[name], command, program)
    words, program_words = _split(words or [name], command)
    parsed, unknown = parser.parse_known_args(words)
    if unknown:
        _refuse_unknown(parts[name], unknown, runs_a_program=_runs_a_program(command))
    if program_words:
        parsed.command = [*parsed.command, *program_words]
    try:
        return command, command.Options(**vars(parsed))
    except ValueError as error:
        parts[name].error(str(error))


def _refuse_unknown(parser: argparse.ArgumentParser, unknown: list[str], *, runs_a_program: bool) -> NoReturn:
    """Raise UserError for words that no argument takes: those of another program belong after `--`."""
    words = f"unrecognized arguments: {' '.join(unknown)}"
    if not runs_a_program:
        parser.error(words)
    then = f"What belongs to the command goes after --: {parser.prog} ENV -- COMMAND\n`{parser.prog} --help` has more."
    raise UserError("command line", words, then, code=Code.USAGE)


def _runs_a_program(command: Command) -> bool:
    return "command" in command.Options.__annotations__


def _split(words: list[str], command: Command) -> tuple[list[str], list[str]]:
    """Return our words, and those after `--` of a command that runs another program.

    argparse gives what follows `--` to a list of positionals only where no option is before it.
    """
    if not _runs_a_program(command) or "--" not in words:
        return words, []
    at = words.index("--")
    return words[:at], words[at + 1 :]


def load(name: str) -> Command:
    """Import the file of a command."""
    return cast("Command", importlib.import_module(f"stacks.cli.{name}"))


def complete(parser: argparse.ArgumentParser, command: Command, program: str) -> None:
    """Add a command's arguments to its parser, and its examples to its help."""
    command.add_arguments(parser)
    lines = [f"  {program} {words}\n      {text}" for words, text in command.EXAMPLES.items()]
    parser.epilog = "\n".join(["examples:", *lines])


def parsers(program: str, commands: Mapping[str, str]) -> tuple[Parser, dict[str, argparse.ArgumentParser]]:
    """Return the parser of the command line, and that of each command, which has no arguments yet."""
    parser = Parser(
        prog=program,
        description="A web app on AWS: CloudFormation stacks from one file of settings an environment.",
        epilog=f"`{program} COMMAND --help` has the options of a command, and examples.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    return parser, {
        name: subparsers.add_parser(
            name,
            help=text,
            description=f"{text[0].upper()}{text[1:]}.",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        for name, text in commands.items()
    }
