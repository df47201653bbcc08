"""The right to tag scalable targets, for a role that deploys and is there already."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from awacs import application_autoscaling
from awacs.aws import Allow, PolicyDocument, Statement
from troposphere import Sub
from troposphere.iam import RolePolicy

if TYPE_CHECKING:
    from templates.identity import Identity


def autoscaling_tags(identity: Identity, role_name: str) -> RolePolicy:
    """The inline policy, on the role of this name, which is the same in all regions: the policy's is each one's own."""
    return RolePolicy(
        "GitHubActionsPolicy",
        RoleName=role_name,
        PolicyName=Sub(f"{identity.name}-autoscaling-tags-${{AWS::Region}}"),
        PolicyDocument=tag_scalable_targets(),
    )


def tag_scalable_targets() -> dict[str, Any]:
    """The inline policy of the Terraform project's documentation.

    awacs writes lists where that document writes their only element; IAM reads both alike. `AmazonECS_FullAccess` alone
    does not allow `application-autoscaling:TagResource`, which creating a tagged scalable target needs.
    """
    policy = PolicyDocument(
        Version="2012-10-17",
        Statement=[Statement(Effect=Allow, Action=[application_autoscaling.Action("*Tag*")], Resource=["*"])],
    )
    document: dict[str, Any] = json.loads(policy.to_json())
    return document
