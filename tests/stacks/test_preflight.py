"""What is refused before anything is uploaded."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from tests.stacks.conftest import MANIFEST

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


def push_index(world: World, tag: str, *architectures: str) -> None:
    """Push an image that is there for these architectures, as `docker buildx` does."""
    manifests = [
        {
            "mediaType": MANIFEST["mediaType"],
            "digest": f"sha256:{number:064}",
            "size": 2,
            "platform": {"architecture": it},
        }
        for number, it in enumerate(architectures)
    ]
    index = {"schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json", "manifests": manifests}
    world.aws.ecr.put_image(repositoryName="preto-2-prod", imageTag=tag, imageManifest=json.dumps(index))


def test_an_image_for_another_architecture(world: World) -> None:
    """It would be pulled, and its tasks would stop with `exec format error`; the error says what to build."""
    world.deploy()
    before = uploads(world)
    push_index(world, "arm", "arm64", "unknown")
    with pytest.raises(UserError, match="is for arm64, and the tasks run on X86_64") as error:
        world.plan(image_tag="arm")
    assert "--platform linux/amd64" in error.value.then
    assert uploads(world) == before
    assert world.plan(image_tag="arm", ecs={"architecture": "ARM64"}).change_set is not None


def test_an_image_whose_architecture_is_not_known_is_said(world: World) -> None:
    """A manifest of one image does not name it; the deployment goes on."""
    world.deploy()
    world.push("v1")
    assert world.plan(image_tag="v1").change_set is not None
    assert "Image v1: its manifest does not say for which architecture it is; the tasks run on X86_64" in world.said
    push_index(world, "both", "arm64", "amd64")
    world.said.clear()
    assert world.plan(image_tag="both").change_set is not None
    assert not [it for it in world.said if "architecture" in it]


def test_a_certificate_of_another_region(world: World) -> None:
    """A load balancer finds those of its own region only."""
    arn = f"arn:aws:acm:us-east-1:{world.account.account_id}:certificate/0123"
    with pytest.raises(UserError, match="the certificate is in us-east-1, and the load balancer in ap-northeast-2"):
        world.plan(network={"https": {"certificate_arn": arn}})
    assert uploads(world) == 0
