"""Parameters of a child, as far as they are known before anything is done.

What comes from a sibling is not known: its value is a placeholder, which has to be something that the parameter takes,
and what depends on it may change or not (evaluation `Dynamic`), as AWS reports it.
https://github.com/aws-cloudformation/cfn-language-discussion/issues/152
https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/759
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import engine

if TYPE_CHECKING:
    from collections.abc import Collection

    from sandbox.extension.cloudformation.operation import Operation
    from sandbox.extension.untyped import Record, Untyped


def unsettled_references(value: Untyped, unsettled: Collection[str]) -> list[str]:
    """What the value takes from resources that are not settled: `Logical.Attribute`, or `Logical` for a Ref."""
    found = [
        f"{name}.{attribute}" if attribute else name
        for name, attribute in engine._intrinsic_references(value)
        if name in unsettled
    ]
    return sorted(set(found))


def resolve_given(
    operation: Operation, parameters: Record, unsettled: Collection[str]
) -> tuple[Record, dict[str, str]]:
    """The parameters with their values, placeholders among them; and for each unknown one what it comes from."""
    values: Record = {}
    unknown: dict[str, str] = {}
    for name, value in parameters.items():
        if taken_from := unsettled_references(value, unsettled):
            unknown[name] = taken_from[0]
            logical_id, _, attribute = taken_from[0].partition(".")
            function = "Fn::GetAtt" if attribute else "Ref"
            source = f"{operation.name}/{logical_id}{'.' if attribute else ''}{attribute}"
            values[name] = f"{{{{IntrinsicFunction:{source}/{function}}}}}"
        else:
            values[name] = operation.resolve(value)
    return {name: value for name, value in values.items() if value is not engine._NO_VALUE}, unknown


def resolve_parameters(template: Record, provided: list[Record], unknown: Collection[str]) -> Record:
    """The template's parameters with their values. Raises ValueError, with AWS's words, also for what is `unknown`."""
    defined = template.get("Parameters", {})
    values = {it["Key"]: it["Value"] for it in provided}
    for name in unknown:
        _refuse_looked_up(name, defined[name].get("Type", "String"), values[name])
    resolved: Record = engine._resolve_parameters(template, provided)
    _require_selectable(template.get("Resources", {}), unknown)
    return resolved


def _refuse_looked_up(name: str, parameter_type: str, placeholder: str) -> None:
    """Raise ValueError for a type of which CloudFormation looks the value up: there is none yet."""
    if parameter_type.startswith("AWS::SSM::"):
        raise ValueError(f"Unable to fetch parameters [{placeholder}] from parameter store for this account.")
    if "AWS::" in parameter_type:
        why = f"parameter value {placeholder} for parameter name {name} does not exist"
        raise ValueError(f"Parameter validation failed: {why}")


def _require_selectable(value: Untyped, unknown: Collection[str]) -> None:
    """Raise ValueError where more than the first item of a list is selected that is a placeholder yet."""
    match value:
        case {"Fn::Select": [index, {"Ref": name} | {"Fn::Split": [_, {"Ref": name}]}]} if name in unknown:
            if str(index) != "0":
                raise ValueError(f"Template error: Fn::Select cannot select nonexistent value at index {index}")
        case dict():
            for item in value.values():
                _require_selectable(item, unknown)
        case list():
            for item in value:
                _require_selectable(item, unknown)
