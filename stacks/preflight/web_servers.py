"""Web servers in a command: on which port and address they listen, as far as their options say it."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from stacks.errors import UserError
from stacks.preflight.started import wording

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stacks.preflight.started import Started
    from stacks.settings import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""Addresses that the load balancer cannot reach."""
ENDS = frozenset({"&&", "||", "|", ";", "&"})
"""Words of a shell with which a command ends."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """Options and variables of a server, and where it listens without them: "" if something else may say it."""

    ports: tuple[str, ...] = ("--port",)
    hosts: tuple[str, ...] = ("--host",)
    binds: tuple[str, ...] = ()
    """Options with an address and a port."""
    elsewhere: tuple[str, ...] = ()
    """Options with which it listens on no port, or by which a file says where."""
    port_variable: str = ""
    host_variable: str = ""
    port: str = ""
    host: str = ""


SERVERS: Mapping[str, Server] = MappingProxyType(
    {
        # https://www.uvicorn.org/settings/: each option is a variable, too.
        "uvicorn": Server(
            elsewhere=("--uds", "--fd"),
            port_variable="UVICORN_PORT",
            host_variable="UVICORN_HOST",
            port="8000",
            host="127.0.0.1",
        ),
        # Its port is PORT where that is set, from version 0.0.12 on: https://github.com/fastapi/fastapi-cli/pull/209
        "fastapi": Server(),
        # PORT, or a file in its working folder, may say where: https://docs.gunicorn.org/en/stable/settings.html#bind
        "gunicorn": Server(ports=(), hosts=(), binds=("-b", "--bind"), elsewhere=("-c", "--config")),
        # https://hypercorn.readthedocs.io/en/latest/how_to_guides/binds.html
        "hypercorn": Server(
            ports=(),
            hosts=(),
            binds=("-b", "--bind"),
            elsewhere=("-c", "--config", "--insecure-bind", "--quic-bind"),
            port="8000",
            host="127.0.0.1",
        ),
        # https://github.com/django/daphne#running
        "daphne": Server(
            ports=("-p", "--port"),
            hosts=("-b", "--bind"),
            elsewhere=("-e", "--endpoint", "-u", "--unix-socket", "--fd"),
            port="8000",
            host="127.0.0.1",
        ),
        # https://flask.palletsprojects.com/en/stable/cli/
        "flask": Server(
            ports=("-p", "--port"),
            hosts=("-h", "--host"),
            port_variable="FLASK_RUN_PORT",
            host_variable="FLASK_RUN_HOST",
            port="5000",
            host="127.0.0.1",
        ),
        # https://docs.streamlit.io/develop/api-reference/configuration/config.toml#server
        "streamlit": Server(
            ports=("--server.port",),
            hosts=("--server.address",),
            port_variable="STREAMLIT_SERVER_PORT",
            host_variable="STREAMLIT_SERVER_ADDRESS",
            port="8501",
        ),
        # https://docs.pylonsproject.org/projects/waitress/en/stable/runner.html
        "waitress-serve": Server(binds=("--listen",), elsewhere=("--unix-socket",), port="8080", host="0.0.0.0"),  # noqa: S104 - the program's own default
    }
)
"""Servers by the name of their program."""


def check(started: Started, settings: Settings, tag: str) -> str:
    """Raise UserError if a known server listens elsewhere than the load balancer asks; return a note, or "".

    A server that is not known, or a script that starts one, is expected to listen on a port that the image exposes.
    """
    program, words = find_server(started.words)
    if program:
        places = list(_places(program, words, started))
        if any("$" in part for place in places for part in place):
            return unknown(settings, tag, "because a variable of its shell is in the command")
        _refuse(settings, tag, program, places)
        if any(port for _, port in places):
            return ""
    wanted = settings.network.container_port
    if started.exposed and wanted not in started.exposed:
        ports = " and ".join(map(str, started.exposed))
        told = f", as the variable {variable} says" if (variable := settings.ecs.port_variable) else ""
        return f"Image {tag} exposes port {ports}; the load balancer asks on port {wanted}: it must listen there{told}"
    return ""


def unknown(settings: Settings, tag: str, reason: str) -> str:
    """Return a note on where the app must listen."""
    port = settings.network.container_port
    return f"Image {tag}: whether it listens on port {port} is not known, {reason}"


def find_server(words: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """Return the last server that is started with arguments, and these; not one that is installed."""
    for command in reversed(list(_commands(words))):
        names = [word.rpartition("/")[2] for word in command]
        if "install" in names:
            continue
        for index in reversed(range(len(names) - 1)):
            if names[index] in SERVERS:
                return names[index], command[index + 1 :]
    return "", ()


def _commands(words: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Yield the commands of a shell's line."""
    command: list[str] = []
    for word in words:
        if word in ENDS:
            yield tuple(command)
            command = []
        else:
            command.append(word)
    yield tuple(command)


def _places(program: str, words: Sequence[str], started: Started) -> Iterator[tuple[str, str]]:
    """Yield the addresses and ports on which a server listens, each "" where it is not known."""
    server = SERVERS[program]
    if any(word.partition("=")[0] in server.elsewhere for word in words):
        yield "", ""
        return
    bound = [started.expanded(value) for value in _values(words, server.binds)]
    if bound:
        yield from (_address(value) for value in bound)
        return
    hosts, ports = _values(words, server.hosts), _values(words, server.ports)
    host = hosts[-1] if hosts else started.variables.get(server.host_variable, server.host)
    port = ports[-1] if ports else started.variables.get(server.port_variable, server.port)
    yield started.expanded(host), started.expanded(port)


def _values(words: Sequence[str], options: Sequence[str]) -> list[str]:
    """Return the values of options, in their order: `--port 80`, `--port=80`."""
    found = []
    for word, following in zip(words, (*words[1:], ""), strict=True):
        name, is_one_word, value = word.partition("=")
        if name in options:
            found.append(value if is_one_word else following)
    return found


def _address(bound: str) -> tuple[str, str]:
    """Return host and port of `0.0.0.0:80`, `[::]:80`, `:80` or `unix:/tmp/socket`."""
    host, _, port = bound.rpartition(":")
    return (host.strip("[]"), port) if port.isdecimal() or "$" in port else ("", "")


def _refuse(settings: Settings, tag: str, program: str, places: Sequence[tuple[str, str]]) -> None:
    """Raise UserError if none of the places is the port of the settings, reached from outside of the container."""
    words, wanted = wording(settings, tag), str(settings.network.container_port)
    known = [(host, port) for host, port in places if port]
    fitting = [host for host, port in known if port == wanted]
    if known and not fitting:
        port = known[-1][1]
        raise UserError(
            words.what,
            f"{words.has} {program} listen on port {port}, and [network] container_port is {wanted}",
            f"Set container_port to {port}, or have {words.command} say {wanted}{_variable(settings)}.",
        )
    hosts = fitting or [host for host, _ in places]
    if settings.network.tls_port is None and hosts and all(host in LOOPBACK for host in hosts):
        raise UserError(
            words.what,
            f"{words.has} {program} listen on {hosts[-1]}, where only the container itself reaches it",
            f"Have {words.command} say 0.0.0.0: {_everywhere(program)}.",
        )


def _variable(settings: Settings) -> str:
    return f", which is in the variable {settings.ecs.port_variable}" if settings.ecs.port_variable else ""


def _everywhere(program: str) -> str:
    server = SERVERS[program]
    return f"{server.hosts[-1]} 0.0.0.0" if server.hosts else f"{server.binds[-1]} 0.0.0.0:PORT"
