"""A plan in a file: its conditions, and its estimate."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from stacks.cloudformation.stack import REVIEW_IN_PROGRESS
from stacks.errors import Code, UserError, coded
from stacks.estimate.estimating import Estimate
from stacks.files import refuse_unwritable, write_file
from stacks.plan.conditions import Conditions, operation_began

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.plan.proposal import Plan

FORMAT = "preto-2 plan 2"
"""The `format` entry of the file; its number changes with the format."""


@with_config(ConfigDict(strict=True, extra="forbid", allow_inf_nan=False))
@dataclass(frozen=True, kw_only=True)
class Saved:
    """What must not change until the plan is executed. `change_set_id` is "" for a plan without changes."""

    environment: str
    account_id: str
    region: str
    stack_name: str
    stack_id: str
    change_set_id: str
    creates: bool
    state: str
    changed_at: str
    made_at: str
    artifact_bucket: str
    notes: tuple[str, ...]
    conditions: Conditions
    estimate: Estimate | None
    architecture: str


def refuse_unwritable_plan(path: Path) -> None:
    """Raise UserError if the file could not be written, before a change set is created for it."""
    refuse_unwritable(path, "Nothing was planned. Name another file with --out.")


def write_plan(plan: Plan, path: Path) -> None:
    """Write the plan to a file, atomically.

    Raises UserError if that fails; an existing file is then unchanged.
    """
    existing = plan.request.existing
    saved = Saved(
        environment=plan.request.environment,
        account_id=plan.account_id,
        region=plan.region,
        stack_name=plan.request.stack_name,
        stack_id=plan.changes.stack_id,
        change_set_id=plan.change_set.change_set_id if plan.change_set else "",
        creates=plan.request.creates,
        state=existing.state if existing else REVIEW_IN_PROGRESS,
        changed_at=operation_began(existing),
        made_at=plan.made_at.isoformat() if plan.made_at else "",
        artifact_bucket=plan.artifact_bucket,
        notes=plan.request.notes,
        conditions=plan.conditions,
        estimate=plan.estimate,
        architecture=plan.request.architecture,
    )
    text = json.dumps({"format": FORMAT} | asdict(saved), indent=2, ensure_ascii=False) + "\n"
    write_file(path, text, "The plan was not saved.")


@coded(Code.FILE)
def read_plan(path: Path) -> Saved:
    """Return the plan that is saved in a file.

    Raises UserError if the file cannot be read, or is not a saved plan.
    """
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(str(path), error.strerror or str(error), "`plan ENV --out FILE` writes one.") from error
    except (ValueError, RecursionError) as error:
        raise UserError(str(path), f"it is not a saved plan: {error}", "`plan ENV --out FILE` writes one.") from error
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        why = f'it is not a saved plan of this version: "format" is not "{FORMAT}"'
        raise UserError(str(path), why, "`plan ENV --out FILE` writes one.")
    try:
        return TypeAdapter(Saved).validate_json(json.dumps(found))
    except ValidationError as error:
        why = f"it is not a saved plan: {_describe(error)}"
        raise UserError(str(path), why, "It was changed after it was written. Plan anew.") from None


def _describe(error: ValidationError) -> str:
    """Name the first missing or invalid entry, or else the unknown ones."""
    problems = [(str(it["loc"][0]) if it["loc"] else "an entry", len(it["loc"]), it["type"]) for it in error.errors()]
    unknown = [name for name, depth, kind in problems if depth == 1 and kind == "unexpected_keyword_argument"]
    wrong = [name for name, _, _ in problems if name not in unknown]
    if wrong:
        return f"{wrong[0]} is missing or invalid"
    return f"unknown entries: {', '.join(sorted(unknown))}"
