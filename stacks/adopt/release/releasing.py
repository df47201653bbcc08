"""What Terraform has to let go of, and what it keeps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.adopt.execution.journal import Journal
from stacks.adopt.release.proof import Proven

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.terraform.state import Resource, State

TASK_DEFINITION = "aws_ecs_task_definition"


@dataclass(frozen=True, kw_only=True)
class Release:
    """What is proven, and the addresses that Terraform still has, in the order of its state."""

    journal: Journal
    proven: tuple[Proven, ...]
    released: tuple[str, ...]
    """Those that Terraform has to let go of: what CloudFormation owns, and the revisions that its service runs."""
    staying: tuple[str, ...]
    """Those that stay with Terraform."""
    version: str
    """Version of the program that wrote the state; "" where that is not known."""
    is_opentofu: bool = False
    serial: int | None = None

    @property
    def program(self) -> str:
        """`terraform`, or `tofu`."""
        return "tofu" if self.is_opentofu else "terraform"

    @property
    def backup(self) -> str:
        """The name of the file in which the state is kept."""
        return f"{self.journal.root}{'' if self.serial is None else f'.{self.serial}'}.tfstate.backup"


def plan_release(journal: Journal, proven: tuple[Proven, ...], state: State) -> Release:
    """Return what Terraform has to let go of, by the state as it is now."""
    managed = [it for it in state.resources if not it.is_data]
    owned = set(owned_addresses(journal)) | {it.address for it in managed if _is_revision(it, journal)}
    return Release(
        journal=journal,
        proven=proven,
        released=tuple(it.address for it in managed if it.address in owned),
        staying=tuple(it.address for it in managed if it.address not in owned),
        version=state.program_version,
        is_opentofu=state.is_opentofu,
        serial=state.serial,
    )


def owned_addresses(journal: Journal) -> Iterator[str]:
    """Yield the addresses of all that CloudFormation owns, parts of resources among them."""
    for it in journal.resources:
        yield from it.addresses


def still_held(journal: Journal, state: State) -> tuple[str, ...]:
    """Return the addresses of what CloudFormation owns, and the state still has."""
    there = {it.address for it in state.resources if not it.is_data}
    return tuple(it for it in owned_addresses(journal) if it in there)


def _is_revision(resource: Resource, journal: Journal) -> bool:
    """Whether it is of the family that the service runs: without its block, Terraform would deregister the revision."""
    family = _family(journal.before.task_definition) if journal.before else ""
    arn = resource.attributes.get("arn")
    return resource.type == TASK_DEFINITION and isinstance(arn, str) and family == _family(arn) != ""


def _family(arn: str) -> str:
    return arn.rpartition("/")[2].partition(":")[0]
