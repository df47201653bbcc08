"""Trust of a service, limited to this account and region (the confused deputy)."""

from __future__ import annotations

from typing import Any

from awacs import sts
from awacs.aws import Allow, ArnLike, Condition, PolicyDocument, Principal, Statement, StringEquals
from troposphere import AccountId

from templates.identity import arn


def service_trust_policy(sid: str, service: str, source: tuple[str, str]) -> Any:
    """Return the trust policy of a role that `service` assumes for its resources in this account and region.

    `source` are the service prefix and the resource part of the ARNs of those resources.

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
