"""What can be typed: commands, their options and arguments, and what the value of each can be."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """Where values come from that are no fixed words."""

    ANY = "any"
    """Nobody knows them."""
    ENVIRONMENTS = "environments"
    """The files in environments/."""
    FILES = "files"
    FOLDERS = "folders"


@dataclass(frozen=True, kw_only=True)
class Values:
    """The values of an option or argument: `words`, or what `kind` says."""

    name: str
    """What the help calls the value."""
    kind: Kind = Kind.ANY
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Option:
    """An option with all its spellings."""

    names: tuple[str, ...]
    help: str
    values: Values | None = None
    """None where it takes no value."""
    is_repeated: bool = False


@dataclass(frozen=True, kw_only=True)
class Argument:
    """An argument that is no option; the last one of a command may be repeated."""

    values: Values
    is_repeated: bool = False


@dataclass(frozen=True, kw_only=True)
class Command:
    """A command."""

    name: str
    help: str
    options: tuple[Option, ...]
    arguments: tuple[Argument, ...]


@dataclass(frozen=True, kw_only=True)
class Grammar:
    """All commands of a program; words after its name that begin with no command belong to the first one."""

    program: str
    options: tuple[Option, ...]
    commands: tuple[Command, ...]

    @property
    def function(self) -> str:
        """The name that the shells' functions begin with."""
        return "_" + "".join(sign if sign.isalnum() else "_" for sign in self.program)


def valued(command: Command) -> list[str]:
    """Return the spellings of the options that take a value."""
    return [name for option in command.options if option.values for name in option.names]
