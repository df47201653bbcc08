"""A saved query that does not come to its end."""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

import pytest

from stacks.errors import UserError
from stacks.logs import queries
from stacks.logs.queries import Query, run_query
from tests.support.proxy import Call, Reply, between
from tests.support.world import connected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from tests.support.accounts import Account

QUERY = Query(name="latest errors", text="fields @message", groups=("/any",))


@pytest.fixture
def aws(account: Account) -> Iterator[Aws]:
    """Give a caller in an account with an empty log group."""
    with closing(connected(account)) as found:
        found.logs.create_log_group(logGroupName="/any")
        yield found


def run(aws: Aws, account: Account, status: str) -> tuple[BaseException, list[str]]:
    """Run a query that has this status whenever it is asked for; return the error, and what was called."""

    def choose(call: Call) -> object:
        answer = json.dumps({"status": status, "results": [], "statistics": {"recordsScanned": 7}}).encode()
        reply = Reply(200, answer, {"Content-Type": "application/x-amz-json-1.1"})
        return (lambda _call, _pass_on: reply) if call.action == "GetQueryResults" else None

    def interrupt(_: str) -> NoReturn:
        raise KeyboardInterrupt

    now = int(time.time() * 1000)
    with (
        between(account.address.endpoint_url, choose) as proxy,
        closing(replace(aws, endpoint_url=proxy.url)) as slow,
        pytest.raises((UserError, KeyboardInterrupt)) as ended,
    ):
        run_query(slow, QUERY, now - 1000, now, on_progress=interrupt)
    return ended.value, list(proxy.calls)


@pytest.mark.parametrize(("status", "then"), [("Failed", "Repeat"), ("Timeout", "shorter time"), ("Cancelled", "")])
def test_a_query_that_fails_is_an_error_with_what_to_do(aws: Aws, account: Account, status: str, then: str) -> None:
    """CloudWatch's word for it, and its advice."""
    error, _ = run(aws, account, status)
    assert f"CloudWatch Logs says {status}" in str(error)
    assert then in str(error)


def test_ctrl_c_stops_the_query_at_aws_too(aws: Aws, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing is read, and paid for, for nobody."""
    monkeypatch.setattr(queries, "FIRST_PAUSE", 0.01)
    error, calls = run(aws, account, "Running")
    assert isinstance(error, KeyboardInterrupt)
    assert "StopQuery" in calls
