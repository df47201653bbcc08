"""Names and their hosted zone: what could not be made there, or would prove nothing, stops a deployment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from stacks.errors import UserError
from stacks.preflight.hosted_zone import check_hosted_zone
from tests.e2e.preflight.test_preflight import uploads
from tests.support.faults import refusal
from tests.support.world import settings

if TYPE_CHECKING:
    from tests.support.world import World

NAME = "app.example.com"
VPC = {"VPCRegion": "ap-northeast-2", "VPCId": "vpc-0123456789abcdef0"}


def zone(world: World, name: str = "example.com", **more: Any) -> str:
    """A hosted zone of the account; give its id."""
    made = world.account.client("route53").create_hosted_zone(Name=name, CallerReference=name, **more)
    return str(made["HostedZone"]["Id"]).rpartition("/")[2]


def checked(world: World, zone_id: str, **more: Any) -> str:
    """What preflight says of names in this zone, where they are not refused."""
    https = {"domain_name": NAME, "hosted_zone_id": zone_id, **more}
    return check_hosted_zone(world.aws, settings(network={"https": https}))


def test_names_in_the_zone(empty: World) -> None:
    """The zone's own name, one below it, and a wildcard are."""
    there = zone(empty)
    assert not checked(empty, there, alternative_names=["*.example.com", "example.com"])
    assert not checked(empty, zone(empty, NAME))


def test_names_that_are_not(empty: World) -> None:
    """A name that only ends with the same letters is in another zone."""
    there = zone(empty)
    with pytest.raises(UserError, match=rf"{there} is the zone of example\.com, and myexample\.com is not in it"):
        checked(empty, there, alternative_names=["myexample.com"])
    with pytest.raises(UserError, match=r"other\.com, www\.other\.com are not in it"):
        checked(empty, there, alternative_names=["other.com", "www.other.com"])


def test_a_zone_that_is_not_there(world: World) -> None:
    """The error says how to list those that are, and nothing is uploaded."""
    with pytest.raises(UserError, match=f"account {world.account.account_id} has no hosted zone Z0123") as error:
        world.plan(network={"https": {"domain_name": NAME, "hosted_zone_id": "Z0123"}})
    assert "list-hosted-zones" in error.value.then
    assert uploads(world) == 0


def test_a_private_zone(empty: World) -> None:
    """A certificate would never be issued; with one that exists, the records alone are made there."""
    there = zone(empty, VPC=VPC, HostedZoneConfig={"PrivateZone": True})
    with pytest.raises(UserError, match=f"{there} is private"):
        checked(empty, there)
    arn = f"arn:aws:acm:ap-northeast-2:{empty.account.account_id}:certificate/0123"
    assert not checked(empty, there, certificate_arn=arn)


def test_a_zone_that_may_not_be_looked_at(empty: World) -> None:
    """It is said, and the deployment goes on."""
    with empty.behind(lambda _: (403, refusal("AccessDenied", "not authorized"))) as seen:
        assert checked(seen, "Z0123").endswith(
            "whether Z0123 is there is not known, because route53:GetHostedZone is not allowed"
        )
