"""The page that says what becomes of each of Terraform's types; `make reference` writes it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from stacks.adopt.types.ecs import TASK_DEFINITION
from stacks.adopt.types.record import Owned, Part, Stays
from stacks.adopt.types.table import TYPES
from stacks.cloudformation import schemas

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

REGION = "us-east-1"
"""Whose schemas are read: identifiers are the same in all."""
_INTRO = """# Terraform's types in a takeover

What `adopt ENV --state SOURCE` makes of each type of the AWS provider, from version 2 on. This page is written by `make
reference` from the records of the types. A type that is not on it stays with Terraform, as do resources of other
providers.
"""
_OURS = """
## Taken over

A resource of these types becomes one of ours, where the templates have a place for it: the service's own by
themselves, others by `--map ADDRESS=Child/LogicalId`. It is imported by its primary identifier. A task definition is
not imported: the service keeps the revision that runs, and the first `deploy` registers the next one in its family.
"""
_PARTS = """
## Taken over with another resource

CloudFormation has them as properties of another resource. Terraform has to let go of each of them, too.
"""
_STAYS = """
## Stays with Terraform
"""


def render_page() -> str:
    """Return the page."""
    owned = [
        (f"`{name}`", f"`{it.type}`", _identifier(it.type))
        for name, it in sorted(TYPES.items())
        if isinstance(it, Owned) and it.type != TASK_DEFINITION
    ]
    parts = [(f"`{name}`", f"`{it.type}`") for name, it in sorted(TYPES.items()) if isinstance(it, Part)]
    lines = [
        _INTRO.rstrip("\n"),
        _OURS,
        *_table(("Terraform", "CloudFormation", "identifier"), owned),
        _PARTS,
        *_table(("Terraform", "a property of"), parts),
        _STAYS,
        *_table(("Terraform", "why"), _staying()),
    ]
    return "\n".join(lines) + "\n"


def _identifier(resource_type: str) -> str:
    return ", ".join(f"`{path[0]}`" for path in schemas.paths(REGION, resource_type, "primaryIdentifier"))


def _staying() -> Iterator[Sequence[str]]:
    """Yield the types with the same reason in one row; those that only are looked up have none."""
    names: dict[str, list[str]] = {}
    for name, it in sorted(TYPES.items()):
        if isinstance(it, Stays) and it.why:
            names.setdefault(it.why, []).append(f"`{name}`")
    yield from ((", ".join(found), why) for why, found in names.items())


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    sys.stdout.write(render_page())
