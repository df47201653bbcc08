"""A service that takes on a role for this account and region only (the confused deputy)."""

from __future__ import annotations

from typing import Any

from awacs import sts
from awacs.aws import Allow, ArnLike, Condition, PolicyDocument, Principal, Statement, StringEquals
from troposphere import AccountId

from templates.identity import arn


def service_trust_policy(sid: str, service: str, source: tuple[str, str]) -> Any:
    """The trust policy of a role that `service` takes on for its own resources here.

    `source` is what it does so for: the service prefix and the resource of an ARN, as its documentation names them.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    """
    here = [ArnLike({"aws:SourceArn": arn(*source)}), StringEquals({"aws:SourceAccount": AccountId})]
    return PolicyDocument(
        Version="2012-10-17",
        Statement=[
            Statement(
                Sid=sid,
                Effect=Allow,
                Principal=Principal("Service", service),
                Action=[sts.AssumeRole],
                Condition=Condition(here),
            )
        ],
    )
