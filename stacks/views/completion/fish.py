"""The script for fish: https://fishshell.com/docs/current/completions.html."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.views.completion.grammar import Kind, valued

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.views.completion.grammar import Command, Grammar, Option, Values

SCRIPT = """\
# Completion of PROGRAM for fish: PROGRAM completion fish | source

function _FUNCTION_environments
    for file in environments/*.toml
        string replace -r '^environments/(.*)\\.toml$' '$1' -- $file
    end
end

# The command that is typed, the number of the argument that follows, and whether an option waits for its value.
function _FUNCTION_state
    set -l command ''
    set -l number 0
    set -l waits ''
    set -l valued
    for word in (commandline -opc)[2..-1]
        if test -z "$command"
            switch $word
                case NAMES
                    set command $word
                case '-*'
                    continue
                case '*'
                    set command FIRST
                    set number 1
            end
            switch $command
VALUED
            end
        else if test -n "$waits"
            set waits ''
        else if test "$word" = --
            set number 1000
        else if string match -q -- '-*' $word
            contains -- $word $valued; and set waits yes
        else
            set number (math $number + 1)
        end
    end
    printf '%s\\n' "$command" $number "$waits"
end

function _FUNCTION_is
    set -l state (_FUNCTION_state)
    test "$state[1]" = "$argv[1]"
end

function _FUNCTION_at
    set -l state (_FUNCTION_state)
    test "$state[1]" = "$argv[1]" -a -z "$state[3]"; or return 1
    test "$argv[2]" = any -o "$state[2]" = "$argv[2]"
end

complete -c PROGRAM -f
LINES
"""


def script(grammar: Grammar) -> str:
    """Return the script."""
    valued_lines = [
        f"                case {it.name}\n                    set valued {' '.join(valued(it))}"
        for it in grammar.commands
    ]
    parts = {
        "NAMES": " ".join(it.name for it in grammar.commands),
        "FIRST": grammar.commands[0].name,
        "VALUED": "\n".join(valued_lines),
        "LINES": "\n".join(_lines(grammar)),
        "FUNCTION": grammar.function,
        "PROGRAM": grammar.program,
    }
    text = SCRIPT
    for name, part in parts.items():
        text = text.replace(name, part)
    return text


def _lines(grammar: Grammar) -> Iterator[str]:
    start = f"complete -c {grammar.program}"
    first = f"""{start} -n '_{grammar.function}_is ""'"""
    for option in grammar.options:
        yield f"{first} {_names(option)} -d {_quoted(option.help)}"
    for command in grammar.commands:
        yield f"{first} -a {command.name} -d {_quoted(command.help)}"
    for command in grammar.commands:
        yield from _command(command, start, grammar.function)


def _command(command: Command, start: str, function: str) -> Iterator[str]:
    for option in command.options:
        value = f" {_value(option.values, function)}" if option.values else ""
        yield f"{start} -n '_{function}_is {command.name}' {_names(option)} -d {_quoted(option.help)}{value}"
    for number, argument in enumerate(command.arguments):
        place = "any" if argument.is_repeated else str(number)
        if argument.values.words or argument.values.kind is not Kind.ANY:
            condition = f"-n '_{function}_at {command.name} {place}'"
            yield f"{start} {condition} {_value(argument.values, function, is_option=False)}"


def _names(option: Option) -> str:
    return " ".join(f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}" for name in option.names)


def _value(values: Values, function: str, *, is_option: bool = True) -> str:
    """Return what completes a value; `-r` needs one, `-x` as well, and no file, `-F` takes files."""
    if values.words:
        return f"{'-x ' if is_option else ''}-a {_quoted(' '.join(values.words))}"
    return {
        Kind.ANY: "-x" if is_option else "",
        Kind.ENVIRONMENTS: f"{'-x ' if is_option else ''}-a '(_{function}_environments)'",
        Kind.FILES: "-r -F" if is_option else "-F",
        Kind.FOLDERS: f"{'-x ' if is_option else ''}-a '(__fish_complete_directories)'",
    }[values.kind]


def _quoted(text: str) -> str:
    """Return a text in single quotes, in which fish knows two escapes."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
