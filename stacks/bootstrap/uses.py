"""Who still uses the bootstrap stack: stacks that were deployed with it, and roles that trust its identity provider."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from stacks.aws.errors import ClientError, error_code, is_denied
from stacks.bootstrap.conflicts import PROVIDER, ROLE
from stacks.bootstrap.prepare import FOLDER
from templates.bootstrap import ADOPTIONS, DRAFTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from types_boto3_cloudformation.type_defs import StackTypeDef

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import StackResource

OWN_FOLDERS = frozenset({ADOPTIONS, DRAFTS, FOLDER})
"""Folders of the artifact bucket that are none of a stack's."""


@dataclass(frozen=True, kw_only=True)
class Use:
    """Somebody who uses the bootstrap stack: what it is, and what it needs of it."""

    what: str
    needs: str


@dataclass(frozen=True, kw_only=True)
class Uses:
    """All of them.

    `elsewhere` are stacks with a folder in the bucket that are not in this account and region: they are gone, or in
    another region. `notes` say what is not known.
    """

    found: tuple[Use, ...]
    elsewhere: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def find_uses(aws: Aws, own: str, resources: Sequence[StackResource], buckets: Sequence[str]) -> Uses:
    """Return who uses these resources of the bootstrap stack `own`, and these artifact buckets.

    A stack's templates are in a folder of its name, and CloudFormation reads nested ones again when a stack is rolled
    back; a stack that was deployed with the execution role cannot be changed or deleted without it.
    """
    stacks = [it for it in _root_stacks(aws) if it["StackName"] != own]
    names = {it["StackName"] for it in stacks}
    folders = sorted({it for bucket in buckets for it in _folders(aws, bucket)})
    found = [Use(what=f"stack {it}", needs="its templates are in the artifact bucket") for it in folders if it in names]
    roles = {it.physical_id for it in resources if it.type == ROLE and it.is_there}
    for stack in stacks:
        role = stack.get("RoleARN", "").rpartition("/")[2]
        if role in roles:
            found.append(
                Use(what=f"stack {stack['StackName']}", needs=f"CloudFormation works on it as the role {role}")
            )
    trusting, notes = _trusting(aws, resources, roles)
    elsewhere = tuple(it for it in folders if it not in names)
    return Uses(found=(*found, *trusting), elsewhere=elsewhere, notes=notes)


def _root_stacks(aws: Aws) -> Iterator[StackTypeDef]:
    """Yield all stacks of account and region that are in no other stack, those that were only planned included."""
    for page in aws.cloudformation.get_paginator("describe_stacks").paginate():
        yield from (it for it in page["Stacks"] if not it.get("ParentId"))


def _folders(aws: Aws, bucket: str) -> Iterator[str]:
    """Yield the names of the stacks whose templates are in a bucket; none where the bucket is gone."""
    pages = aws.s3.get_paginator("list_objects_v2")
    try:
        for page in pages.paginate(Bucket=bucket, Delimiter="/", ExpectedBucketOwner=aws.account_id):
            prefixes = (it["Prefix"] for it in page.get("CommonPrefixes", []))
            yield from (it.removesuffix("/") for it in prefixes if it not in OWN_FOLDERS)
    except ClientError as error:
        if error_code(error) != "NoSuchBucket":
            raise


def _trusting(aws: Aws, resources: Sequence[StackResource], own: set[str]) -> tuple[list[Use], tuple[str, ...]]:
    """Return the account's other roles that trust the identity provider of the stack, and what is not known."""
    providers = [it.physical_id for it in resources if it.type == PROVIDER and it.is_there]
    if not providers:
        return [], ()
    try:
        roles = [it for page in aws.iam.get_paginator("list_roles").paginate() for it in page["Roles"]]
    except ClientError as error:
        if not is_denied(error):
            raise
        return [], ("Whether other roles trust GitHub's identity provider is not known: iam:ListRoles is not allowed.",)
    others = [it for it in roles if it["RoleName"] not in own]
    return [
        Use(what=f"role {it['RoleName']}", needs=f"it trusts the identity provider {provider}")
        for it in others
        for provider in providers
        if provider in _text(it.get("AssumeRolePolicyDocument", ""))
    ], ()


def _text(document: object) -> str:
    return unquote(document) if isinstance(document, str) else json.dumps(document)
