"""The resource schemas that cfn-lint ships: what handlers call, and what a change of a property does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def handlers(region: str, resource_type: str) -> dict[str, tuple[str, ...]]:
    """Return the permissions of each handler; none for a type without a schema, or one that does not say."""
    return {
        name: tuple(handler.get("permissions", ()))
        for name, handler in _schema(region, resource_type).get("handlers", {}).items()
    }


def tag_property(region: str, resource_type: str) -> str:
    """Return the property with the tags, such as `Tags`."""
    tagging: dict[str, Any] = _schema(region, resource_type).get("tagging") or {}
    return str(tagging.get("tagProperty", "/properties/Tags")).rpartition("/")[2]


def taggable(region: str, resource_type: str) -> bool:
    """Whether a resource of the type can have tags."""
    tagging: dict[str, Any] = _schema(region, resource_type).get("tagging") or {}
    return bool(tagging.get("taggable"))


def paths(region: str, resource_type: str, list_name: str) -> tuple[tuple[str, ...], ...]:
    """Return one of the lists of properties, such as `createOnlyProperties`, each as the names on the way to it."""
    found = _schema(region, resource_type).get(list_name, ())
    return tuple(tuple(str(it).removeprefix("/properties/").split("/")) for it in found)


def tagged_when_made(region: str, resource_type: str) -> bool:
    """Whether a resource of the type has its tags from the call that makes it on, and not only from a later one."""
    tagging: dict[str, Any] = _schema(region, resource_type).get("tagging") or {}
    return bool(tagging.get("taggable") and tagging.get("tagOnCreate", True))


def _schema(region: str, resource_type: str) -> Mapping[str, Any]:
    from cfnlint.schema import (  # noqa: PLC0415 - it takes half a second, and rights that are remembered do not need it
        PROVIDER_SCHEMA_MANAGER,
        ResourceNotFoundError,
    )

    try:
        schema: Mapping[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema(region, resource_type).schema
    except ResourceNotFoundError:
        return {}
    return schema
