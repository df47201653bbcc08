"""The operators of Condition blocks: their names, and how each compares one value of a request with one of the policy.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

from __future__ import annotations

import operator as compared
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from ipaddress import ip_address, ip_network
from typing import Any

from stacks.iam.evaluate.matching import ARN_SEPARATORS, Context, Pattern, inside, matches, pattern
from stacks.iam.evaluate.truth import Truth


class Over(Enum):
    """How an operator goes over the values of a request: each of them must match, or one."""

    ALL = "ForAllValues"
    ANY = "ForAnyValue"


@dataclass(frozen=True)
class Operator:
    """An operator as a policy names it; `base` without `ForAllValues:`, `Not` and `IfExists`."""

    base: str
    is_negated: bool = False
    if_exists: bool = False
    over: Over | None = None


Comparison = Callable[[str, str, Context | None], tuple[Truth, bool]]
"""A request's value and a policy's give whether they match, and whether the policy's had a variable that the request
lacks. The context is that of variables; None where there are none."""


def operator(name: str) -> Operator | None:
    """Return the operator of that name; None if IAM has no such operator."""
    found = re.fullmatch(r"(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?", name, re.IGNORECASE)
    if found is None:
        return None
    over, plain, if_exists = found.groups()
    base, is_negated = _NAMES.get(plain.lower(), ("", False))
    if not base or (base == "Null" and (over or if_exists)):
        return None
    each = next((one for one in Over if over and one.value.lower() == over.lower()), None)
    return Operator(base, is_negated, bool(if_exists), each)


def _text(*, wildcards: bool = False, ignores_case: bool = False) -> Comparison:
    def compare(value: str, expected: str, context: Context | None) -> tuple[Truth, bool]:
        wanted = pattern(expected, context, wildcards=wildcards)
        if not ignores_case:
            return _matched(wanted, matches(wanted.glob, value))
        tokens = tuple(token.casefold() if isinstance(token, str) else token for token in wanted.glob)
        return _matched(wanted, matches(tokens, value.casefold()))

    return compare


def _arn(value: str, expected: str, context: Context | None) -> tuple[Truth, bool]:
    """Compares part by part: "each of the six colon-delimited components of the ARN is checked separately".

    What happens to a pattern with fewer parts is not documented.
    """
    wanted = pattern(expected, context)
    if wanted.glob.count(":") < ARN_SEPARATORS:
        return (None if matches(wanted.glob, value) else False), bool(wanted.absent)
    return _matched(wanted, matches(inside(wanted.glob, last_crosses=False), value))


def _matched(wanted: Pattern, is_match: bool) -> tuple[Truth, bool]:  # noqa: FBT001 - the one thing that it is about
    if wanted.absent:
        return False, True
    return (None if wanted.unknown and is_match else is_match), False


def _bool(value: str, expected: str, context: Context | None) -> tuple[Truth, bool]:
    wanted = pattern(expected.lower(), context, wildcards=False)
    return _matched(wanted, matches(wanted.glob, value.lower()))


def _ordered(read: Callable[[str], Any], compare: Callable[[Any, Any], bool]) -> Comparison:
    """Compares what `read` makes of both; unknown if it can make nothing of one of them."""

    def comparison(value: str, expected: str, _: Context | None) -> tuple[Truth, bool]:
        try:
            return compare(read(value), read(expected)), False
        except (ValueError, InvalidOperation, OverflowError):
            return None, False

    return comparison


def _number(text: str) -> Decimal:
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(text)
    return number


def _moment(text: str) -> Decimal:
    """Return the seconds since 1970, of a W3C date and time or of such a number; four digits could be either."""
    if re.fullmatch(r"\d{4}", text):
        raise ValueError(text)
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return Decimal(text)
    moment = datetime.fromisoformat(f"{text}-01" if re.fullmatch(r"\d{4}-\d{2}", text) else text)
    return Decimal(str((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()))


def _address(value: str, expected: str, _: Context | None) -> tuple[Truth, bool]:
    try:
        return ip_address(value) in ip_network(expected, strict=False), False
    except ValueError:
        return None, False


def _undecided(*_: object) -> tuple[Truth, bool]:
    """BinaryEquals: a request's values are text here."""
    return None, False


COMPARISONS: dict[str, Comparison] = {
    "StringEquals": _text(),
    "StringEqualsIgnoreCase": _text(ignores_case=True),
    "StringLike": _text(wildcards=True),
    "ArnEquals": _arn,
    "ArnLike": _arn,
    "Bool": _bool,
    "NumericEquals": _ordered(_number, compared.eq),
    "NumericLessThan": _ordered(_number, compared.lt),
    "NumericLessThanEquals": _ordered(_number, compared.le),
    "NumericGreaterThan": _ordered(_number, compared.gt),
    "NumericGreaterThanEquals": _ordered(_number, compared.ge),
    "DateEquals": _ordered(_moment, compared.eq),
    "DateLessThan": _ordered(_moment, compared.lt),
    "DateLessThanEquals": _ordered(_moment, compared.le),
    "DateGreaterThan": _ordered(_moment, compared.gt),
    "DateGreaterThanEquals": _ordered(_moment, compared.ge),
    "IpAddress": _address,
    "BinaryEquals": _undecided,
}

_NEGATIONS = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
    "NotIpAddress": "IpAddress",
}

_NAMES = {name.lower(): (name, False) for name in (*COMPARISONS, "Null")} | {
    name.lower(): (base, True) for name, base in _NEGATIONS.items()
}
