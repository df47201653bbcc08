"""What a one-off task takes over of the service: its task definition, network, capacity and tags."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code
from stacks.cloudformation.stack import find_stack
from stacks.errors import Code, UserError
from stacks.request.root_outputs import root_outputs
from templates import tasks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from types_boto3_ecs.type_defs import DescribeTaskDefinitionResponseTypeDef, ServiceTypeDef, TagTypeDef

    from stacks.aws.session import Aws
    from stacks.settings import Settings

Tag = Mapping[str, str]
"""`key` and `value`, as ECS takes them."""
GONE = frozenset({"ClusterNotFoundException", "ServiceNotFoundException"})
UNKNOWN_DEFINITION = "ClientException"
"""The code of ECS's "Unable to describe task definition."."""
OF_AWS = "aws:"
"""The prefix of tags that only AWS sets, and that no request may name."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """The service, and the definition of a task to run beside it; `container` is the name of the application's."""

    cluster: str
    service: str
    definition: Mapping[str, Any]
    container: str
    network: Mapping[str, Any]
    platform_version: str
    exec: bool
    managed_tags: bool
    propagate: str
    tags: tuple[Tag, ...]

    @property
    def arn(self) -> str:
        """The ARN of the task definition, with its revision."""
        return str(self.definition["taskDefinitionArn"])

    @property
    def containers(self) -> list[dict[str, Any]]:
        """The definitions of its containers."""
        return list(self.definition["containerDefinitions"])

    def defined(self, name: str) -> dict[str, Any]:
        """Return the definition of a container. Raises UserError where there is none of this name."""
        found = next((it for it in self.containers if it["name"] == name), None)
        if found is None:
            names = ", ".join(it["name"] for it in self.containers)
            raise UserError(f"container {name}", f"{self.arn.rpartition('/')[2]} has {names}", code=Code.ABSENT)
        return found


def read_source(aws: Aws, settings: Settings, *, scheduled: str = "") -> Source:
    """Return the environment's service as the source of a task, with the definition that it runs.

    `scheduled` is a task of `[[tasks]]`, whose newest definition is taken instead. Raises UserError where there is no
    service yet, or no such task, botocore's ClientError.
    """
    cluster, name = _service_of(aws, settings)
    service = _described(aws, settings, cluster, name)
    if scheduled:
        described = _definition_of_task(aws, settings, scheduled)
    else:
        described = aws.ecs.describe_task_definition(taskDefinition=_running_definition(service))
    return Source(
        cluster=cluster,
        service=name,
        definition=described["taskDefinition"],
        container=settings.identity.container,
        network=service.get("networkConfiguration", {}),
        platform_version=service.get("platformVersion", ""),
        exec=service.get("enableExecuteCommand", False),
        managed_tags=service.get("enableECSManagedTags", False),
        propagate=str(service.get("propagateTags", "NONE")),
        tags=own_tags(service.get("tags", ())),
    )


def _definition_of_task(aws: Aws, settings: Settings, name: str) -> DescribeTaskDefinitionResponseTypeDef:
    names = [it.name for it in settings.tasks]
    if name not in names:
        there = f"[[tasks]] of {settings.environment} has {', '.join(names)}" if names else "there are no [[tasks]]"
        raise UserError(f"task {name}", there, code=Code.ABSENT)
    try:
        return aws.ecs.describe_task_definition(taskDefinition=tasks.family(settings.identity, name))
    except ClientError as error:
        if error_code(error) != UNKNOWN_DEFINITION:
            raise
        then = f"Deploy it first: python build.py deploy {settings.environment}"
        raise UserError(f"task {name}", "it is not deployed yet", then, code=Code.ABSENT) from error


def own_tags(tags: Iterable[TagTypeDef | Tag]) -> tuple[Tag, ...]:
    """Return the tags that requests may set: all but those of AWS."""
    named = ({"key": it.get("key", ""), "value": it.get("value", "")} for it in tags)
    return tuple(it for it in named if not it["key"].lower().startswith(OF_AWS))


def _service_of(aws: Aws, settings: Settings) -> tuple[str, str]:
    """Return cluster and service by the outputs of the root stack."""
    name, environment = settings.identity.name, settings.environment
    root = find_stack(aws, name)
    if root is None:
        where = f"account {aws.account_id}, {aws.region}"
        then = f"Deploy it first: python build.py deploy {environment}"
        raise UserError(f"stack {name}", f"it is not there ({where})", then, code=Code.ABSENT)
    outputs = root_outputs(aws, settings, root)
    cluster, service = outputs.get("EcsClusterName"), outputs.get("EcsServiceName")
    if not cluster or not service:
        then = f"Push an image and deploy it: python build.py deploy {environment} --image TAG"
        raise UserError(f"service of {name}", "it is not there yet: no image is deployed", then, code=Code.ABSENT)
    return cluster, service


def _described(aws: Aws, settings: Settings, cluster: str, name: str) -> ServiceTypeDef:
    try:
        found = aws.ecs.describe_services(cluster=cluster, services=[name], include=["TAGS"])["services"]
    except ClientError as error:
        if error_code(error) not in GONE:
            raise
        found = []
    if not found or found[0]["status"] != "ACTIVE":
        then = f"Deploy it again: python build.py deploy {settings.environment}"
        raise UserError(f"service {name}", f"it is not in the cluster {cluster} any more", then, code=Code.ABSENT)
    return found[0]


def _running_definition(service: ServiceTypeDef) -> str:
    """Return the task definition that runs: of the newest deployment with a running task, else the service's own.

    A deployment whose tasks do not start is the newest one until ECS gives up, and must not lend its definition.
    """
    newest_first = sorted(service.get("deployments", []), key=lambda it: it["status"] != "PRIMARY")
    running = (it["taskDefinition"] for it in newest_first if it["runningCount"])
    return next(running, service["taskDefinition"])
