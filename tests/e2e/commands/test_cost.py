"""`cost`: a month by resource, from a price list in AWS's form behind a real socket."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.image import place_image
from tests.support.commands import Project, project
from tests.support.price_lists import FARGATE, PriceList, product
from tests.support.proxy import between

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.support.accounts import Account

ELB = {"service": "AWSELB", "unit": "Hrs", "operation": "LoadBalancing:Application"}
NAT = {"service": "AmazonEC2", "family": "NAT Gateway", "unit": "Hrs"}
PRODUCTS = (
    *FARGATE,
    product("APN2-LoadBalancerUsage", "0.0225", **ELB),
    product("APN2-LCUUsage", "0.008", **{**ELB, "unit": "LCU-Hrs"}),
    product("APN2-NatGateway-Hours", "0.059", **NAT),
    product("APN2-NatGateway-Bytes", "0.059", **{**NAT, "unit": "GB"}),
)
DENIED = ("AccessDeniedException", "User: arn:aws:iam::1:user/me is not authorized to perform: pricing:GetProducts")


@pytest.fixture
def prices() -> PriceList:
    """Give a price list with Fargate, the load balancer and the NAT gateway."""
    return PriceList(PRODUCTS)


@pytest.fixture
def here(tmp_path: Path, account: Account, prices: PriceList) -> Iterator[Project]:
    """Give a project before an AWS whose price list is scripted."""
    with between(account.address.endpoint_url, prices.choose) as proxy:
        yield project(tmp_path, account.env | {"AWS_ENDPOINT_URL": proxy.url})


def cost(here: Project, *words: str) -> dict[str, Any]:
    """Return the document of `cost prod`."""
    found: dict[str, Any] = json.loads(here.succeed("cost", "prod", "--json", *words))
    return found


def test_a_month_is_shown_by_resource_with_what_it_does_not_hold(here: Project, prices: PriceList) -> None:
    """The figures are those of the price list; without the network they are those of the week."""
    shown = here.succeed("cost", "prod", "--hours", "100")
    assert "smallest" in shown
    [nat] = [line for line in shown.splitlines() if "NAT gateway" in line and "hours" in line]
    assert nat.split()[-3:] == ["5.90", "5.90", "5.90"]
    assert "Total of these" in shown
    assert (
        "Security/CookieSecret: secret, by secret, 1 secret: the price list has no AWSSecretsManager-Secrets" in shown
    )
    assert "Security/CookieSecret: requests, by 10,000 requests" in shown
    assert "--hours 100, --requests 1,000,000" in shown

    asked = len(prices.asked)
    document = cost(here, "--hours", "100")
    assert len(prices.asked) == asked, "the answers of the week are used"
    lines = [line for line in document["lines"] if line["cost"]]
    for column in ("smallest", "expected", "largest"):
        assert sum(Decimal(line["cost"][column]) for line in lines) == Decimal(document["total"][column])
    assert document["is_complete"] is False
    assert document["currency"] == "USD"
    assert document["assumptions"]["hours"] == "100"
    assert document["source"].startswith("http://127.0.0.1:")

    prices.fault = DENIED
    kept = here.run("cost", "prod", "--refresh")
    assert kept.returncode == 0
    assert "The caller must be allowed to pricing:GetProducts." in kept.stderr
    assert "Total of these" in kept.stdout


def test_without_the_right_there_is_no_figure(here: Project, prices: PriceList) -> None:
    """There is the reason, a list of the units, and exit code 1."""
    prices.fault = DENIED
    done = here.run("cost", "prod")
    assert done.returncode == 1
    assert "access denied" in done.stderr
    assert "no price is known, so there is no figure" in done.stdout
    assert "  Network/NatGatewayA: NAT gateway, by hour, 730 hours\n" in done.stdout
    assert done.stdout.count("access denied") == 1, "the reason stands once, above the list"
    document = json.loads(here.run("cost", "prod", "--json").stdout)
    assert document["total"] is None
    assert document["problem"]["code"] == "denied"
    assert {it["ServiceCode"] for it in prices.asked} == {prices.asked[0]["ServiceCode"]}


def test_a_number_of_tasks_that_can_never_run_is_refused(here: Project) -> None:
    """Five are more than autoscaling allows; a word is no number."""
    assert "not within the limits of [autoscaling], 1 to 4" in here.fail("cost", "prod", "--tasks", "5")
    assert "is no number from 0 to 744" in here.fail("cost", "prod", "--hours", "745")
    assert "is no number" in here.fail("cost", "prod", "--gb-out", "NaN")


def test_a_plan_says_by_how_much_it_moves_the_month(here: Project, account: Account, prices: PriceList) -> None:
    """With --cost it asks, and a refusal is no reason to fail; afterwards the prices of the week are used."""
    here.succeed("bootstrap", "prod", "--yes")
    first = here.run("plan", "prod", "--cost")
    assert "A month costs 60.17 USD, without what has no figure." in first.stdout
    here.succeed("deploy", "prod", "--yes")
    place_image(account.address, "preto-2-prod", "v1")

    plan = ("plan", "prod", "--image", "v1")
    asked = len(prices.asked)
    prices.fault = DENIED
    refused = here.run(*plan, "--cost", "--var", "ecs_architecture=X86_64")
    assert refused.returncode == 2
    assert "A month costs" not in refused.stdout
    assert "Costs are not known: AWS GetProducts: access denied" in refused.stderr
    assert len(prices.asked) > asked

    prices.fault = None
    document = json.loads(here.run(*plan, "--cost", "--json").stdout)["cost"]
    hours = Decimal(730)
    vcpu = {it["name"]: it for it in document["moved"]}["vCPU"]
    assert Decimal(vcpu["after"]["expected"]) == 4 * hours * Decimal("0.04656") * 2
    assert Decimal(vcpu["after"]["largest"]) == 4 * hours * Decimal("0.04656") * 4
    assert Decimal(document["change"]["expected"]) == sum(
        Decimal(it["after"]["expected"]) - Decimal(it["before"]["expected"]) for it in document["moved"]
    )

    asked = len(prices.asked)
    shown = here.run(*plan)
    assert len(prices.asked) == asked
    assert "A month costs 60.17 → " in shown.stdout
    assert "Ecs/Service: vCPU" in shown.stdout
