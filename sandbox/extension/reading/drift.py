"""Drift of every type that can be read: the template's values compared with those that the read handler returns.

"CloudFormation only determines drift for property values that are explicitly set."
https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from ministack.services.cloudformation import drift

from sandbox.extension.reading import registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Properties, Untyped

_TAGS = "Tags"
_POLICY = "Statement"


class _Every:
    """Stands for the set of all properties: whatever the reader returns is compared."""

    def __contains__(self, _: object) -> bool:
        return True


def install() -> None:
    """Let drift be detected for each type that has a reader. What is never returned cannot be compared."""
    for resource_type in registry.READERS:
        drift._DRIFT_READERS[resource_type] = (partial(_read, resource_type), _Every())
    stock: Callable[..., Properties] = drift._expected_properties

    def expected_properties(resource_type: str, *rest: Untyped) -> Properties:
        expected = stock(resource_type, *rest)
        if resource_type in registry.READERS:
            registry.remove_write_only(resource_type, expected)
            for name in registry.READERS[resource_type].unread:
                expected.pop(name, None)
        return expected

    drift._expected_properties = expected_properties


def _read(resource_type: str, physical_id: str, properties: Properties) -> Properties | None:
    identifier = registry.READERS[resource_type].identify(physical_id, properties)
    found = registry.read(resource_type, identifier)
    if found is None:
        return None
    return {name: value if name == _TAGS else as_set(properties.get(name), value) for name, value in found.items()}


def as_set(expected: Untyped, actual: Untyped) -> Untyped:
    """Return the actual value without what the template does not set, such as defaults and other attributes."""
    match expected, actual:
        case dict(), dict() if _POLICY not in expected:
            return {name: as_set(expected[name], value) for name, value in actual.items() if name in expected}
        case list(), list() if expected and all(isinstance(it, dict) and "Key" in it for it in expected):
            named = {it["Key"] for it in expected}
            return [it for it in actual if it["Key"] in named]
        case list(), list() if len(expected) == len(actual):
            return [as_set(*pair) for pair in zip(expected, actual, strict=True)]
        case str(), str() if actual == f"{expected}." or (_is_arn(actual) and actual.rpartition("/")[2] == expected):
            return expected  # A name with and without its last dot; a cluster by its name, or its ARN.
        case ((str() | int() | float()), (int() | float())) if _is_number(expected, actual):
            return expected  # 70 and 70.0, also as a text, are the same number.
        case _:
            return actual


def _is_arn(text: str) -> bool:
    return text.startswith("arn:")


def _is_number(expected: str | float, actual: float) -> bool:
    if isinstance(expected, bool) or isinstance(actual, bool):
        return False
    try:
        return float(expected) == float(actual)
    except ValueError:
        return False
