"""Follow one operation on a stack and all stacks in it, from its first event to its last."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, is_missing_stack, is_throttled, translate_aws_errors
from stacks.aws.polling import poll
from stacks.cloudformation import events
from stacks.cloudformation.events import Event, OnEvent
from stacks.cloudformation.stack import DELETED, find_stack
from stacks.errors import UserError
from stacks.operations.pace import Budget, Pace

if TYPE_CHECKING:
    import datetime as dt

    from stacks.aws.session import Aws

SLICE_SECONDS = 1.0
"""Longest wait between two calls of `on_poll`."""
LATE_SECONDS = 5.0
"""Longest wait, when the root has come to rest, for the last events of stacks in it: they may come late."""
OnPoll = Callable[[], None]
OnInterrupt = Callable[[], bool]

START_SECONDS = 120.0
"""Longest wait for the first event of an operation that CloudFormation has accepted."""
LONGEST_SECONDS = 37 * 3600.0
"""Longest wait for the end: a service with bake times keeps a stack busy for up to 36 hours, any other for three.

`BakeTimeInMinutes` of AWS::ECS::Service in the CloudFormation reference.
"""


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


def do_nothing() -> None:
    """Do nothing after a poll."""


def detach() -> bool:
    """Stop following when Ctrl-C comes, and leave CloudFormation to it."""
    return False


def _rest(seconds: float, on_poll: OnPoll) -> None:
    """Wait, and call `on_poll` each second, for whoever polls something else or waits for an answer."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, SLICE_SECONDS))
        if left > SLICE_SECONDS:
            on_poll()


class StackFollower:
    """Reads the events of the next operation on a stack; what happened before it was made is not shown.

    With `seen`, the id of an event of the stack, everything after that event is read; "" is the very beginning.
    Children are found in their parents' events, and count from the root's first event on: both are times of
    CloudFormation's clock. Only stacks in progress are polled, and fewer of them where calls are
    short: events are reported when all have been read, so that they come in order.
    """

    def __init__(self, aws: Aws, stack_id: str, *, seen: str | None = None) -> None:
        self._aws = aws
        self._root = stack_id
        self._paths: dict[str, tuple[str, ...]] = {stack_id: ()}
        self._seen = {stack_id: events.newest_event_id(aws, stack_id) if seen is None else seen}
        self._known: set[str] = set()
        self._busy = {stack_id}
        self._begun: set[str] = set()
        self._start: dt.datetime | None = None
        self._state = ""
        self._new: list[Event] = []
        self._whole = False
        self._told: list[Event] = []

    def follow(
        self,
        on_event: OnEvent,
        *,
        on_poll: OnPoll = do_nothing,
        on_interrupt: OnInterrupt = detach,
        longest: float = LONGEST_SECONDS,
    ) -> Operation:
        """Report each event once, in order, until the root has come to rest.

        `on_poll` is called after each poll, `on_interrupt` on Ctrl-C: where it returns True, the following goes on.
        Raises KeyboardInterrupt where it returns False; UserError if nothing begins, if it is not over after `longest`
        seconds, or if AWS cannot be asked any more: CloudFormation goes on then, and the error says so.
        """
        try:
            with translate_aws_errors():
                while True:
                    try:
                        return self._until_rest(on_event, on_poll, longest)
                    except KeyboardInterrupt:
                        if not on_interrupt():
                            raise
        except UserError as error:
            goes_on = "CloudFormation goes on with the operation; its events are in the console."
            raise UserError(error.what, error.why, f"{error.then}\n{goes_on}".strip()) from error

    def _until_rest(self, on_event: OnEvent, on_poll: OnPoll, longest: float) -> Operation:
        begun = time.monotonic()
        pace = Pace(begun, Budget(begun, lambda: self._aws.calls.made))
        while True:
            throttled = not self._poll_unless_throttled(pace)
            if self._state:
                self._wait_for_late()
            if self._whole:
                self._tell(on_event)
            on_poll()
            now = time.monotonic()
            if not self._state and pace.doubts(now):
                self._ask_state()
            if self._state:
                return Operation(state=self._state, events=tuple(self._told))
            self._refuse_endless(pace.quiet(now), pace.since_start(now), longest)
            _rest(pace.wait(now, throttled=throttled), on_poll)

    def _wait_for_late(self) -> None:
        """Read the last events of children whose beginning was reported, and not their end.

        A child in which an update changes nothing has neither.
        """
        for _ in poll(LATE_SECONDS, "the last events of nested stacks"):
            late = (self._busy & self._begun) - {self._root}
            if not late:
                break
            for stack_id in late:
                self._read(stack_id)

    def _tell(self, on_event: OnEvent) -> None:
        self._new.sort(key=lambda event: (event.time, event.is_root and event.is_final))
        while self._new:
            event = self._new.pop(0)
            if event.id not in self._known:
                self._known.add(event.id)
                self._told.append(event)
                on_event(event)

    def _poll_unless_throttled(self, pace: Pace) -> bool:
        """Poll; whether AWS let us. What was read before a throttled call is kept."""
        try:
            self._poll(pace)
        except ClientError as error:
            if not is_throttled(error):
                raise
            return False
        return True

    def _poll(self, pace: Pace) -> None:
        """Read the events of the stacks that are due, and of all busy ones where there are any: so they come in order.

        Children that have just appeared are among them; at the end, all stacks are. Where the budget does not suffice,
        the root alone is read, and the others later.
        """
        self._whole = False
        polled: set[str] = set()
        now = time.monotonic()
        wanted = pace.due({stack_id: self._paths[stack_id] for stack_id in self._busy}, now)
        if self._new and pace.affords(len(self._busy), now):
            wanted = set(self._busy)
        while left := wanted - polled:
            for stack_id in left:
                found = self._read(stack_id)
                now = time.monotonic()
                pace.polled(stack_id, now)
                polled.add(stack_id)
                if found:
                    pace.happened(now)
                    if pace.affords(len(self._busy - polled), now):
                        wanted = wanted | self._busy
            if self._state:
                wanted = set(self._paths)
        self._whole = not self._new or polled >= self._busy

    def _read(self, stack_id: str) -> bool:
        """Read the new events of one stack; whether there were any."""
        path, seen = self._paths[stack_id], self._seen.get(stack_id, "")
        try:
            found = events.events_since(self._aws, stack_id, path, seen=seen, start=self._start)
        except ClientError as error:
            if not is_missing_stack(error):
                raise
            found = []  # A new stack is not known everywhere at once; the waiting has its own end.
        if not found:
            return False
        self._start = self._start or found[0].time
        for event in found:
            self._note(event, stack_id)
        self._new += found
        # Last: Ctrl-C may come at any moment, and what was not stored is then read again.
        self._seen[stack_id] = found[-1].id
        return True

    def _note(self, event: Event, stack_id: str) -> None:
        """Learn from an event of this stack which stacks there are, and where something is happening."""
        if child := event.nested_stack_id:
            self._paths[child] = (*event.stack, event.logical_id)
            if not event.is_final:
                self._busy.add(child)
            if event.status == "CREATE_IN_PROGRESS":
                self._begun.add(child)
        elif event.is_root and event.is_final:
            self._state = event.status
        elif event.is_stack and event.is_final:
            self._busy.discard(stack_id)
        elif event.is_stack:
            self._begun.add(stack_id)

    def _ask_state(self) -> None:
        """Find out whether the root is at rest although no event has said so."""
        stack = find_stack(self._aws, self._root)
        if stack is None:
            return  # A deleted stack is described by its id: this one is not known everywhere yet.
        if not stack.state.endswith("_IN_PROGRESS") and (self._start is not None or stack.state == DELETED):
            self._state = stack.state

    def _refuse_endless(self, quiet: float, waited: float, longest: float) -> None:
        if self._start is None and quiet > START_SECONDS:
            why = f"CloudFormation has accepted the operation, but nothing has happened for {START_SECONDS:.0f} s"
        elif waited > longest:
            why = f"waited {waited:.0f} s for it to come to rest"
        else:
            return
        raise UserError(f"stack {self._root}", why)
