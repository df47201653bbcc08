"""The account's registry: scanned by one deployment for all, and images of others come through it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stacks.errors import UserError

if TYPE_CHECKING:
    from tests.support.world import World

SCANNED = {"enhanced_scanning": True}
QUAY = {"prefix": "quay", "upstream": "quay"}


def scan_type(world: World) -> str:
    """How the registry is scanned."""
    return world.aws.ecr.get_registry_scanning_configuration()["scanningConfiguration"].get("scanType", "")


def test_one_environment_has_the_registry_scanned_for_all(world: World) -> None:
    """It stays when the setting goes; another one that wants other rules is told to leave it off."""
    world.deploy(ecr=SCANNED)
    assert scan_type(world) == "ENHANCED"
    assert world.plan(ecr=SCANNED).change_set is None
    assert world.plan(environment="test", ecr=SCANNED).change_set is not None
    with pytest.raises(UserError, match=r"configured already: ENHANCED; CONTINUOUS_SCAN of ..preto-2-\*") as refused:
        world.plan(environment="test", ecr=SCANNED | {"repository_name": "team/app"})
    assert "Leave it off here" in refused.value.then
    world.deploy(ecr=SCANNED | {"keep_tagged_images": 5})
    world.deploy()
    assert scan_type(world) == "ENHANCED"


def test_what_a_deployment_has_left_behind_is_not_in_its_way(world: World) -> None:
    """The registry's configuration stays when the deployment goes: the next one with the same setting takes it over."""
    world.deploy(ecr=SCANNED)
    world.destroy()
    assert scan_type(world) == "ENHANCED"
    ecr = world.account.client("ecr")
    found = ecr.get_registry_scanning_configuration()["scanningConfiguration"]
    ecr.put_registry_scanning_configuration(scanType=found["scanType"], rules=found["rules"][::-1])
    world.deploy(ecr=SCANNED)
    assert scan_type(world) == "ENHANCED"


def test_somebody_elses_rules_are_not_overwritten(world: World) -> None:
    """Also where scanning is basic; a registry that nobody has configured is free."""
    rule = {"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": [{"filter": "team-*", "filterType": "WILDCARD"}]}
    ecr = world.account.client("ecr")
    ecr.put_registry_scanning_configuration(scanType="BASIC", rules=[rule])
    with pytest.raises(UserError, match=r"BASIC; SCAN_ON_PUSH of ..team-\*"):
        world.plan(ecr=SCANNED)
    world.plan()
    ecr.put_registry_scanning_configuration(scanType="BASIC", rules=[])
    world.plan(ecr=SCANNED)


def test_a_cache_comes_and_goes_with_its_setting(world: World) -> None:
    """Another registry is another rule; none is left in the end."""
    world.deploy(ecr={"pull_through_cache": QUAY})
    (rule,) = world.aws.ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"]
    assert (rule["ecrRepositoryPrefix"], rule["upstreamRegistryUrl"]) == ("quay", "quay.io")
    world.deploy(ecr={"pull_through_cache": {"prefix": "k8s", "upstream": "k8s"}})
    (rule,) = world.aws.ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"]
    assert (rule["ecrRepositoryPrefix"], rule["upstreamRegistryUrl"]) == ("k8s", "registry.k8s.io")
    world.deploy()
    assert world.aws.ecr.describe_pull_through_cache_rules()["pullThroughCacheRules"] == []
