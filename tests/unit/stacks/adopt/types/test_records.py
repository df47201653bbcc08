"""What a state says becomes what CloudFormation writes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.adopt.types import take_inventory, why_it_stays
from stacks.adopt.types.record import Owned, Part, Stays
from stacks.adopt.types.table import TYPES
from tests.unit.stacks.adopt.types import examples
from tests.unit.stacks.adopt.types.examples import ATTRIBUTES, IDENTIFIERS, held

OWNED = sorted(name for name, it in TYPES.items() if isinstance(it, Owned) and not name.startswith("aws_alb"))
PARTS = sorted(name for name, it in TYPES.items() if isinstance(it, Part))
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)


def recorded(terraform_type: str, **changed: Any) -> dict[str, Any]:
    """The properties of the example of a type, where these attributes are others."""
    [found] = take_inventory([held(terraform_type, ATTRIBUTES[terraform_type] | changed)]).candidates
    return dict(found.recorded)


def test_each_record_has_an_example() -> None:
    """So that whoever adds a type says what becomes of one, and the tests below are about all."""
    assert sorted(ATTRIBUTES) == sorted({*OWNED, *PARTS})


@pytest.mark.parametrize("terraform_type", OWNED)
def test_a_resource_is_found_by_its_primary_identifier(terraform_type: str) -> None:
    """By what `ResourcesToImport` and Cloud Control take; the schemas are compared in tests/generated."""
    [found] = take_inventory([held(terraform_type)]).candidates
    assert dict(found.identifier) == IDENTIFIERS[terraform_type]
    assert found.addresses == (f"{terraform_type}.this",)


@pytest.mark.parametrize("name", ["aws_alb", "aws_alb_listener", "aws_alb_listener_rule", "aws_alb_target_group"])
def test_other_names_of_a_type_are_the_same_resources(name: str) -> None:
    """Terraform has two names for what a load balancer is made of."""
    same = name.replace("alb", "lb")
    other, found = (take_inventory([held(it, ATTRIBUTES[same])]).candidates[0] for it in (name, same))
    assert (other.type, other.identifier, other.recorded) == (found.type, found.identifier, found.recorded)


def test_a_repository_has_its_policies_as_properties() -> None:
    """With one address each, which `terraform state rm` has to take, too."""
    names = ["aws_ecr_repository_policy", "aws_ecr_lifecycle_policy", "aws_ecr_repository"]
    [found] = take_inventory(held(name) for name in names).candidates
    assert found.addresses == (
        "aws_ecr_repository.this",
        "aws_ecr_repository_policy.this",
        "aws_ecr_lifecycle_policy.this",
    )
    text = found.recorded["LifecyclePolicy"].pop("LifecyclePolicyText")
    assert json.loads(text) == examples.LIFECYCLE
    assert found.recorded == {
        "RepositoryName": "books",
        "ImageTagMutability": "MUTABLE",
        "ImageScanningConfiguration": {"ScanOnPush": True},
        "EncryptionConfiguration": {"EncryptionType": "KMS", "KmsKey": "alias/books"},
        "LifecyclePolicy": {},
        "RepositoryPolicyText": examples.READ,
        "Tags": [{"Key": "Name", "Value": "books"}, {"Key": "Project", "Value": "books"}],
    }


def test_a_role_has_its_policies_and_attachments_once() -> None:
    """The role records what is attached to it, and so does each attachment; an exclusive one names several roles."""
    names = [name for name in ATTRIBUTES if name.startswith("aws_iam_")]
    role = held("aws_iam_role", ATTRIBUTES["aws_iam_role"] | {"managed_policy_arns": [examples.MANAGED]})
    [found] = take_inventory([role, *(held(name) for name in names if name != "aws_iam_role")]).candidates
    assert len(found.addresses) == len(names)
    assert found.recorded["ManagedPolicyArns"] == [examples.MANAGED, f"{examples.MANAGED}2"]
    assert found.recorded["Policies"] == [{"PolicyName": "read", "PolicyDocument": examples.READ}]
    assert found.recorded["AssumeRolePolicyDocument"] == examples.TRUST


def test_a_part_of_something_that_is_not_in_the_state_stays() -> None:
    """What a role of others has attached is theirs; it says of which role."""
    found = take_inventory([held("aws_iam_role_policy_attachment")])
    assert found.candidates == ()
    assert [it.why for it in found.staying] == ["it belongs to books-exec, which this state has not"]


def test_names_are_told_apart_by_region() -> None:
    """A repository of the same name in two regions: each has its own policy, by the module in which it is."""
    found = take_inventory(
        replace(held(name, ATTRIBUTES[name] | {"arn": f"arn:aws:ecr:{region}:x"}), address=f"module.{region}.{name}.r")
        for name in ("aws_ecr_repository", "aws_ecr_lifecycle_policy")
        for region in ("eu-west-1", "us-east-1")
    )
    assert [it.addresses for it in found.candidates] == [
        (f"module.{region}.aws_ecr_repository.r", f"module.{region}.aws_ecr_lifecycle_policy.r")
        for region in ("eu-west-1", "us-east-1")
    ]


def test_a_resource_that_is_in_the_state_twice_is_taken_over_once() -> None:
    """The second address is said, so that Terraform lets go of it, too."""
    twice = [held("aws_iam_role"), replace(held("aws_iam_role"), address="aws_iam_role.again")]
    found = take_inventory(twice)
    assert [it.address for it in found.candidates] == ["aws_iam_role.this"]
    assert [(it.address, it.why) for it in found.staying] == [
        ("aws_iam_role.again", "it is the same resource as aws_iam_role.this")
    ]


def test_a_service_is_written_as_the_templates_write_it() -> None:
    """With the cluster by name, as `Ref` has it: by ARN, it would be another value of a property that is fixed."""
    assert recorded("aws_ecs_service") == {
        "ServiceName": "books-service",
        "Cluster": "books-cluster",
        "TaskDefinition": examples.DEFINITION,
        "LaunchType": "FARGATE",
        "PlatformVersion": "LATEST",
        "SchedulingStrategy": "REPLICA",
        "DesiredCount": 1,
        "DeploymentConfiguration": {
            "MaximumPercent": 200,
            "MinimumHealthyPercent": 100,
            "DeploymentCircuitBreaker": {"Enable": False, "Rollback": False},
            "Strategy": "ROLLING",
            "BakeTimeInMinutes": 0,
        },
        "DeploymentController": {"Type": "ECS"},
        "HealthCheckGracePeriodSeconds": 300,
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "AssignPublicIp": "ENABLED",
                "SecurityGroups": ["sg-0123456789abcdef0"],
                "Subnets": ["subnet-0123456789abcdef0"],
            }
        },
        "LoadBalancers": [{"ContainerName": "books-web", "ContainerPort": 8501, "TargetGroupArn": examples.GROUP}],
    }


def test_older_spellings_of_a_service_are_understood() -> None:
    """A cluster by name or not at all, a strategy beside the launch type that it replaces, a role of its own."""
    strategy = [{"capacity_provider": "FARGATE_SPOT", "base": 0, "weight": "1"}]
    found = recorded("aws_ecs_service", cluster="books-cluster", capacity_provider_strategy=strategy)
    assert found["Cluster"] == "books-cluster"
    assert found["CapacityProviderStrategy"] == [{"CapacityProvider": "FARGATE_SPOT", "Base": 0, "Weight": 1}]
    assert "LaunchType" not in found
    assert recorded("aws_ecs_service", cluster=None)["Cluster"] == "default"
    assert "Role" not in recorded("aws_ecs_service", iam_role="aws-service-role")
    assert recorded("aws_ecs_service", iam_role="books-role")["Role"] == "books-role"


def test_a_task_definition_has_no_value_of_its_environment() -> None:
    """Nor a label, nor an option of a log driver that is not known to be harmless: not even in memory."""
    resource = held("aws_ecs_task_definition")
    assert "SECRET" not in json.dumps(dict(resource.attributes))
    [container] = recorded("aws_ecs_task_definition")["ContainerDefinitions"]
    assert container == {
        "Name": "books-web",
        "Image": f"{examples.ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/books:latest",
        "Essential": True,
        "Cpu": 0,
        "Command": ["streamlit", "run", "app.py"],
        "PortMappings": [{"ContainerPort": 8501, "HostPort": 8501, "Protocol": "tcp"}],
        "Environment": [{"Name": "SHOP"}],
        "Secrets": [{"Name": "TOKEN", "ValueFrom": "arn:aws:ssm:eu-west-1:123456789012:parameter/books/token"}],
        "LogConfiguration": {
            "LogDriver": "awslogs",
            "Options": {
                "awslogs-group": "/ecs/books",
                "awslogs-region": "eu-west-1",
                "awslogs-stream-prefix": "ecs",
            },
        },
    }


def test_nothing_secret_is_held_of_any_type() -> None:
    """Client secrets of a sign-in, triggers, and what else has no use here."""
    for name in ATTRIBUTES:
        assert "SECRET" not in json.dumps(dict(held(name).attributes)), name


def test_a_load_balancer_has_its_attributes_as_a_list() -> None:
    """`internal` is the scheme; subnets and groups are sets, in the order of their ids."""
    assert recorded("aws_lb") == {
        "Name": "books-alb",
        "Type": "application",
        "Scheme": "internet-facing",
        "IpAddressType": "ipv4",
        "SecurityGroups": ["sg-0123456789abcdef0"],
        "Subnets": ["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"],
        "LoadBalancerAttributes": [
            {"Key": "access_logs.s3.enabled", "Value": "false"},
            {"Key": "deletion_protection.enabled", "Value": "false"},
            {"Key": "idle_timeout.timeout_seconds", "Value": "60"},
        ],
    }


def test_a_load_balancer_of_another_type_stays() -> None:
    """Ours is an application load balancer, which no network load balancer can become."""
    found = take_inventory([held("aws_lb", ATTRIBUTES["aws_lb"] | {"load_balancer_type": "network"})])
    assert [it.why for it in found.staying] == [
        "it is a network load balancer, and ours is an application load balancer"
    ]


def test_a_target_group_has_its_health_check_as_properties() -> None:
    """Numbers as numbers, and attributes as texts, whichever the state has."""
    found = recorded("aws_lb_target_group", deregistration_delay=300)
    assert found == recorded("aws_lb_target_group")
    assert found["Matcher"] == {"HttpCode": "200-399"}
    assert (found["HealthCheckIntervalSeconds"], found["HealthCheckPort"]) == (60, "traffic-port")
    assert found["TargetGroupAttributes"] == [
        {"Key": "deregistration_delay.timeout_seconds", "Value": "300"},
        {"Key": "stickiness.enabled", "Value": "false"},
        {"Key": "stickiness.lb_cookie.duration_seconds", "Value": "86400"},
        {"Key": "stickiness.type", "Value": "lb_cookie"},
    ]


def test_conditions_of_rules_are_understood_in_both_spellings() -> None:
    """Provider 2 had a field and its values."""
    new = [{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/books/*"]}}]
    assert recorded("aws_lb_listener_rule")["Conditions"] == new
    old = [{"field": "path-pattern", "values": ["/books/*"]}]
    assert recorded("aws_lb_listener_rule", condition=old)["Conditions"] == new


def test_entries_that_never_expire_have_no_retention() -> None:
    """Terraform writes 0 days for it, CloudFormation nothing."""
    assert recorded("aws_cloudwatch_log_group") == {"LogGroupName": "/ecs/books", "RetentionInDays": 14}
    assert recorded("aws_cloudwatch_log_group", retention_in_days=0) == {"LogGroupName": "/ecs/books"}


def test_a_scaling_policy_names_its_target_as_a_reference_does() -> None:
    """A policy in our templates has the target's id, which is fixed, and not its three parts."""
    found = recorded("aws_appautoscaling_policy")
    assert found["ScalingTargetId"] == "service/books-cluster/books-service|ecs:service:DesiredCount|ecs"
    assert found["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 70


def test_a_schedule_is_a_part_of_its_target() -> None:
    """Capacities are texts in newer states."""
    [found] = take_inventory(
        [held("aws_appautoscaling_scheduled_action"), held("aws_appautoscaling_target")]
    ).candidates
    assert found.recorded["ScheduledActions"] == [
        {
            "ScheduledActionName": "night",
            "Schedule": "cron(0 20 * * ? *)",
            "Timezone": "UTC",
            "ScalableTargetAction": {"MinCapacity": 0, "MaxCapacity": 1},
        }
    ]


def test_what_cannot_be_found_says_so() -> None:
    """An attribute by which a resource is identified may be missing; no other may stop anything."""
    found = take_inventory([held("aws_lb", {"name": "books-alb"}), held("aws_iam_role", {"name": "books-exec"})])
    assert [it.why for it in found.staying] == ["the state has no arn, by which it could be found"]
    assert [dict(it.recorded) for it in found.candidates] == [{"RoleName": "books-exec"}]


@pytest.mark.parametrize(
    ("terraform_type", "provider", "why"),
    [
        ("aws_subnet", "hashicorp/aws", "network.public_subnet_ids"),
        ("aws_default_vpc", "hashicorp/aws", "AWS makes it"),
        ("aws_lambda_function", "hashicorp/aws", "our templates have nothing like aws_lambda_function"),
        ("random_id", "registry.terraform.io/hashicorp/random", "provider random"),
        ("aws_ecs_service", "registry.terraform.io/acme/fork", "provider fork"),
    ],
)
def test_each_type_that_stays_has_its_reason(terraform_type: str, provider: str, why: str) -> None:
    """In plain words, with the setting that names it where there is one."""
    assert why in why_it_stays(terraform_type, provider)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_attribute_of_any_provider_version_raises(data: st.DataObject) -> None:
    """Whatever is recorded under a known name: another type, nothing, or something nested."""
    name = data.draw(st.sampled_from(sorted(ATTRIBUTES)))
    known = sorted(TYPES[name].allowed.reducers)
    changed = data.draw(st.dictionaries(st.sampled_from(known), VALUES, max_size=4))
    found = take_inventory([held(name, ATTRIBUTES[name] | changed), held("aws_iam_role"), held("aws_ecr_repository")])
    json.dumps([dict(it.recorded) for it in found.candidates])
    assert len(found.candidates) + len(found.staying) >= 2


def test_reasons_are_short_sentences_without_an_end() -> None:
    """A table shows them."""
    for name, it in TYPES.items():
        assert not isinstance(it, Stays) or (len(it.why) < 140 and not it.why.endswith(".")), name
