"""The consequence of a change for the running application, in a few words for each resource type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from stacks.cloudformation.changes import SERVICE
from templates.resource_types import record

if TYPE_CHECKING:
    from stacks.cloudformation.changes import Change
    from stacks.plan.comparison import Definitions

REPLACEMENT = "a new one is created, then the old one is deleted"
"""The consequence of a replacement, unless the record of the type has another text."""
POLICY_EFFECTS: Mapping[str, str] = {
    "Delete": "the old one is deleted",
    "ReplaceAndDelete": "the old one is deleted with what is in it",
    "ReplaceAndRetain": "the old one is retained",
    "ReplaceAndSnapshot": "a snapshot of the old one is kept",
    "Retain": "it is retained, with what is in it",
    "Snapshot": "a snapshot of it is kept",
}
"""The meanings of CloudFormation's `PolicyAction`."""
PROTECTED = "AWS does not delete the old one until its deletion protection is turned off"


def consequence_of(change: Change, definitions: Definitions | None) -> str:
    """Return the consequence of the change; "" if it needs no words."""
    if change.certainty == "none" or change.nested is not None:
        return ""
    if change.kind == "replace":
        what = record(change.type).replaced or REPLACEMENT
        if definitions is not None and _is_protected(definitions.before.get("Properties", {})):
            what += f"; {PROTECTED}"
        return (
            f"{what}; {POLICY_EFFECTS[change.policy]}"
            if change.policy in {"ReplaceAndRetain", "ReplaceAndSnapshot"}
            else what
        )
    if change.kind == "remove":
        kept = change.policy in {"Retain", "Snapshot"}
        return POLICY_EFFECTS[change.policy] if kept else record(change.type).removed
    if change.kind == "change" and change.type == SERVICE and definitions is not None:
        before, after = definitions.before.get("Properties", {}), definitions.after.get("Properties", {})
        return _deployment(before, after) if change.replaces_tasks else _in_place(before, after)
    return ""


def _is_protected(properties: Mapping[str, Any]) -> bool:
    """Whether it is a load balancer with deletion protection."""
    attributes = properties.get("LoadBalancerAttributes")
    found = attributes if isinstance(attributes, list) else []
    return {"Key": "deletion_protection.enabled", "Value": "true"} in found


def _in_place(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return the consequence for the tasks of an update that replaces none."""
    old, new = before.get("DesiredCount"), after.get("DesiredCount")
    if old == new:
        return "no task is replaced"
    return "no task is replaced, " + ("their number stays" if new is None else f"the desired count is {new}")


def _deployment(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Return how the service replaces its tasks, and on which capacity."""
    deployment = _table(after.get("DeploymentConfiguration"))
    strategy = str(deployment.get("Strategy", "ROLLING"))
    words = [_STRATEGIES.get(strategy, strategy)]
    count = after.get("DesiredCount")
    if isinstance(count, str | int) and str(count).isdigit():
        words.append(f"{count} task{'' if str(count) == '1' else 's'}")
    if strategy == "ROLLING":
        breaker = _table(deployment.get("DeploymentCircuitBreaker"))
        words.append(f"circuit breaker {'on' if str(breaker.get('Enable', '')).lower() == 'true' else 'off'}")
    words += _shifts(deployment)
    if _uses_spot(before) != _uses_spot(after):
        words.append("new tasks may run on Spot" if _uses_spot(after) else "no new tasks on Spot")
    return ", ".join(words)


_STRATEGIES: Mapping[str, str] = {
    "ROLLING": "rolling update",
    "BLUE_GREEN": "blue/green: new tasks beside the old ones",
    "LINEAR": "linear: new tasks beside the old ones",
    "CANARY": "canary: new tasks beside the old ones",
}


def _shifts(deployment: Mapping[str, Any]) -> list[str]:
    """Return how the requests are shifted, and how long ECS can still roll back."""
    words = []
    if linear := _table(deployment.get("LinearConfiguration")):
        words.append(f"{linear.get('StepPercent')} % of the requests every {linear.get('StepBakeTimeInMinutes')} min")
    if canary := _table(deployment.get("CanaryConfiguration")):
        minutes = canary.get("CanaryBakeTimeInMinutes")
        words.append(f"{canary.get('CanaryPercent')} % of the requests {minutes} min before the rest")
    if "BakeTimeInMinutes" in deployment:
        words.append(f"{deployment['BakeTimeInMinutes']} min to go back")
    return words


def _uses_spot(service: Mapping[str, Any]) -> bool:
    items = service.get("CapacityProviderStrategy")
    return isinstance(items, list) and any(_table(it).get("CapacityProvider") == "FARGATE_SPOT" for it in items)


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
