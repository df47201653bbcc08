"""`IncludePropertyValues`: the properties before and after in a described change set, as contexts and in each detail.

Contexts are JSON with `Properties`. A value that is not known yet is `{{changeSet:KNOWN_AFTER_APPLY}}`, as on AWS.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ministack.services.cloudformation import changesets, helpers

from sandbox.extension import cloudformation_api as api

if TYPE_CHECKING:
    from sandbox.extension.untyped import Action, Record, Response, Untyped

LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"


def install() -> None:
    """Extend the answer of DescribeChangeSet."""
    api.wrap_action("DescribeChangeSet", _describe)


def _describe(stock: Action, params: Record) -> Response:
    answer = stock(params)
    if not api.succeeded(answer) or not api.is_true(params, "IncludePropertyValues"):
        return answer
    change_set = api.find_change_set(params) or {}
    status, headers, body = answer
    ET.register_namespace("", helpers.CFN_NS)
    root = ET.fromstring(body)  # noqa: S314 - ministack's own answer
    stack = api.find_stack(change_set.get("StackId", "")) or {}
    before, after = _Side(stack, change_set), _Side(change_set, change_set)
    for element in root.iter(_name("ResourceChange")):
        _enter(element, before, after)
    return status, headers, ET.tostring(root, encoding="utf-8", xml_declaration=True)


class _Side:
    """The properties of all resources on one side, the stack or the change set, with their values."""

    def __init__(self, side: Record, change_set: Record) -> None:
        self._side = side
        self._change_set = change_set

    @functools.cached_property
    def _resources(self) -> Record:
        template, parameters = self._side.get("_template") or {}, self._side.get("_resolved_params") or {}
        name, stack_id = self._change_set["StackName"], self._change_set["StackId"]
        found: Record = changesets._resolve_props_for_diff(template, parameters, name, stack_id).get("Resources", {})
        return found

    def properties(self, logical_id: str) -> Record:
        """Return one resource's properties."""
        definition = self._resources.get(logical_id) or {}
        found: Record = _shown(definition.get("Properties") or {})
        return found


def _enter(element: ET.Element, stack: _Side, change_set: _Side) -> None:
    """Add the contexts and the details' values to one change."""
    name, action = (element.findtext(_name(tag), "") for tag in ("LogicalResourceId", "Action"))
    before = {} if action in {"Add", "Import"} else stack.properties(name)
    after = {} if action == "Remove" else change_set.properties(name)
    if before:
        ET.SubElement(element, _name("BeforeContext")).text = _context(before)
    if after:
        ET.SubElement(element, _name("AfterContext")).text = _context(after)
    for target in element.iter(_name("Target")):
        if target.findtext(_name("Attribute")) == "Properties" and action == "Modify":
            _enter_values(target, before, after)


def _enter_values(target: ET.Element, before: Record, after: Record) -> None:
    name = target.findtext(_name("Name"), "")
    old, new = before.get(name), after.get(name)
    kind = "Add" if old is None else "Remove" if new is None else "Modify"
    ET.SubElement(target, _name("Path")).text = f"/Properties/{name}"
    ET.SubElement(target, _name("AttributeChangeType")).text = kind
    for tag, value in (("BeforeValue", old), ("AfterValue", new)):
        if value is not None:
            ET.SubElement(target, _name(tag)).text = value if isinstance(value, str) else json.dumps(value)


def _shown(value: Untyped) -> Untyped:
    """Return the value as AWS does: numbers as texts, and a placeholder for what is not known yet."""
    match value:
        case dict() if len(value) == 1 and next(iter(value)) in {"Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join"}:
            return LATER
        case str() if value.startswith("{{IntrinsicFunction:"):
            return LATER
        case dict():
            return {key: _shown(item) for key, item in value.items()}
        case list():
            return [_shown(item) for item in value]
        case bool() | int() | float():
            return str(value).lower()
        case _:
            return value


def _context(properties: Record) -> str:
    return json.dumps({"Properties": properties}, sort_keys=True)


def _name(tag: str) -> str:
    return f"{{{helpers.CFN_NS}}}{tag}"
