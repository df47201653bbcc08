"""Rule E9104: no IAM policy allows everything on everything."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from cfnlint.jsonschema import CfnTemplateValidator
from cfnlint.rules import CloudFormationLintRule, RuleMatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfnlint.jsonschema import Validator
    from cfnlint.template import Template

ANY_ACTION = re.compile(r"[*?:]*\*[*?:]*")
ANY_RESOURCE = re.compile(r"(arn(:([a-z-]+|\*))?:)?[*?:]*\*[*?:]*")
"""`*`, and what is as good as it: `**`, `*:*`, `arn:aws:*`."""
TRUST = "AssumeRolePolicyDocument"
"""Says who may take on a role, not what the role may do: its statements have no resource."""


class UnlimitedStatement(CloudFormationLintRule):
    """No statement of an identity's policy allows `*` on `*`, intrinsic functions considered.

    `NotAction` and `NotResource` allow all that they do not name, and count as `*`. Policies of resources (buckets,
    keys) are not looked at: there `*` is the resource itself.
    """

    id = "E9104"
    shortdesc = "An IAM statement does not allow every action on every resource"
    description = "A statement that allows the action * on the resource * makes an administrator of whoever has it."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1"
    tags = ["resources", "iam"]  # noqa: RUF012 - cfn-lint's way to declare a rule

    def match(self, cfn: Template) -> list[RuleMatch]:
        """Point at each statement that allows everything."""
        resolver = CfnTemplateValidator({}, context=cfn.context, cfn=cfn)
        matches = []
        for logical_id, resource in cfn.get_resources().items():
            if not str(resource.get("Type")).startswith(("AWS::IAM::", "AWS::SSO::PermissionSet")):
                continue
            for path, statement in _statements(resource.get("Properties"), ["Resources", logical_id, "Properties"]):
                if _allows_everything(statement, resolver):
                    message = "this statement allows every action on every resource; name the actions or the resources"
                    matches.append(RuleMatch(path, message))
        return matches


def _statements(value: object, path: list[str | int]) -> Iterator[tuple[list[str | int], dict[str, Any]]]:
    """Yield the statements in a value, however deep; those in a policy written as a string have the string's path."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _statements(item, [*path, index])
    elif isinstance(value, dict):
        if "Effect" in value:
            yield path, value
        for name, item in value.items():
            if name != TRUST:
                yield from _statements(item, [*path, name])
    elif isinstance(value, str) and value.lstrip().startswith("{"):
        try:
            document = json.loads(value)
        except ValueError:
            return
        yield from ((path, statement) for _, statement in _statements(document, path))


def _allows_everything(statement: dict[str, Any], resolver: Validator) -> bool:
    def any_is(name: str, pattern: re.Pattern[str]) -> bool:
        return any(pattern.fullmatch(text) for text in _texts(statement.get(name), resolver))

    return (
        "Allow" in _texts(statement["Effect"], resolver)
        and ("NotAction" in statement or any_is("Action", ANY_ACTION))
        and ("NotResource" in statement or any_is("Resource", ANY_RESOURCE))
    )


def _texts(value: object, resolver: Validator) -> Iterator[str]:
    """Every text that a value can be, by cfn-lint: of a list each element's; without those that only AWS knows."""
    for found, _, _ in resolver.resolve_value(value):
        if isinstance(found, list):
            for element in found:
                yield from _texts(element, resolver)
        elif isinstance(found, str):
            yield found
