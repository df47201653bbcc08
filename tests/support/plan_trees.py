"""Changes of nested stacks in the form in which AWS reports them, with placeholders for siblings' outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.cloudformation.changes import Change, StackChanges
from stacks.plan.explanation import explain
from stacks.plan.sources import PropertyValues, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

NESTED = "AWS::CloudFormation::Stack"
PLACEHOLDER = "{{IntrinsicFunction:A/Outputs.Out/Fn::GetAtt}}"


def detail(name: str, evaluation: str = "Dynamic", recreation: str = "Never", **more: str) -> dict[str, Any]:
    """Return what a change set says of one property."""
    target = {"Attribute": "Properties", "Name": name, "RequiresRecreation": recreation, **more}
    return {"Target": target, "Evaluation": evaluation, "ChangeSource": "ParameterReference"}


def modified(name: str, kind: str, *details: Mapping[str, Any], replacement: str = "False") -> Change:
    """Return the modification of a resource."""
    return Change(action="Modify", logical_id=name, type=kind, replacement=replacement, details=details)


def stack(name: str, *changes: Change) -> StackChanges:
    """Return a stack with a change set."""
    return StackChanges(stack_id=name, change_set_id=f"{name}-changes", changes=changes)


def child(name: str, *changes: Change) -> Change:
    """Return the modification of a nested stack."""
    return Change(action="Modify", logical_id=name, type=NESTED, replacement="False", nested=stack(name, *changes))


def template(parameters: Mapping[str, Any] | None = None, outputs: Any = None, **resources: Any) -> dict[str, Any]:
    """Return a template; resources are pairs of a type and properties."""
    return {
        "Parameters": parameters or {},
        "Resources": {name: {"Type": kind, "Properties": given} for name, (kind, given) in resources.items()},
        "Outputs": {name: {"Value": value} for name, value in (outputs or {}).items()},
    }


def source(
    old: Mapping[str, Any] | None,
    new: Mapping[str, Any] | None,
    parameters: tuple[Mapping[str, str], Mapping[str, str]] = ({}, {}),
    outputs: Mapping[str, str] | None = None,
    values: Mapping[str, PropertyValues] | None = None,
    siblings: Mapping[str, Mapping[str, str]] | None = None,
) -> Source:
    """Return what is known of one stack: templates and parameters before and after, and its outputs."""
    return Source(
        old_template=old,
        new_template=new,
        old_parameters=parameters[0],
        new_parameters=parameters[1],
        outputs=outputs or {},
        values=values or {},
        deployed_outputs=lambda name: (siblings or {}).get(name, {}),
        pseudo={"AWS::Region": "ap-northeast-2"},
    )


def one(change: Change, old: Any, new: Any, values: PropertyValues | None = None, **parameters: str) -> Change:
    """Return the change of a single resource `R`, explained by its properties and the root's parameters."""
    declared = {name: {"Type": "String"} for name in parameters}
    sides = [template(declared, R=(change.type, properties)) for properties in (old, new)]
    given = source(sides[0], sides[1], (parameters, parameters), values={"R": values} if values else None)
    (found,) = explain(stack("root", change), {"root": given}).changes
    return found


GROUP = "AWS::Logs::LogGroup"
ROOT: Any = {
    "A": (NESTED, {"TemplateURL": "a"}),
    "B": (NESTED, {"TemplateURL": "b", "Parameters": {"In": {"Fn::GetAtt": ["A", "Outputs.Out"]}}}),
}
B = template({"In": {"Type": "String"}}, H=(GROUP, {"LogGroupName": {"Fn::Sub": "${In}-copy"}}))


def pair(old_a: Mapping[str, Any], new_a: Mapping[str, Any], *changed_in_a: Change, b: Any = None) -> dict[str, Change]:
    """Return the explained changes of a root with two children; B takes an output of A as its parameter."""
    asked = modified("H", GROUP, detail("LogGroupName", recreation="Always"), replacement="Conditional")
    tree = stack("root", child("A", *changed_in_a), child("B", asked))
    found = explain(
        tree,
        {
            "root": source(template(**ROOT), template(**ROOT)),
            "A": source(old_a, new_a, outputs={"Out": "name"}),
            "B": source(B, b or B, ({"In": "name"}, {"In": PLACEHOLDER})),
        },
    )
    return {change.logical_id: change for change in found.changes}
