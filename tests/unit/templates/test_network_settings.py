"""What `[network]` takes, and what does not go together."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from templates.network import Settings

GIVEN = {"vpc_id": "vpc-01234567", "public_subnet_ids": ("subnet-01234567", "subnet-01234568")}


def refusal(**network: Any) -> str:
    """What is said of these settings."""
    with pytest.raises(ValidationError) as error:
        Settings.model_validate(network)
    return str(error.value)


@pytest.mark.parametrize("existing", [GIVEN, {"use_default_vpc": True}])
@pytest.mark.parametrize("wanted", [{"zones": 3}, {"egress": "endpoints"}, {"interface_endpoints": ("ec2",)},
                                    {"flow_logs": {}}])  # fmt: skip
def test_what_is_for_a_new_vpc_is_refused_with_an_existing_one(
    existing: dict[str, Any], wanted: dict[str, Any]
) -> None:
    """It would have no effect there."""
    (key,) = wanted
    assert f"{key} is for a new VPC, and an existing one is used" in refusal(**existing, **wanted)


@pytest.mark.parametrize("services", [("ec2", "ec2"), ("iot.data", "iot-data"), ("s3",), ("EC2",), ("com.amazonaws.",)])
def test_endpoints_that_cannot_be_made(services: tuple[str, ...]) -> None:
    """The same service twice, what is no service's name, and S3, which has its endpoint."""
    assert "interface_endpoints" in refusal(interface_endpoints=services) or "is there twice" in refusal(
        interface_endpoints=services
    )


def test_there_is_one_vpc() -> None:
    """Either the default one, or the one that is named."""
    assert "either the default VPC or the one that vpc_id names" in refusal(use_default_vpc=True, **GIVEN)
    subnets = GIVEN["public_subnet_ids"]
    assert "subnets are given, but not their vpc_id" in refusal(use_default_vpc=True, public_subnet_ids=subnets)


@pytest.mark.parametrize(
    ("ranges", "message"),
    [
        (("10.0.0.1/8",), "has host bits set"),
        (("everyone",), "not an IPv4 or IPv6 range"),
        ((), "at least 1 item"),
        (("10.0.0.0/8",) * 31, "at most 30 items"),
        (("2001:db8::/32",), "IPv6 ranges are allowed, and ipv6 is off"),
    ],
)
def test_ranges_that_cannot_be_allowed(ranges: tuple[str, ...], message: str) -> None:
    """Mistyped ones, none at all, more than a security group takes, and IPv6 where there is none."""
    assert message in refusal(allowed_ranges=ranges)


@pytest.mark.parametrize("path", ["/app", "app/", "a//b", "../x", "a b", "*", "a?b", "x" * 101])
def test_base_paths_that_cannot_be_served(path: str) -> None:
    """Slashes at the ends, wildcards of the load balancer, and what no browser asks for."""
    assert "base_url_path" in refusal(base_url_path=path)


@pytest.mark.parametrize("path", ["", "app", "team/app", "v1.2/my_app-x"])
def test_base_paths_that_can(path: str) -> None:
    """One segment or several, or none."""
    assert Settings.model_validate({"base_url_path": path}).base_url_path == path
