"""Which line of the environment file settles a difference."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stacks.adopt.settings.refused import UNSHOWN
from stacks.adopt.settings.variables import without_secrets
from stacks.adopt.survey import Difference, Effect
from stacks.settings.written import line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.adopt.settings.derivation import Derived
    from stacks.adopt.settings.facts import Setting
    from stacks.settings import Settings

NOTHING_TO_SETTLE = frozenset({Effect.SAME, Effect.DEFAULT, Effect.UNREADABLE})


def settled(differences: Iterable[Difference], derived: Derived, settings: Settings) -> tuple[Difference, ...]:
    """Return the differences with the lines that take over what runs, where `settings` say something else."""
    entries = (it for it in (*derived.entries, *derived.defaults) if it.key not in UNSHOWN)
    other = [it for it in entries if not _is_said(it, derived.settings, settings)]
    return tuple(_with_line(without_secrets(it), other) for it in differences)


def _with_line(it: Difference, other: list[Setting]) -> Difference:
    if it.effect in NOTHING_TO_SETTLE or it.setting:
        return it
    lines = [line(each) for each in other if any(_covers(place, it) for place in each.decides)]
    return replace(it, setting="\n".join(dict.fromkeys(lines))) if lines else it


def _covers(place: tuple[str, str], it: Difference) -> bool:
    path, name = place
    return path == it.path and (not name or it.property == name or it.property.startswith((f"{name}.", f"{name}[")))


def _is_said(it: Setting, derived: Settings, settings: Settings) -> bool:
    """Whether settings have the value of a derived setting."""
    return bool(_at(derived, it.key) == _at(settings, it.key))


def _at(settings: Settings, key: tuple[str, ...]) -> Any:  # noqa: ANN401 - a setting's value
    found: Any = settings
    for step in key:
        found = getattr(found, step, None)
    return found
