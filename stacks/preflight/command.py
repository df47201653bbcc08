"""The image's own command says nothing else than the settings: a flag of Streamlit's wins over its variable.

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
"""Under which the container reaches itself, and the load balancer does not reach it."""
SETTINGS = {"port": "container_port", "baseUrlPath": "base_url_path"}


def check_command(contents: Contents, settings: Settings, tag: str) -> str:
    """Raise UserError where the load balancer would ask in vain; give what to say where that is not known, or "".

    Only what the command itself says is seen: not a script that it starts, and not a variable of the shell.
    """
    try:
        config = _of_the_tasks(contents, settings).get("config") or {}
    except UnknownError as reason:
        return _unknown(settings, tag, f"because {reason}")
    variables = _variables(config, settings)
    given = {name: _filled(value, variables) for name, value in _flags(config)}
    if any("$" in value for value in given.values()):
        return _unknown(settings, tag, "because a variable of its shell is in it")
    _refuse(settings, tag, given)
    return ""


def _refuse(settings: Settings, tag: str, given: Mapping[str, str]) -> None:
    """Raise UserError for a flag that is not what the settings say."""
    network = settings.network
    wanted = {"port": str(network.container_port), "baseUrlPath": network.base_url_path}
    for name, value in given.items():
        if name == "address" and value in OWN_ADDRESSES:
            why = f"its command has --server.address={value}, where only the container itself reaches Streamlit"
            raise UserError(f"image {tag}", why, "Take the flag out of the image's command, or make it 0.0.0.0.")
        if name in wanted and value.strip("/") != wanted[name]:
            key = SETTINGS[name]
            said = f"{wanted[name]!r}" if name == "baseUrlPath" else wanted[name]
            why = f"its command has --server.{name}={value}, which wins over [network] {key}: {said}"
            raise UserError(f"image {tag}", why, f"Take the flag out of the image's command, or set {key} to this.")


def _unknown(settings: Settings, tag: str, reason: str) -> str:
    """Said where the settings are not Streamlit's own: an image that sets nothing fits the others."""
    network = settings.network
    if network.container_port == type(network).model_fields["container_port"].default and not network.base_url_path:
        return ""
    where = f"port {network.container_port}" + (f" below /{network.base_url_path}" if network.base_url_path else "")
    return (
        f"Image {tag}: whether its command has flags of Streamlit's is not known, {reason}; it must answer on {where}"
    )


def _of_the_tasks(contents: Contents, settings: Settings) -> Mapping[str, Any]:
    """Return the configuration of the image that the tasks pull: of an index, the one for their processor."""
    manifest = contents.manifest
    if "manifests" not in manifest:
        return contents.configuration()
    wanted = architecture.IMAGE_NAMES[settings.ecs.architecture]
    fitting = (it for it in manifest["manifests"] if architecture.platform_name(it.get("platform") or {}) == wanted)
    if (entry := next(fitting, None)) is None:
        raise UnknownError("its index does not name it")
    return contents.configuration(entry["digest"])


def _flags(config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Streamlit's flags with their values, in the order in which the last one counts."""
    words = [word for text in (*(config.get("Entrypoint") or ()), *(config.get("Cmd") or ())) for word in _words(text)]
    for index, word in enumerate(words):
        if found := FLAG.fullmatch(word):
            following = "".join(words[index + 1 : index + 2])
            yield found["name"], following if found["value"] is None else found["value"]


def _variables(config: Mapping[str, Any], settings: Settings) -> dict[str, str]:
    """Variables of the container: the image's, and those that the task sets over them."""
    own = dict(text.partition("=")[::2] for text in config.get("Env") or ())
    return own | {**settings.ecs.environment, "STREAMLIT_SERVER_PORT": str(settings.network.container_port)}


def _filled(value: str, variables: Mapping[str, str]) -> str:
    """Return the value as a shell fills it in; a variable that nobody sets stays as it is written."""

    def fill(found: re.Match[str]) -> str:
        return variables.get(found["name"] or found["braced"], found["otherwise"] or found[0])

    return re.sub(r"\$(?:(?P<name>\w+)|\{(?P<braced>\w+)(?::-(?P<otherwise>[^}]*))?\})", fill, value)


def _words(text: str) -> list[str]:
    """Return one word, or those of a line for a shell."""
    if not re.search(r"\s", text):
        return [text]
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
