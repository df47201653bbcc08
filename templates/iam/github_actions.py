"""The right to tag scalable targets, for an existing role that deploys."""

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
    """Return the inline policy of this role. Its name has the region: the role is the same in all regions."""
    return RolePolicy(
        "GitHubActionsPolicy",
        RoleName=role_name,
        PolicyName=Sub(f"{identity.stem}-autoscaling-tags-${{AWS::Region}}"),
        PolicyDocument=tag_scalable_targets(),
    )


def tag_scalable_targets() -> dict[str, Any]:
    """Return the policy document from the documentation of the Terraform project.

    `AmazonECS_FullAccess` alone does not allow `application-autoscaling:TagResource`, which the creation of a tagged
    scalable target needs.
    """
    policy = PolicyDocument(
        Version="2012-10-17",
        Statement=[Statement(Effect=Allow, Action=[application_autoscaling.Action("*Tag*")], Resource=["*"])],
    )
    document: dict[str, Any] = json.loads(policy.to_json())
    return document
