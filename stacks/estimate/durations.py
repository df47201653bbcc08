"""How long resources typically take on AWS, in seconds.

Source: the estimator of the rain CLI, `internal/cmd/forecast/estimate.go` ("historical averages"). It has no
deletions and imports: half the time of a creation, and 1 s, are assumed. A nested stack takes as long as its resources.
"""

from __future__ import annotations

from typing import Literal

from templates.resource_types import record

Action = Literal["create", "update", "replace", "delete", "import"]


_OTHERS = (2.0, 1.0)
_IMPORT = AT_ONCE = 1.0


def expected_seconds(resource_type: str, action: Action) -> float | None:
    """Typical seconds, or None for a type whose record has none. A replacement takes what creating takes."""
    found = record(resource_type).seconds
    return None if found is None else _seconds(found, action)


def assumed_seconds(resource_type: str, action: Action) -> float:
    """Return the same, with an assumption for other types: 2 s to create, 1 s to update or delete."""
    return _seconds(record(resource_type).seconds or _OTHERS, action)


def _seconds(found: tuple[float, float], action: Action) -> float:
    create, update = found
    match action:
        case "create" | "replace":
            return create
        case "update":
            return update
        case "import":
            return _IMPORT
        case "delete":
            return create / 2
