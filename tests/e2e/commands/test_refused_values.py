"""Values that AWS would refuse, most of them at the very end of a deployment: refused when a file is read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stacks.settings import SettingsError, load
from tests.support.commands import Project, project
from tests.support.templates import properties, statements

if TYPE_CHECKING:
    from pathlib import Path

MINIMAL = 'project = "preto-2"\nimage_tag = "2027-01-01.sha-0a1b2c"\n[aws]\nregion = "ap-northeast-2"\n'
DOWN = """
[[autoscaling.schedules]]
name = "night"
schedule = "cron(0 22 ? * * *)"
min_capacity = 0
max_capacity = 0
"""
EVENING = '[[autoscaling.schedules]]\nname = "evening"\nmin_capacity = 1\n'

SCHEDULES = {
    "both days": (EVENING + 'schedule = "cron(0 16 * * MON-FRI *)"', "one of day of the month and day of the week"),
    "hour 99": (EVENING + 'schedule = "cron(0 99 ? * MON-FRI *)"', "the hour '99' is not in 0 to 23"),
    "plural": (EVENING + 'schedule = "rate(1 minutes)"', "'1 minutes' must be '1 minute'"),
    "30 February": (EVENING + 'schedule = "at(2027-02-30T00:00:00)"', "there is no time '2027-02-30T00:00:00'"),
    "no zone": (
        EVENING + 'schedule = "cron(0 20 ? * MON-FRI *)"\ntimezone = "Factory"',
        "no time zone of this name is known to Application Auto Scaling",
    ),
    "minimum above maximum": (
        DOWN + EVENING + 'schedule = "cron(0 8 ? * * *)"',
        'is more than max_capacity 0, which the schedule "night" sets',
    ),
}
PERCENTAGES = {
    "one task": (
        "[ecs.deployment]\nmaximum_percent = 150",
        "with 1 task, which autoscaling.min_capacity allows, 100 % of them is rounded up to 1 that must run and 150 % ",
    ),
    "one task at night": (
        DOWN.replace("= 0", "= 1") + "[autoscaling]\nmin_capacity = 2\n[ecs.deployment]\nmaximum_percent = 150",
        "with 1 task, which autoscaling.schedules[0].min_capacity allows",
    ),
}
SHARED = """
vpc_id = "vpc-01234567"
private_subnet_ids = ["subnet-01234567", "subnet-01234568"]
[network.listener]
arn = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:listener/app/shared/0123456789abcdef/0123456789abcdef"
priority = 1
"""
LETTERS = "letters alone after its last dot"
NETWORK = {
    "bits of hosts": ('allowed_ranges = ["203.0.113.5/24"]', "203.0.113.5/24 has host bits set"),
    "a range twice": ('allowed_ranges = ["10.0.0.0/8", "10.0.0.0/255.0.0.0"]', "10.0.0.0/8 is there twice"),
    "an IPv6 range twice": (
        'ipv6 = true\nallowed_ranges = ["2001:db8::/32", "2001:0DB8:0:0::/32"]',
        "2001:db8::/32 is there twice",
    ),
    "a range of one link": (
        'ipv6 = true\nallowed_ranges = ["fe80::%eth0/64"]',
        "a zone, after %, is valid on one",
    ),
    "127/8": ('vpc_cidr = "127.0.0.0/16"', "127.0.0.0/8 is reserved for a machine itself"),
    "0/8": ('vpc_cidr = "0.1.0.0/16"', "0.0.0.0/8 is reserved"),
    "169.254/16": ('vpc_cidr = "169.254.128.0/20"', "169.254.0.0/16 is reserved"),
    "224/4": ('vpc_cidr = "239.255.0.0/16"', "224.0.0.0/4 is reserved for multicast"),
    "240/4": ('vpc_cidr = "250.0.0.0/24"', "240.0.0.0/4 is reserved"),
    "a wide VPC": ('vpc_cidr = "10.0.0.0/8"', "/8 is not between /16 and /24"),
    "a host without a dot": (SHARED + 'hosts = ["localhost"]', LETTERS),
    "any host": (SHARED + 'hosts = ["*"]', LETTERS),
    "a host that ends in digits": (SHARED + 'hosts = ["app.example.c0m"]', LETTERS),
    "an address": (SHARED + 'hosts = ["192.0.2.1"]', LETTERS),
    "a host that ends in anything": (SHARED + 'hosts = ["app.example.*"]', LETTERS),
    "a host twice": (SHARED + 'hosts = ["app.example.com", "App.Example.com"]', "app.example.com is there twice"),
    "a certificate for an address": (
        '[network.https]\ndomain_name = "192.0.2.1"\nhosted_zone_id = "Z1"',
        "must be a domain",
    ),
    "a whole endpoint's name": (
        'interface_endpoints = ["com.amazonaws.ap-northeast-2.ecr.api"]',
        'write "ecr.api" alone',
    ),
}
STORED = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret"
PARAMETER = "arn:aws:ssm:ap-northeast-2:123456789012:parameter"
WHOLE = "must be the whole ARN of a secret in Secrets Manager, as `aws secretsmanager describe-secret` prints it"
SIGN_IN = """
[network.https]
certificate_arn = "arn:aws:acm:ap-northeast-2:123456789012:certificate/a"
[network.sign_in]
issuer = "https://login.example.com"
authorization_endpoint = "https://login.example.com/a"
token_endpoint = "https://login.example.com/t"
user_info_endpoint = "https://login.example.com/u"
client_id = "preto"
"""
HUB = '[ecr.pull_through_cache]\nprefix = "hub"\nupstream = "docker-hub"\n'
SECRETS = {
    "a partial ARN with a key": (f'[ecs.secrets]\nA = "{STORED}:team/db:password::"', WHOLE),
    "a partial ARN": (f'[ecs.secrets]\nA = "{STORED}:team/db"', WHOLE),
    "five characters": (f'[ecs.secrets]\nA = "{STORED}:team/db-AbCdE"', WHOLE),
    "a service's partial ARN": (f'[ecs.secrets]\nA = "{STORED}:rds!db-0a1b2c3d-0000-4000-8000-0123456789ab"', WHOLE),
    "a stage and a version": (f'[ecs.secrets]\nA = "{STORED}:db-AbCdEf:key:AWSCURRENT:0000"', WHOLE),
    "a key alone": (f'[ecs.secrets]\nA = "{STORED}:db-AbCdEf:password"', WHOLE),
    "a parameter with two slashes": (f'[ecs.secrets]\nA = "{PARAMETER}//team/db"', WHOLE),
    "a parameter with a key": (f'[ecs.secrets]\nA = "{PARAMETER}/db:password::"', WHOLE),
    "a sidecar's": (
        f'[[ecs.sidecars]]\nname = "otel"\nimage = "otel:1"\nsecrets = {{ A = "{STORED}:team/db" }}',
        WHOLE,
    ),
    "a registry's": (
        f'[ecs]\nimage = "ghcr.io/team/app"\nregistry_credentials_arn = "{STORED}:ghcr"',
        WHOLE,
    ),
    "a cache's": (
        f'{HUB}credential_arn = "{STORED}:ecr-pullthroughcache/hub"',
        WHOLE,
    ),
    "a sign-in's": (f'{SIGN_IN}client_secret_arn = "{STORED}:sign-in"', WHOLE),
}
IMAGES = {
    "no host of ECR": (
        '[ecs]\nimage = "111122223333.dkr-ecr.ap-northeast-2.amazonaws.com/app"',
        "111122223333.dkr-ecr.ap-northeast-2.amazonaws.com is no registry of ECR",
    ),
}
LONG = "x" * 4000
CONTAINERS = {
    "a task definition over 64 KiB": (
        "[ecs.environment]\n" + "\n".join(f'V{number} = "{LONG}"' for number in range(20)),
        " bytes, and ECS takes 65536: ",
    ),
    "a command over 64 KiB": (
        f'[[ecs.sidecars]]\nname = "otel"\nimage = "otel:1"\ncommand = {[LONG] * 17}'.replace("'", '"'),
        " bytes, and ECS takes 65536: ",
    ),
    "sidecars as large as the task": (
        "[ecs]\ncpu = 256\nmemory = 512\n"
        + "".join(f'[[ecs.sidecars]]\nname = "{name}"\nimage = "a:1"\nmemory = 256\n' for name in "ab"),
        "the sidecars take 512 of the task's 512",
    ),
    "a long name of an image": (
        f'[ecs]\nimage = "ghcr.io/team/{"a" * 230}"\n',
        "with its tag the image's name has 265 characters, and ECS takes 255",
    ),
}
CASES = (
    CONTAINERS
    | IMAGES
    | SECRETS
    | SCHEDULES
    | PERCENTAGES
    | {name: (f"[network]\n{text}", why) for name, (text, why) in NETWORK.items()}
)
TYPED = (
    "both days",
    "plural",
    "no zone",
    "minimum above maximum",
    "one task",
    "bits of hosts",
    "a range twice",
    "127/8",
    "a host without a dot",
    "a partial ARN with a key",
    "no host of ECR",
    "a task definition over 64 KiB",
)
"""One of each kind is typed by a user, too: a process costs more than all the others."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """Give a project whose environment `bad` each test writes anew."""
    return project(tmp_path_factory.mktemp("values"))


def test_secrets_of_services_are_read_and_images_pulled_from_hosts_with_ipv6(here: Project) -> None:
    """The execution role may do both, by the names that IAM knows."""
    rds = f"{STORED}:rds!db-0a1b2c3d-0000-4000-8000-0123456789ab-AbCdEf"
    image = "111122223333.dkr-ecr.ap-northeast-2.on.aws/team/app"
    text = f'{MINIMAL}[ecs]\nimage = "{image}"\n[ecs.secrets]\nA = "{rds}:password::"\n'
    (here.folder / "environments" / "good.toml").write_text(text, encoding="utf-8")
    here.succeed("build", "good")
    iam = json.loads((here.folder / "out" / "good" / "iam.template.json").read_text(encoding="utf-8"))
    allowed = {it["Sid"]: it for it in statements(properties(iam, "TaskExecutionRole")["Policies"])}
    assert rds in allowed["ReadSecrets"]["Resource"]
    assert allowed["PullImage"]["Resource"] == [
        {"Fn::Sub": "arn:${AWS::Partition}:ecr:ap-northeast-2:111122223333:repository/team/app"}
    ]


@pytest.mark.parametrize("case", CASES)
def test_a_value_that_aws_would_refuse_is_one_true_problem(here: Project, case: str) -> None:
    """One line with the file, the key, the value and what is wrong."""
    text, why = CASES[case]
    path: Path = here.folder / "environments" / "bad.toml"
    path.write_text(f"{MINIMAL}{text}\n", encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        load("bad", directory=path.parent)
    (problem,) = error.value.problems
    assert problem.source.endswith("bad.toml")
    assert why in problem.why


@pytest.mark.parametrize("case", TYPED)
def test_it_is_told_before_anything_is_rendered(here: Project, case: str) -> None:
    """By the command line, in one line of its own, with exit code 1."""
    text, why = CASES[case]
    (here.folder / "environments" / "bad.toml").write_text(f"{MINIMAL}{text}\n", encoding="utf-8")
    (line,) = here.fail("build", "bad").splitlines()
    assert line.startswith("environments/bad.toml:")
    assert why in line
    assert not (here.folder / "out" / "bad").exists()
