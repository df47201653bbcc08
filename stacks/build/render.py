"""From settings to the files of `out/ENV/`: the templates of the tree and the root's parameters."""

from __future__ import annotations

import json
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stacks.errors import Code, UserError
from stacks.files import replace_folder
from stacks.rendered.rendered import ROOT, Rendered
from templates import root
from templates.model import Stack, template_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.settings import Settings

KEPT = frozenset({"AvailabilityZones", "EcsForcedDeployment"})
"""Parameters whose value a stack keeps: `aws cloudformation deploy` takes the earlier one of what it is not given."""
PARAMETERS = "parameters.json"
"""What `aws cloudformation deploy --parameter-overrides file://` takes: `["Name=value", ...]`, the one form that both
version 1 and version 2 of the AWS CLI read. (`create-stack --parameters` reads another one.)"""


def render(settings: Settings, *, former_image: str = "") -> Rendered:
    """Render the tree; the same settings give the same bytes. `former_image` is as in `root.build`."""
    stack = root.build(settings, former_image=former_image)
    return Rendered(
        environment=settings.environment,
        stack_name=settings.identity.name,
        templates={ROOT: stack.body} | {template_file(name): child.body for name, child in stack.children.items()},
        parameters=_parameters(settings, stack),
        tags=settings.identity.tags,
    )


def _parameters(settings: Settings, stack: Stack[Any]) -> dict[str, str]:
    """Return the root's defaults, but for the count: with autoscaling on, a number would undo what it has scaled to.

    A parameter without a default is not among them: its value is looked up when planning. Nor is one that a stack keeps
    and the settings leave open.
    """
    values = {title: str(it.expression) for title, it in stack.arguments.items() if it.expression is not None}
    values = {title: value for title, value in values.items() if value or title not in KEPT}
    if settings.autoscaling.enabled:
        values["EcsDesiredCount"] = ""
    return values


@contextmanager
def staged_folder(rendered: Rendered) -> Iterator[Path]:
    """Write the files into a new temporary folder, which is gone at the end.

    Raises UserError if it cannot be written.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="stacks-") as name:
            folder = Path(name)
            _fill(folder, rendered)
            yield folder
    except OSError as error:
        raise UserError(
            "temporary folder", _reason(error), "Set TMPDIR to a folder with free space.", code=Code.FILE
        ) from error


def write_rendered(rendered: Rendered, out: Path) -> Path:
    """Put the files into `out/ENV/`, all or none: until the new folder is whole, the old one stays.

    Raises UserError if `out` cannot be written; `out/ENV/` is then what it was.
    """
    target = out / rendered.environment
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{rendered.environment}-", dir=out) as name:
            new, old = Path(name) / "new", Path(name) / "old"
            new.mkdir()
            _fill(new, rendered)
            replace_folder(new, target, old)
    except OSError as error:
        raise UserError(
            str(target), _reason(error), "The earlier files there are untouched.", code=Code.FILE
        ) from error
    return target


def _fill(folder: Path, rendered: Rendered) -> None:
    for name, text in rendered.templates.items():
        (folder / name).write_text(text, encoding="utf-8")
    overrides = [f"{name}={value}" for name, value in sorted(rendered.parameters.items())]
    (folder / PARAMETERS).write_text(json.dumps(overrides, indent=2) + "\n", encoding="utf-8")


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
