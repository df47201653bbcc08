"""What somebody who knows autoscaling would say about a replay, in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.scale.load import WHOLE, at
from stacks.scale.policies import CPU, MEMORY, REQUESTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from stacks.scale.load import Load
    from stacks.scale.replay import Replay
    from stacks.scale.summary import Summary

DAY, HOUR = 24 * 60, 60
FLAPPING = 30
"""Minutes after a scale-in in which a scale-out undoes it."""
MANY = 0.5
"""Part of the time from which on it is nearly always."""
FEW = 10
"""Minutes below which a finding is not worth a line."""
NEARLY = 0.99
"""Part of the whole CPU from which on more may have been wanted."""
METRICS = {CPU: "CPU", MEMORY: "memory", REQUESTS: "requests"}
KEYS = {CPU: "cpu", MEMORY: "memory", REQUESTS: "request_count"}
"""With what the settings of a metric begin."""


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing to know; `code` is for programs, and `then` says what could be done, or is ""."""

    code: str
    text: str
    then: str = ""


def findings_about(replay: Replay, summary: Summary, load: Load) -> Iterator[Finding]:
    """Yield what there is to say, what costs availability first."""
    yield from _no_tasks(replay, load)
    yield from _maximum(replay, summary, load)
    yield from _above(summary, load)
    yield from _held(replay, load)
    yield from _cooldowns(replay)
    yield from _flapping(replay)
    yield from _sessions(summary)
    yield from _limits(replay, summary)
    yield from _skipped(replay)
    yield from _gaps(load)


def hours(minutes: float) -> str:
    """Return `45 minutes`, `1 hour`, `12 hours`."""
    if minutes < 2 * HOUR:
        return f"{minutes:.0f} minute{'' if round(minutes) == 1 else 's'}"
    return f"{minutes / HOUR:.0f} hours"


def _days(minutes: Iterable[int], load: Load) -> str:
    """Return `9 of 14 days`."""
    count = len({minute // DAY for minute in minutes})
    days = max(1, -(-load.minutes // DAY))
    return f"{count} of {days} day{'' if days == 1 else 's'}"


def _metric(policy: str) -> str:
    return METRICS.get(policy, policy)


def _no_tasks(replay: Replay, load: Load) -> Iterator[Finding]:
    idle = [
        minute
        for minute, running in enumerate(replay.running)
        if running == 0 and ((at(load.cpu, minute) or 0) > 1 or (at(load.requests, minute) or 0) > 0)
    ]
    if len(idle) >= FEW:
        yield Finding(
            code="no-tasks",
            text=f"There is load and no task for {hours(len(idle))}, on {_days(idle, load)}: without a task nothing "
            "measures CPU or memory, so that only a schedule brings tasks back.",
            then="Let a schedule set a min_capacity of 1 before the load comes.",
        )


def _maximum(replay: Replay, summary: Summary, load: Load) -> Iterator[Finding]:
    if replay.at_maximum:
        most = max(replay.maximum)
        backlog = (
            f" Work waits: up to {summary.largest_backlog:.0f} minutes of a task's whole CPU."
            if summary.largest_backlog >= 1
            else ""
        )
        yield Finding(
            code="maximum",
            text=f"The maximum of {most} is reached on {_days(replay.at_maximum, load)}, and more were wanted for "
            f"{hours(len(replay.at_maximum))}.{backlog}",
            then=f"Raise max_capacity above {most}, or give a task more CPU.",
        )
    elif summary.minutes_with_backlog >= FEW:
        scales = bool(replay.target.tracking or replay.target.steps)
        yield Finding(
            code="backlog",
            text=f"For {hours(summary.minutes_with_backlog)} the running tasks do less than is asked of them"
            f"{', until others have started' if scales else ''}: up to {summary.largest_backlog:.0f} minutes "
            "of a task's whole CPU wait.",
            then="A lower cpu_target keeps room for a sudden load; a schedule has tasks ready before it." * scales,
        )


def _above(summary: Summary, load: Load) -> Iterator[Finding]:
    for metric, minutes in summary.above_target.items():
        if minutes >= MANY * load.minutes:
            yield Finding(
                code="above-target",
                text=f"{_metric(metric)[:1].upper()}{_metric(metric)[1:]} is above its target for {hours(minutes)} of "
                f"{hours(load.minutes)}.",
                then="More tasks do not lower the memory use of each: give a task more memory."
                if metric == MEMORY
                else "",
            )


def _held(replay: Replay, load: Load) -> Iterator[Finding]:
    for policy, minutes in replay.held.items():
        if minutes < HOUR:
            continue
        never = policy == MEMORY and minutes >= MANY * load.minutes
        word = "never lets it scale in" if never else "keeps tasks"
        name = _metric(policy)
        text = (
            f"{name[:1].upper()}{name[1:]} {word}: for {hours(minutes)} all other policies would have removed tasks, "
            "and tasks are removed only when all agree."
        )
        then = (
            "memory_scale_in = false lets memory use only add tasks: servers seldom give memory back."
            if policy == MEMORY
            else ""
        )
        yield Finding(code="held", text=text, then=then)


def _cooldowns(replay: Replay) -> Iterator[Finding]:
    for policy, minutes in replay.cooling_out.items():
        if minutes >= FEW:
            own = next((it.scale_out_cooldown for it in replay.target.tracking if it.name == policy), None)
            own = next((it.cooldown for it in replay.target.steps if it.name == policy), own)
            yield Finding(
                code="scale-out-cooldown",
                text=f"The scale-out cooldown of {own} s of {_metric(policy)} delayed tasks by {hours(minutes)}.",
                then="A shorter scale_out_cooldown adds them sooner.",
            )
    minutes = sum(replay.cooling_in.values())
    if minutes >= HOUR:
        longest = max((it.scale_in_cooldown for it in replay.target.tracking), default=0)
        yield Finding(
            code="scale-in-cooldown",
            text=f"The scale-in cooldown (up to {longest} s) kept unneeded tasks for {hours(minutes)} in all.",
        )


def _flapping(replay: Replay) -> Iterator[Finding]:
    undone = sum(
        before.after < before.before and after.after > after.before and after.minute - before.minute <= FLAPPING
        for before, after in zip(replay.activities, replay.activities[1:], strict=False)
        if not before.is_scheduled and not after.is_scheduled
    )
    if undone > 1:
        yield Finding(
            code="flapping",
            text=f"{undone} times tasks are added within {FLAPPING} minutes after some were removed.",
            then="A longer scale_in_cooldown, or a higher min_capacity at those hours, avoids that.",
        )


def _sessions(summary: Summary) -> Iterator[Finding]:
    if summary.sessions_ended is not None and summary.sessions_ended >= 1:
        removed = summary.tasks_removed
        yield Finding(
            code="sessions",
            text=f"About {summary.sessions_ended:.0f} sessions are on tasks when these are removed "
            f"({removed} task{'' if removed == 1 else 's'}): each begins again on another task.",
        )


def _limits(replay: Replay, summary: Summary) -> Iterator[Finding]:
    target = replay.target
    if target.minimum == target.maximum and not target.schedules:
        count = f"{target.minimum} task{'' if target.minimum == 1 else 's'}"
        yield Finding(code="fixed", text=f"Nothing scales: there are {count} all the time.")
    elif summary.largest < max([target.maximum, *(it.maximum or 0 for it in target.schedules)]):
        yield Finding(code="unused", text=f"At most {summary.largest} of the {target.maximum} possible tasks are used.")
    elif summary.smallest == summary.largest:
        yield Finding(code="constant", text=f"The number of tasks never changes: {summary.largest} all the time.")


def _skipped(replay: Replay) -> Iterator[Finding]:
    for name, times in Counter(replay.skipped).items():
        yield Finding(
            code="skipped-schedule",
            text=f"The schedule {name} does nothing {times} time{'' if times == 1 else 's'}: it would put the minimum "
            "above the maximum.",
        )


def _gaps(load: Load) -> Iterator[Finding]:
    missing = sum(it is None for it in load.cpu)
    if missing >= FEW:
        yield Finding(
            code="missing-data",
            text=f"CPU has no data for {hours(missing)} of {hours(load.minutes)}; without data nothing is scaled.",
        )
    full = sum(
        demand is not None and demand >= NEARLY * WHOLE * (at(load.tasks, minute) or 1)
        for minute, demand in enumerate(load.cpu)
    )
    if full >= FEW and load.tasks:
        yield Finding(
            code="clipped",
            text=f"The measured CPU was at 100 % for {hours(full)}: the real demand may have been higher then.",
        )
