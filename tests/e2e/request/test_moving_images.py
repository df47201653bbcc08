"""A repository that has to be another one, under a running service: the image comes over, on the real command line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from stacks.errors import UserError
from tests.support import faults
from tests.support.commands import Project, project
from tests.support.proxy import between

if TYPE_CHECKING:
    from pathlib import Path

    from tests.support.accounts import Account
    from tests.support.world import World

STACK = "preto-2-prod"
ALLOWED = ("--allow-replace", "Ecr/Repository")


@pytest.fixture
def here(tmp_path: Path, world: World) -> Project:
    """Give a project, and an account in which its service runs image `v1`."""
    world.deploy()
    place_image(world.account.address, STACK, "v1")
    world.deploy(image_tag="v1")
    return project(tmp_path, world.account.env)


def image(account: Account) -> str:
    """The image that the service's tasks have, and how many of them run."""
    ecs = account.client("ecs")
    (service,) = ecs.describe_services(cluster=STACK, services=[STACK])["services"]
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    return f"{definition['containerDefinitions'][0]['image'].partition('/')[2]} {service['runningCount']}"


def repositories(account: Account) -> dict[str, Any]:
    """The encryption of each repository, and the images in it by tag."""
    ecr = account.client("ecr")
    return {
        it["repositoryName"]: (
            it.get("encryptionConfiguration", {}).get("encryptionType"),
            {
                tag: found["imageDigest"]
                for found in ecr.describe_images(repositoryName=it["repositoryName"])["imageDetails"]
                for tag in found.get("imageTags", [])
            },
        )
        for it in ecr.describe_repositories()["repositories"]
    }


def test_images_are_encrypted_otherwise_under_a_running_service(here: Project, account: Account) -> None:
    """`deploy` makes a second repository, copies the image, and moves; the first one stays. JSON is one document."""
    words = ("prod", "--var", "security_kms_key=own", "--var", "ecr_repository_name=preto-2-kms")
    planned = here.run("plan", *words)
    assert planned.returncode == 2, planned.stderr
    assert f"/{STACK}: the service stays on that until `deploy` copies it to preto-2-kms" in planned.stdout
    assert planned.stdout.endswith("To deploy this: --allow-replace Ecr/Repository\n")
    assert image(account) == f"{STACK}:v1 2"
    done = json.loads(here.succeed("deploy", *words, "--yes", "--json", *ALLOWED))
    assert done["succeeded"]
    assert image(account) == "preto-2-kms:v1 2"
    found = repositories(account)
    assert (found[STACK][0], found["preto-2-kms"][0]) == ("AES256", "KMS")
    assert found[STACK][1] == found["preto-2-kms"][1]
    assert "No changes" in here.succeed("plan", *words)


def test_what_breaks_off_is_gone_on_with(here: Project, account: Account) -> None:
    """The service runs on as before until the image is there, whoever brings it; and the plan says what is left."""
    words = ("prod", "--var", "ecr_encryption_type=KMS", "--var", "ecr_repository_name=preto-2-other")

    def refuse(call: Any) -> Any:
        return (
            (lambda *_: faults.refuse(call, 400, "AccessDeniedException", "not allowed"))
            if call.action == "PutImage"
            else None
        )

    with between(account.address.endpoint_url, refuse) as proxy:
        behind = Project(here.folder, {**here.env, "AWS_ENDPOINT_URL": proxy.url})
        said = behind.fail("deploy", *words, "--yes", *ALLOWED)
    assert "PutImage" in said
    assert image(account) == f"{STACK}:v1 2"
    planned = here.run("plan", *words)
    assert (planned.returncode, "before its image is in preto-2-other" in planned.stdout) == (2, True)
    unknown = here.fail("plan", *words, "--image", "v2")
    assert "it is neither in preto-2-other" in unknown
    here.succeed("deploy", *words, "--yes", "--quiet")
    assert image(account) == "preto-2-other:v1 2"
    assert set(repositories(account)) == {STACK, "preto-2-other"}


def test_an_image_of_another_registry_is_pushed_by_somebody(tmp_path: Path, world: World) -> None:
    """The repository is made, the service stays where it is, and the way to go on is printed; it leads to the end."""
    account, here = world.account, project(tmp_path, world.account.env)
    world.deploy(image_tag="v1", ecs={"cpu": 256, "memory": 512, "desired_count": 2, "image": "ghcr.io/team/app"})
    assert image(account) == "team/app:v1 2"
    done = here.run("deploy", "prod", "--yes")
    assert done.returncode == 0, done.stderr
    assert "it has to be pushed to preto-2-prod" in done.stderr
    assert "python build.py deploy prod --image v1" in done.stderr
    assert image(account) == "team/app:v1 2"
    place_image(account.address, STACK, "v1")
    here.succeed("deploy", "prod", "--yes", "--quiet", "--image", "v1")
    assert image(account) == f"{STACK}:v1 2"


def test_a_repository_from_before_is_taken_over_again_in_two_deployments(world: World) -> None:
    """Back to the first name, CloudFormation would find it taken; what the refusal says leads there."""
    world.deploy()
    place_image(world.account.address, STACK, "v1")
    world.deploy(image_tag="v1")
    other = {"repository_name": "preto-2-other"}
    world.deploy(ecr=other)
    place_image(world.account.address, "preto-2-other", "v1")
    world.deploy(ecr=other)
    with pytest.raises(UserError, match=f"repository {STACK}: it exists already") as error:
        world.plan()
    address = error.value.then.split('"')[1]
    ecs = {"cpu": 256, "memory": 512, "desired_count": 2}
    world.deploy(ecr=other, ecs=ecs | {"image": address})
    world.deploy()
    assert image(world.account) == f"{STACK}:v1 2"
    assert set(repositories(world.account)) == {STACK, "preto-2-other"}
