"""The variables of Preto-2's Terraform project: their keys here, and what its pages say of them.

Most variables have the name of their key (`ecs_cpu` is `[ecs] cpu`); those with another one are further names of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A variable of the project, its default there as written in HCL (empty: none), and its unit.

    `paths` are the keys that it sets. Where `is_item`, the keys take a list, and the variable is its one item.
    """

    name: str
    paths: tuple[tuple[str, ...], ...]
    default: str = ""
    unit: str = ""
    is_item: bool = False

    @property
    def is_further_name(self) -> bool:
        """Whether the name is not that of its key."""
        return ["_".join(path) for path in self.paths] != [self.name]


def _variable(name: str, *keys: str, default: str = "", unit: str = "", is_item: bool = False) -> Variable:
    paths = tuple(tuple(key.split(".")) for key in keys)
    return Variable(name=name, paths=paths, default=default, unit=unit, is_item=is_item)


VARIABLES: tuple[Variable, ...] = (
    _variable("project_name", "project", default='"preto-2"'),
    _variable("app_name", "names.application", default='"streamlit-app"'),
    _variable("environment", "environment", default='"prod"'),
    _variable("aws_region", "aws.region", default='"ap-northeast-2"'),
    _variable("image_tag_mutability", "ecr.image_tag_mutability", default='"MUTABLE"'),
    _variable("ecr_lifecycle_count", "ecr.keep_images", default="2", unit="images"),
    _variable("ecs_cpu", "ecs.cpu", default='"512"', unit="CPU units"),
    _variable("ecs_memory", "ecs.memory", default='"1024"', unit="MiB"),
    _variable("ecs_desired_count", "ecs.desired_count", default="1", unit="tasks"),
    _variable("container_port", "network.container_port", default="8501"),
    _variable("cpu_architecture", "ecs.architecture", default='"ARM64"'),
    _variable("vpc_id", "network.vpc_id"),
    _variable("subnet_ids", "network.public_subnet_ids"),
    _variable(
        "security_group_id",
        "network.load_balancer_security_group_ids",
        "network.task_security_group_ids",
        is_item=True,
    ),
    _variable("autoscaling_enabled", "autoscaling.enabled", default="true"),
    _variable("autoscaling_min_capacity", "autoscaling.min_capacity", default="1", unit="tasks"),
    _variable("autoscaling_max_capacity", "autoscaling.max_capacity", default="4", unit="tasks"),
    _variable("autoscaling_cpu_target", "autoscaling.cpu_target", default="70", unit="percent"),
    _variable("autoscaling_memory_target", "autoscaling.memory_target", default="70", unit="percent"),
)
"""All of them, in the order of the page."""
FURTHER_NAMES: Mapping[str, Variable] = MappingProxyType({it.name: it for it in VARIABLES if it.is_further_name})
"""Those that are not called as their key, by name."""


def variable_names(path: tuple[str, ...]) -> list[str]:
    """Return the names of a key as a variable: that of its path, then its further names."""
    return ["_".join(path), *(name for name, it in FURTHER_NAMES.items() if path in it.paths)]
