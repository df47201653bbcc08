"""What the settings are derived from, and one derived setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stacks.adopt.origin import Origin
from stacks.adopt.places.balancing import Front
from stacks.adopt.places.graph import Wiring, items
from stacks.adopt.running import Running
from stacks.settings.written import Written


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of what runs. `known` has the properties of each adopted resource by its place."""

    environment: str
    """Name of the environment, which the command is given."""
    origin: Origin
    wiring: Wiring
    front: Front
    running: Running
    known: Mapping[str, Mapping[str, Any]] = field(repr=False)
    written_variables: frozenset[str] = frozenset()
    """Environment variables whose values are written whatever they may be."""

    def of(self, path: str) -> Mapping[str, Any]:
        """Return the properties of the resource at a place; none where nothing is adopted there."""
        return self.known.get(path, {})

    @property
    def service(self) -> Mapping[str, Any]:
        """The service's properties."""
        return self.wiring.service

    @property
    def definition(self) -> Mapping[str, Any]:
        """The properties of the task definition that runs."""
        return self.wiring.definition

    @property
    def container(self) -> Mapping[str, Any]:
        """The container that receives the requests."""
        return self.wiring.container


@dataclass(frozen=True, kw_only=True)
class Setting(Written):
    """One key of the environment file, and the properties of our templates that it decides."""

    decides: tuple[tuple[str, str], ...] = ()
    """Place and property: `("Ecs/Service", "LaunchType")`; what is below the property counts, too."""
    is_shown: bool = False
    """Whether it is written even where it is the default."""
    may_be_empty: bool = False
    """Whether an empty value says something; elsewhere, it is that nothing is known."""


def setting(
    key: str,
    value: Any,  # noqa: ANN401 - any TOML
    *decides: tuple[str, str],
    comment: str = "",
    is_shown: bool = False,
) -> Setting:
    """Return the setting of a dotted key."""
    return Setting(key=tuple(key.split(".")), value=value, decides=decides, comment=comment, is_shown=is_shown)


def off(key: str, *decides: tuple[str, str]) -> Setting:
    """Return the setting of a flag that is off."""
    return Setting(key=tuple(key.split(".")), value=False, decides=decides)


def attributes(properties: Mapping[str, Any], name: str) -> dict[str, str]:
    """Return a list of keys and values, such as a load balancer's attributes or tags, as a map."""
    return {str(it.get("Key")): str(it.get("Value", "")) for it in items(properties.get(name))}


def whole(value: object) -> int | None:
    """Return a whole number, also one that is written as text; None for anything else."""
    try:
        found = float(str(value))
    except ValueError:
        return None
    return int(found) if found.is_integer() and not isinstance(value, bool) else None


def texts(value: object) -> list[str]:
    """Return the texts in a list; none where it is no list."""
    return [str(it) for it in value] if isinstance(value, list | tuple) else []
