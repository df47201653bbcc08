"""How often AWS is asked, by one deployment and by fifty at once, on a clock of the test's own."""

from __future__ import annotations

import heapq
import itertools
import random
import statistics
from collections import deque
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.operations import pace, rollouts
from stacks.operations.pace import Budget, Pace
from stacks.operations.rollouts import FIRST_PAUSE

SECONDS = st.floats(min_value=0, max_value=10_000)

FIRST = {
    "root": [0, 1, 3, 32, 33, 152, 153, 154, 290, 291, 298, 299],
    "Ecr": [1, 2, 3],
    "Iam": [1, 2, 13, 14, 15, 31, 32],
    "Network": [1, 2, 14, 18, 19, 24, 30, 31, 36, 42, 43, 150, 151, 152],
    "Ecs": [154, 155, 156, 160, 165, 169, 170, 289, 290],
    "Autoscaling": [291, 292, 294, 295, 297, 298],
}
"""When something happens in each stack: a first deployment, by the typical durations of its resources."""
UPDATE = {"root": [0, 1, 80, 81], "Ecs": [1, 2, 4, 5, 76, 77, 80]}
"""The same for a new image."""
LARGE = {"root": [0, 1, *range(2, 42), 300, 301]} | {
    f"Child{number:02}": list(range(2, 300, 3)) for number in range(20)
}
"""Twenty children of 25 resources, busy side by side from the beginning to the end."""
FAILED = {"root": [0, 1, 180, 182, 260, 261], "Ecs": [1, 2, 4, 5, 178, 180, 183, 184, 258, 259]}
"""An update whose tasks crash, until the circuit breaker opens, and that is taken back."""
SERVICES = {"FIRST": (170, 289), "UPDATE": (5, 76), "LARGE": (20, 290), "FAILED": (5, 178)}
"""When the service is in progress: from the event that names it to the one that ends it."""
TIMELINES = {"FIRST": FIRST, "UPDATE": UPDATE, "LARGE": LARGE, "FAILED": FAILED}
AT_ONCE = 50
CALLS_PER_MINUTE = 40
"""The budget, on average over a deployment."""


@dataclass
class Server:
    """Refuses what goes beyond so many calls within any second."""

    limit: int
    calls: int = 0
    refused: int = 0
    recent: deque[float] = field(default_factory=deque)

    def allows(self, now: float) -> bool:
        """Take one call."""
        self.calls += 1
        while self.recent and self.recent[0] <= now - 1:
            self.recent.popleft()
        if len(self.recent) >= self.limit:
            self.refused += 1
            return False
        self.recent.append(now)
        return True


class Follower:
    """One deployment, begun at `start` and polled as `StackFollower` does: what is due, and all where there was news.

    Its service is looked at as `Rollouts` does. A look is four calls and shows something new where tasks stop: every
    `crash` seconds. Without, it is two.
    """

    def __init__(self, name: str, start: float, seed: int, crash: float) -> None:
        timeline = TIMELINES[name]
        self.start, self.end = start, start + timeline["root"][-1]
        self.timeline = {name: [start + at for at in times] for name, times in timeline.items()}
        self.calls = 0
        self.budget = Budget(start, lambda: self.calls)
        self.pace = Pace(start, self.budget, jitter=lambda: self.random.uniform(0.8, 1.2))
        begins, ends = SERVICES[name]
        self.service = (start + begins, start + ends)
        self.crash, self.crashes, self.service_pause, self.service_due = crash, 0, FIRST_PAUSE, start
        self.told: list[float] = []
        self.random = random.Random(seed)  # noqa: S311 - a simulation
        self.read = dict.fromkeys(timeline, 0)
        self.busy = {"root": (), **{name: (name,) for name in timeline if name != "root"}}
        self.held = False
        self.seen_end: float | None = None

    def ask(self, server: Server, now: float) -> bool:
        """Make one call; give whether it was answered."""
        self.calls += 1
        return server.allows(now)

    def look_at_service(self, server: Server, now: float) -> None:
        """Look, where it is in progress and due, and the budget allows it."""
        if not self.service[0] <= now <= self.service[1] or self.service_due > now or self.budget.left(now) <= 0:
            return
        crashes = int((now - self.service[0]) / self.crash) if self.crash else 0
        new, self.crashes = crashes > self.crashes, crashes
        for _ in range(4 if new else 2):
            self.ask(server, now)
        self.service_pause = rollouts.rollout_pause(self.service_pause, now - self.service[0], changed=new)
        self.service_due = now + self.service_pause

    def look(self, server: Server, now: float) -> float | None:
        """Give the time of the next look; None when the end was seen."""
        self.look_at_service(server, now)
        there = {name: path for name, path in self.busy.items() if self._is_busy(name, now)}
        looked: set[str] = set()
        wanted = self.pace.due(there, now)
        if self.held and self.pace.affords(len(there), now):
            wanted = set(there)
        while left := wanted - looked:
            for name in sorted(left):
                if not self.ask(server, now):
                    return now + self.pace.wait(now, throttled=True)
                looked.add(name)
                self.pace.polled(name, now)
                happened = sum(at <= now for at in self.timeline[name])
                if happened > self.read[name]:
                    self.read[name] = happened
                    self.held = True
                    self.pace.happened(now)
                    if self.pace.affords(len(there.keys() - looked), now):
                        wanted = wanted | set(there)
        if looked >= there.keys():
            self.held = False
            self.told.append(now)
        if self.pace.doubts(now) and not self.ask(server, now):
            return now + self.pace.wait(now, throttled=True)
        if self.read["root"] == len(self.timeline["root"]):
            self.seen_end = now
            return None
        return now + self.pace.wait(now, throttled=False)

    def _is_busy(self, name: str, now: float) -> bool:
        return self.timeline[name][0] <= now and self.read[name] < len(self.timeline[name])


def simulate(names: list[str], limit: int, crash: float = 0) -> tuple[Server, list[Follower]]:
    """Begin one a fifth of a second, and follow all to their ends."""
    server = Server(limit)
    followers = [Follower(name, number / 5, number, crash) for number, name in enumerate(names)]
    looks = [(follower.start, number) for number, follower in enumerate(followers)]
    heapq.heapify(looks)
    while looks:
        now, number = heapq.heappop(looks)
        if (then := followers[number].look(server, now)) is not None:
            heapq.heappush(looks, (then, number))
    return server, followers


def late(followers: list[Follower]) -> list[float]:
    """By how many seconds each end was seen too late."""
    return [(follower.seen_end or 0) - follower.end for follower in followers]


@given(since_start=SECONDS, quiet=SECONDS)
def test_the_pause_is_bounded(since_start: float, quiet: float) -> None:
    """Never none, never longer than 10 s; and two seconds at most, while things happen."""
    assert 0.05 <= pace.poll_pause(since_start=since_start, quiet=quiet) <= 10
    assert pace.poll_pause(since_start=since_start, quiet=4) <= 2


def test_the_pause_backs_off() -> None:
    """About a second after events, ten when nothing has happened for half a minute."""
    assert pace.poll_pause(since_start=300, quiet=0) == 1.2
    assert pace.poll_pause(since_start=300, quiet=10) <= 5
    assert pace.poll_pause(since_start=300, quiet=30) == 10


def test_a_short_operation_is_seen_to_end_at_once() -> None:
    """The first looks follow each other quickly."""
    assert pace.poll_pause(since_start=0.1, quiet=0) == 0.05
    assert pace.poll_pause(since_start=4, quiet=0) == 0.3


def test_parents_wait_for_their_children() -> None:
    """While nothing happens only the innermost stacks are asked, and their parents twice a minute."""
    busy = {"root": (), "child": ("Network",), "inner": ("Network", "Zones")}
    one = Pace(0, Budget(0, lambda: 0))
    assert one.due(busy, 1) == set(busy)
    for stack in busy:
        one.polled(stack, 4)
    assert one.due(busy, 5) == {"inner"}
    assert one.due(busy, 34) == set(busy)
    one.happened(35)
    assert one.due(busy, 36) == set(busy)


def test_refusals_for_too_many_calls_double_the_pause() -> None:
    """Up to 20 s, and back to the usual as soon as AWS answers again."""
    one = Pace(0, Budget(0, lambda: 0), jitter=lambda: 1.0)
    assert [one.wait(100, throttled=True) for _ in range(5)][-3:] == [20, 20, 20]
    one.happened(100)
    assert one.wait(100, throttled=False) == 1.2
    assert [one.wait(100, throttled=True) for _ in range(3)] == [2.4, 4.8, 9.6]


@pytest.mark.parametrize(
    ("name", "crash"),
    [("FIRST", 0), ("FIRST", 20), ("UPDATE", 0), ("FAILED", 20), ("FAILED", 5), ("LARGE", 0), ("LARGE", 20)],
)
def test_fifty_deployments_stay_within_the_budget(name: str, crash: float) -> None:
    """40 calls of any kind a minute and deployment at most on average; each end is seen within ten seconds or so.

    With a service in progress, whose tasks stop every so many seconds, and with twenty children busy at once.
    """
    server, followers = simulate([name] * AT_ONCE, limit=10_000, crash=crash)
    minutes = sum(follower.end - follower.start for follower in followers) / 60
    assert server.calls / minutes <= CALLS_PER_MINUTE
    assert max(late(followers)) <= 13


def test_a_large_tree_is_told_in_parts_that_are_whole() -> None:
    """All its stacks are read every two minutes at least, however many there are, so that events come in order."""
    _, (follower,) = simulate(["LARGE"], limit=10_000)
    told = [follower.start, *follower.told]
    assert max(then - now for now, then in itertools.pairwise(told)) <= 120


@given(seconds=SECONDS, made=st.integers(min_value=0, max_value=10_000))
def test_the_budget_is_forty_calls_a_minute_from_five_minutes_on(seconds: float, made: int) -> None:
    """Whoever asks only while something is left stays within it; calls from before it began do not count."""
    budget = Budget(100, iter([500, 500 + made]).__next__)
    left = budget.left(100 + seconds)
    if left >= 0 and seconds >= 300:
        assert made / (seconds / 60) <= CALLS_PER_MINUTE


def test_fifty_deployments_do_not_starve() -> None:
    """At an account that allows half of what they would ask for, each one sees its end, and soon."""
    server, followers = simulate(["FIRST", "UPDATE"] * (AT_ONCE // 2), limit=12)
    assert server.refused > 0
    assert max(late(followers)) <= 45
    assert statistics.median(late(followers)) <= 10


def test_one_deployment_is_seen_to_end_soon() -> None:
    """Within two seconds, as the last stacks end one after the other."""
    _, followers = simulate(["FIRST"], limit=10_000)
    assert late(followers)[0] <= 2
