"""`[iam]` and `[security]`: what the roles may do, as they may do it now."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from stacks.adopt.places.graph import items
from stacks.adopt.settings.facts import Setting, off, setting, texts

if TYPE_CHECKING:
    from stacks.adopt.settings.facts import Facts

EXECUTION, TASK = "Iam/TaskExecutionRole", "Iam/TaskRole"
OTHER_FORMS = ("NotAction", "NotResource", "Principal", "NotPrincipal")


def roles(facts: Facts) -> Iterator[Setting]:
    """Yield the policies of both roles.

    One that stays, because another service has it, too, says what the role may do that is made beside it.
    """
    wired = facts.wiring
    execution = facts.of(EXECUTION) or (wired.execution_role.recorded if wired.execution_role else {})
    task = facts.of(TASK) or (wired.task_role.recorded if wired.task_role else {})
    yield off("security.cookie_secret", ("Ecs/TaskDefinition", "ContainerDefinitions"))
    if execution:
        managed, inline = texts(execution.get("ManagedPolicyArns")), items(execution.get("Policies"))
        where = (EXECUTION, "Policies")
        yield setting("iam.execution_managed_policy_arns", sorted(managed), (EXECUTION, "ManagedPolicyArns"))
        yield setting("iam.execution_policies", bool(inline) or not managed, where)
    boundary = execution.get("PermissionsBoundary") or task.get("PermissionsBoundary")
    if boundary:
        where = (EXECUTION, "PermissionsBoundary")
        yield setting("iam.permissions_boundary_arn", boundary, where, (TASK, "PermissionsBoundary"))
    if (execution or task) and not _has_condition(execution or task):
        document = "AssumeRolePolicyDocument"
        yield off("iam.trust_condition", (EXECUTION, document), (TASK, document))
    if task:
        yield from _task(task)


def _has_condition(role: Mapping[str, Any]) -> bool:
    document = role.get("AssumeRolePolicyDocument")
    return any("Condition" in it for it in items(document.get("Statement"))) if isinstance(document, Mapping) else True


def _task(role: Mapping[str, Any]) -> Iterator[Setting]:
    managed, inline = texts(role.get("ManagedPolicyArns")), items(role.get("Policies"))
    if managed:
        yield setting("iam.task_managed_policy_arns", sorted(managed), (TASK, "ManagedPolicyArns"))
    if len(inline) == 1:
        yield setting("names.task_policy", inline[0].get("PolicyName"), (TASK, "Policies"))
    if inline:
        yield setting("iam.task_statements", list(_statements(inline)), (TASK, "Policies"))


def _statements(policies: list[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the statements of inline policies that our settings can say."""
    used: set[str] = set()
    for policy in policies:
        document = policy.get("PolicyDocument")
        for it in _listed(document.get("Statement") if isinstance(document, Mapping) else None):
            if isinstance(it, Mapping) and is_sayable(it):
                sid = _sid(it, used)
                used.add(sid)
                yield {
                    "sid": sid,
                    "actions": [str(action) for action in _listed(it.get("Action"))],
                    "resources": [str(resource) for resource in _listed(it.get("Resource"))],
                    **({"conditions": _conditions(it["Condition"])} if it.get("Condition") else {}),
                }


def is_sayable(statement: Mapping[str, Any]) -> bool:
    """Whether `[[iam.task_statements]]` can say a statement: it allows actions on resources."""
    return statement.get("Effect") == "Allow" and not any(name in statement for name in OTHER_FORMS)


def unsayable_policies(role: Mapping[str, Any]) -> list[str]:
    """Return the names of a role's inline policies with statements that our settings cannot say."""
    found = []
    for policy in items(role.get("Policies")):
        document = policy.get("PolicyDocument")
        statements = _listed(document.get("Statement") if isinstance(document, Mapping) else None)
        if not all(isinstance(it, Mapping) and is_sayable(it) for it in statements):
            found.append(str(policy.get("PolicyName")))
    return found


def _sid(statement: Mapping[str, Any], used: set[str]) -> str:
    """Return the statement's sid, or one made of its first action; a number makes it the only one of its kind."""
    actions = [str(it) for it in _listed(statement.get("Action"))]
    made = "".join(part.capitalize() for part in re.findall(r"[A-Za-z0-9]+", actions[0] if actions else "Any"))
    wanted = re.sub(r"[^A-Za-z0-9]", "", str(statement.get("Sid") or made))[:60] or "Statement"
    number, sid = 1, wanted
    while sid in used:
        number += 1
        sid = f"{wanted}{number}"
    return sid


def _conditions(value: Any) -> dict[str, dict[str, list[str]]]:  # noqa: ANN401 - JSON
    return {
        operator: {key: [_text(it) for it in _listed(values)] for key, values in keys.items()}
        for operator, keys in value.items()
        if isinstance(keys, Mapping)
    }


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _listed(value: object) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]
