"""Values where a pattern lets more through than AWS has: times, ranges, ARNs in policies."""

from __future__ import annotations

import json
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from stacks.settings.models import AwsSettings, Settings, StackSettings
from templates import bootstrap, ecr, ecs, iam, network
from templates.autoscaling import zones
from templates.autoscaling.schedules import Schedule
from templates.autoscaling.steps import Steps
from templates.iam.settings import TaskStatement
from templates.names import Names
from templates.tasks import ScheduledTask

if TYPE_CHECKING:
    from tests.generated.drawing import Drawing, Realistic

LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 9},
                "action": {"type": "expire"},
            }
        ]
    }
)
PULL = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Pull",
                "Effect": "Allow",
                "Principal": {"Service": "codebuild.amazonaws.com"},
                "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
            }
        ],
    }
)
SCHEDULES = (
    "cron(0 20 ? * MON-FRI *)",
    "cron(30 7 1 1,7 ? 2027-2030)",
    "cron(0/15 * * * ? *)",
    "rate(1 day)",
    "rate(12 hours)",
    "at(2027-01-01T00:00:00)",
)
ACTIONS = ("s3:GetObject", "s3:List*", "sqs:SendMessage", "dynamodb:Query", "ssm:GetParameter?", "bedrock:InvokeModel")
OPERATORS = {
    "StringEquals": ("aws:PrincipalTag/team", "a"),
    "ForAnyValue:StringLike": ("aws:RequestTag/team", "a*"),
    "Bool": ("aws:SecureTransport", "true"),
    "NumericLessThanEquals": ("s3:max-keys", "10"),
    "IpAddress": ("aws:SourceIp", "203.0.113.0/24"),
    "StringEqualsIfExists": ("aws:PrincipalTag/${A}", "${aws:username}"),
}


def _range(lengths: tuple[int, int]) -> st.SearchStrategy[str]:
    """Give a private IPv4 range, its prefix as long as one of these."""
    networks = st.tuples(st.integers(0, 2**24 - 1), st.integers(*lengths))
    return networks.map(lambda it: str(IPv4Network((0x0A000000 + it[0], it[1]), strict=False)))


def _resources(drawing: Drawing) -> st.SearchStrategy[list[str]]:
    """Give ARNs in the partition; one of them may be any resource."""
    there = f"{drawing.region}:123456789012"
    arns = (
        f"arn:{drawing.partition}:s3:::data/*",
        f"arn:{drawing.partition}:sqs:{there}:queue",
        f"arn:{drawing.partition}:dynamodb:{there}:table/a-*",
        "*",
    )
    return st.lists(st.sampled_from(arns), min_size=1, max_size=3, unique=True)


def _refs(_: Drawing) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(["main", "feature/(x)-#1", "v1.0", "50%"]), min_size=1, max_size=3, unique=True)


def _conditions(_: Drawing) -> st.SearchStrategy[dict[str, Any]]:
    names = st.lists(st.sampled_from(sorted(OPERATORS)), max_size=2, unique=True)
    return names.map(lambda them: {name: {OPERATORS[name][0]: [OPERATORS[name][1]]} for name in them})


def _policies(drawing: Drawing) -> st.SearchStrategy[list[str]]:
    arns = (
        f"arn:{drawing.partition}:iam::aws:policy/AmazonS3ReadOnlyAccess",
        f"arn:{drawing.partition}:iam::123456789012:policy/teams/Preto=2+,.@_-",
    )
    return st.lists(st.sampled_from(arns), min_size=1, max_size=2, unique=True)


def _sources(_: Drawing) -> st.SearchStrategy[list[str]]:
    return st.lists(_range((8, 32)) | st.just("2001:db8::/32"), min_size=1, max_size=3, unique=True)


def _subnets(_: Drawing) -> st.SearchStrategy[list[str]]:
    ids = st.text("0123456789abcdef", min_size=17, max_size=17).map("subnet-{}".format)
    return st.lists(ids, min_size=2, max_size=3, unique=True)


REALISTIC: Realistic = {
    (Settings, "image_tag"): lambda _: st.sampled_from(["v1", "_", "2027-01-01.sha-0a1b2c3", "a" * 128]),
    (StackSettings, "tags"): lambda _: st.just({"CostCenter": "4711", "org/team.name": "Größe é@example.com"}),
    (Names, "application"): lambda _: st.sampled_from(["app", "web-ui"]),
    (AwsSettings, "region"): lambda drawing: st.just(drawing.region),
    (AwsSettings, "endpoint"): lambda _: st.sampled_from(["sandbox", "http://127.0.0.1:4566", "https://[::1]/x"]),
    (Schedule, "schedule"): lambda _: st.sampled_from(SCHEDULES),
    (Schedule, "timezone"): lambda _: st.sampled_from(sorted(zones.canonical_zones())),
    (ScheduledTask, "schedule"): lambda _: st.sampled_from(SCHEDULES),
    (ScheduledTask, "time_zone"): lambda _: st.sampled_from(sorted(zones.canonical_zones())),
    (ScheduledTask, "start"): lambda _: st.sampled_from(["2097-01-01T00:00:00Z", "2096-02-29T23:59:59Z"]),
    (ScheduledTask, "end"): lambda _: st.sampled_from(["2098-01-01T00:00:00Z", "2099-12-31T00:00:00Z"]),
    (Steps, "namespace"): lambda _: st.sampled_from(["Preto", "AWS/SQS", "Preto 2/Queue"]),
    (TaskStatement, "actions"): lambda _: st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3, unique=True),
    (TaskStatement, "resources"): _resources,
    (TaskStatement, "conditions"): _conditions,
    (iam.Settings, "task_managed_policy_arns"): _policies,
    (iam.Settings, "execution_managed_policy_arns"): _policies,
    (ecr.Settings, "lifecycle_policy"): lambda _: st.sampled_from(["", LIFECYCLE]),
    (ecr.Settings, "repository_policy"): lambda _: st.sampled_from(["", PULL]),
    (network.Settings, "vpc_cidr"): lambda _: _range((16, 24)),
    (network.Settings, "allowed_ranges"): _sources,
    (network.Settings, "shared_ranges"): lambda _: st.lists(_range((16, 28)), min_size=1, max_size=3, unique=True),
    (network.Settings, "public_subnet_ids"): _subnets,
    (network.Settings, "private_subnet_ids"): _subnets,
    **dict.fromkeys(((bootstrap.Settings, "github_branches"), (bootstrap.Settings, "github_tags")), _refs),
    (bootstrap.Settings, "github_environments"): lambda _: st.just(["prod", "Production:V1 (eu) #1"]),
    (ecs.Settings, "health_check_command"): lambda _: st.sampled_from(
        [[], ["CMD-SHELL", "curl -f http://localhost/ || exit 1"], ["CMD", "/app", "--health"]]
    ),
    (ecs.Settings, "user"): lambda _: st.sampled_from(["1000", "1000:1000", "65534:0"]),
}
"""By section and key."""
