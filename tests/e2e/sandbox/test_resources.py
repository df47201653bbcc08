"""Resource types that are added to ministack, names that are taken, and whose bucket it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.support.clouds import role, template

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

_NETWORK: dict[str, Any] = {
    "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
    "Subnet": {
        "Type": "AWS::EC2::Subnet",
        "Properties": {
            "VpcId": {"Ref": "Vpc"},
            "CidrBlock": "10.0.0.0/24",
            "AvailabilityZone": {"Fn::Select": [1, {"Fn::GetAZs": ""}]},
        },
    },
}


def test_a_nat_gateway_has_its_address(cloud: Cloud) -> None:
    """Ref of the address is its IP; the gateway is in the subnet's VPC; a delete leaves neither."""
    resources = {
        **_NETWORK,
        "Address": {"Type": "AWS::EC2::EIP", "Properties": {"Tags": [{"Key": "Name", "Value": "nat"}]}},
        "Nat": {
            "Type": "AWS::EC2::NatGateway",
            "Properties": {"SubnetId": {"Ref": "Subnet"}, "AllocationId": {"Fn::GetAtt": ["Address", "AllocationId"]}},
        },
    }
    assert cloud.create("root", template(resources)) == "CREATE_COMPLETE"
    ec2 = cloud.account.client("ec2")
    address = ec2.describe_addresses()["Addresses"][0]
    assert address["PublicIp"] == cloud.physical("root", "Address")
    assert {"Key": "Name", "Value": "nat"} in address["Tags"]
    assert "AssociationId" in address
    gateway = ec2.describe_nat_gateways(NatGatewayIds=[cloud.physical("root", "Nat")])["NatGateways"][0]
    assert gateway["VpcId"] == cloud.physical("root", "Vpc")
    assert cloud.delete("root") == "DELETE_COMPLETE"
    assert ec2.describe_addresses()["Addresses"] == []
    assert {found["State"] for found in ec2.describe_nat_gateways()["NatGateways"]} == {"deleted"}


def test_single_rules_are_added_to_a_group_and_taken_away(cloud: Cloud) -> None:
    """Two groups may name each other; an update of the description keeps the rule."""
    group = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "x", "VpcId": {"Ref": "Vpc"}}}

    def rule(description: str) -> dict[str, Any]:
        return {
            "Type": "AWS::EC2::SecurityGroupIngress",
            "Properties": {
                "GroupId": {"Fn::GetAtt": ["Tasks", "GroupId"]},
                "IpProtocol": "tcp",
                "FromPort": 8501,
                "ToPort": 8501,
                "SourceSecurityGroupId": {"Fn::GetAtt": ["Balancer", "GroupId"]},
                "Description": description,
            },
        }

    both = {**_NETWORK, "Tasks": group, "Balancer": group}
    assert cloud.create("root", template({**both, "Rule": rule("first")})) == "CREATE_COMPLETE"
    kept = cloud.physical("root", "Rule")
    assert cloud.update("root", template({**both, "Rule": rule("second")})) == "UPDATE_COMPLETE"
    ec2, group_id = cloud.account.client("ec2"), cloud.physical("root", "Tasks")
    rules = ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]["IpPermissions"]
    assert [pair["Description"] for found in rules for pair in found["UserIdGroupPairs"]] == ["second"]
    assert cloud.physical("root", "Rule") == kept
    assert cloud.update("root", template(both)) == "UPDATE_COMPLETE"
    assert ec2.describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]["IpPermissions"] == []


def test_a_policy_is_put_on_a_role_that_exists(cloud: Cloud) -> None:
    """And taken off again; a role that does not exist fails the stack with IAM's words."""
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}

    def policy(role_name: str) -> dict[str, Any]:
        properties = {"RoleName": role_name, "PolicyName": "inline", "PolicyDocument": document}
        return template({"Policy": {"Type": "AWS::IAM::RolePolicy", "Properties": properties}})

    cloud.take_role_name("deployer")
    assert cloud.create("root", policy("deployer")) == "CREATE_COMPLETE"
    iam = cloud.account.client("iam")
    assert iam.get_role_policy(RoleName="deployer", PolicyName="inline")["PolicyDocument"] == document
    cloud.delete("root")
    assert iam.list_role_policies(RoleName="deployer")["PolicyNames"] == []
    assert cloud.create("other", policy("absent")) == "ROLLBACK_COMPLETE"
    assert "The role with name absent cannot be found." in cloud.reason("other", "CREATE_FAILED", "Policy")


@pytest.mark.parametrize(
    ("resource_type", "name_property"),
    [
        ("AWS::ECR::Repository", "RepositoryName"),
        ("AWS::Logs::LogGroup", "LogGroupName"),
        ("AWS::IAM::Role", "RoleName"),
    ],
)
def test_a_name_that_is_taken_fails_the_second_stack(cloud: Cloud, resource_type: str, name_property: str) -> None:
    """And leaves the first one's resource as it is."""
    properties = {name_property: "same"} | (role("same")["Properties"] if "IAM" in resource_type else {})
    body = template({"One": {"Type": resource_type, "Properties": properties}})
    assert cloud.create("first", body) == "CREATE_COMPLETE"
    assert cloud.create("second", body) == "ROLLBACK_COMPLETE"
    assert "already exists" in cloud.reason("second", "CREATE_FAILED", "One")
    assert cloud.delete("second") == "DELETE_COMPLETE"
    assert cloud.physical("first", "One") == "same"


def test_a_region_has_at_least_two_zones(cloud: Cloud) -> None:
    """Seoul, for subnets in two of them."""
    zones = cloud.account.client("ec2").describe_availability_zones()["AvailabilityZones"]
    assert [zone["ZoneName"] for zone in zones][:2] == ["ap-northeast-2a", "ap-northeast-2b"]


def test_a_bucket_of_another_account_than_expected_is_refused(cloud: Cloud) -> None:
    """Reading, writing and asking, each with ExpectedBucketOwner, end with 403."""
    s3 = cloud.account.client("s3")
    owner, other = cloud.account.account_id, "999999999999"
    s3.put_object(Bucket=cloud.bucket, Key="k", Body=b"v", ExpectedBucketOwner=owner)
    assert s3.head_object(Bucket=cloud.bucket, Key="k", ExpectedBucketOwner=owner)["ContentLength"] == 1
    calls: list[tuple[str, dict[str, Any]]] = [
        ("put_object", {"Key": "k", "Body": b"w"}),
        ("get_object", {"Key": "k"}),
        ("head_object", {"Key": "k"}),
        ("head_bucket", {}),
    ]
    for operation, arguments in calls:
        with pytest.raises(ClientError) as refused:
            getattr(s3, operation)(Bucket=cloud.bucket, ExpectedBucketOwner=other, **arguments)
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    assert s3.get_object(Bucket=cloud.bucket, Key="k")["Body"].read() == b"v"


def test_an_artifact_bucket_is_what_its_template_says(cloud: Cloud) -> None:
    """Versions, encryption, blocked public access, a lifecycle, a log of accesses and a policy."""
    blocked = dict.fromkeys(("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True)
    name = f"made-{cloud.account.account_id}"
    bucket = {
        "Type": "AWS::S3::Bucket",
        "Properties": {
            "BucketName": name,
            "VersioningConfiguration": {"Status": "Enabled"},
            "BucketEncryption": {
                "ServerSideEncryptionConfiguration": [{"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
            },
            "PublicAccessBlockConfiguration": blocked,
            "LifecycleConfiguration": {
                "Rules": [{"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 90}}]
            },
            "LoggingConfiguration": {"DestinationBucketName": cloud.bucket, "LogFilePrefix": "made/"},
        },
    }
    tls_only = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": {"Fn::GetAtt": ["Bucket", "Arn"]},
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    policy = {
        "Type": "AWS::S3::BucketPolicy",
        "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": {"Statement": [tls_only]}},
    }
    assert cloud.create("root", template({"Bucket": bucket, "Policy": policy})) == "CREATE_COMPLETE"
    s3 = cloud.account.client("s3")
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    assert s3.get_public_access_block(Bucket=name)["PublicAccessBlockConfiguration"] == blocked
    logged = s3.get_bucket_logging(Bucket=name)["LoggingEnabled"]
    assert (logged["TargetBucket"], logged["TargetPrefix"]) == (cloud.bucket, "made/")
    rules = s3.get_bucket_encryption(Bucket=name)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    lifecycle = s3.get_bucket_lifecycle_configuration(Bucket=name)["Rules"][0]
    assert lifecycle["NoncurrentVersionExpiration"]["NoncurrentDays"] == 90
    assert json.loads(s3.get_bucket_policy(Bucket=name)["Policy"])["Statement"][0]["Effect"] == "Deny"


def test_a_role_reaches_no_other_account(cloud: Cloud) -> None:
    """What one access key id's account has, another's has not."""
    cloud.create("root", template({"Role": role("mine")}))
    other = type(cloud.account)(address=cloud.account.address.as_account("888888888888"))
    assert other.client("iam").list_roles()["Roles"] == []
    assert other.client("sts").get_caller_identity()["Account"] == "888888888888"
    with pytest.raises(ClientError, match="does not exist"):
        other.client("cloudformation").describe_stacks(StackName="root")


def test_a_role_has_its_boundary_until_the_template_has_none(cloud: Cloud) -> None:
    """An update sets it, and takes it away."""

    def bounded(arn: str | None) -> dict[str, Any]:
        made = role("bounded")
        made["Properties"] |= {"PermissionsBoundary": arn} if arn else {}
        return template({"Role": made})

    iam, arn = cloud.account.client("iam"), "arn:aws:iam::123456789012:policy/boundary"
    assert cloud.create("root", bounded(None)) == "CREATE_COMPLETE"
    assert "PermissionsBoundary" not in iam.get_role(RoleName="bounded")["Role"]
    assert cloud.update("root", bounded(arn)) == "UPDATE_COMPLETE"
    assert iam.get_role(RoleName="bounded")["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
    assert cloud.update("root", bounded(None)) == "UPDATE_COMPLETE"
    assert "PermissionsBoundary" not in iam.get_role(RoleName="bounded")["Role"]
