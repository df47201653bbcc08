"""Drift and Cloud Control know every type that the templates render, as CloudFormation has made it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.support.environments import FEATURES

if TYPE_CHECKING:
    from tests.support.world import World

CHOSEN = ("waf", "logs", "flow logs", "endpoints", "own key", "monitoring", "schedules", "steps", "enhanced scanning")


def features(*names: str) -> dict[str, Any]:
    """The settings of these features together."""
    found: dict[str, Any] = {}
    for name in names:
        for section, values in FEATURES[name].items():
            found[section] = found.get(section, {}) | values
    return found


def test_what_has_just_been_deployed_is_read_and_in_sync(world: World) -> None:
    """Each resource of a rich environment is compared, if AWS can read its type; none has drifted."""
    zone = world.account.client("route53").create_hosted_zone(Name="example.com", CallerReference="x")
    domain = {"domain_name": "app.example.com", "hosted_zone_id": zone["HostedZone"]["Id"].rpartition("/")[2]}
    wanted = features(*CHOSEN)
    wanted["network"] |= {"https": domain, "ipv6": True}
    wanted["autoscaling"] |= {"min_capacity": 1, "max_capacity": 4}
    world.deploy(**wanted)
    drifted, unchecked = {}, set()
    for name in world.states():
        detection = world.aws.cloudformation.detect_stack_drift(StackName=name)["StackDriftDetectionId"]
        done = world.aws.cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
        assert done["DetectionStatus"] == "DETECTION_COMPLETE", done
        checked = world.aws.cloudformation.describe_stack_resource_drifts(StackName=name)["StackResourceDrifts"]
        for found in checked:
            if found["StackResourceDriftStatus"] != "IN_SYNC":
                drifted[f"{name}/{found['LogicalResourceId']}"] = found.get("PropertyDifferences")
        ids = {found["LogicalResourceId"] for found in checked}
        for it in world.aws.cloudformation.describe_stack_resources(StackName=name)["StackResources"]:
            if it["LogicalResourceId"] not in ids:
                unchecked.add(it["ResourceType"])
    assert drifted == {}
    assert unchecked == set()
