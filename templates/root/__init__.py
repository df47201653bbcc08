"""The root stack, which nests the stacks of all modules, and the settings of the whole tree."""

from templates.root.settings import Settings
from templates.root.stack import (
    MONITORING_STACK,
    NETWORK_STACK,
    NEW_OUTPUTS,
    OUTPUTS_OF_SERVICE,
    REPOSITORY_STACK,
    SERVICE_STACK,
    Outputs,
    build,
)

__all__ = [
    "MONITORING_STACK",
    "NETWORK_STACK",
    "NEW_OUTPUTS",
    "OUTPUTS_OF_SERVICE",
    "REPOSITORY_STACK",
    "SERVICE_STACK",
    "Outputs",
    "Settings",
    "build",
]
