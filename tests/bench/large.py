"""A large tree: many children with many changed resources, each reported by CloudFormation with placeholders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.plan.sources import PropertyValues, Source
from tests.support.plan_trees import NESTED, PLACEHOLDER, child, detail, modified, source, stack, template

if TYPE_CHECKING:
    from stacks.cloudformation.changes import StackChanges

GROUP = "AWS::Logs::LogGroup"


def tree(children: int, resources: int) -> tuple[StackChanges, dict[str, Source]]:
    """Each child takes a parameter from the first one; every resource has one change and many equal properties."""
    names = [f"R{number}" for number in range(resources)]
    stacks = [f"C{number}" for number in range(children)]
    given = {"In": {"Fn::GetAtt": ["C0", "Outputs.Out"]}}
    first: dict[str, Any] = {"C0": (NESTED, {"TemplateURL": "C0", "Parameters": {"In": "in"}})}
    others: dict[str, Any] = {name: (NESTED, {"TemplateURL": name, "Parameters": given}) for name in stacks[1:]}
    root = template(**first, **others)
    sides = [_child(names, days) for days in (7, 30)]
    values = {name: PropertyValues(before={"RetentionInDays": "7"}, after={"RetentionInDays": "30"}) for name in names}
    sources = {"root": source(root, root)}
    for name in stacks:
        parameters = ({"In": "in"}, {"In": "in" if name == "C0" else PLACEHOLDER})
        sources[name] = source(sides[0], sides[1], parameters, {"Out": "in"}, values)
    details = (detail("RetentionInDays", "Static"), detail("LogGroupName", recreation="Always"))
    changed = [modified(name, GROUP, *details, replacement="Conditional") for name in names]
    return stack("root", *(child(name, *changed) for name in stacks)), sources


def _child(names: list[str], days: int) -> dict[str, Any]:
    groups = {
        name: (GROUP, {"LogGroupName": {"Fn::Sub": f"${{In}}-{name}"}, "RetentionInDays": days, "Tags": _tags()})
        for name in names
    }
    return template({"In": {"Type": "String"}}, {"Out": {"Ref": "R0"}}, **groups)


def _tags() -> list[dict[str, str]]:
    return [{"Key": f"Key{number}", "Value": "value" * 10} for number in range(10)]
