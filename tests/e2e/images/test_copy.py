"""An image that is copied to another account and region: it is the same one there, and is copied once."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sandbox.image import place_image
from stacks.errors import UserError
from stacks.images.copy import Repository, copy_image
from tests.support.accounts import fresh
from tests.support.world import connected

if TYPE_CHECKING:
    from sandbox import Address


def test_an_image_goes_to_another_account_and_region(sandbox: Address) -> None:
    """With the same digest; a second time nothing is uploaded; one that is not there is named."""
    here, there = fresh(sandbox), fresh(sandbox)
    here.client("ecr").create_repository(repositoryName="dev")
    digest = place_image(here.address, "dev", "v1")
    said: list[str] = []
    with closing(connected(here)) as ours, closing(connected(there)) as theirs:
        far = theirs.in_region("eu-west-1")
        far.ecr.create_repository(repositoryName="prod")
        source = Repository(aws=ours, registry_id=here.account_id, name="dev")
        target = Repository(aws=far, registry_id=there.account_id, name="prod")
        for _ in range(2):
            copy_image(source, target, "v1", emit=said.append)
        (found,) = far.ecr.describe_images(repositoryName="prod")["imageDetails"]
        with pytest.raises(UserError, match="it is not in repository dev any more"):
            copy_image(source, target, "v2", emit=said.append)
    assert (found["imageDigest"], found["imageTags"]) == (digest, ["v1"])
    assert len([it for it in there.calls() if it["operation"] == "UploadLayerPart"]) == 1
    assert said[0] == "Copying image v1 from dev to prod"
