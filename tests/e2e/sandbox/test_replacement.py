"""What replaces a resource, and why a replacement cannot be made: as the schemas and the services say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.support.clouds import changes, template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.support.clouds import Cloud

CUSTOM_NAMED = "CloudFormation cannot update a stack when a custom-named resource requires replacing. Rename {} and "
VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}


def one(kind: str, **properties: Any) -> dict[str, Any]:
    """A resource of this type, called `It` in a template."""
    return {"It": {"Type": kind, "Properties": properties}}


def cache(upstream: str, url: str) -> dict[str, Any]:
    """A pull-through cache rule with the prefix `cache`."""
    kind = "AWS::ECR::PullThroughCacheRule"
    return one(kind, EcrRepositoryPrefix="cache", UpstreamRegistry=upstream, UpstreamRegistryUrl=url)


def group(**properties: Any) -> dict[str, Any]:
    """A target group with the name `group`."""
    return one("AWS::ElasticLoadBalancingV2::TargetGroup", Name="group", TargetType="ip", **properties)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (
            one("AWS::ECR::Repository", RepositoryName="images"),
            one("AWS::ECR::Repository", RepositoryName="images", EncryptionConfiguration={"EncryptionType": "KMS"}),
            CUSTOM_NAMED.format("images"),
        ),
        (cache("quay", "quay.io"), cache("k8s", "registry.k8s.io"), CUSTOM_NAMED.format("cache")),
        (
            one("AWS::IAM::Role", RoleName="role", AssumeRolePolicyDocument={"Statement": []}),
            one("AWS::IAM::Role", RoleName="role", AssumeRolePolicyDocument={"Statement": []}, Path="/team/"),
            CUSTOM_NAMED.format("role"),
        ),
        (
            {"Vpc": VPC} | group(Port=80, Protocol="HTTP", VpcId={"Ref": "Vpc"}),
            {"Vpc": VPC} | group(Port=80, Protocol="HTTPS", VpcId={"Ref": "Vpc"}),
            CUSTOM_NAMED.format("arn:aws:elasticloadbalancing:")[:-5],
        ),
    ],
    ids=["repository", "pull-through cache rule", "role", "target group"],
)
def test_a_replacement_under_a_name_that_stays_fails(
    cloud: Cloud, before: Mapping[str, Any], after: Mapping[str, Any], reason: str
) -> None:
    """CloudFormation refuses it, and all is as it was."""
    assert cloud.create("root", template(dict(before))) == "CREATE_COMPLETE"
    made = cloud.physical("root", "It")
    assert cloud.update("root", template(dict(after))) == "UPDATE_ROLLBACK_COMPLETE"
    assert reason in cloud.reason("root", "UPDATE_FAILED", "It")
    assert cloud.physical("root", "It") == made


def test_a_parameters_text_is_the_number_that_it_is(cloud: Cloud) -> None:
    """A port that comes from a parameter is a text, and replaces nothing by that."""
    vpc = {"Vpc": VPC}
    body = template(vpc | group(Port=80, Protocol="HTTP", VpcId={"Ref": "Vpc"}))
    assert cloud.create("root", body) == "CREATE_COMPLETE"
    made = cloud.physical("root", "It")
    body["Parameters"] = {"Port": {"Type": "String", "Default": "80"}}
    body["Resources"]["It"]["Properties"] |= {"Port": {"Ref": "Port"}, "HealthCheckPath": "/health"}
    assert cloud.update("root", body) == "UPDATE_COMPLETE"
    assert cloud.physical("root", "It") == made


def test_a_change_set_says_by_the_schema_what_is_replaced(cloud: Cloud) -> None:
    """Also of a type of which nobody has written down which properties do."""
    kind = "AWS::SSM::Parameter"
    assert cloud.create("root", template(one(kind, Name="/one", Type="String", Value="a"))) == "CREATE_COMPLETE"
    renamed = cloud.plan("root", template(one(kind, Name="/two", Type="String", Value="a")), "UPDATE")
    changed = cloud.plan("root", template(one(kind, Name="/one", Type="String", Value="b")), "UPDATE")
    assert [changes(it)["It"]["Replacement"] for it in (renamed, changed)] == ["True", "False"]


def network() -> dict[str, Any]:
    """A VPC with two subnets, and a target group in it."""
    subnets = {
        f"Subnet{letter}": {
            "Type": "AWS::EC2::Subnet",
            "Properties": {
                "VpcId": {"Ref": "Vpc"},
                "CidrBlock": f"10.0.{number}.0/24",
                "AvailabilityZone": f"ap-northeast-2{letter.lower()}",
            },
        }
        for number, letter in enumerate("AB")
    }
    return {"Vpc": VPC} | subnets | group(Port=80, Protocol="HTTP", VpcId={"Ref": "Vpc"})


def balancer(name: str) -> dict[str, Any]:
    """A load balancer in the network's subnets."""
    subnets = [{"Ref": "SubnetA"}, {"Ref": "SubnetB"}]
    return {"Type": "AWS::ElasticLoadBalancingV2::LoadBalancer", "Properties": {"Name": name, "Subnets": subnets}}


def listener(of: str, port: int = 80) -> dict[str, Any]:
    """A listener that leads to the target group."""
    actions = [{"Type": "forward", "TargetGroupArn": {"Ref": "It"}}]
    given = {"LoadBalancerArn": {"Ref": of}, "Port": port, "Protocol": "HTTP", "DefaultActions": actions}
    return {"Type": "AWS::ElasticLoadBalancingV2::Listener", "Properties": given}


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        (
            {"Other": balancer("two"), "Second": listener("Other")},
            "cannot be associated with more than one load balancer",
        ),
        ({"Second": listener("First")}, "A listener already exists on this port"),
        ({"Subnet": network()["SubnetA"]}, "The CIDR '10.0.0.0/24' conflicts with another subnet"),
    ],
    ids=["second load balancer", "second listener on a port", "overlapping subnet"],
)
def test_what_only_one_can_have_is_refused(cloud: Cloud, more: dict[str, Any], reason: str) -> None:
    """A target group's load balancer, a port's listener, a range of addresses."""
    resources = network() | {"First": balancer("one"), "Listener": listener("First")}
    assert cloud.create("root", template(resources)) == "CREATE_COMPLETE"
    (told,) = cloud.account.client("elbv2").describe_target_groups()["TargetGroups"]
    assert told["LoadBalancerArns"] == [cloud.physical("root", "First")]
    assert cloud.update("root", template(resources | more)) == "UPDATE_ROLLBACK_COMPLETE"
    assert reason in cloud.reason("root", "CREATE_FAILED")


def test_a_load_balancer_stays_in_its_vpc(cloud: Cloud) -> None:
    """Its subnets can be others, but of the same VPC."""
    resources = network() | {"First": balancer("one")}
    assert cloud.create("root", template(resources)) == "CREATE_COMPLETE"
    moved = {
        name: {**it, "Properties": {**it["Properties"], "VpcId": {"Ref": "Other"}}} if "Subnet" in name else it
        for name, it in resources.items()
    }
    assert cloud.update("root", template(moved | {"Other": VPC})) == "UPDATE_ROLLBACK_COMPLETE"
    assert "same VPC" in cloud.reason("root", "UPDATE_FAILED", "First")


def test_a_gateway_and_an_address_that_are_used_do_not_move(cloud: Cloud) -> None:
    """A new VPC needs its own: while the old one's NAT gateway has the address, neither can go."""
    resources = network() | {
        "Gateway": {"Type": "AWS::EC2::InternetGateway", "Properties": {}},
        "Attachment": {
            "Type": "AWS::EC2::VPCGatewayAttachment",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "InternetGatewayId": {"Ref": "Gateway"}},
        },
        "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Domain": "vpc"}},
        "Nat": {
            "Type": "AWS::EC2::NatGateway",
            "Properties": {"SubnetId": {"Ref": "SubnetA"}, "AllocationId": {"Fn::GetAtt": "Address.AllocationId"}},
        },
    }
    assert cloud.create("root", template(resources)) == "CREATE_COMPLETE"
    moved = template({**resources, "Attachment": {**resources["Attachment"], "Properties": {
        "VpcId": {"Ref": "Other"}, "InternetGatewayId": {"Ref": "Gateway"}}}, "Other": VPC})  # fmt: skip
    assert cloud.update("root", moved) == "UPDATE_ROLLBACK_COMPLETE"
    assert "mapped public address" in cloud.reason("root", "UPDATE_FAILED", "Attachment")
    again = {**resources["Nat"], "Properties": {**resources["Nat"]["Properties"], "SubnetId": {"Ref": "SubnetB"}}}
    assert cloud.update("root", template({**resources, "Nat": again})) == "UPDATE_ROLLBACK_COMPLETE"
    assert "is already associated" in cloud.reason("root", "UPDATE_FAILED", "Nat")
