"""What HCL calculates: numbers without binary fractions, and operators on constants."""

from __future__ import annotations

import re
from decimal import ROUND_DOWN, Context, Decimal
from typing import TYPE_CHECKING

from stacks.settings.entries import Unusable

if TYPE_CHECKING:
    from collections.abc import Callable

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,9})?")
_DIGITS = 400
"""More digits than any number that could be meant; Python refuses to read 4,301 of them."""
_EXACT = Context(prec=2 * _DIGITS + 2)
_DIVIDING = Context(prec=154)
"""Terraform's numbers have 512 bits."""
_FLAGS = {"true": True, "1": True, "false": False, "0": False}

NO_NUMBER = "is no number that could be meant"
UNSUPPORTED = "is not supported here, although Terraform would calculate it: write what comes out"

ARITHMETIC: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _EXACT.add,
    "-": _EXACT.subtract,
    "*": _EXACT.multiply,
    "/": _DIVIDING.divide,
    "%": lambda one, other: _EXACT.subtract(one, _EXACT.multiply(other, _whole(one, other))),
}
COMPARISON: dict[str, Callable[[Decimal, Decimal], bool]] = {
    "<": lambda one, other: one < other,
    ">": lambda one, other: one > other,
    "<=": lambda one, other: one <= other,
    ">=": lambda one, other: one >= other,
}
LEVELS = {"||": 1, "&&": 2, "==": 3, "!=": 3, "<": 4, ">": 4, "<=": 4, ">=": 4, "+": 5, "-": 5, "*": 6, "/": 6, "%": 6}
"""How tightly each operator binds."""


def parse_number(text: str) -> int | Decimal | None:
    """Return the number that a text writes in decimal, a whole one as int; None where it is none or too large."""
    if len(text) > _DIGITS or not _NUMBER.fullmatch(text):
        return None
    return _plain(Decimal(text))


def written(value: object) -> object:
    """Return a number or a flag as the text to which Terraform converts it; anything else as it is."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    return format(value, "f") if isinstance(value, Decimal) else value


def apply_binary(operator: str, left: object, right: object) -> object:
    """Return what an operator makes of two constants, or an `Unusable`."""
    if refused := next((value for value in (left, right) if isinstance(value, Unusable)), None):
        return refused
    if operator in {"==", "!="}:
        return _equal(left, right, wanted=operator == "==")
    return _both(operator, left, right) if operator in {"&&", "||"} else _calculated(operator, left, right)


def _both(operator: str, left: object, right: object) -> object:
    flags = [_flag(left), _flag(right)]
    if None in flags:
        return Unusable(why=f"{operator} takes true and false")
    return all(flags) if operator == "&&" else any(flags)


def _calculated(operator: str, left: object, right: object) -> object:
    one, other = _amount(left), _amount(right)
    if one is None or other is None:
        return Unusable(why=f"{operator} takes numbers")
    if operator in COMPARISON:
        return COMPARISON[operator](one, other)
    if operator in "/%" and not other:
        return Unusable(why="divides by zero" if operator == "/" else UNSUPPORTED)
    value = _plain(ARITHMETIC[operator](one, other))
    return Unusable(why=NO_NUMBER) if value is None else value


def apply_unary(operator: str, value: object) -> object:
    """Return what `-` or `!` makes of a constant, or an `Unusable`."""
    if isinstance(value, Unusable):
        return value
    if operator == "!":
        flag = _flag(value)
        return Unusable(why="! takes true or false") if flag is None else not flag
    return apply_binary("-", 0, value)


def apply_conditional(condition: object, chosen: object, other: object) -> object:
    """Return what `condition ? chosen : other` is, where both are of one simple type, or an `Unusable`."""
    flag = _flag(condition)
    if isinstance(condition, Unusable) or flag is None:
        return condition if isinstance(condition, Unusable) else Unusable(why="? takes true or false before it")
    if refused := next((value for value in (chosen, other) if isinstance(value, Unusable)), None):
        return refused if refused is (chosen if flag else other) else Unusable(why=UNSUPPORTED)
    kinds = {_kind(value) for value in (chosen, other)} - {"null"}
    if len(kinds) > 1 or "other" in kinds:
        return Unusable(why=UNSUPPORTED)
    return chosen if flag else other


def _equal(left: object, right: object, *, wanted: bool) -> object:
    kinds = {_kind(left), _kind(right)}
    if "other" in kinds:
        return Unusable(why=UNSUPPORTED)
    return (len(kinds) == 1 and left == right) is wanted


def _kind(value: object) -> str:
    """Return the simple type of a constant, "null", or "other" for lists and objects."""
    match value:
        case None:
            return "null"
        case bool():
            return "flag"
        case int() | Decimal():
            return "number"
        case str():
            return "text"
    return "other"


def _flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return _FLAGS.get(value) if isinstance(value, str) else None


def _amount(value: object) -> Decimal | None:
    """Return a number, also one that is written as text."""
    found = parse_number(value) if isinstance(value, str) else value
    return Decimal(found) if isinstance(found, int | Decimal) and not isinstance(found, bool) else None


def _whole(one: Decimal, other: Decimal) -> Decimal:
    """Return how often one goes into the other, rounded towards zero."""
    return _EXACT.divide(one, other).to_integral_value(ROUND_DOWN)


def _plain(value: Decimal) -> int | Decimal | None:
    """Return a whole number as int, another without needless zeros; None for more digits than can be meant."""
    if not value:
        return 0
    if not value.is_finite() or abs(value.adjusted()) > _DIGITS or len(value.as_tuple().digits) > 2 * _DIGITS:
        return None
    value = value.normalize(_EXACT)
    exponent = value.as_tuple().exponent
    return int(value) if isinstance(exponent, int) and exponent >= 0 else value
