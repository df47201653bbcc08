"""Expressions of our templates without parameters and conditions: what a template of its own can say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.rendered.expressions import Function, If, Join, Json, Reference, parse, plain
from stacks.rendered.names import NO_VALUE
from stacks.rendered.values import Later, parts

if TYPE_CHECKING:
    from collections.abc import Collection

    from stacks.rendered.values import Scope


class UnsettledError(Exception):
    """An expression needs a value that is not known before a deployment, or a resource that is not at hand."""


class _Left:
    """What `AWS::NoValue` leaves out."""


LEFT_OUT = _Left()


def settled(value: Json, scope: Scope, at_hand: Collection[str]) -> Json:
    """Return the expression with parameters, conditions and mappings replaced by their values.

    References to the logical ids `at_hand` and to pseudo parameters stay as they are. The result is `LEFT_OUT` for
    `AWS::NoValue`. Raises UnsettledError where it refers to anything else.
    """
    match parse(value):
        case Reference() as found:
            result = _reference(value, found, scope, at_hand)
        case If(condition, then, otherwise):
            holds = scope.holds(condition)
            if isinstance(holds, Later):
                raise UnsettledError
            result = settled(then if holds else otherwise, scope, at_hand)
        case Join(separator, list(items)):
            result = _joined(separator, _all(items, scope, at_hand))
        case Join() | Function():
            result = _known(scope.resolve(value))
        case None if isinstance(value, dict):
            inner = zip(value, (settled(item, scope, at_hand) for item in value.values()), strict=True)
            result = {key: item for key, item in inner if item is not LEFT_OUT}
        case None if isinstance(value, list):
            result = _all(value, scope, at_hand)
        case _:
            result = value
    return result


def _all(items: list[Json], scope: Scope, at_hand: Collection[str]) -> list[Json]:
    return [it for it in (settled(item, scope, at_hand) for item in items) if it is not LEFT_OUT]


def _joined(separator: str, items: list[Json]) -> Json:
    if any(isinstance(it, (dict, list)) for it in items):
        return {"Fn::Join": [separator, items]}
    return separator.join(map(plain, items))


def _reference(value: Json, found: Reference, scope: Scope, at_hand: Collection[str]) -> Json:
    if found.name == NO_VALUE:
        return LEFT_OUT
    if found.name.startswith("AWS::") or found.name in at_hand:
        return value
    if found.name in scope.parameters and not found.attribute:
        return _known(scope.resolve(value))
    raise UnsettledError


def _known(value: Json) -> Json:
    """Return a value that is known now."""
    if parts(value):
        raise UnsettledError
    return value
