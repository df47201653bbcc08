"""Keywords about a single value: its type, what it may be, how long, how great."""

from __future__ import annotations

import ipaddress
import json
import re
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.schemas.check import Check, Compile
    from sandbox.extension.untyped import Record, Untyped


def text(value: Untyped) -> str | None:
    """The text that CloudFormation takes this value for; None for what is no scalar."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, str | int | float) else None


def number(value: Untyped) -> Decimal | None:
    """The number that CloudFormation takes this value for; None for what is none."""
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
"""What the validator calls the types, and whether CloudFormation takes a value for one."""
_FOUND = {bool: "Boolean", str: "String", int: "Integer", float: "BigDecimal", dict: "JSONObject", list: "JSONArray"}
"""What the validator calls what it has found."""


def types(wanted: Untyped, _: Record, __: Compile) -> Check:
    """`type`, one or several."""
    allowed = [wanted] if isinstance(wanted, str) else list(wanted)

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if not any(_TYPES[it][1](value) for it in allowed):
            names = " or ".join(_TYPES[it][0] for it in allowed)
            wrong.append(f"{place}: expected type: {names}, found: {_FOUND.get(type(value), 'Null')}")

    return look


def enum(allowed: Untyped, _: Record, __: Compile) -> Check:
    """`enum`; a number is also what it is as a text."""
    known = {text(it) for it in allowed}

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if (found := text(value)) is not None and found not in known:
            wrong.append(f"{place}: {found} is not a valid enum value")

    return look


def const(wanted: Untyped, schema: Record, make: Compile) -> Check:
    """`const`."""
    return enum([wanted], schema, make)


def enum_in_any_case(allowed: Untyped, _: Record, __: Compile) -> Check:
    """`enumCaseInsensitive`, cfn-lint's own."""
    known = {str(it).lower() for it in allowed}

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if (found := text(value)) is not None and found.lower() not in known:
            wrong.append(f"{place}: {found} is not a valid enum value")

    return look


def searching(wanted: str) -> Callable[[str], object]:
    r"""A function that looks for a pattern anywhere in a text; cfn-lint's `regex` knows classes like `\p{L}`, too."""
    try:
        return re.compile(wanted).search
    except re.error:
        import regex

        found: Callable[[str], object] = regex.compile(wanted).search
        return found


def pattern(wanted: Untyped, _: Record, __: Compile) -> Check:
    """`pattern`, found anywhere in the text."""
    search = searching(wanted)

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if (found := text(value)) is not None and not search(found):
            wrong.append(f"{place}: string [{found}] does not match pattern {wanted}")

    return look


def shortest(least_length: Untyped, _: Record, __: Compile) -> Check:
    """`minLength`."""

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if isinstance(value, str) and len(value) < least_length:
            wrong.append(f"{place}: expected minLength: {least_length}, actual: {len(value)}")

    return look


def longest(greatest_length: Untyped, _: Record, __: Compile) -> Check:
    """`maxLength`. A document that is written as an object counts as JSON."""

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if isinstance(value, str) and len(value) > greatest_length:
            wrong.append(f"{place}: expected maxLength: {greatest_length}, actual: {len(value)}")

    return look


def _bound(words: str, holds: Callable[[Decimal, Decimal], bool]) -> Callable[[Untyped, Record, Compile], Check]:
    def make(bound: Untyped, _: Record, __: Compile) -> Check:
        limit = Decimal(str(bound))

        def look(value: Untyped, place: str, wrong: list[str]) -> None:
            if (found := number(value)) is not None and not holds(found, limit):
                wrong.append(f"{place}: {found} is not {words} {bound}")

        return look

    return make


least = _bound("greater or equal to", lambda found, limit: found >= limit)
greatest = _bound("less or equal to", lambda found, limit: found <= limit)
more_than = _bound("greater than", lambda found, limit: found > limit)
less_than = _bound("less than", lambda found, limit: found < limit)
multiple = _bound("a multiple of", lambda found, limit: not found % limit)


def written_as(name: Untyped, _: Record, __: Compile) -> Check:
    """`format`, of those that can be told from the value alone."""
    reads = _FORMATS.get(name)

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if reads is None or not isinstance(value, str):
            return
        try:
            reads(value)
        except ValueError:
            wrong.append(f"{place}: [{value}] is not a valid {name}")

    return look


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
