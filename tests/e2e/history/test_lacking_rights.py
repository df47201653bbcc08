"""What may not be read is said once, and the rest is shown."""

from __future__ import annotations

import datetime as dt
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from stacks.history.callers import OF_STACKS, Begun, read_calls
from stacks.logs.tasks import Tasks
from tests.support import faults
from tests.support.proxy import Call, Reply, between
from tests.support.world import connected

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.aws.session import Aws
    from tests.support.accounts import Account

WHY = "User alice is not authorized to perform this"


def _denied(call: Call, _: object) -> Reply:
    return faults.refuse(call, 400, "AccessDeniedException", WHY)


@contextmanager
def without(account: Account, action: str) -> Iterator[Aws]:
    """Give a caller who may not make this call."""
    with (
        between(account.address.endpoint_url, lambda call: _denied if call.action == action else None) as proxy,
        closing(replace(connected(account), endpoint_url=proxy.url)) as aws,
    ):
        yield aws


def test_who_has_deployed_is_not_guessed(account: Account) -> None:
    """Without CloudTrail there is a note, with AWS's reason; nothing is asked of it for what is too old."""
    begun = Begun(at=dt.datetime.now(dt.UTC), name="preto-2-prod", names=OF_STACKS)
    with without(account, "LookupEvents") as aws:
        calls = read_calls(aws, [begun])
        old = read_calls(aws, [replace(begun, at=begun.at - dt.timedelta(days=91))])
    assert calls.began(begun) is None
    assert WHY in calls.note
    assert old.note == ""


def test_a_log_is_followed_without_its_tasks(account: Account) -> None:
    """Where tasks may not be listed, that is said once."""
    said: list[str] = []
    with without(account, "ListTasks") as aws:
        tasks = Tasks(aws, "preto-2-prod", "preto-2-prod", warn=said.append)
        assert tasks.poll() == tasks.poll() == []
    assert [WHY in text for text in said] == [True]
