"""Whether services run the task definitions of their stacks, which CloudFormation says without having seen to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cloudformation.stack import stack_resources, stack_template
from stacks.operations import service
from stacks.operations.failure import Failure
from stacks.rendered.expressions import Reference, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws

NOT_UPDATED = "NOT_UPDATED"
"""The status of a service that an update has left as it was; none of CloudFormation's."""
LEFT_OUT = "https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2538"
"""Express mode replaces a task definition, says UPDATE_COMPLETE, and does not call UpdateService."""


@dataclass(frozen=True, kw_only=True)
class LeftBehind:
    """A service whose stack is deployed, and that runs another task definition, both given by their ARNs."""

    path: str
    cluster: str
    name: str
    runs: str
    wanted: str

    @property
    def failure(self) -> Failure:
        """It as the failure of a deployment."""
        runs, wanted = (arn.rpartition("/")[2] for arn in (self.runs, self.wanted))
        why = f"it still runs {runs}, and its stack has {wanted}: CloudFormation has not updated it ({LEFT_OUT})"
        return Failure(path=self.path, type=service.TYPE, status=NOT_UPDATED, reason=why)

    @property
    def next_step(self) -> str:
        """What brings it there."""
        command = (
            f"aws ecs update-service --cluster {self.cluster} --service {self.name} --task-definition {self.wanted}"
        )
        return f"The stack is deployed; without --express, the service is updated with it. Bring it there:\n{command}"


def services_left_behind(aws: Aws, stack_id: str) -> tuple[LeftBehind, ...]:
    """Return the services of a stack and of those in it that do not run what their stack says.

    Raises botocore's ClientError.
    """
    return tuple(_in(aws, stack_id, ""))


def _in(aws: Aws, stack_id: str, prefix: str) -> Iterator[LeftBehind]:
    resources = {it.logical_id: it for it in stack_resources(aws, stack_id) if it.is_there}
    for resource in resources.values():
        path = prefix + resource.logical_id
        if resource.is_stack:
            yield from _in(aws, resource.physical_id, f"{path}/")
        if resource.type != service.TYPE:
            continue
        declared = stack_template(aws, stack_id)["Resources"][resource.logical_id]["Properties"]["TaskDefinition"]
        wanted = resources.get(reference.name) if isinstance(reference := parse(declared), Reference) else None
        cluster, name = service.cluster_and_name(resource.physical_id)
        found = aws.ecs.describe_services(cluster=cluster, services=[name])["services"]
        if wanted is not None and found and found[0]["taskDefinition"] != wanted.physical_id:
            runs = found[0]["taskDefinition"]
            yield LeftBehind(path=path, cluster=cluster, name=name, runs=runs, wanted=wanted.physical_id)
