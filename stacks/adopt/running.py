"""What runs: the service as ECS has it, the task definition that it names, and the images of its tasks.

A state says what Terraform made, and a pipeline may have deployed since. So these are asked of ECS.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, is_denied, is_unsupported

if TYPE_CHECKING:
    from stacks.aws.session import Aws

MOST_TASKS = 100
"""Tasks that are described at once, at most (ECS, DescribeTasks)."""
DEFAULT_TAG = "latest"
"""What a registry takes for an image without a tag."""
FREE_KEYS = frozenset({"options", "dockerLabels", "driverOpts", "labels"})
"""Keys of a task definition whose values have keys of their own, which are not ECS's."""
WRITTEN = frozenset({
    "containerDefinitions",
    "cpu",
    "enableFaultInjection",
    "ephemeralStorage",
    "executionRoleArn",
    "family",
    "inferenceAccelerators",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "proxyConfiguration",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "volumes",
})  # fmt: skip
"""What a template says of a task definition; ECS answers with more, such as its revision and its status."""
GONE = "ECS has it no more: the state is older than what runs"
ABSENT = frozenset({"ClusterNotFoundException", "ServiceNotFoundException", "ClientException"})


@dataclass(frozen=True, kw_only=True)
class Running:
    """A service and its tasks, as ECS answers; `unread` says why it does not.

    `definition` is written as CloudFormation writes it. It has the values of environment variables, so that it is not
    part of the `repr`.
    """

    service: Mapping[str, Any] = field(default_factory=dict, repr=False)
    definition: Mapping[str, Any] = field(default_factory=dict, repr=False)
    digests: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Digests of the images that its tasks run, by the container's name."""
    tags: tuple[str, ...] = ()
    """Tags of the image that runs, in its ECR repository."""
    unread: str = ""
    is_gone: bool = False
    """Whether ECS has the service no more."""

    @property
    def is_deploying(self) -> bool:
        """Whether a deployment is in progress."""
        deployments = self.service.get("deployments", [])
        return len(deployments) > 1 or any(it.get("rolloutState") == "IN_PROGRESS" for it in deployments)


def read_running(aws: Aws, cluster: str, service: str) -> Running:
    """Return what runs of a service, which is its name or ARN; what cannot be read is empty, and `unread` says why."""
    try:
        found = aws.ecs.describe_services(cluster=cluster, services=[service])["services"]
    except ClientError as error:
        return Running(unread=_why(error), is_gone=error_code(error) in ABSENT)
    if not found or found[0].get("status") == "INACTIVE":
        return Running(unread=GONE, is_gone=True)
    described: Mapping[str, Any] = found[0]
    try:
        arn = described["taskDefinition"]
        definition = aws.ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]
    except ClientError as error:
        return Running(service=described, unread=_why(error))
    digests = _digests(aws, cluster, service, arn)
    return Running(service=described, definition=written_definition(definition), digests=digests)


def _why(error: ClientError) -> str:
    if error_code(error) in ABSENT:
        return GONE
    if is_denied(error) or is_unsupported(error):
        return f"{error.operation_name} is not allowed"
    raise error


def _digests(aws: Aws, cluster: str, service: str, definition: str) -> dict[str, tuple[str, ...]]:
    """Return the digests of the running tasks' images; none where they cannot be read."""
    try:
        listed = aws.ecs.list_tasks(cluster=cluster, serviceName=service, desiredStatus="RUNNING")["taskArns"]
        tasks = aws.ecs.describe_tasks(cluster=cluster, tasks=listed[:MOST_TASKS])["tasks"] if listed else []
    except ClientError as error:
        _why(error)
        return {}
    found: dict[str, list[str]] = {}
    for task in tasks:
        if task.get("taskDefinitionArn") == definition:
            for container in task.get("containers", []):
                if digest := container.get("imageDigest"):
                    found.setdefault(container["name"], []).append(digest)
    return {name: tuple(dict.fromkeys(digests)) for name, digests in found.items()}


def read_tags(aws: Aws, repository: str, digest: str) -> tuple[str, ...]:
    """Return the tags of an image in a repository of the caller's account; none where it cannot be read."""
    try:
        found = aws.ecr.describe_images(repositoryName=repository, imageIds=[{"imageDigest": digest}])["imageDetails"]
    except ClientError as error:
        if error_code(error) not in {"ImageNotFoundException", "RepositoryNotFoundException"}:
            _why(error)
        return ()
    return tuple(sorted({tag for image in found for tag in image.get("imageTags", [])}))


def read_neighbours(aws: Aws, target_group: str) -> frozenset[str]:
    """Return the ARNs of the other target groups behind the load balancers of one; none where they cannot be read.

    A state has those of its own project alone.
    """
    if not target_group:
        return frozenset()
    try:
        [own] = aws.elbv2.describe_target_groups(TargetGroupArns=[target_group])["TargetGroups"]
        pages = aws.elbv2.get_paginator("describe_target_groups")
        balancers = own.get("LoadBalancerArns", [])
        found = [page for arn in balancers for page in pages.paginate(LoadBalancerArn=arn)]
    except ClientError as error:
        if error_code(error) not in {"TargetGroupNotFound", "LoadBalancerNotFound", "ValidationError"}:
            _why(error)
        return frozenset()
    return frozenset(it["TargetGroupArn"] for page in found for it in page["TargetGroups"]) - {target_group}


def best_tag(tags: tuple[str, ...]) -> str:
    """Return the tag that most likely stays with its image: a commit's or a version's, `latest` only if it is alone."""
    ranked = sorted(tags, key=lambda tag: (_movable(tag), -len(tag), tag))
    return ranked[0] if ranked else ""


def _movable(tag: str) -> int:
    """Return how likely a tag is moved to another image, from 0."""
    if re.fullmatch(r"[0-9a-f]{7,64}|(?:sha|git|commit)-[0-9a-f]{7,64}", tag):
        return 0
    if re.search(r"[0-9]+\.[0-9]+|[0-9]{6,}", tag):
        return 1
    return 3 if tag == DEFAULT_TAG else 2


def written_definition(described: Mapping[str, Any]) -> dict[str, Any]:
    """Return what DescribeTaskDefinition answers as CloudFormation writes it, without what is empty."""
    named = {name: value for name, value in described.items() if name in WRITTEN and value not in ([], {}, "", None)}
    return dict(as_template(named))


def as_template(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return a task definition of the ECS API as CloudFormation writes it: names begin with a capital letter."""
    if isinstance(value, list):
        return [as_template(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name[:1].upper() + name[1:]: dict(item) if name in FREE_KEYS and isinstance(item, dict) else as_template(item)
        for name, item in value.items()
    }
