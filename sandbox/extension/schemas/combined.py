"""Keywords that put schemas together, and those about keys that go together or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.extension.schemas.check import Check, Compile
    from sandbox.extension.untyped import Record, Untyped


def _fits(check: Check, value: Untyped) -> bool:
    wrong: list[str] = []
    check(value, "", wrong)
    return not wrong


def all_of(schemas: Untyped, _: Record, make: Compile) -> Check:
    """`allOf`."""
    checks = [make(it) for it in schemas]

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        for check in checks:
            check(value, place, wrong)

    return look


def any_of(schemas: Untyped, _: Record, make: Compile) -> Check:
    """`anyOf`."""
    checks = [make(it) for it in schemas]

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if not any(_fits(check, value) for check in checks):
            wrong.append(f"{place}: no subschema matched out of the total {len(checks)} subschemas")

    return look


def one_of(schemas: Untyped, _: Record, make: Compile) -> Check:
    """`oneOf`."""
    checks = [make(it) for it in schemas]

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if (fitting := sum(_fits(check, value) for check in checks)) != 1:
            wrong.append(f"{place}: {fitting} subschemas matched instead of one")

    return look


def none_of(schema: Untyped, _: Record, make: Compile) -> Check:
    """`not`."""
    check = make(schema)

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if _fits(check, value):
            wrong.append(f"{place}: subject must not be valid against schema {schema}")

    return look


def conditional(schema: Untyped, beside: Record, make: Compile) -> Check:
    """`if`, with `then` and `else`."""
    holds, then, otherwise = make(schema), make(beside.get("then", {})), make(beside.get("else", {}))

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        (then if _fits(holds, value) else otherwise)(value, place, wrong)

    return look


def exactly_one_key(names: Untyped, _: Record, __: Compile) -> Check:
    """`requiredXor`, cfn-lint's own."""

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if isinstance(value, dict) and (found := sum(name in value for name in names)) != 1:
            wrong.append(f"{place}: exactly one of {_listed(names)} must be specified, found: {found}")

    return look


def some_key(names: Untyped, _: Record, __: Compile) -> Check:
    """`requiredOr`, cfn-lint's own."""

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if isinstance(value, dict) and not any(name in value for name in names):
            wrong.append(f"{place}: at least one of {_listed(names)} must be specified")

    return look


def excluded(others: Untyped, _: Record, __: Compile) -> Check:
    """`dependentExcluded`, cfn-lint's own: with a key there may not be others."""

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if not isinstance(value, dict):
            return
        for name, them in others.items():
            beside = [it for it in them if it in value] if name in value else []
            wrong.extend(f"{place}: [{it}] must not be specified with [{name}]" for it in beside)

    return look


def _listed(names: Untyped) -> str:
    return f"[{', '.join(names)}]"
