"""The command line that starts an app, for an image that has none: it listens on all addresses, where PORT says."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.new import packages, procfile
from stacks.new.servers import EVERYWHERE, STREAMLIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.new.clues import Clue
    from stacks.new.sources import Sources

PORT = "${PORT:-8080}"
"""What a shell puts in: the port that the templates set, or the one that is usual here."""
PAGES = ("streamlit_app.py", "app.py", "main.py", "Home.py", "home.py")
"""Names of an app's first page, the usual one first."""
ASGI = frozenset({"FastAPI", "Starlette", "Litestar", "Quart"})
"""Classes whose objects an ASGI server serves."""
WSGI = {"Flask": "{module}:{variable}", "Dash": "{module}:server"}
"""Classes that a WSGI server serves, with how it calls their objects: dash.plotly.com/deployment."""


@dataclass(frozen=True, kw_only=True)
class Application:
    """An object at the top of a module: `main:app`, of a class."""

    module: str
    variable: str
    kind: str


def start_command(sources: Sources, framework: str) -> str | None:
    """Return a line for a shell; None where nothing says how the app is started.

    Raises UserError for a file that cannot be read.
    """
    is_python = packages.is_python(sources)
    declared = procfile.processes(sources).get("web") or (None if is_python else packages.start_script(sources))
    if declared:
        line = declared.value[-1]
        return line if re.search(r"[;&|]", line) else f"exec {line}"
    if framework == STREAMLIT:
        page = _page(sources, "streamlit")
        return f"exec streamlit run {page}" if page else None
    found = packages.packages(sources)
    lines = (_served(it, found) for it in _applications(sources))
    return next((line for line in lines if line), None) or _django(sources, found) or _gradio(sources, found)


def _served(it: Application, found: Mapping[str, Clue[str]]) -> str | None:
    """Return what serves an application object, by a server that is installed."""
    target = f"{it.module}:{it.variable}"
    if it.kind in ASGI:
        if it.kind == "FastAPI" and not {"uvicorn", "hypercorn", "gunicorn"} & found.keys():
            return f"exec fastapi run {it.module.replace('.', '/')}.py --port {PORT}"  # of fastapi[standard]
        return f"exec uvicorn {target} --host {EVERYWHERE} --port {PORT}"
    if it.kind in WSGI and "gunicorn" in found:
        return (
            f"exec gunicorn --bind {EVERYWHERE}:{PORT} {WSGI[it.kind].format(module=it.module, variable=it.variable)}"
        )
    if it.kind == "Dash":
        return f"HOST={EVERYWHERE} PORT={PORT} exec python {it.module.replace('.', '/')}.py"
    if it.kind == "Flask":
        return f"exec flask --app {target} run --host {EVERYWHERE} --port {PORT}"
    return None


def _django(sources: Sources, found: Mapping[str, Clue[str]]) -> str | None:
    if not {"django", "gunicorn"} <= found.keys():
        return None
    file = next((name for name, _ in sources.code("wsgi.py") if name.endswith("/wsgi.py")), None)
    module = file.removesuffix(".py").replace("/", ".") if file else None
    return f"exec gunicorn --bind {EVERYWHERE}:{PORT} {module}" if module else None


def _gradio(sources: Sources, found: Mapping[str, Clue[str]]) -> str | None:
    page = _page(sources, "gradio") if "gradio" in found else None
    return f"GRADIO_SERVER_NAME={EVERYWHERE} GRADIO_SERVER_PORT={PORT} exec python {page}" if page else None


def _page(sources: Sources, package: str) -> str | None:
    """Return the file that is the app's first page: one with a usual name that imports the package, or the only one."""
    wanted = re.compile(rf"^\s*(?:import|from)\s+{package}\b", re.MULTILINE)
    found = [name for name, text in sources.code(".py") if "/" not in name and wanted.search(text)]
    usual = next((name for name in PAGES if name in found), None)
    return usual or (found[0] if len(found) == 1 else None)


def _applications(sources: Sources) -> Iterator[Application]:
    """Yield the objects at the top of modules that are made by a call, those nearest to the folder first."""
    for file, text in sources.code(".py"):
        try:
            body = ast.parse(text).body
        except (SyntaxError, ValueError, RecursionError):
            continue
        for node in body:
            if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
                continue
            target, called = node.targets[0], node.value.func
            kind = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if isinstance(target, ast.Name):
                module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
                yield Application(module=module, variable=target.id, kind=kind)
