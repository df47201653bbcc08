"""The container's command does not contradict the settings: a Streamlit flag takes precedence over its variable.

https://docs.streamlit.io/develop/concepts/configuration/options
"""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

from stacks.errors import UserError
from stacks.preflight import architecture
from stacks.preflight.configuration import UnknownError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.preflight.contents import Contents
    from stacks.settings import Settings

FLAG = re.compile(r"--server\.(?P<name>port|baseUrlPath|address)(?:=(?P<value>.*))?")
OWN_ADDRESSES = frozenset({"localhost", "127.0.0.1", "::1"})
"""Loopback addresses, which the load balancer cannot reach."""
SETTINGS = {"port": "container_port", "baseUrlPath": "base_url_path"}


def check_command(contents: Contents, settings: Settings, tag: str) -> str:
    """Raise UserError if a flag hides Streamlit from the load balancer; return a note if that is not known, or "".

    Only the command itself is read: no script that it starts, and no variable of the shell.
    """
    if settings.app.framework != "streamlit":
        return ""
    try:
        config = _task_configuration(contents, settings).get("config") or {}
    except UnknownError as reason:
        return _unknown(settings, tag, f"because {reason}")
    variables = _variables(config, settings)
    given = {name: _expanded(value, variables) for name, value in _flags(_command(config, settings))}
    if any("$" in value for value in given.values()):
        return _unknown(settings, tag, "because a variable of its shell is in it")
    _refuse(settings, tag, given)
    return ""


def _command(config: Mapping[str, Any], settings: Settings) -> tuple[str, ...]:
    """Return the words of entry point and command: those of the settings replace the image's.

    An entry point takes the image's command with it, as with `docker run --entrypoint`.
    """
    entry_point, command = settings.ecs.entry_point, settings.ecs.command
    if entry_point or command:
        return (*(entry_point or config.get("Entrypoint") or ()), *command)
    return (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ()))


def _refuse(settings: Settings, tag: str, given: Mapping[str, str]) -> None:
    """Raise UserError for a flag that differs from the settings."""
    network = settings.network
    own = settings.ecs.entry_point or settings.ecs.command
    what, has = ("ecs.command", "it has") if own else (f"image {tag}", "its command has")
    remove = "Remove the flag" if own else "Remove the flag from the image's command"
    expected = {"port": str(network.container_port), "baseUrlPath": network.base_url_path}
    for name, value in given.items():
        if name == "address" and value in OWN_ADDRESSES:
            why = f"{has} --server.address={value}, where only the container itself reaches Streamlit"
            raise UserError(what, why, f"{remove}, or set it to 0.0.0.0.")
        if name in expected and value.strip("/") != expected[name]:
            key = SETTINGS[name]
            setting = f"{expected[name]!r}" if name == "baseUrlPath" else expected[name]
            why = f"{has} --server.{name}={value}, which wins over [network] {key}: {setting}"
            raise UserError(what, why, f"{remove}, or set {key} to this.")


def _unknown(settings: Settings, tag: str, reason: str) -> str:
    """Return a note, unless the settings are Streamlit's defaults, which an image without flags matches."""
    network = settings.network
    if network.container_port == type(network).model_fields["container_port"].default and not network.base_url_path:
        return ""
    where = f"port {network.container_port}" + (f" below /{network.base_url_path}" if network.base_url_path else "")
    return (
        f"Image {tag}: whether its command has flags of Streamlit's is not known, {reason}; it must answer on {where}"
    )


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


def _flags(command: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield Streamlit's flags with their values; the last one of a name takes effect."""
    words = [word for text in command for word in _words(text)]
    for index, word in enumerate(words):
        if found := FLAG.fullmatch(word):
            following = "".join(words[index + 1 : index + 2])
            yield found["name"], following if found["value"] is None else found["value"]


def _variables(config: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    """Return the environment variables of the container: the image's, overridden by the task's."""
    own = dict(text.partition("=")[::2] for text in config.get("Env") or ())
    port = {"STREAMLIT_SERVER_PORT": str(settings.network.container_port)} if settings.ecs.streamlit_options else {}
    return own | {**settings.ecs.environment, **port}


def _expanded(value: str, variables: Mapping[str, str]) -> str:
    """Return the value with its variables expanded; an unset variable stays as it is."""

    def expand(found: re.Match[str]) -> str:
        return variables.get(found["name"] or found["braced"], found["otherwise"] or found[0])

    return re.sub(r"\$(?:(?P<name>\w+)|\{(?P<braced>\w+)(?::-(?P<otherwise>[^}]*))?\})", expand, value)


def _words(text: str) -> list[str]:
    """Return one word, or the words of a shell command line."""
    if not re.search(r"\s", text):
        return [text]
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
