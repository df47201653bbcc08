"""Deployments of the service by ECS, which CloudFormation starts, or somebody else.

ECS knows those of the last 90 days
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/view-service-deployment.html).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code
from stacks.history.operations import Outcome

if TYPE_CHECKING:
    from types_boto3_ecs.type_defs import ServiceDeploymentBriefTypeDef, ServiceRevisionTypeDef

    from stacks.aws.session import Aws

GONE = frozenset({"ClusterNotFoundException", "ServiceNotFoundException", "ServiceNotActiveException"})
DESCRIBED, PAGE = 20, 100
"""Revisions that DescribeServiceRevisions takes at a time; the most deployments in a page of ListServiceDeployments."""
OUTCOMES = {
    "SUCCESSFUL": Outcome.SUCCEEDED,
    "STOPPED": Outcome.FAILED,
    "ROLLBACK_SUCCESSFUL": Outcome.ROLLED_BACK,
    "ROLLBACK_FAILED": Outcome.FAILED,
}
"""Of the statuses of a deployment that is over:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeploymentBrief.html"""


@dataclass(frozen=True, kw_only=True)
class Rollout:
    """One deployment of the service; `ended` is None while it is under way.

    `definition` is the ARN of the task definition, `image` the address of the app's image and `digest` what its tag
    stood for then; each is "" where ECS does not say it.
    """

    began: dt.datetime
    ended: dt.datetime | None
    outcome: Outcome
    reason: str
    definition: str
    image: str
    digest: str


def read_rollouts(aws: Aws, cluster: str, service: str, container: str, since: dt.datetime | None) -> list[Rollout]:
    """Return the deployments of a service, newest first; none where there is no service.

    `container` is the name of the app's; `since` bounds how long ago they began. Raises botocore's ClientError.
    """
    found: list[ServiceDeploymentBriefTypeDef] = []
    token: dict[str, str] = {}
    try:
        while True:
            page = aws.ecs.list_service_deployments(cluster=cluster, service=service, maxResults=PAGE, **token)  # type: ignore[arg-type]  # one text
            found += page["serviceDeployments"]
            is_enough = since is not None and found and found[-1]["createdAt"] < since
            if is_enough or not page.get("nextToken"):
                break
            token = {"nextToken": page["nextToken"]}
    except ClientError as error:
        if error_code(error) in GONE:
            return []
        raise
    found = [it for it in found if since is None or it["createdAt"] >= since]
    revisions = _revisions(aws, [it["targetServiceRevisionArn"] for it in found if "targetServiceRevisionArn" in it])
    return [_rollout(it, revisions.get(it.get("targetServiceRevisionArn", "")), container) for it in found]


def _revisions(aws: Aws, arns: list[str]) -> dict[str, ServiceRevisionTypeDef]:
    found: dict[str, ServiceRevisionTypeDef] = {}
    unique = list(dict.fromkeys(arns))
    for start in range(0, len(unique), DESCRIBED):
        answer = aws.ecs.describe_service_revisions(serviceRevisionArns=unique[start : start + DESCRIBED])
        found |= {it["serviceRevisionArn"]: it for it in answer["serviceRevisions"]}
    return found


def _rollout(it: ServiceDeploymentBriefTypeDef, revision: ServiceRevisionTypeDef | None, container: str) -> Rollout:
    images = revision.get("containerImages", []) if revision else []
    image = next((found for found in images if found.get("containerName") == container), None)
    return Rollout(
        began=it["createdAt"],
        ended=it.get("finishedAt"),
        outcome=OUTCOMES.get(str(it.get("status", "")), Outcome.RUNNING),
        reason=it.get("statusReason", ""),
        definition=revision.get("taskDefinition", "") if revision else "",
        image=image.get("image", "") if image else "",
        digest=image.get("imageDigest", "") if image else "",
    )
