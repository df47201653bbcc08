"""The resource on which IAM decides about a request: the stack set, except where it is created.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudformation.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core import iam_actions

from sandbox.extension.stack_sets import store

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Untyped


def install() -> None:
    """Read it from requests before ministack does."""
    stock: Callable[..., str] = iam_actions.extract_resource_arn

    def extract(service: str, *arguments: Untyped) -> str:
        _, _, _, _, query, region, account = arguments
        name = iam_actions._query_param(query, "StackSetName") if service == "cloudformation" else ""
        if not name or iam_actions._query_param(query, "Action") == "CreateStackSet":
            return stock(service, *arguments)
        found = store.SETS.get(name)
        return found["StackSetARN"] if found else f"arn:aws:cloudformation:{region}:{account}:stackset/{name}:none"

    iam_actions.extract_resource_arn = extract
