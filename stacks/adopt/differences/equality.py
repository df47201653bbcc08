"""Whether two values mean the same to AWS: order, spelling, and JSON in a text aside."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from stacks.adopt.differences import policies
from stacks.adopt.differences.leaves import is_empty
from stacks.rendered.expressions import plain
from stacks.rendered.values import Later, Value, parts

ORDERED = frozenset({"Command", "EntryPoint", "Actions", "DefaultActions"})
"""Lists in which the order means something; all others are sets to AWS, whatever the schema says of them."""
_STRATEGY = {"Base": "0", "Weight": "0"}
LEFT_OUT: Mapping[str, Mapping[str, str]] = {
    "CapacityProviderStrategy": _STRATEGY,
    "DefaultCapacityProviderStrategy": _STRATEGY,
    "RedirectConfig": {
        "Host": "#{host}",
        "Path": "/#{path}",
        "Port": "#{port}",
        "Protocol": "#{protocol}",
        "Query": "#{query}",
    },
    "TargetGroupStickinessConfig": {"Enabled": "false"},
}
"""Defaults inside of properties that are compared as a whole.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html,
https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroupStickinessConfig.html
"""
POLICIES = frozenset({"AssumeRolePolicyDocument", "PolicyDocument", "RepositoryPolicyText"})


def same(one: Value, other: Value, path: str = "") -> bool | None:
    """Return whether two values of a property mean the same; None where one of them is not known yet."""
    later = [*parts(one), *parts(other)]
    if any(part.causes for part in later):
        return False  # the id of a resource that is not there yet
    if later:
        return True if plain(one) == plain(other) else None
    return bool(_normal(one, path) == _normal(other, path))


def _normal(value: Value, path: str) -> Any:  # noqa: ANN401 - JSON
    """Return a value in a form in which those that mean the same are equal."""
    name = path.rpartition(".")[2].partition("[")[0]
    if name == "TaskDefinition":  # by ARN, or by family and revision
        return plain(value).rpartition("/")[2]
    document = document_of(value)
    if isinstance(document, Mapping) and (name in POLICIES or "Statement" in document):
        return _sorted(policies.normal(document), "")
    return _sorted(document, name)


def document_of(value: Value) -> Value:
    """Return the JSON object that a text contains; any other value unchanged."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _sorted(value: Value, name: str) -> Any:  # noqa: ANN401 - JSON
    match value:
        case Mapping():
            inner = {str(key): _sorted(item, str(key)) for key, item in value.items()}
            defaults = LEFT_OUT.get(name, {})
            return {key: item for key, item in inner.items() if not is_empty(item) and item != defaults.get(key)}
        case list():
            items = [_sorted(item, name) for item in value]
            return items if name in ORDERED else sorted(items, key=lambda it: json.dumps(it, sort_keys=True))
        case Later():
            return str(value)
        case _:
            return _scalar(value)


def _scalar(value: Value) -> str:
    """Return a number and its text as one: `80` and `"80"`, `70.0` and `70`, `true` and `"True"`."""
    if isinstance(value, float) and math.isfinite(value) and value == int(value):
        return str(int(value))
    found = plain(value)
    return found.lower() if found in {"True", "False"} else found
