"""CloudWatch Logs in the sandbox: filter patterns and queries, by AWS's own examples, and what is refused."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from templates.profiles import PROFILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.support.accounts import Account

GROUP, STREAM = "/any", "a/b/c"
LINES = (
    "[ERROR 400] BAD REQUEST",
    "[ERROR 401] UNAUTHORIZED REQUEST",
    "[ERROR 419] MISSING ARGUMENTS",
    "[WARN 500] slow: ValueError",
    json.dumps({"eventType": "UpdateTrail", "sourceIPAddress": "111.1.2.3", "level": "error", "bytes": 5, "id": None}),
    '127.0.0.1 - frank "GET /a HTTP/1.0" 500 12',
)
"""The first lines are AWS's: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html"""


@pytest.fixture
def logs(account: Account) -> Any:
    """Give a client, and a log group with `LINES`."""
    client = account.client("logs")
    client.create_log_group(logGroupName=GROUP)
    client.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)
    now = int(time.time() * 1000)
    events = [{"timestamp": now - 1000 + at, "message": line} for at, line in enumerate(LINES)]
    client.put_log_events(logGroupName=GROUP, logStreamName=STREAM, logEvents=events)
    return client


def ran(logs: Any, text: str) -> list[dict[str, str]]:
    """Return what a query finds."""
    now = int(time.time())
    request = {"logGroupName": GROUP, "startTime": now - 60, "endTime": now + 1, "queryString": text}
    query = logs.start_query(**request)["queryId"]
    assert logs.get_query_results(queryId=query)["status"] == "Running"
    answer = logs.get_query_results(queryId=query)
    assert answer["status"] == "Complete"
    with pytest.raises(ClientError, match="not running"):
        logs.stop_query(queryId=query)
    return [{it["field"]: it["value"] for it in row if it["field"] != "@ptr"} for row in answer["results"]]


def test_patterns_find_what_aws_documents(logs: Any) -> None:
    """Terms, all or any of them or not, phrases, regular expressions, fields of JSON; capitals count."""
    found: dict[str, Sequence[int]] = {
        "": range(6),
        "ERROR": (0, 1, 2),
        "error": (4,),
        "ERROR ARGUMENTS": (2,),
        "?ERROR ?WARN": (0, 1, 2, 3),
        "ERROR -UNAUTHORIZED": (0, 2),
        '"BAD REQUEST"': (0,),
        "%4[0-9]{2}%": (0, 1, 2),
        '{ $.eventType = "UpdateTrail" }': (4,),
        "{ $.sourceIPAddress != 123.123.* }": (4,),
        "{ ($.bytes > 4) && ($.id IS NULL) }": (4,),
        "{ $.none NOT EXISTS || $.bytes > 9 }": (4,),
        "{ $.bytes >= 6 }": (),
    }
    for pattern, expected in found.items():
        events = logs.filter_log_events(logGroupName=GROUP, filterPattern=pattern)["events"]
        assert [LINES.index(it["message"]) for it in events] == [*expected], pattern


@pytest.mark.parametrize(
    "wrong",
    [
        {"filterPattern": "user-id"},
        {"filterPattern": "%(a)%"},
        {"filterPattern": "{ $.a ~ 1 }"},
        {"logStreamNames": [STREAM], "logStreamNamePrefix": "a"},
        {"logStreamNames": [STREAM] * 101},
        {"nextToken": "?"},
    ],
)
def test_what_aws_refuses_is_refused(logs: Any, wrong: dict[str, Any]) -> None:
    """As an invalid parameter; a stream that is not there is not found."""
    with pytest.raises(ClientError, match="InvalidParameter"):
        logs.filter_log_events(logGroupName=GROUP, **wrong)
    with pytest.raises(ClientError, match="ResourceNotFound"):
        logs.filter_log_events(logGroupName=GROUP, logStreamNames=["none"])


def test_queries_filter_group_and_sort(logs: Any) -> None:
    """As Logs Insights documents the commands; what is unknown is malformed, and not ignored."""
    assert ran(logs, "fields @message | filter level = 'error' and bytes > 4 | limit 1") == [{"@message": LINES[4]}]
    by_kind = r"parse @message /\[(?<kind>[A-Z]+) (?<code>\d+)\]/ | filter kind like /./ "
    found = ran(logs, by_kind + "| stats count(*) as n, max(code) as most by kind | sort n desc")
    assert found == [{"kind": "ERROR", "n": "3", "most": "419.0"}, {"kind": "WARN", "n": "1", "most": "500.0"}]
    assert [it["count(*)"] for it in ran(logs, "stats count(*) by bin(1d)")] == ["6"]
    assert len(ran(logs, "filter @message not like 'ERROR' | sort @timestamp desc")) == 3
    for malformed in ("fields a b", "filter", "pattern @message", "stats median(x)", "sort by x", "limit x"):
        with pytest.raises(ClientError, match="MalformedQuery"):
            ran(logs, malformed)


def test_the_queries_of_each_profile_run(logs: Any) -> None:
    """What the templates save is understood, and finds the errors of the log."""
    texts = {it.name: it.text for profile in PROFILES.values() for it in profile.queries}
    found = {name: ran(logs, text) for name, text in texts.items()}
    assert all(found.values()), found
