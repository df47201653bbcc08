"""Following one operation on a stack and all stacks in it, from its first event to its last."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import aws as amazon
from stacks import deployed, events
from stacks.errors import UserError
from stacks.events import Event, OnEvent

if TYPE_CHECKING:
    import datetime as dt

    from stacks.aws import Aws

OnLook = Callable[[], None]
OnInterrupt = Callable[[], bool]

CALLS_PER_SECOND = 5.0
"""Looks at events, over all stacks. Deployments that made 25 and more together were throttled (aws-cdk-cli PR 1710)."""
QUIET_SHARE = 0.05
"""The pause between two looks, as a part of the time in which nothing has happened: what comes is seen that late."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 5.0
EARLY_SHARE = 0.25
"""The pause at the beginning, as a part of the time since then: short operations are seen to end at once."""
LONGEST_THROTTLED_PAUSE = 20.0
SILENCE_SECONDS = 10.0
"""Time without an event after which the stack's state is asked for, too."""
START_SECONDS = 120.0
"""Longest wait for the first event of an operation that CloudFormation has accepted."""
WAIT_SECONDS = 4 * 3600.0
"""Longest wait for the end: a service that never becomes stable keeps a stack busy for three hours."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """An operation that is over: the root's state, all events in order, and CloudFormation's own time."""

    state: str
    events: tuple[Event, ...]

    @property
    def seconds(self) -> float:
        """From the root's first event to its last; 0.0 where there was none."""
        times = [event.time for event in self.events if event.is_root]
        return (times[-1] - times[0]).total_seconds() if times else 0.0


def pause(*, since_start: float, quiet: float, calls: int) -> float:
    """Seconds until the next look, when nothing has happened for `quiet` seconds and a look takes so many calls."""
    sparing = min(calls / CALLS_PER_SECOND, since_start * EARLY_SHARE)
    return max(FIRST_PAUSE, sparing, min(quiet * QUIET_SHARE, LONGEST_PAUSE))


def nothing() -> None:
    """Do nothing: what is done after each look where nobody wants to do more."""


def detach() -> bool:
    """Stop watching when Ctrl-C comes, and leave CloudFormation to it."""
    return False


class Watch:
    """Reads the events of the next operation on a stack; what happened before it was made is not shown.

    With `seen`, the id of an event of the stack, everything after that event is read; "" is the very beginning.
    Children are found in their parents' events, and count from the root's first event on: both are times of
    CloudFormation's clock. Only stacks in which something is happening are looked at.
    """

    def __init__(self, aws: Aws, stack_id: str, *, seen: str | None = None) -> None:
        self._aws = aws
        self._root = stack_id
        self._paths: dict[str, tuple[str, ...]] = {stack_id: ()}
        self._seen = {stack_id: events.newest(aws, stack_id) if seen is None else seen}
        self._known: set[str] = set()
        self._busy = {stack_id}
        self._start: dt.datetime | None = None
        self._state = ""
        self._new: list[Event] = []
        self._told: list[Event] = []

    def follow(
        self,
        on_event: OnEvent,
        *,
        on_look: OnLook = nothing,
        on_interrupt: OnInterrupt = detach,
        longest: float = WAIT_SECONDS,
    ) -> Operation:
        """Tell each event once, in order, until the root has come to rest.

        `on_look` is called after each look, `on_interrupt` on Ctrl-C: where it gives True, the watching goes on.
        Raises KeyboardInterrupt where it gives False; UserError if nothing begins, if it is not over after `longest`
        seconds, or if AWS cannot be asked any more: CloudFormation goes on then, and the error says so.
        """
        try:
            with amazon.reported():
                while True:
                    try:
                        return self._until_rest(on_event, on_look, longest)
                    except KeyboardInterrupt:
                        if not on_interrupt():
                            raise
        except UserError as error:
            goes_on = "CloudFormation goes on with the operation; its events are in the console."
            raise UserError(error.what, error.why, f"{error.then}\n{goes_on}".strip()) from error

    def _until_rest(self, on_event: OnEvent, on_look: OnLook, longest: float) -> Operation:
        begun = last = time.monotonic()
        wait = 0.0
        while True:
            throttled = not self._look_unless_throttled()
            if self._new:
                last = time.monotonic()
            self._tell(on_event)
            on_look()
            now = time.monotonic()
            quiet, since_start = now - last, now - begun
            if self._state or (quiet > SILENCE_SECONDS and self._ended_silently()):
                return Operation(state=self._state, events=tuple(self._told))
            self._refuse_endless(quiet, since_start, longest)
            usual = pause(since_start=since_start, quiet=quiet, calls=len(self._busy))
            wait = min(max(2 * wait, usual), LONGEST_THROTTLED_PAUSE) if throttled else usual
            time.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 - spreads deployments, guards nothing

    def _tell(self, on_event: OnEvent) -> None:
        self._new.sort(key=lambda event: event.time)
        while self._new:
            event = self._new.pop(0)
            if event.id not in self._known:
                self._known.add(event.id)
                self._told.append(event)
                on_event(event)

    def _look_unless_throttled(self) -> bool:
        """Look, and say whether AWS let us. What was read before it did not is kept."""
        try:
            self._look()
        except amazon.ClientError as error:
            if not amazon.is_throttled(error):
                raise
            return False
        return True

    def _look(self) -> None:
        """Read the busy stacks' events, children that have just appeared included; at the end those of all stacks."""
        looked: set[str] = set()
        while left := (set(self._paths) if self._state else self._busy) - looked:
            for stack_id in left:
                path, seen = self._paths[stack_id], self._seen.get(stack_id, "")
                found = events.since(self._aws, stack_id, path, seen=seen, start=self._start)
                if found:
                    self._start = self._start or found[0].time
                for event in found:
                    self._note(event, stack_id)
                self._new += found
                if found:  # Last: Ctrl-C may come at any moment, and what was not taken in is then read again.
                    self._seen[stack_id] = found[-1].id
                looked.add(stack_id)

    def _note(self, event: Event, stack_id: str) -> None:
        """Learn from an event of this stack which stacks there are, and where something is happening."""
        if child := event.nested_stack_id:
            self._paths[child] = (*event.stack, event.logical_id)
            if not event.is_final:
                self._busy.add(child)
        elif event.is_root and event.is_final:
            self._state = event.status
        elif event.is_stack and event.is_final:
            self._busy.discard(stack_id)

    def _ended_silently(self) -> bool:
        """Whether the root is at rest although no event has said so."""
        stack = deployed.read(self._aws, self._root)
        state = "DELETE_COMPLETE" if stack is None else stack.state
        if state.endswith("_IN_PROGRESS") or (self._start is None and state != "DELETE_COMPLETE"):
            return False
        self._state = state
        return True

    def _refuse_endless(self, quiet: float, waited: float, longest: float) -> None:
        if self._start is None and quiet > START_SECONDS:
            why = f"CloudFormation has accepted the operation, but nothing has happened for {START_SECONDS:.0f} s"
        elif waited > longest:
            why = f"waited {waited:.0f} s for it to come to rest"
        else:
            return
        raise UserError(f"stack {self._root}", why)
