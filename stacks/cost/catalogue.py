"""Prices as AWS's price list has them: each question is asked once a week, and its answer kept."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import translate_aws_errors
from stacks.cost.price_list import NotInForm, Product, read_product
from stacks.errors import UserError
from stacks.files import Cache, digest
from templates.partitions import partition_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from stacks.aws.session import Aws
    from stacks.cost.meters import Meter, Query

KEPT = timedelta(days=7)
"""How long an answer is used without asking again: prices change rarely."""
AWS = "AWS"
"""Whose prices they are, where they are AWS's own."""
CONNECTIONS = 4
"""Questions at a time."""
PAGE = 100
"""Products of a page, the most that GetProducts returns."""
ENDPOINTS: Mapping[str, tuple[str, ...]] = {
    "aws": ("us-east-1", "eu-central-1", "ap-south-1"),
    "aws-cn": ("cn-northwest-1",),
    "aws-eusc": ("eusc-de-east-1",),
    "aws-iso": ("us-iso-east-1",),
    "aws-iso-b": ("us-isob-east-1",),
    "aws-iso-e": ("eu-isoe-west-1",),
    "aws-iso-f": ("us-isof-south-1",),
}
"""Regions with an endpoint of the price list, by partition (botocore, `endpoints.json`, `api.pricing`): each has the
prices of all regions of its partition. AWS GovCloud (US) has none."""


def endpoint_region(region: str) -> str:
    """Return the region whose endpoint is asked for prices of a region; "" where the partition has none."""
    known = ENDPOINTS.get(partition_of(region).name, ())
    if region in known:
        return region
    area = region.partition("-")[0]
    return next((it for it in known if it.startswith(f"{area}-")), known[0] if known else "")


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An answer as it is kept: when it came, in ISO 8601, and its products as AWS wrote them."""

    asked_at: str
    products: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Price:
    """What a meter costs: its product, or why there is none. `is_unanswered`: AWS could not be asked."""

    product: Product | None = None
    why: str = ""
    is_unanswered: bool = False


@dataclass(frozen=True, kw_only=True)
class Asking:
    """How a price list is asked: whose it is, whether it may be asked at all, and whether what is kept counts.

    `source` is a part of what the cache knows an answer by. Without `may_ask`, only what is kept is known; with
    `refresh`, all is asked anew.
    """

    source: str = AWS
    may_ask: bool = True
    refresh: bool = False


class Catalogue:
    """The price list of one region. `connect` gives the caller, when something has to be asked.

    `problem` is the first error of AWS or the network, None while there was none; `oldest` when the oldest
    answer came, `is_stale` whether one is older than a week, because AWS could not be asked.
    """

    def __init__(
        self,
        region: str,
        folder: Path | None,
        connect: Callable[[], Aws],
        asking: Asking,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.region = region
        self.problem: UserError | None = None
        self.oldest: datetime | None = None
        self.is_stale = False
        self._cache: Cache[Stored] | None = None if folder is None else Cache(folder, Stored)
        self._connect, self._asking, self._now = connect, asking, now
        self._answers: dict[Query, tuple[Product, ...] | str] = {}
        self._unread: dict[Query, str] = {}

    @property
    def source(self) -> str:
        """Whose prices they are: `AWS`, or another name."""
        return self._asking.source

    def ask(self, meters: Iterable[Meter]) -> None:
        """Have the answers for all of these meters ready: what is not kept is asked for, several at a time."""
        wanted = dict.fromkeys(meter.query(self.region) for meter in meters)
        missing = []
        for query in (it for it in wanted if it not in self._answers):
            stored = self._load(query)
            if stored is None or self._asking.refresh or self._age(stored) > KEPT:
                missing.append(query)
            else:
                self._use(query, stored)
        if missing:
            self._ask_aws(missing)

    def price(self, meter: Meter) -> Price:
        """Return what the price list says of a meter, or why it says nothing: it is never guessed."""
        self.ask([meter])
        answer = self._answers[meter.query(self.region)]
        if isinstance(answer, str):
            return Price(why=answer, is_unanswered=True)
        found = meter.matching(answer, self.region)
        if not found:
            unread = self._unread.get(meter.query(self.region), "")
            return Price(why=unread or f"the price list has no {meter.usage} of {meter.service} here")
        different = {(it.currency, it.unit, it.tiers) for it in found}
        if len(different) > 1:
            skus = ", ".join(sorted(it.sku for it in found))
            return Price(why=f"the price list has several prices for {meter.usage}, and nothing says which ({skus})")
        if not meter.counts_as(found[0].unit):
            return Price(why=f"the price list counts {meter.usage} by {found[0].unit}, and not by the {meter.unit}")
        return Price(product=found[0])

    def _ask_aws(self, missing: list[Query]) -> None:
        """Ask for the first alone: where that fails, all others would."""
        first, *others = missing
        if not self._asking.may_ask:
            for query in missing:
                self._answers[query] = "its price was never asked for"
            return
        self._answer(first)
        if self.problem is not None:
            for query in others:
                self._fall_back(query, self.problem)
            return
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            list(pool.map(self._answer, others))

    def _answer(self, query: Query) -> None:
        try:
            products = tuple(self._pages(query))
        except UserError as error:
            self.problem = self.problem or error
            self._fall_back(query, error)
            return
        stored = Stored(asked_at=self._now().isoformat(), products=products)
        if self._cache is not None:
            self._cache.store(self._key(query), stored)
        self._use(query, stored)

    @translate_aws_errors()
    def _pages(self, query: Query) -> Iterable[str]:
        where = endpoint_region(self.region)
        if not where and self._asking.source == AWS:
            partition = partition_of(self.region).name
            raise UserError("price list", f"the partition {partition} has no endpoint of it")
        aws = self._connect().in_region(where or self.region)
        asked: dict[str, Any] = {
            "ServiceCode": query.service,
            "Filters": [{"Type": "TERM_MATCH", "Field": key, "Value": value} for key, value in query.filters],
            "FormatVersion": "aws_v1",
            "MaxResults": PAGE,
        }
        found: list[str] = []
        token = ""
        while True:
            page = aws.pricing.get_products(**asked | ({"NextToken": token} if token else {}))
            found += page.get("PriceList", [])
            token = page.get("NextToken", "")
            if not token:
                return found

    def _fall_back(self, query: Query, error: UserError) -> None:
        """Use an answer that is too old, where AWS gives none."""
        stored = self._load(query)
        if stored is None:
            self._answers[query] = f"it could not be asked for: {error.what}: {error.why}"
        else:
            self.is_stale = self.is_stale or self._age(stored) > KEPT
            self._use(query, stored)

    def _use(self, query: Query, stored: Stored) -> None:
        came = datetime.fromisoformat(stored.asked_at)
        self.oldest = came if self.oldest is None else min(self.oldest, came)
        products = []
        for text in stored.products:
            try:
                products.append(read_product(text))
            except NotInForm as error:
                self._unread[query] = f"a price of {query.service} cannot be read: {error}"
        self._answers[query] = tuple(it for it in products if it is not None)

    def _load(self, query: Query) -> Stored | None:
        return None if self._cache is None else self._cache.load(self._key(query))

    def _age(self, stored: Stored) -> timedelta:
        return self._now() - datetime.fromisoformat(stored.asked_at)

    def _key(self, query: Query) -> str:
        return digest([self._asking.source, query.service, [list(it) for it in query.filters]])
