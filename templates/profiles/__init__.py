"""Frameworks of applications: one frozen record for each, with everything that depends on the framework."""

from templates.profiles.defaults import ByFramework, completed, defaults_by_framework
from templates.profiles.probe import OK, Paths, health_check
from templates.profiles.profile import BASE_PATH, CONTAINER, PORT, Profile, Query, Variable
from templates.profiles.settings import DEFAULT, PROFILES, Settings
from templates.profiles.streamlit import STREAMLIT
from templates.profiles.web import WEB

__all__ = [
    "BASE_PATH",
    "CONTAINER",
    "DEFAULT",
    "OK",
    "PORT",
    "PROFILES",
    "STREAMLIT",
    "WEB",
    "ByFramework",
    "Paths",
    "Profile",
    "Query",
    "Settings",
    "Variable",
    "completed",
    "defaults_by_framework",
    "health_check",
]
