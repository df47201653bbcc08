"""Values of a look as a person reads them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stacks.adopt.survey import ABSENT, Difference, Effect
from stacks.views.adopt import short, words

PLACE = "eu-west-1:123456789012"
READ = {"Sid": "Read", "Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "arn:aws:s3:::books/*"}
ELB, SCALING = f"arn:aws:elasticloadbalancing:{PLACE}", f"arn:aws:autoscaling:{PLACE}:scalingPolicy:1a"
LIST = {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": ["arn:aws:s3:::books"]}


@pytest.mark.parametrize(
    ("identifier", "shown"),
    [
        ({"ServiceArn": f"arn:aws:ecs:{PLACE}:service/books/web", "Cluster": "books"}, "service/books/web"),
        ({"LoadBalancerArn": f"{ELB}:loadbalancer/app/web/0a1b"}, "loadbalancer/app/web/0a1b"),
        ({"Arn": f"{SCALING}:resource/ecs/service/books/web:policyName/cpu"}, "policyName/cpu"),
        ({"LogGroupName": "/ecs/books"}, "/ecs/books"),
        ({"TopicArn": f"arn:aws:sns:{PLACE}:alarms"}, f"arn:aws:sns:{PLACE}:alarms"),
    ],
)  # fmt: skip
def test_an_identifier_is_what_tells_it_apart(identifier: dict[str, str], shown: str) -> None:
    """Without partition, service, region and account, which all have in common."""
    assert short.identifier(identifier) == shown


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


def clauses(live: object, template: object) -> list[str]:
    """What is shown of a difference."""
    return words.clauses(
        Difference(path="Iam/TaskRole", property="Policies[x]", effect=Effect.IN_PLACE, live=live, template=template)
    )


def test_of_two_policies_only_what_differs_is_shown() -> None:
    """Statement by statement; what goes first."""
    other = LIST | {"Condition": {"Bool": {"aws:SecureTransport": "true"}}}
    assert clauses(policy(READ, LIST), json.dumps(policy(READ, other))) == [
        "- Allow s3:ListBucket on arn:aws:s3:::books",
        "+ Allow s3:ListBucket on arn:aws:s3:::books with conditions",
    ]
    assert clauses(policy(READ), policy(READ | {"Sid": "Other"})) == ["the same statements"]
    assert clauses(policy(other), policy(other | {"Sid": "Other"})) == ["the same statements"]
    stricter = other | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    assert clauses(policy(other), policy(stricter)) == []
    assert clauses(ABSENT, policy(READ)) == ["+ Allow s3:GetObject on arn:aws:s3:::books/*"]


def test_whom_a_policy_trusts_and_what_it_leaves_out_is_said() -> None:
    """Principals, and everything but something."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
    denied = {"Effect": "Deny", "NotAction": "iam:*", "NotResource": "*", "NotPrincipal": "*"}
    assert short.clauses(policy(trust, denied)) == [
        "Allow sts:AssumeRole for ecs-tasks.amazonaws.com",
        "Deny all but iam:* for all but * on all but *",
    ]


def test_a_lifecycle_is_a_clause_a_rule() -> None:
    """Which images, and until when."""
    untagged = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 7}
    tagged = {"tagStatus": "tagged", "tagPrefixList": ["pr-"], "countType": "imageCountMoreThan", "countNumber": 2}
    text = json.dumps({"rules": [{"selection": untagged}, {"selection": tagged}]})
    assert short.clauses(text) == ["untagged: expire after 7 days", "tagged pr-: keep 2"]


@pytest.mark.parametrize("value", ["{not JSON", "{}", 1, None, [], {"a": 1}, {"rules": []}, {"Statement": ["text"]}])
def test_anything_else_is_no_policy(value: object) -> None:
    """It is shown as it is."""
    assert not short.clauses(value)
    assert clauses(value, value) == []
