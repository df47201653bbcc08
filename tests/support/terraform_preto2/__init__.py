"""The state of a Terraform project like the team's: five modules, fifteen managed resources, five data sources."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.terraform_preto2 import autoscaling, ecr, ecs, iam, network
from tests.support.terraform_preto2.names import Names
from tests.support.terraform_states import address_of, resource, state


@dataclass(frozen=True, kw_only=True)
class Preto2(Names):
    """The project, and its state. Attributes in `changed` win, by address."""

    changed: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def state(self, *more: dict[str, Any], **changed: Any) -> dict[str, Any]:
        """Return the state, with more resources behind these; `changed` are other values of its outermost object."""
        outputs = {"alb_dns_name": {"value": f"{self.stem}-alb.elb.amazonaws.com", "type": "string"}}
        return state(*self.resources(), *more, **{"outputs": outputs, **changed})

    def resources(self) -> list[dict[str, Any]]:
        """Return its resources, in the order in which Terraform writes them: by module, data before managed ones."""
        modules = [ecr, ecs, iam, network]
        found = [*self._given(), *(autoscaling.resources(self) if self.autoscaling else [])]
        found += [it for module in modules for it in module.resources(self)]
        for it in found:
            it["instances"][0]["attributes"] |= self.changed.get(address_of(it), {})
        return found

    def _given(self) -> list[dict[str, Any]]:
        group = {"id": self.security_group, "name": "shared", "vpc_id": self.vpc, "tags": {}}
        return [
            resource("data.aws_security_group.selected", group),
            resource("data.aws_subnets.selected", {"id": self.region, "ids": list(self.subnets)}),
            resource("data.aws_vpc.selected", {"id": self.vpc, "cidr_block": "10.0.0.0/16", "tags": {}}),
        ]
