"""The resource of a direct call, for requests from which ministack reads another one than AWS, or none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ministack.core import iam_actions
from ministack.services import cloudformation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sandbox.extension.untyped import Record, Untyped

_TARGET = "x-amz-target"


def install() -> None:
    """Read these resources from requests before ministack does."""
    stock: Callable[..., str] = iam_actions.extract_resource_arn

    def extract(service: str, *arguments: Untyped) -> str:
        _, _, headers, body, query, region, account = arguments
        if service == "cloudformation":
            return _stack_of(query) or stock(service, *arguments)
        reads = _NAMES.get(service)
        found = reads(headers.get(_TARGET, "").rpartition(".")[2], _fields(body)) if reads else []
        namespace = iam_actions.SERVICE_TO_IAM_NAMESPACE.get(service, service)
        return _one([f"arn:aws:{namespace}:{region}:{account}:{it}" for it in found]) or stock(service, *arguments)

    iam_actions.extract_resource_arn = extract


def _stack_of(query: Record) -> str:
    """Return the stack of a change set that is named by its ARN alone: AWS decides on the stack."""
    name = iam_actions._query_param(query, "ChangeSetName")
    found = cloudformation._change_sets.get(name) if name.startswith("arn:") else None
    return str(found["StackId"]) if found else ""


def _repositories(_: str, fields: Record) -> list[str]:
    return [f"repository/{name}" for name in fields.get("repositoryNames", ())]


def _of_cluster(action: str, fields: Record) -> list[str]:
    """Return clusters, services or tasks, which requests name or give as ARNs; ministack takes the cluster."""
    if action == "DescribeClusters":
        return [f"cluster/{str(it).rpartition('/')[2]}" for it in fields.get("clusters", ())]
    kind = {"DescribeServices": "service", "DescribeTasks": "task"}.get(action, "")
    cluster = str(fields.get("cluster", "default")).rpartition("/")[2]
    if action == "ListServiceDeployments":
        return [f"service/{cluster}/{str(fields.get('service', '')).rpartition('/')[2]}"]
    if action == "DescribeServiceRevisions":
        return [str(it).split(":", 5)[-1] for it in fields.get("serviceRevisionArns", ())]
    if action == "ExecuteCommand":
        return [f"task/{cluster}/{str(fields.get('task', '')).rpartition('/')[2]}"]
    return [f"{kind}/{cluster}/{str(it).rpartition('/')[2]}" for it in fields.get(f"{kind}s", ())] if kind else []


def _log_stream(action: str, fields: Record) -> list[str]:
    """Return the log stream, on which AWS decides for GetLogEvents, and the log groups of StartQuery.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
    """
    if action == "StartQuery":
        return [f"log-group:{name}" for name in fields.get("logGroupNames") or [fields.get("logGroupName", "")]]
    if action != "GetLogEvents" or "logGroupName" not in fields:
        return []
    return [f"log-group:{fields['logGroupName']}:log-stream:{fields.get('logStreamName', '')}"]


def _quota(action: str, fields: Record) -> list[str]:
    """Return the quota, on which AWS decides for GetServiceQuota.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_servicequotas.html
    """
    return [f"{fields['ServiceCode']}/{fields['QuotaCode']}"] if action == "GetServiceQuota" else []


_NAMES: Mapping[str, Callable[[str, Record], list[str]]] = {
    "ecr": _repositories,
    "ecs": _of_cluster,
    "logs": _log_stream,
    "service-quotas": _quota,
}


def _one(arns: list[str]) -> str:
    """Return one ARN for several resources, which whoever is allowed is allowed each of them."""
    if len(arns) <= 1:
        return "".join(arns)
    return arns[0].rpartition("/")[0] + "/*"


def _fields(body: bytes) -> dict[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
