"""AWS::ECS::Service: with all properties that ECS takes, and stable when its deployment has completed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from ministack.services import alb, ecs
from ministack.services.cloudformation import provisioners

from sandbox.extension.cloudformation import resource_handlers
from sandbox.extension.errors import handler_error
from sandbox.extension.operations import EXPRESS, OPERATIONS
from sandbox.extension.resources import ecs_tasks
from sandbox.extension.resources.provisioners import register

if TYPE_CHECKING:
    from sandbox.extension.cloudformation.resource_handlers import Step
    from sandbox.extension.untyped import Action, Made, Properties, Record, Untyped

_TYPE = "AWS::ECS::Service"
_BREAKER_SECONDS = 180.0
"""About how long the circuit breaker takes to open, in which three tasks start and fail. An assumption."""
_TIMEOUT_SECONDS = 3 * 3600.0
"""How long CloudFormation waits for a service without a circuit breaker (containers-roadmap 1303)."""
_POLL_SECONDS = 30.0
_BREAKER = "Error occurred during operation 'ECS Deployment Circuit Breaker was triggered'."

_INTEGERS = frozenset(
    {
        "containerPort",
        "bakeTimeInMinutes",
        "canaryBakeTimeInMinutes",
        "desiredCount",
        "healthCheckGracePeriodSeconds",
        "maximumPercent",
        "minimumHealthyPercent",
        "stepBakeTimeInMinutes",
        "base",
        "weight",
        "value",
    }
)
_BOOLEANS = frozenset(
    {"enable", "rollback", "enableECSManagedTags", "enableExecuteCommand", "enableForceNewDeployment"}
)
_IN_PLACE = frozenset(
    {
        "taskDefinition",
        "desiredCount",
        "networkConfiguration",
        "loadBalancers",
        "healthCheckGracePeriodSeconds",
        "enableExecuteCommand",
        "platformVersion",
        "availabilityZoneRebalancing",
        "capacityProviderStrategy",
        "deploymentConfiguration",
        "enableECSManagedTags",
        "propagateTags",
    }
)
_FORCE = "forceNewDeployment"


def install() -> None:
    """Register the type, and its resource handler."""
    register(_TYPE, create=_create, update=_update, delete=provisioners._ecs_service_delete, tagged=True)
    resource_handlers.register_handler(_TYPE, _Service())


class _Service(resource_handlers.PlainHandler):
    def is_skipped(self, step: Step, before: Properties, after: Properties) -> bool:
        """Whether express mode skips the update: only the task definition has changed, and only by a parameter.

        https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2538, open in November 2026.
        """
        changed = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        same_template = step.operation.template == (step.operation.previous or {}).get("_template")
        return EXPRESS.get() and changed == {"TaskDefinition"} and same_template

    async def stabilise(self, step: Step, made: Made) -> None:
        """Wait until the desired number of tasks runs. Raises ValueError if the breaker opens, or after the timeout."""
        service = _required(made[0])
        wanted = step.properties["TaskDefinition"]
        if EXPRESS.get() or _is_stable(service, wanted):
            return
        if _breaker(service):
            await _until_open(made[0])
            if _is_stable(service, wanted):
                return
            raise handler_error(_BREAKER, "GeneralServiceException")
        waited = 0.0
        while waited < _TIMEOUT_SECONDS and OPERATIONS.time_passes:
            await OPERATIONS.wait(_POLL_SECONDS)
            waited += _POLL_SECONDS
            _next_task(made[0])
            if _is_stable(service, wanted):
                return
        raise handler_error("Exceeded attempts to wait", "NotStabilized")


async def _until_open(service_arn: str) -> None:
    """Let tasks fail one by one until the circuit breaker opens."""
    service = _required(service_arn)
    deployment, threshold = ecs._primary_deployment(service), ecs._circuit_breaker_threshold(service)
    for _ in range(threshold):
        await OPERATIONS.wait(_BREAKER_SECONDS / threshold)
        if deployment["rolloutState"] != "IN_PROGRESS":
            return
        _next_task(service_arn)


def _next_task(service_arn: str) -> None:
    with ecs_tasks.one_by_one():
        ecs._reconcile_service_tasks(*_cluster_and_key(service_arn))


def _create(logical_id: str, props: Properties, stack_name: str) -> Made:
    request = _request(props)
    request.setdefault("serviceName", provisioners._physical_name(stack_name, logical_id, max_len=255))
    cluster = ecs._resolve_cluster_name(request.get("cluster", "default"))
    if cluster not in ecs._clusters:
        raise handler_error("Cluster not found.", "NotFound", service="Ecs")
    for arn in _target_groups(request):
        group = alb._tgs.get(arn)
        if group is None or not group.get("LoadBalancerArns"):
            text = f"The target group with targetGroupArn {arn} does not have an associated load balancer."
            raise handler_error(f"Invalid request provided: CreateService error: {text}", "InvalidRequest")
    return _made(_call("CreateService", ecs._create_service, request))


def _target_groups(request: Record) -> list[str]:
    """Return all target groups of a service, alternate ones included."""
    balancers = request.get("loadBalancers", [])
    arns = [balancer.get("targetGroupArn") for balancer in balancers]
    return arns + [
        it["advancedConfiguration"]["alternateTargetGroupArn"] for it in balancers if "advancedConfiguration" in it
    ]


def _update(physical_id: str, old: Properties, new: Properties, _: str) -> Made:
    before, after = _request(old), _request(new)
    # ECS keeps the service's value of each property that the template leaves out.
    changed = {key: after[key] for key in _IN_PLACE if key in after and before.get(key) != after[key]}
    if changed and "desiredCount" in after:
        changed["desiredCount"] = after["desiredCount"]  # CloudFormation sends it with each update of a service.
    cluster, service_key = _cluster_and_key(physical_id)
    service = ecs._services[service_key]
    ecs._tags[physical_id] = after.get("tags", [])
    if (after.get(_FORCE) or {}).get("enableForceNewDeployment"):
        # Whether the same nonce forces a deployment again is not documented. The worse case is assumed.
        changed[_FORCE] = True
    if not changed:
        return _made(service)
    name = service["serviceName"]
    return _made(_call("UpdateService", ecs._update_service, {"cluster": cluster, "service": name, **changed}))


def _call(operation: str, function: Action, request: Record) -> Record:
    with ecs_tasks.one_by_one():
        status, _, body = function(request)
    answer = json.loads(body)
    if status >= 400:  # noqa: PLR2004 - HTTP's errors
        text = f"Invalid request provided: {operation} error: {answer.get('message')}"
        raise handler_error(text, "InvalidRequest", service="Ecs")
    service: Record = answer["service"]
    return service


def _made(service: Record) -> Made:
    return service["serviceArn"], {"ServiceArn": service["serviceArn"], "Name": service["serviceName"]}


def _request(props: Properties) -> Record:
    untagged = {key: value for key, value in props.items() if key != "Tags"}
    request: Record = _typed(provisioners._pascal_to_camel(untagged))
    request["tags"] = [{"key": tag["Key"], "value": tag["Value"]} for tag in props.get("Tags") or []]
    return request


def _typed(value: Untyped, key: str = "") -> Untyped:
    """Return the value with numbers and booleans as such: template parameters give them as texts."""
    if isinstance(value, dict):
        return {inner: _typed(item, inner) for inner, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if key in _INTEGERS:
        return int(value)
    return str(value).lower() == "true" if key in _BOOLEANS else value


def _cluster_and_key(service_arn: str) -> tuple[str, str]:
    cluster, name = service_arn.split("/")[-2:]
    return cluster, f"{cluster}/{name}"


def _required(service_arn: str) -> Record:
    service: Record = ecs._services[_cluster_and_key(service_arn)[1]]
    return service


def _is_stable(service: Record, task_definition: str) -> bool:
    primary = ecs._primary_deployment(service)
    return bool(
        service["taskDefinition"] == task_definition
        and primary["rolloutState"] == "COMPLETED"
        and service["runningCount"] >= service["desiredCount"]
    )


def _breaker(service: Record) -> bool:
    configuration = service.get("deploymentConfiguration") or {}
    return bool((configuration.get("deploymentCircuitBreaker") or {}).get("enable"))
