"""Rule E9102: what holds data says what happens to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from templates.resource_types.stateful import STATEFUL

if TYPE_CHECKING:
    from cfnlint.template import Template

POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")


class StatefulPolicies(CloudFormationLintRule):
    """Stateful resources need both policies.

    Stricter than cfn-lint's I3011, which only informs, and leaves out what cannot be deleted while it holds something.
    A nested stack is not asked: what is in it is.
    """

    id = "E9102"
    shortdesc = "A stateful resource says what happens to its data"
    description = (
        "By default CloudFormation deletes a resource that is removed or replaced, and its data with it. "
        "A resource that holds data sets DeletionPolicy and UpdateReplacePolicy."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html"
    tags = ["resources", "deletionpolicy", "updatereplacepolicy"]  # noqa: RUF012 - cfn-lint's way to declare a rule

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Name the policies that are missing, resource by resource."""
        matches = []
        for logical_id, resource in cfn.get_resources().items():
            missing = [policy for policy in POLICIES if policy not in resource]
            if resource.get("Type") in STATEFUL and missing:
                message = f"{resource['Type']} holds data and has no {' and no '.join(missing)}"
                matches.append(RuleMatch(["Resources", logical_id], message))
        return matches
