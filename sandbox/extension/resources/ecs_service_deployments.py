"""Service deployments and service revisions, which ECS keeps after they are over.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html. ministack knows the deployments
that a service has now; each is noted when it begins, and its state before the next one begins and when somebody asks.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import ecs

from sandbox.extension import json_services
from sandbox.extension.errors import RefusedError
from sandbox.extension.resources.ecr_images import find_digest

if TYPE_CHECKING:
    from sandbox.extension.untyped import Action, Record, Response, Untyped

DEPLOYMENTS: Untyped = AccountRegionScopedDict()
"""By ARN, in the order in which they began."""
_MOST, _MOST_DESCRIBED, _PAGE = 100, 20, 20
_ENDED = frozenset({"SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL"})


def install() -> None:
    """Note the deployments that services begin, and answer for them."""
    ecs._create_service = ecs._ACTION_MAP["CreateService"] = _noting(ecs._create_service)
    ecs._update_service = ecs._ACTION_MAP["UpdateService"] = _noting(ecs._update_service)
    json_services.add_actions(
        "ecs",
        {
            "ListServiceDeployments": _list,
            "DescribeServiceDeployments": _describe,
            "DescribeServiceRevisions": _revisions,
        },
    )
    json_services.keep_stores("ecs_service_deployments", deployments=DEPLOYMENTS)


def _noting(stock: Action) -> Action:
    def act(data: Record) -> Response:
        _refresh()
        answer = stock(data)
        for service in ecs._services.values():
            _note(service)
        return answer

    return act


def _note(service: Record) -> None:
    primary = ecs._primary_deployment(service)
    if primary is None or any(it["id"] == primary["id"] for it in DEPLOYMENTS.values()):
        return
    key = primary["id"].rpartition("/")[2]
    path = service["serviceArn"].partition(":service/")[2]
    base = service["serviceArn"].partition(":service/")[0]
    arn = f"{base}:service-deployment/{path}/{key}"
    definition = ecs._task_defs.get(ecs._resolve_td_key(primary["taskDefinition"])) or {}
    breaker = (service.get("deploymentConfiguration") or {}).get("deploymentCircuitBreaker") or {}
    DEPLOYMENTS[arn] = {
        "id": primary["id"],
        "serviceDeploymentArn": arn,
        "serviceArn": service["serviceArn"],
        "clusterArn": service["clusterArn"],
        "createdAt": primary["createdAt"],
        "startedAt": primary["createdAt"],
        "status": "IN_PROGRESS",
        "rolls_back": bool(breaker.get("rollback")),
        "revision": {
            "serviceRevisionArn": f"{base}:service-revision/{path}/{key}",
            "serviceArn": service["serviceArn"],
            "clusterArn": service["clusterArn"],
            "taskDefinition": primary["taskDefinition"],
            "createdAt": primary["createdAt"],
            "containerImages": [_image(it) for it in definition.get("containerDefinitions", [])],
        },
    }


def _image(container: Record) -> Record:
    digest = find_digest(container["image"])
    return {
        "containerName": container["name"],
        "image": container["image"],
        **({"imageDigest": digest} if digest else {}),
    }


def _refresh() -> None:
    """Note how those ended that were under way: what a service does not have any more was replaced by the next one."""
    live = {it["id"]: it for service in ecs._services.values() for it in service["deployments"]}
    for it in DEPLOYMENTS.values():
        if it["status"] in _ENDED:
            continue
        state = live.get(it["id"], {}).get("rolloutState", "gone")
        it["status"] = {
            "COMPLETED": "SUCCESSFUL",
            "IN_PROGRESS": "IN_PROGRESS",
            "FAILED": "ROLLBACK_SUCCESSFUL" if it["rolls_back"] else "STOPPED",
        }.get(state, "STOPPED")
        if state == "FAILED":
            it["statusReason"] = live[it["id"]].get("rolloutStateReason", "")
        if it["status"] in _ENDED:
            it["finishedAt"] = live.get(it["id"], {}).get("updatedAt", ecs._iso())


def _brief(it: Record) -> Record:
    names = ("serviceDeploymentArn", "serviceArn", "clusterArn", "createdAt", "startedAt", "finishedAt", "status")
    found = {name: it[name] for name in (*names, "statusReason") if name in it}
    return {**found, "targetServiceRevisionArn": it["revision"]["serviceRevisionArn"]}


def _list(data: Record) -> Record:
    _refresh()
    service = _service(data)
    wanted, between = data.get("status") or (), data.get("createdAt") or {}
    found = [
        _brief(it)
        for it in reversed(list(DEPLOYMENTS.values()))
        if it["serviceArn"] == service["serviceArn"]
        and (not wanted or it["status"] in wanted)
        and _is_between(it["createdAt"], between)
    ]
    start, size = int(data.get("nextToken") or 0), data.get("maxResults", _PAGE)
    if not 1 <= size <= _MOST:
        raise RefusedError("InvalidParameterException", f"maxResults must be between 1 and {_MOST}.")
    answer: Record = {"serviceDeployments": found[start : start + size]}
    if start + size < len(found):
        answer["nextToken"] = str(start + size)
    return answer


def _is_between(created: Untyped, between: Record) -> bool:
    return bool(between.get("after", created) <= created <= between.get("before", created))


def _describe(data: Record) -> Record:
    _refresh()
    found, failures = _found(data["serviceDeploymentArns"], DEPLOYMENTS)
    described = [
        {
            **{name: value for name, value in _brief(it).items() if name != "targetServiceRevisionArn"},
            "targetServiceRevision": {"arn": it["revision"]["serviceRevisionArn"]},
        }
        for it in found
    ]
    return {"serviceDeployments": described, "failures": failures}


def _revisions(data: Record) -> Record:
    known = {it["revision"]["serviceRevisionArn"]: it["revision"] for it in DEPLOYMENTS.values()}
    found, failures = _found(data["serviceRevisionArns"], known)
    return {"serviceRevisions": copy.deepcopy(found), "failures": failures}


def _found(arns: list[str], known: Untyped) -> tuple[list[Record], list[Record]]:
    if not 1 <= len(arns) <= _MOST_DESCRIBED:
        raise RefusedError("InvalidParameterException", f"Between 1 and {_MOST_DESCRIBED} ARNs are needed.")
    missing = [{"arn": arn, "reason": "MISSING"} for arn in arns if arn not in known]
    return [known[arn] for arn in arns if arn in known], missing


def _service(data: Record) -> Record:
    cluster = ecs._resolve_cluster_name(data.get("cluster", "default"))
    name = re.split("[/:]", data["service"])[-1]
    found: Record | None = ecs._services.get(f"{cluster}/{name}")
    if found is None:
        raise RefusedError("ServiceNotFoundException", "Service not found.")
    return found
