"""`bootstrap`, `plan`, `deploy` and `destroy`: what changes a stack, or shows what would."""

from __future__ import annotations

import dataclasses
import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import session
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator
    from types import ModuleType

    from stacks.aws.session import Aws
    from stacks.operations.deploy import Deployment
    from stacks.operations.destroy import Destroyed
    from stacks.operations.protection import Lifted, Protection
    from stacks.plan import Plan, Saved
    from stacks.request.former_image import Former
    from stacks.settings import Settings

YES = "yes"


def bootstrap(args: argparse.Namespace) -> int:
    """`bootstrap ENV`."""
    from stacks.bootstrap import prepare as step
    from stacks.cli import recovery

    settings = session.one(args)
    with session.connected(settings) as aws:
        recovery.make_ready(aws, step.stack_name(settings), args)
        others = session.others(settings) if settings.bootstrap.execution_rights == "derived" else []
        return _deploy(aws, step.plan_bootstrap(aws, settings, emit=session.progress(args), others=others), args, YES)


def plan(args: argparse.Namespace) -> int:
    """`plan ENV`: exit code 2 when there are changes."""
    from stacks import plan as step
    from stacks.build import check
    from stacks.cli import recovery, rights

    settings, progress = session.one(args), session.progress(args)
    if args.out is not None:
        step.writable(args.out)
    rendered = check.check_or_refuse(session.one(args, with_image=False), session.LINT_CACHE)
    with session.connected(settings) as aws, ExitStack() as undo:
        options = {"plan --out": args.out is not None, "plan --drift": args.drift}
        ways = ["plan", *(name for name, given in options.items() if given)]
        rights.refuse_missing(args, aws, settings, rendered, ways)
        recovery.refuse_unready(aws, rendered.stack_name, args)
        purpose = step.Purpose.LOOK if args.out is None else step.Purpose.KEEP
        found = step.prepare(aws, settings, rendered, emit=progress, purpose=purpose)
        undo.callback(step.discard, aws, found)
        if args.drift:
            found = step.with_drift(aws, found, emit=progress)
        if args.out is not None:
            step.write(found, args.out)
            undo.pop_all()
        _show_plan(args, found)  # before anything is taken away, which may take its time
    return session.DONE if found.change_set is None and found.former is None else session.CHANGED


def _show_plan(args: argparse.Namespace, found: Plan) -> None:
    """The plan as data in the form that was asked for; where it was saved is a message."""
    from stacks.views import plan as view

    form = args.format or ("json" if args.json else "text")
    if form == "json":
        terminal.document(view.document(found))
    else:
        terminal.data(view.markdown(found) if form == "markdown" else view.shown(found, sys.stdout))
    if args.out is not None:
        session.progress(args)(f"wrote {args.out}; execute it with: python build.py deploy --plan {args.out}")


def deploy(args: argparse.Namespace) -> int:
    """`deploy ENV`, or `deploy --plan FILE`."""
    from stacks import plan as step
    from stacks.build import check
    from stacks.cli import recovery, rights
    from stacks.operations import protection

    if args.plan is not None:
        return _deploy_saved(args)
    settings = session.one(args)
    protection.refuse_express(settings, asked=args.express)
    rendered = check.check_or_refuse(session.one(args, with_image=False), session.LINT_CACHE)
    with session.connected(settings) as aws:
        rights.refuse_missing(args, aws, settings, rendered, ["deploy"])
        recovery.make_ready(aws, rendered.stack_name, args)
        found = step.prepare(aws, settings, rendered, emit=session.progress(args), express=args.express)
        if found.former is not None:
            code = _before_moving(aws, found, found.former, settings, args)
            if code != session.DONE or not found.former.source:
                return code
            found = step.prepare(aws, settings, rendered, emit=session.progress(args), express=args.express)
        return _deploy(aws, found, args, settings.confirmation, protection.wanted(settings))


def _before_moving(aws: Aws, plan: Plan, former: Former, settings: Settings, args: argparse.Namespace) -> int:
    """Make the repository while the service stays on the former image, and bring that over, or say how."""
    from stacks.build import push
    from stacks.operations import image_copy, protection

    if plan.change_set is not None:
        code = _deploy(aws, plan, args, settings.confirmation, protection.wanted(settings), last=not former.source)
        if code != session.DONE:
            return code
    if former.source:
        image_copy.copy(aws, former.source, former.repository, former.tag, emit=session.progress(args))
        return session.DONE
    found = aws.ecr.describe_repositories(repositoryNames=[former.repository])["repositories"][0]["repositoryUri"]
    lines = push.lines(found, environment=settings.environment, tag=former.tag, architecture=settings.ecs.architecture)
    terminal.message("\n".join([f"{former.note} Push it:", *(f"  {line}" for line in lines)]))
    return session.DONE


def _deploy_saved(args: argparse.Namespace) -> int:
    """Exactly the saved change set; the settings say only where AWS is, and which rights are looked at."""
    from stacks import plan as step
    from stacks.operations import protection

    if args.express:
        raise UserError(
            "--express", "a saved plan is executed as it was made", "Leave it out, or plan anew.", code=Code.USAGE
        )
    saved = step.read(args.plan)
    args.environment = args.environment or saved.environment
    settings = session.one(args)
    with session.connected(settings) as aws:
        found = step.reopen(aws, saved, settings.environment, settings.identity.name)
        if found.change_set is not None and not args.skip_permissions and not settings.aws.is_embedded:
            _refuse_missing_for_saved(args, aws, settings, saved)
        return _deploy(aws, found, args, settings.confirmation, protection.wanted(settings))


def _refuse_missing_for_saved(args: argparse.Namespace, aws: Aws, settings: Settings, saved: Saved) -> None:
    """What the command itself calls, and what CloudFormation does where this checkout has the templates of the plan."""
    from stacks import plan as step
    from stacks.build import render
    from stacks.cli import rights
    from stacks.iam.compare import gate

    if not gate.asks(aws, settings):
        return
    rendered = render.render(session.one(args, with_image=False))
    known = step.is_of(aws, saved, rendered)
    if not known:
        why = "here are other templates, and what CloudFormation may do was looked at when the plan was made"
        session.progress(args)(f"Rights are looked at for the command itself: {why}")
    rights.refuse_missing(args, aws, settings, rendered, ["deploy --plan"], resources=known)


def destroy(args: argparse.Namespace) -> int:
    """`destroy ENV`: asks for the stack's name."""
    from stacks.cli import recovery
    from stacks.cli.following import Following
    from stacks.operations import destroy as step
    from stacks.views import destroy as view

    settings, progress = session.one(args), session.progress(args)
    with session.connected(settings) as aws:
        left = recovery.make_deletable(aws, settings.identity.name, args)
        found = step.prepare(aws, settings, args.retain)
        step.refuse_protected(found, allowed=not args.yes or args.lift_protection)
        if args.yes:
            progress(view.question(found))
        else:
            terminal.confirm(view.question(found), found.stack_name)
        with Following(args, aws, found.stack_name, found.stack_id) as following:
            following.view.expect(
                ((tuple(held.path.split("/")), held.type) for held in found.deleted),
                found.estimate.learnt() if found.estimate else None,
            )
            destroyed = step.execute(
                aws,
                dataclasses.replace(found, leaving=left(following.on_event)),
                on_event=following.on_event,
                on_look=following.on_look,
                on_interrupt=following.on_interrupt,
            )
    return report(args, destroyed, view)


def _deploy(
    aws: Aws,
    plan: Plan,
    args: argparse.Namespace,
    word: str,
    protection: Protection | None = None,
    *,
    last: bool = True,
) -> int:
    """Show a plan, ask for the word, execute it; without it the change set is taken away, unless it is a saved one.

    `last`: none follows in the same command, so that its result is the command's.
    """
    from stacks.cli.following import Following
    from stacks.operations import deploy as step
    from stacks.operations import protection as guard
    from stacks.views import deploy as view
    from stacks.views.live.tree import planned as planned_paths

    lifted = _agreed(aws, plan, args, word, protection)
    with (
        _restoring(aws, lifted, plan.changes.stack_id),
        Following(args, aws, plan.request.stack_name, plan.changes.stack_id) as following,
    ):
        following.view.expect(planned_paths(plan.changes), plan.estimate.learnt() if plan.estimate else None)
        deployment = step.execute(
            aws,
            plan,
            on_event=following.on_event,
            on_look=following.on_look,
            on_interrupt=following.on_interrupt,
        )
    if last or not args.json or not deployment.succeeded:
        code = report(args, following.explained(deployment), view)
    else:
        code = session.DONE
    if protection is not None and deployment.succeeded:
        guard.apply(aws, protection, plan.changes.stack_id)
    return code


def _agreed(aws: Aws, plan: Plan, args: argparse.Namespace, word: str, protection: Protection | None) -> Lifted:
    """Show a plan, and ask for the word; what its stack policy lets be replaced from then on.

    Raises UserError where nobody agrees or something may not be replaced: the change set is taken away then, unless it
    is that of a saved plan.
    """
    from stacks import plan as planned
    from stacks.operations import protection as guard
    from stacks.views import plan as plan_view

    progress, lifted = session.progress(args), guard.Lifted()
    with ExitStack() as otherwise:
        if not plan.request.kept:
            otherwise.callback(planned.discard, aws, plan)
        asks = plan.change_set is not None and not args.yes
        shown = plan_view.text(plan) if args.json else plan_view.shown(plan, sys.stderr)
        if plan.change_set is None and not args.json:  # the result says the rest
            for note in plan.request.notes:
                progress(note)
        elif not asks or planned.unallowed(plan.changes, args.allow_replace):
            progress(shown)
        planned.refuse_unallowed(plan.changes, args.allow_replace)
        if asks:
            terminal.confirm(shown, word)
        if protection is not None and plan.request.existing is not None:
            guard.loosen(aws, protection, plan.request.existing.stack_id)
            lifted = guard.lift(aws, plan.changes, args.allow_replace)
        otherwise.pop_all()
    return lifted


@contextmanager
def _restoring(aws: Aws, lifted: Lifted, stack_id: str) -> Iterator[None]:
    """Protect again, when the deployment is over, what it was allowed to replace; say where that has to wait."""
    from stacks.operations import protection as guard

    try:
        yield
    finally:
        if not guard.restore(aws, lifted, stack_id):
            terminal.message(
                f"The stack policy still lets {', '.join(lifted.paths)} be replaced or removed, until the next "
                "`deploy` that succeeds with [stack] protect_stateful = true."
            )


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
    from stacks.files import write_file
    from stacks.views.timeline import page

    write_file(args.timeline, page(result), "What was done to the stacks is not affected.")
    session.progress(args)(f"wrote {args.timeline}")
