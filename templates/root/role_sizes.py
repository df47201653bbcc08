"""Sizes of the inline policies of the service's roles: IAM accepts 10,240 characters for a role."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from troposphere import Ref

from templates import ecr, ecs, iam, policy_sizes
from templates.values import KeyArn, SecretArn

if TYPE_CHECKING:
    from templates.root.tables import Tables

LATER = Ref("Later")
"""A value that only CloudFormation knows."""


def policy_sizes_by_role(settings: Tables) -> dict[str, int]:
    """Return the characters of the inline policies of each role, at most, by its logical id."""
    access = ecs.needed_access(settings.ecs)
    stack = iam.build(
        settings.identity,
        settings.iam,
        iam.Inputs(cookie_secret_arn=SecretArn(LATER), kms_key_arn=KeyArn(LATER)),
        repository_name=ecr.repository_name(settings.identity, settings.ecr),
        access=access,
        cached=ecr.cached_repositories(settings.ecr.pull_through_cache, access.repository_arns),
    )
    roles = {name: it["Properties"] for name, it in json.loads(stack.body)["Resources"].items()}
    return {
        name: sum(policy_sizes.policy_size(policy["PolicyDocument"]) for policy in properties["Policies"])
        for name, properties in roles.items()
        if "Policies" in properties
    }


def sizes_by_setting(settings: Tables) -> dict[str, int]:
    """Return the characters that settings put into these policies, by key."""
    of_ecs = settings.ecs
    given: dict[str, list[str]] = {
        "iam.task_statements": [str(it) for it in settings.iam.task_statements],
        "ecs.secrets": list(of_ecs.secrets.values()),
        "ecs.secret_key_arns": list(of_ecs.secret_key_arns),
        "ecs.sidecars": [secret for it in of_ecs.sidecars for secret in it.secrets.values()],
    }
    return {key: sum(map(len, texts)) for key, texts in given.items() if texts}
