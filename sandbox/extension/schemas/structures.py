"""Keywords about objects and lists: their keys, the number of items, and each item."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.extension.schemas.scalars import searching

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.schemas.check import Check, Compile
    from sandbox.extension.untyped import Record, Untyped


def properties(known: Untyped, schema: Record, make: Compile) -> Check:
    """`properties`, with `patternProperties` and `additionalProperties`: which keys are allowed, and their values."""
    checks = {name: make(it) for name, it in known.items()}
    patterns = [(searching(it), make(inner)) for it, inner in schema.get("patternProperties", {}).items()]
    others = schema.get("additionalProperties", True)
    check_other = make(others) if isinstance(others, dict) else None

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if not isinstance(value, dict):
            return
        for key, item in value.items():
            wanted = [checks[key]] if key in checks else []
            wanted += [inner for search, inner in patterns if search(key)]
            for check in wanted or ([check_other] if check_other else []):
                check(item, f"{path}/{key}", problems)
            if not wanted and others is False:
                problems.append(f"{path}: extraneous key [{key}] is not permitted")

    return validate


def required(names: Untyped, _: Record, __: Compile) -> Check:
    """`required`."""

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if isinstance(value, dict):
            problems.extend(f"{path}: required key [{name}] not found" for name in names if name not in value)

    return validate


def dependent(needs: Untyped, _: Record, __: Compile) -> Check:
    """`dependentRequired`: a key needs others."""

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if isinstance(value, dict):
            missing = {it: None for name, them in needs.items() if name in value for it in them if it not in value}
            problems.extend(f"{path}: property [{name}] is required" for name in missing)

    return validate


def _counted(kind: type, holds: Callable[[int, int], bool], words: str) -> Callable[[Untyped, Record, Compile], Check]:
    def make(limit: Untyped, _: Record, __: Compile) -> Check:
        def validate(value: Untyped, path: str, problems: list[str]) -> None:
            if isinstance(value, dict | list) and isinstance(value, kind) and not holds(found := len(value), limit):
                problems.append(f"{path}: {words.format(limit=limit, found=found)}")

        return validate

    return make


fewest_keys = _counted(dict, int.__ge__, "minimum size: [{limit}], found: [{found}]")
most_keys = _counted(dict, int.__le__, "maximum size: [{limit}], found: [{found}]")
fewest = _counted(list, int.__ge__, "expected minimum item count: {limit}, found: {found}")
most = _counted(list, int.__le__, "expected maximum item count: {limit}, found: {found}")


def items(schema: Untyped, _: Record, make: Compile) -> Check:
    """`items`."""
    check = make(schema)

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if isinstance(value, list):
            for index, item in enumerate(value):
                check(item, f"{path}/{index}", problems)

    return validate


def unique(wanted: Untyped, _: Record, __: Compile) -> Check:
    """`uniqueItems`."""

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if wanted and isinstance(value, list) and len(value) > len(_different(value)):
            problems.append(f"{path}: array items are not unique")

    return validate


def most_different(limit: Untyped, _: Record, __: Compile) -> Check:
    """`maxUniqueItems`, cfn-lint's own."""

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if isinstance(value, list) and (found := len(_different(value))) > limit:
            problems.append(f"{path}: expected maximum item count: {limit}, found: {found}")

    return validate


def unique_keys(names: Untyped, _: Record, __: Compile) -> Check:
    """`uniqueKeys`, cfn-lint's own: no two items have the same values under these keys."""

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        if not isinstance(value, list):
            return
        found = [[it.get(name) for name in names] for it in value if isinstance(it, dict)]
        if len(found) > len(_different(found)):
            problems.append(f"{path}: array items are not unique")

    return validate


def _different(values: list[Untyped]) -> set[str]:
    return {json.dumps(it, sort_keys=True) for it in values}
