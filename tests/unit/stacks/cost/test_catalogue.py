"""How the price list is asked: pages, ambiguity, faults and the cache, over a real socket."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NoReturn

import pytest

from stacks.cost import meters
from stacks.cost.catalogue import Asking, Catalogue, endpoint_region
from stacks.cost.fargate import TaskSize, fargate_rates
from stacks.errors import Code, UserError
from tests.support.price_lists import FARGATE, REGION, PriceList, product, served

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.aws.session import Aws

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def catalogue(aws: Aws | None, folder: Path | None = None, at: datetime = NOW, *, refresh: bool = False) -> Catalogue:
    """Return the price list, as it is asked at a time."""

    def connect() -> Aws:
        if aws is None:
            raise UserError("AWS endpoint", "no network", code=Code.ENDPOINT)
        return aws

    return Catalogue(REGION, folder, connect, asking=Asking(source="test", refresh=refresh), now=lambda: at)


def amount(asked: Catalogue, meter: meters.Meter) -> Decimal:
    """Return the price of a meter."""
    price = asked.price(meter)
    assert price.product is not None, price.why
    return price.product.price


def test_a_price_is_found_on_whichever_page_it_is() -> None:
    """The answer comes in pages, and each is asked for with the token of the one before."""
    prices = PriceList(page=2)
    with served(prices) as aws:
        asked = catalogue(aws)
        assert amount(asked, meters.VCPU) == Decimal("0.04656")
        assert amount(asked, meters.STORAGE) == Decimal("0.000127")
    assert [it.get("NextToken") for it in prices.asked] == [None, "2", "4"]
    assert prices.asked[0]["Filters"] == [
        {"Type": "TERM_MATCH", "Field": "regionCode", "Value": REGION},
        {"Type": "TERM_MATCH", "Field": "productFamily", "Value": "Compute"},
    ]


def test_the_architecture_and_nothing_similar_has_its_price() -> None:
    """Windows and ARM64 have usage types that end alike."""
    with served(PriceList()) as aws:
        asked = catalogue(aws)
        assert amount(asked, meters.MEMORY) == Decimal("0.00511")
        assert amount(asked, meters.ARM_VCPU) == Decimal("0.03725")


def test_an_endpoint_that_does_not_filter_is_filtered() -> None:
    """Prices of other regions and families in its answer are not those that were asked for."""
    other = product("APN1-Fargate-GB-Hours", "0.00553", regionCode="ap-northeast-1")
    family = product("APN2-Fargate-GB-Hours", "0.9", family="Odd")
    with served(PriceList((*FARGATE, other, family), filters=False)) as aws:
        assert amount(catalogue(aws), meters.MEMORY) == Decimal("0.00511")


def test_the_operation_distinguishes_load_balancers() -> None:
    """Usage types are the same for all of them, and capacity units have no product family everywhere."""
    elb = {"service": "AWSELB", "unit": "Hrs"}
    application = product("APN2-LoadBalancerUsage", "0.0225", operation="LoadBalancing:Application", **elb)
    network = product("APN2-LoadBalancerUsage", "0.03", operation="LoadBalancing:Network", **elb)
    zone = product("APN2-LoadBalancerUsage", "0.09", operation="LoadBalancing:Application", **elb)
    zone["product"]["attributes"]["locationType"] = "AWS Local Zone"
    units = product("APN2-LCUUsage", "0.008", operation="LoadBalancing:Application", **elb)
    del units["product"]["productFamily"]
    with served(PriceList((application, network, zone, units))) as aws:
        asked = catalogue(aws)
        assert amount(asked, meters.LOAD_BALANCER) == Decimal("0.0225")
        assert amount(asked, meters.LCU) == Decimal("0.008")


def test_another_usage_type_stands_in_where_the_first_is_not_there() -> None:
    """WAF's requests are billed by one or the other."""
    waf = {"service": "awswaf", "unit": "Request"}
    first, second = product("APN2-RequestV2-Tier0", "6E-7", **waf), product("APN2-RequestV2-Tier1", "7E-7", **waf)
    with served(PriceList((first, second))) as aws:
        assert amount(catalogue(aws), meters.WEB_ACL_REQUEST) == Decimal("6E-7")
    with served(PriceList((second,))) as aws:
        assert amount(catalogue(aws), meters.WEB_ACL_REQUEST) == Decimal("7E-7")


def test_what_the_price_list_lacks_has_no_price() -> None:
    """The price of Fargate Spot, for instance; it says so, and nothing is assumed instead."""
    with served(PriceList()) as aws:
        price = catalogue(aws).price(meters.SPOT_VCPU)
    assert price.product is None
    assert price.why == "the price list has no SpotUsage-Fargate-vCPU-Hours:perCPU of AmazonECS here"


def test_several_prices_for_the_same_are_refused() -> None:
    """Nothing says which of them is meant; two that are the same are one price."""
    other = product("APN2-Fargate-GB-Hours", "0.0099", sku="OTHER")
    same = product("APN2-Fargate-vCPU-Hours:perCPU", "0.0465600000", sku="SAME")
    with served(PriceList((*FARGATE, other, same))) as aws:
        asked = catalogue(aws)
        assert "several prices for Fargate-GB-Hours" in asked.price(meters.MEMORY).why
        assert "OTHER" in asked.price(meters.MEMORY).why
        assert amount(asked, meters.VCPU) == Decimal("0.04656")


def test_a_price_by_the_hour_is_none_by_the_month() -> None:
    """A key is counted by the month; a price by the hour would be 730 times too little."""
    hourly = product("ap-northeast-2-KMS-Keys", "1", service="awskms", family="Encryption Key", unit="Hrs")
    with served(PriceList([hourly])) as aws:
        assert "by Hrs, and not by the key" in catalogue(aws).price(meters.KEY).why


def test_a_product_that_cannot_be_read_hides_no_other() -> None:
    """It is named where its price is missed."""
    odd = product("APN2-Fargate-GB-Hours", ("0", "1", "2"))
    with served(PriceList((FARGATE[0], odd))) as aws:
        asked = catalogue(aws)
        assert amount(asked, meters.VCPU)
        assert "a price of AmazonECS cannot be read" in asked.price(meters.MEMORY).why


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (("AccessDeniedException", "User: a is not authorized to perform: pricing:GetProducts"), Code.DENIED),
        (("ThrottlingException", "Rate exceeded"), Code.THROTTLED),
        (("InvalidParameterException", "Invalid parameter"), Code.AWS),
    ],
)
def test_a_refusal_is_shown_and_ends_all_requests(fault: tuple[str, str], code: Code) -> None:
    """What is refused once is refused for each service: it is not asked for again."""
    prices = PriceList(fault=fault)
    with served(prices) as aws:
        asked = catalogue(replace(aws, attempts=1))
        asked.ask([meters.VCPU, meters.NAT, meters.LOAD_BALANCER, meters.KEY])
        assert asked.price(meters.NAT).product is None
    assert asked.problem is not None
    assert asked.problem.code is code
    assert "could not be asked for" in asked.price(meters.KEY).why
    assert {it["ServiceCode"] for it in prices.asked} == {"AmazonECS"}


def test_answers_are_kept_for_a_week(tmp_path: Path) -> None:
    """Then they are asked for again, or at once with --refresh."""
    prices = PriceList()
    with served(prices) as aws:
        amount(catalogue(aws, tmp_path), meters.VCPU)
        amount(catalogue(None, tmp_path, NOW + timedelta(days=6)), meters.MEMORY)
        assert len(prices.asked) == 1
        prices.products = [product("APN2-Fargate-vCPU-Hours:perCPU", "0.05")]
        assert amount(catalogue(aws, tmp_path, refresh=True), meters.VCPU) == Decimal("0.05")
        assert amount(catalogue(aws, tmp_path, NOW + timedelta(days=8)), meters.VCPU) == Decimal("0.05")
        assert len(prices.asked) == 3


def test_old_answers_are_used_where_the_network_is_away(tmp_path: Path) -> None:
    """The catalogue knows how old they are."""
    with served(PriceList()) as aws:
        amount(catalogue(aws, tmp_path), meters.VCPU)
    asked = catalogue(None, tmp_path, NOW + timedelta(days=30))
    assert amount(asked, meters.VCPU) == Decimal("0.04656")
    assert asked.is_stale
    assert asked.oldest == NOW
    assert asked.problem is not None
    assert asked.price(meters.NAT).product is None


def test_another_source_has_answers_of_its_own(tmp_path: Path) -> None:
    """Prices of another endpoint are never taken for AWS's."""
    with served(PriceList()) as aws:
        amount(catalogue(aws, tmp_path), meters.VCPU)

    def nobody() -> NoReturn:
        raise UserError("AWS endpoint", "no network")

    own = Catalogue(REGION, tmp_path, nobody, asking=Asking(), now=lambda: NOW)
    assert own.price(meters.VCPU).product is None


def test_nothing_is_asked_where_only_kept_prices_are_wanted(tmp_path: Path) -> None:
    """A plan without --cost uses what is there."""
    prices = PriceList()
    with served(prices) as aws:
        quiet = Catalogue(REGION, tmp_path, lambda: aws, asking=Asking(may_ask=False), now=lambda: NOW)
        assert quiet.price(meters.VCPU).product is None
    assert quiet.problem is None
    assert not prices.asked


def test_the_nearest_endpoint_of_the_partition_is_asked() -> None:
    """There are three for AWS, one for China, and none for GovCloud."""
    found = {it: endpoint_region(it) for it in ("ap-northeast-2", "eu-west-1", "us-west-2", "sa-east-1", "cn-north-1")}
    assert found == {
        "ap-northeast-2": "ap-south-1",
        "eu-west-1": "eu-central-1",
        "us-west-2": "us-east-1",
        "sa-east-1": "us-east-1",
        "cn-north-1": "cn-northwest-1",
    }
    assert endpoint_region("us-gov-west-1") == ""


def test_an_hour_of_tasks_has_a_price() -> None:
    """Two tasks on demand of 1 vCPU and 2 GB, with 30 GB of disk; Spot only where a discount is assumed."""
    with served(PriceList()) as aws:
        rates = fargate_rates(catalogue(aws), "X86_64")
        cheaper = fargate_rates(catalogue(aws), "X86_64", spot_discount=Decimal(50))
    size = TaskSize(cpu=1024, memory=2048, storage=30)
    each = Decimal("0.04656") + 2 * Decimal("0.00511")
    assert rates.per_hour(size, on_demand=Decimal(2)) == 2 * (each + 10 * Decimal("0.000127"))
    assert rates.per_hour(size, on_demand=Decimal(1), spot=Decimal(1)) is None
    small = TaskSize(cpu=1024, memory=2048)
    assert cheaper.per_hour(small, on_demand=Decimal(1), spot=Decimal(2)) == 2 * each
    assert rates.currency == "USD"
