"""Secrets and parameters in the settings exist; their values are not read.

If one is missing, a task never starts ("ResourceInitializationError"), and a listener or a cache rule fails.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_denied, is_unsupported
from stacks.errors import UserError
from templates import arns

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from stacks.settings import Settings

CONNECTIONS = 8
"""Calls at a time; boto3's default pool holds ten connections of a client."""
ABSENT = {"ResourceNotFoundException", "ParameterNotFound"}


@dataclass(frozen=True, kw_only=True)
class Named:
    """A secret or parameter, and the first setting that names it."""

    arn: str
    key: str

    @property
    def place(self) -> tuple[str, str]:
        """Region and account."""
        _, _, _, region, account, _ = self.arn.split(":", 5)
        return region, account

    def __str__(self) -> str:
        kind, _, name = self.arn.split(":", 5)[5].replace("/", ":", 1).partition(":")
        return f"{kind} {name}"


def check_secrets(aws: Aws, settings: Settings, *, service: bool) -> tuple[str, ...]:
    """Raise UserError for a missing one; return what could not be found out.

    Those of the containers are checked only if a `service` is deployed.
    """
    named = list({it.arn: it for it in [*_named(settings, service=service)][::-1]}.values())[::-1]
    here = [it for it in named if it.place == (aws.region, aws.account_id)]
    notes = [f"{it.key}: whether {it} is there is not known, because it is elsewhere" for it in named if it not in here]
    # Sessions are not thread-safe: create each client before the threads start.
    for it in here:
        getattr(aws, "ssm" if arns.is_parameter(it.arn) else "secretsmanager")
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        found = list(pool.map(lambda it: _check(aws, it), here))
    problems = [(it, why) for it, (why, _) in zip(here, found, strict=True) if why]
    if problems:
        why = "; ".join(f"{why} ({it.key})" for it, why in problems)
        then = "Create it, or name an existing one: aws secretsmanager list-secrets, aws ssm describe-parameters"
        raise UserError(problems[0][0].key if len(problems) == 1 else "secrets", why, then)
    return (*notes, *(note for _, note in found if note))


def _named(settings: Settings, *, service: bool) -> Iterator[Named]:
    sign_in, cache = settings.network.sign_in, settings.ecr.pull_through_cache
    if sign_in and sign_in.client_secret_arn:
        yield Named(arn=sign_in.client_secret_arn, key="[network.sign_in] client_secret_arn")
    if cache and cache.credential_arn:
        yield Named(arn=cache.credential_arn, key="[ecr.pull_through_cache] credential_arn")
    if not service:
        return
    ecs = settings.ecs
    if ecs.registry_credentials_arn:
        yield Named(arn=ecs.registry_credentials_arn, key="[ecs] registry_credentials_arn")
    for name, reference in ecs.secrets.items():
        yield Named(arn=arns.reference_arn(reference), key=f"[ecs.secrets] {name}")
    for sidecar in ecs.sidecars:
        for name, reference in sidecar.secrets.items():
            yield Named(arn=arns.reference_arn(reference), key=f"[ecs.sidecars.secrets] {name} of {sidecar.name}")


def _check(aws: Aws, named: Named) -> tuple[str, str]:
    """Return why the secret or parameter cannot be used, and what is not known; each may be ""."""
    action = "ssm:DescribeParameters" if arns.is_parameter(named.arn) else "secretsmanager:DescribeSecret"
    try:
        return (_parameter if arns.is_parameter(named.arn) else _secret)(aws, named), ""
    except ClientError as error:
        if error_code(error) in ABSENT:
            return _absent(aws, named), ""
        if is_unsupported(error):
            return "", ""
        why = "is not allowed" if is_denied(error) else f"says {error_code(error)}"
        return "", f"{named.key}: whether {named} is there is not known, because {action} {why}"


def _absent(aws: Aws, named: Named) -> str:
    return f"there is no {named} in account {aws.account_id}, {aws.region}"


def _secret(aws: Aws, named: Named) -> str:
    """Return why the secret cannot be used, or "". AWS also accepts a partial ARN, which no policy matches."""
    found = aws.secretsmanager.describe_secret(SecretId=named.arn)
    if found["ARN"] != named.arn:
        return f"the whole ARN of {named} is {found['ARN']}"
    return f"{named} is going to be deleted" if found.get("DeletedDate") else ""


def _parameter(aws: Aws, named: Named) -> str:
    """Return why the parameter cannot be used, or "". `/db` and `db` have the same ARN: either is accepted."""
    name = named.arn.partition(":parameter/")[2]
    filters = [{"Key": "Name", "Option": "Equals", "Values": [name, f"/{name}"]}]
    # An empty page may have a next one.
    pages = aws.ssm.get_paginator("describe_parameters").paginate(ParameterFilters=filters)
    return "" if any(page["Parameters"] for page in pages) else _absent(aws, named)
