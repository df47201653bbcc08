"""Settings of different modules that do not go together."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from templates import root
from tests.support.templates import PRETO, tree

SIDECAR = {"name": "proxy", "image": "docker.io/library/nginx:1.27"}


@pytest.mark.parametrize("ecs", [{"image": "ghcr.io/team/app"}, {"sidecars": (SIDECAR,)}])
def test_images_of_other_registries_need_the_internet(ecs: dict[str, Any]) -> None:
    """VPC endpoints lead to ECR only: a task would wait for its image in vain."""
    with pytest.raises(ValidationError, match=r'is not in ECR, .* network.egress "endpoints"'):
        root.Settings.model_validate(PRETO | {"network": {"egress": "endpoints"}, "ecs": ecs})
    assert tree(network={"egress": "nat"}, ecs=ecs)


def test_the_first_pull_through_a_cache_needs_the_internet() -> None:
    """Later ones do not, but there is none without the first."""
    cached = {"pull_through_cache": {"prefix": "quay", "upstream": "quay"}}
    with pytest.raises(ValidationError, match="first pull of an image through the cache"):
        root.Settings.model_validate(PRETO | {"network": {"egress": "endpoints"}, "ecr": cached})
    assert tree(network={"egress": "nat"}, ecr=cached)


def test_more_rights_than_a_role_takes_are_refused() -> None:
    """IAM takes 10,240 characters of inline policies of a role: said when the settings are read, with what to do."""
    secrets = {
        f"S{number}": f"arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:application/{number:03d}-AbCdEf"
        for number in range(120)
    }
    with pytest.raises(
        ValidationError, match=r"policies of TaskExecutionRole would have .* keep several values in one"
    ):
        root.Settings.model_validate(PRETO | {"ecs": {"secrets": secrets}})
    one = {name: f"{next(iter(secrets.values()))}:{name}::" for name in secrets}
    assert tree(ecs={"secrets": one})
    statements = tuple(
        {"sid": f"S{number}", "actions": ("s3:GetObject",), "resources": (f"arn:aws:s3:::{'b' * 50}/{'k' * 200}/*",)}
        for number in range(40)
    )
    with pytest.raises(ValidationError, match=r"policies of TaskRole would have .*task_managed_policy_arns"):
        root.Settings.model_validate(PRETO | {"iam": {"task_statements": statements}})
    assert tree(iam={"task_statements": statements[:20]})
