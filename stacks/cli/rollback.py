"""`rollback ENV`: deploy the last good image, or another one of the history, by an ordinary plan."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.cli import arguments
from stacks.cli.connection import connected
from stacks.cli.deploying import deploy_environment, prepare
from stacks.cli.reporting import progress
from stacks.cloudformation.stack import existing_stack, refuse_unchangeable, stack_template
from stacks.history.choice import changed_stacks, choose, find_target, remarks
from stacks.history.reading import read_history
from stacks.terminal import PROGRAM

if TYPE_CHECKING:
    import argparse

    from stacks.aws.session import Aws
    from stacks.rendered.rendered import Rendered
    from stacks.settings import Settings

USUAL, MOST = 50, 200
"""Deployments among which the image is looked for, and the most that can be."""
EXAMPLES = {
    "rollback prod": "back to the image before the one that runs",
    "rollback prod --to v1": "back to an image of the history",
    "rollback prod --to 3 --yes": "back to that of the third deployment of `history`, unasked",
}


@dataclass(frozen=True, kw_only=True)
class Options(arguments.ChangeOptions):
    """The options of `rollback`."""

    environment: str
    to: str | None
    limit: int
    skip_permissions: bool


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    arguments.add_yes(parser)
    arguments.add_environment(parser)
    parser.add_argument(
        "--to",
        type=arguments.given,
        metavar="TAG|N",
        help="a tag, or a number of `history` (default: the last good image before this one)",
    )
    parser.add_argument(
        "--limit", type=_count, default=USUAL, metavar="N", help=f"look at the newest N deployments (default: {USUAL})"
    )
    arguments.add_skip_permissions(parser)
    arguments.add_change(parser)
    arguments.add_timeline(parser)
    arguments.add_fail_fast(parser)


def run(options: Options) -> int:
    """Choose the image, and deploy it with today's settings."""
    one, emit = prepare(options.environment, options), progress(options)
    with connected(one.settings) as aws:
        changed = _changed(aws, one.settings, one.rendered)
        history = read_history(aws, one.settings, options.limit, callers=False)
        target = find_target(aws, one.settings, history, choose(history, options.to))
        for remark in remarks(target, one.settings, changed):
            emit(remark)
        settings = one.settings.model_copy(update={"image_tag": target.image.tag})
        one = dataclasses.replace(one, settings=settings)
        checks, commands = not options.skip_permissions, ("deploy", "rollback")
        return deploy_environment(aws, one, options, checks_rights=checks, commands=commands)


@translate_aws_errors()
def _changed(aws: Aws, settings: Settings, rendered: Rendered) -> list[str] | None:
    """Return which templates have changed since. Raises UserError where the stack is not there, or not at rest."""
    environment = settings.environment
    stack = existing_stack(aws, settings.identity.name, f"Deploy it first: {PROGRAM} deploy {environment}")
    refuse_unchangeable(stack, f"{PROGRAM} destroy {environment}")
    try:
        return changed_stacks(stack_template(aws, stack.stack_id), rendered)
    except json.JSONDecodeError:
        return None


def _count(text: str) -> int:
    return arguments.whole(text, "number of deployments", 1, MOST)
