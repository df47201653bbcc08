"""Flags in a command that starts Streamlit: each takes precedence over its variable.

https://docs.streamlit.io/develop/concepts/configuration/options
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stacks.errors import UserError
from stacks.preflight.started import wording
from stacks.preflight.web_servers import find_server
from templates.profiles import STREAMLIT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from stacks.preflight.started import Started
    from stacks.settings import Settings

FLAG = re.compile(r"--server\.(?P<name>port|baseUrlPath|address)(?:=(?P<value>.*))?")
OWN_ADDRESSES = frozenset({"localhost", "127.0.0.1", "::1"})
"""Loopback addresses, which the load balancer cannot reach."""
SETTINGS = {"port": "container_port", "baseUrlPath": "base_url_path"}


def check(started: Started, settings: Settings, tag: str) -> str:
    """Raise UserError for a flag that differs from the settings; return a note if one is not known, or ""."""
    given = {name: started.expanded(value) for name, value in _flags(started.words)}
    if any("$" in value for value in given.values()):
        return unknown(settings, tag, "because a variable of its shell is in it")
    _refuse(settings, tag, given)
    program, _ = find_server(started.words)
    if program and program != STREAMLIT.framework:
        what = wording(settings, tag).what.replace("image", "Image", 1)
        return f'{what} starts {program}: unless that serves Streamlit, say [app] framework = "web"'
    return ""


def unknown(settings: Settings, tag: str, reason: str) -> str:
    """Return a note, unless the settings are Streamlit's defaults, which an image without flags matches."""
    network = settings.network
    if network.container_port == STREAMLIT.port and not network.base_url_path:
        return ""
    where = f"port {network.container_port}" + (f" below /{network.base_url_path}" if network.base_url_path else "")
    return (
        f"Image {tag}: whether its command has flags of Streamlit's is not known, {reason}; it must answer on {where}"
    )


def _refuse(settings: Settings, tag: str, given: Mapping[str, str]) -> None:
    network, words = settings.network, wording(settings, tag)
    remove = "Remove the flag" + ("" if words.what == "ecs.command" else f" from {words.command}")
    expected = {"port": str(network.container_port), "baseUrlPath": network.base_url_path}
    for name, value in given.items():
        if name == "address" and value in OWN_ADDRESSES:
            why = f"{words.has} --server.address={value}, where only the container itself reaches Streamlit"
            raise UserError(words.what, why, f"{remove}, or set it to 0.0.0.0.")
        if name in expected and value.strip("/") != expected[name]:
            key = SETTINGS[name]
            setting = f"{expected[name]!r}" if name == "baseUrlPath" else expected[name]
            why = f"{words.has} --server.{name}={value}, which wins over [network] {key}: {setting}"
            raise UserError(words.what, why, f"{remove}, or set {key} to this.")


def _flags(words: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Yield Streamlit's flags with their values; the last one of a name takes effect."""
    for index, word in enumerate(words):
        if found := FLAG.fullmatch(word):
            following = "".join(words[index + 1 : index + 2])
            yield found["name"], following if found["value"] is None else found["value"]
