"""What a command does while it watches: shows, looks at services, and listens to Ctrl-C and to its user."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from stacks import cancel, terminal
from stacks.cli import session
from stacks.errors import UserError
from stacks.rollouts import Rollouts
from stacks.views import live
from stacks.views import service as view

if TYPE_CHECKING:
    import argparse

    from stacks.aws import Aws
    from stacks.events import Event
    from stacks.service import Stopped

ALIKE = 3
"""Tasks that stop for the same reason after which cancelling is offered."""
SECOND_CHANCE = 5.0
"""Seconds in which a second Ctrl-C asks whether to cancel."""
CANCEL = "cancel"


class Following:
    """One operation, watched from the command line. A context manager: it holds the terminal for the tree.

    `on_event`, `on_look` and `on_interrupt` are what a watch wants. With `--fail-fast N` the operation is cancelled
    when N tasks have stopped for the same reason; without, cancelling is offered after 3 where somebody can answer.
    """

    def __init__(self, args: argparse.Namespace, aws: Aws, stack_name: str, stack_id: str) -> None:
        self._args, self._aws = args, aws
        self._name, self._id = stack_name, stack_id
        self.view = live.choose(quiet=args.quiet, as_json=args.json)
        self._rollouts = Rollouts(aws, trouble=self.view.say)
        self._fail_fast: int = getattr(args, "fail_fast", None) or 0
        self._asks = terminal.is_interactive() and not getattr(args, "yes", False)
        self._under_way = True
        self._told = self._offered = self._cancelled = False

    def __enter__(self) -> Self:
        self.view.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self.view.__exit__(kind, *rest)
        if kind is not None and issubclass(kind, KeyboardInterrupt):
            self._tell_detached()

    @property
    def stopped(self) -> tuple[Stopped, ...]:
        """Why tasks stopped."""
        return self._rollouts.stopped

    def on_event(self, event: Event) -> None:
        """Show it."""
        self.view.event(event)
        self._rollouts.on_event(event)
        if event.is_root:
            self._under_way = event.status in {cancel.UPDATING, *cancel.CREATING}

    def on_look(self) -> None:
        """Look at the services, and do or offer something about one that cannot start."""
        for path, service in self._rollouts.look():
            self.view.service(path, service)
        if self._cancelled or not self._under_way:
            return
        worst = self._rollouts.most_alike
        if worst is not None and self._fail_fast and worst.count >= self._fail_fast:
            self._cancel(f"{_seen(worst)}\n--fail-fast {self._fail_fast}: ")
        elif worst is not None and worst.count >= ALIKE and not self._offered:
            self._offered = True
            self.view.say(f"{_seen(worst)}\n{self._offer()}")
        elif self._offered and self._asks and terminal.typed() == CANCEL:
            self._cancel("")

    def on_interrupt(self) -> bool:
        """Say how to come back; a second Ctrl-C asks whether to cancel. Whether the watching goes on."""
        if not terminal.is_interactive():
            return False
        self.view.pause()
        self._tell_detached()
        terminal.message(f"Ctrl-C once more in the next {SECOND_CHANCE:.0f} s to cancel it instead; Enter to leave.")
        if not terminal.interrupted_within(SECOND_CHANCE):
            return False
        try:
            terminal.confirm(f"\nCancel what is happening to {self._name}?", CANCEL)
            terminal.message(cancel.cancel(self._aws, self._id))
        except UserError as error:
            terminal.message(f"{error.what}: {error.why}")
            return False
        self._cancelled, self._told = True, False
        self.view.resume()
        return True

    def _cancel(self, why: str) -> None:
        self._cancelled = True
        try:
            self.view.say(f"{why}{cancel.cancel(self._aws, self._id)}")
        except UserError as error:
            self.view.say(f"{why}{error}")

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
            f"Come back to it with: python build.py watch {self._args.environment}",
        ]
        if session.is_embedded(self._args):
            lines.append("The embedded AWS finishes it at once, unless `python build.py sandbox` keeps it running.")
        terminal.message("\n".join(lines))


def _seen(stopped: Stopped) -> str:
    """What is the matter with a service."""
    return "\n".join(["Tasks keep stopping for the same reason:", *(f"  {line}" for line in view.reason(stopped))])
