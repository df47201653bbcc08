"""Fixtures of the sandbox's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox import Address, running
from tests.support.accounts import REGION, Account
from tests.support.clouds import Cloud

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def cloud(account: Account) -> Cloud:
    """An account of the session's sandbox, with a bucket for templates."""
    return Cloud(account)


@pytest.fixture(scope="module")
def slow_address() -> Iterator[Address]:
    """A sandbox in which resources take a fiftieth of their time: a load balancer 2.3 s."""
    with running(state_dir=None, region=REGION, time_scale=0.02) as address:
        yield address


@pytest.fixture
def slow(slow_address: Address, account: Account) -> Cloud:
    """An account in which resources take time."""
    return Cloud(Account(address=slow_address.as_account(account.account_id)))
