"""The script for bash, 3.2 (macOS) and newer, which need not have bash-completion.

https://www.gnu.org/software/bash/manual/html_node/Programmable-Completion.html
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from stacks.views.completion.grammar import Kind, valued

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.views.completion.grammar import Command, Grammar, Values

SCRIPT = """\
# Completion of PROGRAM for bash: eval "$(PROGRAM completion bash)"

FUNCTION_words() {
    COMPREPLY=($(compgen -W "$1" -- "$current"))
}

FUNCTION_paths() {
    local IFS=$'\\n'
    compopt -o filenames 2> /dev/null # not before bash 4
    COMPREPLY=($(compgen "$1" -- "$current"))
}

FUNCTION_environments() {
    local file names=''
    for file in environments/*.toml; do
        [ -e "$file" ] || continue
        file=${file##*/}
        names="$names ${file%.toml}"
    done
    FUNCTION_words "$names"
}

# Completes the value of an option of a command; fails where it takes none.
FUNCTION_value() {
    case "$1 $2" in
VALUES
        *) return 1 ;;
    esac
}

# Completes an argument of a command, by its number.
FUNCTION_argument() {
    case "$1 $2" in
ARGUMENTS
    esac
}

FUNCTION() {
    local words=("${COMP_WORDS[@]}") last=$COMP_CWORD
    local current=${words[last]} previous=${words[last - 1]}
    local command='' options='' valued='' number=0 index word skip=''
    # Bash takes --option=value apart into three words.
    if [ "$current" = = ]; then
        current=''
    elif [ "$previous" = = ]; then
        previous=${words[last - 2]}
    fi
    COMPREPLY=()
    for ((index = 1; index < last; index++)); do
        word=${words[index]}
        if [ -z "$command" ]; then
            case "$word" in
                NAMES) command=$word ;;
                -*) continue ;;
                *) command=FIRST number=1 ;;
            esac
            case "$command" in
OPTIONS
            esac
        elif [ "$word" = -- ]; then
            return
        elif [ "$word" = = ]; then
            skip=yes
        elif [ -n "$skip" ]; then
            skip=''
        elif [[ "$word" == -* ]]; then
            [[ " $valued " == *" $word "* ]] && [ "${words[index + 1]}" != = ] && skip=yes
        else
            number=$((number + 1))
        fi
    done
    if [ -z "$command" ]; then
        FUNCTION_words "TOP"
    elif [[ "$previous" == -* ]] && FUNCTION_value "$command" "$previous"; then
        return
    elif [[ "$current" == -* ]]; then
        FUNCTION_words "$options"
    else
        FUNCTION_argument "$command" "$number"
    fi
}

complete -F FUNCTION PROGRAM
"""


def script(grammar: Grammar) -> str:
    """Return the script."""
    function, names = grammar.function, [command.name for command in grammar.commands]
    top = [*names, *(name for option in grammar.options for name in option.names)]
    parts = {
        "VALUES": "\n".join(line for command in grammar.commands for line in _values(command, function)),
        "ARGUMENTS": "\n".join(line for command in grammar.commands for line in _arguments(command, function)),
        "OPTIONS": "\n".join(_options(command) for command in grammar.commands),
        "NAMES": " | ".join(names),
        "FIRST": names[0],
        "TOP": " ".join(top),
        "FUNCTION": function,
        "PROGRAM": grammar.program,
    }
    text = SCRIPT
    for name, part in parts.items():
        text = text.replace(name, part)
    return text


def _options(command: Command) -> str:
    names = shlex.quote(" ".join(name for option in command.options for name in option.names))
    return f"                {command.name}) options={names} valued={shlex.quote(' '.join(valued(command)))} ;;"


def _values(command: Command, function: str) -> Iterator[str]:
    for option in command.options:
        if option.values:
            cases = " | ".join(f'"{command.name} {name}"' for name in option.names)
            yield f"        {cases}) {_completed(option.values, function)} ;;"


def _arguments(command: Command, function: str) -> Iterator[str]:
    for number, argument in enumerate(command.arguments):
        case = f'"{command.name} "*' if argument.is_repeated else f'"{command.name} {number}"'
        yield f"        {case}) {_completed(argument.values, function)} ;;"


def _completed(values: Values, function: str) -> str:
    if values.words:
        return f"{function}_words {shlex.quote(' '.join(values.words))}"
    by_kind = {
        Kind.ANY: ":",
        Kind.ENVIRONMENTS: f"{function}_environments",
        Kind.FILES: f"{function}_paths -f",
        Kind.FOLDERS: f"{function}_paths -d",
    }
    return by_kind[values.kind]
