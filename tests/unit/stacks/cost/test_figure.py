"""The figure of an environment: currencies, discounts, what is missing, and how it is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from stacks.cost.assumptions import Assumptions
from stacks.cost.catalogue import Asking, Catalogue
from stacks.cost.environment import survey_environment
from stacks.cost.figure import Figure, figure
from stacks.errors import UserError
from stacks.views import cost as view
from stacks.views import styled
from tests.support.price_lists import FARGATE, REGION, PriceList, product, served
from tests.support.world import rendered, settings

if TYPE_CHECKING:
    from stacks.aws.session import Aws

START = datetime(2026, 11, 30, tzinfo=UTC)
NIGHT: list[dict[str, Any]] = [
    {"name": "night", "schedule": "cron(0 20 * * ? *)", "min_capacity": 0, "max_capacity": 0},
    {"name": "day", "schedule": "cron(0 8 * * ? *)", "min_capacity": 1, "max_capacity": 4},
]


def figured(aws: Aws, given: Assumptions | None = None, region: str = REGION, **changed: Any) -> Figure:
    """Return the figure of a small Preto-2 with these settings."""
    wanted, assumed = settings(**changed), given or Assumptions()
    survey = survey_environment(wanted, rendered(wanted), assumed, start=START)
    return figure(survey, Catalogue(region, None, lambda: aws, asking=Asking(source="test")), assumed)


def test_prices_in_yuan_are_not_added_to_dollars() -> None:
    """The currency of the first price is that of the figure; a price in another one is missing."""
    yuan = [product(it["product"]["attributes"]["usagetype"], "0.35", currency="CNY") for it in FARGATE]
    elb = product("APN2-LoadBalancerUsage", "0.0225", service="AWSELB", operation="LoadBalancing:Application")
    with served(PriceList((*yuan, elb))) as aws:
        found = figured(aws)
    assert found.currency == "CNY"
    costs = {line.name: line for line in found.lines}
    assert costs["vCPU"].cost is not None
    assert found.total.expected == Decimal(2) * 730 * (Decimal("0.25") + Decimal("0.5")) * Decimal("0.35")
    assert costs["load balancer"].cost is None
    assert costs["load balancer"].why == "its price is in USD, and the others are in CNY"


def test_spot_has_a_figure_only_with_a_discount_that_is_assumed() -> None:
    """Otherwise it is named, and the total says that it does not hold it."""
    spot: dict[str, Any] = {"ecs": {"cpu": 1024, "memory": 2048, "desired_count": 3, "spot": {}}}
    with served(PriceList()) as aws:
        found = figured(aws, **spot)
        cheaper = figured(aws, Assumptions(spot_discount=Decimal(60)), **spot)
    assert [line.name for line in found.missing if "Spot" in line.name] == ["vCPU, Spot", "memory, Spot"]
    hour = Decimal("0.04656") + 2 * Decimal("0.00511")
    assert cheaper.total.expected == 730 * hour * (1 + 2 * Decimal("0.4"))
    assert "Spot" not in {line.name for line in cheaper.missing}


def test_a_partition_without_a_price_list_has_no_figure() -> None:
    """AWS GovCloud (US) has no endpoint of it."""

    def nobody() -> Aws:
        raise AssertionError

    catalogue = Catalogue("us-gov-west-1", None, nobody, asking=Asking())
    wanted = settings(aws={"region": "us-gov-west-1"})
    found = figure(survey_environment(wanted, rendered(wanted), Assumptions()), catalogue, Assumptions())
    assert found.is_unanswered
    assert not found.is_known
    assert isinstance(found.problem, UserError)
    assert found.problem.why == "the partition aws-us-gov has no endpoint of it"


@pytest.mark.parametrize("width", [80, 100, 200])
def test_it_fits_the_terminal(width: int) -> None:
    """A table of three columns, and below it wrapped lines; with a problem, too."""
    with served(PriceList()) as aws:
        found = figured(aws, autoscaling={"min_capacity": 1, "max_capacity": 4, "schedules": NIGHT})
    why = UserError("AWS GetProducts", "access denied: " + "somebody is not authorized " * 9)
    for shown in (found, replace(found, problem=why, is_stale=True)):
        document = view.Shown(environment="prod", stack="preto-2-prod", figure=shown)
        text = styled.plain(view.lines(document, width))
        assert max(map(len, text.splitlines())) <= width
        assert "Tasks: 0.5" in text
        assert "on average of a year with its schedules" in " ".join(text.split())
        assert "Not in the total:" in text
