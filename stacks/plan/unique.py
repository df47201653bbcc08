"""Unique keys of resources: an explicit name, or a place that only one resource can have.

The properties of a name come from the schema of the resource type: the writable parts of the primary identifier, and
create-only properties that are named after the type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.cloudformation import schemas
from stacks.rendered.expressions import plain
from stacks.rendered.values import Later, Value, parts
from templates.resource_types import record
from templates.resource_types.record import NotLookedUp

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.plan.replacements import ResolvedResource

Key = tuple[str, ...]
"""The type, and the values that identify a resource of it."""


def unique_key(region: str, resource: ResolvedResource) -> Key | None:
    """Return the key that no other resource may have at the same time; None if there is none, or it is not known."""
    known = record(resource.type)
    values = [_text(_at(resource.properties, path)) for path in known.place]
    if not values or "" in values:
        if isinstance(known.lookup, NotLookedUp) and known.lookup.kind == "free":
            return None
        values = [_text(resource.properties.get(name)) for name in _names(region, resource)]
    if not any(values) or None in values:
        return None
    return (resource.type, *(str(value) for value in values))


def _names(region: str, resource: ResolvedResource) -> tuple[str, ...]:
    """Return the properties of the explicit name; () if CloudFormation generates the name."""
    read_only = schemas.paths(region, resource.type, "readOnlyProperties")
    identifier = schemas.paths(region, resource.type, "primaryIdentifier")
    writable = [path[0] for path in identifier if path not in read_only]
    create_only = schemas.paths(region, resource.type, "createOnlyProperties")
    named = [path[0] for path in create_only if len(path) == 1 and is_name(resource.type, path[0])]
    if not named and len(writable) < len(identifier):
        return ()
    if any(name not in resource.properties for name in named):
        return ()
    return tuple(dict.fromkeys([*writable, *record(resource.type).within, *named]))


def is_name(resource_type: str, name: str) -> bool:
    """Whether a property is the name of the resource itself: `Name`, or `TopicName` of a `Topic`."""
    return name.endswith("Name") and resource_type.rpartition("::")[2].endswith(name.removesuffix("Name"))


def _at(properties: Mapping[str, Value], path: str) -> Value:
    """Return the value at a path of properties; None if there is none."""
    value: Value = dict(properties)
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _text(value: Value) -> str | None:
    """Return the value as text, "" for none; None if it is not known, or new with each resource."""
    if value is None:
        return ""
    if any(part.causes or part.is_open for part in parts(value)):
        return None
    return value.text if isinstance(value, Later) else plain(value)
