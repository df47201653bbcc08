"""Who has called, from records in CloudTrail's own form."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest

from stacks.history.callers import OF_STACKS, Begun, Calls, read_call

NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
STS = "arn:aws:sts::123456789012:assumed-role"


def event(identity: dict[str, Any], agent: str = "", seconds: float = 0, **asked: str) -> dict[str, Any]:
    """Return an event of LookupEvents.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
    """
    content = {"userIdentity": identity, "userAgent": agent, "requestParameters": asked or None}
    return {
        "EventId": "1",
        "EventName": "ExecuteChangeSet",
        "EventTime": NOW + dt.timedelta(seconds=seconds),
        "Username": "name",
        "CloudTrailEvent": json.dumps(content),
    }


@pytest.mark.parametrize(
    ("identity", "who"),
    [
        ({"type": "Root", "arn": "arn:aws:iam::123456789012:root"}, "root"),
        ({"type": "IAMUser", "arn": "arn:aws:iam::123456789012:user/team/alice", "userName": "alice"}, "alice"),
        ({"type": "AssumedRole", "arn": f"{STS}/preto-2-deploy/GitHubActions"}, "preto-2-deploy/GitHubActions"),
        ({"type": "AssumedRole", "arn": f"{STS}/AWSReservedSSO_Admin_0123/alice@example.com"}, "alice@example.com"),
        ({"type": "AWSService", "invokedBy": "cloudformation.amazonaws.com"}, "cloudformation.amazonaws.com"),
        ({}, "name"),
    ],
)
def test_each_kind_of_caller_has_its_short_name(identity: dict[str, Any], who: str) -> None:
    """A role with its session, a person of IAM Identity Center without the role."""
    call = read_call(event(identity))
    assert call is not None
    assert call.who == who


@pytest.mark.parametrize(
    ("agent", "tool"),
    [
        ("aws-cli/2.31.0 md/awscrt#0.27 exec-env/CloudShell", "AWS CLI"),
        ("Boto3/1.43.106 md/Botocore#1.43.106", "boto3"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "the console"),
        ("APN/1.0 HashiCorp/1.0 Terraform/1.13", "Terraform"),
        ("somebody's own", ""),
    ],
)
def test_the_tool_is_known_by_the_user_agent(agent: str, tool: str) -> None:
    """An unknown one is not guessed."""
    call = read_call(event({"type": "Root"}, agent))
    assert call is not None
    assert call.tool == tool


def test_a_call_is_found_by_its_token_or_by_stack_and_time() -> None:
    """The name of a stack, its id, or that of another one; what was refused has begun nothing."""
    stack_id = "arn:aws:cloudformation:eu-west-1:123456789012:stack/preto-2-prod/1"
    events = [
        event({"type": "IAMUser", "userName": "marked"}, seconds=-600, clientRequestToken="deploy-1"),
        event({"type": "IAMUser", "userName": "near"}, seconds=-3, stackName=stack_id),
        event({"type": "IAMUser", "userName": "other"}, seconds=-1, stackName="preto-2-prod-2"),
    ]
    calls = Calls(found=tuple(it for it in map(read_call, events) if it is not None))

    def who(token: str, name: str = "preto-2-prod", minutes: int = 0) -> str:
        begun = Begun(at=NOW + dt.timedelta(minutes=minutes), name=name, names=OF_STACKS, token=token)
        call = calls.began(begun)
        return call.who if call is not None else ""

    assert (who("deploy-1"), who(""), who("", "preto-2-prod-2")) == ("marked", "near", "other")
    assert who("", minutes=5) == ""
    refused = event({"type": "Root"})
    refused["CloudTrailEvent"] = json.dumps({"errorCode": "AccessDenied"})
    assert read_call(refused) is None
    assert read_call({**refused, "CloudTrailEvent": "no JSON"}) is None
