"""Parameters of a child whose values a change set does not know yet.

The output of another child is not known: a placeholder stands for it, which the parameter has to accept, and what
depends on it may change or not (evaluation `Dynamic`), as AWS reports it.
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
    """Return the references to unsettled resources in a value: `Logical.Attribute`, or `Logical` for a Ref."""
    found = [
        f"{name}.{attribute}" if attribute else name
        for name, attribute in engine._intrinsic_references(value)
        if name in unsettled
    ]
    return sorted(set(found))


def resolve_given(
    operation: Operation, parameters: Record, unsettled: Collection[str]
) -> tuple[Record, dict[str, str]]:
    """Return the values of the parameters, placeholders included, and for each unknown one its reference."""
    values: Record = {}
    unknown: dict[str, str] = {}
    for name, value in parameters.items():
        if references := unsettled_references(value, unsettled):
            unknown[name] = references[0]
            logical_id, _, attribute = references[0].partition(".")
            function = "Fn::GetAtt" if attribute else "Ref"
            source = f"{operation.name}/{logical_id}{'.' if attribute else ''}{attribute}"
            values[name] = f"{{{{IntrinsicFunction:{source}/{function}}}}}"
        else:
            values[name] = operation.resolve(value)
    return {name: value for name, value in values.items() if value is not engine._NO_VALUE}, unknown


def resolve_parameters(template: Record, provided: list[Record], unknown: Collection[str]) -> Record:
    """Return the template's parameters with their values. Raises ValueError for what AWS refuses, with its words."""
    defined = template.get("Parameters", {})
    values = {it["Key"]: it["Value"] for it in provided}
    for name in unknown:
        _refuse_looked_up(name, defined[name].get("Type", "String"), values[name])
    resolved: Record = engine._resolve_parameters(template, provided)
    _require_selectable(template.get("Resources", {}), unknown)
    return resolved


def _refuse_looked_up(name: str, parameter_type: str, placeholder: str) -> None:
    """Raise ValueError for a type whose value CloudFormation looks up: it does not exist yet."""
    if parameter_type.startswith("AWS::SSM::"):
        raise ValueError(f"Unable to fetch parameters [{placeholder}] from parameter store for this account.")
    if "AWS::" in parameter_type:
        why = f"parameter value {placeholder} for parameter name {name} does not exist"
        raise ValueError(f"Parameter validation failed: {why}")


def _require_selectable(value: Untyped, unknown: Collection[str]) -> None:
    """Raise ValueError if another item than the first is selected from a list that is still a placeholder."""
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
