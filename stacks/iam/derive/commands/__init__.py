"""What commands need that are no part of a deployment: one file a command, with its calls as `CALLS`.

`TABLE` of `stacks/iam/derive/calls.py` is what the role of a pipeline needs: plan, deploy, follow, destroy. The rights
of these commands are not among them, so that no pipeline gets, for instance, a shell in the containers.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from stacks.iam.derive.bootstrapping import bootstrap_needs
from stacks.iam.derive.calls import COMMANDS, commands_of
from stacks.iam.derive.commands import bootstrap, cost, history, logs, push, run, scale
from stacks.iam.derive.commands import exec as exec_calls
from stacks.iam.derive.deployer import deployer_needs
from stacks.iam.derive.deployment import artifact_bucket, deployment_needs, own_artifact_bucket
from stacks.place import place

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from stacks.iam.derive.calls import Call
    from stacks.iam.derive.needs import Need, Needs
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings

OWN: Mapping[str, tuple[Call, ...]] = {
    "bootstrap": bootstrap.CALLS,
    "cost": cost.CALLS,
    "exec": exec_calls.CALLS,
    "history": history.CALLS,
    "logs": logs.CALLS,
    "push": push.CALLS,
    "rollback": history.ROLLBACK,
    "run": run.CALLS,
    "scale": scale.CALLS,
}
"""The commands with a table of their own."""
AS = {"rollback": "deploy"}
"""Commands that do all that another one does, and what is in their own table."""
NAMES = (*COMMANDS, *OWN)
"""The commands whose needs can be shown one by one."""


def own_needs(
    settings: Settings,
    rendered: Rendered,
    commands: Collection[str],
    account_id: str | None = None,
    bucket: str | None = None,
) -> tuple[Need, ...]:
    """Return what those of the commands call that have a table of their own; arguments are as in `deployment_needs`."""
    table = [call for name in commands for call in OWN.get(name, ())]
    where = place(settings.aws.region, account_id or settings.aws.account_id)
    return deployer_needs(settings, rendered, where, bucket or artifact_bucket(settings), table=table) if table else ()


def command_needs(
    settings: Settings, rendered: Rendered, command: str, account_id: str | None = None, bucket: str | None = None
) -> Needs:
    """Return what one command calls itself, as whoever runs it; arguments are as in `deployment_needs`.

    For `bootstrap` also what CloudFormation calls then, as it has no other rights than the caller's.
    """
    if command == "bootstrap":
        bucket = bucket or own_artifact_bucket(settings)
    found = deployment_needs(settings, rendered, account_id, bucket)
    shared = tuple(it for it in found.deployer if AS.get(command, command) in commands_of(it))
    own = own_needs(settings, rendered, [command], account_id, bucket)
    caller = dataclasses.replace(found, deployer=(*shared, *own), cloudformation=(), unknown=())
    if command != "bootstrap" or bucket is None:
        return caller
    made = bootstrap_needs(settings, account_id, bucket)
    return dataclasses.replace(caller, cloudformation=made, own_role=False)
