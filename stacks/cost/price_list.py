"""AWS's price list in its own form, `aws_v1`: one JSON document for each product, with its terms.

Each element of `PriceList` in the answer of `GetProducts` is such a document, as text
(https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api-fetching-price-list-files-manually-reading-service-price-list-file.html
explains the fields; https://github.com/TypeOneLabs/tellury/blob/main/pkg/pricing/aws/testdata/getproducts-recorded.json
has recorded answers).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

ENDLESS = Decimal("Infinity")
"""The end of the last tier, which the price list writes `Inf`."""
USD = "USD"
FAMILY = "productFamily"


class NotInForm(ValueError):  # noqa: N818 - it says what the document is
    """The document has not AWS's form; the message says what is wrong."""


@dataclass(frozen=True, kw_only=True)
class Tier:
    """A price for each unit from `begin` to `end` of a month's use."""

    begin: Decimal
    end: Decimal
    price: Decimal


@dataclass(frozen=True, kw_only=True)
class Product:
    """What can be bought: a SKU with its attributes and its tiers on demand, from the first unit to the last."""

    sku: str
    attributes: Mapping[str, str]
    unit: str
    currency: str
    tiers: tuple[Tier, ...]

    @property
    def usage_type(self) -> str:
        """What a bill calls it, such as `APN2-NatGateway-Hours`."""
        return self.attributes.get("usagetype", "")

    @property
    def paid(self) -> tuple[Tier, ...]:
        """The tiers without a free first one, which is the whole account's and may be used up elsewhere.

        The price list has the free amounts that never expire as tiers that cost nothing
        (https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/price-changes.html).
        """
        paid = tuple(tier for tier in self.tiers if tier.price or tier is not self.tiers[0])
        if not paid or paid[0].begin == 0:
            return self.tiers
        first = Tier(begin=Decimal(0), end=paid[0].end, price=paid[0].price)
        return (first, *paid[1:])

    @property
    def price(self) -> Decimal:
        """The price of the first unit that is paid for."""
        return self.paid[0].price

    def cost(self, quantity: Decimal) -> Decimal:
        """Return the price of so many units, each at the price of its tier."""
        return sum(
            (tier.price * (min(quantity, tier.end) - tier.begin) for tier in self.paid if quantity > tier.begin),
            Decimal(0),
        )


def read_product(text: str) -> Product | None:
    """Return the product of one document of a price list; None for one that is not sold on demand.

    Raises NotInForm.
    """
    try:
        document = json.loads(text)
        own, terms = document["product"], document["terms"].get("OnDemand", {})
        if not terms:
            return None
        [term] = terms.values()
        dimensions = list(term["priceDimensions"].values())
        [(currency, unit)] = {(_currency(it["pricePerUnit"]), str(it["unit"])) for it in dimensions}
        return Product(
            sku=str(own["sku"]),
            attributes={str(key): str(value) for key, value in own["attributes"].items()} | _family(own),
            unit=unit,
            currency=currency,
            tiers=_tiers(dimensions, currency),
        )
    except (ValueError, KeyError, TypeError, AttributeError, InvalidOperation) as error:
        if isinstance(error, NotInForm):
            raise
        raise NotInForm(f"a product is not in the form of aws_v1 ({type(error).__name__}: {error})") from error


def _family(own: Mapping[str, Any]) -> dict[str, str]:
    """Return the product family, which is filtered by as attributes are; not every product has one."""
    return {FAMILY: str(own[FAMILY])} if FAMILY in own else {}


def _currency(prices: Mapping[str, str]) -> str:
    """Return the currency: USD where there are several, else the one there is."""
    return USD if USD in prices else next(iter(prices))


def _tiers(dimensions: list[Mapping[str, Any]], currency: str) -> tuple[Tier, ...]:
    """Return the tiers in their order. Raises NotInForm where they leave a gap or overlap."""
    found = sorted(
        (
            Tier(begin=_bound(it["beginRange"]), end=_bound(it["endRange"]), price=_price(it["pricePerUnit"][currency]))
            for it in dimensions
        ),
        key=lambda it: it.begin,
    )
    closed = found and found[0].begin == 0 and found[-1].end == ENDLESS
    if not closed or any(one.end != other.begin for one, other in pairwise(found)):
        raise NotInForm("the tiers of a price do not follow each other from 0 to Inf")
    return tuple(found)


def _bound(text: str) -> Decimal:
    return ENDLESS if text == "Inf" else _number(text)


def _price(text: str) -> Decimal:
    return _number(text)


def _number(text: str) -> Decimal:
    found = Decimal(text)
    if not found.is_finite() or found < 0:
        raise NotInForm(f"{text!r} is no amount")
    return found
