"""Following an operation from the command line: its events, its services, Ctrl-C, and how it has ended."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Self, TypeGuard

from stacks import files, terminal
from stacks.cli.reporting import DONE, FAILED, Formats, progress, show
from stacks.errors import UserError
from stacks.operations.cancel import CREATING, UPDATING, cancel_operation
from stacks.operations.deploy import FIX_AND_REPEAT, Deployment
from stacks.operations.destroy import Destroyed
from stacks.operations.failure import Cause, explain_failure
from stacks.operations.rollouts import Rollouts
from stacks.views import deploy as deploy_view
from stacks.views import destroy as destroy_view
from stacks.views import live
from stacks.views import service as view
from stacks.views.timeline import page

if TYPE_CHECKING:
    from stacks.aws.session import Aws
    from stacks.cli.arguments import OperationOptions
    from stacks.cloudformation.events import Event
    from stacks.operations.rollouts import Failing
    from stacks.settings import Settings

ALIKE = 2
"""Tasks that stop for the same reason after which cancelling is offered: ECS's own circuit breaker opens after three at
the earliest, and CloudFormation needs minutes more to notice."""
SECOND_CHANCE = 5.0
"""Seconds in which a second Ctrl-C asks whether to cancel."""
CANCEL = "cancel"

DEPLOYED: Formats[Deployment] = {"text": deploy_view.text, "json": deploy_view.document}
DESTROYED: Formats[Destroyed] = {"text": destroy_view.text, "json": destroy_view.document}


class Following:
    """One operation, followed from the command line. A context manager: it holds the terminal for the tree.

    `on_event`, `on_poll` and `on_interrupt` are what `StackFollower.follow` calls. With `--fail-fast N` the operation
    is cancelled when N tasks have stopped for the same reason; without, cancelling is offered after two. Either comes
    after one task where no further attempt can help.
    """

    def __init__(self, options: OperationOptions, aws: Aws, settings: Settings, stack_name: str, stack_id: str) -> None:
        self._aws, self._settings = aws, settings
        self._name, self._id = stack_name, stack_id
        self.view = live.choose(quiet=options.quiet, as_json=options.json)
        self._rollouts = Rollouts(aws, warn=self.view.say)
        self._fail_fast = options.fail_fast or 0
        self._asks = terminal.is_interactive() and not options.yes
        self._under_way = True
        self._told = self._offered = self._cancelled = False
        self._cause: Cause | None = None

    def __enter__(self) -> Self:
        self.view.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.view.__exit__(kind, *rest)
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            self._tell_detached()

    def explained(self, deployment: Deployment) -> Deployment:
        """Return the deployment with why tasks stopped, and whether it was cancelled because of that."""
        found = explain_failure(deployment.failure, self._cause)
        if found is not None and found.cancelled_for is not None:
            deployment = dataclasses.replace(deployment, next_step=f"{deployment.next_step} {FIX_AND_REPEAT}".strip())
        return dataclasses.replace(deployment, stopped=self._rollouts.stopped, failure=found)

    def on_event(self, event: Event) -> None:
        """Show an event."""
        self.view.event(event)
        self._rollouts.on_event(event)
        if event.is_root:
            self._under_way = event.status in {UPDATING, *CREATING}

    def on_poll(self) -> None:
        """Poll the services, and cancel, or offer to, where one cannot start."""
        for path, service in self._rollouts.poll():
            self.view.service(path, service)
        if self._cancelled or not self._under_way:
            return
        worst = self._rollouts.worst
        if self._fail_fast and _is_enough(worst, self._fail_fast):
            self._cancel(worst, f"--fail-fast {self._fail_fast}")
        elif not self._offered and _is_enough(worst, ALIKE):
            self._offered = True
            self.view.say(f"{_seen(worst)}\n{self._offer()}")
        elif self._offered and self._asks and terminal.typed() == CANCEL:
            self._cancel(worst, "as was asked for")

    def on_interrupt(self) -> bool:
        """Say how to come back; a second Ctrl-C asks whether to cancel. Return whether to go on following."""
        if not terminal.is_interactive():
            return False
        self.view.pause()
        self._tell_detached()
        terminal.message(f"Ctrl-C once more in the next {SECOND_CHANCE:.0f} s to cancel it instead; Enter to leave.")
        if not terminal.interrupted_within(SECOND_CHANCE):
            return False
        try:
            terminal.confirm(f"\nCancel what is happening to {self._name}?", CANCEL)
            terminal.message(cancel_operation(self._aws, self._id))
        except UserError as error:
            terminal.message(f"{error.what}: {error.why}")
            return False
        self._cancelled, self._told = True, False
        self.view.resume()
        return True

    def _cancel(self, worst: Failing | None, by: str) -> None:
        self._cancelled = True
        why = "" if self._offered or worst is None else f"{_seen(worst)}\n{by}: "
        try:
            self.view.say(f"{why}{cancel_operation(self._aws, self._id)}")
        except UserError as error:
            self.view.say(f"{why}{error}")
            return
        if worst is not None:
            self._cause = Cause(path=worst.path, status=worst.status, stopped=worst.stopped, by=by)

    def _offer(self) -> str:
        if self._asks:
            return f"Type {CANCEL!r} and Enter to cancel, or wait for what CloudFormation decides."
        return "Cancel it with two Ctrl-C in a terminal, or let --fail-fast N do it."

    def _tell_detached(self) -> None:
        if self._told:
            return
        self._told = True
        lines = [
            f"{self._name}: CloudFormation goes on by itself",
            f"Come back to it with: python build.py watch {self._settings.environment}",
        ]
        if self._settings.aws.is_embedded:
            lines.append("The embedded AWS finishes it at once, unless `python build.py sandbox` keeps it running.")
        terminal.message("\n".join(lines))


def _is_enough(failing: Failing | None, alike: int) -> TypeGuard[Failing]:
    """Whether so many tasks have stopped alike, or one for a reason that stays."""
    return failing is not None and (failing.stopped.count >= alike or failing.stopped.is_hopeless)


def _seen(failing: Failing) -> str:
    """Return why a service cannot start."""
    stopped = failing.stopped
    title = "No retry remedies this:" if stopped.is_hopeless else "Tasks keep stopping for the same reason:"
    return "\n".join([title, *(f"  {line}" for line in view.reason(stopped))])


def report(options: OperationOptions, result: Deployment | Destroyed) -> int:
    """Show how it ended and return the exit code: what failed is an error on stderr, and JSON always on stdout."""
    write = terminal.data if result.succeeded else terminal.message
    if isinstance(result, Destroyed):
        show(options, result, DESTROYED, write)
    else:
        show(options, result, DEPLOYED, write)
    if options.timeline:
        files.write_file(options.timeline, page(result), "What was done to the stacks is not affected.")
        progress(options)(f"wrote {options.timeline}")
    return DONE if result.succeeded else FAILED
