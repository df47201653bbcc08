"""Where the tasks of an environment log, and what to say where nothing is found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.cloudformation.stack import Stack, find_stack
from stacks.errors import Code, UserError
from stacks.terminal import PROGRAM

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.settings import Settings

PATTERN = re.compile(r"\{.*\}|\[.*\]|%.*%|.*\".*", re.DOTALL)
"""Filter patterns of CloudWatch Logs for JSON, fields, regular expressions and phrases:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html"""
WORD = re.compile(r"[?-]?\w+", re.ASCII)
"""A term that needs no quotes; with `?` it is one of several, with `-` it must not occur."""


@dataclass(frozen=True, kw_only=True)
class Source:
    """The log group of an environment's tasks, and their service; `container` is the name of the app's.

    `stack` is None where the environment is not deployed: a log group may outlive its stack.
    """

    environment: str
    group: str
    cluster: str
    service: str
    container: str
    stack: Stack | None


def find_source(aws: Aws, settings: Settings) -> Source:
    """Return where the tasks log. Raises botocore's ClientError."""
    names, stack = settings.identity, find_stack(aws, settings.identity.name)
    return Source(
        environment=settings.environment,
        group=names.log_group,
        cluster=names.cluster,
        service=names.service,
        container=names.container,
        stack=None if stack is not None and stack.under_review else stack,
    )


def no_log(source: Source) -> UserError:
    """Return the error for a log group that does not exist."""
    what, deploy = f"log group {source.group}", f"{PROGRAM} deploy {source.environment}"
    if source.stack is None:
        return UserError(what, f"{source.environment} is not deployed", f"Deploy it first: {deploy}", code=Code.ABSENT)
    why = f"it is not there: {source.stack.name} has no service yet"
    return UserError(what, why, f"The service comes with the first image: {deploy} --image TAG", code=Code.ABSENT)


def filter_pattern(text: str) -> str:
    """Return CloudWatch Logs' pattern for a text: patterns stay as they are, plain words all have to occur.

    A word with other signs than letters, digits and `_` needs quotes there.
    """
    if PATTERN.fullmatch(text.strip()):
        return text.strip()
    words = (word if WORD.fullmatch(word) else '"{}"'.format(word.replace("\\", "\\\\")) for word in text.split())
    return " ".join(words)
