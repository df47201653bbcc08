"""Render templates from settings, and read parts of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from templates import root

if TYPE_CHECKING:
    from collections.abc import Iterator

PRETO = {"project": "preto-2", "environment": "prod"}
GIVEN_NETWORK = {
    "vpc_id": "vpc-0123456789abcdef0",
    "public_subnet_ids": ("subnet-0aaaaaaaaaaaaaaaa", "subnet-0bbbbbbbbbbbbbbbb"),
    "private_subnet_ids": ("subnet-0cccccccccccccccc", "subnet-0dddddddddddddddd"),
}


def tree(**settings: Any) -> dict[str, Any]:
    """Return the templates of Preto-2 in prod with these settings on top: `Root` and the children, by logical id."""
    stack = root.build(root.Settings.model_validate(PRETO | settings))
    return {"Root": json.loads(stack.body)} | {name: json.loads(child.body) for name, child in stack.children.items()}


def properties(template: dict[str, Any], logical_id: str) -> Any:
    """Return the properties of one resource."""
    return template["Resources"][logical_id]["Properties"]


def of_type(template: dict[str, Any], resource_type: str) -> dict[str, Any]:
    """Return the resources of a type, by logical id."""
    return {name: it for name, it in template["Resources"].items() if it["Type"] == resource_type}


def statements(document: Any) -> Iterator[dict[str, Any]]:
    """Return the statements of every policy document in a part of a template."""
    if isinstance(document, dict):
        if "Effect" in document:
            yield document
        for value in document.values():
            yield from statements(value)
    elif isinstance(document, list):
        for value in document:
            yield from statements(value)
