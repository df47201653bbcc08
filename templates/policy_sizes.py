"""Sizes of IAM's policy documents as IAM counts them: characters without white space.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from awacs.aws import PolicyDocument, Statement
from troposphere import encode_to_dict

if TYPE_CHECKING:
    from collections.abc import Sequence

MANAGED = 6_144
"""Characters of a managed policy."""
INLINE = 10_240
"""Characters of all inline policies of a role together."""
ATTACHED = 10
"""Managed policies of a role, unless AWS has raised the account's quota."""
TRUST = 2_048
"""Characters of a role's trust policy, unless AWS has raised the account's quota."""
TRUST_RAISED = 4_096
"""The maximum of that quota."""

_LONGEST = {"AccountId": 12, "Partition": 10, "Region": 16, "URLSuffix": 18}
"""Characters of pseudo parameters, at most."""
_ELSEWHERE = 150
"""Characters assumed for parameters and attributes: mostly ARNs."""
_BUCKET = f"arn:{'p' * 10}:s3:::{'b' * 63}"
_PROVIDER = f"arn:{'p' * 10}:iam::{'1' * 12}:oidc-provider/"
_ARNS = {"ArtifactBucket": _BUCKET, "GitHubProvider": _PROVIDER}
"""The longest possible ARNs of resources of the bootstrap stack, by logical id."""


def policy_size(document: Any, issuer: str = "") -> int:
    """Return the characters of a policy document, at most, with whatever CloudFormation fills in.

    `issuer` is the issuer of the identity provider in the document, without the scheme.
    """
    text = json.dumps(_filled(encode_to_dict(document)), separators=(",", ":"), ensure_ascii=False)
    return len("".join(text.replace(_PROVIDER, f"{_PROVIDER}{issuer}").split()))


def document(statements: Sequence[Statement]) -> Any:
    """Return a document with these statements."""
    return PolicyDocument(Version="2012-10-17", Statement=list(statements))


def documents(statements: Sequence[Statement], limit: int = MANAGED) -> list[Any]:
    """Return documents within the limit, with the statements in their order.

    A statement that is too long for one document is split by its resources.
    """
    found: list[list[Statement]] = [[]]
    for statement in statements:
        rest: Statement | None = statement
        while rest is not None:
            part, rest = _part(rest, found[-1], limit)
            found[-1] += [] if part is None else [part]
            if rest is not None:
                found.append([])
    return [document(group) for group in found]


def _part(statement: Statement, before: Sequence[Statement], limit: int) -> tuple[Statement | None, Statement | None]:
    """Return the part of a statement that fits into a document after others, and the rest."""
    if policy_size(document([*before, statement])) <= limit:
        return statement, None
    if policy_size(document([statement])) <= limit:
        return None, statement
    resources = statement.properties["Resource"]
    if not before and len(resources) == 1:
        return statement, None
    fitting = [
        number
        for number in range(1, len(resources))
        if policy_size(document([*before, _about(statement, resources[:number])])) <= limit
    ]
    if not fitting:
        return (None, statement) if before else (_about(statement, resources[:1]), _about(statement, resources[1:]))
    return _about(statement, resources[: fitting[-1]]), _about(statement, resources[fitting[-1] :])


def _about(statement: Statement, resources: Sequence[Any]) -> Statement:
    """Return the statement for some of its resources. It goes into another document, so that the Sid can stay."""
    return Statement(**(statement.properties | {"Resource": list(resources)}))


def _filled(part: Any) -> Any:
    """Return the part with the longest possible text instead of each intrinsic function."""
    match part:
        case {"Fn::Sub": str(text)}:
            filled: Any = re.sub(
                r"\$\{(?:AWS::)?([\w.]+)\}", lambda name: "x" * _LONGEST.get(name[1], _ELSEWHERE), text
            )
        case {"Ref": str(name)}:
            filled = "x" * _LONGEST.get(name.removeprefix("AWS::"), _ELSEWHERE)
        case {"Fn::GetAtt": [str(logical_id), _]}:
            filled = _ARNS.get(logical_id, "x" * _ELSEWHERE)
        case {"Fn::Join": [str(separator), list(parts)]}:
            filled = separator.join(map(_filled, parts))
        case dict():
            filled = {name: _filled(value) for name, value in part.items()}
        case list():
            filled = [_filled(value) for value in part]
        case _:
            filled = part
    return filled
