"""The root stack: parameters, wiring, conditions, outputs."""

from __future__ import annotations

import dataclasses
import importlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from templates import root
from templates.fargate import MEMORY_BY_CPU
from templates.model import logical_id
from templates.names import Names
from templates.profiles import Settings as App
from templates.root import parameters
from templates.root.tables import Tables
from templates.section import Section
from tests.support.templates import GIVEN_NETWORK, tree

CHILDREN = {"Security", "Ecr", "Iam", "Network", "Ecs", "Autoscaling"}
PARAMETERS = [
    "ImageTag",
    "EcsCpu",
    "EcsMemory",
    "EcsDesiredCount",
    "EcsForcedDeployment",
    "AutoscalingEnabled",
    "AutoscalingMinCapacity",
    "AutoscalingMaxCapacity",
    "AutoscalingCpuTarget",
    "AutoscalingMemoryTarget",
    "AutoscalingScaleOutCooldown",
    "AutoscalingScaleInCooldown",
    "AvailabilityZones",
]
OUTPUTS = [
    "EcrRepositoryUrl",
    "EcrRepositoryName",
    "EcsClusterName",
    "EcsServiceName",
    "EcsTaskDefinitionArn",
    "AlbDnsName",
    "AlbArn",
    "TargetGroupArn",
    "LogGroupName",
    "TaskExecutionRoleArn",
    "TaskRoleArn",
    "AutoscalingEnabled",
    "AutoscalingMinCapacity",
    "AutoscalingMaxCapacity",
    "AppUrl",
]


def sources(value: Any) -> set[str]:
    """The children whose outputs an expression uses."""
    if isinstance(value, dict):
        if "Fn::GetAtt" in value:
            return {value["Fn::GetAtt"][0]}
        return set().union(*map(sources, value.values()))
    return set().union(*map(sources, value)) if isinstance(value, list) else set()


def test_children_depend_on_each_other_as_the_terraform_modules_do() -> None:
    """ECR, IAM and Network go to ECS, ECS goes to Auto Scaling; only the secret that IAM allows to read is new."""
    resources = tree()["Root"]["Resources"]
    assert {name: sources(it["Properties"].get("Parameters", {})) for name, it in resources.items()} == {
        "Security": set(),
        "Ecr": set(),
        "Iam": {"Security"},
        "Network": set(),
        "Ecs": {"Security", "Ecr", "Iam", "Network"},
        "Autoscaling": {"Ecs"},
    }
    assert not any("DependsOn" in it for it in resources.values())


def test_a_child_gets_exactly_the_parameters_that_it_declares_from_outputs_that_exist() -> None:
    """No deployment fails on a parameter or an output that is not there."""
    templates = tree()
    for name, it in templates["Root"]["Resources"].items():
        passed = it["Properties"].get("Parameters", {})
        assert set(passed) == set(templates[name].get("Parameters", {}))
        text = json.dumps(passed)
        for child in CHILDREN:
            for used in set(text.split(f'["{child}", "Outputs.')[1:]):
                assert used.split('"')[0] in templates[child]["Outputs"]


def is_module(annotation: object) -> bool:
    """Whether a table of an environment file is that of a module; names and framework are of all modules."""
    return isinstance(annotation, type) and issubclass(annotation, Section) and annotation not in {Names, App}


def test_an_input_that_may_be_left_out_bears_the_name_of_a_value() -> None:
    """One that is misspelt would be absent for ever, and nobody would notice."""
    names = [name for name, it in Tables.model_fields.items() if is_module(it.annotation)]
    modules = [importlib.import_module(f"templates.{name}") for name in names]
    assert {name.lower() for name in CHILDREN} < {*names}
    values = {field.name for it in modules for field in dataclasses.fields(it.Outputs)}
    values |= {field.name for field in dataclasses.fields(parameters.Inputs)}
    optional = {
        field.name
        for it in modules
        for field in dataclasses.fields(it.Inputs)
        if field.default is not dataclasses.MISSING
    }
    assert optional
    assert optional <= values


def test_parameters_are_constrained_described_and_grouped_for_the_console() -> None:
    """An operator in the console sees names, groups and descriptions, and cannot type nonsense."""
    template = tree()["Root"]
    parameters = template["Parameters"]
    interface = template["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    assert grouped == PARAMETERS
    assert set(parameters) == set(PARAMETERS) == set(interface["ParameterLabels"])
    for parameter in parameters.values():
        assert parameter["Description"]
        assert "Default" in parameter
        assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter)


def test_parameters_default_to_the_settings() -> None:
    """What the environment file says is what a deployment without any parameter does."""
    parameters = tree(
        image_tag="v41",
        ecs={"cpu": 512, "memory": 2048, "desired_count": 3},
        autoscaling={"enabled": False, "min_capacity": 2, "max_capacity": 8, "cpu_target": 60, "memory_target": 80,
                     "scale_out_cooldown": 30, "scale_in_cooldown": 600},
    )["Root"]["Parameters"]  # fmt: skip
    assert [parameters[name]["Default"] for name in PARAMETERS if name != "AvailabilityZones"] == [
        "v41", "512", "2048", "3", "", "false", "2", "8", "60", "80", "30", "600",
    ]  # fmt: skip


def test_zones_that_nobody_has_chosen_are_those_that_cloudformation_lists() -> None:
    """Templates work as they stand with the AWS CLI alone; a plan always names the zones."""
    root = tree()["Root"]
    assert root["Parameters"]["AvailabilityZones"]["Default"] == ""
    assert root["Conditions"]["ZonesAreChosen"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "AvailabilityZones"}, ""]}]}
    listed = {"Fn::Join": [",", {"Fn::GetAZs": ""}]}
    passed = root["Resources"]["Network"]["Properties"]["Parameters"]
    assert passed["AvailabilityZones"] == {"Fn::If": ["ZonesAreChosen", {"Ref": "AvailabilityZones"}, listed]}


def test_outputs_are_the_fourteen_of_the_terraform_project_and_the_address_to_open() -> None:
    """Scripts that read `terraform output` find every name again."""
    outputs = tree()["Root"]["Outputs"]
    assert sorted(outputs) == sorted(OUTPUTS)
    assert len(OUTPUTS) == 14 + 1
    assert {logical_id(name) for name in root.NEW_OUTPUTS} == {"AppUrl"}
    assert all(output["Description"] for output in outputs.values())


def test_each_output_comes_from_the_stack_that_knows_it() -> None:
    """The revision and the log group from the service's, the roles from theirs, the addresses from the network's."""
    outputs = tree()["Root"]["Outputs"]
    assert {name: sources(it["Value"]) for name, it in outputs.items() if sources(it["Value"])} == {
        "EcrRepositoryUrl": {"Ecr"},
        "EcrRepositoryName": {"Ecr"},
        "EcsClusterName": {"Ecs"},
        "EcsServiceName": {"Ecs"},
        "EcsTaskDefinitionArn": {"Ecs"},
        "LogGroupName": {"Ecs"},
        "AlbDnsName": {"Network"},
        "AlbArn": {"Network"},
        "TargetGroupArn": {"Network"},
        "AppUrl": {"Network"},
        "TaskExecutionRoleArn": {"Iam"},
        "TaskRoleArn": {"Iam"},
    }


def test_an_image_of_another_registry_has_no_repository_name() -> None:
    """There is no repository whose name it would be; the address is the other registry's."""
    outputs = tree(ecs={"image": "ghcr.io/team/app"})["Root"]["Outputs"]
    assert "EcrRepositoryName" not in outputs
    assert outputs["EcrRepositoryUrl"]["Value"] == "ghcr.io/team/app"


def test_without_an_image_there_is_no_service_and_no_autoscaling() -> None:
    """A first deployment cannot hang on an image that nobody has pushed."""
    template = tree()["Root"]
    conditions = {name: it.get("Condition") for name, it in template["Resources"].items()}
    assert conditions == {
        "Security": None,
        "Ecr": None,
        "Iam": None,
        "Network": None,
        "Ecs": "HasImage",
        "Autoscaling": "HasAutoscaling",
    }
    assert template["Conditions"]["HasImage"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "ImageTag"}, ""]}]}
    conditional = {name for name, output in template["Outputs"].items() if output.get("Condition") == "HasImage"}
    assert conditional == {"EcsClusterName", "EcsServiceName", "EcsTaskDefinitionArn", "LogGroupName"}


def test_autoscaling_is_absent_when_it_is_switched_off() -> None:
    """One parameter takes the scalable target and its policies away; it needs a service as well."""
    conditions = tree()["Root"]["Conditions"]
    assert conditions["AutoscalingIsEnabled"] == {"Fn::Equals": [{"Ref": "AutoscalingEnabled"}, "true"]}
    assert conditions["HasAutoscaling"] == {
        "Fn::And": [{"Condition": "HasImage"}, {"Condition": "AutoscalingIsEnabled"}]
    }


@pytest.mark.parametrize("fact", ["AutoscalingMinCapacity", "AutoscalingMaxCapacity"])
def test_without_autoscaling_the_smallest_and_largest_number_of_tasks_is_the_desired_count(fact: str) -> None:
    """`autoscaling_min_capacity` and `_max_capacity` say how many tasks there can be, also when nothing scales."""
    value = tree()["Root"]["Outputs"][fact]["Value"]
    assert value == {"Fn::If": ["AutoscalingIsEnabled", {"Ref": fact}, {"Ref": "EcsDesiredCount"}]}


def test_without_autoscaling_the_desired_count_must_be_given() -> None:
    """CloudFormation itself refuses a service of which nobody says how many tasks it has."""
    rule = tree()["Root"]["Rules"]["DesiredCountWithoutAutoscaling"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "AutoscalingEnabled"}, "false"]}
    assert rule["Assertions"][0]["Assert"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "EcsDesiredCount"}, ""]}]}


@pytest.mark.parametrize("cpu", MEMORY_BY_CPU)
def test_cloudformation_refuses_a_size_that_fargate_does_not_have(cpu: int) -> None:
    """Changing one of the two size parameters in the console fails at once, not in the middle of a deployment."""
    rule = tree()["Root"]["Rules"][f"MemoryFor{cpu}CpuUnits"]
    assert rule["RuleCondition"] == {"Fn::Equals": [{"Ref": "EcsCpu"}, str(cpu)]}
    allowed, value = rule["Assertions"][0]["Assert"]["Fn::Contains"]
    assert (allowed, value) == ([str(size) for size in MEMORY_BY_CPU[cpu]], {"Ref": "EcsMemory"})


def test_the_container_image_is_the_tag_in_the_repository() -> None:
    """`EcrRepositoryUrl` and `ImageTag` together are what runs."""
    image = tree()["Root"]["Resources"]["Ecs"]["Properties"]["Parameters"]["ContainerImage"]
    assert image == {"Fn::Join": [":", [{"Fn::GetAtt": ["Ecr", "Outputs.RepositoryUrl"]}, {"Ref": "ImageTag"}]]}


@pytest.mark.parametrize(
    ("network", "address"),
    [({}, "DISABLED"), (GIVEN_NETWORK, "DISABLED"), (GIVEN_NETWORK | {"private_subnet_ids": ()}, "ENABLED")],
)
def test_tasks_have_public_addresses_only_where_they_need_them(network: dict[str, Any], address: str) -> None:
    """In a public subnet a task without an address of its own could not pull its image."""
    passed = tree(network=network)["Root"]["Resources"]["Ecs"]["Properties"]["Parameters"]
    assert passed["AssignPublicIp"] == address


def test_a_siblings_output_is_received_by_a_type_that_is_not_looked_up() -> None:
    """A nested change set can be made: outputs of siblings are placeholders then, and neither ids nor numbers."""
    templates = tree()
    for name, it in templates["Root"]["Resources"].items():
        for parameter, value in it["Properties"].get("Parameters", {}).items():
            if sources(value):
                declared = templates[name]["Parameters"][parameter]
                assert declared["Type"] in {"String", "CommaDelimitedList"}, parameter
                assert not {"AllowedValues", "AllowedPattern", "MinLength"} & set(declared), parameter


def test_templates_are_addressed_by_relative_paths() -> None:
    """`aws cloudformation package` and cfn-lint find the children beside the root."""
    urls = {name: it["Properties"]["TemplateURL"] for name, it in tree()["Root"]["Resources"].items()}
    assert urls == {name: f"{name.lower()}.template.json" for name in CHILDREN}


def test_the_same_settings_give_the_same_bytes_in_every_process() -> None:
    """Hash seeds, locales, time zones and working folders do not show in a template."""
    code = (
        "from templates import root\n"
        "s = root.build(root.Settings(project='preto-2', environment='prod'))\n"
        "print(s.body, *[c.body for c in s.children.values()])"
    )
    here = str(Path(__file__).parents[3])
    texts = {
        subprocess.run(
            [sys.executable, "-c", code],
            check=True,
            capture_output=True,
            env={"PYTHONPATH": here, "PYTHONHASHSEED": seed, "TZ": zone, "PATH": os.environ["PATH"]},
        ).stdout
        for seed, zone in (("0", "UTC"), ("1", "Asia/Seoul"), ("4711", "America/New_York"))
    }
    assert len(texts) == 1


def test_every_resource_that_takes_tags_has_ours() -> None:
    """Cost reports and clean-ups find everything by Project, Environment and ManagedBy."""
    ours = {"Project": "preto-2", "Environment": "prod", "ManagedBy": "CloudFormation"}
    untagged = {
        "AWS::ApplicationAutoScaling::ScalingPolicy", "AWS::EC2::Route", "AWS::EC2::SecurityGroupIngress",
        "AWS::EC2::SubnetRouteTableAssociation", "AWS::EC2::VPCGatewayAttachment",
    }  # fmt: skip
    for template in tree().values():
        for name, it in template["Resources"].items():
            tags = {tag["Key"]: tag["Value"] for tag in it["Properties"].get("Tags", [])}
            assert ours.items() <= tags.items() or it["Type"] in untagged, name


def test_no_template_holds_a_partition_a_region_or_an_account() -> None:
    """The same templates work in China, in GovCloud and in anybody's account."""
    text = json.dumps(tree())
    for literal in ("arn:aws:", "ap-northeast-2", "us-east-1", "amazonaws.com.cn", "123456789012"):
        assert literal not in text
