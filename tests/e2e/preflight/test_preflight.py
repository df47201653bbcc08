"""What is refused before anything is uploaded."""

from __future__ import annotations

import hashlib
import json
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from stacks.errors import UserError
from stacks.preflight.architecture import check_architecture
from stacks.preflight.contents import Contents
from stacks.preflight.image import check_image
from tests.support.proxy import Call, Reply, between
from tests.support.world import MANIFEST, settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.faults import PassOn
    from tests.support.world import World

INDEX = "application/vnd.oci.image.index.v1+json"


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
    """The error says how to push it under this tag."""
    world.deploy()
    before = uploads(world)
    world.push("v1")
    with pytest.raises(UserError, match="repository preto-2-prod has no image with this tag") as error:
        world.plan(image_tag="v2")
    assert "python build.py push prod --tag v2" in error.value.then
    assert uploads(world) == before


def test_where_all_images_are_counted_the_plan_says_when_the_one_that_runs_expires(world: World) -> None:
    """Terraform's `ecr_lifecycle_count`: with each push the image comes nearer to its end, also while it runs."""
    counted: dict[str, Any] = {"ecr": {"keep_images": 2}}
    world.deploy(**counted)
    for tag, words in (("v1", "v1 expires after 2 more pushes"), ("v2", "v1 expires after the next push"),
                       ("v3", "2 are newer than v1, which expires within a day")):  # fmt: skip
        world.push(tag)
        time.sleep(0.01)
        world.said.clear()
        world.plan(image_tag="v1", **counted)
        assert any("[ecr] keep_images = 2 counts all images" in it and words in it for it in world.said), world.said


def test_an_image_in_ecr_of_another_partition(empty: World) -> None:
    """No role of this partition is let in there."""
    sidecar = {"name": "otel", "image": "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/otel:1"}
    with pytest.raises(UserError, match=r"\[ecs\] sidecars\[0\].image.*in the partition aws-cn"):
        check_image(empty.aws, settings(ecs={"sidecars": (sidecar,)}), "v1")


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
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}
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


def test_a_single_image_for_another_architecture(world: World) -> None:
    """Its manifest does not name it, and its configuration is read for it."""
    world.deploy()
    place_image(world.account.address, "preto-2-prod", "arm", architecture="arm64")
    with pytest.raises(UserError, match="is for arm64, and the tasks run on X86_64"):
        world.plan(image_tag="arm")
    assert world.plan(image_tag="arm", ecs={"architecture": "ARM64"}).change_set is not None
    assert not [it for it in world.said if "architecture" in it]


def test_images_of_another_system(world: World) -> None:
    """Tasks run on Linux: an image of the right architecture for Windows is none for them."""
    world.deploy()
    index = {"mediaType": INDEX, "manifests": [{"platform": {"architecture": "amd64", "os": "windows"}}]}
    world.aws.ecr.put_image(repositoryName="preto-2-prod", imageTag="win", imageManifest=json.dumps(index))
    with pytest.raises(UserError, match="is for windows/amd64, and the tasks run on X86_64"):
        world.plan(image_tag="win")


def test_an_index_that_does_not_name_every_platform(world: World) -> None:
    """Whoever pulls it looks into an entry without a platform: that is a line, and no failure."""
    world.deploy()
    entries = [{"platform": {"architecture": "arm64", "os": "linux"}}, {"digest": f"sha256:{1:064}"}]
    index = {"mediaType": INDEX, "manifests": entries}
    world.aws.ecr.put_image(repositoryName="preto-2-prod", imageTag="some", imageManifest=json.dumps(index))
    assert world.plan(image_tag="some").change_set is not None
    assert [it for it in world.said if "because its index does not name all of them; the tasks run on X86_64" in it]


def test_other_names_of_an_architecture(world: World) -> None:
    """What the kernel calls it is what containers call otherwise; whoever pulls the image knows both."""
    world.deploy()
    push_index(world, "uname", "aarch64", "x86_64")
    assert world.plan(image_tag="uname").change_set is not None
    assert world.plan(image_tag="uname", ecs={"architecture": "ARM64"}).change_set is not None


@pytest.mark.parametrize("lacking", ["DescribeRepositories", "DescribeImages"])
def test_an_image_that_may_not_be_looked_for(world: World, lacking: str) -> None:
    """The line says which right is missing, and the deployment goes on."""
    world.deploy()
    world.push("v1")
    denied = (400, json.dumps({"__type": "AccessDeniedException", "message": "no"}))
    with world.behind(lambda action: denied if action == lacking else None) as there:
        assert there.plan(image_tag="v1").change_set is not None
    assert f"Image v1: whether it is there is not known, because ecr:{lacking} is not allowed" in world.said


def test_an_image_whose_architecture_is_not_known_is_said(world: World) -> None:
    """With the reason; the deployment goes on."""
    world.deploy()
    world.push("v1")
    assert world.plan(image_tag="v1").change_set is not None
    (said,) = (it for it in world.said if "architecture" in it)
    assert said.startswith("Image v1: its architecture is not known, because the registry does not give its config")
    assert said.endswith("; the tasks run on X86_64")
    push_index(world, "both", "arm64", "amd64")
    world.said.clear()
    assert world.plan(image_tag="both").change_set is not None
    assert not [it for it in world.said if "architecture" in it]


CONFIGURATION = b'{"architecture": "arm64", "os": "linux"}'
DIGEST = f"sha256:{hashlib.sha256(CONFIGURATION).hexdigest()}"
HERE = "cannot be downloaded from 127.0.0.1:"
DOWNLOADS: dict[str, tuple[Reply | None, str]] = {
    "forged": (Reply(200, CONFIGURATION + b" "), "is not the one that its manifest names"),
    "cut-off": (Reply(200, CONFIGURATION, sent=9), "is not the one that its manifest names"),
    "endless": (Reply(200, b" " * (1024 * 1024 + 1)), "has more than 1048576 bytes"),
    "expired": (Reply(403, b""), HERE),
    "redirected": (Reply(302, b"", {"Location": "http://127.0.0.1:1/"}), HERE),
    "reset": (None, HERE),
}
ADDRESSES = {
    "elsewhere": "http://registry.example.com/blob",
    "files": "file:///etc/passwd",
    "ftp": "ftp://127.0.0.1/blob",
}


def test_a_download_that_is_not_what_it_should_be(world: World) -> None:
    """What has not the manifest's digest is not believed; no redirection is followed, and nothing but HTTPS is asked.

    But for the machine itself. The reason is said, and the deployment goes on.
    """
    world.deploy()
    manifest = MANIFEST | {"config": {"mediaType": "application/json", "size": len(CONFIGURATION), "digest": DIGEST}}
    for tag in (*DOWNLOADS, *ADDRESSES):
        text = json.dumps(manifest | {"annotations": {"tag": tag}})
        world.aws.ecr.put_image(repositoryName="preto-2-prod", imageTag=tag, imageManifest=text)
    for tag, (answer, reason) in DOWNLOADS.items():
        assert f"because its configuration {reason}" in told(world, tag, answer)
    for tag, url in ADDRESSES.items():
        scheme = url.partition("://")[0]
        assert f"because its configuration is not offered over HTTPS, but at {scheme}://" in told(world, tag, None, url)


def told(world: World, tag: str, answer: Reply | None, url: str = "") -> str:
    """What preflight says of the image where its configuration is to be had there, and is answered like this."""

    def choose(call: Call) -> Callable[[Call, PassOn], Reply | None] | None:
        if call.action == "GetDownloadUrlForLayer":
            body = json.dumps({"downloadUrl": url or f"{proxy.url}/blob/it", "layerDigest": DIGEST})
            return lambda *_: Reply(200, body.encode(), {"Content-Type": "application/x-amz-json-1.1"})
        return (lambda *_: answer) if call.path == "/blob/it" else None

    with (
        between(world.account.address.endpoint_url, choose) as proxy,
        closing(replace(world.aws, endpoint_url=proxy.url)) as aws,
    ):
        return check_architecture(Contents(aws, "preto-2-prod", tag), settings(), tag)


def test_a_certificate_of_another_region(world: World) -> None:
    """A load balancer finds those of its own region only."""
    arn = f"arn:aws:acm:us-east-1:{world.account.account_id}:certificate/0123"
    with pytest.raises(UserError, match="the certificate is in us-east-1, and the load balancer in ap-northeast-2"):
        world.plan(network={"https": {"certificate_arn": arn}})
    assert uploads(world) == 0
