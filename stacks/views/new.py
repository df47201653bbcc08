"""What `new` has found, and what it has written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from stacks.new.app import App
from stacks.new.draft import Answers, Draft
from stacks.new.servers import STREAMLIT
from stacks.terminal import PROGRAM

if TYPE_CHECKING:
    from stacks.settings import Settings


@dataclass(frozen=True, kw_only=True)
class New:
    """A new environment: what was found, what was decided, and the files."""

    app: App
    answers: Answers
    draft: Draft
    written: Sequence[str]
    """Files that were written."""
    kept: Sequence[str]
    """Files that were there already."""
    notes: Sequence[str]
    needs_bootstrap: bool = True

    @property
    def next_commands(self) -> dict[str, str]:
        """The commands to type next, with what each does."""
        name = self.answers.environment
        deploy = {f"{PROGRAM} deploy {name} --build": "builds the image of the commit, and deploys it"}
        if self.draft.settings.ecs.image:
            deploy = {f"{PROGRAM} deploy {name} --image TAG": "deploys this image"}
        return {
            f"{PROGRAM} build {name}": "renders and lints it",
            f"{PROGRAM} bootstrap {name}": "once for each account and region",
            **deploy,
        }


def text(new: New) -> str:
    """Return what was decided and why, what should be known, the files, and the next commands."""
    rows = _rows(new)
    width = max(len(name) for name, _, _ in rows)
    wide = max(len(value) for _, value, _ in rows)
    lines = [f"  {name:<{width}}  {value:<{wide}}  {why}".rstrip() for name, value, why in rows]
    lines += ["", *(f"Note: {note}" for note in new.notes)] if new.notes else []
    lines += ["", *(f"wrote {file}" for file in new.written), *(f"kept {file}, which was there" for file in new.kept)]
    longest = max(map(len, new.next_commands))
    steps = [f"  {command:<{longest}}  {what}" for command, what in new.next_commands.items()]
    return "\n".join([*lines, "", "Next:", *steps])


def document(new: New) -> dict[str, Any]:
    """Return the result as one JSON document."""
    return {
        "environment": new.answers.environment,
        "decided": {name.replace(" ", "_"): {"value": value, "why": why or None} for name, value, why in _rows(new)},
        "notes": list(new.notes),
        "written": list(new.written),
        "kept": list(new.kept),
        "next": list(new.next_commands),
    }


def _rows(new: New) -> list[tuple[str, str, str]]:
    """Return name, value and reason of what decides how the app runs."""
    app, answers, accepted = new.app, new.answers, new.draft.settings

    def why(value: object, found: object) -> str:
        clue = getattr(found, "why", "")
        return str(clue) if found is not None and getattr(found, "value", None) == value else ""

    port, path = accepted.network.container_port, accepted.network.app_paths.health
    given = answers.port is not None
    return [
        ("project", answers.project, why(answers.project, app.project)),
        ("region", answers.region, ""),
        ("framework", answers.framework, why(answers.framework, app.framework)),
        ("port", str(port), why(port, app.port) if given else app.follows_port or _variable(accepted)),
        ("health path", path, why(answers.health_path, app.health_path) if answers.health_path else "the default"),
        ("size", f"{answers.cpu} CPU units, {answers.memory} MiB", why((answers.cpu, answers.memory), app.size)),
    ]


def _variable(accepted: Settings) -> str:
    """Return the words for a port that a variable of the templates says."""
    if accepted.app.framework == STREAMLIT:
        return "Streamlit's variable has it"
    return f"the variable {accepted.ecs.port_variable} has it, if the app reads that"
