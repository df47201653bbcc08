"""What is known of a repository, and of a registry's login."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from stacks.images.targets import Target, uses_helper

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("mutability", "exclusions", "moves", "stays"),
    [
        ("IMMUTABLE", (), [], ["v1", "latest"]),
        ("MUTABLE", (), ["v1", "latest"], []),
        ("IMMUTABLE_WITH_EXCLUSION", ("dev-*",), ["dev-1"], ["v1"]),
        ("MUTABLE_WITH_EXCLUSION", ("v*",), ["latest"], ["v1"]),
    ],
)
def test_it_is_known_which_tags_move(
    mutability: str, exclusions: tuple[str, ...], moves: list[str], stays: list[str]
) -> None:
    """Those that are excluded are the other way round."""
    aws: Any = None
    target = Target(
        aws=aws, registry_id="1", name="x", uri="x", address="x", mutability=mutability, exclusions=exclusions
    )
    assert all(target.can_move(tag) for tag in moves)
    assert not any(target.can_move(tag) for tag in stays)


def test_ecrs_helper_logs_in_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """For the registries of `credHelpers`, or for all; a configuration that cannot be read has none."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    file = tmp_path / "config.json"
    assert not uses_helper("a")
    for content, expected in (
        ({"credHelpers": {"a": "ecr-login"}}, True),
        ({"credHelpers": {"b": "ecr-login"}}, False),
        ({"credsStore": "ecr-login"}, True),
        ({"credsStore": "ecr-login", "credHelpers": {"a": "pass"}}, False),
        ([], False),
    ):
        file.write_text(json.dumps(content))
        assert uses_helper("a") is expected
    file.write_text("{")
    assert not uses_helper("a")
