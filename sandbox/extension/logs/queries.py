"""StartQuery, GetQueryResults and StopQuery: a query runs until it is asked for the second time.

https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from ministack.core.responses import AccountRegionScopedDict
from ministack.services import cloudwatch_logs as logs

from sandbox.extension import json_services
from sandbox.extension.errors import RefusedError
from sandbox.extension.logs import insights

if TYPE_CHECKING:
    from sandbox.extension.untyped import Record, Untyped

QUERIES: Untyped = AccountRegionScopedDict()
_PAGE, _MOST = 10_000, 100_000


def install() -> None:
    """Answer in ministack's place, which knows less of the language, and ignores what it does not know."""
    json_services.add_actions("logs", {"StartQuery": _start, "GetQueryResults": _results, "StopQuery": _stop})
    json_services.keep_stores("logs_queries", queries=QUERIES)


def _start(data: Record) -> Record:
    names = logs._resolve_query_log_groups(data)
    if not names:
        raise _invalid("Exactly one of logGroupName, logGroupNames or logGroupIdentifiers is required")
    if any(name not in logs._log_groups for name in names):
        raise RefusedError("ResourceNotFoundException", "The specified log group does not exist.")
    if data["endTime"] < data["startTime"]:
        raise _invalid("End time should not be before start time")
    if not 1 <= data.get("limit", 1) <= _MOST:
        raise _invalid(f"limit must be between 1 and {_MOST}")
    events = logs._collect_query_records(names, data["startTime"], data["endTime"])
    rows, matched = insights.run(data["queryString"], events, data.get("limit"))
    key = str(uuid4())
    QUERIES[key] = {
        "status": "Scheduled",
        "rows": rows,
        "statistics": {
            "recordsMatched": float(matched),
            "recordsScanned": float(len(events)),
            "bytesScanned": float(sum(len(it["@message"].encode()) for it in events)),
        },
    }
    return {"queryId": key}


def _results(data: Record) -> Record:
    query = _find(data)
    if query["status"] == "Scheduled":
        query["status"] = "Running"
        return {"status": "Running", "results": [], "statistics": query["statistics"]}
    if query["status"] == "Running":
        query["status"] = "Complete"
    start = logs._decode_token(data.get("nextToken"))
    end = start + min(data.get("maxItems", _PAGE), _PAGE)
    page = [[{"field": name, "value": str(value)} for name, value in row.items()] for row in query["rows"][start:end]]
    answer: Record = {"status": query["status"], "results": page, "statistics": query["statistics"]}
    if end < len(query["rows"]):
        answer["nextToken"] = logs._encode_token(end)
    return answer


def _stop(data: Record) -> Record:
    query = _find(data)
    if query["status"] not in {"Scheduled", "Running"}:
        raise _invalid("The specified query is not running.")
    query["status"] = "Cancelled"
    return {"success": True}


def _find(data: Record) -> Record:
    found: Record | None = QUERIES.get(data.get("queryId", ""))
    if found is None:
        raise RefusedError("ResourceNotFoundException", "The specified query does not exist.")
    return found


def _invalid(message: str) -> RefusedError:
    return RefusedError("InvalidParameterException", message)
