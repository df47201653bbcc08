"""Adoption templates describe what runs, in the words of the templates that follow."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from stacks.adopt.differences import resolve
from stacks.adopt.execution.templates import (
    PLACEHOLDER,
    AdoptionTemplates,
    adoption_marks,
    adoption_of,
    adoption_templates,
    with_outputs,
)
from stacks.adopt.survey import Adopted, Difference, Effect, Survey
from stacks.errors import UserError
from stacks.place import place
from stacks.terraform.state import State
from tests.support import world
from tests.support.templates import GIVEN_NETWORK

ARN = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012"
BALANCER, GROUP = f"{ARN}:loadbalancer/app/web/0123456789abcdef", f"{ARN}:targetgroup/web/0123456789abcdef"
LISTENER = f"{ARN}:listener/app/web/0123456789abcdef/0123456789abcdef"
REVISION = "arn:aws:ecs:ap-northeast-2:123456789012:task-definition/web:7"
SERVICE = "arn:aws:ecs:ap-northeast-2:123456789012:service/preto-2-prod/preto-2-prod"
STATE = State(program_version="1.11.4", serial=7, lineage="9d2b", md5="0" * 32, resources=())


def adopted(path: str, kind: str, identifier: dict[str, str], **live: Any) -> Adopted:
    """Return a resource that is taken over, with these live properties."""
    return Adopted(
        addresses=(f"aws_{path.lower().replace('/', '.')}",),
        path=path,
        type=kind,
        identifier=identifier,
        recorded=live,
        live=live,
    )


REPOSITORY = adopted(
    "Ecr/Repository",
    "AWS::ECR::Repository",
    {"RepositoryName": "preto-2-prod"},
    RepositoryName="preto-2-prod",
    ImageTagMutability="MUTABLE",
    EncryptionConfiguration={"EncryptionType": "AES256"},
)
NETWORK = (
    adopted(
        "Network/LoadBalancer",
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        {"LoadBalancerArn": BALANCER},
        Name="preto-2-prod-9c8c64",
        Type="application",
        SecurityGroups=["sg-0123456789abcdef0"],
        LoadBalancerAttributes=[
            {"Key": "idle_timeout.timeout_seconds", "Value": "60"},
            {"Key": "waf.fail_open.enabled", "Value": "false"},
        ],
    ),
    adopted(
        "Network/TargetGroup",
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        {"TargetGroupArn": GROUP},
        Name="preto-2-prod-8501-9c8c64",
        ProtocolVersion="HTTP1",
    ),
    adopted(
        "Network/Listener",
        "AWS::ElasticLoadBalancingV2::Listener",
        {"ListenerArn": LISTENER},
        LoadBalancerArn=BALANCER,
        Port=80,
        Protocol="HTTP",
        DefaultActions=[{"Type": "forward", "TargetGroupArn": GROUP, "Order": 1}],
    ),
)
ECS = adopted(
    "Ecs/Service",
    "AWS::ECS::Service",
    {"ServiceArn": SERVICE, "Cluster": "preto-2-prod"},
    ServiceName="preto-2-prod",
    Cluster="preto-2-prod",
    DesiredCount=3,
    TaskDefinition="arn:aws:ecs:ap-northeast-2:123456789012:task-definition/web:5",
    LoadBalancers=[{"ContainerName": "web", "ContainerPort": 8501, "TargetGroupArn": GROUP}],
    Tags=[{"Key": "ManagedBy", "Value": "Terraform"}],
)


def difference(path: str, name: str, effect: Effect = Effect.IN_PLACE) -> Difference:
    """Return a difference in a property."""
    return Difference(path=path, property=name, effect=effect)


def survey(*items: Adopted, differences: tuple[Difference, ...] = ()) -> Survey:
    """Return a survey of these resources."""
    return Survey(state=STATE, adopted=items, staying=(), made=(), differences=differences)


def written(found: Survey, running: str = REVISION, **changed: Any) -> AdoptionTemplates:
    """Return the adoption templates of a survey; `changed` are settings."""
    settings = world.settings(**{"image_tag": "v1", "network": GIVEN_NETWORK} | changed)
    rendered = world.rendered(settings)
    marks = adoption_marks(rendered.stack_name, "9d2b")
    resolved = resolve(rendered, found.adopted, place("ap-northeast-2", "123456789012"))
    return adoption_templates(rendered, found, rendered.parameters, marks=marks, running=running, resolved=resolved)


def child(templates: AdoptionTemplates, name: str, *, updated: bool = False) -> dict[str, Any]:
    """Return a template of a child."""
    it = next(it for it in templates.children if it.logical_id == name)
    document: dict[str, Any] = json.loads(it.updated if updated else it.imported)
    return document


def properties(templates: AdoptionTemplates, path: str) -> dict[str, Any]:
    """Return the properties with which a resource is imported."""
    name, _, logical_id = path.partition("/")
    found: dict[str, Any] = child(templates, name)["Resources"][logical_id]["Properties"]
    return found


def test_what_differs_has_its_live_value_and_all_else_the_words_of_our_template() -> None:
    """So the first deployment changes what the survey says, and nothing for the sake of a spelling."""
    found = written(
        survey(
            REPOSITORY,
            *NETWORK,
            differences=(
                difference("Ecr/Repository", "ImageTagMutability"),
                difference("Network/LoadBalancer", "LoadBalancerAttributes[idle_timeout.timeout_seconds]"),
                difference("Network/LoadBalancer", "Name", Effect.DEFAULT),
            ),
        )
    )
    repository = properties(found, "Ecr/Repository")
    assert repository["ImageTagMutability"] == "MUTABLE"
    assert repository["ImageScanningConfiguration"] == {"ScanOnPush": True}
    balancer = properties(found, "Network/LoadBalancer")
    assert balancer["LoadBalancerAttributes"] == [{"Key": "idle_timeout.timeout_seconds", "Value": "60"}]
    assert balancer["Scheme"] == "internet-facing"
    assert "ProtocolVersion" not in properties(found, "Network/TargetGroup"), "removing a default would replace it"


def test_a_repository_names_the_policy_that_the_update_after_an_import_would_delete() -> None:
    """Also where the survey has no difference of it."""
    policy = {"Version": "2012-10-17", "Statement": []}
    found = written(survey(replace(REPOSITORY, live={**REPOSITORY.known, "RepositoryPolicyText": policy})))
    for is_updated in (False, True):
        described = child(found, "Ecr", updated=is_updated)["Resources"]["Repository"]["Properties"]
        assert described["RepositoryPolicyText"] == policy


def test_references_stay_among_what_is_imported_and_are_literals_beyond() -> None:
    """A literal in place of a reference would be another property in the eyes of the first change set."""
    found = written(survey(*NETWORK))
    listener = properties(found, "Network/Listener")
    assert listener["LoadBalancerArn"] == {"Ref": "LoadBalancer"}
    assert listener["DefaultActions"] == [{"TargetGroupArn": {"Ref": "TargetGroup"}, "Type": "forward"}]
    assert properties(found, "Network/LoadBalancer")["SecurityGroups"] == ["sg-0123456789abcdef0"]
    assert properties(found, "Network/TargetGroup")["VpcId"] == GIVEN_NETWORK["vpc_id"]


def test_what_refers_to_another_stack_is_our_value_as_a_literal() -> None:
    """The live value can have another order, or a default that ours leaves out: both would look like changes."""
    subnets = [*reversed(GIVEN_NETWORK["private_subnet_ids"])]
    live = {"AwsvpcConfiguration": {"AssignPublicIp": "DISABLED", "Subnets": subnets, "SecurityGroups": ["sg-1"]}}
    group = {"security_group_ids": ["sg-0123456789abcdef0"]}
    given = {f"{of}_{name}": ids for of in ("load_balancer", "task") for name, ids in group.items()}
    ecs = replace(ECS, live=dict(ECS.known) | {"NetworkConfiguration": live})
    found = properties(written(survey(*NETWORK, ecs), network={**GIVEN_NETWORK, **given}), "Ecs/Service")
    assert found["NetworkConfiguration"]["AwsvpcConfiguration"]["Subnets"] == [*GIVEN_NETWORK["private_subnet_ids"]]
    assert found["LoadBalancers"] == [{"ContainerName": "web", "ContainerPort": "8501", "TargetGroupArn": GROUP}]


def test_the_service_names_the_revision_that_runs_and_has_a_count_only_where_ours_has_one() -> None:
    """The state's revision may be old; and a count that autoscaling decides on must never be sent."""
    found = properties(written(survey(ECS)), "Ecs/Service")
    assert found["TaskDefinition"] == REVISION
    assert "DesiredCount" not in found
    assert "ForceNewDeployment" not in found
    assert found["LoadBalancers"] == ECS.known["LoadBalancers"]
    assert found["Cluster"] == "preto-2-prod"
    fixed: dict[str, Any] = {"autoscaling": {"enabled": False}, "ecs": {"cpu": 256, "memory": 512, "desired_count": 2}}
    same = properties(written(survey(ECS), **fixed), "Ecs/Service")
    assert same["DesiredCount"] == "2"
    other = survey(ECS, differences=(difference("Ecs/Service", "DesiredCount"),))
    assert properties(written(other, **fixed), "Ecs/Service")["DesiredCount"] == 3


def policies(resource: dict[str, Any]) -> tuple[Any, Any]:
    """Return what happens to a resource that is deleted, and to one that is replaced."""
    return resource["DeletionPolicy"], resource.get("UpdateReplacePolicy")


def test_a_child_is_imported_without_outputs_and_then_gets_those_that_it_can_give() -> None:
    """An import may not add outputs; the update that does changes a policy of each resource as well."""
    found = written(survey(REPOSITORY, *NETWORK, ECS))
    for it in found.children:
        document = json.loads(it.imported)
        assert document.keys() == {"AWSTemplateFormatVersion", "Description", "Metadata", "Resources"}
        assert {policies(one) for one in document["Resources"].values()} == {("Retain", None)}
        updated = with_outputs(document, it)
        assert updated == json.loads(it.updated)
        assert {policies(one) for one in updated["Resources"].values()} == {("Retain", "Retain")}
    outputs = child(found, "Network", updated=True)["Outputs"]
    assert outputs["AlbDnsName"] == {"Value": {"Fn::GetAtt": ["LoadBalancer", "DNSName"]}}
    assert outputs["SubnetIds"] == {"Value": ",".join(GIVEN_NETWORK["private_subnet_ids"])}
    assert "SecurityGroupId" not in outputs, "the group of our template is not there yet"
    assert child(found, "Ecs", updated=True)["Outputs"] == {
        "ServiceName": {"Value": {"Fn::GetAtt": ["Service", "Name"]}}
    }


def test_what_identifies_a_resource_is_a_literal_in_its_import_and_then_our_reference() -> None:
    """An import compares it with the identifier; the first deployment must not see another one."""
    cluster = adopted("Ecs/Cluster", "AWS::ECS::Cluster", {"ClusterName": "preto-2-prod"}, ClusterName="preto-2-prod")
    found = written(survey(cluster, ECS))
    assert properties(found, "Ecs/Service")["Cluster"] == "preto-2-prod"
    updated = child(found, "Ecs", updated=True)["Resources"]["Service"]["Properties"]
    assert updated == properties(found, "Ecs/Service") | {"Cluster": {"Ref": "Cluster"}}


def test_a_child_without_outputs_gets_one_since_an_update_has_to_change_something() -> None:
    """CloudFormation refuses an update without one: "No updates are to be performed"."""
    target = adopted(
        "Autoscaling/ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalableTarget",
        {"ResourceId": "service/a/b", "ScalableDimension": "ecs:service:DesiredCount", "ServiceNamespace": "ecs"},
        ResourceId="service/a/b",
        MinCapacity=1,
        MaxCapacity=4,
    )
    found = written(survey(target))
    assert child(found, "Autoscaling", updated=True)["Outputs"] == {"Lineage": {"Value": "9d2b"}}
    assert properties(found, "Autoscaling/ScalableTarget")["ResourceId"] == "service/a/b"


def test_the_root_is_at_first_a_placeholder_with_all_parameters_and_then_has_the_children() -> None:
    """So that nothing but the children is added by the import that nests them."""
    found = written(survey(REPOSITORY, ECS))
    before = json.loads(found.root_before())
    after = json.loads(found.root_with({"Ecr": "https://ecr", "Ecs": "https://ecs"}))
    assert list(before["Resources"]) == [PLACEHOLDER]
    assert {"Outputs", "Tags"}.isdisjoint(before)
    assert "ImageTag" in before["Parameters"]
    assert adoption_of(before) == adoption_of(after) == {"Journal": "adoptions/preto-2-prod.json", "Lineage": "9d2b"}
    assert after | {"Resources": before["Resources"]} == before
    assert after["Resources"].keys() == {PLACEHOLDER, "Ecr", "Ecs"}
    assert after["Resources"]["Ecs"] == {
        "Type": "AWS::CloudFormation::Stack",
        "Condition": "HasImage",
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": {"TemplateURL": "https://ecs"},
    }


def test_children_come_after_those_whose_outputs_they_use() -> None:
    """Their order is that of the templates, whatever the state's."""
    found = written(survey(ECS, *NETWORK, REPOSITORY))
    names = [it.logical_id for it in found.children]
    assert names.index("Network") < names.index("Ecs")
    assert names.index("Ecr") < names.index("Ecs")


@pytest.mark.parametrize(
    ("item", "changed"),
    [
        pytest.param(ECS, {"image_tag": ""}, id="the settings have no service"),
        pytest.param(adopted("Network/Gone", "AWS::EC2::VPC", {"VpcId": "vpc-1"}), {}, id="no such resource"),
        pytest.param(adopted("Ecr/Repository", "AWS::IAM::Role", {"RoleName": "a"}), {}, id="another type"),
    ],
)
def test_what_the_settings_leave_out_is_refused_by_name(item: Adopted, changed: dict[str, Any]) -> None:
    """A condition that does not hold would have CloudFormation refuse the nesting, at the very end."""
    with pytest.raises(UserError, match="the settings leave it out") as refused:
        written(survey(item), **changed)
    assert refused.value.what == item.path
