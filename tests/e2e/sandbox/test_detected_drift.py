"""Drift and Cloud Control know every type that the templates render, as CloudFormation has made it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.extension.schemas.provider_schemas import schema_of
from tests.support.accounts import REGION
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


def has_list(resource_type: str) -> bool:
    """Whether AWS lists the type without being given a property, such as the load balancer of a listener."""
    handler = (schema_of(REGION, resource_type) or {})["handlers"].get(
        "list", {"handlerSchema": {"required": ["none"]}}
    )
    schema = handler.get("handlerSchema", {})
    return not schema.get("required") and "oneOf" not in schema


def listed(world: World, resource_type: str) -> list[str]:
    """The parts of the identifiers of all resources of a type; each can be read."""
    control, parts = world.account.client("cloudcontrol"), []
    for found in control.list_resources(TypeName=resource_type)["ResourceDescriptions"]:
        read = control.get_resource(TypeName=resource_type, Identifier=found["Identifier"])["ResourceDescription"]
        assert json.loads(found["Properties"]).items() <= json.loads(read["Properties"]).items()
        parts += [found["Identifier"], *found["Identifier"].split("|")]
    return parts


def test_what_has_just_been_deployed_is_read_and_in_sync(world: World) -> None:
    """Each resource of a rich environment is compared, and none has drifted; Cloud Control lists and reads each."""
    zone = world.account.client("route53").create_hosted_zone(Name="example.com", CallerReference="x")
    domain = {"domain_name": "app.example.com", "hosted_zone_id": zone["HostedZone"]["Id"].rpartition("/")[2]}
    wanted = features(*CHOSEN)
    wanted["network"] |= {"https": domain, "ipv6": True}
    wanted["autoscaling"] |= {"min_capacity": 1, "max_capacity": 4}
    world.deploy(**wanted)
    world.push("v1")
    world.deploy(image_tag="v1", **wanted)
    drifted, unchecked, unlisted, lists = {}, set(), set(), dict[str, list[str]]()
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
            if has_list(it["ResourceType"]):
                if it["ResourceType"] not in lists:
                    lists[it["ResourceType"]] = listed(world, it["ResourceType"])
                # The physical id of a bucket's policy is made of its identifier, the bucket's name.
                if it["PhysicalResourceId"].removesuffix("-policy") not in lists[it["ResourceType"]]:
                    unlisted.add((it["ResourceType"], it["PhysicalResourceId"]))
    assert drifted == {}
    assert unchecked == {"AWS::SNS::TopicPolicy"}
    assert unlisted == set()
