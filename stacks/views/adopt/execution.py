"""The execution of a takeover and its undo, for people and for programs: before them and after them."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from stacks.adopt.execution.serving import compare_serving, is_as_before
from stacks.terminal import PROGRAM, counted
from stacks.views import duration

if TYPE_CHECKING:
    from stacks.adopt.execution.executing import Adoption
    from stacks.adopt.execution.journal import Journal, Serving
    from stacks.adopt.execution.proof import Proof
    from stacks.adopt.execution.requests import Requests
    from stacks.adopt.execution.takeover import Takeover
    from stacks.adopt.execution.undo import Undone

FORMAT_VERSION = "1.0"
"""Of both documents, whose form docs/reference/adopt-execution.schema.json says."""
MANY = 8
"""Lines of one kind that are shown."""


def question(takeover: Takeover) -> str:
    """Return what is imported into which stacks, what is made for it, and how long it takes."""
    children = takeover.templates.children
    number, into = counted(len(takeover.survey.adopted), "resource"), counted(len(children), "nested stack")
    takes = duration.spoken(takeover.seconds(), duration.COARSE)
    lines = [
        f"{takeover.root}: {number} will be imported into {into}.",
        "They get CloudFormation's own tags, and stay as they are.",
        *(f"  {it.logical_id:<12} {', '.join(one.logical_id for one in it.resources)}" for it in children),
        f"About {takes} (assumed: there is no record of imports).",
        f"It can be taken back until the next deployment: {PROGRAM} adopt {takeover.settings.environment} --undo",
    ]
    return "\n".join(lines)


def text(adoption: Adoption) -> str:
    """Return what CloudFormation owns now, how that was proven, and what comes next."""
    proof = adoption.proof
    number, stacks = counted(len(proof.resources), "resource"), counted(len(adoption.stack_names), "nested stack")
    lines = [
        f"{adoption.root} owns {number} in {stacks}.",
        *compare_serving(proof.before, proof.after),
        *_requests(proof.requests),
        *_listed("CloudFormation finds differences to what runs:", proof.drift, "Drift: none."),
        *_listed("CloudFormation cannot compare:", proof.unchecked),
        *_next_deployment(proof),
        f"Next, let Terraform go: {PROGRAM} adopt {adoption.environment} --release",
    ]
    return "\n".join(lines)


def document(adoption: Adoption) -> dict[str, Any]:
    """Return the takeover as a JSON document."""
    proof = adoption.proof
    return {
        "format_version": FORMAT_VERSION,
        "environment": adoption.environment,
        "stack": adoption.root,
        "stack_id": adoption.root_id,
        "imported_stacks": list(adoption.stack_names),
        "resources": [
            {
                "path": it.path,
                "type": it.type,
                "physical_id": it.physical_id,
                "identifier": dict(it.identifier),
                "addresses": list(it.addresses),
            }
            for it in proof.resources
        ],
        "drift": list(proof.drift),
        "unchecked": list(proof.unchecked),
        "planned_changes": proof.planned,
        "unannounced": list(proof.unannounced),
        "plan_refused": proof.refusal or None,
        "service": _service(proof.before, proof.after),
        "requests": asdict(proof.requests) if proof.requests else None,
    }


def undo_question(journal: Journal, environment: str) -> str:
    """Return what is taken back."""
    stacks = counted(len(journal.stack_ids) + 1, "stack")
    return (
        f"{journal.root}: {stacks} will be deleted, and all {counted(len(journal.resources), 'resource')} in them stay "
        f"as they are.\nTerraform has them in its state as before; `adopt {environment} --execute` begins anew."
    )


def undone_text(undone: Undone) -> str:
    """Return what is no longer CloudFormation's, and how that was proven."""
    deleted = f"Deleted {', '.join(undone.deleted)}." if undone.deleted else "No stack was left to delete."
    there = f"All {counted(len(undone.resources), 'resource')} are there under the same identifiers, in no stack."
    if undone.unproven:
        there = (
            f"{counted(len(undone.resources) - len(undone.unproven), 'resource')} are there, and all are in no stack."
        )
    unread = _listed("Whether these are there could not be read:", undone.unproven)
    return "\n".join([deleted, there, *unread, *compare_serving(undone.before, undone.after)])


def undone_document(undone: Undone) -> dict[str, Any]:
    """Return the undo as a JSON document."""
    return {
        "format_version": FORMAT_VERSION,
        "stack": undone.root,
        "deleted_stacks": list(undone.deleted),
        "resources": [{"path": it.path, "type": it.type, "identifier": dict(it.identifier)} for it in undone.resources],
        "unproven": list(undone.unproven),
        "service": _service(undone.before, undone.after),
    }


def _requests(found: Requests | None) -> list[str]:
    if found is None:
        return []
    during = f"Requests in {counted(found.minutes, 'minute')}: {found.during}, of which {found.failed} got 5xx"
    return [f"{during}; in as long before: {found.before}, of which {found.failed_before}."]


def _next_deployment(proof: Proof) -> list[str]:
    if proof.refusal:
        return [f"The next deployment cannot be planned as things are: {proof.refusal}"]
    return _listed(
        "The next deployment would also change, which was not announced:",
        proof.unannounced,
        f"The next deployment changes {counted(proof.planned, 'resource')}, all of which were announced.",
    )


def _service(before: Serving | None, after: Serving | None) -> dict[str, Any] | None:
    if before is None or after is None:
        return None
    return {
        "as_before": is_as_before(before, after),
        "task_definition": after.task_definition,
        "tasks_before": list(before.task_arns),
        "tasks": list(after.task_arns),
        "healthy_targets_before": list(before.healthy_targets),
        "healthy_targets": list(after.healthy_targets),
    }


def _listed(title: str, found: tuple[str, ...], nothing: str = "") -> list[str]:
    if not found:
        return [nothing] if nothing else []
    more = [f"  and {len(found) - MANY} more"] if len(found) > MANY else []
    return [title, *(f"  {it}" for it in found[:MANY]), *more]
