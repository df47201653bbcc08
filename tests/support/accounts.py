"""Fixtures: one embedded AWS for each test process, and an account of its own for each test."""

from __future__ import annotations

import http.client
import itertools
import json
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from sandbox import Address, running

if TYPE_CHECKING:
    from collections.abc import Iterator

REGION = "ap-northeast-2"
_NUMBERS = itertools.count(100000000001)


@dataclass(frozen=True, kw_only=True)
class Account:
    """An account of the embedded AWS, at first empty, for one test."""

    address: Address

    @property
    def account_id(self) -> str:
        """Return the account's 12 digits."""
        return self.address.account_id

    @property
    def env(self) -> dict[str, str]:
        """Return the variables that point a process (boto3, the AWS CLI) at this account."""
        return self.address.environment()

    def inject_faults(self, *faults: dict[str, str]) -> None:
        """Let these steps of resources fail, or wait if they have no `reason`; without any, let all continue.

        Each has `step` (create, update, stabilise, revert, delete), `resource` (a logical id), and perhaps `reason`.
        """
        self._put("trouble", {"trouble": faults})

    def lag(self, *, then: str = "", **late: int) -> None:
        """Let the answers of these actions lag that many times; without any, none does.

        `then` is the last status of a deleted change set, or "" if it does not exist any more.
        """
        self._put("lag", {"then": then, **late})

    def fire_schedule(self, name: str) -> None:
        """Let the time of this schedule come."""
        self._put("schedules", {"name": name})

    def _put(self, path: str, content: dict[str, Any]) -> None:
        body = json.dumps({"account": self.account_id, **content})
        with closing(http.client.HTTPConnection(urlsplit(self.address.endpoint_url).netloc, timeout=30)) as connection:
            connection.request("PUT", f"/_sandbox/{path}", body)
            assert connection.getresponse().status == 204

    def calls(self) -> list[dict[str, Any]]:
        """Return the calls that were made in this account, as the embedded AWS has logged them, oldest first."""
        where = urlsplit(self.address.endpoint_url)
        with closing(http.client.HTTPConnection(where.netloc)) as connection:
            connection.request("GET", f"/_sandbox/calls?account={self.account_id}")
            found: list[dict[str, Any]] = json.loads(connection.getresponse().read())["calls"]
        return found

    def client(self, name: str) -> Any:
        """Return a boto3 client of this service, without retries."""
        make: Any = boto3.client
        return make(
            name,
            endpoint_url=self.address.endpoint_url,
            region_name=self.address.region,
            aws_access_key_id=self.address.access_key_id,
            aws_secret_access_key=self.address.secret_access_key,
            config=Config(retries={"total_max_attempts": 1}),
        )


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Address]:
    """Start an embedded AWS for the session, in memory, in which nothing takes time."""
    with running(state_dir=None, region=REGION) as address:
        yield address


@pytest.fixture
def account(sandbox: Address) -> Account:
    """Return a new account, which no other test sees or changes."""
    return fresh(sandbox)


def fresh(sandbox: Address) -> Account:
    """Return another new account, for a test that needs several."""
    return Account(address=sandbox.as_account(str(next(_NUMBERS))))
