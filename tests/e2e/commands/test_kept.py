"""What is kept of a deployment: zones, names, the image that runs. One is made, and then only planned."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from tests.support import faults
from tests.support.accounts import Account
from tests.support.commands import Project, project

if TYPE_CHECKING:
    from sandbox import Address

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


@dataclass(frozen=True)
class Deployed:
    """A project that has been deployed once, and what `deploy` said; its tests only plan."""

    here: Project
    account: Account
    said: str


@pytest.fixture(scope="module")
def deployed(sandbox: Address, tmp_path_factory: pytest.TempPathFactory) -> Deployed:
    """Deploy prod with a domain, to an account whose default VPC has a subnet in one zone only."""
    account = Account(address=sandbox.as_account("300000000001"))
    ec2 = account.client("ec2")
    for subnet in ec2.describe_subnets()["Subnets"]:
        if subnet["AvailabilityZone"] != B:
            ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    zone = account.client("route53").create_hosted_zone(Name="example.com", CallerReference="x")["HostedZone"]["Id"]
    folder = tmp_path_factory.mktemp("kept")
    here = project(folder, account.env)
    with (folder / "environments" / "prod.toml").open("a", encoding="utf-8") as file:
        file.write(HTTPS.format(zone=zone.rpartition("/")[2]))
    here.succeed("bootstrap", "prod", "--yes")
    done = here.run("deploy", "prod", "--yes")
    assert done.returncode == 0, done.stderr
    return Deployed(here, account, done.stderr)


def vpc(*blocks: tuple[str, str]) -> faults.Fault:
    """The answer with a VPC that lists these IPv6 ranges with their states."""
    listed = "".join(BLOCK.format(*it) for it in blocks)
    found = f"<item><vpcId>vpc-1</vpcId><ipv6CidrBlockAssociationSet>{listed}</ipv6CidrBlockAssociationSet></item>"
    return 200, f"<DescribeVpcsResponse><vpcSet>{found}</vpcSet></DescribeVpcsResponse>"


def test_the_zones_of_a_new_vpc_are_chosen_once(deployed: Deployed) -> None:
    """Also where `Fn::GetAZs` would tell one zone. The plan says which there are; they stay, and a third is added."""
    assert f"Zones: {A}, {B}." in deployed.said
    subnets = deployed.account.client("ec2").describe_subnets()["Subnets"]
    assert {it["AvailabilityZone"] for it in subnets if not it["DefaultForAz"]} == {A, B}
    assert "Zones:" not in deployed.here.succeed("plan", "prod")
    moved = deployed.here.fail("plan", "prod", "--var", f'network_availability_zones=["{A}", "{C}"]')
    assert f"there are subnets in {B}, and a subnet does not move to another zone" in moved
    third = deployed.here.run("plan", "prod", "--var", "network_zones=3", "--json").stdout
    assert f"Zones: {A}, {B}, {C}." in json.loads(third)["notes"]


def test_ipv6_waits_until_a_range_that_was_given_back_is_forgotten(deployed: Deployed) -> None:
    """Subnets would get their ranges of it; without one, IPv6 is planned."""
    ipv6 = ("plan", "prod", "--var", "network_ipv6=true")
    given_back = {"DescribeVpcs": vpc(("2001:db8::/56", "disassociated"))}
    with faults.server(given_back.get, deployed.account.env["AWS_ENDPOINT_URL"]) as url:
        refused = deployed.here.run(*ipv6, env={"AWS_ENDPOINT_URL": url})
    assert refused.returncode == 1
    assert "still lists 2001:db8::/56, which it gave back (disassociated)" in refused.stderr
    assert "repeat the command then" in refused.stderr
    assert deployed.here.run(*ipv6).returncode == 2


def test_a_name_and_its_wildcard_are_on_one_certificate(deployed: Deployed) -> None:
    """One record proves both."""
    acm = deployed.account.client("acm")
    (issued,) = acm.list_certificates()["CertificateSummaryList"]
    names = acm.describe_certificate(CertificateArn=issued["CertificateArn"])["Certificate"]
    assert sorted(names["SubjectAlternativeNames"]) == ["*.example.com", "example.com"]


def test_no_image_that_can_run_expires(deployed: Deployed) -> None:
    """By default no tagged one does; one with a tag that is let expire is not deployed."""
    ecr = deployed.account.client("ecr")
    policy = json.loads(ecr.get_lifecycle_policy(repositoryName="preto-2-prod")["lifecyclePolicyText"])
    assert [rule["selection"]["tagStatus"] for rule in policy["rules"]] == ["untagged"]
    for tag in ("pr-1", "v1"):
        ecr.put_image(repositoryName="preto-2-prod", imageTag=tag, imageManifest=json.dumps({"layers": [], "tag": tag}))
    expiring = ("--var", 'ecr_expiring_tags=["pr-*"]')
    said = deployed.here.fail("plan", "prod", "--image", "pr-1", *expiring)
    assert "image pr-1: it has the tag pr-1, which [ecr] expiring_tags lets expire while it runs" in said
    assert deployed.here.run("plan", "prod", "--image", "v1", *expiring).returncode == 2
    counted = deployed.here.run("plan", "prod", "--var", "ecr_keep_tagged_images=5").stdout
    assert "No tagged image expires: ecr.keep_tagged_images (5) counts those with one of ecr.expiring_tags" in counted


SECOND = """
project = "preto-2"
environment = "second"

[aws]
region = "ap-northeast-2"

[network]
vpc_id = "{vpc}"
private_subnet_ids = ["{first}", "{second}"]

[network.listener]
arn = "{listener}"
priority = 20
hosts = ["second.example.com"]
"""


def test_a_load_balancer_of_this_tool_is_shared_when_its_owner_lets_it_out(deployed: Deployed) -> None:
    """It reaches its own tasks only: a second app is refused, with what its owner sets, and planned once that is so."""
    account, here = deployed.account, deployed.here
    elb, ec2 = account.client("elbv2"), account.client("ec2")
    (balancer,) = elb.describe_load_balancers(Names=["preto-2-prod"])["LoadBalancers"]
    listeners = elb.describe_listeners(LoadBalancerArn=balancer["LoadBalancerArn"])["Listeners"]
    filters = [{"Name": "vpc-id", "Values": [balancer["VpcId"]]}]
    found = ec2.describe_subnets(Filters=filters)["Subnets"]
    first, second = sorted(it["SubnetId"] for it in found if it["CidrBlock"] in {"10.0.128.0/19", "10.0.160.0/19"})
    (arn,) = (it["ListenerArn"] for it in listeners if it["Protocol"] == "HTTPS")
    text = SECOND.format(vpc=balancer["VpcId"], first=first, second=second, listener=arn)
    (here.folder / "environments" / "second.toml").write_text(text, encoding="utf-8")
    said = here.fail("plan", "second")
    assert "lets nothing out to port 8501 in 10.0." in said
    ranges = '["10.0.128.0/19", "10.0.160.0/19"]'
    assert f"with this tool by [network] shared_ranges = {ranges}" in said
    owners = json.loads(here.run("plan", "prod", "--var", f"network_shared_ranges={ranges}", "--json").stdout)
    assert "10.0.160.0/19" in json.dumps(owners)
    rule = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 65535, "IpRanges": [{"CidrIp": "10.0.128.0/17"}]}
    ec2.authorize_security_group_egress(GroupId=balancer["SecurityGroups"][0], IpPermissions=[rule])
    assert here.run("plan", "second").returncode == 2
