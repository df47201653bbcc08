"""Policies of rendered templates, as IAM gets them: with the account, the region and the names filled in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from stacks.iam.evaluate.documents import parse_policy
from stacks.iam.evaluate.evaluation import Outcome, Policies, Request, decide
from tests.support.templates import of_type, properties

if TYPE_CHECKING:
    from stacks.iam.evaluate.statements import Document

ACCOUNT = "123456789012"
REGION = "ap-northeast-2"
BUCKET = "arn:aws:s3:::preto-2-bootstrap-artifactbucket-1abc"
PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::URLSuffix": "amazonaws.com",
}


def resolved(part: Any) -> Any:
    """Return a part of a template with its functions resolved; the only attribute is the artifact bucket's ARN."""
    match part:
        case {"Fn::Sub": str(text)}:
            found: Any = re.sub(r"\$\{([\w:]+)\}", lambda name: PSEUDO[name[1]], text)
        case {"Ref": str(name)} if name in PSEUDO:
            found = PSEUDO[name]
        case {"Fn::GetAtt": ["ArtifactBucket", "Arn"]}:
            found = BUCKET
        case {"Fn::Join": [separator, parts]}:
            found = separator.join(map(resolved, parts))
        case dict():
            found = {key: resolved(value) for key, value in part.items()}
        case list():
            found = [resolved(value) for value in part]
        case _:
            found = part
    return found


def documents(template: dict[str, Any], role: str) -> dict[str, Any]:
    """Return the documents of a role's policies by name, inline and managed by the stack."""
    own = properties(template, role).get("Policies", [])
    managed = {
        name: it["Properties"]["PolicyDocument"]
        for name, it in of_type(template, "AWS::IAM::ManagedPolicy").items()
        if {"Ref": role} in it["Properties"]["Roles"]
    }
    inline = {f"{role}/{policy['PolicyName']}": policy["PolicyDocument"] for policy in own}
    return {name: resolved(document) for name, document in (inline | managed).items()}


def read(template: dict[str, Any], role: str) -> tuple[Document, ...]:
    """Return the same documents in the form that the evaluator takes."""
    return tuple(parse_policy(document, name) for name, document in documents(template, role).items())


def allows(template: dict[str, Any], role: str, action: str, resource: str = "*", **context: str) -> bool:
    """Whether a role may do something, in this region unless `context` says otherwise; keys have `__` for their colon.

    The request has no other condition keys.
    """
    keys = {"aws__RequestedRegion": REGION} | context
    given = {key.replace("__", ":"): (value,) for key, value in keys.items()}
    absent = dict.fromkeys(
        (
            "iam:PassedToService",
            "iam:PermissionsBoundary",
            "iam:AWSServiceName",
            "ecs:cluster",
            "aws:RequestTag/Project",
            "aws:ResourceTag/Project",
            "application-autoscaling:service-namespace",
        )
    )
    decision = decide(Request(action, resource, absent | given), Policies(identity=read(template, role)))
    assert decision.outcome is not Outcome.UNKNOWN, decision.why
    return decision.outcome is Outcome.ALLOWED
