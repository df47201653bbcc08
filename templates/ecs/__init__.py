"""The service: cluster, task definition and service (Terraform: module `ecs`)."""

from templates.ecs.access import Access, needed_access
from templates.ecs.deployment import Prepared
from templates.ecs.inputs import Inputs, TaskInputs
from templates.ecs.service import security_groups
from templates.ecs.settings import Settings
from templates.ecs.stack import Outputs, build
from templates.ecs.task import task_definition

__all__ = [
    "Access",
    "Inputs",
    "Outputs",
    "Prepared",
    "Settings",
    "TaskInputs",
    "build",
    "needed_access",
    "security_groups",
    "task_definition",
]
