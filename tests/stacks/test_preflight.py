"""What is refused before anything is uploaded."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError

if TYPE_CHECKING:
    from tests.stacks.conftest import World


def uploads(world: World) -> int:
    """How many objects are in the artifact bucket."""
    (bucket,) = world.aws.s3.list_buckets()["Buckets"]
    return world.aws.s3.list_objects_v2(Bucket=bucket["Name"])["KeyCount"]


def test_an_image_before_the_repository(world: World) -> None:
    """The first deployment is without an image, and the error says so."""
    with pytest.raises(UserError, match="image v1: there is no repository preto-2-prod yet") as error:
        world.plan(image_tag="v1")
    assert "Deploy without an image first" in error.value.then
    assert uploads(world) == 0


def test_a_tag_that_nobody_has_pushed(world: World) -> None:
    """The error says how to push it, with the repository's address and the tag."""
    world.deploy()
    before = uploads(world)
    world.push("v1")
    with pytest.raises(UserError, match="repository preto-2-prod has no image with this tag") as error:
        world.plan(image_tag="v2")
    assert (
        f"docker push {world.account.account_id}.dkr.ecr.ap-northeast-2.amazonaws.com/preto-2-prod:v2"
        in error.value.then
    )
    assert uploads(world) == before
