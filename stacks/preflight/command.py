"""The container's command does not contradict the settings: the load balancer finds what it starts."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from stacks.preflight import streamlit_flags, web_servers
from stacks.preflight.configuration import UnknownError
from stacks.preflight.started import read_started

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.preflight.contents import Contents
    from stacks.preflight.started import Started
    from stacks.settings import Settings


class Check(NamedTuple):
    """How the commands of a framework are checked, and what is noted where one cannot be read."""

    check: Callable[[Started, Settings, str], str]
    unknown: Callable[[Settings, str, str], str]


CHECKS = MappingProxyType(
    {
        "streamlit": Check(streamlit_flags.check, streamlit_flags.unknown),
        "web": Check(web_servers.check, web_servers.unknown),
    }
)
"""By framework."""


def check_command(contents: Contents, settings: Settings, tag: str) -> str:
    """Raise UserError if the command hides the app from the load balancer.

    Returns a note where that is not known, or "".
    """
    check, unknown = CHECKS[settings.app.framework]
    try:
        started = read_started(contents, settings)
    except UnknownError as reason:
        return unknown(settings, tag, f"because {reason}")
    return check(started, settings, tag)
