"""Stack policies: which resources an update may change, replace or delete.

As on AWS everything is allowed without a policy; with one, what it allows and does not deny. Rollbacks, and deletions
of whole stacks, are always allowed.
"""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.extension.untyped import Record, Untyped


def require_allowed(stack: Record, action: str, logical_id: str, resource_type: str) -> None:
    """Raise ValueError if the stack's policy does not allow this action (such as `Update:Replace`) on the resource."""
    policy = stack.get("_stack_policy")
    if not policy:
        return
    statements = _list(json.loads(policy).get("Statement"))
    found = [
        (number, statement["Effect"])
        for number, statement in enumerate(statements, start=1)
        if _applies(statement, action, logical_id, resource_type)
    ]
    denying = next((number for number, effect in found if effect == "Deny"), None)
    if denying is not None or not found:
        which = "Statement [#1]" if denying is None else f"Statement [#{denying}]"
        words = f"does not allow [{action}] for resource [LogicalResourceId/{logical_id}]"
        raise ValueError(f"Action denied by stack policy: {which} {words}")


def _applies(statement: Mapping[str, Untyped], action: str, logical_id: str, resource_type: str) -> bool:
    resource = f"LogicalResourceId/{logical_id}"
    return (
        _named(statement, "Action", action)
        and _named(statement, "Resource", resource)
        and all(
            _condition(operator, wanted, resource_type)
            for operator, keys in statement.get("Condition", {}).items()
            for wanted in keys.values()
        )
    )


def _named(statement: Mapping[str, Untyped], key: str, value: str) -> bool:
    """Whether `Action` or `Resource` of a statement, or its `Not...`, applies to the value."""
    if f"Not{key}" in statement:
        return not _matches(statement[f"Not{key}"], value)
    return _matches(statement.get(key), value)


def _condition(operator: str, wanted: Untyped, resource_type: str) -> bool:
    """Whether a condition on `ResourceType`, the only key, is true."""
    match operator:
        case "StringEquals":
            return resource_type in _list(wanted)
        case "StringNotEquals":
            return resource_type not in _list(wanted)
        case "StringLike":
            return _matches(wanted, resource_type)
        case "StringNotLike":
            return not _matches(wanted, resource_type)
        case _:
            raise ValueError(f"Error validating stack policy: Unknown condition operator: {operator}")


def _matches(patterns: Untyped, value: str) -> bool:
    return any(fnmatchcase(value, pattern) for pattern in _list(patterns))


def _list(value: Untyped) -> list[Untyped]:
    if value is None:
        return []
    return list(value) if isinstance(value, list) else [value]
