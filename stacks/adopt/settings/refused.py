"""What runs and the models refuse: it is left out item by item, and noted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stacks.settings.wording import escape_and_cut
from stacks.settings.written import inline, key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stacks.adopt.settings.facts import Setting
    from stacks.settings import Problem, SettingsError

UNSHOWN = frozenset({("ecs", "environment"), ("ecs", "command"), ("ecs", "entry_point"), ("ecs", "sidecars")})
"""Keys whose values are for the file alone."""
LONGEST = 120
"""Characters of a reason, such as a list of all that is allowed."""
_INDEX = re.compile(r"\[([0-9]+)\]")


def without_refused(entries: Sequence[Setting], error: SettingsError) -> tuple[list[Setting], list[str]]:
    """Return the entries without what the models refuse, and a sentence for each item of that.

    Of a list or a table, only the items that are refused are left out, not all of it.
    """
    left: list[Setting] = []
    said: list[str] = []
    for it in entries:
        problems = [problem for problem in error.problems if _is_about(problem, it)]
        refused = {_item(problem, it) for problem in problems}
        if not problems:
            left.append(it)
        elif None in refused:
            said.append(_sentence(".".join(it.key), it.key, it.value, problems[0], "the default holds instead"))
        else:
            kept, items = _apart(it.value, refused)
            left += [replace(it, value=kept)] if kept else []
            reasons = {_item(problem, it): problem for problem in problems}
            then = "the first deploy goes without it"
            said += [_sentence(_named(it.key, name), it.key, items[name], reasons[name], then) for name in items]
    return left, said


def short(text: str) -> str:
    """Return a reason, cut between words where it is long."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rpartition(' ')[0]} ..."


def _is_about(problem: Problem, it: Setting) -> bool:
    key = ".".join(it.key)
    return problem.source != "--var" and (problem.key == key or problem.key.startswith((f"{key}.", f"{key}[")))


def _item(problem: Problem, it: Setting) -> str | int | None:
    """Return the name or the number of the item with which something is wrong; None where it is the whole."""
    rest = problem.key.removeprefix(".".join(it.key))
    if isinstance(it.value, Mapping):
        return next((name for name in it.value if _begins(rest, f".{key_of(name)}")), None)
    found = _INDEX.match(rest) if isinstance(it.value, list | tuple) else None
    return int(found[1]) if found else None


def _begins(rest: str, item: str) -> bool:
    return rest == item or rest.startswith((f"{item}.", f"{item}["))


def _apart(value: Any, refused: set[str | int | None]) -> tuple[Any, dict[str | int, Any]]:  # noqa: ANN401 - any TOML
    """Return what is kept of a table or a list, and the items that are refused, by their name or number."""
    if isinstance(value, Mapping):
        kept: Any = {name: item for name, item in value.items() if name not in refused}
        return kept, {name: item for name, item in value.items() if name in refused}
    kept = [item for number, item in enumerate(value) if number not in refused]
    return kept, {number: item for number, item in enumerate(value) if number in refused}


def _named(key: Sequence[str], item: str | int) -> str:
    name = f"[{item}]" if isinstance(item, int) else f".{key_of(item)}"
    return f"{'.'.join(key)}{name}"


def _sentence(name: str, key: tuple[str, ...], value: Any, problem: Problem, then: str) -> str:  # noqa: ANN401 - any TOML
    """Return what is left out and why; the values of texts that may be secrets are not shown."""
    shown = "" if key in UNSHOWN else f" = {escape_and_cut(inline(value))}"
    return f"{name}{shown} is what runs, and no setting: {short(problem.why)}; {then}."
