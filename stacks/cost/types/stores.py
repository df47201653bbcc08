"""Keys, secrets and buckets."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from stacks.cost import meters
from stacks.cost.billed import Billing, Item, NoFixedPrice, Resource, monthly

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def key(_: Resource) -> Iterator[Item]:
    """Yield a key and its use; each rotation of its material, up to the second, costs as much again."""
    yield monthly(meters.KEY)
    yield NoFixedPrice(name="requests", unit="10,000 requests")


def secret(_: Resource) -> Iterator[Item]:
    """Yield a secret and its use."""
    yield monthly(meters.SECRET)
    yield NoFixedPrice(name="requests", unit="10,000 requests")


def bucket(it: Resource) -> Iterator[Item]:
    """Yield what a bucket keeps, and the requests to it."""
    yield monthly(meters.BUCKET, it.given.bucket_gb)
    yield NoFixedPrice(name="requests", unit="1,000 requests")


TYPES: Mapping[str, Billing] = MappingProxyType({
    "AWS::KMS::Key": key,
    "AWS::SecretsManager::Secret": secret,
    "AWS::S3::Bucket": bucket,
})  # fmt: skip
