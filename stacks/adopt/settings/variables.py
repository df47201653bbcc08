"""Environment variables of the container: their values are written only where they are plainly no secret.

Terraform projects keep passwords and keys in plain environment variables, so that a value is written only where it says
nothing that the rest of the file does not: project, environment, region, an answer of yes or no, or a number like a
port. All others are named, and `--environment-value NAME` writes one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.adopt.places.graph import items

if TYPE_CHECKING:
    from stacks.adopt.origin import Origin

PLAIN = frozenset({"", "true", "false", "yes", "no", "on", "off", "0", "1", "none", "null"})
NUMBER = re.compile(r"[0-9]{1,5}")
"""Ports, sizes and seconds; a longer number may be a code."""
SECRET = re.compile(r"PASS|PWD|PIN\b|_PIN|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|OTP|SALT|SIGN", re.IGNORECASE)
"""Names whose values are never written by themselves, whatever they are."""


@dataclass(frozen=True, kw_only=True)
class Variables:
    """Those that are written with their values, and the names of those that are not."""

    written: Mapping[str, str] = field(default_factory=dict, repr=False)
    withheld: tuple[str, ...] = ()


def sort_variables(container: Mapping[str, Any], origin: Origin, environment: str, asked: frozenset[str]) -> Variables:
    """Return the variables of a container, apart by whether their values may be written.

    `asked` are those whose values are written whatever they are. One of which no value is known is never written.
    """
    said = {origin.project, origin.application, origin.environment, origin.region, environment} - {""}
    written: dict[str, str] = {}
    withheld: list[str] = []
    for it in items(container.get("Environment")):
        name, value = str(it.get("Name")), it.get("Value")
        if isinstance(value, str) and (name in asked or _is_plain(name, value, said)):
            written[name] = value
        else:
            withheld.append(name)
    return Variables(written=dict(sorted(written.items())), withheld=tuple(sorted(withheld)))


def _is_plain(name: str, value: str, said: set[str]) -> bool:
    if SECRET.search(name):
        return False
    return value in said or value.lower() in PLAIN or NUMBER.fullmatch(value) is not None
