"""What waits for what in a template tree: by DependsOn, Ref, GetAtt and Sub, across nested stacks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from stacks.cloudformation.stack import NESTED_STACK

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SUBSTITUTED = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[^}]*)?\}")
"""`${Name}` and `${Name.Attribute}`; `${!Literal}` and `${AWS::Region}` name no resource."""


def needs(templates: Mapping[str, Mapping[str, Any]], root: str) -> dict[str, set[str]]:
    """For each path of the tree, the paths that must be done before it may begin (a resource) or be done (a stack).

    `templates` maps what `TemplateURL` says to a document; a nested stack whose template is not among them is one
    resource. `Network/` is the beginning of the nested stack `Network`, `Network` its end: it is done when all
    that is in it is, and whoever reads an output of it waits for that, as CloudFormation does.
    """
    return dict(_of_stack(templates, root, ""))


def _of_stack(templates: Mapping[str, Mapping[str, Any]], name: str, prefix: str) -> Iterator[tuple[str, set[str]]]:
    resources: Mapping[str, Any] = templates[name]["Resources"]
    begin = {prefix} if prefix else set()
    for logical_id, resource in resources.items():
        path = prefix + logical_id
        wanted = begin | {prefix + needed for needed in needed_by(resource) & resources.keys() - {logical_id}}
        child = resource.get("Properties", {}).get("TemplateURL")
        if resource["Type"] == NESTED_STACK and isinstance(child, str) and child in templates:
            yield f"{path}/", wanted
            yield from _of_stack(templates, child, f"{path}/")
            yield path, {f"{path}/", *(f"{path}/{inner}" for inner in templates[child]["Resources"])}
        else:
            yield path, wanted


def needed_by(resource: Mapping[str, Any]) -> set[str]:
    """The names that a resource refers to; parameters and pseudo parameters are among them."""
    depends_on = resource.get("DependsOn", [])
    listed = [depends_on] if isinstance(depends_on, str) else depends_on
    return {*listed, *_referred(resource)}


def _referred(value: Any) -> Iterator[str]:  # noqa: ANN401 - any part of a template
    if isinstance(value, list):
        for item in value:
            yield from _referred(item)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        if key == "Ref" and isinstance(inner, str):
            yield inner
        elif key == "Fn::GetAtt" and inner:
            yield inner.split(".")[0] if isinstance(inner, str) else inner[0]
        elif key == "Fn::Sub" and inner:
            yield from SUBSTITUTED.findall(inner if isinstance(inner, str) else inner[0])
            yield from _referred(inner)
        else:
            yield from _referred(inner)
