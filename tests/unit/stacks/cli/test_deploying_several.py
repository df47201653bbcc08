"""Environments that cannot have the same image are refused before the first is touched."""

from __future__ import annotations

from typing import Any

import pytest

from stacks.cli import COMMANDS, parsing
from stacks.cli.deploying_several import refuse_different
from stacks.errors import UserError
from stacks.terminal import PROGRAM
from tests.support import world

DEV = {"environment": "dev"}
CACHED: dict[str, Any] = {
    "ecs": {"image": "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/hub/team/app"},
    "ecr": {"pull_through_cache": {"prefix": "hub", "upstream": "quay"}},
}
"""An image of another registry, which ECR fetches."""


def refused(first: dict[str, Any], second: dict[str, Any], *, image: str | None = None, builds: bool = False) -> str:
    """Return why two environments are refused; "" where they are not."""
    try:
        refuse_different([world.settings(**DEV | first), world.settings(**second)], image=image, builds=builds)
    except UserError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("first", "second", "builds", "words"),
    [
        ({"image_tag": "v1"}, {"image_tag": "v2"}, False, "name different images (dev: v1, prod: v2)"),
        ({"ecs": {"image": "ghcr.io/a/b"}}, {}, False, "take the image from ghcr.io/a/b"),
        (CACHED, {}, False, f"take the image from {CACHED['ecs']['image']}"),
        ({"ecs": {"architecture": "ARM64"}}, {}, True, "[ecs] architecture: dev and prod differ in it"),
        ({"push": {"target": "dev"}}, {}, True, "[push]: dev and prod differ in it"),
    ],
)
def test_what_differs_is_named(first: dict[str, Any], second: dict[str, Any], builds: bool, words: str) -> None:  # noqa: FBT001 - a column
    """Tags in the files, registries, and, for one build, processors and what is built."""
    assert words in refused(first, second, builds=builds)


def test_what_can_be_the_same_is_not_refused() -> None:
    """A tag that is given wins over those in the files; a processor counts only where an image is built."""
    assert not refused({"image_tag": "v1"}, {"image_tag": "v2"}, image="v3")
    assert not refused({"image_tag": "v1"}, {})
    assert not refused({"ecs": {"architecture": "ARM64"}}, {})
    assert not refused({"ecs": {"image": "ghcr.io/a/b"}}, {"ecs": {"image": "ghcr.io/a/b"}})
    assert not refused(CACHED, CACHED)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["dev", "prod", "--plan", "x.json"], "--plan goes with one ENV at most"),
        (["dev", "prod", "--timeline", "x.html"], "--timeline draws one deployment"),
        (["prod", "--build", "--plan", "x.json"], "--build does not go with --plan"),
        (["prod", "--engine", "podman"], "--engine goes with --build"),
        ([], "the following arguments are required: ENV, or --plan FILE"),
    ],
)
def test_options_that_contradict_each_other_are_refused(words: list[str], why: str) -> None:
    """Before anything is read."""
    with pytest.raises(UserError, match=why):
        parsing.parse(["deploy", *words], PROGRAM, COMMANDS)
