"""The stack that an account needs once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks import bootstrap, publish
from stacks.errors import UserError
from tests.stacks.conftest import settings

if TYPE_CHECKING:
    from tests.stacks.conftest import World


def test_a_deployment_without_it_says_what_to_run(empty: World) -> None:
    """The first `deploy` in an empty account names the command, and leaves nothing behind."""
    with pytest.raises(UserError, match=r"python build\.py bootstrap prod"):
        empty.plan()
    assert empty.states() == {}


def test_it_makes_a_private_versioned_bucket(empty: World) -> None:
    """The bucket is there as its template says, in AWS's own words."""
    done = empty.bootstrap()
    bucket, s3 = done.outputs["ArtifactBucket"], empty.aws.s3
    assert (done.state, done.outputs["Version"]) == ("CREATE_COMPLETE", "2")
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == "Enabled"
    blocked = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert set(blocked.values()) == {True}
    assert "aws:SecureTransport" in s3.get_bucket_policy(Bucket=bucket)["Policy"]
    assert publish.artifact_bucket(empty.aws, settings()) == bucket


def test_a_second_time_changes_nothing(world: World) -> None:
    """It can be run again at any time: no changes are no failure, and no change set stays behind."""
    planned = bootstrap.prepare(world.aws, settings(), emit=world.said.append)
    assert planned.change_set is None
    assert world.execute(planned).succeeded
    assert world.change_sets() == []


def test_all_environments_share_it(world: World) -> None:
    """Another environment of the project finds the same bucket."""
    staging = settings(environment="staging")
    assert bootstrap.prepare(world.aws, staging, emit=world.said.append).change_set is None
    assert publish.artifact_bucket(world.aws, staging) == publish.artifact_bucket(world.aws, settings())


def test_a_bucket_of_our_own_choice_needs_no_bootstrap(empty: World) -> None:
    """`[aws] artifact_bucket` wins over the bootstrap stack's."""
    chosen = settings(aws={"region": "ap-northeast-2", "artifact_bucket": "our-artifacts"})
    assert publish.artifact_bucket(empty.aws, chosen) == "our-artifacts"
