"""A revision of its own for one run: another image or entry point, which RunTask cannot override."""

from __future__ import annotations

import dataclasses
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from stacks.aws.errors import ClientError, is_denied
from stacks.tasks.source import own_tags
from templates.identity import ONE_RUN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from stacks.aws.session import Aws
    from stacks.tasks.source import Source

ANSWERED = frozenset({
    "compatibilities",
    "deregisteredAt",
    "registeredAt",
    "registeredBy",
    "requiresAttributes",
    "revision",
    "status",
    "taskDefinitionArn",
})  # fmt: skip
"""What DescribeTaskDefinition returns and RegisterTaskDefinition does not take."""


def with_tag(image: str, tag: str) -> str:
    """Return the name of an image with another tag, and without a digest."""
    name = image.partition("@")[0]
    repository = name.rpartition(":")[0] if ":" in name.rpartition("/")[2] else name
    return f"{repository}:{tag}"


@contextmanager
def own_revision(aws: Aws, source: Source, *, tag: str = "", entry_point: Sequence[str] = ()) -> Iterator[Source]:
    """Give the source with a definition of its own, which is deregistered and deleted at the end of the block.

    A task that was started in the block goes on: ECS keeps what it needs until the task has ended
    (https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteTaskDefinitions.html). Without a tag and entry
    point it is the source as it is. Raises botocore's ClientError.
    """
    if not tag and not entry_point:
        yield source
        return
    registered = aws.ecs.register_task_definition(**_definition(aws, source, tag, entry_point))["taskDefinition"]
    try:
        yield dataclasses.replace(source, definition=registered)
    finally:
        _remove(aws, registered["taskDefinitionArn"])


def _definition(aws: Aws, source: Source, tag: str, entry_point: Sequence[str]) -> dict[str, Any]:
    wanted: dict[str, Any] = {key: value for key, value in source.definition.items() if key not in ANSWERED}
    described = aws.ecs.describe_task_definition(taskDefinition=source.arn, include=["TAGS"])
    tags = own_tags(described.get("tags", ()))
    container = source.defined(source.container)
    changed = {
        **container,
        **({"image": with_tag(container["image"], tag)} if tag else {}),
        **({"entryPoint": list(entry_point)} if entry_point else {}),
    }
    return {
        **wanted,
        "family": source.definition["family"] + ONE_RUN,
        "containerDefinitions": [changed if it["name"] == container["name"] else it for it in source.containers],
        **({"tags": list(tags)} if tags else {}),
    }


def _remove(aws: Aws, arn: str) -> None:
    """Leave nothing behind; without the right to delete, an inactive revision stays, which costs nothing."""
    aws.ecs.deregister_task_definition(taskDefinition=arn)
    try:
        aws.ecs.delete_task_definitions(taskDefinitions=[arn])
    except ClientError as error:
        if not is_denied(error):
            raise
