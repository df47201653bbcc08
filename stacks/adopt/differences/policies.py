"""Policy documents in one form, so that two that mean the same are equal.

A value may stand alone or in a list, actions have no order and no case, and without a version a policy is of 2008
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

OLDEST = "2008-10-17"
LISTS = ("Action", "NotAction", "Resource", "NotResource")


def normal(document: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a policy document in its normal form; anything else unchanged."""
    if not isinstance(document, Mapping) or "Statement" not in document:
        return document
    statements = [_statement(it) for it in _listed(document["Statement"])]
    found = {name: it for name, it in document.items() if name not in {"Statement", "Version"}}
    # Versions differ in policy variables alone: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
    has_variables = "${" in json.dumps(statements, default=str)
    version = document.get("Version", OLDEST) if has_variables else ""
    return {**found, "Version": version, "Statement": sorted(statements, key=_text)}


def without_ids(document: Any) -> Any:  # noqa: ANN401 - JSON
    """Return a policy document without its id and those of its statements, which mean nothing to IAM."""
    if not isinstance(document, Mapping) or "Statement" not in document:
        return document
    statements = [
        {name: value for name, value in it.items() if name != "Sid"} if isinstance(it, Mapping) else it
        for it in _listed(document["Statement"])
    ]
    return {name: it for name, it in document.items() if name != "Id"} | {"Statement": statements}


def _statement(it: Any) -> Any:  # noqa: ANN401 - JSON
    if not isinstance(it, Mapping):
        return it
    found: dict[str, Any] = {name: value for name, value in it.items() if name != "Sid" or value}
    for name in LISTS:
        if name in found:
            values = _listed(found[name])
            found[name] = sorted({_lower(value) if "Action" in name else _text(value) for value in values})
    for name in ("Principal", "NotPrincipal"):
        if name in found:
            found[name] = _principal(found[name])
    if isinstance(found.get("Condition"), Mapping):
        found["Condition"] = {
            operator: {key: sorted(map(_text, _listed(values))) for key, values in _keys(keys)}
            for operator, keys in found["Condition"].items()
        }
    return found


def _principal(value: Any) -> Any:  # noqa: ANN401 - JSON
    """Everybody is `*`; an account is its root.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    if not isinstance(value, Mapping):
        return {"AWS": ["*"]} if value == "*" else value
    return {name: sorted({_account(_text(it)) for it in _listed(values)}) for name, values in value.items()}


def _account(principal: str) -> str:
    """Return the account of a root's ARN, by which IAM names the same; any other principal unchanged."""
    parts = principal.split(":")
    return parts[4] if principal.startswith("arn:") and parts[5:] == ["root"] else principal


def _keys(keys: Any) -> list[tuple[str, Any]]:  # noqa: ANN401 - JSON
    return [(str(key).lower(), value) for key, value in keys.items()] if isinstance(keys, Mapping) else []


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, list) else [value]


def _lower(value: Any) -> str:  # noqa: ANN401 - JSON
    return _text(value).lower()


def _text(value: Any) -> str:  # noqa: ANN401 - JSON
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, sort_keys=True, default=str)
