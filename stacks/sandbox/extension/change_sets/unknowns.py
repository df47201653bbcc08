"""Parameters of a child, as far as they are known before anything is done.

What comes from a sibling that is new, or that changes, is not known: its value is a placeholder, and what depends on
it may change or not (evaluation `Dynamic`), as AWS reports it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import engine

if TYPE_CHECKING:
    from collections.abc import Collection

    from stacks.sandbox.extension.cloudformation.operation import Operation
    from stacks.sandbox.extension.untyped import Record, Untyped

HOOKS = (
    "services.cloudformation.engine:_intrinsic_references",
    "services.cloudformation.engine:_resolve_parameters",
)


def causes(value: Untyped, unsettled: Collection[str]) -> list[str]:
    """What the value takes from resources that are not settled: `Logical.Attribute`, or `Logical` for a Ref."""
    found = [
        f"{name}.{attribute}" if attribute else name
        for name, attribute in engine._intrinsic_references(value)
        if name in unsettled
    ]
    return sorted(set(found))


def given(operation: Operation, parameters: Record, unsettled: Collection[str]) -> tuple[Record, dict[str, str]]:
    """The parameters with their values, placeholders among them; and for each unknown one what it comes from."""
    values: Record = {}
    unknown: dict[str, str] = {}
    for name, value in parameters.items():
        if taken_from := causes(value, unsettled):
            unknown[name] = taken_from[0]
            logical_id, _, attribute = taken_from[0].partition(".")
            function = "Fn::GetAtt" if attribute else "Ref"
            values[name] = f"{{{{IntrinsicFunction:{logical_id}/{attribute or logical_id}/{function}}}}}"
        else:
            values[name] = operation.resolve(value)
    return {name: value for name, value in values.items() if value is not engine._NO_VALUE}, unknown


def resolve(template: Record, provided: list[Record], unknown: Collection[str]) -> Record:
    """The template's parameters with their values; unknown ones are not checked. Raises ValueError."""
    defined = template.get("Parameters", {})
    unchecked = {name: {"Type": "String", "NoEcho": defined[name].get("NoEcho", False)} for name in unknown}
    resolved: Record = engine._resolve_parameters({**template, "Parameters": {**defined, **unchecked}}, provided)
    for name in unknown:
        resolved[name]["Type"] = defined[name].get("Type", "String")
    return resolved
