"""The leaves of a resource's properties: what is compared as a whole, each with a path that a person would use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from stacks.rendered.values import Later, Value

NAMES = ("Key", "PolicyName", "ScheduledActionName", "Name")
"""Keys that identify the elements of a list."""
VALUES = frozenset({"Value", "PolicyDocument", "ValueFrom"})
"""Keys beside a name that are the element's whole value: `Tags[Project]`, `Policies[read]`."""
WHOLE = frozenset({
    "Actions",
    "AssumeRolePolicyDocument",
    "CapacityProviderStrategy",
    "Conditions",
    "DefaultActions",
    "LifecyclePolicyText",
    "LoadBalancers",
    "PolicyDocument",
    "PortMappings",
    "RepositoryPolicyText",
})  # fmt: skip
"""Properties whose parts mean something together only."""


def leaves(value: Value, path: str = "") -> Iterator[tuple[str, Value]]:
    """Yield each leaf with its path; what is empty is none.

    `DeploymentConfiguration.MaximumPercent`, `Tags[Project]`, `Subnets`.
    """
    is_whole = path.rpartition(".")[2] in WHOLE
    if isinstance(value, Mapping) and not is_whole:
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list) and not is_whole and (named := _named(value)) is not None:
        for key, item in named.items():
            if (only := _only_value(item)) is not None:
                yield from [(f"{path}[{key}]", only)] if not is_empty(only) else []
            else:
                yield from leaves(item, f"{path}[{key}]")
    elif path and not is_empty(value):
        yield path, value


def is_empty(value: Value) -> bool:
    """Whether a value says nothing: CloudFormation reads it like a property that is not there."""
    return value is None or (not isinstance(value, Later) and value in ("", [], {}))


def _named(items: list[Value]) -> dict[str, dict[str, Any]] | None:
    """Return the elements by their names, without these; None where they have none, or two have the same."""
    if not items or not all(isinstance(item, Mapping) for item in items):
        return None
    for name in NAMES:
        found = {item[name]: _without(item, name) for item in items if isinstance(item.get(name), str)}
        if len(found) == len(items):
            return found
    return None


def _without(item: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in item.items() if key != name}


def _only_value(item: Mapping[str, Any]) -> Value:
    """Return the value of an element that has a name and a value, a name alone as true; None for any other.

    AWS returns a volume that has a name alone with a `Host` that is empty.
    """
    if not VALUES & item.keys() and all(map(is_empty, item.values())):
        return True
    only = next(iter(item))
    return item[only] if len(item) == 1 and only in VALUES else None
