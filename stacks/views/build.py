"""What `build` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stacks.terminal import counted
from stacks.views import lint

if TYPE_CHECKING:
    from stacks.build.check import Built


def text(built: Built) -> str:
    """Return a line for each environment, and the findings of lint where there are any."""
    lines = []
    for it in built.checked:
        name, count = it.rendered.environment, counted(len(it.rendered.templates), "template")
        what = f"{count} for {it.settings.aws.region}, lint {_verdict(it.report.passed, it.report.cached)}"
        lines.append(f"{name}: {what}")
    if any(it.report.findings for it in built.checked):
        lines.append(lint.text(tuple(it.report for it in built.checked)))
    lines += [f"wrote {folder.as_posix()}/" for folder in built.folders]
    if not built.passed:
        lines.append("nothing was written: correct the errors above")
    return "\n".join(lines)


def document(built: Built) -> dict[str, Any]:
    """Return the result as one JSON document."""
    folders = {folder.name: folder.as_posix() for folder in built.folders}
    return {
        "environments": [
            {
                "environment": it.rendered.environment,
                "stack_name": it.rendered.stack_name,
                "region": it.settings.aws.region,
                "templates": sorted(it.rendered.templates),
                "folder": folders.get(it.rendered.environment),
                "lint": {"passed": it.report.passed, "cached": it.report.cached, "findings": len(it.report.findings)},
            }
            for it in built.checked
        ]
    }


def _verdict(passed: bool, cached: bool) -> str:  # noqa: FBT001 - two facts of one report
    if not passed:
        return "failed"
    return "passed (unchanged since)" if cached else "passed"
