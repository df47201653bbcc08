"""What is read from AWS's price list: tiers, currencies, and what is refused rather than guessed."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from stacks.cost.price_list import NotInForm, read_product
from tests.support.price_lists import product


def test_a_quantity_is_paid_by_the_tiers_it_reaches_into() -> None:
    """10 TB at the first price, what is above at the next one."""
    out = product("APN2-DataTransfer-Out-Bytes", ("10240", "Inf", "0.1220"), ("0", "10240", "0.1260"), unit="GB")
    found = read_product(json.dumps(out))
    assert found is not None
    assert found.cost(Decimal(100)) == Decimal("12.6")
    assert found.cost(Decimal(10340)) == Decimal(10240) * Decimal("0.126") + Decimal(100) * Decimal("0.122")
    assert found.cost(Decimal(0)) == 0


def test_free_tiers_are_not_deducted() -> None:
    """They belong to the account, where others may have used them up: the first unit has the first price above 0."""
    metrics = product("Any-CW:Metric", ("0", "10", "0.0"), ("10", "10000", "0.30"), ("10000", "Inf", "0.10"))
    found = read_product(json.dumps(metrics))
    assert found is not None
    assert found.price == Decimal("0.30")
    assert found.cost(Decimal(5)) == Decimal("1.50")
    assert found.cost(Decimal(10001)) == Decimal(10000) * Decimal("0.30") + Decimal("0.10")


def test_what_is_free_without_end_costs_nothing() -> None:
    """Not every product has a price."""
    found = read_product(json.dumps(product("APN2-Free", "0.0000000000")))
    assert found is not None
    assert found.cost(Decimal(1000)) == 0


def test_another_currency_is_kept_as_it_is() -> None:
    """The regions of China have prices in CNY."""
    found = read_product(json.dumps(product("CNW1-Fargate-GB-Hours", "0.0345", currency="CNY")))
    assert found is not None
    assert (found.currency, found.price) == ("CNY", Decimal("0.0345"))


def test_what_is_only_reserved_is_no_product() -> None:
    """It has no terms on demand."""
    document = product("APN2-Reserved", "1")
    document["terms"] = {"Reserved": document["terms"]["OnDemand"]}
    assert read_product(json.dumps(document)) is None


@pytest.mark.parametrize(
    "tiers",
    [
        (("0", "10", "1"), ("20", "Inf", "2")),
        (("5", "Inf", "1"),),
        (("0", "10", "1"),),
        (("0", "Inf", "-1"),),
        (("0", "Inf", "NaN"),),
        (("0", "Inf", "free"),),
    ],
)
def test_prices_that_leave_a_gap_or_are_none_are_refused(tiers: tuple[tuple[str, str, str], ...]) -> None:
    """A wrong figure would be worse than none."""
    with pytest.raises(NotInForm):
        read_product(json.dumps(product("APN2-Odd", *tiers)))


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"product": {}, "terms": {"OnDemand": {"a": {}}}}', "null"])
def test_another_form_is_refused(text: str) -> None:
    """Whatever an endpoint answers, it is an error of its own and no traceback."""
    with pytest.raises(NotInForm):
        read_product(text)
