"""UpdateService as on ECS: which properties start a deployment, which change must be forced, and what is refused.

Sources: UpdateService's members in botocore's model, "This parameter triggers a new service deployment"; for a changed
capacity provider strategy ECS's own words (pipe-cd/pipecd 6385, aws-cdk 34631). A strategy that shifts requests needs
the load balancer's advanced configuration in a deployment before (developer guide, "Update the deployment strategy
from rolling update to Amazon ECS blue/green"), and rebalancing needs a maximum above 100 % ("Balancing an Amazon ECS
service across Availability Zones"); the words of these two refusals are not ECS's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import error_response_json
from ministack.services import ecs

from sandbox.extension.resources.ecs_service_traffic import shifts_requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Action, Record, Response, Untyped

_STARTS_A_DEPLOYMENT = (
    "loadBalancers",
    "networkConfiguration",
    "platformVersion",
    "serviceConnectConfiguration",
    "serviceRegistries",
    "volumeConfigurations",
)
"""Properties that start a deployment, as the task definition does."""
_OTHERS = ("availabilityZoneRebalancing", "enableECSManagedTags", "propagateTags")
"""Properties that ministack's own update ignores."""
_STRATEGY, _REBALANCING = "capacityProviderStrategy", "availabilityZoneRebalancing"
_MUST_BE_FORCED = (
    "When switching from launch type to capacity provider strategy on an existing service, or making a change to a "
    "capacity provider strategy on a service that is already using one, you must force a new deployment."
)
_NOT_PREPARED = (
    "The load balancer needs an advanced configuration in a completed rolling deployment before the deployment "
    "strategy {} can be used."
)
_NO_ROOM = "Availability Zone rebalancing does not support a maximumPercent of 100."


def install() -> None:
    """Check each request before ministack carries it out."""
    create: Action = ecs._create_service
    update: Action = ecs._update_service

    def create_service(data: Record) -> Response:
        if why := _no_room(data):
            return _refused(why)
        answer = create(data)
        service = _found(data.get("cluster", "default"), data.get("serviceName", ""))
        if service is not None:
            fits = not _no_room({**data, _REBALANCING: "ENABLED"})
            service.setdefault(_REBALANCING, data.get(_REBALANCING, "ENABLED" if fits else "DISABLED"))
        return answer

    def update_service(data: Record) -> Response:
        service = _found(data.get("cluster", "default"), data.get("service", ""))
        if service is None:
            return update(data)
        if why := _refusal(service, data):
            return _refused(why)
        if any(key in data and data[key] != service.get(key) for key in _STARTS_A_DEPLOYMENT):
            data = {**data, "forceNewDeployment": True}
        service |= {key: data[key] for key in _OTHERS if key in data}
        answer = update(data)
        primary = ecs._primary_deployment(service)
        if primary is not None:
            primary[_STRATEGY] = service.get(_STRATEGY)
        return answer

    _forget_failed_deployments()
    ecs._create_service = ecs._ACTION_MAP["CreateService"] = create_service
    ecs._update_service = ecs._ACTION_MAP["UpdateService"] = update_service


def _forget_failed_deployments() -> None:
    """Let a deployment that has completed drop those that have failed before it; ministack lists them for ever."""
    stock: Callable[..., None] = ecs._complete_service_deployment

    def complete(cluster: str, service_key: str, *rest: Untyped) -> None:
        service = ecs._services.get(service_key) or {"deployments": []}
        primary = ecs._primary_deployment(service) or {}
        was_moving = primary.get("rolloutState") == "IN_PROGRESS"
        stock(cluster, service_key, *rest)
        if was_moving and primary["rolloutState"] == "COMPLETED":
            service["deployments"] = [it for it in service["deployments"] if it["rolloutState"] != "FAILED"]

    ecs._complete_service_deployment = complete


def _found(cluster: str, name: str) -> Record | None:
    resolved = ecs._resolve_service_ref(name)
    found: Record | None = resolved and ecs._services.get(f"{ecs._resolve_cluster_name(cluster)}/{resolved[0]}")
    return found


def _refused(why: str) -> Response:
    answer: Response = error_response_json("InvalidParameterException", why, 400)
    return answer


def _refusal(service: Record, data: Record) -> str:
    """Return why ECS refuses the update, or ""."""
    changes = _STRATEGY in data and _shares(data[_STRATEGY]) != _shares(service.get(_STRATEGY))
    if changes and not data.get("forceNewDeployment"):
        return _MUST_BE_FORCED
    after = {**service, **data}
    strategy = (after.get("deploymentConfiguration") or {}).get("strategy", "ROLLING")
    if shifts_requests(after) and not (_is_prepared(service) and _is_prepared(after)):
        return _NOT_PREPARED.format(strategy)
    return _no_room(after)


def _is_prepared(service: Record) -> bool:
    balancers = service.get("loadBalancers") or []
    return all("advancedConfiguration" in it for it in balancers)


def _no_room(service: Record) -> str:
    configuration = service.get("deploymentConfiguration") or {}
    most = int(configuration.get("maximumPercent", 200))
    return _NO_ROOM if service.get(_REBALANCING) == "ENABLED" and most == 100 else ""  # noqa: PLR2004 - percent


def _shares(strategy: Untyped) -> list[tuple[str, int, int]]:
    """Return a strategy in one form, to be compared: what is left out is 0."""
    return [(it["capacityProvider"], int(it.get("base", 0)), int(it.get("weight", 0))) for it in strategy or []]
