"""Which changed property replaces a resource, by the schema of its type.

`createOnlyProperties` always do; of `conditionalCreateOnlyProperties` CloudFormation only knows afterwards, and the
handlers of the types decide; those of `_DECIDED` always do here. A type without a schema is what ministack knows of
it.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ministack.core.responses import get_region
from ministack.services.cloudformation import provisioners, stacks

from sandbox.extension.schemas import provider_schemas

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Properties, Untyped

_Path = tuple[str, ...]
_DECIDED: dict[str, tuple[_Path, ...]] = {
    # "Cloudformation tries to recreate the ECS Service": cloudformation-coverage-roadmap 2214, aws-cdk 29826.
    "AWS::ECS::Service": (("LaunchType",),),
}
"""Conditional properties whose handler has been seen to replace the resource."""
_EVERY = "*"
"""In a path: each element of a list."""


def install() -> None:
    """Replace ministack's rules for every type with a schema."""
    provider_schemas.require_schemas()
    stock: Callable[[str, str], str] = provisioners._property_recreation
    stock_change: Callable[[str, Properties, Properties], bool] = provisioners._replacing_change

    def recreation(resource_type: str, name: str) -> str:
        if not is_known(resource_type):
            return stock(resource_type, name)
        if (name,) in paths(resource_type, "createOnlyProperties"):
            return "Always"
        maybe = (*paths(resource_type, "createOnlyProperties"), *_conditional(resource_type))
        return "Conditionally" if name in {path[0] for path in maybe} else "Never"

    def replacing_change(resource_type: str, old: Properties, new: Properties) -> bool:
        if not is_known(resource_type):
            return stock_change(resource_type, old, new)
        fixed = (*paths(resource_type, "createOnlyProperties"), *_DECIDED.get(resource_type, ()))
        return any(_plain(_at(old, path)) != _plain(_at(new, path)) for path in fixed)

    for module in (provisioners, stacks):
        module._property_recreation = recreation
        module._replacing_change = replacing_change


def is_known(resource_type: str) -> bool:
    """Whether the type has a schema."""
    return provider_schemas.schema_of(get_region(), resource_type) is not None


def paths(resource_type: str, list_name: str) -> tuple[_Path, ...]:
    """Return one of the schema's lists of properties, each as a path of names."""
    return _paths(get_region(), resource_type, list_name)


@cache
def _paths(region: str, resource_type: str, list_name: str) -> tuple[_Path, ...]:
    schema = provider_schemas.schema_of(region, resource_type) or {}
    return tuple(tuple(it.removeprefix("/properties/").split("/")) for it in schema.get(list_name, ()))


def _conditional(resource_type: str) -> tuple[_Path, ...]:
    return paths(resource_type, "conditionalCreateOnlyProperties")


def _at(value: Untyped, path: _Path) -> Untyped:
    """Return the value at this path in the properties, or None."""
    if not path or value is None:
        return value
    if isinstance(value, list):
        rest = path[1:] if path[0] == _EVERY else path
        return [_at(item, rest) for item in value]
    return _at(value.get(path[0]), path[1:]) if isinstance(value, dict) else None


def _plain(value: Untyped) -> Untyped:
    """Return the value as CloudFormation compares it, with numbers and booleans as texts."""
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case list():
            return [_plain(item) for item in value]
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            return value
