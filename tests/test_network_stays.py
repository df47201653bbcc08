"""What becomes of a network that is deployed, by the command line: its zones stay, and IPv6 comes where it can."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.commands import project
from tests.stacks import faults

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox import Account

A, B, C = (f"ap-northeast-2{letter}" for letter in "abc")
HTTPS = """
[network.https]
domain_name = "example.com"
hosted_zone_id = "{zone}"
alternative_names = ["*.example.com"]
"""
BLOCK = (
    "<item><ipv6CidrBlock>{0}</ipv6CidrBlock><associationId>a</associationId>"
    "<ipv6CidrBlockState><state>{1}</state></ipv6CidrBlockState></item>"
)


def vpc(*blocks: tuple[str, str]) -> faults.Fault:
    """The answer with a VPC that lists these IPv6 ranges with their states."""
    listed = "".join(BLOCK.format(*it) for it in blocks)
    found = f"<item><vpcId>vpc-1</vpcId><ipv6CidrBlockAssociationSet>{listed}</ipv6CidrBlockAssociationSet></item>"
    return 200, f"<DescribeVpcsResponse><vpcSet>{found}</vpcSet></DescribeVpcsResponse>"


def test_the_zones_of_a_new_vpc_are_chosen_once_and_ipv6_waits_for_a_range(account: Account, tmp_path: Path) -> None:
    """An account whose default VPC has a subnet in one zone only, as `Fn::GetAZs` would tell, is deployed to.

    The plan says which zones there are; they stay, and a third is added. A range that EC2 still lists, though the VPC
    gave it back, is not the one of which subnets get theirs. A name and its wildcard, which one record proves, are
    on one certificate.
    """
    ec2 = account.client("ec2")
    for subnet in ec2.describe_subnets()["Subnets"]:
        if subnet["AvailabilityZone"] != B:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    zone = account.client("route53").create_hosted_zone(Name="example.com", CallerReference="x")["HostedZone"]["Id"]
    here = project(tmp_path, account.env)
    with (tmp_path / "environments" / "prod.toml").open("a", encoding="utf-8") as file:
        file.write(HTTPS.format(zone=zone.rpartition("/")[2]))
    here.succeed("bootstrap", "prod", "--yes")
    assert f"Zones: {A}, {B}." in here.run("deploy", "prod", "--yes").stderr
    assert {it["AvailabilityZone"] for it in ec2.describe_subnets()["Subnets"] if not it["DefaultForAz"]} == {A, B}
    assert "Zones:" not in here.succeed("plan", "prod")
    (issued,) = account.client("acm").list_certificates()["CertificateSummaryList"]
    names = account.client("acm").describe_certificate(CertificateArn=issued["CertificateArn"])["Certificate"]
    assert sorted(names["SubjectAlternativeNames"]) == ["*.example.com", "example.com"]
    moved = here.fail("plan", "prod", "--var", f'network_availability_zones=["{A}", "{C}"]')
    assert f"there are subnets in {B}, and a subnet does not move to another zone" in moved
    third = here.run("plan", "prod", "--var", "network_zones=3", "--json").stdout
    assert f"Zones: {A}, {B}, {C}." in json.loads(third)["notes"]

    ipv6 = ("plan", "prod", "--var", "network_ipv6=true")
    given_back = {"DescribeVpcs": vpc(("2001:db8::/56", "disassociated"))}
    with faults.server(given_back.get, account.env["AWS_ENDPOINT_URL"]) as url:
        refused = here.run(*ipv6, env={"AWS_ENDPOINT_URL": url})
    assert "still lists 2001:db8::/56, which it gave back (disassociated)" in refused.stderr
    assert "repeat the command then" in refused.stderr
    assert here.run(*ipv6).returncode == 2
