"""Taking an environment away, and what stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError
from stacks.operations.absence import find_absence
from stacks.operations.destroy import prepare_destruction
from stacks.views.destroy import absence_text
from tests.support import faults
from tests.support.world import settings

if TYPE_CHECKING:
    from tests.support.world import World


def test_what_is_retained_is_known_before_and_told_after(running: World) -> None:
    """The repository and the logs, with their names; they are not among what is deleted."""
    found = prepare_destruction(running.aws, settings())
    stays = {(held.path, held.physical_id) for held in found.retained}
    assert stays == {("Ecr/Repository", "preto-2-prod"), ("Ecs/LogGroup", "/ecs/preto-2-prod")}
    assert {"Ecs/Service", "Network/LoadBalancer"} <= {held.path for held in found.deleted}
    assert not {held.path for held in found.deleted} & {held.path for held in found.retained}
    done = running.destroy()
    assert (done.state, done.succeeded, done.retained) == ("DELETE_COMPLETE", True, found.retained)


def test_nothing_else_is_left(running: World) -> None:
    """Root and children are gone; the images are still there, and a second `destroy` lists what holds them."""
    assert find_absence(running.aws, settings()) is None
    running.destroy()
    assert set(running.states()) == {"preto-2-bootstrap"}
    images = running.aws.ecr.describe_images(repositoryName="preto-2-prod")["imageDetails"]
    assert [image["imageTags"] for image in images] == [["v1"]]
    assert running.account.client("ecs").list_clusters()["clusterArns"] == []
    found = find_absence(running.aws, settings())
    assert found is not None
    assert found.deleted_at is not None
    assert {(it.path, it.physical_id) for it in found.kept} == {
        ("Ecr/Repository", "preto-2-prod"),
        ("Ecs/LogGroup", "/ecs/preto-2-prod"),
    }
    assert "Ecr/Repository  preto-2-prod" in absence_text(found)


def test_looking_deletes_nothing(running: World) -> None:
    """Until it is executed everything is there."""
    prepare_destruction(running.aws, settings())
    assert running.states()["preto-2-prod"] == "UPDATE_COMPLETE"


def test_a_protected_stack_is_refused(running: World) -> None:
    """With the command that lifts the protection."""
    running.aws.cloudformation.update_termination_protection(StackName="preto-2-prod", EnableTerminationProtection=True)
    with pytest.raises(UserError, match="termination protection is on") as error:
        prepare_destruction(running.aws, settings())
    assert "--no-enable-termination-protection --stack-name preto-2-prod" in error.value.then


def test_nothing_to_delete(world: World) -> None:
    """Where no stack was looked for is said, and that there never was one: perhaps it is the wrong account."""
    found = find_absence(world.aws, settings())
    assert found is not None
    where = f"there is no stack preto-2-prod in account {world.account.account_id}, ap-northeast-2.\n"
    assert where in absence_text(found)
    assert "are account and region the right ones?" in absence_text(found)
    with pytest.raises(UserError, match=f"it is not there .account {world.account.account_id}, ap-northeast-2"):
        prepare_destruction(world.aws, settings())


def test_who_may_not_list_stacks_learns_so(world: World) -> None:
    """Nothing is guessed of what was there before."""

    def deny(action: str) -> faults.Fault | None:
        return (403, faults.refusal("AccessDenied", "not authorized")) if action == "ListStacks" else None

    with world.behind(deny) as denied:
        found = find_absence(denied.aws, settings())
    assert found is not None
    assert absence_text(found).endswith("cloudformation:ListStacks is not allowed.")


def test_a_stack_that_was_only_planned_goes(world: World) -> None:
    """What an abandoned plan has left behind can be removed."""
    world.plan()
    assert world.destroy().succeeded
    assert set(world.states()) == {"preto-2-bootstrap"}
