"""Keywords about a single value: its type, allowed values, length and size."""

from __future__ import annotations

import ipaddress
import json
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.schemas.check import Check, Compile
    from sandbox.extension.untyped import Record, Untyped


def text(value: Untyped) -> str | None:
    """Return the text that CloudFormation takes this value for; None for an object or a list."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


def number(value: Untyped) -> Decimal | None:
    """Return the number that CloudFormation takes this value for; None if it takes it for none."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _is_integer(value: Untyped) -> bool:
    found = number(value)
    return found is not None and found == found.to_integral_value()


_TYPES: dict[str, tuple[str, Callable[[Untyped], bool]]] = {
    "string": ("String", lambda value: text(value) is not None),
    "integer": ("Integer", _is_integer),
    "number": ("Number", lambda value: number(value) is not None),
    "boolean": ("Boolean", lambda value: text(value) in {"true", "false", "True", "False"}),
    "object": ("JSONObject", lambda value: isinstance(value, dict)),
    "array": ("JSONArray", lambda value: isinstance(value, list)),
    "null": ("Null", lambda value: value is None),
}
"""The validator's names of the types, and whether CloudFormation accepts a value for one."""
_FOUND = {bool: "Boolean", str: "String", int: "Integer", float: "BigDecimal", dict: "JSONObject", list: "JSONArray"}
"""The validator's names of what it has found."""


def types(wanted: Untyped, _: Record, __: Compile) -> Check:
    """`type`, one or several."""
    allowed = [wanted] if isinstance(wanted, str) else list(wanted)

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if not any(_TYPES[it][1](value) for it in allowed):
            names = " or ".join(_TYPES[it][0] for it in allowed)
            problems.append(f"{path}: expected type: {names}, found: {_FOUND.get(type(value), 'Null')}")

    return validate


def enum(allowed: Untyped, _: Record, __: Compile) -> Check:
    """`enum`; numbers are compared as texts."""
    known = {text(it) for it in allowed}

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if (found := text(value)) is not None and found not in known:
            problems.append(f"{path}: {found} is not a valid enum value")

    return validate


def const(wanted: Untyped, schema: Record, make: Compile) -> Check:
    """`const`."""
    return enum([wanted], schema, make)


def enum_in_any_case(allowed: Untyped, _: Record, __: Compile) -> Check:
    """`enumCaseInsensitive`, cfn-lint's own."""
    known = {str(it).lower() for it in allowed}

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if (found := text(value)) is not None and found.lower() not in known:
            problems.append(f"{path}: {found} is not a valid enum value")

    return validate


def searching(wanted: str) -> Callable[[str], object]:
    r"""Return a function that searches a text for a pattern; the package `regex` is for classes like `\p{L}`."""
    try:
        return re.compile(wanted).search
    except re.error:
        found: Callable[[str], object] = regex.compile(wanted).search
        return found


def pattern(wanted: Untyped, _: Record, __: Compile) -> Check:
    """`pattern`, anywhere in the text."""
    search = searching(wanted)

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if (found := text(value)) is not None and not search(found):
            problems.append(f"{path}: string [{found}] does not match pattern {wanted}")

    return validate


def shortest(least_length: Untyped, _: Record, __: Compile) -> Check:
    """`minLength`."""

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if isinstance(value, str) and len(value) < least_length:
            problems.append(f"{path}: expected minLength: {least_length}, actual: {len(value)}")

    return validate


def longest(greatest_length: Untyped, _: Record, __: Compile) -> Check:
    """`maxLength`, of texts only: a policy that is written as an object has no length here."""

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if isinstance(value, str) and len(value) > greatest_length:
            problems.append(f"{path}: expected maxLength: {greatest_length}, actual: {len(value)}")

    return validate


def _bound(words: str, holds: Callable[[Decimal, Decimal], bool]) -> Callable[[Untyped, Record, Compile], Check]:
    def make(bound: Untyped, _: Record, __: Compile) -> Check:
        limit = Decimal(str(bound))

        def validate(value: Untyped, path: str, problems: list[str]) -> None:
            if (found := number(value)) is not None and not holds(found, limit):
                problems.append(f"{path}: {found} is not {words} {bound}")

        return validate

    return make


least = _bound("greater or equal to", lambda found, limit: found >= limit)
greatest = _bound("less or equal to", lambda found, limit: found <= limit)
more_than = _bound("greater than", lambda found, limit: found > limit)
less_than = _bound("less than", lambda found, limit: found < limit)
multiple = _bound("a multiple of", lambda found, limit: not found % limit)


def written_as(name: Untyped, _: Record, __: Compile) -> Check:
    """`format`, if the value alone decides it."""
    reads = _FORMATS.get(name)

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if reads is None or not isinstance(value, str):
            return
        try:
            reads(value)
        except ValueError:
            problems.append(f"{path}: [{value}] is not a valid {name}")

    return validate


def _range(version: type[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> Callable[[str], object]:
    def read(value: str) -> object:
        if "/" not in value:
            raise ValueError("no prefix")
        return version(value, strict=False)

    return read


_FORMATS: dict[str, Callable[[str], object]] = {
    "ipv4-network": _range(ipaddress.IPv4Network),
    "ipv6-network": _range(ipaddress.IPv6Network),
    "json": json.loads,
}
