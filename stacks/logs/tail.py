"""What is written from now on: the log is read again and again, each time a little further back than the last time.

Events become readable some seconds after they were written, and not in the order in which they were. So each look
begins `LATE` seconds before AWS's time of the look before, and what was seen is known by its id. Live Tail, which
pushes events, is paid by the minute, and has nothing from before it began.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from stacks.aws.errors import ClientError, error_code, is_throttled
from stacks.logs.reading import MISSING, read_pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from stacks.aws.session import Aws
    from stacks.logs.events import LogEvent
    from stacks.logs.reading import Wanted

LATE, LEAST_LATE = 120.0, 10.0
"""Seconds that an event may arrive late and still be shown; the least of them where a lot is written."""
REJOIN = 600_000
"""Milliseconds before now from which on a tail begins after all that was written before has been read: more than
`LATE`, because the clock here may be ahead of AWS's."""
MANY = 3
"""Pages of one look from which on the next ones go less far back: FilterLogEvents has 5 requests a second in an
account and Region (https://repost.aws/knowledge-center/cloudwatch-logs-throttling)."""
FIRST_PAUSE, LONGEST_PAUSE, GROWTH = 1.0, 5.0, 1.5
"""Seconds between two looks: after something new, at most, and the factor while nothing is new."""
LONGEST_THROTTLED = 30.0


class Tail:
    """The events of a log that are new at each `poll`; `pause` are the seconds until the next one.

    `warn` is called where AWS throttles, and once more when it is over. A log group or stream that is not there (yet)
    has no events.
    """

    def __init__(self, aws: Aws, wanted: Wanted, *, warn: Callable[[str], None], seen: Iterable[LogEvent] = ()) -> None:
        self._aws = aws
        self._wanted = wanted
        self._warn = warn
        self._seen = {it.id: it.time for it in seen}
        self._late = LATE
        self._throttled = False
        self.pause = FIRST_PAUSE

    def poll(self) -> list[LogEvent]:
        """Return the events that no poll has returned before, by time.

        Raises botocore's errors, but for those of throttling: then there is a longer pause.
        """
        try:
            new = self._look()
        except ClientError as error:
            if error_code(error) == MISSING:
                new = []
            elif is_throttled(error):
                self._slow_down()
                return []
            else:
                raise
        if self._throttled:
            self._throttled = False
            self._warn("CloudWatch Logs answers again.")
        self.pause = FIRST_PAUSE if new else min(self.pause * GROWTH, LONGEST_PAUSE)
        return sorted(new, key=lambda it: it.time)

    def _look(self) -> list[LogEvent]:
        found: list[LogEvent] = []
        pages, clock = 0, None
        for page in read_pages(self._aws, self._wanted):
            pages, clock = pages + 1, clock or page.clock
            found += page.events
        new = list({it.id: it for it in found if it.id not in self._seen}.values())
        self._seen |= {it.id: it.time for it in new}
        self._late = max(self._late / 2, LEAST_LATE) if pages > MANY else min(self._late * 2, LATE)
        self._go_on(clock or int(time.time() * 1000))
        return new

    def _go_on(self, clock: int) -> None:
        """Let the next look begin a little before this one's time, and forget what is older."""
        start = max(self._wanted.start, clock - int(self._late * 1000))
        self._wanted = replace(self._wanted, start=start)
        self._seen = {key: at for key, at in self._seen.items() if at >= start}

    def _slow_down(self) -> None:
        if not self._throttled:
            self._warn("CloudWatch Logs says that there are too many requests: what is new comes later.")
        self._throttled = True
        self.pause = min(self.pause * 2, LONGEST_THROTTLED)
