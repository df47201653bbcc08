"""What a command line starts: the server, its port, address and base path, and whether it follows a variable."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.new.servers import EVERYWHERE, LOOPBACK, SERVERS, Server
from stacks.new.shell import VARIABLE, commands

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PORT = "PORT"
"""The variable that a host gives an app for its port."""
_ADDRESS = re.compile(r"(?:(?P<host>.*):)?(?P<port>\d+|\$\{[^}]*\}|\$\w+)")
GUNICORN = ("gunicorn",)
GUNICORN_OPTIONS = "GUNICORN_CMD_ARGS"
"""Options of gunicorn in a variable: https://docs.gunicorn.org/en/stable/settings.html"""
_LOCAL = frozenset({LOOPBACK, "localhost", "::1"})


@dataclass(frozen=True, kw_only=True)
class Served:
    """A server as a command starts it. `server.host` is its default, and `host` what counts."""

    server: Server
    port: int | None
    """The number that it is given; None where it follows a variable that has no value yet, or its own default."""
    follows: str
    """The variable that decides the port, or ""."""
    host: str
    """The address that it is given, or its default."""
    base_path: str = ""

    @property
    def name(self) -> str:
        """The server's name."""
        return self.server.label or self.server.words[0]

    @property
    def is_unreachable(self) -> bool:
        """Whether only programs in the same container reach it."""
        follows_port = self.follows == PORT and self.server.port_variable == PORT
        return self.host in _LOCAL and not (follows_port and self.host == self.server.host)


def served(words: Sequence[str], variables: Mapping[str, str]) -> Served | None:
    """Return the server that a process starts, the last one where a shell starts several; None for an unknown one.

    `variables` are those of the image; the words are CMD's and ENTRYPOINT's, or a shell's with `-c`.
    """
    found = [it for command in commands(list(words), variables) if (it := _served(command, variables))]
    return found[-1] if found else None


def follows_port(words: Sequence[str], variables: Mapping[str, str]) -> bool:
    """Whether a command of any program is given `$PORT`."""
    if PORT in variables:
        return False
    return any(
        (it["braced"] or it["bare"]) == PORT
        for command in commands(list(words), variables)
        for word in command
        for it in VARIABLE.finditer(word)
    )


def _served(command: list[str], variables: Mapping[str, str]) -> Served | None:
    server = next((it for it in SERVERS if _starts(command, it.words)), None)
    if server is None:
        return None
    if server.words == GUNICORN:  # options of the command win, which come later
        command = [*variables.get(GUNICORN_OPTIONS, "").split(), *command]
    given_host, given_port = _bound(command, server)
    host = given_host or variables.get(server.host_variable, "") or server.host
    base = (_option(command, ("--server.baseUrlPath",)) or "").strip("/")
    if given_port:
        if given_port.isdecimal():
            return Served(server=server, port=int(given_port), follows="", host=host, base_path=base)
        name = _variable(given_port)
        return Served(server=server, port=None, follows=name, host=host, base_path=base)
    value = variables.get(server.port_variable, "")
    if value.isdecimal():
        is_open = server.port_variable == PORT and host == server.host and server.words == GUNICORN
        host = EVERYWHERE if is_open else host
        return Served(server=server, port=int(value), follows="", host=host, base_path=base)
    follows = server.port_variable if server.port_variable == PORT else ""
    return Served(server=server, port=None, follows=follows, host=host, base_path=base)


def _starts(command: list[str], words: tuple[str, ...]) -> bool:
    """Whether a command is this program; the interpreter and options may come before its words."""
    rest = [word.rpartition("/")[2] for word in command if not word.startswith("-")]
    if rest and re.fullmatch(r"(?:python|node|bundle|npx|ruby)[\d.]*", rest[0]):
        rest = rest[1:]
    if rest and rest[0] == "exec":
        rest = rest[1:]
    following = iter(rest)
    return rest[:1] == [words[0]] and all(word in following for word in words)


def _bound(command: list[str], server: Server) -> tuple[str, str]:
    """Return the address and the port that a server is given, each "" where there is none."""
    if bound := _option(command, server.bind_options):
        return address(bound)
    host, port = _option(command, server.host_options) or "", _option(command, server.port_options) or ""
    if server.words == ("manage.py", "runserver"):
        last = command[-1]
        if last != "runserver" and not last.startswith("-"):
            return address(last)
    return host, port


def address(text: str) -> tuple[str, str]:
    """Return address and port of `ADDRESS:PORT`, `:PORT`, which is on all addresses, or a port alone."""
    found = _ADDRESS.fullmatch(text)
    if not found:
        return text.strip("[]"), ""
    host = found["host"]
    return (host.strip("[]") or EVERYWHERE) if host is not None else "", found["port"]


def _option(command: list[str], names: tuple[str, ...]) -> str | None:
    """Return the value of an option: `--port 80`, `--port=80`, `-p80`; the last one counts."""
    found = None
    for index, word in enumerate(command):
        for name in names:
            if word == name and index + 1 < len(command):
                found = command[index + 1]
            elif word.startswith(f"{name}="):
                found = word[len(name) + 1 :]
            elif re.fullmatch(r"-[a-zA-Z]", name) and re.fullmatch(rf"{name}[^-=].*", word):
                found = word[len(name) :]
    return found


def _variable(word: str) -> str:
    found = VARIABLE.fullmatch(word)
    return (found["braced"] or found["bare"]) if found else ""
