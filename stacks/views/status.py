"""The status of an environment, for people and for programs."""

from __future__ import annotations

import dataclasses
import datetime as dt
import textwrap
from typing import TYPE_CHECKING, Any

from stacks.terminal import counted
from stacks.views import schedules
from stacks.views.plan.words import ago

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.status import Autoscaling, Running, ScheduledTask, Status


def text(status: Status) -> str:
    """Return one block for each part; also what is absent, and what may not be read."""
    blocks = [
        _stacks(status),
        _image(status),
        _service(status),
        _targets(status),
        _autoscaling(status),
        _schedules(status),
        _scheduled_tasks(status),
    ]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def wrapped(status: Status, width: int) -> str:
    """Return the text for a terminal of this width: words stay whole, and long lines continue further in."""
    return "\n".join(part for line in text(status).splitlines() for part in _fitted(line, width))


def _fitted(line: str, width: int) -> list[str]:
    if len(line) <= width:
        return [line]
    further = " " * (len(line) - len(line.lstrip()) + 4)
    return textwrap.wrap(
        line,
        width,
        subsequent_indent=further,
        replace_whitespace=False,
        break_long_words=False,
        break_on_hyphens=False,
    )


def document(status: Status) -> dict[str, Any]:
    """Return all of it as a JSON document; times are ISO 8601, what is absent is null."""
    found: dict[str, Any] = _plain(dataclasses.asdict(status))
    return found


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value with times as text."""
    if isinstance(value, dt.datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value


def _when(status: Status, time: dt.datetime | None) -> str:
    return "" if time is None else ago(status.at - time)


def _denied(status: Status, part: str) -> list[str]:
    return [f"{part.capitalize()}: access denied", f"  {status.denied[part]}"]


def _stacks(status: Status) -> list[str]:
    width = max(len(stack.path or stack.name) for stack in status.stacks)
    states = max(len(stack.state) for stack in status.stacks)
    return [
        f"{stack.path or stack.name:<{width}}  {stack.state:<{states}}  {_when(status, stack.changed_at)}".rstrip()
        for stack in status.stacks
    ]


def _image(status: Status) -> list[str]:
    image = status.image
    if "image" in status.denied:
        return _denied(status, "image")
    if image is None and "service" in status.denied:
        return []
    if image is None:
        return ["Image: none is deployed"]
    pushed = f", pushed {_when(status, image.pushed_at)}" if image.pushed_at else ""
    return [f"Image: {image.uri}", f"  deployed {_when(status, image.deployed_at)}{pushed}"]


def _service(status: Status) -> list[str]:
    service = status.service
    if "service" in status.denied:
        return _denied(status, "service")
    if service is None:
        return ["Service: there is none; it comes with the first image"]
    counts = f"{service.desired} desired, {service.running} running, {service.pending} pending"
    return [f"Service: {service.cluster}/{service.name}: {counts}", *_rollouts(status, service)]


def _rollouts(status: Status, service: Running) -> Iterator[str]:
    for it in service.deployments:
        definition = it.task_definition.rsplit("/", 1)[-1]
        counts = f"{it.desired} desired, {it.running} running, {it.pending} pending, {it.failed} failed"
        why = f" ({it.reason})" if it.reason and it.state != "COMPLETED" else ""
        yield f"  {it.status} {it.state} {definition}: {counts}, {_when(status, it.begun_at)}{why}"


def _targets(status: Status) -> list[str]:
    if status.service is None:
        return []
    if "targets" in status.denied:
        return _denied(status, "targets")
    if not status.targets:
        return ["Targets: none is registered with the load balancer"]
    healthy = sum(target.health == "healthy" for target in status.targets)
    lines = [f"Targets: {healthy} of {len(status.targets)} healthy"]
    for target in status.targets:
        why = f"  {target.reason}" if target.reason else ""
        lines.append(f"  {target.address}:{target.port}  {target.health}{why}")
    return lines


def _autoscaling(status: Status) -> list[str]:
    found = status.autoscaling
    if status.service is None:
        return []
    if "autoscaling" in status.denied:
        return _denied(status, "autoscaling")
    if found is None:
        return ["Autoscaling: off"]
    lines = [f"Autoscaling: {counted(found.capacity, 'task')}, of {found.minimum} to {found.maximum}"]
    lines += [f"  {schedules.line(it)}" for it in status.schedules]
    lines += [f"  {it.metric} at {it.value:g} ({it.policy})" for it in found.tracked]
    lines += [f"  suspended: {', '.join(found.suspended)}"] if found.suspended else []
    return lines + _activities(status, found)


def _schedules(status: Status) -> list[str]:
    """Yield a line where they may not be read; otherwise they are shown with the limits."""
    return _denied(status, "schedules") if "schedules" in status.denied else []


def _scheduled_tasks(status: Status) -> list[str]:
    found = status.scheduled_tasks
    if "tasks" in status.denied:
        return _denied(status, "tasks")
    if found is None:
        return []
    kept = f": {counted(found.failures, 'failure')} in the queue {found.queue}" if found.failures else ""
    return [f"Scheduled tasks{kept}", *(f"  {_scheduled(it)}" for it in found.tasks)]


def _scheduled(it: ScheduledTask) -> str:
    zone = "" if it.schedule.startswith("rate(") else f" {it.time_zone}"
    after = f", next {it.next:%Y-%m-%d %H:%M} UTC" if it.next else "" if it.enabled else ", off"
    return f"{it.name}: {it.schedule}{zone}{after}"


def _activities(status: Status, found: Autoscaling) -> list[str]:
    if not found.activities:
        return ["  it has done nothing yet"]
    return [f"  {_when(status, it.at)}: {it.description} {it.cause} ({it.status})" for it in found.activities]
