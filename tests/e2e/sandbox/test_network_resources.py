"""Networks: types that ministack lacks, and descriptions."""

from __future__ import annotations

import itertools
from ipaddress import IPv6Network
from typing import TYPE_CHECKING, Any

from tests.support.clouds import role, template
from tests.support.networks import Net

if TYPE_CHECKING:
    from tests.support.accounts import Account
    from tests.support.clouds import Cloud

_VPC = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}}
_SUBNET = {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Vpc"}, "CidrBlock": "10.0.0.0/28"}}
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


def _ipv6(number: int) -> dict[str, Any]:
    """A network with IPv6, whose subnet has the part of this number."""
    parts = {"Fn::Cidr": [{"Fn::Select": [0, {"Fn::GetAtt": ["Vpc", "Ipv6CidrBlocks"]}]}, 8, 64]}
    return template({
        "Vpc": _VPC,
        "Subnet": _SUBNET,
        "Range": {
            "Type": "AWS::EC2::VPCCidrBlock",
            "Properties": {"VpcId": {"Ref": "Vpc"}, "AmazonProvidedIpv6CidrBlock": True},
        },
        "Part": {
            "Type": "AWS::EC2::SubnetCidrBlock",
            "DependsOn": "Range",
            "Properties": {"SubnetId": {"Ref": "Subnet"}, "Ipv6CidrBlock": {"Fn::Select": [number, parts]}},
        },
    })  # fmt: skip


def test_ipv6_comes_and_goes_while_the_network_stays(cloud: Cloud) -> None:
    """The range is the VPC's, the subnet's part is in it, another part takes its place, and all can be removed."""
    assert cloud.create("root", template({"Vpc": _VPC, "Subnet": _SUBNET})) == "CREATE_COMPLETE"
    ec2, kept = cloud.account.client("ec2"), cloud.physical("root", "Subnet")

    def blocks() -> tuple[list[str], list[str]]:
        vpc = ec2.describe_vpcs(VpcIds=[cloud.physical("root", "Vpc")])["Vpcs"][0]
        subnet = ec2.describe_subnets(SubnetIds=[kept])["Subnets"][0]
        found = [it.get("Ipv6CidrBlockAssociationSet", []) for it in (vpc, subnet)]
        return tuple([it["Ipv6CidrBlock"] for it in one] for one in found)  # type: ignore[return-value]  # two

    assert blocks() == ([], [])
    assert cloud.update("root", _ipv6(0)) == "UPDATE_COMPLETE"
    (whole,), (part,) = blocks()
    assert IPv6Network(whole).prefixlen == 56
    assert part == whole.replace("/56", "/64")
    assert cloud.update("root", _ipv6(5)) == "UPDATE_COMPLETE"
    assert blocks() == ([whole], [str([*IPv6Network(whole).subnets(new_prefix=64)][5])])
    assert cloud.update("root", template({"Vpc": _VPC, "Subnet": _SUBNET})) == "UPDATE_COMPLETE"
    assert blocks() == ([], [])
    assert cloud.delete("root") == "DELETE_COMPLETE"


def test_no_vpc_has_a_reserved_range(cloud: Cloud) -> None:
    """Nor one that is wider than EC2 takes."""
    for number, text in enumerate(("127.0.0.0/16", "169.254.0.0/20", "10.0.0.0/8")):
        vpc = {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": text}}
        assert cloud.create(f"no-{number}", template({"Vpc": vpc})) == "ROLLBACK_COMPLETE"
        assert f"The CIDR '{text}' is invalid" in cloud.reason(f"no-{number}", "CREATE_FAILED", "Vpc")


def test_a_subnet_has_no_ipv6_before_its_vpc(cloud: Cloud) -> None:
    """As on AWS, where nothing says so but the order of the resources."""
    body = _ipv6(0)
    del body["Resources"]["Range"], body["Resources"]["Part"]["DependsOn"]
    assert cloud.create("root", body) == "ROLLBACK_COMPLETE"
    assert "Fn::Select cannot select nonexistent value at index 0" in cloud.reason("root", "CREATE_FAILED", "Part")


def test_a_flow_log_is_written_to_its_group(cloud: Cloud) -> None:
    """Other traffic makes another one in its place; a group that does not exist is refused."""

    def body(traffic: str, group: Any) -> dict[str, Any]:
        properties = {
            "ResourceType": "VPC",
            "ResourceId": {"Ref": "Vpc"},
            "TrafficType": traffic,
            "LogGroupName": group,
            "DeliverLogsPermissionArn": {"Fn::GetAtt": ["Role", "Arn"]},
            "Tags": [{"Key": "Name", "Value": "flows"}],
        }
        group_too = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "flows"}}
        log = {"Type": "AWS::EC2::FlowLog", "Properties": properties}
        return template({"Vpc": _VPC, "Role": role("flows"), "Group": group_too, "Log": log})

    assert cloud.create("root", body("ALL", {"Ref": "Group"})) == "CREATE_COMPLETE"
    ec2, first = cloud.account.client("ec2"), cloud.physical("root", "Log")
    (log,) = ec2.describe_flow_logs()["FlowLogs"]
    assert (log["ResourceId"], log["TrafficType"]) == (cloud.physical("root", "Vpc"), "ALL")
    assert "log-group:flows" in log["LogDestination"]
    assert {"Key": "Name", "Value": "flows"} in log["Tags"]
    assert cloud.update("root", body("REJECT", {"Ref": "Group"})) == "UPDATE_COMPLETE"
    (log,) = ec2.describe_flow_logs()["FlowLogs"]
    assert log["TrafficType"] == "REJECT"
    assert log["FlowLogId"] == cloud.physical("root", "Log") != first
    assert cloud.update("root", body("REJECT", "absent")) == "UPDATE_ROLLBACK_COMPLETE"
    assert cloud.delete("root") == "DELETE_COMPLETE"
    assert ec2.describe_flow_logs()["FlowLogs"] == []


def test_endpoints_follow_their_template(cloud: Cloud) -> None:
    """Subnets and route tables are changed in place, another service makes another endpoint, and all can go."""

    def body(service: str, subnets: list[str]) -> dict[str, Any]:
        table = {"Type": "AWS::EC2::RouteTable", "Properties": {"VpcId": {"Ref": "Vpc"}}}
        other = {**_SUBNET, "Properties": {**_SUBNET["Properties"], "CidrBlock": "10.0.1.0/28"}}  # type: ignore[dict-item]  # a mapping
        interface = {
            "VpcEndpointType": "Interface",
            "ServiceName": {"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{service}"},
            "VpcId": {"Ref": "Vpc"},
            "SubnetIds": [{"Ref": name} for name in subnets],
            "PrivateDnsEnabled": True,
        }
        gateway = {
            "VpcEndpointType": "Gateway",
            "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"},
            "VpcId": {"Ref": "Vpc"},
            "RouteTableIds": [{"Ref": "Table"}],
        }
        return template({
            "Vpc": _VPC, "Subnet": _SUBNET, "Other": other, "Table": table,
            "Interface": {"Type": "AWS::EC2::VPCEndpoint", "Properties": interface},
            "Gateway": {"Type": "AWS::EC2::VPCEndpoint", "Properties": gateway},
        })  # fmt: skip

    assert cloud.create("root", body("logs", ["Subnet"])) == "CREATE_COMPLETE"
    ec2, first = cloud.account.client("ec2"), cloud.physical("root", "Interface")

    def endpoint() -> dict[str, Any]:
        found: list[dict[str, Any]] = ec2.describe_vpc_endpoints()["VpcEndpoints"]
        return next(it for it in found if it["VpcEndpointType"] == "Interface")

    assert endpoint()["PrivateDnsEnabled"] is True
    assert endpoint()["SubnetIds"] == [cloud.physical("root", "Subnet")]
    assert cloud.update("root", body("logs", ["Subnet", "Other"])) == "UPDATE_COMPLETE"
    assert (endpoint()["VpcEndpointId"], len(endpoint()["SubnetIds"])) == (first, 2)
    assert cloud.update("root", body("ssm", ["Subnet", "Other"])) == "UPDATE_COMPLETE"
    assert endpoint()["ServiceName"] == "com.amazonaws.ap-northeast-2.ssm"
    assert endpoint()["VpcEndpointId"] != first
    assert cloud.delete("root") == "DELETE_COMPLETE"
    assert ec2.describe_vpc_endpoints()["VpcEndpoints"] == []


def test_a_subnet_has_the_number_of_its_free_addresses(cloud: Cloud) -> None:
    """Its range without the five that AWS keeps, and without those in use."""
    ec2 = cloud.account.client("ec2")
    vpc_id = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet_id = ec2.create_subnet(VpcId=vpc_id, CidrBlock="10.0.0.0/28")["Subnet"]["SubnetId"]

    def free() -> int:
        return int(ec2.describe_subnets(SubnetIds=[subnet_id])["Subnets"][0]["AvailableIpAddressCount"])

    for expected in itertools.islice(itertools.count(11, -1), 3):
        assert free() == expected
        ec2.create_network_interface(SubnetId=subnet_id)


def test_the_default_vpc_leads_to_the_internet(cloud: Cloud) -> None:
    """Its subnets are public, as in every account that has one."""
    ec2 = cloud.account.client("ec2")
    (vpc,) = [it for it in ec2.describe_vpcs()["Vpcs"] if it["IsDefault"]]
    (table,) = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc["VpcId"]]}])["RouteTables"]
    (route,) = [it for it in table["Routes"] if it["DestinationCidrBlock"] == "0.0.0.0/0"]
    assert route["GatewayId"].startswith("igw-")


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


def test_single_rules_are_added_to_a_group_and_removed(cloud: Cloud) -> None:
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


def test_a_rule_for_all_protocols_has_no_ports(account: Account) -> None:
    """Ports beside protocol -1 are ignored, as Terraform relies on: it revokes a new group's rule with ports 0 to 0."""
    ec2 = account.client("ec2")
    group = ec2.create_security_group(GroupName="x", Description="x", VpcId=Net(ec2).vpc_id)["GroupId"]
    everything = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[everything | {"FromPort": 0, "ToPort": 0}])
    assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"][0]["IpPermissionsEgress"] == []
    tags = [{"Key": "Name", "Value": "out"}]
    ec2.authorize_security_group_egress(
        GroupId=group,
        IpPermissions=[everything],
        TagSpecifications=[{"ResourceType": "security-group-rule", "Tags": tags}],
    )
    (rule,) = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [group]}])["SecurityGroupRules"]
    assert (rule["IsEgress"], rule["CidrIpv4"], rule["Tags"]) == (True, "0.0.0.0/0", tags)


def test_a_region_has_at_least_two_zones(cloud: Cloud) -> None:
    """Seoul, for subnets in two of them."""
    zones = cloud.account.client("ec2").describe_availability_zones()["AvailabilityZones"]
    assert [zone["ZoneName"] for zone in zones][:2] == ["ap-northeast-2a", "ap-northeast-2b"]
