"""Keywords that combine schemas, and those about keys that belong together or exclude each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.extension.schemas.check import Check, Compile
    from sandbox.extension.untyped import Record, Untyped


def _fits(check: Check, value: Untyped) -> bool:
    problems: list[str] = []
    check(value, "", problems)
    return not problems


def all_of(schemas: Untyped, _: Record, make: Compile) -> Check:
    """`allOf`."""
    checks = [make(it) for it in schemas]

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        for check in checks:
            check(value, path, problems)

    return validate


def any_of(schemas: Untyped, _: Record, make: Compile) -> Check:
    """`anyOf`."""
    checks = [make(it) for it in schemas]

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if not any(_fits(check, value) for check in checks):
            problems.append(f"{path}: no subschema matched out of the total {len(checks)} subschemas")

    return validate


def one_of(schemas: Untyped, _: Record, make: Compile) -> Check:
    """`oneOf`."""
    checks = [make(it) for it in schemas]

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if (fitting := sum(_fits(check, value) for check in checks)) != 1:
            problems.append(f"{path}: {fitting} subschemas matched instead of one")

    return validate


def none_of(schema: Untyped, _: Record, make: Compile) -> Check:
    """`not`."""
    check = make(schema)

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if _fits(check, value):
            problems.append(f"{path}: subject must not be valid against schema {schema}")

    return validate


def conditional(schema: Untyped, beside: Record, make: Compile) -> Check:
    """`if`, with `then` and `else`."""
    holds, then, otherwise = make(schema), make(beside.get("then", {})), make(beside.get("else", {}))

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        (then if _fits(holds, value) else otherwise)(value, path, problems)

    return validate


def exactly_one_key(names: Untyped, _: Record, __: Compile) -> Check:
    """`requiredXor`, cfn-lint's own."""

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if isinstance(value, dict) and (found := sum(name in value for name in names)) != 1:
            problems.append(f"{path}: exactly one of {_listed(names)} must be specified, found: {found}")

    return validate


def some_key(names: Untyped, _: Record, __: Compile) -> Check:
    """`requiredOr`, cfn-lint's own."""

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if isinstance(value, dict) and not any(name in value for name in names):
            problems.append(f"{path}: at least one of {_listed(names)} must be specified")

    return validate


def excluded(others: Untyped, _: Record, __: Compile) -> Check:
    """`dependentExcluded`, cfn-lint's own: a key excludes others."""

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if not isinstance(value, dict):
            return
        for name, them in others.items():
            beside = [it for it in them if it in value] if name in value else []
            problems.extend(f"{path}: [{it}] must not be specified with [{name}]" for it in beside)

    return validate


def _listed(names: Untyped) -> str:
    return f"[{', '.join(names)}]"
