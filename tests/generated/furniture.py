"""An account with everything in it that a file can refer to; files are drawn without one, and then refer to it."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from stacks.settings import Settings
from templates import ecs, iam, monitoring, network, security
from templates.ecr.pull_through_cache import PullThroughCache
from templates.ecs.sidecars import Sidecar
from templates.network.access_logs import Logs
from templates.network.https import Https
from templates.network.shared_listener import SharedListener
from templates.network.sign_in import SignIn
from tests.e2e.request.test_shared_listener import team
from tests.generated.realistic import REALISTIC
from tests.support.accounts import REGION
from tests.support.clouds import TRUST
from tests.support.networks import Net

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.generated.drawing import Drawing, Realistic
    from tests.support.world import World

DOMAIN, ROLE, KEY, BUCKET = "example.com", "github", "client_secret", "access-logs"
TAGS = ("v1", "v2")
"""The tags of the images in every repository."""
_ID = "0123456789abcdef{}".format
_ARN = f"arn:aws:{{}}:{REGION}:123456789012:{{}}".format
PLACES: Mapping[str, str] = {
    "vpc": f"vpc-{_ID(1)}",
    "public one": f"subnet-{_ID(2)}",
    "public two": f"subnet-{_ID(3)}",
    "private one": f"subnet-{_ID(4)}",
    "private two": f"subnet-{_ID(5)}",
    "group": f"sg-{_ID(6)}",
    "open group": f"sg-{_ID(7)}",
    "listener": _ARN("elasticloadbalancing", "listener/app/team/0123456789abcdef/0123456789abcdef"),
    "zone": "Z0123456789ABCDEFGHIJ",
    "certificate": _ARN("acm", "certificate/01234567-89ab-cdef-0123-456789abcdef"),
    "key": _ARN("kms", "key/01234567-89ab-cdef-0123-456789abcdef"),
    "topic": _ARN("sns", "team"),
    "secret": _ARN("secretsmanager", "secret:token-AbCdEf"),
    "cache": _ARN("secretsmanager", "secret:ecr-pullthroughcache/hub-AbCdEf"),
    "policy": "arn:aws:iam::123456789012:policy/teams",
}
"""What stands in a drawn file for an id or an ARN of the account."""


def _given(strategy: st.SearchStrategy[Any], _: Drawing) -> st.SearchStrategy[Any]:
    return strategy


def _just(value: Any) -> Any:
    return partial(_given, st.just(value))


def _one_of(*values: Any) -> Any:
    return partial(_given, st.sampled_from(values))


_SECRETS = _one_of({"TOKEN": PLACES["secret"]}, {"OTHER": PLACES["secret"]})
FURNISHED: Realistic = {
    **REALISTIC,
    (Settings, "image_tag"): _one_of(*TAGS),
    (security.Settings, "kms_key"): _one_of("aws", "own", PLACES["key"]),
    (iam.Settings, "permissions_boundary_arn"): _just(PLACES["policy"]),
    (iam.Settings, "github_actions_role_name"): _just(ROLE),
    (iam.Settings, "task_managed_policy_arns"): _just([PLACES["policy"]]),
    (iam.Settings, "execution_managed_policy_arns"): _just([PLACES["policy"]]),
    (monitoring.Settings, "topic_arn"): _just(PLACES["topic"]),
    (network.Settings, "vpc_id"): _just(PLACES["vpc"]),
    (network.Settings, "public_subnet_ids"): _just([PLACES["public one"], PLACES["public two"]]),
    (network.Settings, "private_subnet_ids"): _just([PLACES["private one"], PLACES["private two"]]),
    (network.Settings, "load_balancer_security_group_ids"): _just([PLACES["open group"]]),
    (network.Settings, "task_security_group_ids"): _just([PLACES["open group"]]),
    (network.Settings, "assign_public_ip"): _just(True),  # noqa: FBT003 - a value
    (network.Settings, "availability_zones"): _one_of(
        *([f"{REGION}{zone}" for zone in zones] for zones in ("ac", "bcd", "ab"))
    ),
    (network.Settings, "interface_endpoints"): _one_of(["sts"], ["sqs", "sns"], ["ecr.api", "logs"]),
    (Https, "certificate_arn"): _just(PLACES["certificate"]),
    (Https, "hosted_zone_id"): _just(PLACES["zone"]),
    (Https, "domain_name"): _one_of(f"app.{DOMAIN}", f"b.{DOMAIN}"),
    (Https, "alternative_names"): _just([f"www.{DOMAIN}", f"*.{DOMAIN}"]),
    (Logs, "server_access_logs_bucket"): _just(BUCKET),
    (SharedListener, "arn"): _just(PLACES["listener"]),
    (SharedListener, "security_group_id"): _just(PLACES["group"]),
    (SignIn, "client_secret_arn"): _just(PLACES["secret"]),
    (SignIn, "client_secret_key"): _just(KEY),
    (PullThroughCache, "credential_arn"): _just(PLACES["cache"]),
    (ecs.Settings, "registry_credentials_arn"): _just(PLACES["secret"]),
    (ecs.Settings, "secret_key_arns"): _just([PLACES["key"]]),
    (ecs.Settings, "secrets"): _SECRETS,
    (Sidecar, "secrets"): _SECRETS,
}
"""Values that an account has which is furnished, on top of those that are realistic in any."""


def furnish(world: World) -> Mapping[str, str]:
    """Make all of it; give what each text of a drawn file is here."""
    account, region = world.account, world.aws.region
    net = Net(account.client("ec2"))
    public = [net.subnet(f"{region}a"), net.subnet(f"{region}c")]
    private = [net.subnet(f"{region}a"), net.subnet(f"{region}c")]
    net.route_main("igw")
    net.table(*private, kind="nat", through=public[0])
    secrets, s3, roles = account.client("secretsmanager"), account.client("s3"), account.client("iam")
    bucket = f"{BUCKET}-{account.account_id}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    roles.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(TRUST))
    everything = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    zone = account.client("route53").create_hosted_zone(Name=DOMAIN, CallerReference=DOMAIN)["HostedZone"]
    proof = account.client("acm").request_certificate(DomainName=DOMAIN, SubjectAlternativeNames=[f"*.{DOMAIN}"])
    made = {
        **dict(zip(("public one", "public two", "private one", "private two"), public + private, strict=True)),
        "vpc": net.vpc_id,
        "zone": zone["Id"].rpartition("/")[2],
        "certificate": proof["CertificateArn"],
        "key": account.client("kms").create_key()["KeyMetadata"]["Arn"],
        "topic": account.client("sns").create_topic(Name="team")["TopicArn"],
        "secret": secrets.create_secret(Name="token", SecretString=json.dumps({KEY: "x"}))["ARN"],
        "cache": secrets.create_secret(Name="ecr-pullthroughcache/hub", SecretString="{}")["ARN"],
        "policy": roles.create_policy(PolicyName="teams", PolicyDocument=json.dumps(everything))["Policy"]["Arn"],
        "open group": _open_group(account.client("ec2"), net.vpc_id),
        **_balancer(world, net.vpc_id, public),
    }
    return {PLACES[name]: value for name, value in made.items()} | {BUCKET: bucket}


def _open_group(ec2: Any, vpc_id: str) -> str:
    """A security group that lets everything through."""
    group: str = ec2.create_security_group(GroupName="open", Description="open", VpcId=vpc_id)["GroupId"]
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=everything)
    return group


def _balancer(world: World, vpc: str, subnets: list[str]) -> dict[str, str]:
    """A team's load balancer, with a listener that finds nothing by itself."""
    cloudformation = world.aws.cloudformation
    cloudformation.create_stack(StackName="team", TemplateBody=json.dumps(team(vpc, subnets)))
    cloudformation.get_waiter("stack_create_complete").wait(StackName="team", WaiterConfig={"Delay": 1})
    (stack,) = cloudformation.describe_stacks(StackName="team")["Stacks"]
    made = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
    return {"group": made["Group"], "listener": made["Listener"]}


def settled(value: Any, here: Mapping[str, str]) -> Any:
    """A drawn file as it is in an account that is furnished."""
    if isinstance(value, dict):
        return {key: settled(item, here) for key, item in value.items()}
    if isinstance(value, list):
        return [settled(item, here) for item in value]
    return here.get(value, value) if isinstance(value, str) else value
