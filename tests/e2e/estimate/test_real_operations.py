"""Estimates beside what operations really take, on an embedded AWS in which resources take a part of their time."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from sandbox import running
from tests.support.accounts import REGION, Account
from tests.support.world import World, connected

if TYPE_CHECKING:
    from collections.abc import Iterator

TIME_SCALE = 0.015
ROUNDING = 0.1
"""Seconds: events come in milliseconds, and a path has many steps."""


@pytest.fixture
def slow() -> Iterator[World]:
    """Give an account with its artifact bucket in which things take time."""
    with running(state_dir=None, region=REGION, time_scale=TIME_SCALE) as address:
        account = Account(address=address)
        with closing(connected(account)) as aws:
            world = World(aws=aws, account=account)
            world.bootstrap()
            yield world


def expected(world: World, **changed: object) -> tuple[float, float, int]:
    """Plan and deploy; give the estimate, what it took, and from how many operations the estimate was learnt."""
    plan = world.plan(**changed)
    done = world.execute(plan)
    assert done.succeeded
    assert plan.estimate is not None
    return plan.estimate.seconds, done.seconds, plan.estimate.learnt_from


def test_nothing_is_quicker_than_its_critical_path(slow: World) -> None:
    """For the network, for the service, and for a new image: each waits as the templates say, across nested stacks.

    What was learnt from the first creation is the path of the second: no longer than the first took, and most of it.
    """
    network, first, learnt_from = expected(slow)
    assert (network * TIME_SCALE <= first + ROUNDING, learnt_from) == (True, 0)
    slow.push("v1")
    service, took, learnt_from = expected(slow, image_tag="v1")
    assert (service * TIME_SCALE <= took + ROUNDING, learnt_from) == (True, 0)
    slow.push("v2")
    image, took, learnt_from = expected(slow, image_tag="v2")
    assert (image * TIME_SCALE <= took + ROUNDING, learnt_from) == (True, 0)

    assert slow.destroy().succeeded
    again, _, learnt_from = expected(slow)
    assert learnt_from == 1
    assert first / 2 < again <= first + ROUNDING
