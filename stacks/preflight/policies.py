"""Policies in the settings exist: a role with a missing policy fails after other resources were created."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied, is_unsupported
from stacks.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from stacks.settings import Settings

OF_AWS = "aws"
"""The account of AWS managed policies."""


def check_policies(aws: Aws, settings: Settings) -> tuple[str, ...]:
    """Raise UserError for a missing policy; return what could not be found out."""
    return tuple(note for key, arn in _named(settings) if (note := _look(aws, key, arn)))


def _named(settings: Settings) -> Iterator[tuple[str, str]]:
    if boundary := settings.iam.permissions_boundary_arn:
        yield "[iam] permissions_boundary_arn", boundary
    for key in ("execution_managed_policy_arns", "task_managed_policy_arns"):
        for arn in getattr(settings.iam, key):
            yield f"[iam] {key}", arn


def _look(aws: Aws, key: str, arn: str) -> str:
    """Return what is not known of it, or ""; only whose policy it is can look another account's up."""
    if arn.split(":")[4] not in {OF_AWS, aws.account_id}:
        return f"{key}: whether {arn} is there is not known, because it is of another account"
    try:
        aws.iam.get_policy(PolicyArn=arn)
    except ClientError as error:
        if error_code(error) == "NoSuchEntity":
            then = "Make it, or name one that is there: aws iam list-policies"
            raise UserError(key, f"there is no policy {arn}", then) from error
        if is_unsupported(error):
            return ""
        why = "is not allowed" if is_denied(error) else f"says {error_code(error)}"
        return f"{key}: whether {arn} is there is not known, because iam:GetPolicy {why}"
    return ""
