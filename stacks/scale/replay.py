"""A load through a scalable target, minute by minute. No AWS, no clock: the same arguments give the same result."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stacks.scale.calendar import occurrences
from stacks.scale.cooldowns import Cooldowns
from stacks.scale.decisions import SteppedPolicy, TrackedPolicy, Wish, largest, removal
from stacks.scale.load import MINUTE, WHOLE, at
from stacks.scale.policies import CPU, MEMORY, REQUESTS, ScalableTarget
from stacks.scale.service import Pace, Tasks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping

    from stacks.scale.load import Load
    from stacks.scale.policies import ScheduledAction

LOOK_BACK = 35 * 24 * 60 * MINUTE
"""How far before the load scheduled actions are looked for, of which the last set the limits with which it begins."""
IN, OUT, SCHEDULED = "DynamicScalingInSuspended", "DynamicScalingOutSuspended", "ScheduledScalingSuspended"
"""Members of `SuspendedState` (API_SuspendedState.html)."""


@dataclass(frozen=True, kw_only=True)
class Activity:
    """A change of the desired count; `by` is a policy or a scheduled action. `ended` sessions were on removed tasks."""

    minute: int
    before: int
    after: int
    by: str
    is_scheduled: bool
    ended: float | None = None


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What came of it, a value a minute. `backlog` is in minutes of one task's whole CPU.

    Counted in minutes: `at_maximum`, where a policy wanted more tasks than there may be; `held`, where a policy kept
    tasks that all others would have removed; `cooling_out` and `cooling_in`, where a cooldown period let a policy wait.
    `skipped` are scheduled actions that AWS does not carry out, by their names.
    """

    target: ScalableTarget
    desired: list[int] = field(default_factory=list)
    running: list[int] = field(default_factory=list)
    billed: list[int] = field(default_factory=list)
    maximum: list[int] = field(default_factory=list)
    cpu: list[float | None] = field(default_factory=list)
    requests: list[float | None] = field(default_factory=list)
    backlog: list[float] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    at_maximum: set[int] = field(default_factory=set)
    held: Counter[str] = field(default_factory=Counter)
    cooling_out: Counter[str] = field(default_factory=Counter)
    cooling_in: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)


def replay(load: Load, target: ScalableTarget, *, pace: Pace | None = None, tasks: int | None = None) -> Replay:
    """Return what the target does with a load. `tasks` run at the beginning; left out, as many as its CPU needs."""
    run = _Run(load, target, pace or Pace())
    run.begin(tasks)
    for minute in range(load.minutes):
        run.step(minute)
    return run.result


class _Run:
    """One replay on its way."""

    def __init__(self, load: Load, target: ScalableTarget, pace: Pace) -> None:
        self.load, self.target, self.pace = load, target, pace
        self.result = Replay(target=target)
        self.minimum, self.maximum = target.minimum, target.maximum
        self.tracked = [TrackedPolicy(it) for it in target.tracking]
        self.stepped = [SteppedPolicy(it) for it in target.steps]
        self.cooldowns = Cooldowns()
        self.backlog = 0.0
        self.due = self._due()

    def _due(self) -> Mapping[int, list[ScheduledAction]]:
        """Return the scheduled actions by the minute; those before the load set its first limits."""
        due: dict[int, list[ScheduledAction]] = {}
        if SCHEDULED in self.target.suspended:
            return due
        found: list[tuple[dt.datetime, int]] = []
        for number, action in enumerate(self.target.schedules):
            # A rate that has no beginning is not known before the load.
            is_open = action.schedule.startswith("rate(") and action.start is None
            begin = self.load.start if is_open else self.load.start - LOOK_BACK
            found += [(time, number) for time in occurrences(action, begin, self.load.end)]
        for time, number in sorted(found):
            action = self.target.schedules[number]
            if time < self.load.start:
                self._set_limits(action)
            else:
                due.setdefault(int((time - self.load.start) / MINUTE), []).append(action)
        return due

    def begin(self, tasks: int | None) -> None:
        """Let the first tasks run."""
        wanted = self.minimum if tasks is None else tasks
        if tasks is None:
            for policy in self.target.tracking:
                if policy.metric == CPU and (demand := at(self.load.cpu, 0)) is not None:
                    wanted = max(wanted, -int(-demand // policy.target))
        self.tasks = Tasks(min(max(wanted, self.minimum), self.maximum), self.pace)

    def step(self, minute: int) -> None:
        """Let one minute pass: what is scheduled, the load, and at its end what the policies decide."""
        self.tasks.arrive(minute)
        for action in self.due.get(minute, ()):
            self._run_scheduled(action, minute)
        values = self._work(minute)
        self._record(values)
        for tracked in self.tracked:
            tracked.put(values.get(tracked.policy.metric))
        for stepped in self.stepped:
            policy = stepped.policy
            known = policy.metric in {CPU, MEMORY, REQUESTS}
            stepped.put(values.get(policy.metric) if known else at(self.load.metrics.get(policy.name, ()), minute))
        self._decide(minute + 1)

    def _set_limits(self, action: ScheduledAction) -> bool:
        """Set what an action sets. One that would put the minimum above the maximum is not carried out."""
        low = self.minimum if action.minimum is None else action.minimum
        high = self.maximum if action.maximum is None else action.maximum
        if low > high:
            self.result.skipped[action.name] += 1
            return False
        self.minimum, self.maximum = low, high
        return True

    def _run_scheduled(self, action: ScheduledAction, minute: int) -> None:
        """Set the limits, and the tasks within them, "immediately without waiting for the cooldown period to expire".

        https://docs.aws.amazon.com/autoscaling/application/userguide/scheduled-scaling-policy-overview.html
        """
        if self._set_limits(action):
            wanted = min(max(self.tasks.desired, self.minimum), self.maximum)
            self._change(wanted, action.name, minute, is_scheduled=True)

    def _work(self, minute: int) -> dict[str, float | None]:
        """Let the running tasks work; return the metrics of the minute. Without a task, ECS has none.

        What exceeds the CPU of all tasks waits as a backlog, so that no metric is above 100 %.
        """
        load, running = self.load, self.tasks.running
        demand = at(load.cpu, minute)
        waiting = (demand or 0) + self.backlog
        served = min(waiting, running * WHOLE) if demand is not None else 0
        self.backlog = waiting - served if demand is not None else self.backlog
        if running == 0:
            return {CPU: None, MEMORY: None, REQUESTS: None}
        requests = at(load.requests, minute)
        return {
            CPU: None if demand is None else served / running,
            MEMORY: at(load.memory, minute),
            REQUESTS: None if requests is None else requests / running,
        }

    def _record(self, values: Mapping[str, float | None]) -> None:
        result = self.result
        result.desired.append(self.tasks.desired)
        result.running.append(self.tasks.running)
        result.billed.append(self.tasks.billed)
        result.maximum.append(self.maximum)
        result.cpu.append(values[CPU])
        result.requests.append(values[REQUESTS])
        result.backlog.append(self.backlog / WHOLE)

    def _decide(self, minute: int) -> None:
        """Scale out if any policy is ready to, otherwise scale in if all are.

        "The actual running task count in a service is the value that Service Auto Scaling uses as its starting point":
        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-auto-scaling.html
        """
        running, desired = self.tasks.running, self.tasks.desired
        stepped = [wish for it in self.stepped if (wish := it.wish(running)) is not None]
        outward = [wish for it in self.tracked if (wish := it.outward(running)) is not None]
        outward = [it for it in (*outward, *stepped) if it.capacity > running]
        if outward:
            self._scale_out(outward, minute)
        elif desired > self.minimum:
            self._scale_in([it for it in stepped if it.capacity < running], minute)

    def _scale_out(self, wishes: Iterable[Wish], minute: int) -> None:
        running, desired = self.tasks.running, self.tasks.desired
        if OUT in self.target.suspended:
            return
        allowed: list[Wish] = []
        for wish in wishes:
            more = self.cooldowns.allowed_addition(wish.policy, wish.capacity - running, minute)
            # While its tasks start, they are in the desired count, but not yet in the running one.
            base = running if more == wish.capacity - running else desired
            if base + more > desired:
                allowed.append(Wish(policy=wish.policy, capacity=base + more, cooldown=wish.cooldown))
            elif wish.capacity > desired:
                self.result.cooling_out[wish.policy] += 1
        if not allowed:
            return
        wish = largest(allowed)
        if wish.capacity > self.maximum:
            self.result.at_maximum.add(minute)
        wanted = min(wish.capacity, self.maximum)
        if wanted > desired:
            self._change(wanted, wish.policy, minute)
            complete = minute + self.pace.start
            self.cooldowns.added(
                wish.policy, wanted - desired, minute=minute, complete=complete, cooldown=wish.cooldown
            )

    def _scale_in(self, stepped: list[Wish], minute: int) -> None:
        """Remove tasks, unless some of a scale-out still start, which AWS does not document."""
        running, desired = self.tasks.running, self.tasks.desired
        if IN in self.target.suspended or self.tasks.starting:
            return
        wish = removal(self.tracked, stepped, running, desired)
        if wish is None:
            self._note_held(running, desired)
        elif self.cooldowns.blocks_removal(minute):
            self.result.cooling_in[wish.policy] += 1
        else:
            self._change(max(wish.capacity, self.minimum), wish.policy, minute)
            self.cooldowns.removed(minute=minute, cooldown=wish.cooldown)

    def _note_held(self, running: int, desired: int) -> None:
        """Count the minute for the one policy without which tasks would have been removed."""
        removers = [it for it in self.tracked if it.may_remove]
        wishes = {it.policy.name: it.inward(running) for it in removers}
        holding = [name for name, wish in wishes.items() if wish is None or wish.capacity >= desired]
        if len(holding) == 1 and len(removers) > 1:
            self.result.held[holding[0]] += 1

    def _change(self, wanted: int, by: str, minute: int, *, is_scheduled: bool = False) -> None:
        before, running = self.tasks.desired, self.tasks.running
        if wanted == before:
            return
        gone = self.tasks.set_desired(wanted, minute)
        sessions = at(self.load.sessions, min(minute, self.load.minutes - 1))
        ended = sessions * gone / running if sessions is not None and gone and running else None
        self.result.activities.append(
            Activity(minute=minute, before=before, after=wanted, by=by, is_scheduled=is_scheduled, ended=ended)
        )
