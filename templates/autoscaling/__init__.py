"""The number of tasks, by load and by the clock (Terraform: module `autoscaling`)."""

from templates.autoscaling.inputs import Inputs
from templates.autoscaling.settings import Settings
from templates.autoscaling.stack import Outputs, build

__all__ = ["Inputs", "Outputs", "Settings", "build"]
