"""Proof of a takeover: the stacks are one tree, it has exactly what was taken over, and nothing else would change."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stacks import plan
from stacks.adopt.execution.drifting import unexpected_drift
from stacks.adopt.execution.journal import Owned, Serving
from stacks.adopt.execution.requests import Requests, read_requests
from stacks.adopt.execution.serving import is_as_before, read_serving
from stacks.adopt.execution.templates import PLACEHOLDER, RETAINED, top
from stacks.aws.errors import translate_aws_errors
from stacks.cloudformation.drift import detect_drift
from stacks.cloudformation.stack import nested_stack_ids, stack_resources
from stacks.errors import Code, UserError, coded
from stacks.operations.recovery import clear_leftovers
from stacks.plan.planning import Purpose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from stacks.adopt.execution.journal import Journal
    from stacks.adopt.execution.takeover import Takeover
    from stacks.aws.session import Aws
    from stacks.cloudformation.changes import Change


PASSING = frozenset({Code.AWS, Code.CREDENTIALS, Code.ENDPOINT, Code.THROTTLED})
"""Errors that say nothing of a plan: the command is repeated."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """What was found when all was imported.

    `drift` are properties in which CloudFormation finds what runs different, `unchecked` the resources whose drift it
    cannot tell. `planned` counts the changes of the first deployment, `unannounced` are those that the survey has not,
    and `refusal` says why that deployment could not even be planned, "" where it could. `requests` is None where there
    are no figures.
    """

    resources: tuple[Owned, ...]
    drift: tuple[str, ...]
    unchecked: tuple[str, ...]
    planned: int
    unannounced: tuple[str, ...]
    refusal: str
    before: Serving | None
    after: Serving | None
    requests: Requests | None = None

    @property
    def is_as_foretold(self) -> bool:
        """Whether there is nothing to decide before the first deployment."""
        found = self.drift or self.unannounced or self.refusal
        return not found and is_as_before(self.before, self.after)


@translate_aws_errors()
def prove(takeover: Takeover, journal: Journal, *, emit: Callable[[str], None]) -> Proof:
    """Compare what the stacks have with what the journal says, and plan the first deployment without executing it.

    Raises UserError where a stack is not where it belongs, or a resource is not in it.
    """
    aws = takeover.aws
    prove_owned(aws, journal)
    found = detect_drift(aws, takeover.settings.environment, takeover.root, emit=emit)
    drift = unexpected_drift(takeover, found.drifted)
    identified = [(it.type, it.identifier) for it in journal.resources]
    paths: list[tuple[str, Change]] = []
    refusal = ""
    try:
        paths += _planned(takeover, emit=emit)
    except UserError as error:
        if error.code in PASSING:
            raise
        refusal = f"{error.what}: {error.why}"
    return Proof(
        resources=journal.resources,
        drift=tuple(drift),
        unchecked=tuple(it for it in found.unchecked if it != PLACEHOLDER),
        planned=len(paths),
        unannounced=tuple(_unannounced(takeover, paths)),
        refusal=refusal,
        before=journal.before,
        after=read_serving(aws, identified),
        requests=read_requests(aws, identified, dt.datetime.fromisoformat(min(it.begun for it in journal.steps))),
    )


@coded(Code.STATE)
@translate_aws_errors()
def prove_owned(aws: Aws, journal: Journal) -> None:
    """Raise UserError unless CloudFormation owns each resource of the journal, in the root's tree."""
    nested = nested_stack_ids(aws, journal.root_id)
    for child, stack_id in journal.stack_ids.items():
        if nested.get(child) != stack_id:
            raise UserError(f"stack {journal.root}", f"{child} is not nested in it", "Repeat the command.")
        (stack,) = aws.cloudformation.describe_stacks(StackName=stack_id)["Stacks"]
        above = stack.get("ParentId"), stack.get("RootId")
        if above != (journal.root_id, journal.root_id):
            raise UserError(f"stack {stack['StackName']}", f"its parent is {above[0]}, and its root {above[1]}")
        there = {it.logical_id: it.physical_id for it in stack_resources(aws, stack_id) if it.is_there}
        for it in journal.resources:
            if it.child == child and there.get(it.logical_id) != it.physical_id:
                why = f"the stack has {there.get(it.logical_id, 'nothing')} there, and {it.physical_id} was imported"
                raise UserError(it.path, why)


def _planned(takeover: Takeover, *, emit: Callable[[str], None]) -> Iterator[tuple[str, Change]]:
    """Yield what the first deployment would change, by a change set that is deleted again.

    That a resource is no longer retained, but has the policies of our templates, changes nothing of it.
    """
    settings, rendered = takeover.settings, takeover.rendered
    clear_leftovers(takeover.aws, takeover.root, emit=emit)
    found = plan.prepare(takeover.aws, settings, rendered, emit=emit, purpose=Purpose.SHOW)
    plan.discard(takeover.aws, found)
    for path, change in found.changes.paths():
        only_policies = change.properties and {it.path for it in change.properties} <= RETAINED.keys()
        if change.certainty != "none" and not only_policies:
            yield path, change


def _unannounced(takeover: Takeover, paths: list[tuple[str, Change]]) -> Iterator[str]:
    """Yield the changes that the survey has neither as a difference nor as something new.

    A replacement never is announced: it blocks a takeover. A property whose change is not proven is one that was
    written out for the import, and is a reference again.
    """
    survey = takeover.survey
    announced = {it.path for it in survey.made} | {PLACEHOLDER}
    properties: dict[str, set[str]] = {}
    for it in survey.differences:
        properties.setdefault(it.path, set()).add(top(it.property))
    for path, change in paths:
        known = properties.get(path, set())
        new = {top(it.path) for it in change.properties if it.certainty == "certain"} - known - RETAINED.keys()
        is_new = not known and change.kind != "change"
        if path not in announced and (change.kind == "replace" or is_new or new):
            yield f"{change.action} {path}" + (f": {', '.join(sorted(new))}" if new else "")
