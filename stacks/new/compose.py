"""A Compose file: the command and the port of the one service that it builds.

https://docs.docker.com/reference/compose-file/services/
"""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from stacks.new.clues import Clue

if TYPE_CHECKING:
    from stacks.new.sources import Sources

FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""In the order in which Compose looks for them."""
_PORT = re.compile(r"(?:.*:)?([0-9]{1,5})(?:/tcp)?")
"""`[HOST:]CONTAINER[/PROTOCOL]`."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """What a Compose file says of the app."""

    command: Clue[tuple[str, ...]] | None = None
    port: Clue[int] | None = None
    """The port in the container of the first one that is published."""


def service(sources: Sources) -> Service:
    """Return the service that is built here, where there is one; a file that is no YAML says nothing.

    Raises UserError for a file that cannot be read.
    """
    file = next((name for name in FILES if sources.has(name)), None)
    try:
        document: Any = yaml.load(sources.text(file) or "", Loader=yaml.BaseLoader) if file else None  # noqa: S506 - it makes texts, lists and maps alone
    except (yaml.YAMLError, RecursionError):
        return Service()
    services = document.get("services") if isinstance(document, dict) else None
    built = {
        name: it
        for name, it in (services.items() if isinstance(services, dict) else ())
        if isinstance(it, dict) and "build" in it
    }
    if len(built) != 1:
        return Service()
    ((name, it),) = built.items()
    at = f"{file}: services.{name}"
    return Service(command=_command(it.get("command"), f"{at}.command"), port=_port(it.get("ports"), f"{at}.ports"))


def _command(value: Any, why: str) -> Clue[tuple[str, ...]] | None:  # noqa: ANN401 - any YAML
    """Return the words of a command, which no shell reads."""
    try:
        words = shlex.split(value) if isinstance(value, str) else value
    except ValueError:  # a quote that does not end
        return None
    is_list = isinstance(words, list) and words and all(isinstance(word, str) for word in words)
    return Clue(value=tuple(words), why=why) if is_list else None


def _port(value: Any, why: str) -> Clue[int] | None:  # noqa: ANN401 - any YAML
    first = value[0] if isinstance(value, list) and value else None
    found = _PORT.fullmatch(str(first.get("target") if isinstance(first, dict) else first))
    return Clue(value=int(found[1]), why=why) if found else None
