"""Settings of an environment: TOML, tfvars and `--var` in, one checked and frozen `Settings` out."""

from __future__ import annotations

from stacks.settings.loading import ENVIRONMENTS, known, load, load_text
from stacks.settings.models import AwsSettings, Settings
from stacks.settings.problems import Problem, SettingsError

__all__ = ["ENVIRONMENTS", "AwsSettings", "Problem", "Settings", "SettingsError", "known", "load", "load_text"]
