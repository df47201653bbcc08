"""Compile a JSON schema into a function that finds the problems of a value, in the words of AWS's validator.

CloudFormation validates with https://github.com/everit-org/json-schema, and accepts texts for numbers and booleans and
the other way round. Besides the keywords of draft 7, the schemas that cfn-lint ships have some of its own for what
AWS's services require (`requiredXor`, `requiredOr`, `dependentExcluded`).
"""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from sandbox.extension.schemas import combined, scalars, structures

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.extension.schemas.check import Check, Compile
    from sandbox.extension.untyped import Record, Untyped

KEYWORDS: Mapping[str, Callable[[Untyped, Record, Compile], Check]] = {
    "type": scalars.types,
    "enum": scalars.enum,
    "const": scalars.const,
    "enumCaseInsensitive": scalars.enum_in_any_case,
    "pattern": scalars.pattern,
    "minLength": scalars.shortest,
    "maxLength": scalars.longest,
    "minimum": scalars.least,
    "maximum": scalars.greatest,
    "exclusiveMinimum": scalars.more_than,
    "exclusiveMaximum": scalars.less_than,
    "multipleOf": scalars.multiple,
    "format": scalars.written_as,
    "properties": structures.properties,
    "required": structures.required,
    "dependentRequired": structures.dependent,
    "minProperties": structures.fewest_keys,
    "maxProperties": structures.most_keys,
    "items": structures.items,
    "minItems": structures.fewest,
    "maxItems": structures.most,
    "uniqueItems": structures.unique,
    "maxUniqueItems": structures.most_different,
    "uniqueKeys": structures.unique_keys,
    "allOf": combined.all_of,
    "anyOf": combined.any_of,
    "oneOf": combined.one_of,
    "not": combined.none_of,
    "if": combined.conditional,
    "requiredXor": combined.exactly_one_key,
    "requiredOr": combined.some_key,
    "dependentExcluded": combined.excluded,
}
"""`properties` handles `patternProperties` and `additionalProperties` as well, and `if` handles `then` and `else`."""


def compile_schema(root: Record) -> Check:
    """Compile a schema. Its definitions, which may be recursive, are compiled when a value reaches them."""

    @cache
    def at(reference: str) -> Check:
        found: Untyped = root
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]
        return make(found)

    def make(schema: Untyped) -> Check:
        if "$ref" in schema:
            return _later(partial(at, schema["$ref"]))
        if "properties" not in schema and {"patternProperties", "additionalProperties"} & schema.keys():
            schema = {"properties": {}, **schema}
        checks = [KEYWORDS[name](value, schema, make) for name, value in schema.items() if name in KEYWORDS]
        return checks[0] if len(checks) == 1 else _all(checks)

    return make(root)


def _later(find: Callable[[], Check]) -> Check:
    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        find()(value, path, problems)

    return validate


def _all(checks: list[Check]) -> Check:
    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        for check in checks:
            check(value, path, problems)

    return validate
