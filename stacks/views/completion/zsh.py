"""The script for zsh.

https://zsh.sourceforge.io/Doc/Release/Completion-System.html#index-_005farguments
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from stacks.views.completion.grammar import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.views.completion.grammar import Command, Grammar, Option, Values

SCRIPT = """\
#compdef PROGRAM
# Completion of PROGRAM for zsh: eval "$(PROGRAM completion zsh)", after compinit

FUNCTION_environments() {
    local -a names
    names=(environments/*.toml(N:t:r))
    _describe environment names
}

FUNCTION() {
    local -a commands
    local command
    if (( CURRENT == 2 )); then
        commands=(
NAMES
        )
        _describe command commands
        _arguments TOP
        return
    fi
    command=$words[2]
    shift words
    (( CURRENT-- ))
    case $command in
COMMANDS
        *) _arguments '*:environment:FUNCTION_environments' ;;
    esac
}

if [ "$funcstack[1]" = FUNCTION ]; then
    FUNCTION "$@"
else
    compdef FUNCTION PROGRAM
fi
"""


def script(grammar: Grammar) -> str:
    """Return the script."""
    names = [f"            {shlex.quote(f'{it.name}:{it.help}')}" for it in grammar.commands]
    commands = [line for command in grammar.commands for line in _command(command, grammar.function)]
    parts = {
        "NAMES": "\n".join(names),
        "TOP": " ".join(word for option in grammar.options for word in _option(option, grammar.function)),
        "COMMANDS": "\n".join(commands),
        "FUNCTION": grammar.function,
        "PROGRAM": grammar.program,
    }
    text = SCRIPT
    for name, part in parts.items():
        text = text.replace(name, part)
    return text


def _command(command: Command, function: str) -> Iterator[str]:
    yield f"        {command.name})"
    yield "            _arguments \\"
    for option in command.options:
        yield from (f"                {word} \\" for word in _option(option, function))
    for number, argument in enumerate(command.arguments, start=1):
        place = "*" if argument.is_repeated else f"{number}"
        yield f"                {shlex.quote(f'{place}:{_value(argument.values, function)}')} \\"
    yield "                && return"
    yield "            ;;"


def _option(option: Option, function: str) -> Iterator[str]:
    """Yield the words for each spelling of an option; one that is not repeated excludes its other spellings."""
    others = "" if option.is_repeated else f"({' '.join(option.names)})"
    for name in option.names:
        repeated = "*" if option.is_repeated else ""
        equals = "=" if option.values and name.startswith("--") else ""
        value = f":{_value(option.values, function)}" if option.values else ""
        yield shlex.quote(f"{others}{repeated}{name}{equals}[{_escaped(option.help)}]{value}")


def _value(values: Values, function: str) -> str:
    """Return message and action of a value."""
    if values.words:
        action = f"({' '.join(values.words)})"
    else:
        action = {
            Kind.ANY: " ",
            Kind.ENVIRONMENTS: f"{function}_environments",
            Kind.FILES: "_files",
            Kind.FOLDERS: "_files -/",
        }[values.kind]
    return f"{_escaped(values.name)}:{action}"


def _escaped(text: str) -> str:
    """Return a text in which no sign ends a message."""
    return re.sub(r"([\[\]:\\])", r"\\\1", text)
