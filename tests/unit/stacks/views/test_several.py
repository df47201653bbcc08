"""Several deployments with one command, as people and programs read them."""

from __future__ import annotations

from collections import Counter

from stacks.errors import UserError
from stacks.operations.deploy import Deployment
from stacks.views.several import Several, document, text


def deployment(name: str, *, succeeded: bool = True, changed: bool = True) -> Deployment:
    """Return the result of one environment."""
    return Deployment(
        environment=name,
        stack_name=f"app-{name}",
        state="UPDATE_COMPLETE",
        succeeded=succeeded,
        changed=changed,
        counts=Counter({"add": 1}),
        outputs={},
        seconds=12.4,
        failure=None,
        next_step="",
    )


def test_each_environment_has_a_line_and_a_document() -> None:
    """Those that succeeded, the one that failed, and those that were not begun after it."""
    several = Several(names=["dev", "staging", "prod"], image="v2")
    for result in (deployment("dev"), deployment("staging", succeeded=False)):
        several.begin()
        several.keep(result)
    assert text(several).splitlines()[1:] == [
        "dev      deployed with image v2 in 12 s",
        "staging  failed after 12 s",
        "prod     not begun",
    ]
    found = document(several)
    assert (found["image"], found["succeeded"], found["not_begun"]) == ("v2", False, ["prod"])
    assert [it["environment"] for it in found["deployments"]] == ["dev", "staging"]


def test_what_stops_an_environment_is_shown_with_its_name() -> None:
    """A refusal, also after its first half, in which the repository was made."""
    several = Several(names=["dev", "prod"])
    several.begin()
    several.keep(deployment("dev", changed=False))
    several.begin()
    several.keep(deployment("prod"))
    several.error = UserError("image v2", "it is not there", "Push it.")
    assert text(several).splitlines()[1:] == ["dev   no changes", "prod  stopped: image v2: it is not there"]
    assert document(several)["error"] == {
        "environment": "prod",
        "code": "refused",
        "what": "image v2",
        "why": "it is not there",
        "next": "Push it.",
    }
    assert not document(several)["succeeded"]


def test_all_that_succeeded_are_a_success() -> None:
    """Without an image, nothing is said of one."""
    several = Several(names=["dev"])
    several.begin()
    several.keep(deployment("dev"))
    assert document(several)["succeeded"]
    assert document(several)["image"] is None
    assert text(several).endswith("dev  deployed in 12 s")
