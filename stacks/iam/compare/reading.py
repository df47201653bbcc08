"""A role's or user's policies, as IAM has them: inline, attached, those of its groups, and its permissions boundary."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, error_code
from stacks.errors import UserError
from stacks.iam.evaluate.documents import parse_policy
from stacks.iam.evaluate.evaluation import Policies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stacks.aws.session import Aws
    from stacks.iam.compare.principal import Principal
    from stacks.iam.evaluate.statements import Document

CONNECTIONS = 6
"""Calls at a time; boto3's default pool holds ten connections."""
Fetch = tuple[str, "Callable[[], Any]"]
"""A policy's name and how to get its document."""


class UnreadableError(Exception):
    """The policies cannot all be read; says why. What a part of them allows, another part may deny."""


def read_policies(aws: Aws, principal: Principal) -> tuple[str, Policies]:
    """Return the ARN of a role or user as IAM knows it, and all its policies.

    Raises UnreadableError; UserError where it does not exist.
    """
    try:
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            found, wanted = _role(aws, principal.name) if principal.kind == "role" else _user(aws, principal.name)
            boundary = _boundary(found)
            names = [name for name, _ in wanted]
            if boundary:
                wanted = [*wanted, _managed(aws, boundary, boundary)]
            documents = list(pool.map(_parsed, wanted))
    except ClientError as error:
        if error_code(error) == "NoSuchEntity":
            why = f"there is none in account {aws.account_id}"
            raise UserError(str(principal), why, "`aws iam list-roles` lists the roles.") from error
        raise UnreadableError(f"the policies of {principal} may not be read: {error.operation_name}") from error
    limit = documents[-1] if boundary else None
    return found["Arn"], Policies(identity=tuple(documents[: len(names)]), boundary=limit)


def _role(aws: Aws, name: str) -> tuple[Any, list[Fetch]]:
    found = aws.iam.get_role(RoleName=name)["Role"]
    inline = aws.iam.get_paginator("list_role_policies").paginate(RoleName=name)
    attached = aws.iam.get_paginator("list_attached_role_policies").paginate(RoleName=name)

    def one(policy: str) -> Fetch:
        return policy, lambda: aws.iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]

    wanted = [one(policy) for page in inline for policy in page["PolicyNames"]]
    wanted += [_attached(aws, it) for page in attached for it in page["AttachedPolicies"]]
    return found, wanted


def _user(aws: Aws, name: str) -> tuple[Any, list[Fetch]]:
    found = aws.iam.get_user(UserName=name)["User"]
    inline = aws.iam.get_paginator("list_user_policies").paginate(UserName=name)
    attached = aws.iam.get_paginator("list_attached_user_policies").paginate(UserName=name)

    def one(policy: str) -> Fetch:
        return policy, lambda: aws.iam.get_user_policy(UserName=name, PolicyName=policy)["PolicyDocument"]

    wanted = [one(policy) for page in inline for policy in page["PolicyNames"]]
    wanted += [_attached(aws, it) for page in attached for it in page["AttachedPolicies"]]
    groups = aws.iam.get_paginator("list_groups_for_user").paginate(UserName=name)
    for group in [it["GroupName"] for page in groups for it in page["Groups"]]:
        wanted += _group(aws, group)
    return found, wanted


def _group(aws: Aws, name: str) -> Iterable[Fetch]:
    inline = aws.iam.get_paginator("list_group_policies").paginate(GroupName=name)
    attached = aws.iam.get_paginator("list_attached_group_policies").paginate(GroupName=name)

    def one(policy: str) -> Fetch:
        return policy, lambda: aws.iam.get_group_policy(GroupName=name, PolicyName=policy)["PolicyDocument"]

    yield from (one(policy) for page in inline for policy in page["PolicyNames"])
    yield from (_attached(aws, it) for page in attached for it in page["AttachedPolicies"])


def _attached(aws: Aws, policy: Any) -> Fetch:  # noqa: ANN401 - every list of boto3 has a type of its own for it
    return _managed(aws, policy["PolicyArn"], policy["PolicyName"])


def _managed(aws: Aws, arn: str, name: str) -> Fetch:
    def fetch() -> Any:  # noqa: ANN401 - boto3's document
        version = aws.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        return aws.iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]

    return name, fetch


def _boundary(found: Any) -> str:  # noqa: ANN401 - a role or a user
    return str((found.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn", ""))


def _parsed(wanted: Fetch) -> Document:
    name, fetch = wanted
    document = fetch()
    try:
        return _document(document if isinstance(document, str) else json.dumps(document), name)
    except UserError as error:
        raise UnreadableError(f"policy {name} is not understood: {error}") from error


@lru_cache(maxsize=64)
def _document(text: str, name: str) -> Document:
    """Parse a policy once: a role is read more than once before a deployment."""
    return parse_policy(text, name)
