"""Environment variables of the container: their values are written only where they are plainly no secret.

Terraform projects keep passwords and keys in plain environment variables, so that a value is written only where it says
nothing that the rest of the file does not: project, environment, region, an answer of yes or no, or a number like a
port. All others are named, and `--environment-value NAME` writes one. A command that seems to have a secret among its
words is treated likewise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from stacks.adopt.places.graph import items
from stacks.adopt.settings.facts import texts
from stacks.adopt.survey import ABSENT

if TYPE_CHECKING:
    from stacks.adopt.origin import Origin
    from stacks.adopt.survey import Difference

TASK_DEFINITION = "Ecs/TaskDefinition"
NO_SECRET = re.compile(r"\.Secrets\[|RoleArn$|^Volumes")
HIDDEN = "(a value)"
"""In the place of a value."""
PLAIN = frozenset({"", "true", "false", "yes", "no", "on", "off", "0", "1", "none", "null"})
NUMBER = re.compile(r"[0-9]{1,5}")
"""Ports, sizes and seconds; a longer number may be a code."""
SECRET = re.compile(r"PASS|PWD|PIN\b|_PIN|SECRET|TOKEN|KEY|CREDENTIAL|AUTH|OTP|SALT|SIGN", re.IGNORECASE)
"""Names whose values are never written by themselves, whatever they are."""


FILE = re.compile(r"[A-Za-z0-9._/-]+\.(?:py|sh|toml|ya?ml|json|ini|cfg)")
"""A word of a command that names a file, such as `monkey_design.py`, whatever its name speaks of."""
COMMANDS = ("Command", "EntryPoint")
"""Properties of a container in which words can be secrets, too."""


@dataclass(frozen=True, kw_only=True)
class Variables:
    """Those that are written with their values, and the names of those that are not."""

    written: Mapping[str, str] = field(default_factory=dict, repr=False)
    withheld: tuple[str, ...] = ()
    commands: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    """Its `Command` and `EntryPoint`, as far as they may be written."""


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
    words = {name: tuple(texts(container.get(name))) for name in COMMANDS}
    spoken = {name: [word for word in words[name] if not FILE.fullmatch(word)] for name in COMMANDS}
    hidden = [name for name in COMMANDS if seems_secret(spoken[name]) and name not in asked]
    return Variables(
        written=dict(sorted(written.items())),
        withheld=(*hidden, *sorted(withheld)),
        commands={name: found for name, found in words.items() if name not in hidden},
    )


def seems_secret(value: object) -> bool:
    """Whether a text, or one in a list or an object, speaks of something secret."""
    if isinstance(value, Mapping):
        return any(seems_secret(name) or seems_secret(item) for name, item in value.items())
    if isinstance(value, list | tuple):
        return any(map(seems_secret, value))
    return isinstance(value, str) and SECRET.search(value) is not None


def without_secrets(it: Difference) -> Difference:
    """Return a difference without values that seem secret: those of a task definition, and of tags by their names.

    Where ECS reads secrets is none; labels may have any text.
    """
    if it.path == TASK_DEFINITION and not NO_SECRET.search(it.property):
        is_text = ".DockerLabels" in it.property
        hides = is_text or any(seems_secret(value) for value in (it.property, it.state, it.live, it.template))
    else:
        hides = it.property.startswith("Tags[") and seems_secret(it.property)
    if not hides:
        return it
    return replace(it, state=_hidden(it.state), live=_hidden(it.live), template=_hidden(it.template))


def _hidden(value: object) -> object:
    return value if value is ABSENT else HIDDEN


def _is_plain(name: str, value: str, said: set[str]) -> bool:
    if SECRET.search(name):
        return False
    return value in said or value.lower() in PLAIN or NUMBER.fullmatch(value) is not None
