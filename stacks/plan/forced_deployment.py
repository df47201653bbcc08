"""When all tasks have to be replaced although nothing else starts a deployment of the service.

ECS refuses another capacity provider strategy unless a deployment is forced (aws-cdk 34631), and Exec reaches only
tasks that start after it was switched on (UpdateService, in botocore's model: "doesn't trigger a new service
deployment"; copilot-cli 3380). So the nonce of `ForceNewDeployment` becomes another one with such a change, and with no
other. Tags of the service reach only new tasks, too; for them nobody's session is ended.
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
    "EnableExecuteCommand": "Exec as it is to be",
}
"""Properties that do not reach tasks that run, and what they are for a reader."""
FORCE = "ForceNewDeployment"


@dataclass(frozen=True, kw_only=True)
class ForcedDeployment:
    """Another value of the root's parameter, "" for no force, and a note on it for the plan, or ""."""

    nonce: str
    note: str


def find_forced_deployment(tree: StackChanges, deployed: str) -> ForcedDeployment | None:
    """Return what the plan with these changes lacks; None where it is right as it is.

    `deployed` is the nonce with which the stack was deployed last. One that is there is taken away with the next change
    of the service: CloudFormation might force a deployment with that change, too.
    """
    service = next((it for it in tree.resources() if it.type == SERVICE and it.kind == "change"), None)
    if service is None or service.certainty == "none":
        return None
    changed = {name for it in service.properties if it.certainty != "none" and (name := _name(it.path)) != FORCE}
    if reasons := [REASONS[name] for name in REASONS if name in changed]:
        note = f"Tasks that run would not get {' and '.join(reasons)}: all of them are replaced ({FORCE})."
        return ForcedDeployment(nonce=_nonce(service, deployed), note=note)
    return ForcedDeployment(nonce="", note="") if deployed and changed else None


def _name(path: str) -> str:
    """Return the property to which a path leads, such as `Tags` of `Tags[0].Value`."""
    return path.partition(".")[0].partition("[")[0]


def _nonce(service: Change, deployed: str) -> str:
    """Another one than before, and the same for the same change of the same stack."""
    after = [[it.path, str(it.after)] for it in service.properties if _name(it.path) in REASONS]
    return hashlib.sha256(json.dumps([deployed, after]).encode()).hexdigest()[:16]


def forced_parameters(values: Mapping[str, str | None], force: ForcedDeployment) -> dict[str, str | None]:
    """Return the root's parameters with the forced deployment."""
    return {**values, FORCED_DEPLOYMENT: force.nonce}
