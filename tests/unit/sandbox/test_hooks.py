"""What is used of ministack is what is looked for at the start."""

from __future__ import annotations

import ast
from pathlib import Path

import sandbox.extension.application
from sandbox.extension import hooks

_EXTENSION = Path(sandbox.extension.__file__).parent


def _used(tree: ast.Module) -> set[str]:
    """The names that a file takes from modules of ministack: `module:name`."""
    modules: dict[str, str] = {}
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ministack":
            for alias in node.names:
                modules[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            names.add(f"{modules[node.value.id]}:{node.attr}")
    return names


def test_every_name_that_the_extension_uses_is_looked_for() -> None:
    """The syntax trees have the names that the search finds; so none is found missing in mid-air."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in _EXTENSION.rglob("*.py")]
    assert {f"{module.__name__}:{name}" for module, name in hooks.used_names()} == set().union(*map(_used, trees))
    assert len(hooks.used_names()) > 50
