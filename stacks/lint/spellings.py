"""What a string in a template can be once its intrinsic functions are resolved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

UNKNOWN = "${}"
"""Stands for what only a deployment knows."""
MOST = 256
"""Spellings of one expression that are told apart; one that has more is unknown."""
_VARIABLE = re.compile(r"\$\{(!?)([^}]*)\}")


def spellings(value: object, parameters: Mapping[str, Any]) -> frozenset[str]:
    """Every string that a value can become: of a list each item's, of a condition both branches'.

    A parameter is its default; the partition is `aws`; what cannot be known is `UNKNOWN`, also as a part of a string.
    """
    match value:
        case str():
            found = frozenset({value})
        case list():
            found = frozenset().union(*(spellings(item, parameters) for item in value))
        case {"Ref": str(name)}:
            found = _reference(name, parameters)
        case {"Fn::If": [_, then, otherwise]}:
            found = spellings([then, otherwise], parameters)
        case {"Fn::Sub": [str(text), dict(values)]}:
            found = _substituted(text, values, parameters)
        case {"Fn::Sub": str(text)}:
            found = _substituted(text, {}, parameters)
        case {"Fn::Join": [str(delimiter), list(parts)]}:
            found = _joined(delimiter, parts, parameters)
        case _:
            found = frozenset({UNKNOWN})
    return found


def _reference(name: str, parameters: Mapping[str, Any]) -> frozenset[str]:
    if name == "AWS::Partition":
        return frozenset({"aws"})
    if name == "AWS::NoValue":
        return frozenset()
    match parameters.get(name):
        case {"Default": default}:
            return frozenset({str(default)})
    return frozenset({UNKNOWN})


def _substituted(text: str, values: Mapping[str, Any], parameters: Mapping[str, Any]) -> frozenset[str]:
    parts: list[Any] = []
    end = 0
    for found in _VARIABLE.finditer(text):
        literal, name = found.groups()
        parts += [text[end : found.start()], f"${{{name}}}" if literal else values.get(name, {"Ref": name})]
        end = found.end()
    return _joined("", [*parts, text[end:]], parameters)


def _joined(delimiter: str, parts: list[Any], parameters: Mapping[str, Any]) -> frozenset[str]:
    whole = frozenset({""})
    for position, part in enumerate(parts):
        between = delimiter if position else ""
        ways = spellings(part, parameters)
        if len(whole) * len(ways) > MOST:
            return frozenset({UNKNOWN})
        whole = frozenset(start + between + end for start in whole for end in ways)
    return whole
