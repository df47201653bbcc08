"""Which settings are compared: what is deployed with what the environment file says, or the file with its overrides."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from stacks.scale.comparison import Settings as Compared
from stacks.scale.configured import configured_target
from stacks.scale.deployed import Deployed
from stacks.scale.summary import Price
from stacks.settings import Settings

Pricing: TypeAlias = Callable[[int, int], Price]
"""What tasks of so many CPU units and MiB cost."""


@dataclass(frozen=True, kw_only=True)
class Sources:
    """The settings with their overrides, those of the file alone, and what is deployed, if anything is.

    `overrides` is what was given on the command line, in words, or "".
    """

    settings: Settings
    file: Settings
    deployed: Deployed | None = None
    overrides: str = ""


def sides(sources: Sources, pricing: Pricing | None = None) -> tuple[Compared, ...]:
    """Return the settings as they are and as they would be; once, where they are the same.

    CPU and memory of the load are those of the first side's tasks.
    """
    file = f"environments/{sources.file.environment}.toml"
    wanted = _configured(sources.settings, pricing, file, sources.overrides)
    if sources.deployed is None:
        first, now = _size(sources.file), _configured(sources.file, pricing, file, "")
    else:
        first = sources.deployed.size or _size(sources.settings)
        now = Compared(
            name="deployed", words="as deployed", target=sources.deployed.target, price=_price(pricing, first)
        )
    size = _size(sources.settings)
    if _same(now, wanted) and first == size:
        words = f"as deployed; {wanted.words} says the same" if sources.deployed else wanted.words
        if sources.deployed is None and sources.overrides:
            words = f"{file}; {sources.overrides} changes nothing"
        return (replace(now, words=words),)
    return (now, replace(wanted, cpu_factor=first[0] / size[0], memory_factor=first[1] / size[1]))


def _configured(settings: Settings, pricing: Pricing | None, file: str, overrides: str) -> Compared:
    return Compared(
        name="changed" if overrides else "file",
        words=f"{file} with {overrides}" if overrides else file,
        target=configured_target(settings),
        price=_price(pricing, _size(settings)),
    )


def _size(settings: Settings) -> tuple[int, int]:
    return settings.ecs.cpu, settings.ecs.memory


def _price(pricing: Pricing | None, size: tuple[int, int]) -> Price | None:
    return None if pricing is None else pricing(*size)


def _same(one: Compared, other: Compared) -> bool:
    """Whether two targets are the same, in whatever order AWS lists their parts."""
    a, b = (
        replace(
            it.target,
            tracking=tuple(sorted(it.target.tracking, key=lambda policy: policy.name)),
            steps=tuple(sorted(it.target.steps, key=lambda policy: policy.name)),
            schedules=tuple(sorted(it.target.schedules, key=lambda action: action.name)),
        )
        for it in (one, other)
    )
    return a == b
