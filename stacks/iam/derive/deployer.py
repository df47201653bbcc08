"""What whoever runs the commands needs for one environment: its calls, on the resources of the rendered templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.iam.derive import bootstrap_places, calls
from stacks.iam.derive.calls import EXECUTION_ROLE, MODULE, MOVES, NOTHING, READING, SCANNING, TABLE, ZONE, Call
from stacks.iam.derive.needs import Need, Phase, Reason
from stacks.iam.derive.resources.identifiers import Tree, identifying_arns, values_at
from stacks.place import ANYTHING
from stacks.rendered.names import NESTED_STACK
from templates import bootstrap
from templates.ecs.image import ecr_repository
from templates.identity import ONE_RUN
from templates.network import endpoints
from templates.resource_types import record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stacks.place import Place
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings

SOURCE = "stacks/iam/derive/calls.py: the calls of the commands"


def deployer_needs(
    settings: Settings, rendered: Rendered, place: Place, bucket: str, *, table: Iterable[Call] = TABLE
) -> tuple[Need, ...]:
    """Return what the calls of a table need for one environment; `bucket` is the artifact bucket, as a pattern."""
    where, made_for = _places(settings, rendered, place, bucket), _wanted(settings)
    return tuple(
        Need(
            action=call.action,
            resources=where[call.on],
            context={"iam:PassedToService": (call.to,)} if call.to else {},
            phases=frozenset(_phases(call)),
            why=Reason(module=MODULE, logical_id=", ".join(call.commands), sentence=call.why),
            source=SOURCE,
        )
        for call in sorted(table, key=lambda it: (it.action, it.on))
        if where[call.on] and call.when in made_for
    )


def _wanted(settings: Settings) -> set[str]:
    """Return the calls that only some settings need."""
    network = settings.network
    arn = _certificate(settings)
    there = {
        calls.ACM: ":acm:" in arn,
        calls.IAM: ":iam:" in arn,
        ZONE: bool(_zone_id(settings)),
        calls.NEW_VPC: network.makes_vpc,
        calls.ENDPOINTS: bool(endpoints.wanted_services(network, settings.called_services)),
        calls.VPC: network.vpc_id is not None or network.use_default_vpc,
        calls.DEFAULT_VPC: network.use_default_vpc,
        calls.LISTENER: network.listener is not None,
        calls.GROUPS: bool(network.load_balancer_security_group_ids or network.task_security_group_ids),
        SCANNING: settings.ecr.enhanced_scanning,
        MOVES: settings.ecs.deployment.shifts_traffic,
        EXECUTION_ROLE: settings.bootstrap.execution_role,
        calls.FLEET: settings.fleet.is_set,
        calls.UNITS: settings.fleet.is_service_managed,
    }
    return {"", *(name for name, is_so in there.items() if is_so)}


def _certificate(settings: Settings) -> str:
    """Return the ARN of the resource that is named, or ""."""
    https = settings.network.https
    return (https.certificate_arn if https else None) or ""


def _zone_id(settings: Settings) -> str:
    https = settings.network.https
    return (https.hosted_zone_id if https else None) or ""


def _places(settings: Settings, rendered: Rendered, place: Place, bucket: str) -> dict[str, tuple[str, ...]]:
    tree = Tree(rendered, place)
    role = bootstrap.execution_role_name(settings.project, settings.bootstrap, place.region)
    stacks = f"arn:{place.partition}:cloudformation:{place.region}:{place.account}:stack"
    root = (f"{stacks}/{rendered.stack_name}/*",)
    objects = f"arn:{place.partition}:s3:::{bucket}/{rendered.stack_name}"
    services = _arns(tree, "AWS::ECS::Service", "ecs:service")
    return {
        calls.ACM: (_certificate(settings),),
        calls.IAM: (_certificate(settings),),
        ZONE: (f"arn:{place.partition}:route53:::hostedzone/{_zone_id(settings)}",),
        calls.SERVICE_LINKED: tuple(_service_linked(tree)),
        calls.ROOT: root,
        calls.TREE: (*root, *_arns(tree, NESTED_STACK, "cloudformation:stack")),
        calls.BOOTSTRAP: bootstrap_places.stacks(settings, place),
        calls.LEFT_BUCKETS: (f"arn:{place.partition}:s3:::{bootstrap_places.FLEET_BUCKETS}",),
        calls.LEFT_OBJECTS: (f"arn:{place.partition}:s3:::{bootstrap_places.FLEET_BUCKETS}/*",),
        calls.STACK_SET: bootstrap_places.stack_set(settings, place),
        calls.STACK_SET_TARGETS: bootstrap_places.stack_set_targets(settings, place),
        calls.ADMINISTRATION_ROLE: bootstrap_places.administration_role(settings, place),
        calls.BUCKET: (f"arn:{place.partition}:s3:::{bucket}",),
        calls.ARTIFACTS: (f"{objects}/*",),
        calls.STORED: (f"arn:{place.partition}:s3:::{bucket}/*",),
        calls.DRAFTED: (f"arn:{place.partition}:s3:::{bucket}/{bootstrap.DRAFTS}{rendered.stack_name}/*",),
        calls.DURATIONS: (f"{objects}/{bootstrap.HISTORY_FOLDER}/*",),
        calls.JOURNAL: (f"arn:{place.partition}:s3:::{bucket}/{bootstrap.ADOPTIONS}{rendered.stack_name}.json",),
        calls.REPOSITORY: _arns(tree, "AWS::ECR::Repository", "ecr:repository"),
        calls.PUSHED: _pushed(settings, place) or _arns(tree, "AWS::ECR::Repository", "ecr:repository"),
        calls.SERVICE: services,
        calls.CLUSTER: _arns(tree, "AWS::ECS::Cluster", "ecs:cluster"),
        calls.EXEC_KEY: _exec_key(tree),
        calls.REVISIONS: (*services, *(f"{arn.replace(':service/', ':service-revision/')}/*" for arn in services)),
        calls.TASKS: tuple(arn.replace(":service/", ":task/").rpartition("/")[0] + "/*" for arn in services),
        calls.LOG_GROUP: tuple(it for arn in _log_groups(tree) for it in (arn, f"{arn}:*")),
        calls.DEFINITIONS: _definitions(tree, ":*"),
        calls.OWN_DEFINITIONS: _definitions(tree, f"{ONE_RUN}:*"),
        calls.TASK_ROLES: _task_roles(tree),
        calls.LOG: tuple(f"{arn}:log-stream:*" for arn in _log_groups(tree)),
        EXECUTION_ROLE: (f"arn:{place.partition}:iam::{place.account}:role/{role}",),
        NOTHING: (ANYTHING,),
    }


def _pushed(settings: Settings, place: Place) -> tuple[str, ...]:
    """Return the repository of `[ecs] image`, where that is one of ECR."""
    found = ecr_repository(settings.ecs.image)
    return (f"arn:{place.partition}:ecr:{found.region}:{found.account}:repository/{found.name}",) if found else ()


def _exec_key(tree: Tree) -> tuple[str, ...]:
    """Return the key with which sessions of ECS Exec are encrypted, where the cluster names one."""
    path = "Configuration.ExecuteCommandConfiguration.KmsKeyId"
    clusters = [it for it in tree.resources() if it.type == "AWS::ECS::Cluster"]
    return tuple(text for it in clusters for text in tree.texts(list(values_at(it.properties, path)), it.module))


def _arns(tree: Tree, resource_type: str, kind: str) -> tuple[str, ...]:
    found = (identifying_arns(tree, it).get(kind, ()) for it in tree.resources() if it.type == resource_type)
    return tuple(sorted({arn for arns in found for arn in arns}))


def _definitions(tree: Tree, ending: str) -> tuple[str, ...]:
    """Return the ARNs of the task definitions, by families, with this ending."""
    place = tree.place
    families = {str(it.properties["Family"]) for it in tree.resources() if it.type == "AWS::ECS::TaskDefinition"}
    definitions = f"arn:{place.partition}:ecs:{place.region}:{place.account}:task-definition"
    return tuple(f"{definitions}/{family}{ending}" for family in sorted(families))


def _task_roles(tree: Tree) -> tuple[str, ...]:
    """Return the ARNs of the roles that the task definitions name."""
    found: set[str] = set()
    for it in tree.resources():
        if it.type == "AWS::ECS::TaskDefinition":
            for key in ("ExecutionRoleArn", "TaskRoleArn"):
                found |= set(tree.texts([it.properties[key]], it.module))
    return tuple(sorted(found))


def _service_linked(tree: Tree) -> Iterator[str]:
    """Yield the service-linked roles that `stacks/preflight/service_linked_roles.py` looks up."""
    types = {it.type for it in tree.resources()}
    for resource_type in ("AWS::ECS::Cluster", "AWS::ApplicationAutoScaling::ScalableTarget"):
        for it in record(resource_type).service_linked if resource_type in types else ():
            yield f"arn:{tree.place.partition}:iam::{tree.place.account}:role/aws-service-role/{it.service}/{it.role}"


def _log_groups(tree: Tree) -> Iterator[str]:
    """Yield the log groups of containers: the values of `awslogs-group`."""
    place = tree.place
    for resource in tree.resources():
        if resource.type == "AWS::ECS::TaskDefinition":
            path = "ContainerDefinitions.LogConfiguration.Options.awslogs-group"
            for name in tree.texts(list(values_at(resource.properties, path)), resource.module):
                yield f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:{name}"


def _phases(call: Call) -> Iterator[Phase]:
    if READING.match(call.action):
        yield Phase.READ
        return
    yield from (Phase.CREATE, Phase.UPDATE, Phase.ROLLBACK) if set(call.commands) - {"destroy"} else ()
    if "destroy" in call.commands:
        yield Phase.DELETE
