"""Build: render environments, lint them, and only when all of them pass write them into `out/`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from stacks import lint
from stacks.build.render import render, staged_folder, write_rendered
from stacks.errors import Code, UserError
from stacks.rendered.rendered import Rendered
from stacks.settings import Settings
from stacks.terminal import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True, kw_only=True)
class Checked:
    """An environment's rendered tree with what lint says of it."""

    settings: Settings
    rendered: Rendered
    report: lint.Report


@dataclass(frozen=True, kw_only=True)
class Built:
    """Environments that were rendered and linted; `folders` are those written, none if an environment has errors."""

    checked: tuple[Checked, ...]
    folders: tuple[Path, ...]

    @property
    def passed(self) -> bool:
        """Whether no environment has an error."""
        return all(it.report.passed for it in self.checked)


def render_and_lint(settings: Settings, cache: Path) -> Checked:
    """Render and lint one environment; nothing is written but the lint cache."""
    rendered = render(settings)
    with staged_folder(rendered) as folder:
        report = lint.lint_folder(folder, environment=rendered.environment, region=settings.aws.region, cache=cache)
    return Checked(settings=settings, rendered=rendered, report=report)


def render_or_refuse(settings: Settings, cache: Path) -> Rendered:
    """Render and lint what is about to be planned or deployed.

    Raises UserError when lint has errors: nothing is deployed with one.
    """
    checked = render_and_lint(settings, cache)
    errors = [finding for finding in checked.report.findings if finding.level == "error"]
    if errors:
        first = errors[0]
        raise UserError(
            f"environment {settings.environment}",
            f"lint has {counted(len(errors), 'error')}, the first is {first.rule} in {first.module}: {first.message}",
            f"`python build.py lint {settings.environment}` shows all of them.",
            code=Code.LINT,
        )
    return checked.rendered


def build_environments(
    environments: Iterable[Settings], out: Path, cache: Path, progress: Callable[[str], None]
) -> Built:
    """Render and lint environments and write each into `out/ENV/`, or none if one has errors.

    Raises UserError if `out` cannot be written.
    """
    checked = []
    for settings in environments:
        progress(f"{settings.environment}: rendering and linting for {settings.aws.region}")
        checked.append(render_and_lint(settings, cache))
    passed = all(it.report.passed for it in checked)
    folders = tuple(write_rendered(it.rendered, out) for it in checked if passed)
    return Built(checked=tuple(checked), folders=folders)
