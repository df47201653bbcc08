"""When all tasks have to be replaced although nothing else starts a service deployment.

ECS rejects another capacity provider strategy unless a deployment is forced (aws-cdk 34631), and ECS Exec reaches only
tasks that start after it was enabled (UpdateService, in botocore's model: "doesn't trigger a new service
deployment"; copilot-cli 3380). So the nonce of `ForceNewDeployment` changes with such a change, and with no
other. Tags of the service reach only new tasks, too; they are not worth ending the users' sessions.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cloudformation.changes import SERVICE
from stacks.request.parameters import FORCED_DEPLOYMENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from stacks.cloudformation.changes import Change, StackChanges

REASONS: Mapping[str, str] = {
    "CapacityProviderStrategy": "another capacity",
    "EnableExecuteCommand": "the new setting of ECS Exec",
}
"""Properties that do not reach running tasks, and their descriptions."""
FORCE = "ForceNewDeployment"


@dataclass(frozen=True, kw_only=True)
class ForcedDeployment:
    """The value of the root's parameter, "" to force none, and a note for the plan, or ""."""

    nonce: str
    note: str


def find_forced_deployment(tree: StackChanges, current: str) -> ForcedDeployment | None:
    """Return the forced deployment that these changes need; None if the present parameter is right.

    `current` is the nonce of the last deployment. The next change of the service removes it: CloudFormation might force
    a deployment with that change, too.
    """
    service = next((it for it in tree.resources() if it.type == SERVICE and it.kind == "change"), None)
    if service is None or service.certainty == "none":
        return None
    changed = {name for it in service.properties if it.certainty != "none" and (name := _name(it.path)) != FORCE}
    if reasons := [REASONS[name] for name in REASONS if name in changed]:
        note = f"Running tasks would not get {' and '.join(reasons)}: all tasks are replaced ({FORCE})."
        return ForcedDeployment(nonce=_nonce(service, current), note=note)
    return ForcedDeployment(nonce="", note="") if current and changed else None


def _name(path: str) -> str:
    """Return the property that contains a path, such as `Tags` for `Tags[0].Value`."""
    return path.partition(".")[0].partition("[")[0]


def _nonce(service: Change, current: str) -> str:
    """Return a nonce that differs from the current one, and is the same for the same change."""
    after = [[it.path, str(it.after)] for it in service.properties if _name(it.path) in REASONS]
    return hashlib.sha256(json.dumps([current, after]).encode()).hexdigest()[:16]


def forced_parameters(values: Mapping[str, str | None], force: ForcedDeployment) -> dict[str, str | None]:
    """Return the root's parameters with the forced deployment."""
    return {**values, FORCED_DEPLOYMENT: force.nonce}
