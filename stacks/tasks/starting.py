"""Starting one task, once: each attempt that is repeated has the same token, by which ECS knows it again."""

from __future__ import annotations

import logging
import time
import uuid
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code, error_message, is_throttled
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from types_boto3_ecs.type_defs import FailureTypeDef, TaskTypeDef

    from stacks.aws.session import Aws

logger = logging.getLogger(__name__)

PAUSES = (2.0, 5.0, 10.0, 20.0)
"""Seconds before each further attempt: capacity and throttling are a matter of moments."""
CAPACITY = ("Capacity is unavailable", "RESOURCE:")
"""How the reasons begin for which a task could not be placed just now
(https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html; Fargate's:
https://repost.aws/knowledge-center/ecs-fargate-runtask-capacity)."""
WORDS = {
    "AGENT": "the container instance has no connected agent",
    "ATTRIBUTE": "nothing in the cluster has what the task definition requires",
    "EMPTY CAPACITY PROVIDER": "the capacity provider has no instances",
    "INACTIVE": "the container instance is not active",
    "LOCATION": "the task cannot run in the zones of these subnets",
    "MISSING": "what the request names is not there",
    "NO ACTIVE INSTANCES": "the cluster has no active instances",
}
"""What the reasons of failures mean (the same page)."""
SERVER_ERROR = 500


def start_task(aws: Aws, request: Mapping[str, Any], *, pauses: Sequence[float] = PAUSES) -> TaskTypeDef:
    """Start a task and return it as ECS answers.

    Where AWS throttles, fails or does not answer, the same request is sent again with the same `clientToken`: ECS then
    returns the task that it has started already. Where it answers that it has started none for want of capacity, the
    next attempt has a new token. Raises UserError when it gives up; a KeyboardInterrupt stops what may have been
    started.
    """
    token = uuid.uuid4().hex
    for pause in (*pauses, None):
        marked = {**request, "clientToken": token, "startedBy": f"run-{token}"}
        may_run = False
        try:
            answer = _run(aws, marked)
        except ClientError as error:
            if pause is None or not _may_pass(error):
                raise
            why, may_run = error_message(error), _is_unclear(error)
        else:
            if answer["tasks"]:
                task: TaskTypeDef = answer["tasks"][0]
                return task
            failure: FailureTypeDef = answer["failures"][0] if answer["failures"] else {}
            why = failure.get("reason", "")
            if pause is None or not why.startswith(CAPACITY):
                raise _not_placed(why, failure.get("detail", ""))
            token = uuid.uuid4().hex
        logger.info("No task yet: %s. Once more in %.0f s", why.rstrip("."), pause)
        _wait(aws, pause, marked if may_run else None)
    raise AssertionError(pauses)


def stop_task(aws: Aws, cluster: str, task: str, reason: str) -> None:
    """Ask ECS to stop a task: its containers get SIGTERM, and SIGKILL after their stop timeout."""
    aws.ecs.stop_task(cluster=cluster, task=task, reason=reason)


def _run(aws: Aws, request: Mapping[str, Any]) -> Any:  # noqa: ANN401 - RunTaskResponseTypeDef, of a request by name
    try:
        return aws.ecs.run_task(**request)
    except KeyboardInterrupt:
        _stop_what_runs(aws, request)
        raise


def _wait(aws: Aws, seconds: float, request: Mapping[str, Any] | None) -> None:
    """Wait before the next attempt; Ctrl-C stops what this request may have started."""
    try:
        time.sleep(seconds)
    except KeyboardInterrupt:
        if request is not None:
            _stop_what_runs(aws, request)
        raise


def _stop_what_runs(aws: Aws, request: Mapping[str, Any]) -> None:
    """Stop the task that a request has started, or starts now: ECS knows it by its token."""
    for task in aws.ecs.run_task(**request)["tasks"]:
        stop_task(aws, request["cluster"], task["taskArn"], "Interrupted by Ctrl-C")


def _may_pass(error: ClientError) -> bool:
    """Whether the same request may succeed a little later."""
    no_capacity = error_code(error) == "ClientException" and error_message(error).startswith(CAPACITY)
    return is_throttled(error) or no_capacity or _is_unclear(error)


def _is_unclear(error: ClientError) -> bool:
    """Whether the request may have been executed all the same: AWS has failed, and not refused it."""
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= SERVER_ERROR


def _not_placed(reason: str, detail: str) -> UserError:
    words = WORDS.get(reason, "")
    why = f"ECS has not started it: {reason or 'it gives no reason'}" + (f" ({words})" if words else "")
    why += f": {detail}" if detail else ""
    capacity = "Nothing has run. Repeat it later, or in other subnets: capacity differs from zone to zone."
    return UserError("task", why, capacity if reason.startswith(CAPACITY) else "Nothing has run.", code=Code.AWS)
