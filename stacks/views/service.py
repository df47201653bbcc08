"""A service while it is being deployed, and why its tasks stop, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stacks.operations.service import Service, Stopped


def counts(service: Service) -> str:
    """Return how many tasks there are, and how many of those that run are of the version before."""
    old = f" ({service.old} old)" if service.old else ""
    running = f"{service.running} running{old}"
    return f"{service.desired} desired, {running}, {service.pending} pending, {service.failed} failed"


def reason(stopped: Stopped) -> list[str]:
    """Return why tasks stopped, and below it what one of them had written last."""
    code = "" if stopped.exit_code is None else f" (container {stopped.container}, exit code {stopped.exit_code})"
    hint = [f"  {stopped.hint}"] if stopped.hint else []
    return [f"{stopped.count} × {stopped.reason}{code}", *hint, *(f"  | {line}" for line in stopped.log)]  # noqa: RUF001 - the sign for times


def document(service: Service) -> dict[str, Any]:
    """Return the service as a JSON object."""
    return {
        "cluster": service.cluster,
        "service": service.name,
        "desired": service.desired,
        "running": service.running,
        "old": service.old,
        "pending": service.pending,
        "failed": service.failed,
        "rollout": service.rollout or None,
        "stopped": documents(service.stopped),
    }


def documents(stopped: Iterable[Stopped]) -> list[dict[str, Any]]:
    """Return why tasks stopped, as JSON objects."""
    return [
        {
            "reason": group.reason,
            "container": group.container or None,
            "exit_code": group.exit_code,
            "hint": group.hint or None,
            "count": group.count,
            "log": list(group.log),
        }
        for group in stopped
    ]
