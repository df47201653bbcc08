"""Validate a resource's properties, with references resolved, by the schema of its type."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sandbox.extension.schemas import provider_schemas
from sandbox.extension.schemas.compiled import compile_schema

if TYPE_CHECKING:
    from sandbox.extension.schemas.check import Check
    from sandbox.extension.untyped import Properties, Untyped

_UNCHECKED = ("Custom::", "AWS::CloudFormation::CustomResource")
"""Types without a schema: their provider decides on the properties."""
_OWN = "AWS::CloudFormation::Stack"
"""A type that CloudFormation handles itself, with its own messages."""


def require_valid(region: str, resource_type: str, logical_id: str, properties: Properties) -> None:
    """Raise ValueError, with AWS's words, if the type's schema does not allow these properties.

    Read-only properties cannot be specified (https://github.com/aws-cloudformation/cloudformation-resource-schema).
    With which message, is not documented; here they are refused as unknown ones.
    """
    if resource_type.startswith(_UNCHECKED):
        return
    check = _check(region, resource_type)
    if check is None:
        raise ValueError(f"Template format error: Unrecognized resource types: [{resource_type}]")
    problems: list[str] = []
    check(properties, "#", problems)
    if not problems:
        return
    if resource_type == _OWN:
        raise ValueError(_own_words(problems))
    message = "\n".join(dict.fromkeys(problems))
    raise ValueError(f"Properties validation failed for resource {logical_id} with message:\n{message}")


@cache
def _check(region: str, resource_type: str) -> Check | None:
    schema = provider_schemas.schema_of(region, resource_type)
    if schema is None:
        return None
    whole = compile_schema(schema)
    read_only = [it.removeprefix("/properties/").split("/") for it in schema.get("readOnlyProperties", ())]

    def validate(value: Untyped, path: str, problems: list[str]) -> None:
        whole(value, path, problems)
        for names in read_only:
            _refuse(value, path, names, problems)

    return validate


def _refuse(value: Untyped, path: str, names: list[str], problems: list[str]) -> None:
    """Add a problem for each value at this path, in which `*` is every item or key."""
    name, *rest = names
    if name == "*" and isinstance(value, list):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return
    for key in value if name == "*" else {name} & value.keys():
        if rest:
            _refuse(value[key], f"{path}/{key}", rest, problems)
        else:
            problems.append(f"{path}: extraneous key [{key}] is not permitted")


def _own_words(problems: list[str]) -> str:
    found = problems[0].partition(": ")[2]
    name = found.partition("[")[2].partition("]")[0]
    if found.startswith("extraneous key"):
        return f"Encountered unsupported property {name}"
    return f"Property {name} cannot be empty." if found.startswith("required key") else found
