"""Operations that are exactly the changes of a plan, and how they are sent."""

from __future__ import annotations

from itertools import product
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stacks.fleet.execution import preferences
from stacks.fleet.permissions import EXECUTION_ROLE, advice
from stacks.fleet.planning import Action, Change, group_changes
from tests.support.world import settings as project

ACCOUNTS = [f"{number:012}" for number in range(1, 6)]
REGIONS = ("us-east-1", "ap-northeast-2", "eu-west-1")
FLEET: dict[str, Any] = {"accounts": tuple(ACCOUNTS), "regions": REGIONS}


@settings(max_examples=60, deadline=None)
@given(
    st.sets(st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(REGIONS), st.sampled_from(["", "ou-ab12-c3d4e5f6"])))
)
def test_operations_are_exactly_the_changes(places: set[tuple[str, str, str]]) -> None:
    """Each change is in one operation, and no operation has a combination that is no change."""
    units = {account: unit for account, _, unit in sorted(places)}
    wanted = {(account, region) for account, region, _ in places}
    changes = [Change(action=Action.CREATE, account=it, region=region, unit=units[it]) for it, region in wanted]
    steps = list(group_changes(Action.CREATE, changes, REGIONS))
    made = [place for step in steps for place in product(step.accounts, step.regions)]
    assert sorted(made) == sorted(wanted)
    assert len({step.regions for step in steps}) == len(steps)
    assert all(list(step.regions) == sorted(step.regions, key=REGIONS.index) for step in steps)


def test_a_region_that_is_no_longer_listed_comes_last() -> None:
    """It is in no order of the settings any more."""
    changes = [Change(action=Action.DELETE, account=ACCOUNTS[0], region=it) for it in ("af-south-1", "eu-west-1")]
    (step,) = group_changes(Action.DELETE, changes, REGIONS)
    assert step.regions == ("eu-west-1", "af-south-1")


def test_preferences_are_awss_own() -> None:
    """What the settings leave out is left to AWS; regions that are worked on at a time have no order."""
    assert preferences(project(fleet=FLEET), REGIONS[:1]) == {
        "RegionConcurrencyType": "SEQUENTIAL",
        "ConcurrencyMode": "STRICT_FAILURE_TOLERANCE",
        "RegionOrder": ["us-east-1"],
    }
    table = {"region_concurrency": "parallel", "failure_tolerance_percentage": 20, "max_concurrent_percentage": 100}
    assert preferences(project(fleet=FLEET | table), REGIONS) == {
        "RegionConcurrencyType": "PARALLEL",
        "ConcurrencyMode": "STRICT_FAILURE_TOLERANCE",
        "FailureTolerancePercentage": 20,
        "MaxConcurrentPercentage": 100,
    }


def test_a_missing_role_has_a_remedy_and_others_have_none() -> None:
    """AWS's template for the role of that name; for another name, what it has to trust."""
    reason = "Account 1 should have '{}' role with trust relationship to Role 'Admin'."
    assert f"{EXECUTION_ROLE}.yml" in advice(reason.format(EXECUTION_ROLE), "123456789012", EXECUTION_ROLE)
    assert "Make the role mine there" in advice(reason.format("mine"), "123456789012", "mine")
    assert not advice("Rate exceeded", "123456789012", EXECUTION_ROLE)
