"""The execution of a takeover, from its first step to its proof."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks.adopt.execution.journal import read_journal
from stacks.adopt.execution.proof import Proof, prove
from stacks.adopt.execution.recording import begin
from stacks.adopt.execution.sequence import NestedImports, Strategy, execute
from stacks.adopt.execution.templates import adoption_of
from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation.stack import find_stack, stack_template
from stacks.errors import Code, UserError, coded

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.adopt.execution.stack_steps import Follow
    from stacks.adopt.execution.takeover import Takeover

SEQUENCE: Strategy = NestedImports()
"""The sequence in use."""


@dataclass(frozen=True, kw_only=True)
class Adoption:
    """A takeover that is over: the root with its children, and the proof."""

    environment: str
    root: str
    root_id: str
    stack_names: tuple[str, ...]
    proof: Proof


@coded(Code.STATE)
@translate_aws_errors()
def execute_takeover(
    takeover: Takeover, follow: Follow, *, emit: Callable[[str], None], strategy: Strategy = SEQUENCE
) -> Adoption:
    """Take over, or go on where an earlier execution has stopped, and prove the result.

    Raises UserError where a step fails, or where state or service have changed meanwhile; the same call goes on from
    there. If this is interrupted, CloudFormation ends what it has begun.
    """
    _refuse_deployed(takeover)
    recorder = begin(takeover.aws, takeover.bucket, takeover.journal())
    execute(takeover, recorder, follow, strategy, emit=emit)
    emit("Proving what was imported")
    with recorder.step("Prove what was imported"):
        proof = prove(takeover, recorder.journal, emit=emit)
    recorder.write(status="adopted")
    return Adoption(
        environment=takeover.settings.environment,
        root=takeover.root,
        root_id=recorder.journal.root_id,
        stack_names=tuple(takeover.child_name(it.logical_id) for it in takeover.templates.children),
        proof=proof,
    )


def _refuse_deployed(takeover: Takeover) -> None:
    """Raise UserError where the takeover has ended, and the root was deployed since."""
    journal = read_journal(takeover.aws, takeover.bucket, takeover.root)
    stack = find_stack(takeover.aws, takeover.root)
    if journal is None or stack is None or stack.stack_id != journal.root_id or stack.under_review:
        return
    if adoption_of(stack_template(takeover.aws, stack.stack_id)) is None:
        why = "it was taken over, and has been deployed since"
        raise UserError(f"stack {takeover.root}", why, "There is nothing left to take over.", code=Code.STATE)
