"""`bootstrap`, `plan`, `deploy` and `destroy`: what changes a stack, or shows what would."""

from __future__ import annotations

import dataclasses
from contextlib import ExitStack
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import recovery, session

if TYPE_CHECKING:
    import argparse
    from types import ModuleType

    from stacks.aws import Aws
    from stacks.deploy import Deployment
    from stacks.destroy import Destroyed
    from stacks.plan import Plan

YES = "yes"


def bootstrap(args: argparse.Namespace) -> int:
    """`bootstrap ENV`."""
    from stacks import bootstrap as step

    settings = session.one(args)
    with session.connected(settings) as aws:
        recovery.make_ready(aws, step.stack_name(settings), args)
        return _deploy(aws, step.prepare(aws, settings, emit=session.progress(args)), args)


def plan(args: argparse.Namespace) -> int:
    """`plan ENV`: exit code 2 when there are changes."""
    from stacks import build as check
    from stacks import plan as step
    from stacks.views import plan as view

    settings = session.one(args)
    rendered = check.check_or_refuse(session.one(args, with_image=False), session.LINT_CACHE)
    with session.connected(settings) as aws:
        recovery.refuse_unready(aws, rendered.environment, rendered.stack_name)
        found = step.prepare(aws, settings, rendered, emit=session.progress(args))
        step.discard(aws, found)
    session.show(args, found, view)
    return session.DONE if found.change_set is None else session.CHANGED


def deploy(args: argparse.Namespace) -> int:
    """`deploy ENV`."""
    from stacks import build as check
    from stacks import plan as step

    settings = session.one(args)
    rendered = check.check_or_refuse(session.one(args, with_image=False), session.LINT_CACHE)
    with session.connected(settings) as aws:
        recovery.make_ready(aws, rendered.stack_name, args)
        return _deploy(aws, step.prepare(aws, settings, rendered, emit=session.progress(args)), args)


def destroy(args: argparse.Namespace) -> int:
    """`destroy ENV`: asks for the stack's name."""
    from stacks import destroy as step
    from stacks.cli.following import Following
    from stacks.views import destroy as view

    settings, progress = session.one(args), session.progress(args)
    with session.connected(settings) as aws:
        left = recovery.make_deletable(aws, settings.identity.name, args)
        found = step.prepare(aws, settings)
        if args.yes:
            progress(view.question(found))
        else:
            terminal.confirm(view.question(found), found.stack_name)
        with Following(args, aws, found.stack_name, found.stack_id) as following:
            destroyed = step.execute(
                aws,
                dataclasses.replace(found, leaving=left(following.on_event)),
                on_event=following.on_event,
                on_look=following.on_look,
                on_interrupt=following.on_interrupt,
            )
    return report(args, destroyed, view)


def _deploy(aws: Aws, plan: Plan, args: argparse.Namespace) -> int:
    """Show a plan, ask, execute it; without a yes the change set is taken away again."""
    from stacks import deploy as step
    from stacks import plan as planned
    from stacks.cli.following import Following
    from stacks.views import deploy as view
    from stacks.views import plan as plan_view
    from stacks.views.live.tree import planned as planned_paths

    progress = session.progress(args)
    with ExitStack() as otherwise:
        otherwise.callback(planned.discard, aws, plan)
        if plan.change_set is None or args.yes:
            progress(plan_view.text(plan))
        else:
            terminal.confirm(plan_view.text(plan), YES)
        otherwise.pop_all()
    with Following(args, aws, plan.request.stack_name, plan.changes.stack_id) as following:
        following.view.expect(planned_paths(plan.changes))
        deployment = step.execute(
            aws,
            plan,
            on_event=following.on_event,
            on_look=following.on_look,
            on_interrupt=following.on_interrupt,
        )
    return report(args, dataclasses.replace(deployment, stopped=following.stopped), view)


def report(args: argparse.Namespace, result: Deployment | Destroyed, view: ModuleType) -> int:
    """Show how it ended: what succeeded is data, what failed an error, and JSON is data always."""
    if result.succeeded or args.json:
        session.show(args, result, view)
    else:
        terminal.message(view.text(result))
    if getattr(args, "timeline", None):
        _draw(args, result)
    return session.DONE if result.succeeded else session.FAILED


def _draw(args: argparse.Namespace, result: Deployment | Destroyed) -> None:
    """Write the timeline that was asked for."""
    from stacks import timeline
    from stacks.views.timeline import page

    timeline.write(args.timeline, page(result))
    session.progress(args)(f"wrote {args.timeline}")
