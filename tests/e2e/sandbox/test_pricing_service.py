"""The service pricing of the embedded AWS: a price list in AWS's form, with prices of its own."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from stacks.cost import meters
from stacks.cost.catalogue import Asking, Catalogue
from stacks.cost.meters import Meter
from tests.support.world import connected

if TYPE_CHECKING:
    from tests.support.accounts import Account

METERS = [it for it in vars(meters).values() if isinstance(it, Meter)]


def test_everything_that_is_billed_has_one_price_but_fargate_spot(account: Account) -> None:
    """So that `cost local` shows what the command can do, and what the price list lacks."""
    with closing(connected(account)) as aws:
        found = Catalogue("ap-northeast-2", None, lambda: aws, asking=Asking(source="sandbox"))
        found.ask(METERS)
        lacking = [meter.name for meter in METERS if found.price(meter).product is None]
    assert found.problem is None
    assert all("Spot" in name for name in lacking)
    assert len(lacking) == 4


def test_answers_come_in_pages_and_filters_match_exactly(account: Account) -> None:
    """As on AWS: an element of the answer is a document as text, and a price says whose it is."""
    pricing = account.client("pricing")
    filters = [{"Type": "TERM_MATCH", "Field": "regionCode", "Value": "eu-central-1"}]
    pages = list(
        pricing.get_paginator("get_products").paginate(
            ServiceCode="AmazonECS", Filters=filters, PaginationConfig={"PageSize": 2}
        )
    )
    products = [json.loads(text) for page in pages for text in page["PriceList"]]
    assert len(pages) > 2
    assert {it["product"]["attributes"]["usagetype"].partition("-")[0] for it in products} == {"EUC1"}
    [term] = products[0]["terms"]["OnDemand"].values()
    [dimension] = term["priceDimensions"].values()
    assert dimension["description"] == "A price of the sandbox, not AWS's"
    with pytest.raises(ClientError, match="InvalidNextTokenException"):
        pricing.get_products(ServiceCode="AmazonECS", NextToken="x")
    with pytest.raises(ClientError, match="InvalidParameterException"):
        pricing.get_products(ServiceCode="AmazonECS", Filters=[{"Type": "ANY_OF", "Field": "a", "Value": "b"}])
    with pytest.raises(ClientError, match="NotFoundException"):
        pricing.get_products(ServiceCode="AmazonMars")
