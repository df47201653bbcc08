"""A replacement that keeps its name cannot succeed: said before anything is uploaded, and with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from stacks.plan.current_tree import CurrentStack
from stacks.plan.name_conflicts import find_name_conflicts
from stacks.plan.replacements import StackPair
from stacks.rendered.tree import Module
from tests.support import plan_trees as trees
from tests.support.commands import project
from tests.support.proxy import between
from tests.support.world import PRETO

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account
    from tests.support.world import World

REGION = "ap-northeast-2"
NESTED = "AWS::CloudFormation::Stack"
VPC, GROUP = "AWS::EC2::VPC", "AWS::ElasticLoadBalancingV2::TargetGroup"
RULE, LISTENER = "AWS::ElasticLoadBalancingV2::ListenerRule", "AWS::ElasticLoadBalancingV2::Listener"


def template(resources: dict[str, tuple[str, Any]], **more: Any) -> dict[str, Any]:
    """A template of pairs of a type and properties; `more` are its parameters and outputs."""
    made: dict[str, Any] = trees.template(**more)
    made["Resources"] = {name: {"Type": kind, "Properties": given} for name, (kind, given) in resources.items()}
    return made


def found(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What is in its own way between two trees: templates, the children's under their logical ids."""

    def standing(tree: dict[str, Any]) -> CurrentStack:
        return CurrentStack(
            template=tree["root"], children={k: CurrentStack(template=v) for k, v in tree.items() if k != "root"}
        )

    coming = Module(template=new["root"], load=new.get)
    level = StackPair(REGION, (standing(old), {}), (coming, {}))
    return list(map(str, find_name_conflicts(REGION, list(level.pairs()))))


def across(cidr: str, name: str = "group") -> dict[str, Any]:
    """A VPC in one stack, a target group in another, which gets the VPC's id."""
    nested: dict[str, tuple[str, Any]] = {
        "Net": (NESTED, {"TemplateURL": "Net"}),
        "App": (NESTED, {"TemplateURL": "App", "Parameters": {"VpcId": {"Fn::GetAtt": ["Net", "Outputs.VpcId"]}}}),
    }
    given = {"Name": name, "Port": 80, "Protocol": "HTTP", "VpcId": {"Ref": "VpcId"}}
    return {
        "root": template(nested),
        "Net": template({"Vpc": (VPC, {"CidrBlock": cidr})}, outputs={"VpcId": {"Ref": "Vpc"}}),
        "App": template({"Group": (GROUP, given)}, parameters={"VpcId": {"Type": "String"}}),
    }


def test_a_value_is_followed_from_stack_to_stack() -> None:
    """A new VPC replaces the target group that is told its id by another stack: under its name that fails."""
    before = across("10.0.0.0/16")
    (said,) = found(before, across("10.1.0.0/16"))
    assert said == "target group group (App/Group) would be replaced, because of VpcId"
    assert found(before, across("10.1.0.0/16", name="other")) == []
    assert found(before, before) == []


def rules(**priorities: int) -> dict[str, Any]:
    """Rules of one listener with these priorities."""
    made = {name: (RULE, {"ListenerArn": "arn", "Priority": number}) for name, number in priorities.items()}
    return {"root": template(made)}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (rules(A=1, B=2), rules(A=2), ["rule with priority 2 (A) belongs to B until this deployment is complete"]),
        (
            rules(A=1, B=2),
            rules(A=2, B=1),
            [
                "rule with priority 2 (A) belongs to B until this deployment is complete",
                "rule with priority 1 (B) belongs to A until this deployment is complete",
            ],
        ),
        (rules(A=1, B=2), rules(A=3, B=2), []),
        (rules(A=1), rules(B=1), ["rule with priority 1 (B) belongs to A until this deployment is complete"]),
    ],
    ids=["of one that goes", "exchanged", "a free one", "under another logical id"],
)
def test_what_another_has_is_not_free_before_the_end(
    before: dict[str, Any], after: dict[str, Any], expected: list[str]
) -> None:
    """CloudFormation deletes what goes when all else is done; until then its name and its place are taken."""
    assert found(before, after) == expected


def test_a_name_that_cloudformation_makes_is_never_in_the_way() -> None:
    """Nor one that is known only later, nor a type of which two can have one name."""
    anonymous: dict[str, tuple[str, Any]] = {
        "Vpc": (VPC, {"CidrBlock": "10.0.0.0/16"}),
        "Group": (GROUP, {"Port": 80, "VpcId": {"Ref": "Vpc"}}),
    }
    family: dict[str, tuple[str, Any]] = {"Task": ("AWS::ECS::TaskDefinition", {"Family": "app", "Cpu": "256"})}
    changed = {**anonymous, "Vpc": (VPC, {"CidrBlock": "10.1.0.0/16"}), "Task": (family["Task"][0], {"Family": "app"})}
    assert found({"root": template(anonymous | family)}, {"root": template(changed)}) == []


def zoned(zone: Any) -> dict[str, Any]:
    """A subnet in a zone."""
    given = {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", "AvailabilityZone": zone}
    return {"root": template({"Subnet": ("AWS::EC2::Subnet", given)})}


@pytest.mark.parametrize(
    "unknown",
    [
        {"Fn::Select": [0, {"Fn::GetAZs": ""}]},
        {"Fn::Sub": "${AWS::Region}a"},
        {"Fn::ImportValue": "zone"},
        "{{resolve:ssm:/zone}}",
    ],
    ids=["function", "pseudo parameter", "import", "dynamic reference"],
)
def test_what_is_not_known_replaces_nothing(unknown: Any) -> None:
    """It may be the value that the other template says: CloudFormation knows. Two that are known tell."""
    assert found(zoned(unknown), zoned("ap-northeast-2a")) == []
    assert found(zoned("ap-northeast-2a"), zoned(unknown)) == []
    (said,) = found(zoned("ap-northeast-2a"), zoned("ap-northeast-2b"))
    assert said == "subnet 10.0.0.0/24 (Subnet) would be replaced, because of AvailabilityZone"


def test_a_service_keeps_its_launch_type(running: World) -> None:
    """CloudFormation has been seen to replace a service for it, which its name does not allow: what runs stays."""
    with pytest.raises(UserError, match=r"preto-2-prod .* would be replaced, because of LaunchType") as error:
        running.plan(image_tag="v1", ecs=PRETO["ecs"] | {"launch_type": "FARGATE"})
    assert error.value.then.splitlines()[1].startswith("Leave [ecs] launch_type as it is deployed.")


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ({}, {"ecr": {"encryption_type": "KMS"}}, "set another [ecr] repository_name"),
        ({}, {"security": {"kms_key": "own"}}, "set another [ecr] repository_name"),
        (
            {"ecr": {"pull_through_cache": {"prefix": "cache", "upstream": "quay"}}},
            {"ecr": {"pull_through_cache": {"prefix": "cache", "upstream": "k8s"}}},
            "set another [ecr.pull_through_cache] prefix",
        ),
    ],
    ids=["encryption", "key", "pull-through cache"],
)
def test_a_setting_that_cannot_be_changed_says_what_to_do(
    world: World, before: dict[str, Any], after: dict[str, Any], says: str
) -> None:
    """And nowhere that something has to be allowed: that would not help."""
    world.deploy(**before)
    with pytest.raises(UserError) as error:
        world.plan(**after)
    assert error.value.what == "name conflicts"
    assert says in error.value.then
    assert "--allow-replace" not in str(error.value)
    assert world.change_sets() == []


def test_plan_and_deploy_refuse_it_before_anything_is_done(tmp_path: Path, account: Account) -> None:
    """Nothing is uploaded, and no change set is made; `deploy --allow-replace` neither."""
    here = project(tmp_path, account.env)
    here.succeed("bootstrap", "prod", "--yes", "--quiet")
    here.succeed("deploy", "prod", "--yes", "--quiet")
    with between(account.address.endpoint_url, lambda _: None) as proxy:
        watched = project(tmp_path / "watched", account.env | {"AWS_ENDPOINT_URL": proxy.url})
        changed = ("prod", "--var", "ecr_encryption_type=KMS")
        said = watched.fail("plan", *changed)
        assert "repository preto-2-prod (Ecr/Repository) would be replaced, because of EncryptionConfiguration" in said
        assert watched.fail("deploy", *changed, "--yes", "--allow-replace", "Ecr/Repository").endswith(said[-60:])
        assert not proxy.calls.keys() & {"PutObject", "CreateChangeSet"}
