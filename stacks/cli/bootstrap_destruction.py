"""`bootstrap ENV --destroy`: take the bootstrap stack away where nothing uses it any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks import terminal
from stacks.adopt.execution.journal import journals_under_way
from stacks.bootstrap.destruction import (
    BootstrapDestruction,
    DestroyedBootstrap,
    execute_bootstrap_destruction,
    find_bootstrap_destruction,
    refuse_used,
)
from stacks.cli.follow import Following
from stacks.cli.reporting import DONE, FAILED, Formats, progress, show
from stacks.views import bootstrap as view

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.cli.arguments import OperationOptions
    from stacks.settings import Settings

FORMATS: Formats[DestroyedBootstrap] = {"text": view.text, "json": view.document}


def destroy_bootstrap(aws: Aws, settings: Settings, options: OperationOptions) -> int:
    """Refuse where something uses it, say what goes, ask for the stack's name, delete, and return the exit code."""
    found = find_bootstrap_destruction(aws, settings)
    if found.is_nothing:
        show(options, DestroyedBootstrap(found=found, destroyed=None, emptied=()), FORMATS)
        return DONE
    buckets = [it.bucket for it in found.buckets]
    under_way = [name for bucket in buckets for name in journals_under_way(aws, bucket)]
    refuse_used(
        found, [f"takeover into {name}: its journal in the artifact bucket says how it goes on" for name in under_way]
    )
    if options.yes:
        progress(options)(view.question(found))
    else:
        terminal.confirm(view.question(found), found.stack_name)
    done = _execute(aws, settings, found, options)
    show(options, done, FORMATS, terminal.data if done.succeeded else terminal.message)
    return DONE if done.succeeded else FAILED


def _execute(
    aws: Aws, settings: Settings, found: BootstrapDestruction, options: OperationOptions
) -> DestroyedBootstrap:
    stack_id = found.destruction.stack_id if found.destruction else ""
    with Following(options, aws, settings, found.stack_name, stack_id) as following:
        if found.destruction is not None:
            following.view.expect((tuple(held.path.split("/")), held.type) for held in found.destruction.deleted)
        return execute_bootstrap_destruction(
            aws,
            found,
            emit=progress(options),
            on_event=following.on_event,
            on_poll=following.on_poll,
            on_interrupt=following.on_interrupt,
        )
