"""What makes a resource the only one of its kind: an explicit name, or a place that only one can have.

The names are told by the schemas of the types, for every type that has one: the parts of the primary identifier that
are written by whoever makes it, and properties that cannot be changed and are called like the type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.cloudformation import schemas
from stacks.rendered.expressions import plain
from stacks.rendered.values import Later, Value, parts
from templates.resource_types import record
from templates.resource_types.record import NotLookedUp

if TYPE_CHECKING:
    from stacks.plan.replacements import ResolvedResource

Key = tuple[str, ...]
"""The type, and the values by which AWS tells its resources from each other."""


def unique_key(region: str, side: ResolvedResource) -> Key | None:
    """Return what no other resource may have at the same time; None where nothing is, or it is not known yet."""
    known = record(side.type)
    if isinstance(known.lookup, NotLookedUp) and known.lookup.kind == "free":
        return None
    names = known.place or _names(region, side)
    values = [_text(side.properties.get(name)) for name in names]
    if not any(values) or None in values:
        return None
    return (side.type, *(str(value) for value in values))


def _names(region: str, side: ResolvedResource) -> tuple[str, ...]:
    """Return the properties that make up the explicit name; () where CloudFormation makes one."""
    read_only = schemas.paths(region, side.type, "readOnlyProperties")
    identifier = schemas.paths(region, side.type, "primaryIdentifier")
    written = [path[0] for path in identifier if path not in read_only]
    fixed = schemas.paths(region, side.type, "createOnlyProperties")
    called = [path[0] for path in fixed if len(path) == 1 and is_name(side.type, path[0])]
    if not called and len(written) < len(identifier):
        return ()
    if any(name not in side.properties for name in called):
        return ()
    return tuple(dict.fromkeys([*written, *record(side.type).within, *called]))


def is_name(resource_type: str, name: str) -> bool:
    """Whether a property is the name of the resource itself: `Name`, or `TopicName` of a `Topic`."""
    return name.endswith("Name") and resource_type.rpartition("::")[2].endswith(name.removesuffix("Name"))


def _text(value: Value) -> str | None:
    """Return the value as text, "" for none; None where it is another one for each resource, or not known."""
    if value is None:
        return ""
    if any(part.causes or part.is_open for part in parts(value)):
        return None
    return value.text if isinstance(value, Later) else plain(value)
