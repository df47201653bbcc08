"""https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.security_hub.deployment import Deployment

EVERYONE = {"0.0.0.0/0", "::/0"}
WEB = {80, 443}
HIGH_RISK = {20, 21, 22, 23, 25, 110, 135, 143, 445, 1433, 1434, 3000, 3306, 3389, 4333, 5000, 5432, 5500, 5601, 8080,
             8088, 8888, 9200, 9300}  # fmt: skip


def open_ports(seen: Deployment) -> Iterator[tuple[str, set[int]]]:
    """The ports of each rule that lets everyone in, with the name of what has the rule."""
    rules: list[tuple[str, Any]] = [
        (name, rule)
        for name, group in seen.of("AWS::EC2::SecurityGroup").items()
        for rule in group.get("SecurityGroupIngress", [])
    ]
    rules += seen.any_of("AWS::EC2::SecurityGroupIngress").items()
    for name, rule in rules:
        if {rule.get("CidrIp"), rule.get("CidrIpv6")} & EVERYONE:
            first, last = (0, 65535) if rule["IpProtocol"] == "-1" else (rule["FromPort"], rule["ToPort"])
            yield name, set(range(first, last + 1))


def has_endpoint(seen: Deployment, service: str) -> bool:
    """Whether there is a VPC, and every one has an interface endpoint of a service."""
    vpcs = list(seen.of("AWS::EC2::VPC"))
    found = [
        it["VpcId"]
        for it in seen.any_of("AWS::EC2::VPCEndpoint").values()
        if it["VpcEndpointType"] == "Interface" and f".{service}'" in str(it["ServiceName"])
    ]
    return bool(vpcs) and [f"Network.{vpc['Ref']}" for vpc in found] == vpcs


def test_EC2_6_connections_are_logged(hardened: Deployment) -> None:
    """[EC2.6] VPC flow logging should be enabled in all VPCs."""
    logged = {
        f"Network.{it['ResourceId']['Ref']}"
        for it in hardened.any_of("AWS::EC2::FlowLog").values()
        if it["TrafficType"] in {"REJECT", "ALL"}
    }
    assert logged == set(hardened.of("AWS::EC2::VPC"))


def test_EC2_10_the_vpc_has_an_endpoint_of_ec2(hardened: Deployment) -> None:
    """[EC2.10] Amazon EC2 should be configured to use VPC endpoints that are created for the Amazon EC2 service."""
    assert has_endpoint(hardened, "ec2")


def test_EC2_15_subnets_give_no_public_addresses(hardened: Deployment) -> None:
    """[EC2.15] Amazon EC2 subnets should not automatically assign public IP addresses."""
    for name, subnet in hardened.of("AWS::EC2::Subnet").items():
        assert not subnet.get("MapPublicIpOnLaunch"), name
        assert not subnet.get("AssignIpv6AddressOnCreation"), name


def test_EC2_18_everyone_comes_in_by_http_and_https_only(hardened: Deployment) -> None:
    """[EC2.18] Security groups should only allow unrestricted incoming traffic for authorized ports."""
    rules = list(open_ports(hardened))
    assert rules
    for name, ports in rules:
        assert ports <= WEB, name


def test_EC2_19_no_port_of_high_risk_is_open(hardened: Deployment) -> None:
    """[EC2.19] Security groups should not allow unrestricted access to ports with high risk."""
    for name, ports in open_ports(hardened):
        assert not ports & HIGH_RISK, name


def test_EC2_21_no_network_acl_lets_administration_in(hardened: Deployment) -> None:
    """[EC2.21] Network ACLs should not allow ingress from 0.0.0.0/0 to port 22 or port 3389.

    There is the default one only, at which the control does not look.
    """
    assert hardened.of("AWS::EC2::VPC")
    for name, entry in hardened.any_of("AWS::EC2::NetworkAclEntry").items():
        assert entry.get("Egress") or entry["RuleAction"] == "deny", name


def test_EC2_55_the_vpc_has_an_endpoint_of_ecrs_api(hardened: Deployment) -> None:
    """[EC2.55] VPCs should be configured with an interface endpoint for ECR API."""
    assert has_endpoint(hardened, "ecr.api")


def test_EC2_56_the_vpc_has_an_endpoint_of_the_image_registry(hardened: Deployment) -> None:
    """[EC2.56] VPCs should be configured with an interface endpoint for Docker Registry."""
    assert has_endpoint(hardened, "ecr.dkr")


def test_EC2_57_the_vpc_has_an_endpoint_of_systems_manager(hardened: Deployment) -> None:
    """[EC2.57] VPCs should be configured with an interface endpoint for Systems Manager."""
    assert has_endpoint(hardened, "ssm")


def test_EC2_58_the_vpc_has_an_endpoint_of_incident_contacts(hardened: Deployment) -> None:
    """[EC2.58] VPCs should be configured with an interface endpoint for Systems Manager Incident Manager Contacts."""
    assert has_endpoint(hardened, "ssm-contacts")


def test_EC2_60_the_vpc_has_an_endpoint_of_incident_manager(hardened: Deployment) -> None:
    """[EC2.60] VPCs should be configured with an interface endpoint for Systems Manager Incident Manager."""
    assert has_endpoint(hardened, "ssm-incidents")
