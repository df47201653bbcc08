"""What a container starts: entry point, command and variables of its image, as the settings override them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from stacks.preflight import architecture
from stacks.preflight.configuration import UnknownError
from templates.profiles import PORT

if TYPE_CHECKING:
    from stacks.preflight.contents import Contents
    from stacks.settings import Settings

_TCP = re.compile(r"(?P<port>[0-9]+)(?:/tcp)?")
"""A port in a configuration's `ExposedPorts`; TCP unless it says otherwise
(https://github.com/opencontainers/image-spec/blob/main/config.md#properties)."""


@dataclass(frozen=True, kw_only=True)
class Started:
    """What the application's container starts."""

    words: tuple[str, ...] = field(repr=False)
    """Entry point and command; the line for a shell as its words."""
    variables: Mapping[str, str] = field(repr=False)
    """Its environment variables, as far as they are known."""
    exposed: tuple[int, ...]
    """TCP ports that the image exposes, sorted."""

    def expanded(self, text: str) -> str:
        """Return a text with the container's variables expanded; an unset variable stays as it is."""

        def expand(found: re.Match[str]) -> str:
            return self.variables.get(found["name"] or found["braced"], found["otherwise"] or found[0])

        return re.sub(r"\$(?:(?P<name>\w+)|\{(?P<braced>\w+)(?::-(?P<otherwise>[^}]*))?\})", expand, text)


@dataclass(frozen=True, kw_only=True)
class Wording:
    """How messages name the command, what it has and what to do with it: the settings' or the image's."""

    what: str
    has: str
    command: str


def read_started(contents: Contents, settings: Settings) -> Started:
    """Return what the container starts. Raises UnknownError.

    Only the command itself is read: no script that it starts, and no variable of the shell.
    """
    config = _task_configuration(contents, settings).get("config") or {}
    exposed = (_TCP.fullmatch(name) for name in config.get("ExposedPorts") or {})
    return Started(
        words=tuple(word for text in _command(config, settings) for word in _words(text)),
        variables=_variables(config, settings),
        exposed=tuple(sorted(int(found["port"]) for found in exposed if found)),
    )


def wording(settings: Settings, tag: str) -> Wording:
    """Return the words for the command that counts."""
    if settings.ecs.entry_point or settings.ecs.command:
        return Wording(what="ecs.command", has="it has", command="the command")
    return Wording(what=f"image {tag}", has="its command has", command="the image's command")


def _command(config: Mapping[str, Any], settings: Settings) -> tuple[str, ...]:
    """Return entry point and command: those of the settings replace the image's.

    An entry point takes the image's command with it, as with `docker run --entrypoint`.
    """
    entry_point, command = settings.ecs.entry_point, settings.ecs.command
    if entry_point or command:
        return (*(entry_point or config.get("Entrypoint") or ()), *command)
    return (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ()))


def _task_configuration(contents: Contents, settings: Settings) -> Mapping[str, Any]:
    """Return the configuration of the image that the tasks pull: in an index, that of their architecture."""
    manifest = contents.manifest
    if "manifests" not in manifest:
        return contents.configuration()
    needed = architecture.IMAGE_NAMES[settings.ecs.architecture]
    matching = (it for it in manifest["manifests"] if architecture.platform_name(it.get("platform") or {}) == needed)
    if (entry := next(matching, None)) is None:
        raise UnknownError("its index does not name it")
    return contents.configuration(entry["digest"])


def _variables(config: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    """Return the environment variables of the container: the image's, overridden by the task's."""
    own = dict(text.partition("=")[::2] for text in config.get("Env") or ())
    options = settings.profile.options if settings.ecs.streamlit_options else ()
    names = [it.name for it in options if it.value == PORT]
    if settings.ecs.port_variable:
        names.append(settings.ecs.port_variable)
    return own | {**settings.ecs.environment, **dict.fromkeys(names, str(settings.network.container_port))}


def _words(text: str) -> list[str]:
    """Return one word, or the words of a shell command line."""
    if not re.search(r"\s", text):
        return [text]
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
