"""How values of the services' APIs are written as CloudFormation's properties."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.extension.untyped import Properties, Record, Untyped

_NOTHING: tuple[Untyped, ...] = (None, "", [], {})
_OTHERWISE = {
    "efsVolumeConfiguration": "EFSVolumeConfiguration",
    "fileSystemId": "FilesystemId",
    "iam": "IAM",
}
"""Names that differ from the API's by more than the first letter."""
_AS_WRITTEN = frozenset({"options", "dockerLabels", "driverOpts", "labels"})
"""Maps with keys of the user, which are no names of the API."""


def present(**properties: Untyped) -> Properties:
    """Return the properties that have a value; False and 0 are values."""
    return {name: value for name, value in properties.items() if not any(value is it or value == it for it in _NOTHING)}


def pascal(value: Untyped, key: str = "") -> Untyped:
    """Return a value of ECS's API as CloudFormation writes it."""
    if isinstance(value, dict):
        if key in _AS_WRITTEN:
            return value
        return {_OTHERWISE.get(name, name[:1].upper() + name[1:]): pascal(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [pascal(item) for item in value]
    return value


def tags(given: Iterable[Record] | Mapping[str, str] | None) -> list[Record]:
    """Return tags as CloudFormation writes them, without AWS's own. `given` are pairs of either spelling, or a map."""
    pairs = given.items() if isinstance(given, Mapping) else [_pair(tag) for tag in given or ()]
    return [{"Key": key, "Value": str(value)} for key, value in pairs if not key.startswith("aws:")]


def _pair(tag: Record) -> tuple[str, str]:
    return str(tag.get("Key", tag.get("key"))), str(tag.get("Value", tag.get("value", "")))


def document(text: Untyped) -> Untyped:
    """Return a policy document as an object; IAM's are kept as JSON, some of them URL-encoded."""
    if not isinstance(text, str):
        return text
    return json.loads(unquote(text) if text.startswith("%") else text)
