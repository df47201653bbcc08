"""The resource schemas that cfn-lint ships: what handlers call, and what a change of a property does.

They are read as files: importing cfn-lint takes half a second and 70 MiB.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_ELSEWHERE = "us-east-1"
"""The region whose types count for regions that cfn-lint does not list, as in cfn-lint itself."""


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


def settable(region: str, resource_type: str) -> frozenset[str]:
    """Return the properties that a template can set; none for a type without a schema."""
    described = _schema(region, resource_type).get("properties", {})
    read_only = {path[0] for path in paths(region, resource_type, "readOnlyProperties") if len(path) == 1}
    return frozenset(described) - read_only


def default(region: str, resource_type: str, name: str) -> Any:  # noqa: ANN401 - JSON
    """Return the default of a property by its name; None where the schema has none."""
    described: dict[str, Any] = _schema(region, resource_type).get("properties", {}).get(name) or {}
    return described.get("default")


def tagged_when_made(region: str, resource_type: str) -> bool:
    """Whether a resource of the type has its tags from the call that makes it on, and not only from a later one."""
    tagging: dict[str, Any] = _schema(region, resource_type).get("tagging") or {}
    return bool(tagging.get("taggable") and tagging.get("tagOnCreate", True))


def takes_system_tags(region: str, resource_type: str) -> bool:
    """Whether CloudFormation tags resources of the type with their stack (`aws:cloudformation:stack-name`)."""
    tagging: dict[str, Any] = _schema(region, resource_type).get("tagging") or {}
    return bool(tagging.get("cloudFormationSystemTags"))


@cache
def _schema(region: str, resource_type: str) -> Mapping[str, Any]:
    """Return the schema of a type in this region; empty where the region does not have the type."""
    name = _types(region).get(resource_type)
    return {} if name is None else _read("resources", name)


@cache
def _types(region: str) -> Mapping[str, str]:
    """Return the types of a region, with the files of their schemas."""
    listed = region if (_folder() / "providers" / f"{region}.json").exists() else _ELSEWHERE
    return _read("providers", listed)


def _read(folder: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((_folder() / folder / f"{name}.json").read_text(encoding="utf-8"))
    return found


@cache
def _folder() -> Path:
    package = importlib.util.find_spec("cfnlint")
    if package is None or package.origin is None:
        raise ImportError("cfn-lint is not installed", name="cfnlint")
    return Path(package.origin).parent / "data" / "schemas"
