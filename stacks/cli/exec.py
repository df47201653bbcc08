"""`exec ENV [COMMAND]`: run a command, or a shell, in a running container."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.aws.errors import translate_aws_errors
from stacks.cli import arguments, session
from stacks.cli.connection import connected
from stacks.cli.reporting import progress
from stacks.errors import Code, UserError
from stacks.tasks.exec import SHELL, find_place, open_session
from stacks.tasks.plugin import find_plugin, hold_session
from stacks.views import exec as view

if TYPE_CHECKING:
    import argparse

EXAMPLES = {
    "exec prod": "a shell in the newest healthy task",
    "exec prod -- python manage.py showmigrations": "one command there",
    "exec prod --task 1f3870be --container proxy -- nginx -t": "in this task, and in a sidecar",
}
DEFAULT_PROFILE = "default"
"""What boto3 calls the profile where none is chosen."""


@dataclass(frozen=True, kw_only=True)
class Options(arguments.SettingsOptions):
    """The options of `exec`."""

    environment: str
    command: list[str]
    task: str | None
    container: str | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add its arguments."""
    arguments.add_common(parser)
    parser.add_argument(
        "--task",
        type=arguments.given,
        metavar="ID",
        help="id of a task, or its beginning (default: the newest healthy one)",
    )
    arguments.add_container(parser)
    arguments.add_environment(parser)
    parser.add_argument("command", nargs="*", metavar="COMMAND", help=f"what to run, after -- (default: {SHELL})")


@translate_aws_errors()
def run(options: Options) -> int:
    """Run the command, and return the exit code of the plugin that holds the session."""
    settings, command = session.load(options.environment, options), _command(options)
    plugin = find_plugin()
    with connected(settings) as aws:
        place = find_place(aws, settings, task=options.task or "", container=options.container or "")
        opened = open_session(aws, settings, place, command)
        progress(options)(view.begun(place, command))
        profile = aws.session.profile_name
        code = hold_session(
            plugin,
            opened,
            region=aws.region,
            profile="" if profile == DEFAULT_PROFILE else profile,
            endpoint=aws.ecs.meta.endpoint_url,
            on_stderr=options.json,
        )
    if options.json:
        terminal.document(view.document(place, command, opened.session_id, code))
    return code


def _command(options: Options) -> str:
    """Return the command as ECS takes it: one text, which it splits into words. One word is taken as it is.

    Raises UserError for a shell where there is no terminal.
    """
    if any(options.command):
        return options.command[0] if len(options.command) == 1 else shlex.join(options.command)
    if not sys.stdin.isatty():
        then = f"Name a command: {terminal.PROGRAM} exec {options.environment} -- COMMAND"
        raise UserError("exec", "a shell needs a terminal, and standard input is none", then, code=Code.USAGE)
    return SHELL
