"""A Terraform state, without its secrets: only the attributes that were asked for are in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Resource:
    """One instance of a resource or of a data source.

    `attributes` has allowed attributes only (`stacks.adopt.types`), and is not part of the `repr`.
    """

    address: str
    """`module.ecs.aws_ecs_service.this`, `aws_eip.nat[0]`, `aws_subnet.a["b"]`: as `terraform state rm` takes it."""
    type: str
    """`aws_ecs_service`."""
    name: str
    """`this`."""
    module: str
    """`module.ecs`; empty in the root module."""
    provider: str
    """Source address of its provider: `registry.terraform.io/hashicorp/aws`."""
    is_data: bool = False
    """Whether it is a data source, which Terraform reads and does not own."""
    attributes: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What distinguishes a state from a later one. `serial` and `lineage` are None in `terraform show -json`."""

    serial: int | None
    lineage: str | None
    md5: str
    """Hexadecimal digest of its text, as Terraform's lock table keeps it."""


@dataclass(frozen=True, kw_only=True)
class State:
    """What a state says. `serial` and `lineage` are None in the output of `terraform show -json`."""

    program_version: str
    """Version of Terraform or OpenTofu that wrote it."""
    serial: int | None
    lineage: str | None
    md5: str
    """Hexadecimal digest of its text, as Terraform's lock table keeps it."""
    resources: tuple[Resource, ...]
    """Without deposed instances; in the order of the state."""
    is_opentofu: bool = False
    deposed: tuple[str, ...] = ()
    """Addresses of resources of which Terraform still has to delete a former one (deposed)."""

    @property
    def revision(self) -> Revision:
        """What distinguishes it from a later state."""
        return Revision(serial=self.serial, lineage=self.lineage, md5=self.md5)
