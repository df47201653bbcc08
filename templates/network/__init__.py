"""The network: VPC, load balancer, listeners and target groups (Terraform: module `network`)."""

from templates.network.forwarding import refuse_traffic_shifting
from templates.network.inputs import Inputs
from templates.network.naming import MAX_NAME, load_balancer_name, target_group_name
from templates.network.ranges import range_mark
from templates.network.settings import Settings, tasks_are_public
from templates.network.sign_in import refuse_pattern
from templates.network.stack import Outputs, build
from templates.network.subnets import ZONE_NAME

__all__ = [
    "MAX_NAME",
    "ZONE_NAME",
    "Inputs",
    "Outputs",
    "Settings",
    "build",
    "load_balancer_name",
    "range_mark",
    "refuse_pattern",
    "refuse_traffic_shifting",
    "target_group_name",
    "tasks_are_public",
]
