"""Eventual consistency on demand: answers that lag behind, as CloudFormation's do now and then.

`PUT /_sandbox/lag` with `{"account": "123456789012", "DescribeStacks": 2, "DescribeStackEvents": 2,
"CreateChangeSet": 1, "DeleteChangeSet": 3, "then": "DELETE_COMPLETE"}` replaces what was set for the account before:

- a read returns each new state only after that many answers with the state before; until then a new stack does not
  exist (https://github.com/aws/aws-cdk-cli/issues/1802);
- `CreateChangeSet` with a role is refused that many times, because the role cannot be assumed yet
  (https://github.com/hashicorp/terraform-provider-aws/issues/22834);
- a deleted change set is described as DELETE_IN_PROGRESS that many times, then with the status `then`; without `then`
  it does not exist any more.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id, now_iso
from ministack.services import cloudformation
from ministack.services.cloudformation import handlers, helpers

from sandbox.extension import cloudformation_api as api

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Action, Record, Response

PATH = "/_sandbox/lag"

_GOING, _SINCE = "DELETE_IN_PROGRESS", "since"

_LAGS: dict[str, Record] = {}
_ANSWERED: dict[tuple[str, str, str], tuple[Response | None, int]] = {}
"""By account, action and stack: the last answer, and how many times it was repeated although there was a newer one."""
_DIFFERS_ALWAYS = re.compile(rb"<RequestId>.*?</RequestId>")


def install() -> None:
    """Wrap all that has been installed for these requests before."""
    for action in ("DescribeStacks", "DescribeStackEvents"):
        api.wrap_action(action, _late(action))
    api.wrap_action("CreateChangeSet", _create_change_set)
    delete: Action = handlers._ACTION_HANDLERS["DeleteChangeSet"]
    api.wrap_action("DeleteChangeSet", _delete_change_set)
    api.wrap_action("DescribeChangeSet", lambda stock, params: _describe_change_set(stock, delete, params))


def set_lag(wanted: Record) -> None:
    """Let the answers to one account lag like this from now on."""
    account = wanted.pop("account")
    _LAGS[account] = {**wanted, _SINCE: now_iso()}
    for key in [key for key in _ANSWERED if key[0] == account]:
        del _ANSWERED[key]


def _lag_of(what: str) -> int:
    return int(_LAGS.get(get_account_id(), {}).get(what, 0))


def _late(action: str) -> Callable[[Action, Record], Response]:
    def answer(stock: Action, params: Record) -> Response:
        now, name = stock(params), api.parameter(params, "StackName")
        if not _lag_of(action) or not name or not api.succeeded(now):
            return now
        stack = api.find_stack(name) or {}
        key = (get_account_id(), action, f"{stack['StackId']} {api.parameter(params, 'NextToken')}")
        was_there = str(stack["CreationTime"]) < str(_LAGS[get_account_id()][_SINCE])
        before, times = _ANSWERED.get(key, (now if was_there else None, 0))
        if _same(before, now) or times >= _lag_of(action):
            _ANSWERED[key] = now, 0
            return now
        _ANSWERED[key] = before, times + 1
        return before or api.refusal(f"Stack [{name}] does not exist")

    return answer


def _same(before: Response | None, now: Response) -> bool:
    if before is None:
        return False
    return _DIFFERS_ALWAYS.sub(b"", before[2]) == _DIFFERS_ALWAYS.sub(b"", now[2])


def _create_change_set(stock: Action, params: Record) -> Response:
    role, left = api.parameter(params, "RoleARN"), _lag_of("CreateChangeSet")
    if role and left:
        _LAGS[get_account_id()]["CreateChangeSet"] = left - 1
        return api.refusal(f"Role {role} is invalid or cannot be assumed")
    return stock(params)


def _delete_change_set(stock: Action, params: Record) -> Response:
    change_set = api.find_change_set(params)
    if not _lag_of("DeleteChangeSet") or change_set is None:
        return stock(params)
    if change_set["Status"] != _GOING:
        change_set |= {"Status": _GOING, "ExecutionStatus": "UNAVAILABLE", "_descriptions": 0}
    answer: Response = helpers._xml(200, "DeleteChangeSetResponse", "<DeleteChangeSetResult/>")
    return answer


def _describe_change_set(stock: Action, delete: Action, params: Record) -> Response:
    change_set = api.find_change_set(params)
    if change_set is not None and change_set["Status"] == _GOING:
        change_set["_descriptions"] += 1
        if change_set["_descriptions"] > _lag_of("DeleteChangeSet"):
            _end(change_set, delete, params)
    return stock(params)


def _end(change_set: Record, delete: Action, params: Record) -> None:
    """End the deletion with the status `then`. Only a change set that is DELETE_FAILED keeps its children."""
    then = str(_LAGS.get(get_account_id(), {}).get("then", ""))
    if then != "DELETE_FAILED":
        delete(params)
    if then:
        change_set["Status"] = then
        cloudformation._change_sets[change_set["ChangeSetId"]] = change_set
