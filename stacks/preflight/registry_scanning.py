"""Scanning of the account's image registry: one configuration, shared by all deployments."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation.stack import nested_stack_resources
from stacks.errors import UserError
from templates.ecr import SCANNING
from templates.ecr.scanning import scanning_configuration
from templates.root import REPOSITORY_STACK

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from types_boto3_ecr.type_defs import RegistryScanningRuleOutputTypeDef

    from stacks.aws.session import Aws
    from stacks.cloudformation.stack import Stack
    from stacks.settings import Settings


@translate_aws_errors()
def check_registry_scanning(aws: Aws, settings: Settings, existing: Stack | None) -> None:
    """Raise UserError if this deployment would overwrite a foreign scanning configuration.

    An account has one in each region. A deployment may change its own configuration. An equal one is accepted: it
    stays when the deployment that created it is destroyed.
    """
    if not settings.ecr.enhanced_scanning or (existing and _is_ours(aws, existing)):
        return
    found = aws.ecr.get_registry_scanning_configuration()["scanningConfiguration"]
    kind, rules = found.get("scanType", "BASIC"), found.get("rules", [])
    if (kind == "BASIC" and not rules) or (kind, _current_rules(rules)) == _new_configuration(settings):
        return
    current = "; ".join([kind, *_descriptions(rules)])
    raise UserError(
        "[ecr] enhanced_scanning",
        f"the whole registry of account {aws.account_id} in {aws.region} is configured already: {current}",
        "Leave it off here, and have this repository added to those rules where it is not among them.\n"
        "If they are not needed, reset them first:\n"
        "  aws ecr put-registry-scanning-configuration --scan-type BASIC --rules '[]'",
    )


def _is_ours(aws: Aws, existing: Stack) -> bool:
    """Whether the deployed stack has the configuration."""
    found = nested_stack_resources(aws, existing.stack_id, REPOSITORY_STACK)
    return any(it.logical_id == SCANNING for it in found)


Rules = frozenset[tuple[str, frozenset[tuple[str, str]]]]
"""Scan frequencies, each with repository filters and their types; ECR guarantees no order."""


def _current_rules(rules: Iterable[RegistryScanningRuleOutputTypeDef]) -> Rules:
    return frozenset(
        (rule["scanFrequency"], frozenset((it["filter"], it["filterType"]) for it in rule["repositoryFilters"]))
        for rule in rules
    )


def _new_configuration(settings: Settings) -> tuple[str, Rules]:
    found = scanning_configuration(settings.identity, settings.ecr)
    rules = frozenset(
        (rule["ScanFrequency"], frozenset((it["Filter"], it["FilterType"]) for it in rule["RepositoryFilters"]))
        for rule in found["Rules"]
    )
    return found["ScanType"], rules


def _descriptions(rules: Iterable[RegistryScanningRuleOutputTypeDef]) -> Iterator[str]:
    for rule in rules:
        names = json.dumps([it["filter"] for it in rule["repositoryFilters"]])
        yield f"{rule['scanFrequency']} of {names}"
