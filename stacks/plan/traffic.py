"""Traffic shifting: ECS and CloudFormation both write the weights of the listener rules.

ECS owns these weights. When CloudFormation changes such a rule, it writes the weights of its template, which send all
requests to the first target group: an outage while the tasks are in the second one
(https://github.com/aws/aws-cdk/issues/36649, https://github.com/aws/containers-roadmap/issues/2853). So a plan that
changes such a rule is refused unless the requests go to the first group.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied
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
    """A service that shifts its traffic between `first`, the target group in the template, and `second`.

    `rules` are the listener rules that ECS changes, the production rule first. `is_busy`: a deployment is in progress.
    """

    cluster: str
    name: str
    first: str
    second: str
    rules: tuple[str, ...]
    is_busy: bool


def prepare_traffic(aws: Aws, settings: Settings, existing: Stack | None) -> tuple[Settings, str]:
    """Return the settings of the next deployment, and a note if they are only a first step, else "".

    A running service can use a traffic-shifting strategy only after a rolling deployment with the second target group,
    the rules and the role (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-rolling-to-bluegreen.html).
    """
    deployment = settings.ecs.deployment
    if not deployment.shifts_traffic or existing is None or "EcsServiceName" not in existing.outputs:
        return settings, ""
    if _has_two_groups(aws, existing):
        return settings, ""
    rolling = Prepared(rollback_alarms=deployment.rollback_alarms)
    ecs = settings.ecs.model_copy(update={"deployment": rolling})
    note = (
        f"Strategy {deployment.strategy} takes two deployments of a running service. This is the first: a rolling one, "
        f"with the second target group and the rules. Deploy again for {deployment.strategy} itself."
    )
    return settings.model_copy(update={"ecs": ecs}), note


def _has_two_groups(aws: Aws, existing: Stack) -> bool:
    """Whether the deployed template of the service has both target groups."""
    child_id = nested_stack_ids(aws, existing.stack_id).get(SERVICE_STACK)
    if child_id is None:
        return True
    service = stack_template(aws, child_id)["Resources"].get("Service", {})
    balancers = service.get("Properties", {}).get("LoadBalancers", [])
    return all("AdvancedConfiguration" in it for it in balancers)


@coded(Code.PREFLIGHT)
def refuse_traffic_reset(aws: Aws, request: Request, tree: StackChanges) -> None:
    """Raise UserError if CloudFormation would send the requests to a target group without tasks.

    AWS is not called unless a rule changes, or a target group is deleted.
    """
    existing = request.existing
    touched = {change.physical_id: path for path, change in tree.paths() if _resets_traffic(change)}
    if existing is None or not touched or "EcsServiceName" not in existing.outputs:
        return
    path, why = next(iter(touched.values())), ""
    try:
        shift = _traffic_shift(aws, existing.outputs)
        if shift is None or not touched.keys() & {*shift.rules, shift.first, shift.second}:
            return
        path = next(touched[it] for it in (*shift.rules, shift.first, shift.second) if it in touched)
        why = "" if not shift.is_busy else "a deployment of the service is in progress, in which ECS shifts traffic"
        weights = _weights(aws, shift.rules[0])
    except ClientError as error:
        if error_code(error) in GONE:
            return
        if not is_denied(error):
            raise
        why = f"ECS may have shifted the traffic to the second target group, and {error.operation_name} is not allowed"
        raise UserError(path, why, "Nothing was changed. The caller needs this permission.") from error
    if why:
        raise UserError(path, why, "Nothing was changed. Repeat the command when it is complete.")
    if weights.get(shift.second, 0) > 0:
        raise _refusal(aws, request, path, shift)


def _resets_traffic(change: Change) -> bool:
    """Whether the change updates a listener rule, or deletes a target group."""
    if change.certainty == "none" or not change.physical_id:
        return False
    return change.type == RULE or (change.type == TARGET_GROUP and change.kind in {"replace", "remove"})


def _traffic_shift(aws: Aws, outputs: Mapping[str, str]) -> TrafficShift | None:
    """Return the traffic shift of the service; None if it does not exist, or has only one target group."""
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
    """Return the weights of a rule by target group."""
    found = aws.elbv2.describe_rules(RuleArns=[rule])["Rules"]
    return {
        group["TargetGroupArn"]: group.get("Weight", 1)
        for it in found
        for action in it["Actions"]
        for group in action.get("ForwardConfig", {}).get("TargetGroups", [])
    }


def _refusal(aws: Aws, request: Request, path: str, shift: TrafficShift) -> UserError:
    why = (
        "ECS has shifted the traffic to the second target group, where the tasks are; this change would send it back "
        "to the first one, which has no tasks (503)"
    )
    then = (
        "Nothing was changed. One more deployment with the deployed settings shifts it back: of another image, or of "
        "the same image by\n"
        f"  aws ecs update-service --cluster {shift.cluster} --service {shift.name} --force-new-deployment "
        f"--region {aws.region}\n"
        f"Repeat the command when it is complete, as `python build.py status {request.environment}` shows."
    )
    return UserError(path, why, then)
