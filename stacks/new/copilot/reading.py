"""Reads a manifest, value by value, into settings and notes."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.settings.written import Written

if TYPE_CHECKING:
    from stacks.new.copilot.manifests import Manifest

SECONDS = {"s": 1, "m": 60, "h": 3600}
OWN_VARIABLES = re.compile(r"\$\{(COPILOT_\w+)\}")
"""Variables that Copilot fills into a manifest."""


@dataclass
class Taken:
    """What of a manifest is taken over."""

    settings: list[Written] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    """Variables whose values ECS reads: the name of a parameter of SSM, or `secretsmanager:NAME`."""
    alias: str | None = None
    """The first domain name of the service."""
    hosted_zone: str | None = None


class Reading:
    """Reads one manifest."""

    def __init__(self, manifest: Manifest, names: dict[str, str]) -> None:
        self.manifest = manifest
        self._names = names
        self.found = Taken()

    def set(self, key: str, value: Any, at: str) -> None:  # noqa: ANN401 - any setting
        """Take a value that is at a path of the manifest."""
        comment = f"{self.manifest.file}: {at}"
        self.found.settings.append(Written(key=tuple(key.split(".")), value=value, comment=comment))

    def note(self, at: str, text: str) -> None:
        """Say what happens to the value at a path."""
        self.found.notes.append(f"{self.manifest.file}: {at}: {text}")

    def numbers(self, *rows: tuple[str, tuple[str, ...], Any]) -> None:
        """Take numbers, by key, path in the manifest and reader."""
        for key, path, read in rows:
            value = self.manifest.at(*path)
            if value is not None and (found := read(value)) is not None:
                self.set(key, found, ".".join(path))

    def filled(self, text: str) -> str:
        """Return a text with the names that Copilot fills in; other variables are of the shell that deploys."""
        return OWN_VARIABLES.sub(lambda found: self._names.get(found[1], found[0]), text)


def number(value: Any) -> int | None:  # noqa: ANN401 - any YAML
    """Return the whole number that is written, or None."""
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value) else None


def seconds(value: Any) -> int | None:  # noqa: ANN401 - any YAML
    """Return the seconds of a duration such as `60s` or `1m30s`, or None."""
    if not isinstance(value, str) or not re.fullmatch(r"(?:[0-9]{1,6}[smh])+", value):
        return None
    return sum(int(amount) * SECONDS[unit] for amount, unit in re.findall(r"([0-9]+)([smh])", value))
