"""Publishing under content hashes, into nobody's bucket but ours."""

from __future__ import annotations

import json
import re
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from stacks.build.render import render
from stacks.errors import UserError
from stacks.plan import publish
from tests.support.world import settings

if TYPE_CHECKING:
    from stacks.rendered.rendered import Rendered
    from tests.support.world import World


@pytest.fixture
def rendered() -> Rendered:
    """Give the tree of Preto-2."""
    return render(settings())


@pytest.fixture
def bucket(world: World) -> str:
    """Give the artifact bucket."""
    return publish.artifact_bucket(world.aws, settings())


def objects(world: World, bucket: str) -> dict[str, Any]:
    """The objects in a bucket, parsed, by key."""
    listed = world.aws.s3.list_objects_v2(Bucket=bucket).get("Contents", [])
    return {it["Key"]: json.load(world.aws.s3.get_object(Bucket=bucket, Key=it["Key"])["Body"]) for it in listed}


def test_the_root_points_to_the_published_children(world: World, bucket: str, rendered: Rendered) -> None:
    """Seven objects are there; the root's six addresses are those of the others, and hold what was rendered."""
    published = publish.publish(world.aws, rendered, bucket)
    there = objects(world, bucket)
    stem = f"https://s3.ap-northeast-2.amazonaws.com/{bucket}/"
    root = there.pop(published.template_url.removeprefix(stem))
    for name, nested in root["Resources"].items():
        child = there.pop(nested["Properties"]["TemplateURL"].removeprefix(stem))
        assert child == json.loads(rendered.templates[f"{name.lower()}.template.json"])
    assert there == {}
    assert published.uploaded == 7


def test_keys_are_hashes_under_the_stacks_name(world: World, bucket: str, rendered: Rendered) -> None:
    """What is under a key never changes."""
    publish.publish(world.aws, rendered, bucket)
    assert all(re.fullmatch(r"preto-2-prod/[0-9a-f]{64}\.template\.json", key) for key in objects(world, bucket))


def test_nothing_is_uploaded_twice(world: World, bucket: str, rendered: Rendered) -> None:
    """The same tree again uploads nothing and has the same address; a changed child uploads itself and the root."""
    first = publish.publish(world.aws, rendered, bucket)
    again = publish.publish(world.aws, rendered, bucket)
    assert (again.uploaded, again.template_url) == (0, first.template_url)
    changed = render(settings(network={"idle_timeout": 301}))
    assert publish.publish(world.aws, changed, bucket).uploaded == 2


def test_a_bucket_of_another_account_is_refused(world: World, bucket: str, rendered: Rendered) -> None:
    """Nobody can give us a bucket from which they feed CloudFormation their templates."""
    taken_for = replace(world.aws, account_id="555566667777")
    with closing(taken_for), pytest.raises(UserError, match=f"artifact bucket {bucket}: it belongs to another account"):
        publish.publish(taken_for, rendered, bucket)
    assert objects(world, bucket) == {}


def test_a_missing_bucket_is_named(world: World, rendered: Rendered) -> None:
    """With the setting that names it."""
    with pytest.raises(UserError, match=r"artifact bucket not-there: there is no such bucket\n\[aws\] artifact_bucket"):
        publish.publish(world.aws, rendered, "not-there")
