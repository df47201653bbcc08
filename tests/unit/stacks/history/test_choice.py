"""Which image a rollback goes back to, and when there is none."""

from __future__ import annotations

import datetime as dt
import hashlib
import json

import pytest

from stacks.errors import UserError
from stacks.history.choice import Target, changed_stacks, choose, remarks
from stacks.history.operations import Outcome
from stacks.history.reading import DeployedImage, Deployment, History
from stacks.rendered.rendered import ROOT, Rendered
from tests.support.world import settings

NOW = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
GOOD, BACK, STOPPED, FAILED = Outcome.SUCCEEDED, Outcome.ROLLED_BACK, Outcome.CANCELLED, Outcome.FAILED


def history(*newest_first: tuple[str, Outcome], has_more: bool = False) -> History:
    """Return a history of these tags and outcomes; the newest success runs."""
    runs = next((at for at, (tag, outcome) in enumerate(newest_first) if outcome is GOOD and tag), None)
    deployments = tuple(
        Deployment(
            number=at + 1,
            kind="update",
            began=NOW - dt.timedelta(days=at),
            ended=NOW - dt.timedelta(days=at),
            outcome=outcome,
            state="",
            reason="",
            image=DeployedImage(uri=f"repository:{tag}", digest="", definition="") if tag else None,
            runs=at == runs,
        )
        for at, (tag, outcome) in enumerate(newest_first)
    )
    return History(environment="prod", stack_name="p", deployments=deployments, has_more=has_more)


@pytest.mark.parametrize(
    ("newest_first", "to", "number"),
    [
        ([("v2", GOOD), ("v1", GOOD)], None, 2),
        ([("v3", GOOD), ("v2", BACK), ("v1", GOOD)], None, 3),
        ([("v2", BACK), ("v2", GOOD), ("v1", GOOD)], None, 3),
        ([("v2", GOOD), ("v2", GOOD), ("v1", GOOD), ("v1", GOOD)], None, 3),
        ([("v1", GOOD), ("v2", GOOD), ("v1", GOOD), ("v0", GOOD)], None, 4),
        ([("v3", GOOD), ("v2", GOOD), ("v1", GOOD)], "v1", 3),
        ([("v3", GOOD), ("v2", GOOD), ("v1", GOOD)], "3", 3),
        ([("v3", GOOD), ("3", GOOD), ("v1", GOOD)], "3", 2),
        ([("v3", GOOD), ("v1", FAILED), ("v1", GOOD)], "v1", 3),
        ([("v2", STOPPED), ("v1", GOOD), ("v0", GOOD)], "v0", 3),
    ],
)
def test_the_last_good_image_or_the_one_that_is_named(
    newest_first: list[tuple[str, Outcome]], to: str | None, number: int
) -> None:
    """Without a name it is never one that was left by going back; a tag comes before a number."""
    assert choose(history(*newest_first), to).number == number


@pytest.mark.parametrize(
    ("newest_first", "to", "words"),
    [
        ([("", GOOD)], None, ["no image of the history runs", "--image TAG"]),
        ([("v1", GOOD), ("", GOOD)], None, ["no other image was deployed with success before v1"]),
        ([("v2", BACK), ("v1", GOOD), ("v0", GOOD)], None, ["v1 runs, which is the last good", "rolled back", "v0"]),
        ([("v2", STOPPED), ("v1", GOOD)], None, ["ended as cancelled"]),
        ([("v1", GOOD), ("v2", GOOD), ("v1", GOOD)], None, ["no other image", "Deployed with success: v2"]),
        ([("v1", GOOD), ("v0", GOOD)], "v1", ["v1 is what runs", "v0"]),
        ([("v2", GOOD), ("v1", BACK)], "v1", ["did not succeed: rolled back", "--image v1"]),
        ([("v2", GOOD), ("v1", GOOD)], "v9", ["no image v9", "v2, v1", "--image TAG"]),
        ([("v2", GOOD), ("v1", GOOD)], "9", ["no image 9"]),
        ([("v2", GOOD), ("v1", GOOD)], "²", ["no image ²"]),
        ([("v2", GOOD), ("", GOOD)], "2", ["deployment 2 had no image"]),
    ],
)
def test_what_cannot_be_gone_back_to_is_refused_with_the_way_out(
    newest_first: list[tuple[str, Outcome]], to: str | None, words: list[str]
) -> None:
    """The reason, and which images there are, or the command that does it all the same."""
    with pytest.raises(UserError) as refused:
        choose(history(*newest_first), to)
    assert all(word in str(refused.value) for word in words), str(refused.value)


def test_what_to_know_is_said_before_the_plan() -> None:
    """Which image, that all else is today's, a tag that has moved, other templates, and what the file brings back."""
    chosen = history(("v2", GOOD), ("v1", GOOD)).deployments[1]
    image = DeployedImage(uri="r:v1", digest=f"sha256:{'a' * 64}", definition="")
    target = Target(deployment=chosen, image=image, moved=f"sha256:{'b' * 64}", same=("v1-old",))
    wanted = settings(image_tag="v2")
    first, moved, changed, file = remarks(target, wanted, ["Ecs", "Network"])
    assert first.startswith("Back to image v1, deployed 2026-11-29")
    assert "Other settings are today's." in first
    assert ("sha256:aaaaaaaaaaaa then, sha256:bbbbbbbbbbbb now. That image is now v1-old.") in moved
    assert "the plan has more: Ecs, Network" in changed
    assert "image_tag = v2" in file
    assert len(list(remarks(Target(deployment=chosen, image=image), settings(), []))) == 1
    assert "is not known" in list(remarks(Target(deployment=chosen, image=image), settings(), None))[1]


def test_a_short_history_says_that_there_may_be_more() -> None:
    """Where older deployments were not read, a larger --limit may find one."""
    with pytest.raises(UserError, match="--limit"):
        choose(history(("v1", GOOD), has_more=True), None)


def test_nested_stacks_with_other_templates_are_found_by_their_addresses() -> None:
    """Changed, new and removed ones; templates that another tool has published cannot be compared."""
    stack = "AWS::CloudFormation::Stack"

    def root(**urls: str) -> dict[str, object]:
        return {"Resources": {name: {"Type": stack, "Properties": {"TemplateURL": url}} for name, url in urls.items()}}

    def url(text: str) -> str:
        return f"https://s3.x.amazonaws.com/b/p/{hashlib.sha256(text.encode()).hexdigest()}.template.json"

    texts = {ROOT: json.dumps(root(Same="same", Changed="changed", New="new")), "same": "1", "changed": "2", "new": "3"}
    rendered = Rendered(environment="prod", stack_name="p", templates=texts, parameters={}, tags={})
    assert changed_stacks(root(Same=url("1"), Changed=url("old"), Old=url("0")), rendered) == ["Changed", "New", "Old"]
    assert changed_stacks(root(Same="https://s3/other.template"), rendered) is None
