"""The settings `[app]`."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from templates.profiles.streamlit import STREAMLIT
from templates.profiles.web import WEB
from templates.section import Section

if TYPE_CHECKING:
    from collections.abc import Mapping

    from templates.profiles.profile import Profile

PROFILES: Mapping[str, Profile] = MappingProxyType({it.framework: it for it in (STREAMLIT, WEB)})
"""All profiles by framework."""
DEFAULT = STREAMLIT
"""The profile where no framework is named."""


class Settings(Section):
    """`[app]`: what kind of application runs in the container."""

    framework: Literal["streamlit", "web"] = "streamlit"
    """`streamlit`, or `web` for any other server that speaks HTTP, such as FastAPI, Django or Express. Other settings
    have the framework's defaults where they are left out."""
