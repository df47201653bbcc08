"""An estimate for deleting stacks: each resource goes when all that refers to it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.estimate.critical_path import find_critical_path
from stacks.estimate.estimating import Estimate, estimate_step, sum_steps
from stacks.rendered import references

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from stacks.estimate.history import PastOperation


def estimate_deletion(
    resources: Mapping[str, str], templates: Mapping[str, Mapping[str, Any]], root: str, past: Iterable[PastOperation]
) -> Estimate | None:
    """Return the estimate for deleting these resources (types by path), or None where there are none.

    `templates` are the deployed ones by what `TemplateURL` says in them, `root` is the name of the first. What is
    retained is not among the resources, and takes no time.
    """
    earlier = tuple(it for it in past if it.tells)
    steps = {path: estimate_step(path, kind, "delete", earlier) for path, kind in resources.items()}
    waits: dict[str, set[str]] = {}
    for name, needed in references.needs(templates, root).items():
        for other in needed:
            waits.setdefault(other, set()).add(name)
    way = find_critical_path({path: it.seconds for path, it in steps.items()}, waits)
    return sum_steps([steps[path] for path in way if path in steps], steps.values())
