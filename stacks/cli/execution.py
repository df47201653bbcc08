"""From a plan to its end: show it, ask, execute it, and report what came of it."""

from __future__ import annotations

import sys
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from stacks import plan as planned
from stacks import terminal
from stacks.cli.follow import Following, report
from stacks.cli.reporting import DONE, progress
from stacks.operations import protection
from stacks.operations.deploy import execute_plan
from stacks.operations.protection import apply_protection, lift_protection, remove_stack_policy, restore_protection
from stacks.views import plan as view
from stacks.views.live import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stacks.aws.session import Aws
    from stacks.cli.arguments import ChangeOptions, OperationOptions
    from stacks.operations.deploy import Deployment
    from stacks.operations.destroy import Destroyed
    from stacks.operations.protection import Lifted, Protection
    from stacks.plan import Plan
    from stacks.settings import Settings


def execute(  # noqa: PLR0913 - a plan, and how it is to be shown
    aws: Aws,
    plan: Plan,
    settings: Settings,
    options: ChangeOptions,
    *,
    wanted: Protection | None = None,
    last: bool = True,
    show: Callable[[OperationOptions, Deployment | Destroyed], int] = report,
) -> int:
    """Show a plan, ask, execute it, and return the exit code.

    `wanted` protects the stack of an environment, for which its own word has to be typed; None is for the bootstrap
    stack. `last`: no other plan follows in the same command, so that this result is the command's. `show` shows it.
    """
    word = settings.confirmation if wanted else "yes"
    lifted = _agreed(aws, plan, options, word, wanted)
    with (
        _restoring(aws, lifted, plan.changes.stack_id),
        Following(options, aws, settings, plan.request.stack_name, plan.changes.stack_id) as following,
    ):
        following.view.expect(tree.planned(plan.changes), plan.estimate.learnt() if plan.estimate else None)
        deployment = execute_plan(
            aws,
            plan,
            on_event=following.on_event,
            on_poll=following.on_poll,
            on_interrupt=following.on_interrupt,
        )
    is_shown = last or not options.json or not deployment.succeeded
    code = show(options, following.explained(deployment)) if is_shown else DONE
    if wanted is not None and deployment.succeeded:
        apply_protection(aws, wanted, plan.changes.stack_id)
    return code


def _agreed(aws: Aws, plan: Plan, options: ChangeOptions, word: str, wanted: Protection | None) -> Lifted:
    """Show a plan, ask for the word, and return what the stack policy lets be replaced from then on.

    Raises UserError where nobody agrees or something may not be replaced. The change set is deleted then, unless it is
    that of a saved plan.
    """
    emit, lifted = progress(options), protection.Lifted()
    with ExitStack() as otherwise:
        if not plan.request.kept:
            otherwise.callback(planned.discard, aws, plan)
        asks = plan.change_set is not None and not options.yes
        shown = view.text(plan) if options.json else view.shown(plan, sys.stderr)
        if plan.change_set is None and not options.json:  # the result says the rest
            for note in plan.request.notes:
                emit(note)
        elif not asks or planned.find_unallowed(plan.changes, options.allow_replace):
            emit(shown)
        planned.refuse_unallowed(plan.changes, options.allow_replace)
        if asks:
            terminal.confirm(shown, word)
        if wanted is not None and plan.request.existing is not None:
            remove_stack_policy(aws, wanted, plan.request.existing.stack_id)
            lifted = lift_protection(aws, plan.changes, options.allow_replace)
        otherwise.pop_all()
    return lifted


@contextmanager
def _restoring(aws: Aws, lifted: Lifted, stack_id: str) -> Iterator[None]:
    """Protect again, when the deployment is over, what it was allowed to replace; say where that has to wait."""
    try:
        yield
    finally:
        if not restore_protection(aws, lifted, stack_id):
            terminal.message(
                f"The stack policy still lets {', '.join(lifted.paths)} be replaced or removed, until the next "
                "`deploy` that succeeds with [stack] protect_stateful = true."
            )
