"""One task from its request to its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.tasks.following import LAST_SECONDS, Following
from stacks.tasks.output import Output
from stacks.tasks.request import run_task_request
from stacks.tasks.revision import own_revision
from stacks.tasks.starting import start_task

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.aws.session import Aws
    from stacks.tasks.following import Watcher
    from stacks.tasks.request import Changes
    from stacks.tasks.source import Source


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What only a task definition can change: the image's tag, and the entry point; both may be empty."""

    tag: str = ""
    entry_point: tuple[str, ...] = ()


def start(  # noqa: PLR0913 - what is run, and who is told
    aws: Aws,
    source: Source,
    changes: Changes,
    revision: Revision,
    watcher: Watcher,
    *,
    warn: Callable[[str], None],
    last_seconds: float = LAST_SECONDS,
) -> Following:
    """Start a task of the source with these changes; follow it with what is returned.

    Raises UserError where nothing could be started, botocore's ClientError.
    """
    run_task_request(source, changes)  # refuses before anything is registered
    with own_revision(aws, source, tag=revision.tag, entry_point=revision.entry_point) as wanted:
        task = start_task(aws, run_task_request(wanted, changes))
    output = Output(aws, wanted, task["taskArn"], warn=warn)
    return Following(aws, wanted.cluster, task, output, watcher, last_seconds=last_seconds)
