"""Saved queries of CloudWatch Logs Insights.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html; what `parse` captures has a name.
"""

from __future__ import annotations

from templates.profiles.profile import Query

_ERRORS = r"filter @message like /(?i)(error|exception|traceback|critical)/"
"""Lines that Python's logging, Streamlit and most programs write when something fails."""
LATEST = f"fields @timestamp, @logStream, @message | {_ERRORS} | sort @timestamp desc | limit 100"
BY_TIME = f"{_ERRORS} | stats count(*) as errors by bin(5m)"
BY_TYPE = (
    r"filter @message like /(?i)(error|exception)/"
    r" | parse @message /(?<kind>[A-Za-z_.]+(?:Error|Exception))/ | stats count(*) as errors by kind | sort errors desc"
)
_REQUEST = r'parse @message /"(?<method>[A-Z]+) (?<path>[^ ?"]+)[^"]* HTTP\/[0-9.]+" (?<status>[0-9]{3})/'
"""A line of an access log: uvicorn, gunicorn, nginx and Apache quote the first line of a request before its status."""
ANSWERS = f"{_REQUEST} | filter ispresent(status) | stats count(*) as answers by status, bin(5m)"
FAILED_PATHS = (
    f"{_REQUEST} | filter status >= 500 | stats count(*) as failed by method, path, status | sort failed desc"
)

ERRORS = (
    Query(title="LatestErrors", name="latest errors", text=LATEST),
    Query(title="ErrorsByTime", name="errors by time", text=BY_TIME),
    Query(title="ErrorsByKind", name="errors by kind", text=BY_TYPE),
)
"""Queries of any application's log."""
REQUESTS = (
    Query(title="AnswersByStatus", name="answers by status", text=ANSWERS),
    Query(title="FailedPaths", name="failed paths", text=FAILED_PATHS),
)
"""Queries of an access log."""
