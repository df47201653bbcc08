"""What IAM has once in an account, for all regions and projects: the names of the roles and GitHub's provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied
from stacks.bootstrap.iam_quotas import check_iam_quotas, named_in
from stacks.cloudformation.stack import stack_resources
from stacks.errors import UserError
from templates.bootstrap import oidc
from templates.bootstrap.roles import SESSION_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.settings import Settings

PROVIDER, ROLE = "AWS::IAM::OIDCProvider", "AWS::IAM::Role"
KEYS = {
    "GitHubActionsRole": "github_role_name, or existing_github_role = true, which keeps that role's own trust policy",
    "GitHubPlanRole": "plan_role_name",
    "ExecutionRole": "execution_role_name",
}
"""How the settings name each role that the stack makes, by its logical id."""


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """A name that is in use, and what to write instead."""

    what: str
    instead: str


def check_conflicts(
    aws: Aws, settings: Settings, document: Mapping[str, Any], existing: Stack | None
) -> tuple[str, ...]:
    """Raise UserError for what the bootstrap stack would make and somebody else has made, or would use and nobody has.

    CloudFormation finds these only while it creates them. Return notes: rights that are missing for
    the look-ups, a provider that goes, and an existing role whose sessions are too short for the pipeline.
    """
    try:
        own = _own(aws, existing)
        _refuse_own(settings, own)
        found = list(_conflicts(aws, document, own))
        if found:
            what = ", ".join(it.what for it in found)
            why = f"account {aws.account_id} has already: {what}; IAM has each once, for all regions and projects"
            raise UserError("[bootstrap]", why, f"Set {'; '.join(it.instead for it in found)}.")
        _refuse_absent_provider(aws, settings)
        told = (*_provider_goes(document, own), *_existing_role(aws, settings))
        return (*told, *check_iam_quotas(aws, settings, document))
    except ClientError as error:
        if not is_denied(error):
            raise
        lacking = f"iam:{error.operation_name}"
        return (f"Whether roles or GitHub's provider are there already is not known: {lacking} is not allowed.",)


def _own(aws: Aws, existing: Stack | None) -> frozenset[str]:
    """Return the names and ARNs of what the stack has itself."""
    found = stack_resources(aws, existing.stack_id) if existing else ()
    return frozenset(it.physical_id for it in found if it.is_there)


def _refuse_own(settings: Settings, own: frozenset[str]) -> None:
    """Raise UserError where the settings name what this stack has made: it would go with the update, and be missing."""
    table = settings.bootstrap
    if table.oidc_provider_arn in own:
        why = f"this stack has made {table.oidc_provider_arn}, and would delete it as one of somebody else's"
        raise UserError("[bootstrap] oidc_provider_arn", why, "Leave it out.")
    if table.existing_github_role and table.github_role_name in own:
        why = f"this stack has made the role {table.github_role_name}, and would delete it as one of somebody else's"
        raise UserError("[bootstrap] existing_github_role", why, "Leave it out, or name another github_role_name.")


def _conflicts(aws: Aws, document: Mapping[str, Any], own: frozenset[str]) -> Iterator[Conflict]:
    for logical_id, resource in sorted(document["Resources"].items()):
        if resource["Type"] == PROVIDER:
            arn = _provider(aws, resource["Properties"]["Url"])
            if arn and arn not in own:
                yield Conflict(what="GitHub's identity provider", instead=f'oidc_provider_arn = "{arn}"')
        elif resource["Type"] == ROLE:
            name = named_in(aws.region, resource["Properties"]["RoleName"])
            if name not in own and _role(aws, name) is not None:
                yield Conflict(what=f"the role {name}", instead=f"another {KEYS[logical_id]}")


def _provider(aws: Aws, issuer: str) -> str:
    """Return the ARN of the account's provider for this issuer, or ""."""
    found = aws.iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    ending = f":oidc-provider/{issuer.removeprefix('https://')}"
    return next((it["Arn"] for it in found if it["Arn"].endswith(ending)), "")


def _role(aws: Aws, name: str) -> int | None:
    """Return the seconds that a session of this role can last; None where there is no such role."""
    try:
        return aws.iam.get_role(RoleName=name)["Role"].get("MaxSessionDuration", 0)
    except ClientError as error:
        if error_code(error) == "NoSuchEntity":
            return None
        raise


def _refuse_absent_provider(aws: Aws, settings: Settings) -> None:
    """Raise UserError where the provider is absent: else only a workflow that is refused would show it."""
    arn = settings.bootstrap.oidc_provider_arn if settings.bootstrap.has_provider else None
    if not arn:
        return
    there = _provider(aws, settings.bootstrap.github_issuer)
    if there != arn:
        why = f"account {aws.account_id} has {there or 'no identity provider for GitHub'}, and not {arn}"
        raise UserError("[bootstrap] oidc_provider_arn", why, "Name that one." if there else "Leave it out.")
    audiences = aws.iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn).get("ClientIDList", [])
    if oidc.AUDIENCE not in audiences:
        why = f"it does not take tokens for {oidc.AUDIENCE}, which the roles ask for"
        then = (
            "Add it: aws iam add-client-id-to-open-id-connect-provider "
            f"--open-id-connect-provider-arn {arn} --client-id {oidc.AUDIENCE}"
        )
        raise UserError("[bootstrap] oidc_provider_arn", why, then)


def _provider_goes(document: Mapping[str, Any], own: frozenset[str]) -> tuple[str, ...]:
    """Return a note where the stack's provider goes: roles that this stack knows nothing of may trust it."""
    made = (it["Properties"]["Url"] for it in document["Resources"].values() if it["Type"] == PROVIDER)
    stays = {url.removeprefix("https://") for url in made}
    if not any(host not in stays for _, found, host in (name.partition(":oidc-provider/") for name in own) if found):
        return ()
    return ("GitHub's identity provider goes: no other role of the account that trusts it can be taken on any more.",)


def _existing_role(aws: Aws, settings: Settings) -> tuple[str, ...]:
    """Return a note where sessions of the named role end too early. Raises UserError where there is no such role."""
    if not settings.bootstrap.existing_github_role:
        return ()
    name = settings.bootstrap.github_role_name
    seconds = _role(aws, name)
    if seconds is None:
        why = f"account {aws.account_id} has no role {name}, and existing_github_role says that it has"
        raise UserError(
            "[bootstrap] github_role_name",
            why,
            "Name the one that is there, or have it made: docs/guides/set-up-access.md",
        )
    if seconds >= SESSION_SECONDS:
        return ()
    command = f"aws iam update-role --role-name {name} --max-session-duration {SESSION_SECONDS}"
    return (f"Sessions of {name} last {seconds} s at most; the pipeline asks for {SESSION_SECONDS}: {command}",)
