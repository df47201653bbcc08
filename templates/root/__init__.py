"""The root stack, which nests the stacks of all modules, and the settings of the whole tree."""

from templates.root.settings import Settings
from templates.root.stack import Outputs, build

__all__ = ["Outputs", "Settings", "build"]
