"""The service: cluster, task definition and service (Terraform: module `ecs`)."""

from templates.ecs.access import Access, needed_access
from templates.ecs.deployment import Prepared
from templates.ecs.inputs import Inputs
from templates.ecs.settings import Settings
from templates.ecs.stack import Outputs, build

__all__ = ["Access", "Inputs", "Outputs", "Prepared", "Settings", "build", "needed_access"]
