"""Drift after an import: what CloudFormation finds different, without what means the same in other words."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from stacks.adopt.differences.comparing import compare_one
from stacks.adopt.execution.templates import top
from stacks.adopt.live import read_live
from stacks.adopt.survey import Effect
from stacks.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from stacks.adopt.execution.takeover import Takeover
    from stacks.adopt.survey import Adopted
    from stacks.cloudformation.drift import Drifted

ALIKE = frozenset({Effect.SAME, Effect.DEFAULT, Effect.UNREADABLE})


def unexpected_drift(takeover: Takeover, drifted: Iterable[Drifted]) -> Iterator[str]:
    """Yield each property that is not what the adoption template says, such as `Ecs/Service: DesiredCount`.

    A property that our template writes out, and that runs with the same value by AWS's default, is the same. `drifted`
    have paths from the root on. Raises UserError for a resource that is not there.
    """
    adopted = {it.path: it for it in takeover.survey.adopted}
    templates = {it.logical_id: json.loads(it.imported)["Resources"] for it in takeover.templates.children}
    for it in drifted:
        if it.deleted:
            raise UserError(it.path, "it is not there any more", "`adopt ENV --undo` takes back the others.")
        names = {top(at.path) for at in it.differences}
        if it.path in adopted:
            child, _, logical_id = it.path.partition("/")
            names &= _differing(takeover, adopted[it.path], templates[child][logical_id]["Properties"])
        yield from (f"{it.path}: {name}" for name in sorted(names))


def _differing(takeover: Takeover, it: Adopted, properties: Mapping[str, Any]) -> set[str]:
    """Return the properties that run with another value than that of the adoption template."""
    (live,) = read_live(takeover.aws, [it])
    found = compare_one(takeover.aws.region, live, properties)
    return {top(difference.property) for difference in found if difference.effect not in ALIKE}
