"""What was changed by hand, for people and for programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stacks.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.cloudformation.drift import Drift, Drifted

LISTED = 8
"""Resources that are named of those that CloudFormation cannot check."""


def text(drift: Drift) -> str:
    """Return each resource that is not what its template says, with its properties; or that there is none."""
    lines = [line for item in drift.drifted for line in _lines(item)]
    count = len(drift.drifted)
    checked = counted(drift.checked, "checked resource")
    end = f"Drift: {count} of {checked} {'is' if count == 1 else 'are'} not as deployed."
    if not count:
        verb = "is" if drift.checked == 1 else "are"
        end = f"No drift. {counted(drift.checked, 'resource')} of {drift.stack_name} {verb} as deployed."
    return "\n".join([*lines, *([""] if lines else []), end, *left_out(drift)])


def document(drift: Drift) -> dict[str, Any]:
    """Return the drift as a JSON document."""
    return {
        "environment": drift.environment,
        "stack": drift.stack_name,
        "drifted": [resource(item) for item in drift.drifted],
        "checked": drift.checked,
        "unchecked": list(drift.unchecked),
        "problems": list(drift.problems),
    }


def _lines(item: Drifted) -> Iterator[str]:
    """Yield the template's value on the left, what is there on the right."""
    yield f"{item.path}  {item.type}{'  deleted' if item.deleted else ''}"
    width = max((len(found.path) for found in item.differences), default=0)
    for found in item.differences:
        yield f"    {found.path:<{width}}  {value(found.expected)} → {value(found.actual)}"


def left_out(drift: Drift) -> Iterator[str]:
    """Yield what could not be compared, and why."""
    yield from (f"Could not be checked: {problem}" for problem in drift.problems)
    if drift.unchecked:
        named = ", ".join(drift.unchecked[:LISTED])
        more = f" and {len(drift.unchecked) - LISTED} more" if len(drift.unchecked) > LISTED else ""
        yield f"Not checked, because CloudFormation does not compare them: {named}{more}"


def value(found: Any) -> str:  # noqa: ANN401 - any JSON
    """Return a value in one line; `None` where there is none."""
    if found is None:
        return "(none)"
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)


def resource(item: Drifted) -> dict[str, Any]:
    """Return one drifted resource as a JSON object."""
    return {
        "path": item.path,
        "type": item.type,
        "physical_id": item.physical_id or None,
        "deleted": item.deleted,
        "properties": [
            {"path": found.path, "expected": found.expected, "actual": found.actual} for found in item.differences
        ],
    }
