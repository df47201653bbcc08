"""How a browser reaches the container: VPC, load balancer, target group (Terraform: module `network`)."""

from templates.network.forwarding import refuse_moving
from templates.network.settings import Settings, tasks_are_public
from templates.network.stack import Inputs, Outputs, build
from templates.network.target_groups import target_group_name

__all__ = ["Inputs", "Outputs", "Settings", "build", "refuse_moving", "target_group_name", "tasks_are_public"]
