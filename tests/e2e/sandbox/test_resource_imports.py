"""Imports: what runs becomes a stack's without being touched, by AWS's rules, and can be let go again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox.extension.schemas.provider_schemas import schema_of
from tests.support.accounts import REGION
from tests.support.clouds import changes, template, until
from tests.support.direct_calls import Made, make_service

if TYPE_CHECKING:
    from tests.support.clouds import Cloud

NOT_DESCRIBED = {
    "AWS::ECS::Service": {"Role"},
    "AWS::ElasticLoadBalancingV2::LoadBalancer": {"SubnetMappings"},
    "AWS::ElasticLoadBalancingV2::TargetGroup": {"Targets"},
}
"""What a read handler returns, and a template of a running service does not have."""


def logical(resource_type: str) -> str:
    """The logical id of a type's only resource."""
    return resource_type.rpartition("::")[2]


def keys(resource_type: str) -> list[str]:
    """The names of the properties that identify a resource of this type."""
    return [path.rpartition("/")[2] for path in (schema_of(REGION, resource_type) or {})["primaryIdentifier"]]


def entries(made: Made) -> list[dict[str, Any]]:
    """The resources to import."""
    return [
        {
            "ResourceType": kind,
            "LogicalResourceId": logical(kind),
            "ResourceIdentifier": dict(zip(keys(kind), identifier.split("|"), strict=True)),
        }
        for kind, identifier in made.identifiers.items()
    ]


def described(cloud: Cloud, made: Made) -> dict[str, Any]:
    """A template that describes what runs, as Cloud Control reads it."""
    control = cloud.account.client("cloudcontrol")
    resources: dict[str, Any] = {}
    for kind, identifier in made.identifiers.items():
        found = control.get_resource(TypeName=kind, Identifier=identifier)["ResourceDescription"]["Properties"]
        schema = schema_of(REGION, kind) or {}
        read_only = {path.removeprefix("/properties/") for path in schema["readOnlyProperties"]}
        dropped = read_only | NOT_DESCRIBED.get(kind, set())
        properties = {key: it for key, it in json.loads(found).items() if key not in dropped}
        resources[logical(kind)] = {"Type": kind, "DeletionPolicy": "Retain", "Properties": properties}
    if "ListenerRule" in resources:
        listener = made.identifiers["AWS::ElasticLoadBalancingV2::Listener"]
        resources["ListenerRule"]["Properties"]["ListenerArn"] = listener
    return template(resources)


def drift(cloud: Cloud, name: str) -> dict[str, list[str]]:
    """The drift of each drifted resource of a stack, as paths of properties."""
    detection = cloud.cf.detect_stack_drift(StackName=name)["StackDriftDetectionId"]
    until(
        lambda: (
            cloud.cf.describe_stack_drift_detection_status(StackDriftDetectionId=detection)["DetectionStatus"]
            == "DETECTION_COMPLETE"
        )
    )
    found = cloud.cf.describe_stack_resource_drifts(StackName=name)["StackResourceDrifts"]
    return {
        it["LogicalResourceId"]: [difference["PropertyPath"] for difference in it.get("PropertyDifferences", [])]
        for it in found
        if it["StackResourceDriftStatus"] != "IN_SYNC"
    }


@pytest.fixture
def made(cloud: Cloud) -> Made:
    """A service that CloudFormation does not know."""
    return make_service(cloud.account)


def test_a_running_service_is_imported_untouched_updated_in_place_and_let_go(cloud: Cloud, made: Made) -> None:
    """Nothing is called but reads; drift is nil; then only what the template changes is changed, under the same ids."""
    body, wanted = described(cloud, made), entries(made)
    body["Resources"]["Service"]["Properties"]["Cluster"] = {"Ref": "Cluster"}
    body["Resources"]["Listener"]["Properties"]["LoadBalancerArn"] = {"Fn::GetAtt": ["LoadBalancer", "LoadBalancerArn"]}
    tasks = cloud.account.client("ecs").list_tasks(cluster="team")["taskArns"]
    planned = cloud.plan_import("app", body, wanted)
    assert planned["Status"] == "CREATE_COMPLETE", planned["StatusReason"]
    assert {it["Action"] for it in changes(planned).values()} == {"Import"}
    assert changes(planned)["Service"]["PhysicalResourceId"] == wanted[-3]["ResourceIdentifier"]["ServiceArn"]
    before = len(cloud.account.calls())
    assert cloud.execute(planned) == "IMPORT_COMPLETE"
    operations = [call["operation"] for call in cloud.account.calls()[before:]]
    assert set(operations) <= {"ExecuteChangeSet", "DescribeStacks"}
    resources = cloud.cf.describe_stack_resources(StackName="app")["StackResources"]
    assert {it["ResourceStatus"] for it in resources} == {"UPDATE_COMPLETE"}
    assert ("LoadBalancer", "IMPORT_COMPLETE") in cloud.statuses("app")
    assert drift(cloud, "app") == {}
    body["Outputs"] = {"Arn": {"Value": {"Fn::GetAtt": ["LoadBalancer", "LoadBalancerArn"]}}}
    assert cloud.update("app", body) == "UPDATE_COMPLETE"
    assert cloud.outputs("app")["Arn"] == made.identifiers["AWS::ElasticLoadBalancingV2::LoadBalancer"]
    assert drift(cloud, "app") == {}
    ids = {it["LogicalResourceId"]: it["PhysicalResourceId"] for it in resources}
    body["Resources"]["LogGroup"]["Properties"]["RetentionInDays"] = 30
    body["Resources"]["TargetGroup"]["Properties"]["HealthCheckPath"] = "/health"
    before = len(cloud.account.calls())
    assert cloud.update("app", body) == "UPDATE_COMPLETE"
    handled = [it["operation"] for it in cloud.account.calls()[before:] if it["service"] == "cloudformation-handler"]
    assert sorted(handled) == ["update AWS::ElasticLoadBalancingV2::TargetGroup", "update AWS::Logs::LogGroup"]
    after = cloud.cf.describe_stack_resources(StackName="app")["StackResources"]
    assert {it["LogicalResourceId"]: it["PhysicalResourceId"] for it in after} == ids
    assert cloud.delete("app") == "DELETE_COMPLETE"
    assert cloud.account.client("ecs").list_tasks(cluster="team")["taskArns"] == tasks
    again = cloud.plan_import("app-2", {key: it for key, it in body.items() if key != "Outputs"}, wanted)
    assert cloud.execute(again) == "IMPORT_COMPLETE"


def make_network(cloud: Cloud) -> Made:
    """Make a network with a gateway, a NAT gateway, an endpoint and rules by direct calls."""
    ec2 = cloud.account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24", AvailabilityZone=f"{REGION}a")["Subnet"]["SubnetId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    associated = ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)["AssociationId"]
    address = ec2.allocate_address(Domain="vpc")
    nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address["AllocationId"])["NatGateway"]["NatGatewayId"]
    endpoint = ec2.create_vpc_endpoint(
        VpcId=vpc, ServiceName=f"com.amazonaws.{REGION}.s3", VpcEndpointType="Gateway", RouteTableIds=[table]
    )["VpcEndpoint"]["VpcEndpointId"]
    group = ec2.create_security_group(GroupName="app", Description="App", VpcId=vpc)["GroupId"]
    web = {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80}
    rule = ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{**web, "IpRanges": [{"CidrIp": "0.0.0.0/0", "Description": "Everybody"}]}]
    )["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    found = {
        "VPC": vpc,
        "Subnet": subnet,
        "InternetGateway": gateway,
        "VPCGatewayAttachment": f"IGW|{vpc}",
        "RouteTable": table,
        "Route": f"{table}|0.0.0.0/0",
        "SubnetRouteTableAssociation": associated,
        "EIP": f"{address['PublicIp']}|{address['AllocationId']}",
        "NatGateway": nat,
        "VPCEndpoint": endpoint,
        "SecurityGroup": group,
        "SecurityGroupIngress": rule,
    }
    return Made(
        identifiers={f"AWS::EC2::{kind}": identifier for kind, identifier in found.items()},
        subnets=[subnet],
        security_group=group,
    )


def test_a_network_is_imported_with_its_parts_and_stays_what_it_is(cloud: Cloud) -> None:
    """Identifiers of two parts and generated ones; what the template says of a group is what the group has."""
    made = make_network(cloud)
    body = described(cloud, made)
    for kind, excluded in (
        ("Subnet", "AvailabilityZoneId"),
        ("SecurityGroup", "SecurityGroupIngress"),
        ("VPCEndpoint", "SecurityGroupIds"),
        ("VPCEndpoint", "SubnetIds"),
    ):
        del body["Resources"][kind]["Properties"][excluded]
    assert body["Resources"]["SecurityGroupIngress"]["Properties"]["Description"] == "Everybody"
    planned = cloud.plan_import("net", body, entries(made))
    assert cloud.execute(planned) == "IMPORT_COMPLETE", planned["StatusReason"]
    assert drift(cloud, "net") == {}
    before = cloud.account.client("ec2").describe_route_tables()["RouteTables"]
    body["Outputs"] = {"Id": {"Value": {"Ref": "VPC"}}}
    assert cloud.update("net", body) == "UPDATE_COMPLETE"
    assert cloud.outputs("net")["Id"] == made.identifiers["AWS::EC2::VPC"]
    assert cloud.delete("net") == "DELETE_COMPLETE"
    assert cloud.account.client("ec2").describe_route_tables()["RouteTables"] == before


def test_an_import_compares_nothing_and_drift_says_what_differs(cloud: Cloud, made: Made) -> None:
    """Names may be left out; other values than the resource has stay recorded, and an update of them is none."""
    body, wanted = described(cloud, made), entries(made)
    body["Resources"]["LogGroup"]["Properties"] = {"RetentionInDays": 90}
    body["Resources"]["Role"]["Properties"]["ManagedPolicyArns"] = []
    attributes = body["Resources"]["LoadBalancer"]["Properties"]["LoadBalancerAttributes"]
    next(it for it in attributes if it["Key"] == "idle_timeout.timeout_seconds")["Value"] = "120"
    del body["Resources"]["LoadBalancer"]["Properties"]["Name"]
    assert cloud.execute(cloud.plan_import("app", body, wanted)) == "IMPORT_COMPLETE"
    found = drift(cloud, "app")
    assert set(found) == {"LogGroup", "Role", "LoadBalancer"}
    assert found["LogGroup"] == ["/RetentionInDays"]
    balancer = cloud.physical("app", "LoadBalancer")
    body["Resources"]["LoadBalancer"]["Properties"]["Tags"] = [{"Key": "Project", "Value": "team"}]
    assert cloud.update("app", body) == "UPDATE_COMPLETE"
    assert cloud.physical("app", "LoadBalancer") == balancer
    described_again = cloud.account.client("elbv2").describe_load_balancers()["LoadBalancers"]
    assert [it["LoadBalancerArn"] for it in described_again] == [balancer]
    (group,) = cloud.account.client("logs").describe_log_groups()["logGroups"]
    assert group["retentionInDays"] == 14


def test_a_summary_of_a_template_says_what_identifies_its_resources(cloud: Cloud) -> None:
    """Types that can be imported have their logical ids and keys; others are left out."""
    body = template(
        {
            "App": {"Type": "AWS::ECS::Service", "Properties": {}},
            "Worker": {"Type": "AWS::ECS::Service", "Properties": {}},
            "Policy": {"Type": "AWS::SNS::TopicPolicy", "Properties": {}},
        }
    )
    assert cloud.cf.get_template_summary(TemplateBody=json.dumps(body))["ResourceIdentifierSummaries"] == [
        {
            "ResourceType": "AWS::ECS::Service",
            "LogicalResourceIds": ["App", "Worker"],
            "ResourceIdentifiers": ["ServiceArn,Cluster"],
        }
    ]


def test_the_update_after_an_import_deletes_what_the_template_of_a_repository_leaves_out(cloud: Cloud) -> None:
    """Its policies; what the template has stays as it is."""
    ecr, kind = cloud.account.client("ecr"), "AWS::ECR::Repository"
    statement = {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    for name in ("kept", "lost"):
        ecr.create_repository(repositoryName=name)
        ecr.set_repository_policy(repositoryName=name, policyText=json.dumps(policy))
    more: dict[str, Any] = {"kept": {"RepositoryPolicyText": policy}, "lost": {}}
    body = template(
        {
            name.title(): {
                "Type": kind,
                "DeletionPolicy": "Retain",
                "Properties": {"RepositoryName": name, **properties},
            }
            for name, properties in more.items()
        }
    )
    wanted = [
        {"ResourceType": kind, "LogicalResourceId": name.title(), "ResourceIdentifier": {"RepositoryName": name}}
        for name in more
    ]
    planned = cloud.plan("app", body, "IMPORT", ResourcesToImport=wanted, IncludeNestedStacks=False)
    assert cloud.execute(planned) == "IMPORT_COMPLETE"
    assert json.loads(ecr.get_repository_policy(repositoryName="kept")["policyText"]) == policy
    with pytest.raises(ClientError, match="RepositoryPolicyNotFoundException"):
        ecr.get_repository_policy(repositoryName="lost")
