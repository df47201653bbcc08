"""Time zones of scheduled actions: the canonical names of IANA's zones that Joda-Time has.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScheduledAction.html, `Timezone`. Which
names are canonical is IANA's own table (package tzdata), and not what the machine has: there, `localtime`, `Factory`
and names of long ago are zones, too.
"""

from __future__ import annotations

from functools import cache
from importlib import resources

JODAS_OWN = frozenset({"CET", "EET", "EST", "HST", "MET", "MST", "UTC", "WET"})
"""Names that are links in IANA's table by now and zones of their own in Joda-Time."""
NOT_JODAS = frozenset({"Factory"})
"""A zone in IANA's table of which Joda-Time has not the file."""


@cache
def canonical_zones() -> frozenset[str]:
    """The names that are taken: those of a place in some country, and those of fixed distances from UTC."""
    places = (line.split("\t")[2] for line in _lines("zone.tab") if not line.startswith("#"))
    zones = (line.split(" ")[1] for line in _lines("tzdata.zi") if line.startswith("Z "))
    return (frozenset(places) | frozenset(zones) | JODAS_OWN) - NOT_JODAS


@cache
def zone_aliases() -> dict[str, str]:
    """Further names of zones, each with the canonical one: `US/Pacific` is `America/Los_Angeles`."""
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
