"""Rule W9107: a lifecycle policy may expire the image that runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

if TYPE_CHECKING:
    from cfnlint.template import Template

REPOSITORY, POLICY, TEXT = "AWS::ECR::Repository", "LifecyclePolicy", "LifecyclePolicyText"


class ExpiringImages(CloudFormationLintRule):
    """A rule of a lifecycle policy counts all images, whatever their tags.

    ECR does not know which image runs: one that is pushed less often than others expires while tasks still need it.
    """

    id = "W9107"
    shortdesc = "The image that runs may expire"
    description = (
        "A lifecycle policy that counts or ages all images also expires the one that runs. Tasks that are to be "
        "started then find none."
    )
    source_url = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html"
    tags = ["resources", "ecr"]  # noqa: RUF012 - cfn-lint's way to declare a rule

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Point at each policy with such a rule."""
        return [
            RuleMatch(
                ["Resources", logical_id, "Properties", POLICY],
                f"the image that runs expires, too, {when}: no task could be started with it then. Without "
                "[ecr] keep_images and lifecycle_policy no image expires that can run",
            )
            for logical_id, repository in cfn.get_resources(REPOSITORY).items()
            for when in _expiring_all(repository.get("Properties", {}).get(POLICY))
        ]


def _expiring_all(policy: Any) -> list[str]:  # noqa: ANN401 - a template may hold anything
    """Return when each rule for all images expires one."""
    try:
        rules = json.loads(policy[TEXT])["rules"]
        selections = [it["selection"] for it in rules]
        return [_when(it) for it in selections if it["tagStatus"] == "any"]
    except (KeyError, TypeError, ValueError):
        return []


def _when(selection: dict[str, Any]) -> str:
    number = selection.get("countNumber")
    if selection.get("countType") == "imageCountMoreThan":
        return f"after {number} more were pushed"
    return f"after {number} days"
