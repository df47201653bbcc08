"""A deployment, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.status.outputs import output_values
from stacks.views import failure, outputs, service, spans

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.operations.deploy import Deployment
    from stacks.operations.service import Stopped


def text(deployment: Deployment) -> str:
    """Return what was done and the outputs; or what failed first, and what to do."""
    if not deployment.succeeded:
        was_stopped = deployment.failure is not None and deployment.failure.requested
        how = "was cancelled" if was_stopped and not failure.cancelled(deployment.failure) else "failed"
        after = f"{deployment.stack_name} {how} after {deployment.seconds:.0f} s"
        state = f"{after}; its state is now {deployment.state}."
        cause, *then = failure.lines(deployment.failure, deployment.next_step)
        return "\n".join([state, cause, *_stopped(deployment.stopped), *failure.cancelled(deployment.failure), *then])
    lines = [_done(deployment)]
    lines += spans.lines(deployment.spans)
    lines += [deployment.note] if deployment.note else []
    lines += deployment.unlike
    lines += ["", outputs.text(output_values(deployment.outputs))]
    if deployment.push:
        lines += ["", "There is no image yet, and so no service. Push one, then deploy it:"]
        lines += [f"  {line}" for line in deployment.push]
    return "\n".join(lines)


def document(deployment: Deployment) -> dict[str, Any]:
    """Return the deployment as a JSON document; the outputs are a flat object in it."""
    return {
        "environment": deployment.environment,
        "stack": deployment.stack_name,
        "state": deployment.state,
        "succeeded": deployment.succeeded,
        "seconds": deployment.seconds,
        "summary": dict(deployment.counts),
        "outputs": output_values(deployment.outputs),
        "failure": failure.document(deployment.failure),
        "next_step": deployment.next_step or None,
        "push": list(deployment.push),
        "note": deployment.note or None,
        "stopped": service.documents(deployment.stopped),
        "unlike": list(deployment.unlike),
        "time": spans.document(deployment.spans),
    }


def _stopped(stopped: Iterable[Stopped]) -> list[str]:
    """Return why tasks stopped, as far as that was seen."""
    lines = [line for group in stopped for line in service.reason(group)]
    return ["Tasks stopped:", *(f"  {line}" for line in lines)] if lines else []


def _done(deployment: Deployment) -> str:
    counts = deployment.counts
    if not deployment.changed:
        but = ", but for this" if deployment.unlike else ""
        return f"No changes. {deployment.stack_name} is what the settings say{but}."
    imported = f"{counts['import']} imported, " if counts["import"] else ""
    return (
        f"Deployed {deployment.stack_name} in {deployment.seconds:.0f} s: {imported}{counts['add']} added, "
        f"{counts['change']} changed, {counts['replace']} replaced, {counts['remove']} destroyed."
    )
