"""Time zones of scheduled actions: the canonical names of IANA that Joda-Time knows.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html, `Timezone`. The
package tzdata has IANA's own table of canonical names. The zones of the machine do not count: they also have
`localtime`, `Factory` and obsolete names.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

JODA_ONLY = frozenset({"CET", "EET", "EST", "HST", "MET", "MST", "UTC", "WET"})
"""Names that are links in IANA's table by now and zones of their own in Joda-Time."""
NOT_IN_JODA = frozenset({"Factory"})
"""Zones of IANA's table that Joda-Time does not have."""


@cache
def canonical_zones() -> frozenset[str]:
    """Return the accepted names: of places, and of fixed offsets from UTC."""
    places = (line.split("\t")[2] for line in _lines("zone.tab") if not line.startswith("#"))
    zones = (line.split(" ")[1] for line in _lines("tzdata.zi") if line.startswith("Z "))
    return (frozenset(places) | frozenset(zones) | JODA_ONLY) - NOT_IN_JODA


@cache
def zone_aliases() -> dict[str, str]:
    """Return the other names of zones with their canonical ones: `US/Pacific` is `America/Los_Angeles`."""
    links = {alias: name for kind, name, alias in map(_link, _lines("tzdata.zi")) if kind == "L"}
    return {alias: _meant(name) for alias, name in links.items() if alias not in canonical_zones()}


def _meant(name: str) -> str:
    return "UTC" if name == "Etc/UTC" else name


def _link(line: str) -> tuple[str, str, str]:
    kind, name, *rest = [*line.split(" "), "", ""]
    return kind, name, rest[0]


def _lines(name: str) -> list[str]:
    file = resources.files("tzdata") / "zoneinfo" / name
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line]
