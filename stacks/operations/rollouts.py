"""The services that an operation deploys, polled at a pace of their own while they are in progress."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import translate_aws_errors
from stacks.errors import UserError
from stacks.operations.pace import Budget
from stacks.operations.service import TYPE, Service, Services, Stopped

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.aws.session import Aws
    from stacks.cloudformation.events import Event

FIRST_PAUSE, SHARE, LONGEST_PAUSE, GROWTH = 3.0, 0.125, 15.0, 2.0
"""Seconds between two polls of a service: after something new, or this share of the time since the first one; at
most; and the factor while nothing is new.

A poll is two calls at least, more where tasks have stopped; there is none while the budget for all calls is used up."""
CLOCKS_DIFFER = dt.timedelta(seconds=1)
"""How far ECS's clock may be behind CloudFormation's: tasks that stopped before the deployment are not its own."""


def rollout_pause(last: float, since_start: float, *, changed: bool) -> float:
    """Return the seconds until the next poll; `last` is the pause before this one, which has shown a change or none."""
    wanted = max(FIRST_PAUSE, SHARE * since_start) if changed else last * GROWTH
    return min(wanted, LONGEST_PAUSE)


@dataclass(kw_only=True)
class Rollout:
    """One service in progress, in this `status`. `state` is what was seen last."""

    path: str
    status: str
    services: Services
    begun: float
    due: float
    pause: float = FIRST_PAUSE
    state: Service | None = None


@dataclass(frozen=True, kw_only=True)
class Failing:
    """A service in progress whose tasks stop, and the reason that matters most."""

    path: str
    status: str
    stopped: Stopped


class Rollouts:
    """Learns from events which services are being deployed; `poll` returns those that have changed.

    `warn` is called once with the reason where ECS cannot be asked; the deployment goes on without it.
    """

    def __init__(self, aws: Aws, *, warn: Callable[[str], None]) -> None:
        self._aws = aws
        self._warn = warn
        self._begun: dict[str, dt.datetime] = {}
        self._running: dict[str, Rollout] = {}
        self._budget = Budget(time.monotonic(), lambda: aws.calls.made)
        self._stopped: dict[tuple[str, str, int | None], Stopped] = {}

    def on_event(self, event: Event) -> None:
        """Begin with a service when it has an ARN, and end with it when it has come to rest, after a last poll."""
        if event.type != TYPE:
            return
        if event.is_final or event.status.startswith("DELETE"):
            self._begun.pop(event.path, None)
            rollout = self._running.pop(event.path, None)
            if rollout is not None and event.is_final:
                self._look(rollout)
            return
        begun = self._begun.setdefault(event.path, event.time - CLOCKS_DIFFER)
        if event.physical_id.startswith("arn:") and event.path not in self._running:
            services, now = Services(self._aws, event.physical_id, since=begun), time.monotonic()
            self._running[event.path] = Rollout(
                path=event.path, status=event.status, services=services, begun=now, due=now
            )

    def poll(self) -> list[tuple[str, Service]]:
        """Return the services that are due and have changed since the last poll, by their resources' paths."""
        now = time.monotonic()
        return [
            (rollout.path, rollout.state)
            for rollout in list(self._running.values())
            if rollout.due <= now and self._budget.left(now) > 0 and self._look(rollout) and rollout.state is not None
        ]

    @property
    def stopped(self) -> tuple[Stopped, ...]:
        """Why tasks stopped that were not meant to, of all services, from the operation's beginning to its end."""
        return tuple(self._stopped.values())

    @property
    def worst(self) -> Failing | None:
        """Return a reason that no retry remedies, else the most frequent one; None where no task has stopped.

        Of the services that are in progress only.
        """
        found = [
            Failing(path=rollout.path, status=rollout.status, stopped=group)
            for rollout in self._running.values()
            if rollout.state is not None
            for group in rollout.state.stopped
        ]
        return max(found, key=lambda it: (it.stopped.is_hopeless, it.stopped.count), default=None)

    def _look(self, rollout: Rollout) -> bool:
        """Whether it has changed."""
        try:
            with translate_aws_errors():
                found = rollout.services.poll()
        except UserError as error:
            self._running.pop(rollout.path, None)
            self._warn(f"{rollout.path} cannot be looked at: {error.what}: {error.why}")
            return False
        changed = found != rollout.state
        now = time.monotonic()
        rollout.pause = rollout_pause(rollout.pause, now - rollout.begun, changed=changed)
        rollout.due, rollout.state = now + rollout.pause, found
        for group in found.stopped if found is not None else ():
            self._stopped[rollout.path, group.reason, group.exit_code] = group
        return changed
