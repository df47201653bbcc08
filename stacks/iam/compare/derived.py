"""The execution role's policies where `[bootstrap] execution_rights` is `derived`: what the templates need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.build.render import render
from stacks.errors import UserError
from stacks.iam.compare.difference import deployed_as_rendered
from stacks.iam.derive.deployment import deployment_needs
from stacks.iam.derive.policy import policy_documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stacks.aws.session import Aws
    from stacks.iam.derive.needs import Needs
    from stacks.settings import Settings

POLICIES = 10
"""Managed policies that a role has at most, unless AWS has raised the account's quota.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
SETTING = "[bootstrap] execution_rights"


def sharing_environments(aws: Aws, settings: Settings, others: Iterable[Settings]) -> tuple[Settings, ...]:
    """Return these settings and the others, less those that deploy elsewhere, or without the same execution role."""

    def place(it: Settings) -> tuple[object, ...]:
        return it.project, it.aws.region, it.aws.endpoint, it.bootstrap.execution_role_name

    return (
        settings,
        *(
            it
            for it in others
            if it.environment != settings.environment
            and it.bootstrap.execution_role
            and place(it) == place(settings)
            and it.aws.account_id in {None, aws.account_id}
        ),
    )


def shared_documents(aws: Aws, environments: Iterable[Settings]) -> Mapping[str, Any]:
    """Policy documents by name: what these environments need of CloudFormation, as they are to be and as they are.

    What only the deployed templates need, a change that takes it away still needs. Raises UserError where it is more
    than a role takes.
    """
    found = tuple(environments)
    needs = [need for settings in found for each in _needs(aws, settings) for need in each.cloudformation]
    made = {f"Derived{number}": it for number, it in enumerate(policy_documents(needs), start=1)}
    attached = len(made) + len(found[0].bootstrap.execution_policy_arns)
    if attached > POLICIES:
        names = ", ".join(sorted(it.environment for it in found))
        why = f"with execution_policy_arns, {names} take {attached} managed policies, and a role has {POLICIES} at most"
        raise UserError(SETTING, why, 'Say "project", or give some of the environments another account or region.')
    return made


def _needs(aws: Aws, settings: Settings) -> Iterator[Needs]:
    rendered = render(settings)
    yield deployment_needs(settings, rendered, aws.account_id)
    if there := deployed_as_rendered(aws, rendered):
        yield deployment_needs(settings, there, aws.account_id)


def refuse_too_many_on_the_way(old: Mapping[str, Any], new: Mapping[str, Any], given: int) -> None:
    """Raise UserError where the role would have too many policies while one template takes the place of another.

    CloudFormation makes and attaches what is new before it takes away what is gone. `given` are those of others.
    """
    before, after = _managed(old), _managed(new)
    most = len(before | after) + given
    if before and after - before and most > POLICIES:
        why = (
            f"on the way from the policies that the role has to these it would have {most}, and {POLICIES} is the most"
        )
        raise UserError(
            SETTING, why, "Have AWS raise the quota of managed policies of a role, or use fewer environments."
        )


def _managed(template: Mapping[str, Any]) -> set[str]:
    """Return the needs of the execution role."""
    types = ((name, it) for name, it in template["Resources"].items() if it["Type"] == "AWS::IAM::ManagedPolicy")
    return {name for name, it in types if {"Ref": "ExecutionRole"} in it["Properties"].get("Roles", ())}
