"""How many tasks run, and on what: within the limits of autoscaling and its schedules, on average of a year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stacks.cost.amounts import NOTHING, Amount
from stacks.cost.calendar import occurrences

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

YEAR = timedelta(days=365)
LOOK_BACK = (1, 8, 32, 366)
"""Days before the start in which the last time of a schedule is looked for: a daily one is found in the first."""
SPOT = "FARGATE_SPOT"


@dataclass(frozen=True, kw_only=True)
class Span:
    """The part of a year in which two limits hold; `share` of all spans together is 1."""

    share: Decimal
    low: Decimal
    high: Decimal


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """Tasks on demand and on Spot, on average; `spans` are the limits they are counted by."""

    on_demand: Amount
    spot: Amount
    spans: tuple[Span, ...]

    @property
    def all(self) -> Amount:
        """All tasks."""
        return self.on_demand.plus(self.spot)


def split(tasks: Decimal, strategy: Iterable[Mapping[str, Any]]) -> tuple[Decimal, Decimal]:
    """Return how many tasks run on demand and how many on Spot, by the service's capacity provider strategy.

    First the bases, then the rest by the weights
    (https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-capacity-providers.html). On average, so that
    the parts need not be whole. A service without a strategy runs on demand.
    """
    placed, weights = {False: Decimal(0), True: Decimal(0)}, {False: Decimal(0), True: Decimal(0)}
    left = tasks
    for item in strategy:
        is_spot = item.get("CapacityProvider") == SPOT
        base = min(left, Decimal(str(item.get("Base", 0))))
        placed[is_spot] += base
        weights[is_spot] += Decimal(str(item.get("Weight", 0)))
        left -= base
    total = weights[False] + weights[True]
    spot = left * weights[True] / total if total else Decimal(0)
    return placed[False] + left - spot, placed[True] + spot


def counted_tasks(spans: Sequence[Span], expected: Decimal, strategy: Sequence[Mapping[str, Any]]) -> Tasks:
    """Return the tasks that run on average: at the low limits, at the high ones, and as many as expected between."""
    on_demand, spot = NOTHING, NOTHING
    for span in spans:
        within = min(max(expected, span.low), span.high)
        smallest, middle, largest = (split(it, strategy) for it in (span.low, within, span.high))
        on_demand = on_demand.plus(
            Amount(smallest=smallest[0], expected=middle[0], largest=largest[0]).times(span.share)
        )
        spot = spot.plus(Amount(smallest=smallest[1], expected=middle[1], largest=largest[1]).times(span.share))
    return Tasks(on_demand=on_demand, spot=spot, spans=tuple(spans))


def spans_of(
    low: Decimal, high: Decimal, actions: Sequence[Mapping[str, Any]], *, start: datetime | None = None
) -> tuple[Span, ...]:
    """Return the limits of the year from `start` on, with the share of it in which they hold.

    `actions` are the `ScheduledActions` of a scalable target. They change the limits when they come, as Application
    Auto Scaling does. At the start, those of the last `cron` hold, whatever the hour and the day at which one asks;
    without any, `low` and `high`.
    """
    start = start or datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    end = start + YEAR
    changes = sorted(
        (
            (at, index, action["ScalableTargetAction"])
            for index, action in enumerate(actions)
            for at in _times(action, start, end)
        ),
        key=lambda it: it[:2],
    )
    low, high = _changed(low, high, _last_limits(actions, start))
    shares: dict[tuple[Decimal, Decimal], timedelta] = {}
    since = start
    for at, _, limits in changes:
        shares[low, high] = shares.get((low, high), timedelta()) + (at - since)
        low, high = _changed(low, high, [limits])
        since = at
    shares[low, high] = shares.get((low, high), timedelta()) + (end - since)
    year = Decimal(int(YEAR.total_seconds()))
    return tuple(
        Span(share=Decimal(int(lasts.total_seconds())) / year, low=limits[0], high=limits[1])
        for limits, lasts in shares.items()
        if lasts
    )


def _last_limits(actions: Sequence[Mapping[str, Any]], start: datetime) -> list[Mapping[str, Any]]:
    """Return the limits of the last time of each `cron` before the start, in the order in which they came."""
    found: list[tuple[datetime, int, Mapping[str, Any]]] = []
    for index, action in enumerate(actions):
        if not str(action["Schedule"]).startswith("cron"):  # at comes once, and a rate counts from the start
            continue
        for days in LOOK_BACK:
            if times := list(_times(action, start - timedelta(days=days), start)):
                found.append((times[-1], index, action["ScalableTargetAction"]))
                break
    return [limits for _, _, limits in sorted(found, key=lambda it: it[:2])]


def _changed(low: Decimal, high: Decimal, several: Iterable[Mapping[str, Any]]) -> tuple[Decimal, Decimal]:
    """Return two limits after these changes, each of which may leave one as it is."""
    for limits in several:
        low, high = (Decimal(str(limits.get(key, it))) for key, it in (("MinCapacity", low), ("MaxCapacity", high)))
    return low, high


def _times(action: Mapping[str, Any], start: datetime, end: datetime) -> Iterable[datetime]:
    return occurrences(str(action["Schedule"]), str(action.get("Timezone", "UTC")), start, end)
