"""What the app's own files start: shell scripts, Python programs that run a server, and gunicorn's configuration."""

from __future__ import annotations

import ast
import re
import shlex
from typing import TYPE_CHECKING

from stacks.new.packages import script
from stacks.new.servers import EVERYWHERE, LOOPBACK, Server
from stacks.new.serving import GUNICORN, PORT, Served, address, served
from stacks.new.shell import SHELL_FORM, SHELLS, commands

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from stacks.new.sources import Sources

FLASK = Server(
    words=("app.run",),
    label="Flask",
    port=5000,
    host=LOOPBACK,
    source="https://flask.palletsprojects.com/en/stable/api/#flask.Flask.run",
)
DASH = Server(
    words=("app.run",),
    label="Dash",
    port=8050,
    host=LOOPBACK,
    port_variable="PORT",
    host_variable="HOST",
    source="https://dash.plotly.com/reference#app.run",
)
UVICORN = Server(
    words=("uvicorn.run",), label="uvicorn", port=8000, host=LOOPBACK, source="https://www.uvicorn.org/deployment/"
)
WAITRESS = Server(
    words=("serve",),
    label="waitress",
    port=8080,
    source="https://docs.pylonsproject.org/projects/waitress/en/stable/usage.html",
)
AIOHTTP = Server(
    words=("run_app",), label="aiohttp", port=8080, source="https://docs.aiohttp.org/en/stable/web_reference.html"
)
GRADIO = Server(
    words=("launch",),
    label="Gradio",
    port=7860,
    host=LOOPBACK,
    port_variable="GRADIO_SERVER_PORT",
    host_variable="GRADIO_SERVER_NAME",
    has_sessions=True,
    source="https://www.gradio.app/docs/gradio/blocks",
)
NICEGUI = Server(
    words=("ui.run",), label="NiceGUI", port=8080, has_sessions=True, source="https://nicegui.io/documentation/run"
)
CALLS = (
    ("uvicorn", "run", UVICORN),
    ("waitress", "serve", WAITRESS),
    ("aiohttp", "run_app", AIOHTTP),
    ("gradio", "launch", GRADIO),
    ("nicegui", "run", NICEGUI),
    ("dash", "run", DASH),
    ("dash", "run_server", DASH),
    ("flask", "run", FLASK),
)
"""Package that a program imports, the function or method that it calls, and the server that this starts."""
NODE = Server(
    words=("listen",), label="Node's server", port=3000, source="https://nodejs.org/api/net.html#serverlisten"
)
_LISTEN = re.compile(r"\.listen\(\s*(?:\{\s*port:\s*)?(\w+)")
PACKAGE_MANAGERS = frozenset({"npm", "yarn", "pnpm", "bun"})
GUNICORN_FILE = "gunicorn.conf.py"
DEEPEST = 3
"""Scripts that are started by scripts."""


def started(words: Sequence[str], variables: Mapping[str, str], sources: Sources, deep: int = 0) -> Served | None:
    """Return the server that a process starts, also by a script or a program of the app; None for an unknown one."""
    if found := served(words, variables):
        return _configured(found, sources)
    if deep == DEEPEST:
        return None
    for command in reversed(commands(list(words), variables)):
        inner = _started_by(command, sources)
        found = started(inner, variables, sources, deep + 1) if inner else _program(command, variables, sources)
        if found:
            return found
    return None


def _started_by(command: list[str], sources: Sources) -> tuple[str, ...]:
    """Return what a script, or a script of package.json, starts; () for another program."""
    text = _script(command, sources) or _npm_script(command, sources)
    if text:
        return (*SHELL_FORM, text)
    is_entry_point = bool(command) and command[0].endswith("entrypoint.sh")
    return tuple(command[1:]) if is_entry_point else ()  # of the base image, which ends with `exec "$@"`


def _configured(found: Served, sources: Sources) -> Served:
    """Return a gunicorn that is given no address with that of its configuration, which wins over PORT."""
    if found.server.words != GUNICORN or found.port or found.host != found.server.host:
        return found
    for target, value in _assignments(sources.text(GUNICORN_FILE)):
        if target == "bind":
            text = ast.unparse(value)
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                host, port = address(value.value)
                return Served(server=found.server, port=int(port) if port.isdecimal() else None, follows="", host=host)
            return Served(server=found.server, port=None, follows=PORT if PORT in text else "", host=EVERYWHERE)
    return found


def _assignments(text: str | None) -> Iterator[tuple[str, ast.expr]]:
    for node in _parsed(text or "").body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            yield node.targets[0].id, node.value


def _script(command: list[str], sources: Sources) -> str | None:
    r"""Return the commands of a shell script that is started, on one line, with its arguments in the place of "$@"."""
    rest = command[1:] if command and command[0].rpartition("/")[2] in SHELLS else command
    if not rest or not rest[0].endswith(".sh"):
        return None
    text = _file(rest[0], sources)
    if text is None:
        return None
    lines = [line.strip() for line in text.replace("\\\n", " ").split("\n")]
    arguments = shlex.join(rest[1:])
    return "; ".join(line.replace('"$@"', arguments) for line in lines if line and not line.startswith("#"))


def _npm_script(command: list[str], sources: Sources) -> str | None:
    """Return the command of `npm start`, `npm run NAME` or `yarn NAME` with its arguments; None for another one."""
    words = [word for word in command if not word.startswith("-") and word != "run"]
    if len(words) < 2 or words[0].rpartition("/")[2] not in PACKAGE_MANAGERS:  # noqa: PLR2004 - program and script
        return None
    found = script(sources, words[1])
    return found and " ".join((found, shlex.join(command[command.index(words[1]) + 1 :]).removeprefix("-- "))).strip()


def _program(command: list[str], variables: Mapping[str, str], sources: Sources) -> Served | None:
    """Return the server that a program of Python or Node runs."""
    if command and command[0].rpartition("/")[2] == "node":
        return _node(command, sources)
    if not command or not re.fullmatch(r"python[\d.]*", command[0].rpartition("/")[2]):
        name = command[0].replace(".", "/") if command else ""  # what `python -m` is given
        text = _file(f"{name}.py", sources) or _file(f"{name}/__main__.py", sources) if name else None
    else:
        name = next((word for word in command[1:] if not word.startswith("-")), "")
        text = _file(name, sources) if name.endswith(".py") else None
    tree = _parsed(text or "")
    imported = {name.partition(".")[0] for node in ast.walk(tree) for name in _imports(node)}
    for package, function, server in CALLS:
        if package in imported:
            for node in ast.walk(tree):
                if (
                    isinstance(node, ast.Call)
                    and _name(node.func) == function
                    and (found := _of_call(node, server, variables))
                ):
                    return found
    return None


def _node(command: list[str], sources: Sources) -> Served | None:
    """Return the server of a JavaScript program: the argument of `listen`, or the variable that it is."""
    name = next((word for word in command[1:] if not word.startswith("-")), "")
    text = _file(name, sources) or _file(f"{name}.js", sources) or "" if name else ""
    said = _LISTEN.search(text)
    value = said[1] if said else ""
    if said and not value.isdecimal():
        declared = re.search(rf"\b(?:const|let|var)\s+{re.escape(value)}\s*=\s*([^;\n]+)", text)
        value = declared[1].strip() if declared else value
    if f"process.env.{PORT}" in value or (said and f"process.env.{PORT}" in text[said.start() : said.end() + 40]):
        return Served(server=NODE, port=None, follows=PORT, host=EVERYWHERE)
    return Served(server=NODE, port=int(value), follows="", host=EVERYWHERE) if value.isdecimal() else None


def _of_call(node: ast.Call, server: Server, variables: Mapping[str, str]) -> Served | None:
    """Return the server that a call starts; None where its port is an expression that says nothing."""
    given = {it.arg: it.value for it in node.keywords if it.arg}
    port, host = given.get("port", given.get("server_port")), given.get("host", given.get("server_name"))
    usual = variables.get(server.host_variable) or server.host
    where = str(host.value) if isinstance(host, ast.Constant) else (usual if host is None else EVERYWHERE)
    if port is None and (value := variables.get(server.port_variable, "")).isdecimal():
        return Served(server=server, port=int(value), follows="", host=where)
    if port is None:
        follows = server.port_variable if server.port_variable == PORT else ""
        return Served(server=server, port=None, follows=follows, host=where)
    if isinstance(port, ast.Constant) and isinstance(port.value, int):
        return Served(server=server, port=port.value, follows="", host=where)
    return Served(server=server, port=None, follows=PORT, host=where) if f"'{PORT}'" in ast.unparse(port) else None


def _imports(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [it.name for it in node.names]
    return [node.module] if isinstance(node, ast.ImportFrom) and node.module else []


def _name(called: ast.expr) -> str:
    return called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")


def _parsed(text: str) -> ast.Module:
    """Return the syntax tree of a program; an empty one for what is no Python."""
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return ast.Module(body=[], type_ignores=[])


def _file(path: str, sources: Sources) -> str | None:
    """Return the text of a file of the image: of the nearest one of that name, because WORKDIR and COPY move files."""
    parts = [part for part in path.split("/") if part not in {"", "."}]
    for start in range(len(parts)):
        if ".." not in parts and (text := sources.text("/".join(parts[start:]))) is not None:
            return text
    return None
