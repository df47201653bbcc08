"""Monitoring: alarms, a dashboard, and saved queries of the logs."""

from templates.monitoring.inputs import Inputs
from templates.monitoring.settings import Settings
from templates.monitoring.stack import Outputs, build

__all__ = ["Inputs", "Outputs", "Settings", "build"]
