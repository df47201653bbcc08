"""W9107: lifecycle policies that count the image that runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.stacks.lint.folders import found, tree

if TYPE_CHECKING:
    from pathlib import Path

BY_AGE = {
    "rules": [
        {
            "rulePriority": 1,
            "selection": {"tagStatus": "any", "countType": "sinceImagePushed", "countUnit": "days", "countNumber": 90},
            "action": {"type": "expire"},
        }
    ]
}


@pytest.mark.parametrize(
    ("ecr", "when"),
    [({"keep_images": 2}, "after 2 more were pushed"), ({"lifecycle_policy": json.dumps(BY_AGE)}, "after 90 days")],
)
def test_a_policy_that_counts_all_images_is_warned_of(tmp_path: Path, ecr: dict[str, Any], when: str) -> None:
    """As Terraform projects have it; a warning, which passes."""
    (warning,) = found(tree(tmp_path, ecr=ecr), "W9107")
    assert (warning.module, warning.logical_id, warning.level) == ("Ecr", "Repository", "warning")
    assert when in warning.message


@pytest.mark.parametrize("ecr", [{}, {"expiring_tags": ("pr-*",)}, {"lifecycle_policy": ""}])
def test_our_own_policy_passes(tmp_path: Path, ecr: dict[str, Any]) -> None:
    """By it no image expires that can run."""
    assert found(tree(tmp_path, ecr=ecr), "W9107") == []
