"""What serves requests while a takeover goes on: the service's task definition, its running tasks, healthy targets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.adopt.execution.journal import Serving
from stacks.aws.errors import translate_aws_errors
from stacks.errors import Code, UserError, coded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stacks.aws.session import Aws

SERVICE = "AWS::ECS::Service"


@coded(Code.STATE)
@translate_aws_errors()
def read_serving(aws: Aws, services: Iterable[tuple[str, Mapping[str, str]]]) -> Serving | None:
    """Return what serves requests; `services` are types and identifiers, and None is returned where none is a service.

    Raises UserError where the service is gone, or in the middle of a deployment.
    """
    identifier = next((it for kind, it in services if kind == SERVICE), None)
    if identifier is None:
        return None
    cluster, arn = identifier["Cluster"], identifier["ServiceArn"]
    found = aws.ecs.describe_services(cluster=cluster, services=[arn])["services"]
    name = arn.rpartition("/")[2]
    if not found or found[0]["status"] != "ACTIVE":
        raise UserError(f"service {name}", f"ECS has no active one of this name in cluster {cluster}")
    service: Any = found[0]
    _refuse_deployment(name, service["deployments"])
    pages = aws.ecs.get_paginator("list_tasks").paginate(cluster=cluster, serviceName=name, desiredStatus="RUNNING")
    return Serving(
        task_definition=service["taskDefinition"],
        desired=service["desiredCount"],
        task_arns=tuple(sorted(it for page in pages for it in page["taskArns"])),
        healthy_targets=tuple(sorted(_healthy(aws, service.get("loadBalancers", [])))),
    )


def _refuse_deployment(name: str, deployments: list[Mapping[str, Any]]) -> None:
    states = {str(it.get("rolloutState", "")) for it in deployments}
    if len(deployments) > 1 or "IN_PROGRESS" in states:
        then = "Wait until ECS has ended it, then repeat the command. Nothing was changed by this step."
        raise UserError(f"service {name}", "a deployment is in progress", then)


def _healthy(aws: Aws, balancers: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for it in balancers:
        if group := it.get("targetGroupArn"):
            for found in aws.elbv2.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]:
                if found["TargetHealth"].get("State") == "healthy":
                    yield f"{found['Target']['Id']}:{found['Target'].get('Port', '')}"


def refuse_changed(before: Serving | None, now: Serving | None) -> None:
    """Raise UserError where the service runs another task definition than before the first step, or serves no more.

    An import calls the update handler of what it tags, also that of a target group, whose template has no targets.
    """
    if before is None or now is None:
        return
    if before.healthy_targets and not now.healthy_targets:
        why = f"no target is healthy any more; there were {len(before.healthy_targets)} when the takeover began"
        then = "Register its tasks again: aws ecs update-service --force-new-deployment. Then repeat the command."
        raise UserError("service", why, then, code=Code.STATE)
    if now.task_definition == before.task_definition:
        return
    why = f"it runs {_revision(now)} now, and ran {_revision(before)} when the takeover began"
    then = "Somebody has deployed meanwhile. Take back what was imported with `adopt ENV --undo`, and begin anew."
    raise UserError("service", why, then, code=Code.STATE)


def compare_serving(before: Serving | None, now: Serving | None) -> tuple[str, ...]:
    """Return in sentences what is as it was, and what is not."""
    if before is None or now is None:
        return ("There is no service among what is taken over.",)
    lines = [_compared("task", before.task_arns, now.task_arns, ("runs", "run"), "without interruption")]
    if before.healthy_targets or now.healthy_targets:
        targets = before.healthy_targets, now.healthy_targets
        lines.append(_compared("healthy target", *targets, ("is", "are"), "healthy as before"))
    lines.append(f"It runs {_revision(now)}, as before." if _same(before, now) else f"It runs {_revision(now)} now.")
    return tuple(lines)


def is_as_before(before: Serving | None, now: Serving | None) -> bool:
    """Whether all tasks of before run still, and all targets that were healthy are healthy."""
    if before is None or now is None:
        return before is now
    tasks, targets = (
        set(before.task_arns) <= set(now.task_arns),
        set(before.healthy_targets) <= set(now.healthy_targets),
    )
    return _same(before, now) and tasks and targets


def _same(before: Serving, now: Serving) -> bool:
    return before.task_definition == now.task_definition


def _compared(what: str, before: tuple[str, ...], now: tuple[str, ...], verbs: tuple[str, str], same: str) -> str:
    if set(before) == set(now):
        noun = what.rpartition(" ")[2]
        return (
            f"The same {noun} {verbs[0]} {same}."
            if len(now) == 1
            else f"The same {len(now)} {noun}s {verbs[1]} {same}."
        )
    gone, new = set(before) - set(now), set(now) - set(before)
    ids = [f"-{it.rpartition('/')[2]}" for it in sorted(gone)] + [f"+{it.rpartition('/')[2]}" for it in sorted(new)]
    return f"{what.capitalize()}s: {len(before)} before, {len(now)} now: {' '.join(ids)}."


def _revision(serving: Serving) -> str:
    return serving.task_definition.rpartition("/")[2]
