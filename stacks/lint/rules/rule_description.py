"""Rule W9105: a security group's rules say what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from stacks.rendered.expressions import If, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfnlint.template import Template

INLINE = ("SecurityGroupIngress", "SecurityGroupEgress")
SEPARATE = tuple(f"AWS::EC2::{name}" for name in INLINE)


class RuleDescription(CloudFormationLintRule):
    """Rules of security groups, inside the group or resources of their own, need a description."""

    id = "W9105"
    shortdesc = "A security group rule has a description"
    description = "A rule without a description cannot be told from one that was forgotten (checkov: CKV_AWS_23)."
    source_url = "https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html"
    tags = ["resources", "ec2", "securitygroup"]  # noqa: RUF012 - cfn-lint's way to declare a rule

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Point at each rule without a description."""
        message = "this security group rule has no description"
        return [RuleMatch(path, message) for path, rule in _rules(cfn) if not rule.get("Description")]


def _rules(cfn: Template) -> Iterator[tuple[list[str | int], dict[str, Any]]]:
    for logical_id, resource in cfn.get_resources().items():
        path: list[str | int] = ["Resources", logical_id, "Properties"]
        properties = resource.get("Properties")
        if not isinstance(properties, dict):
            continue
        if resource.get("Type") in SEPARATE:
            yield path, properties
        elif resource.get("Type") == "AWS::EC2::SecurityGroup":
            for name in INLINE:
                yield from _inline([*path, name], properties.get(name))


def _inline(path: list[str | int], value: object) -> Iterator[tuple[list[str | int], dict[str, Any]]]:
    """Yield the rules in a list of rules, in all branches of its conditions."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _inline([*path, index], item)
    elif isinstance(choice := parse(value), If):
        for index, branch in enumerate(choice.branches, start=1):
            yield from _inline([*path, "Fn::If", index], branch)
    elif isinstance(value, dict) and "IpProtocol" in value:
        yield path, value
