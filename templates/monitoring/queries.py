"""Saved queries of the service's log in CloudWatch Logs Insights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troposphere.logs import QueryDefinition

if TYPE_CHECKING:
    from templates.identity import Identity
    from templates.model import Builder


def add_queries(stack: Builder[Any], identity: Identity) -> None:
    """Add the queries of the application's profile, in a folder with the deployment's name."""
    for query in identity.profile.queries:
        stack.add(
            QueryDefinition(
                f"{query.title}Query",
                Name=f"{identity.stem}/{query.name}",
                LogGroupNames=[identity.log_group],
                QueryString=query.text,
            )
        )
