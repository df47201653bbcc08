"""A price list of AWS, scripted: it answers `GetProducts` in AWS's own form over a real socket.

The form is that of recorded answers
(https://github.com/TypeOneLabs/tellury/blob/main/pkg/pricing/aws/testdata/getproducts-recorded.json), with prices of
the test's own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.aws.session import Aws, connect
from stacks.settings import AwsSettings
from tests.support.faults import refuse
from tests.support.proxy import Call, Reply, between

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REGION = "ap-northeast-2"
IDENTITY = """<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::123456789012:user/somebody</Arn><UserId>AIDA</UserId><Account>123456789012</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"""
Tier = tuple[str, str, str]


def product(
    usage: str,
    *tiers: Tier | str,
    service: str = "AmazonECS",
    family: str = "Compute",
    unit: str = "hours",
    currency: str = "USD",
    sku: str = "",
    **attributes: str,
) -> dict[str, Any]:
    """Return a product as AWS has it: tiers of beginning, end and price, or one price for everything."""
    sku = sku or f"SKU{abs(hash((usage, tiers, family, service))):016X}"[:16]
    code = f"{sku}.JRTCKXETXF"
    steps = [("0", "Inf", it) if isinstance(it, str) else it for it in tiers]
    dimensions = {
        f"{code}.RATE{number}": {
            "unit": unit,
            "endRange": end,
            "description": f"{price} {currency} for {usage}",
            "appliesTo": [],
            "rateCode": f"{code}.RATE{number}",
            "beginRange": begin,
            "pricePerUnit": {currency: price},
        }
        for number, (begin, end, price) in enumerate(steps)
    }
    own = {"regionCode": REGION, "servicecode": service, "usagetype": usage, "locationType": "AWS Region"}
    return {
        "product": {"productFamily": family, "attributes": own | attributes, "sku": sku},
        "serviceCode": service,
        "terms": {
            "OnDemand": {
                code: {
                    "priceDimensions": dimensions,
                    "sku": sku,
                    "effectiveDate": "2026-10-01T00:00:00Z",
                    "offerTermCode": "JRTCKXETXF",
                    "termAttributes": {},
                }
            }
        },
        "version": "20261010000000",
        "publicationDate": "2026-10-10T00:00:00Z",
    }


FARGATE = (
    product("APN2-Fargate-vCPU-Hours:perCPU", "0.0465600000"),
    product("APN2-Fargate-GB-Hours", "0.0051100000"),
    product("APN2-Fargate-ARM-vCPU-Hours:perCPU", "0.0372500000"),
    product("APN2-Fargate-ARM-GB-Hours", "0.0040900000"),
    product("APN2-Fargate-EphemeralStorage-GB-Hours", "0.0001270000", unit="GB-Hours"),
    product("APN2-Fargate-Windows-vCPU-Hours:perCPU", "0.0535000000"),
)


@dataclass
class PriceList:
    """A scripted price list: its products, what it was asked, and a fault in the place of an answer.

    Without `filters` each answer has all products, as some endpoints that are not AWS's do.
    """

    products: Sequence[dict[str, Any]] = FARGATE
    page: int = 100
    filters: bool = True
    fault: tuple[str, str] | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)

    def choose(self, call: Call) -> Callable[[Call, Any], Reply | None] | None:
        """Return what answers a call; None for one that is not the price list's."""
        if call.action == "GetProducts":
            return self._answer
        return None

    def _answer(self, call: Call, _: object) -> Reply:
        asked = json.loads(call.body)
        self.asked.append(asked)
        if self.fault is not None:
            return refuse(call, 400, *self.fault)
        filters = {it["Field"]: it["Value"] for it in asked["Filters"]}
        assert {it["Type"] for it in asked["Filters"]} <= {"TERM_MATCH"}
        found = [it for it in self.products if not self.filters or _has(it, asked["ServiceCode"], filters)]
        begin, size = int(asked.get("NextToken") or 0), min(asked.get("MaxResults", 100), self.page)
        page: dict[str, Any] = {
            "FormatVersion": "aws_v1",
            "PriceList": [json.dumps(it) for it in found[begin : begin + size]],
        }
        if begin + size < len(found):
            page["NextToken"] = str(begin + size)
        return Reply(200, json.dumps(page).encode(), {"Content-Type": "application/x-amz-json-1.1"})


def _has(it: dict[str, Any], service: str, filters: dict[str, str]) -> bool:
    own = {**it["product"]["attributes"], "productFamily": it["product"].get("productFamily")}
    return it["serviceCode"] == service and all(own.get(key) == value for key, value in filters.items())


@contextmanager
def served(prices: PriceList) -> Iterator[Aws]:
    """Serve a price list beside an STS that knows the caller, and give a session that asks both."""

    def choose(call: Call) -> Callable[[Call, Any], Reply | None] | None:
        if call.action == "GetCallerIdentity":
            return lambda _call, _pass_on: Reply(200, IDENTITY.encode(), {"Content-Type": "text/xml"})
        return prices.choose(call)

    with between("", choose) as proxy:
        settings = AwsSettings(region=REGION, endpoint=proxy.url)
        with closing(connect(settings, access_key_id="AKID", secret_access_key="secret")) as aws:  # noqa: S106 - nobody checks it
            yield aws
