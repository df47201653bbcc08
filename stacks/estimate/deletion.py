"""The estimate of a deletion: each resource is deleted after all that refer to it."""

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
    """Return the estimate for deleting these resources (types by path); None if there are none.

    `templates` are the deployed templates by their `TemplateURL`, `root` is the key of the root template. Retained
    resources are not among the resources, and take no time.
    """
    earlier = tuple(it for it in past if it.is_real)
    steps = {path: estimate_step(path, kind, "delete", earlier) for path, kind in resources.items()}
    waits: dict[str, set[str]] = {}
    for name, needed in references.needs(templates, root).items():
        for other in needed:
            waits.setdefault(other, set()).add(name)
    critical = find_critical_path({path: it.seconds for path, it in steps.items()}, waits)
    return sum_steps([steps[path] for path in critical if path in steps], steps.values())
