"""Read as the schema of a type says: which keys identify a resource, and which properties are never returned."""

from __future__ import annotations

import importlib
import pkgutil
from typing import TYPE_CHECKING

from ministack.core.responses import get_region

from sandbox.extension import reading
from sandbox.extension.schemas import provider_schemas

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.extension.reading.readable import Readable
    from sandbox.extension.untyped import Properties, Record, Untyped

_PROPERTIES = "/properties/"
_EVERYWHERE = "us-east-1"
"""A region that has every type."""


def _find_readers() -> Mapping[str, Readable]:
    found: dict[str, Readable] = {}
    for module in pkgutil.iter_modules(reading.__path__):
        if (name := f"{reading.__name__}.{module.name}") != __name__:
            found |= getattr(importlib.import_module(name), "READERS", {})
    return found


READERS = _find_readers()
"""The readers of all types. They are imported at the start, so that `hooks` finds which private names they use."""


def schema_of(resource_type: str) -> Record | None:
    """Return the schema of a type in the region of the request; None if the region does not have the type."""
    return provider_schemas.schema_of(get_region(), resource_type)


def has_handler(resource_type: str, handler: str) -> bool:
    """Whether AWS's type has this handler (`read`, `list`)."""
    return handler in ((schema_of(resource_type) or {}).get("handlers") or {})


def identifier_keys(resource_type: str) -> tuple[str, ...]:
    """Return the names of the properties that identify a resource of this type, in the order of the schema."""
    found = (provider_schemas.schema_of(_EVERYWHERE, resource_type) or {}).get("primaryIdentifier") or ()
    return tuple(str(path).removeprefix(_PROPERTIES) for path in found)


def read(resource_type: str, identifier: tuple[str, ...]) -> Properties | None:
    """Return the properties that AWS's read handler returns; None if there is no such resource.

    Write-only properties are never returned
    (https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html). Raises KeyError for a
    type without a reader.
    """
    found = READERS[resource_type].read(*identifier)
    if found is None:
        return None
    remove_write_only(resource_type, found)
    schema = schema_of(resource_type) or {}
    if not found.get("Tags") and schema.get("properties", {}).get("Tags", {}).get("minItems"):
        found.pop("Tags", None)
    return found


def remove_write_only(resource_type: str, properties: Properties) -> None:
    """Remove the properties that the read handler never returns."""
    for path in (schema_of(resource_type) or {}).get("writeOnlyProperties") or ():
        _remove(properties, path.removeprefix(_PROPERTIES).split("/"))


def attributes(resource_type: str, properties: Properties) -> Properties:
    """Return what `Fn::GetAtt` returns for a resource with these properties: the read-only ones, by dotted name."""
    found = {}
    for path in (schema_of(resource_type) or {}).get("readOnlyProperties") or ():
        names = path.removeprefix(_PROPERTIES).split("/")
        value: Untyped = properties
        for name in names:
            value = value.get(name) if isinstance(value, dict) else None
        if value is not None:
            found[".".join(names)] = value
    return found


def _remove(value: Untyped, names: list[str]) -> None:
    """Remove the value at this path, in which `*` is each item."""
    name, *rest = names
    if name == "*" and isinstance(value, list):
        for item in value:
            _remove(item, rest)
    elif isinstance(value, dict) and name in value:
        if rest:
            _remove(value[name], rest)
        else:
            del value[name]
