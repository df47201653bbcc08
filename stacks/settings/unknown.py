"""Keys that do not exist: what was probably meant."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from stacks.settings.entries import Unusable
from stacks.settings.keys import dotted_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.settings.keys import Catalogue, Path

_PART = 4
"""Letters from which on a part of a name tells which is meant."""


def unknown_key(path: Path, catalogue: Catalogue[Any]) -> Unusable:
    """Say that an environment file has no such key."""
    table, name = path[:-1], path[-1]
    why = f"no such key in [{dotted_name(table)}]" if table else "no such key"
    there = list(catalogue.tables[table].section.model_fields)
    if elsewhere := _elsewhere(path, catalogue):
        return Unusable(why=why, suggestion=_header(elsewhere, catalogue), meant=elsewhere)
    if near := nearest_name(name, there):
        return Unusable(why=why, suggestion=near, meant=(*table, near))
    return Unusable(why=f"{why}: there are {', '.join(there)}")


def unknown_variable(name: str, catalogue: Catalogue[Any]) -> Unusable:
    """Say that there is no such variable."""
    table = next((table for table in catalogue.tables.values() if table.path and table.terraform == name), None)
    if table is not None:
        below = (key.terraform for key in catalogue.keys.values() if key.path[: len(table.path)] == table.path)
        why = f"no such variable: each key of the table is one of its own, {', '.join(below)}"
        return Unusable(why=f"{why}; `{name} = null` takes it back, `{name} = {{}}` has it" if table.optional else why)
    variables = catalogue.variables
    ending = {path: known for known, path in reversed(variables.items()) if known.endswith(f"_{name}")}
    if near := (next(iter(ending.values())) if len(ending) == 1 else nearest_name(name.replace(".", "_"), variables)):
        return Unusable(why="no such variable", suggestion=near, meant=variables[near])
    return Unusable(why="no such variable: `cpu` of the table [ecs] is `ecs_cpu`, and so on")


def nearest_name(name: str, names: Iterable[str]) -> str:
    """Return the name that is spelt most alike, or the only one of which it is a part; "" where there is none."""
    names = list(names)
    if alike := difflib.get_close_matches(name, names, n=1):
        return alike[0]
    longer = [known for known in names if len(name) >= _PART and name in known]
    return longer[0] if len(longer) == 1 else ""


def _elsewhere(path: Path, catalogue: Catalogue[Any]) -> Path | None:
    """Return the one key or table that this is in another table: by its flat Terraform name, or by its own."""
    if further := catalogue.further_names.get("_".join(path)):
        return further.paths[0]
    inner = [known for known in (*catalogue.keys, *catalogue.tables) if len(known) > 1]
    flat = [known for known in inner if "_".join(known) == "_".join(path)]
    same = flat or [known for known in inner if known[-1] == path[-1]]
    return same[0] if len(same) == 1 else None


def _header(path: Path, catalogue: Catalogue[Any]) -> str:
    if path in catalogue.tables:
        return f"[{dotted_name(path)}]"
    return f"[{dotted_name(path[:-1])}] {path[-1]}" if path[:-1] else path[-1]
