"""Rule E9102: what holds data says what happens to it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING

from cfnlint.data import AdditionalSpecs
from cfnlint.rules import CloudFormationLintRule, RuleMatch

if TYPE_CHECKING:
    from cfnlint.template import Template

POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")
NESTED_STACK = "AWS::CloudFormation::Stack"
MORE_STATEFUL_TYPES = frozenset(
    {
        "AWS::AmazonMQ::Broker",
        "AWS::CodeArtifact::Repository",
        "AWS::CodeCommit::Repository",
        "AWS::DSQL::Cluster",
        "AWS::ECR::Repository",
        "AWS::KMS::ReplicaKey",
        "AWS::MSK::Cluster",
        "AWS::MemoryDB::Cluster",
        "AWS::OpenSearchServerless::Collection",
        "AWS::RDS::GlobalCluster",
        "AWS::S3Express::DirectoryBucket",
        "AWS::S3Tables::Table",
        "AWS::S3Tables::TableBucket",
        "AWS::Timestream::Table",
    }
)
"""Types that hold what cannot be made again from a template, and that cfn-lint's own list of such types lacks."""


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

    def __init__(self) -> None:
        super().__init__()
        listed = json.loads(files(AdditionalSpecs).joinpath("StatefulResources.json").read_bytes())["ResourceTypes"]
        self._types = (frozenset(listed) | MORE_STATEFUL_TYPES) - {NESTED_STACK}

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Name the policies that are missing, resource by resource."""
        matches = []
        for logical_id, resource in cfn.get_resources().items():
            missing = [policy for policy in POLICIES if policy not in resource]
            if resource.get("Type") in self._types and missing:
                message = f"{resource['Type']} holds data and has no {' and no '.join(missing)}"
                matches.append(RuleMatch(["Resources", logical_id], message))
        return matches
