"""The service application-autoscaling, by its API and by its resource types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import template

if TYPE_CHECKING:
    from tests.support.accounts import Account
    from tests.support.clouds import Cloud

_NAME = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/main/app",
    "ScalableDimension": "ecs:service:DesiredCount",
}


def _tracking(metric: str = "ECSServiceAverageCPUUtilization") -> dict[str, Any]:
    return {"TargetValue": 70.0, "PredefinedMetricSpecification": {"PredefinedMetricType": metric}}


@pytest.fixture
def scaling(account: Account) -> Any:
    """The service's client, in an account in which the ECS service main/app has one task."""
    ecs = account.client("ecs")
    ecs.create_cluster(clusterName="main")
    ecs.register_task_definition(family="app", containerDefinitions=[{"name": "web", "image": "nginx", "memory": 64}])
    ecs.create_service(cluster="main", serviceName="app", taskDefinition="app", desiredCount=1)
    return account.client("application-autoscaling")


def test_a_target_is_registered_described_changed_and_deregistered(scaling: Any) -> None:
    """Its limits are what was last registered, its ARN stays, and in the end it is gone."""
    arn = scaling.register_scalable_target(**_NAME, MinCapacity=1, MaxCapacity=4)["ScalableTargetARN"]
    assert scaling.register_scalable_target(**_NAME, MaxCapacity=6)["ScalableTargetARN"] == arn
    found = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"]
    assert [(target["MinCapacity"], target["MaxCapacity"]) for target in found] == [(1, 6)]
    scaling.deregister_scalable_target(**_NAME)
    assert scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"] == []
    with pytest.raises(
        ClientError, match=r"ObjectNotFoundException.*No scalable target registered for service namespace"
    ):
        scaling.deregister_scalable_target(**_NAME)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"MinCapacity": 5, "MaxCapacity": 4}, "Maximum capacity cannot be less than minimum capacity"),
        ({"MinCapacity": -1, "MaxCapacity": 4}, "must not be negative"),
        ({"MinCapacity": 1}, "MinCapacity and MaxCapacity must be specified"),
        ({"ResourceId": "service/main/absent", "MinCapacity": 1, "MaxCapacity": 4}, "ECS service doesn't exist"),
        ({"ResourceId": "table/x", "MinCapacity": 1, "MaxCapacity": 4}, "Unsupported service namespace"),
        ({"ServiceNamespace": "dynamodb", "MinCapacity": 1, "MaxCapacity": 4}, "at 'serviceNamespace' failed"),
    ],
)
def test_a_target_that_cannot_be_is_refused(scaling: Any, changed: dict[str, Any], message: str) -> None:
    """With a ValidationException that says what is wrong."""
    with pytest.raises(ClientError, match=f"ValidationException.*{message}"):
        scaling.register_scalable_target(**{**_NAME, **changed})


def test_a_service_outside_its_limits_is_brought_within(scaling: Any, account: Account) -> None:
    """Registering a minimum of three starts tasks, and the activity says why."""
    scaling.register_scalable_target(**_NAME, MinCapacity=3, MaxCapacity=4)
    service = account.client("ecs").describe_services(cluster="main", services=["app"])["services"][0]
    assert (service["desiredCount"], service["runningCount"]) == (3, 3)
    activity = scaling.describe_scaling_activities(ServiceNamespace="ecs")["ScalingActivities"][0]
    assert activity["Cause"] == "minimum capacity was set to 3"


def test_policies_are_put_changed_and_deleted(scaling: Any) -> None:
    """A policy keeps its ARN and its two alarms; the same metric cannot be tracked twice."""
    scaling.register_scalable_target(**_NAME, MinCapacity=1, MaxCapacity=4)
    policy = {**_NAME, "PolicyType": "TargetTrackingScaling", "PolicyName": "cpu"}
    first = scaling.put_scaling_policy(**policy, TargetTrackingScalingPolicyConfiguration=_tracking())
    assert len(first["Alarms"]) == 2
    changed = {**_tracking(), "TargetValue": 50.0}
    again = scaling.put_scaling_policy(**policy, TargetTrackingScalingPolicyConfiguration=changed)
    assert again["PolicyARN"] == first["PolicyARN"]
    with pytest.raises(ClientError, match="Only one TargetTrackingScaling policy for a given metric"):
        scaling.put_scaling_policy(
            **{**policy, "PolicyName": "second"}, TargetTrackingScalingPolicyConfiguration=_tracking()
        )
    found = scaling.describe_scaling_policies(ServiceNamespace="ecs", PolicyNames=["cpu"])["ScalingPolicies"]
    assert found[0]["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 50.0
    scaling.delete_scaling_policy(**_NAME, PolicyName="cpu")
    with pytest.raises(ClientError, match="ObjectNotFoundException"):
        scaling.delete_scaling_policy(**_NAME, PolicyName="cpu")


def test_a_policy_needs_a_target(scaling: Any) -> None:
    """Without one it is refused, and the target is named."""
    with pytest.raises(ClientError, match="No scalable target registered for service namespace: ecs, resource ID: "):
        scaling.put_scaling_policy(
            **_NAME,
            PolicyName="cpu",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration=_tracking(),
        )


def test_lists_come_in_pages(scaling: Any) -> None:
    """MaxResults and NextToken give each policy once."""
    scaling.register_scalable_target(**_NAME, MinCapacity=1, MaxCapacity=4)
    steps = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"ScalingAdjustment": 1}]}
    for number in range(5):
        scaling.put_scaling_policy(
            **_NAME, PolicyName=f"p{number}", PolicyType="StepScaling", StepScalingPolicyConfiguration=steps
        )
    pages = scaling.get_paginator("describe_scaling_policies").paginate(
        ServiceNamespace="ecs", PaginationConfig={"PageSize": 2}
    )
    names = [[policy["PolicyName"] for policy in page["ScalingPolicies"]] for page in pages]
    assert [len(page) for page in names] == [2, 2, 1]
    assert sorted(name for page in names for name in page) == [f"p{number}" for number in range(5)]
    assert scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"] == []


def test_targets_are_tagged(scaling: Any) -> None:
    """Tags given at registration, added and removed later."""
    arn = scaling.register_scalable_target(**_NAME, MinCapacity=1, MaxCapacity=4, Tags={"a": "1"})["ScalableTargetARN"]
    scaling.tag_resource(ResourceARN=arn, Tags={"b": "2"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["a"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"b": "2"}
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        scaling.list_tags_for_resource(ResourceARN=arn + "x")


def test_the_resource_types_make_targets_and_policies(scaling: Any, cloud: Cloud) -> None:
    """From strings, as parameters give them; an update changes limits and tags; a delete leaves nothing."""
    target = {
        "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
        "Properties": {**_NAME, "MinCapacity": "1", "MaxCapacity": "4", "Tags": [{"Key": "Project", "Value": "x"}]},
    }
    policy = {
        "Type": "AWS::ApplicationAutoScaling::ScalingPolicy",
        "Properties": {
            "PolicyName": "cpu",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": {"Ref": "Target"},
            "TargetTrackingScalingPolicyConfiguration": {**_tracking(), "TargetValue": "70"},
        },
    }
    assert cloud.create("root", template({"Target": target, "Policy": policy})) == "CREATE_COMPLETE"
    assert cloud.physical("root", "Target") == "service/main/app|ecs:service:DesiredCount|ecs"
    arn = scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]["ScalableTargetARN"]
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"]["Project"] == "x"
    wider = {**target, "Properties": {**target["Properties"], "MaxCapacity": "9", "Tags": []}}  # type: ignore[dict-item] # JSON
    assert cloud.update("root", template({"Target": wider, "Policy": policy})) == "UPDATE_COMPLETE"
    assert scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"][0]["MaxCapacity"] == 9
    assert "Project" not in scaling.list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert cloud.delete("root") == "DELETE_COMPLETE"
    assert scaling.describe_scalable_targets(ServiceNamespace="ecs")["ScalableTargets"] == []


def test_a_target_of_a_service_that_does_not_exist_fails_its_stack(cloud: Cloud) -> None:
    """With the service's own words."""
    target = {
        "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
        "Properties": {**_NAME, "MinCapacity": 1, "MaxCapacity": 4},
    }
    assert cloud.create("root", template({"Target": target})) == "ROLLBACK_COMPLETE"
    assert "ECS service doesn't exist: service/main/app" in cloud.reason("root", "CREATE_FAILED", "Target")


def test_scheduled_actions_are_put_changed_and_deleted(scaling: Any) -> None:
    """What is not given again stays; impossible ones are refused; they go with their target."""
    scaling.register_scalable_target(**_NAME, MinCapacity=1, MaxCapacity=4)
    night = {**_NAME, "ScheduledActionName": "night"}
    limits = {"MinCapacity": 0, "MaxCapacity": 0}
    scaling.put_scheduled_action(
        **night, Schedule="cron(0 22 ? * MON-FRI *)", Timezone="Asia/Seoul", ScalableTargetAction=limits
    )
    scaling.put_scheduled_action(**night, Schedule="cron(0 23 ? * MON-FRI *)")
    (found,) = scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"]
    assert (found["Schedule"], found["Timezone"]) == ("cron(0 23 ? * MON-FRI *)", "Asia/Seoul")
    assert found["ScalableTargetAction"] == limits
    with pytest.raises(ClientError, match="Invalid schedule expression"):
        scaling.put_scheduled_action(**night, Schedule="cron(0 22 * * MON-FRI *)")
    with pytest.raises(ClientError, match="Invalid timezone: Factory"):
        scaling.put_scheduled_action(**night, Timezone="Factory")
    with pytest.raises(ClientError, match="Maximum capacity cannot be less"):
        scaling.put_scheduled_action(**night, ScalableTargetAction={"MinCapacity": 2, "MaxCapacity": 1})
    with pytest.raises(ClientError, match="ObjectNotFoundException"):
        scaling.delete_scheduled_action(**{**night, "ScheduledActionName": "day"})
    scaling.deregister_scalable_target(**_NAME)
    assert scaling.describe_scheduled_actions(ServiceNamespace="ecs")["ScheduledActions"] == []


def test_steps_beside_a_tracked_metric(scaling: Any) -> None:
    """Steps track no metric that another policy could track, too, whichever comes first."""
    scaling.register_scalable_target(**_NAME, MinCapacity=1, MaxCapacity=4)
    steps = {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [{"ScalingAdjustment": 1}]}
    scaling.put_scaling_policy(
        **_NAME, PolicyName="queue", PolicyType="StepScaling", StepScalingPolicyConfiguration=steps
    )
    tracked = {"PolicyType": "TargetTrackingScaling", "TargetTrackingScalingPolicyConfiguration": _tracking()}
    scaling.put_scaling_policy(**_NAME, PolicyName="cpu", **tracked)
    assert len(scaling.describe_scaling_policies(ServiceNamespace="ecs")["ScalingPolicies"]) == 2
