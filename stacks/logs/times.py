"""Points in time as people write them: `5m`, `2h`, `1d`, or ISO 8601."""

from __future__ import annotations

import datetime as dt
import re

AGO = re.compile(r"(?P<number>\d{1,6})(?P<unit>[smhdw])")
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
FORMS = "5m, 2h, 1d, or a time such as 2026-11-30T14:05 (local) or 2026-11-30T14:05Z"


def parse_time(text: str, now: dt.datetime) -> dt.datetime:
    """Return the time; `5m` is so long before `now`, and a time without a zone is local.

    Raises ValueError for anything else.
    """
    try:
        if found := AGO.fullmatch(text):
            return now - dt.timedelta(**{UNITS[found["unit"]]: int(found["number"])})
        return dt.datetime.fromisoformat(text).astimezone(dt.UTC)
    except (ValueError, OverflowError):  # such as a year before the first
        raise ValueError(f"{text!r} is no time: {FORMS}") from None


def milliseconds(time: dt.datetime) -> int:
    """Return milliseconds since 1970, as CloudWatch Logs counts."""
    return int(time.timestamp() * 1000)
