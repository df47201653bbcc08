"""What is used of ministack is what is looked for at the start."""

from __future__ import annotations

import ast
from pathlib import Path

import sandbox.extension

_EXTENSION = Path(sandbox.extension.__file__).parent


def _used(tree: ast.Module) -> set[str]:
    """The names that a file takes from modules of ministack: `module:name`."""
    modules: dict[str, str] = {}
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "ministack":
            package = (node.module or "").partition(".")[2]
            for alias in node.names:
                modules[alias.asname or alias.name] = f"{package}.{alias.name}".lstrip(".")
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules:
            names.add(f"{modules[node.value.id]}:{node.attr}")
    return names


def _declared(tree: ast.Module) -> set[str]:
    """The names that a file's HOOKS list literally."""
    return {
        node.value
        for statement in tree.body
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "HOOKS"
        for node in ast.walk(statement)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def test_every_name_that_a_part_uses_is_looked_for() -> None:
    """No file uses a name of a ministack module that no file declares; so none is found missing in mid-air."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in _EXTENSION.rglob("*.py")}
    declared = set().union(*(_declared(tree) for tree in trees.values()))
    undeclared = {name for tree in trees.values() for name in _used(tree)} - declared
    assert undeclared == set()
    assert len(declared) > 50
