"""`watch`: attach to what is running."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.cli import deploy, session

if TYPE_CHECKING:
    import argparse


def watch(args: argparse.Namespace) -> int:
    """`watch ENV`: until what is happening to its stack is over; exit code 0 where nothing is."""
    from stacks.cli.following import Following
    from stacks.operations import attach as step
    from stacks.operations.destroy import Destroyed
    from stacks.views import deploy as deployment_view
    from stacks.views import destroy as deletion_view
    from stacks.views import watch as view

    settings = session.one(args)
    with session.connected(settings) as aws:
        stack = step.find(aws, settings)
        if not stack.is_busy:
            session.show(args, stack, view)
            return session.DONE
        with Following(args, aws, stack.name, stack.stack_id) as following:
            done = step.follow(
                aws,
                stack,
                settings=settings,
                on_event=following.on_event,
                on_look=following.on_look,
                on_interrupt=following.on_interrupt,
            )
    if isinstance(done, Destroyed):
        return deploy.report(args, done, deletion_view)
    return deploy.report(args, following.explained(done), deployment_view)
