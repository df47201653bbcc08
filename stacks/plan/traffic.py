"""The requests of a service whose deployments move them between two target groups, and who decides about them.

ECS owns the weights of the listener's rules. Whatever CloudFormation changes of such a rule, it writes the weights of
its template, by which the first group gets everything: while the tasks are in the second one, that is an outage
(https://github.com/aws/aws-cdk/issues/36649, https://github.com/aws/containers-roadmap/issues/2853). So a plan that
touches one is refused unless the requests go to the first group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.session import ClientError, error_code, is_denied
from stacks.cloudformation.stack import nested_stack_ids, stack_template
from stacks.errors import Code, UserError, coded
from templates.ecs import Prepared
from templates.root import SERVICE_STACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from types_boto3_ecs.type_defs import ServiceTypeDef

    from stacks.aws.session import Aws
    from stacks.cloudformation.change_set import Request
    from stacks.cloudformation.changes import Change, StackChanges
    from stacks.cloudformation.stack import Stack
    from stacks.settings import Settings

RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup"
GONE = frozenset({"ClusterNotFoundException", "RuleNotFound", "ServiceNotFoundException"})


@dataclass(frozen=True, kw_only=True)
class TrafficShift:
    """A service that moves its requests: from `first`, the group that templates name, to `second` and back.

    `rules` are those that ECS turns, the one for production first. `is_busy`: a deployment of it is under way.
    """

    cluster: str
    name: str
    first: str
    second: str
    rules: tuple[str, ...]
    is_busy: bool


def prepare_traffic(aws: Aws, settings: Settings, existing: Stack | None) -> tuple[Settings, str]:
    """Return the settings for the next deployment, and a note where these are only a step to what is wanted, else "".

    A running service takes a strategy that moves requests only after a rolling deployment with the second target group,
    the rules and the role (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-rolling-to-bluegreen.html).
    """
    wanted = settings.ecs.deployment
    if not wanted.shifts_traffic or existing is None or "EcsServiceName" not in existing.outputs:
        return settings, ""
    if _has_two_groups(aws, existing):
        return settings, ""
    rolling = Prepared(rollback_alarms=wanted.rollback_alarms)
    ecs = settings.ecs.model_copy(update={"deployment": rolling})
    note = (
        f"Strategy {wanted.strategy} takes two deployments of a running service, and this is the first: a rolling one, "
        f"with the second target group and the rules. Deploy again for {wanted.strategy} itself."
    )
    return settings.model_copy(update={"ecs": ecs}), note


def _has_two_groups(aws: Aws, existing: Stack) -> bool:
    """Whether the template with which the service was deployed last has both target groups."""
    child_id = nested_stack_ids(aws, existing.stack_id).get(SERVICE_STACK)
    if child_id is None:
        return True
    service = stack_template(aws, child_id)["Resources"].get("Service", {})
    balancers = service.get("Properties", {}).get("LoadBalancers", [])
    return all("AdvancedConfiguration" in it for it in balancers)


@coded(Code.PREFLIGHT)
def refuse_traffic_reset(aws: Aws, request: Request, tree: StackChanges) -> None:
    """Raise UserError where CloudFormation would send the requests to a target group without tasks.

    Nothing is asked of AWS unless a rule changes, or a target group goes.
    """
    existing = request.existing
    touched = {change.physical_id: path for path, change in tree.paths() if _matters(change)}
    if existing is None or not touched or "EcsServiceName" not in existing.outputs:
        return
    path, what = next(iter(touched.values())), ""
    try:
        moving = _moving(aws, existing.outputs)
        if moving is None or not touched.keys() & {*moving.rules, moving.first, moving.second}:
            return
        path = next(touched[it] for it in (*moving.rules, moving.first, moving.second) if it in touched)
        what = "" if not moving.is_busy else "a deployment of the service is under way, in which ECS moves requests"
        weights = _weights(aws, moving.rules[0])
    except ClientError as error:
        if error_code(error) in GONE:
            return
        if not is_denied(error):
            raise
        why = f"ECS may have moved the requests to the second target group, and {error.operation_name} is not allowed"
        raise UserError(path, why, "Nothing was changed. The caller must be allowed to look.") from error
    if what:
        raise UserError(path, what, "Nothing was changed. Repeat the command when it is over.")
    if weights.get(moving.second, 0) > 0:
        raise _refusal(aws, request, path, moving)


def _matters(change: Change) -> bool:
    """Whether it is a rule of which something is written, or a target group that goes."""
    if change.certainty == "none" or not change.physical_id:
        return False
    return change.type == RULE or (change.type == TARGET_GROUP and change.kind in {"replace", "remove"})


def _moving(aws: Aws, outputs: Mapping[str, str]) -> TrafficShift | None:
    """Return the service as ECS describes it; None where it is not there, or has one target group only."""
    cluster, name = outputs["EcsClusterName"], outputs["EcsServiceName"]
    found = aws.ecs.describe_services(cluster=cluster, services=[name])["services"]
    balancer = next(iter(found[0]["loadBalancers"]), None) if found else None
    advanced = (balancer or {}).get("advancedConfiguration")
    if balancer is None or advanced is None:
        return None
    rules = (advanced.get("productionListenerRule"), advanced.get("testListenerRule"))
    return TrafficShift(
        cluster=cluster,
        name=name,
        first=balancer.get("targetGroupArn", ""),
        second=advanced.get("alternateTargetGroupArn", ""),
        rules=tuple(rule for rule in rules if rule),
        is_busy=_is_busy(found[0]),
    )


def _is_busy(service: ServiceTypeDef) -> bool:
    return any(it.get("rolloutState") == "IN_PROGRESS" for it in service["deployments"])


def _weights(aws: Aws, rule: str) -> dict[str, int]:
    """Return the weight of each target group of a rule."""
    found = aws.elbv2.describe_rules(RuleArns=[rule])["Rules"]
    return {
        group["TargetGroupArn"]: group.get("Weight", 1)
        for it in found
        for action in it["Actions"]
        for group in action.get("ForwardConfig", {}).get("TargetGroups", [])
    }


def _refusal(aws: Aws, request: Request, path: str, moving: TrafficShift) -> UserError:
    why = (
        "ECS has moved the requests to the second target group, where the tasks are; with this change CloudFormation "
        "would send them to the first one again, and nobody would answer (503)"
    )
    then = (
        "Nothing was changed. One more deployment with the settings that are deployed moves them back: of another "
        "image, or of the same one by\n"
        f"  aws ecs update-service --cluster {moving.cluster} --service {moving.name} --force-new-deployment "
        f"--region {aws.region}\n"
        f"Repeat the command when it is complete, as `python build.py status {request.environment}` shows."
    )
    return UserError(path, why, then)
