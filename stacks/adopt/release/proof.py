"""The proof that CloudFormation owns what was taken over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.adopt.execution.journal import Owned
from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation.stack import find_stack, nested_stack_ids, stack_resources
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.adopt.execution.journal import Journal
    from stacks.aws.session import Aws


@dataclass(frozen=True, kw_only=True)
class Proven:
    """A resource, the stack that owns it, and its physical id there."""

    owned: Owned
    stack_id: str
    physical_id: str


@translate_aws_errors()
def prove_ownership(aws: Aws, journal: Journal, environment: str) -> tuple[Proven, ...]:
    """Return each resource of the takeover with the stack that owns it.

    Raises UserError, which names all that is not so, where one is in no stack of the tree, or is another one there.
    """
    root = find_stack(aws, journal.root_id or journal.root)
    if root is None or not root.is_changeable:
        why = "it does not exist" if root is None else f"its state is {root.state}"
        raise UserError(f"stack {journal.root}", why, _finish(journal, environment), code=Code.STATE)
    children = nested_stack_ids(aws, root.stack_id)
    found = {
        (child, it.logical_id): it.physical_id
        for child, stack_id in children.items()
        for it in stack_resources(aws, stack_id)
        if it.is_there
    }
    if wrong := list(_not_owned(journal, children, found)):
        raise UserError(
            f"stack {journal.root}",
            "it does not own: " + "; ".join(wrong),
            _finish(journal, environment),
            code=Code.STATE,
        )
    return tuple(
        Proven(owned=it, stack_id=children[it.child], physical_id=found[it.child, it.logical_id])
        for it in journal.resources
    )


def _not_owned(journal: Journal, children: dict[str, str], found: dict[tuple[str, str], str]) -> Iterator[str]:
    for it in journal.resources:
        there = found.get((it.child, it.logical_id))
        if it.child not in children:
            yield f"{it.path} (the root has no stack {it.child})"
        elif there is None:
            yield f"{it.path} ({it.addresses[0]})"
        elif it.physical_id and there != it.physical_id:
            yield f"{it.path} (it is {there}, and {it.physical_id} was imported)"


def _finish(journal: Journal, environment: str) -> str:
    return f"Terraform must not let go before: python build.py adopt {environment} --state SOURCE --execute" + (
        "" if journal.status == "adopted" else f" (the journal says: {journal.status})"
    )
