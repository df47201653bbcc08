"""The bootstrap stack as one of many: a stack set has one template for all accounts and regions.

IAM has no regions: roles have the region in their names, and GitHub's identity provider is made in the first region
only. What the settings name in one account is meant in each of them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from templates.bootstrap.settings import Settings

OF_ONE_ACCOUNT = re.compile(r"^arn:[a-z-]+:iam::[0-9]{12}:")
"""The beginning of an ARN of what is in one account."""
IN_EACH = "arn:${AWS::Partition}:iam::${AWS::AccountId}:"
LONGEST_ROLE = 64 - len("-ap-southeast-1")
"""Letters of a role's name to which a region is added; no region has a longer name."""


def in_each_account(settings: Settings) -> Settings:
    """Return the settings with texts of `Fn::Sub` for what differs between accounts and regions."""
    made = not settings.existing_github_role
    return settings.model_copy(
        update={
            "github_role_name": _regional(settings.github_role_name) if made else settings.github_role_name,
            "plan_role_name": _regional(settings.plan_role_name),
            "execution_policy_arns": tuple(map(_in_each, settings.execution_policy_arns)),
            "permissions_boundary_arn": _in_each(settings.permissions_boundary_arn or "") or None,
            "oidc_provider_arn": _in_each(settings.oidc_provider_arn or "") or None,
        }
    )


def _regional(name: str) -> str:
    return f"{name}-${{AWS::Region}}"


def _in_each(arn: str) -> str:
    return OF_ONE_ACCOUNT.sub(IN_EACH, arn)
