"""A path that answers a health check, from the source code of an app."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from stacks.new import compiled
from stacks.new.clues import Clue

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.new.sources import Sources

HEALTHY = re.compile(
    r"/(?:api/)?(?:_?health(?:z|y|check|_check|-check)?|livez?|liveness|ready|readyz|readiness|ping|up|status|alive|heartbeat)/?"
)
"""Paths that say by their name that they answer while the app is healthy."""
ROOT = "/"
APPLICATIONS = frozenset({"FastAPI", "Flask", "Quart", "Sanic", "Litestar", "Starlette", "Bottle"})
ROUTES = frozenset({"get", "route", "api_route", "head"})
_JAVASCRIPT = re.compile(r"""\b(?:app|server|fastify)\.(?:get|all)\(\s*["'`]([^"'`]*)["'`]""")
_DJANGO = re.compile(r"""\b(?:re_)?path\(\s*r?["']\^?([^"']*?)\$?["']""")


def health_path(sources: Sources) -> Clue[str] | None:
    """Return the path of a health check that the code serves, else of its first page; None where no route is seen.

    Only routes of an application object, or of the main `urls.py`, are taken: a router may have a prefix elsewhere.
    """
    found = {path: f"{file}:{line} serves it" for file, line, path in reversed(list(_routes(sources)))}
    best = min((path for path in found if HEALTHY.fullmatch(path)), key=len, default=None)
    if best is None and ROOT in found:
        best = ROOT
    return None if best is None else Clue(value=best, why=found[best])


def follows_port(sources: Sources) -> Clue[str] | None:
    """Return where the code reads the variable PORT, or None."""
    for file, text in sources.code(".py", ".js", ".mjs", ".cjs", ".ts", ".go", ".rb"):
        if found := re.search(r"""process\.env\.PORT\b|(?:environ|getenv|ENV|Getenv)\W{1,8}PORT\b""", text):
            return Clue(value="PORT", why=f"{file}:{text.count(chr(10), 0, found.start()) + 1} reads PORT")
    return None


def mentions(sources: Sources, name: str) -> bool:
    """Whether the code of Python has a name in it."""
    return any(name in text for _, text in sources.code(".py"))


def _routes(sources: Sources) -> Iterator[tuple[str, int, str]]:
    """Yield file, line and path of each route."""
    for file, text in sources.code(".py"):
        if file.endswith("urls.py"):
            if any(sources.has(file.removesuffix("urls.py") + name) for name in ("wsgi.py", "asgi.py")):
                yield from ((file, line, f"/{path}") for line, path in _matches(_DJANGO, text))
        elif any(name in text for name in APPLICATIONS):
            yield from ((file, line, path) for line, path in _python(text))
    yield from compiled.go_routes(sources)
    for file, text in sources.code(".js", ".mjs", ".cjs", ".ts"):
        yield from ((file, line, path) for line, path in _matches(_JAVASCRIPT, text))


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, str]]:
    for found in pattern.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, found[1]


def _python(text: str) -> Iterator[tuple[int, str]]:
    """Yield line and path of the routes that decorators add to an application of the same file."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    owners = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and _called(node.value) in APPLICATIONS
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for decorator in node.decorator_list:
                path = _route(decorator, owners)
                if path is not None:
                    yield decorator.lineno, path


def _called(node: ast.expr | None) -> str:
    """Return the name of the class or function that an expression calls."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _route(decorator: ast.expr, owners: set[str]) -> str | None:
    """Return the path of `@app.get("/path")`, which answers GET, where `app` is one of the owners."""
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute) or not decorator.args:
        return None
    owner, first = decorator.func.value, decorator.args[0]
    if not isinstance(owner, ast.Name) or owner.id not in owners or decorator.func.attr not in ROUTES:
        return None
    methods = next((word.value for word in decorator.keywords if word.arg == "methods"), None)
    if methods is not None and '"GET"' not in ast.unparse(methods).replace("'", '"'):
        return None
    path = first.value if isinstance(first, ast.Constant) else None
    return path if isinstance(path, str) and path.startswith("/") and not set(path) & set("<{") else None
