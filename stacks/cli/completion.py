"""`completion SHELL`: print the script with which a shell completes what is typed."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from stacks import terminal
from stacks.cli import COMMANDS, arguments, parsing
from stacks.cli.reporting import DONE
from stacks.status.outputs import NAMES
from stacks.views.completion import SHELLS
from stacks.views.completion.grammar import Argument, Command, Grammar, Kind, Option, Values

EXAMPLES = {
    "completion bash": 'in ~/.bashrc: eval "$(preto completion bash)"',
    "completion zsh": 'in ~/.zshrc, after compinit: eval "$(preto completion zsh)"',
    "completion fish > ~/.config/fish/completions/preto.fish": "once, and after each update",
}

PROGRAM = "preto"
"""What is completed: a shell knows a program by its name."""
REPEATED = ("*", "+", argparse.REMAINDER)
KINDS = {"ENV": Kind.ENVIRONMENTS, "FILE": Kind.FILES, "DIR": Kind.FOLDERS}
"""By what the help calls a value."""
KNOWN = {("outputs", "name"): tuple(NAMES)}
"""Arguments whose values are known beforehand, though others are allowed."""


@dataclass(frozen=True, kw_only=True)
class Options(arguments.Options):
    """The options of `completion`."""

    shell: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    parser.add_argument("shell", choices=tuple(SHELLS), help="for which shell")


def run(options: Options) -> int:
    """Print the script."""
    terminal.data(SHELLS[options.shell](grammar()))
    return DONE


def grammar() -> Grammar:
    """Return what the parsers of all commands accept."""
    parser, parsers = parsing.parsers(PROGRAM, COMMANDS)
    for name, each in parsers.items():
        parsing.complete(each, parsing.load(name), PROGRAM)
    commands = tuple(_command(name, text, parsers[name]) for name, text in COMMANDS.items())
    return Grammar(program=PROGRAM, options=tuple(_options("", parser)), commands=commands)


def _command(name: str, text: str, parser: argparse.ArgumentParser) -> Command:
    positionals = [it for it in _actions(parser) if not it.option_strings]
    return Command(
        name=name,
        help=text,
        options=tuple(_options(name, parser)),
        arguments=tuple(Argument(values=_values(name, it), is_repeated=it.nargs in REPEATED) for it in positionals),
    )


def _options(command: str, parser: argparse.ArgumentParser) -> list[Option]:
    return [
        Option(
            names=tuple(it.option_strings),
            help=(it.help or "").replace("%(prog)s", PROGRAM),
            values=None if it.nargs == 0 else _values(command, it),
            is_repeated=isinstance(it, REPEATABLE) or it.nargs in REPEATED,
        )
        for it in _actions(parser)
        if it.option_strings
    ]


def _actions(parser: argparse.ArgumentParser) -> list[argparse.Action]:
    """Return all arguments and options, `--help` among them."""
    hidden = argparse.SUPPRESS
    return [it for it in parser._actions if it.help != hidden and not isinstance(it, argparse._SubParsersAction)]  # noqa: SLF001 - argparse has no public list


def _values(command: str, action: argparse.Action) -> Values:
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest
    words = tuple(map(str, action.choices)) if action.choices else KNOWN.get((command, action.dest), ())
    kind = KINDS.get(metavar, Kind.FILES if action.type is Path else Kind.ANY)
    return Values(name=metavar, kind=kind, words=words)


REPEATABLE = (argparse._AppendAction, argparse._ExtendAction)  # noqa: SLF001 - the classes have no public names
