"""Saved queries of the service's log in CloudWatch Logs Insights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere.logs import QueryDefinition

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.model import Builder

ERRORS = r"filter @message like /(?i)(error|exception|traceback|critical)/"
"""Lines that Python's logging and Streamlit write when something fails."""
LATEST = f"fields @timestamp, @logStream, @message | {ERRORS} | sort @timestamp desc | limit 100"
BY_TIME = f"{ERRORS} | stats count(*) as errors by bin(5m)"
BY_TYPE = (
    r"filter @message like /(?i)(error|exception)/"
    r" | parse @message /(?<kind>[A-Za-z_.]+(?:Error|Exception))/ | stats count(*) as errors by kind | sort errors desc"
)
"""https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html; what `parse` captures has a name."""


def add_queries(stack: Builder[Any], identity: Identity) -> None:
    """Add the queries, in a folder with the deployment's name."""
    for title, name, query in (
        ("LatestErrors", "latest errors", LATEST),
        ("ErrorsByTime", "errors by time", BY_TIME),
        ("ErrorsByKind", "errors by kind", BY_TYPE),
    ):
        stack.add(
            QueryDefinition(
                f"{title}Query",
                Name=f"{identity.stem}/{name}",
                LogGroupNames=[identity.log_group],
                QueryString=query,
            )
        )
