"""Keywords about objects and lists: which keys, how many items, and what each of them is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sandbox.extension.schemas.scalars import searching

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.schemas.check import Check, Compile
    from sandbox.extension.untyped import Record, Untyped


def properties(known: Untyped, schema: Record, make: Compile) -> Check:
    """`properties`, with `patternProperties` and `additionalProperties`: what each key has, and which there may be."""
    checks = {name: make(it) for name, it in known.items()}
    patterns = [(searching(it), make(inner)) for it, inner in schema.get("patternProperties", {}).items()]
    others = schema.get("additionalProperties", True)
    check_other = make(others) if isinstance(others, dict) else None

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if not isinstance(value, dict):
            return
        for key, item in value.items():
            wanted = [checks[key]] if key in checks else []
            wanted += [inner for search, inner in patterns if search(key)]
            for check in wanted or ([check_other] if check_other else []):
                check(item, f"{place}/{key}", wrong)
            if not wanted and others is False:
                wrong.append(f"{place}: extraneous key [{key}] is not permitted")

    return look


def required(names: Untyped, _: Record, __: Compile) -> Check:
    """`required`."""

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if isinstance(value, dict):
            wrong.extend(f"{place}: required key [{name}] not found" for name in names if name not in value)

    return look


def dependent(needs: Untyped, _: Record, __: Compile) -> Check:
    """`dependentRequired`: a key needs others."""

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if isinstance(value, dict):
            missing = {it: None for name, them in needs.items() if name in value for it in them if it not in value}
            wrong.extend(f"{place}: property [{name}] is required" for name in missing)

    return look


def _counted(kind: type, holds: Callable[[int, int], bool], words: str) -> Callable[[Untyped, Record, Compile], Check]:
    def make(limit: Untyped, _: Record, __: Compile) -> Check:
        def look(value: Untyped, place: str, wrong: list[str]) -> None:
            if isinstance(value, dict | list) and isinstance(value, kind) and not holds(found := len(value), limit):
                wrong.append(f"{place}: {words.format(limit=limit, found=found)}")

        return look

    return make


fewest_keys = _counted(dict, int.__ge__, "minimum size: [{limit}], found: [{found}]")
most_keys = _counted(dict, int.__le__, "maximum size: [{limit}], found: [{found}]")
fewest = _counted(list, int.__ge__, "expected minimum item count: {limit}, found: {found}")
most = _counted(list, int.__le__, "expected maximum item count: {limit}, found: {found}")


def items(schema: Untyped, _: Record, make: Compile) -> Check:
    """`items`."""
    check = make(schema)

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if isinstance(value, list):
            for index, item in enumerate(value):
                check(item, f"{place}/{index}", wrong)

    return look


def unique(wanted: Untyped, _: Record, __: Compile) -> Check:
    """`uniqueItems`."""

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if wanted and isinstance(value, list) and len(value) > len(_different(value)):
            wrong.append(f"{place}: array items are not unique")

    return look


def most_different(limit: Untyped, _: Record, __: Compile) -> Check:
    """`maxUniqueItems`, cfn-lint's own."""

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if isinstance(value, list) and (found := len(_different(value))) > limit:
            wrong.append(f"{place}: expected maximum item count: {limit}, found: {found}")

    return look


def unique_keys(names: Untyped, _: Record, __: Compile) -> Check:
    """`uniqueKeys`, cfn-lint's own: no two items have the same values under these keys."""

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        if not isinstance(value, list):
            return
        found = [[it.get(name) for name in names] for it in value if isinstance(it, dict)]
        if len(found) > len(_different(found)):
            wrong.append(f"{place}: array items are not unique")

    return look


def _different(values: list[Untyped]) -> set[str]:
    return {json.dumps(it, sort_keys=True) for it in values}
