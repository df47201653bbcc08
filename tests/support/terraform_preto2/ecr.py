"""The module `ecr`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.support.terraform_states import resource

if TYPE_CHECKING:
    from tests.support.terraform_preto2.names import Names


def resources(names: Names) -> list[dict[str, Any]]:
    """Return its resources."""
    host = f"{names.account}.dkr.ecr.{names.region}.amazonaws.com"
    repository = {
        "arn": names.arn("ecr", f"repository/{names.stem}"),
        "encryption_configuration": [{"encryption_type": "AES256", "kms_key": ""}],
        "force_delete": None,
        "id": names.stem,
        "image_scanning_configuration": [{"scan_on_push": True}],
        "image_tag_mutability": "MUTABLE",
        "name": names.stem,
        "registry_id": names.account,
        "repository_url": f"{host}/{names.stem}",
        "timeouts": None,
    } | names.tagged()
    rule = {
        "action": {"type": "expire"},
        "description": "Keep last 2 images",
        "rulePriority": 1,
        "selection": {"countNumber": 2, "countType": "imageCountMoreThan", "tagStatus": "any"},
    }
    policy = {
        "id": names.stem,
        "policy": json.dumps({"rules": [rule]}, separators=(",", ":")),
        "registry_id": names.account,
        "repository": names.stem,
    }
    return [
        resource("module.ecr.aws_ecr_lifecycle_policy.this", policy),
        resource("module.ecr.aws_ecr_repository.this", repository),
    ]
