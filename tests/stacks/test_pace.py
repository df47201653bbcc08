"""How often CloudFormation is asked, by one deployment and by fifty at once, on a clock of the test's own."""

from __future__ import annotations

import heapq
import random
import statistics
from collections import deque
from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from stacks import pace
from stacks.pace import Pace

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
    """One deployment, begun at `start` and looked at as `Watch` does: what is due, and all where there was news."""

    def __init__(self, timeline: dict[str, list[int]], start: float, seed: int) -> None:
        self.start, self.end = start, start + timeline["root"][-1]
        self.timeline = {name: [start + at for at in times] for name, times in timeline.items()}
        self.pace = Pace(start, jitter=lambda: self.random.uniform(0.8, 1.2))
        self.random = random.Random(seed)  # noqa: S311 - a simulation
        self.read = dict.fromkeys(timeline, 0)
        self.busy = {"root": (), **{name: (name,) for name in timeline if name != "root"}}
        self.seen_end: float | None = None

    def look(self, server: Server, now: float) -> float | None:
        """Give the time of the next look; None when the end was seen."""
        there = {name: path for name, path in self.busy.items() if self._is_busy(name, now)}
        looked: set[str] = set()
        wanted = self.pace.due(there, now)
        while left := wanted - looked:
            for name in sorted(left):
                if not server.allows(now):
                    return now + self.pace.wait(now, throttled=True)
                looked.add(name)
                self.pace.looked(name, now)
                happened = sum(at <= now for at in self.timeline[name])
                if happened > self.read[name]:
                    self.read[name] = happened
                    self.pace.happened(now)
                    wanted = wanted | set(there)
        if self.pace.doubts(now) and not server.allows(now):
            return now + self.pace.wait(now, throttled=True)
        if self.read["root"] == len(self.timeline["root"]):
            self.seen_end = now
            return None
        return now + self.pace.wait(now, throttled=False)

    def _is_busy(self, name: str, now: float) -> bool:
        return self.timeline[name][0] <= now and self.read[name] < len(self.timeline[name])


def simulate(timelines: list[dict[str, list[int]]], limit: int) -> tuple[Server, list[Follower]]:
    """Begin one a fifth of a second, and follow all to their ends."""
    server = Server(limit)
    followers = [Follower(timeline, number / 5, number) for number, timeline in enumerate(timelines)]
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
    """Never none, never longer than 10 s; and a second or so, while things happen."""
    assert 0.05 <= pace.pause(since_start=since_start, quiet=quiet) <= 10
    assert pace.pause(since_start=since_start, quiet=4) <= 1.2


def test_the_pause_backs_off() -> None:
    """About a second after events, ten when nothing has happened for half a minute."""
    assert pace.pause(since_start=300, quiet=0) == 1.2
    assert pace.pause(since_start=300, quiet=10) < 4
    assert pace.pause(since_start=300, quiet=30) == 10


def test_a_short_operation_is_seen_to_end_at_once() -> None:
    """The first looks follow each other quickly."""
    assert pace.pause(since_start=0.1, quiet=0) == 0.05
    assert pace.pause(since_start=4, quiet=0) == 0.25


def test_parents_wait_for_their_children() -> None:
    """While nothing happens only the innermost stacks are asked, and their parents twice a minute."""
    busy = {"root": (), "child": ("Network",), "inner": ("Network", "Zones")}
    one = Pace(0)
    assert one.due(busy, 1) == set(busy)
    for stack in busy:
        one.looked(stack, 4)
    assert one.due(busy, 5) == {"inner"}
    assert one.due(busy, 34) == set(busy)
    one.happened(35)
    assert one.due(busy, 36) == set(busy)


def test_refusals_for_too_many_calls_double_the_pause() -> None:
    """Up to 20 s, and back to the usual as soon as AWS answers again."""
    one = Pace(0, jitter=lambda: 1.0)
    assert [one.wait(100, throttled=True) for _ in range(5)][-3:] == [20, 20, 20]
    one.happened(100)
    assert one.wait(100, throttled=False) == 1.2
    assert [one.wait(100, throttled=True) for _ in range(3)] == [2.4, 4.8, 9.6]


def test_fifty_deployments_stay_within_the_budget() -> None:
    """40 calls a minute and deployment at most on average, and each end is seen within ten seconds or so."""
    for timeline in (FIRST, UPDATE):
        server, followers = simulate([timeline] * AT_ONCE, limit=10_000)
        minutes = sum(follower.end - follower.start for follower in followers) / 60
        assert server.calls / minutes <= CALLS_PER_MINUTE
        assert max(late(followers)) <= 12


def test_fifty_deployments_do_not_starve() -> None:
    """At an account that allows half of what they would ask for, each one sees its end, and soon."""
    server, followers = simulate([FIRST, UPDATE] * (AT_ONCE // 2), limit=12)
    assert server.refused > 0
    assert max(late(followers)) <= 45
    assert statistics.median(late(followers)) <= 10


def test_one_deployment_is_seen_to_end_soon() -> None:
    """Within two seconds, as the last stacks end one after the other."""
    _, followers = simulate([FIRST], limit=10_000)
    assert late(followers)[0] <= 2
