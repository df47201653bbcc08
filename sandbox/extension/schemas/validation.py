"""Whether a resource's properties are what its type takes, once their references are resolved."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from sandbox.extension.schemas import provider_schemas
from sandbox.extension.schemas.compiled import compile_schema

if TYPE_CHECKING:
    from sandbox.extension.schemas.check import Check
    from sandbox.extension.untyped import Properties, Untyped

_UNCHECKED = ("Custom::", "AWS::CloudFormation::CustomResource")
"""Types whose properties are whatever their provider takes."""
_OWN = "AWS::CloudFormation::Stack"
"""A type that CloudFormation itself handles, and speaks of in words of its own."""


def require_valid(region: str, resource_type: str, logical_id: str, properties: Properties) -> None:
    """Raise ValueError, with AWS's words, where the type's schema does not allow these properties.

    Read-only ones cannot be specified (https://github.com/aws-cloudformation/cloudformation-resource-schema); in which
    words they are refused nobody has written down, and here they are unknown ones.
    """
    if resource_type.startswith(_UNCHECKED):
        return
    check = _check(region, resource_type)
    if check is None:
        raise ValueError(f"Template format error: Unrecognized resource types: [{resource_type}]")
    wrong: list[str] = []
    check(properties, "#", wrong)
    if not wrong:
        return
    if resource_type == _OWN:
        raise ValueError(_own_words(wrong))
    problems = "\n".join(dict.fromkeys(wrong))
    raise ValueError(f"Properties validation failed for resource {logical_id} with message:\n{problems}")


@cache
def _check(region: str, resource_type: str) -> Check | None:
    schema = provider_schemas.schema_of(region, resource_type)
    if schema is None:
        return None
    whole = compile_schema(schema)
    read_only = [it.removeprefix("/properties/").split("/") for it in schema.get("readOnlyProperties", ())]

    def look(value: Untyped, place: str, wrong: list[str]) -> None:
        whole(value, place, wrong)
        for names in read_only:
            _refuse(value, place, names, wrong)

    return look


def _refuse(value: Untyped, place: str, names: list[str], wrong: list[str]) -> None:
    """Add what is at this path, in which `*` is every item or key."""
    name, *rest = names
    if name == "*" and isinstance(value, list):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return
    for key in value if name == "*" else {name} & value.keys():
        if rest:
            _refuse(value[key], f"{place}/{key}", rest, wrong)
        else:
            wrong.append(f"{place}: extraneous key [{key}] is not permitted")


def _own_words(wrong: list[str]) -> str:
    found = wrong[0].partition(": ")[2]
    name = found.partition("[")[2].partition("]")[0]
    if found.startswith("extraneous key"):
        return f"Encountered unsupported property {name}"
    return f"Property {name} cannot be empty." if found.startswith("required key") else found
