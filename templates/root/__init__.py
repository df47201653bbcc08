"""The root stack, which nests the modules' stacks, and the settings of all of them together."""

from templates.root.settings import Settings
from templates.root.stack import Outputs, build

__all__ = ["Outputs", "Settings", "build"]
