"""Keys that do not exist: what was probably meant."""

from __future__ import annotations

import difflib

from stacks.settings.entries import Unusable
from stacks.settings.keys import KEYS, SECTIONS, TERRAFORM, Path

_PART = 4
"""Letters from which on a part of a name tells which is meant."""


def in_toml(path: Path) -> Unusable:
    """Say that an environment file has no such key."""
    *tables, name = path
    table = tuple(tables)
    why = f"no such key in [{table[0]}]" if table else "no such key"
    there = [known[-1] for known in KEYS if known[:-1] == table] + ([] if table else list(SECTIONS))
    if elsewhere := _elsewhere(path):
        return Unusable(why=why, suggestion=f"[{elsewhere[0]}] {elsewhere[1]}", meant=elsewhere)
    if nearest := _nearest(name, there):
        return Unusable(why=why, suggestion=nearest, meant=(*table, nearest))
    return Unusable(why=f"{why}: there are {', '.join(there)}")


def in_terraform(name: str) -> Unusable:
    """Say that there is no such variable."""
    if name in SECTIONS:
        variables = ", ".join(key.terraform for key in TERRAFORM.values() if key.path[0] == name)
        return Unusable(why=f"no such variable: each key of the table is one of its own, {variables}")
    ending = [known for known in TERRAFORM if known.endswith(f"_{name}")]
    if nearest := (ending[0] if len(ending) == 1 else _nearest(name.replace(".", "_"), list(TERRAFORM))):
        return Unusable(why="no such variable", suggestion=nearest, meant=TERRAFORM[nearest].path)
    return Unusable(why="no such variable: `cpu` of the table [ecs] is `ecs_cpu`, and so on")


def _nearest(name: str, names: list[str]) -> str:
    """The name that is spelt most alike, or the only one of which it is a part; "" where there is none."""
    if alike := difflib.get_close_matches(name, names, n=1):
        return alike[0]
    longer = [known for known in names if len(name) >= _PART and name in known]
    return longer[0] if len(longer) == 1 else ""


def _elsewhere(path: Path) -> Path | None:
    """The one key in a table that this is elsewhere: under its flat Terraform name, or under its own."""
    if (key := TERRAFORM.get("_".join(path))) and len(key.path) > 1:
        return key.path
    same = [known for known in KEYS if len(known) > 1 and known[-1] == path[-1]]
    return same[0] if len(same) == 1 else None
