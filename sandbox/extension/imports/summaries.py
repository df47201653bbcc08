"""GetTemplateSummary says which resources of a template can be imported, and which keys identify them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ministack.services.cloudformation import engine, helpers

from sandbox.extension import cloudformation_api as api
from sandbox.extension.reading import registry

if TYPE_CHECKING:
    from sandbox.extension.untyped import Action, Record, Response

_SPACE = f"{{{helpers.CFN_NS}}}"


def install() -> None:
    """Extend the answer."""
    api.wrap_action("GetTemplateSummary", _summarise)


def _summarise(stock: Action, params: Record) -> Response:
    answer = stock(params)
    if not api.succeeded(answer):
        return answer
    status, headers, body = answer
    ET.register_namespace("", helpers.CFN_NS)
    root = ET.fromstring(body)  # noqa: S314 - ministack's own answer
    result = root.find(f"{_SPACE}GetTemplateSummaryResult")
    if result is None:
        return answer
    _enter(result, _importable(_template(params)))
    return status, headers, ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _template(params: Record) -> Record:
    body, _ = helpers._resolve_template(params)
    stack = api.find_stack(api.parameter(params, "StackName")) or {}
    found: Record = engine._parse_template(body or stack.get("_template_body", "{}"))
    return found


def _importable(template: Record) -> dict[str, list[str]]:
    """Return the logical ids of the resources that can be imported, by type."""
    found: dict[str, list[str]] = {}
    for logical_id, definition in template.get("Resources", {}).items():
        resource_type = str(definition.get("Type", ""))
        if registry.has_handler(resource_type, "read"):
            found.setdefault(resource_type, []).append(logical_id)
    return found


def _enter(result: ET.Element, importable: dict[str, list[str]]) -> None:
    """Enter the summaries; AWS has the keys of an identifier as one text (darshani8/reep-, `docs/cdk-cutover.md`)."""
    summaries = ET.SubElement(result, f"{_SPACE}ResourceIdentifierSummaries")
    for resource_type, logical_ids in sorted(importable.items()):
        summary = ET.SubElement(summaries, f"{_SPACE}member")
        ET.SubElement(summary, f"{_SPACE}ResourceType").text = resource_type
        keys = [",".join(registry.identifier_keys(resource_type))]
        for name, values in (("LogicalResourceIds", logical_ids), ("ResourceIdentifiers", keys)):
            listed = ET.SubElement(summary, f"{_SPACE}{name}")
            for value in values:
                ET.SubElement(listed, f"{_SPACE}member").text = value
