"""A JSON schema made into a function that says what is wrong with a value, in the words of AWS's validator.

CloudFormation validates with everit-org/json-schema, and takes numbers and booleans for texts and the other way round.
Besides the keywords of draft 7 the schemas that cfn-lint ships have some of its own (`requiredXor`, `requiredOr`,
`dependentExcluded`), which say what AWS's services ask for.
https://github.com/everit-org/json-schema
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
"""What `properties` looks at besides: `patternProperties`, `additionalProperties`; what `if` does: `then`, `else`."""


def compile_schema(root: Record) -> Check:
    """The check of a whole schema. A definition is compiled when a value reaches it: they may contain themselves."""

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
    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        find()(value, place, wrong)

    return look


def _all(checks: list[Check]) -> Check:
    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        for check in checks:
            check(value, place, wrong)

    return look
