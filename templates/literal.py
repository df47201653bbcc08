"""Literal `${...}` in texts of the settings, such as `${AWS::Region}` in an environment variable.

CloudFormation replaces `${...}` only in `Fn::Sub`. Elsewhere cfn-lint (E1029) reports a forgotten `Fn::Sub` if the
template has the name, so that such a text is written with `Fn::Join` (an `Fn::Sub` with escapes would have no
variables, W1020).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9_:]+)[A-Za-z0-9_:.]*\}")


def with_literals(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template with texts outside of `Fn::Sub` that have a name of the template in `${...}` joined."""
    names = {*template.get("Parameters", {}), *template.get("Resources", {})}
    resources = {
        logical_id: {**resource, "Properties": _literal(resource["Properties"], names)}
        if "Properties" in resource
        else resource
        for logical_id, resource in template.get("Resources", {}).items()
    }
    return {**template, "Resources": resources}


def _literal(value: Any, names: Container[str]) -> Any:
    if isinstance(value, dict):
        return {key: it if key == "Fn::Sub" else _literal(it, names) for key, it in value.items()}
    if isinstance(value, list):
        return [_literal(it, names) for it in value]
    if isinstance(value, str) and any(_is_known(it[1], names) for it in _PLACEHOLDER.finditer(value)):
        return {"Fn::Join": ["${", value.split("${")]}
    return value


def _is_known(name: str, names: Container[str]) -> bool:
    return name.startswith("AWS::") or name in names
