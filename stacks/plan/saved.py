"""A plan in a file: what has to be the same when its change set is executed, and what it was said to take."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from stacks.cloudformation.stack import REVIEW_IN_PROGRESS
from stacks.errors import Code, UserError, coded
from stacks.estimate import Estimate, Step
from stacks.files import refuse_unwritable, write_file
from stacks.plan.conditions import Conditions, Nested, parse_instant

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.plan.proposal import Plan

FORMAT = "preto-2 plan 2"
"""First entry of the file; another number is another form."""
LONGEST = 10**9
"""Seconds, and counts, that are taken for ones."""
STEP = {"path": str, "type": str, "action": str, "seconds": float, "learnt_from": int}
SHAPE: dict[str, Any] = {
    "environment": str,
    "account_id": str,
    "region": str,
    "stack_name": str,
    "stack_id": str,
    "change_set_id": str,
    "creates": bool,
    "state": str,
    "changed_at": str,
    "made_at": str,
    "artifact_bucket": str,
    "notes": [str],
    "architecture": str,
    "conditions": {
        "nested": [{"path": str, "stack_id": str, "state": str, "changed_at": str}],
        "repository": str,
        "image_tag": str,
    },
    "estimate": (None, {"seconds": float, "steps": [STEP], "every": [STEP]}),
}
"""What each entry is: a type, a list of things, an object with exactly these entries, or one of several."""


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What has to be the same when the plan is executed. `change_set_id` is "" for a plan without changes.

    `estimate` is what it was said to take, None where nothing was said.
    """

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


def writable(path: Path) -> None:
    """Raise UserError where the file could not be written: found out before a change set is made for it."""
    refuse_unwritable(path, "Nothing was planned. Name another file with --out.")


def write(plan: Plan, path: Path) -> None:
    """Write it, all or nothing.

    Raises UserError where that fails; an earlier file is then untouched.
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
        changed_at=parse_instant(existing),
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
def read(path: Path) -> Saved:
    """Return the saved plan in a file.

    Raises UserError where there is none, or the file is something else.
    """
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(str(path), error.strerror or str(error), "`plan ENV --out FILE` writes one.") from error
    except (ValueError, RecursionError) as error:
        raise UserError(str(path), f"it is no saved plan: {error}", "`plan ENV --out FILE` writes one.") from error
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        why = f'it is no saved plan of this version: "format" is not "{FORMAT}"'
        raise UserError(str(path), why, "`plan ENV --out FILE` writes one.")
    if wrong := _wrong(found):
        raise UserError(str(path), f"it is no saved plan: {wrong}", "It was changed after it was written. Plan anew.")
    return _restored(found)


def _restored(found: dict[str, Any]) -> Saved:
    """Return the saved plan from entries that have their shapes."""
    conditions, estimate = found["conditions"], found["estimate"]
    nested = tuple(Nested(**stack) for stack in conditions["nested"])
    if estimate is not None:
        steps = {name: tuple(Step(**step) for step in estimate[name]) for name in ("steps", "every")}
        estimate = Estimate(**estimate | steps)
    own = {
        "notes": tuple(found["notes"]),
        "conditions": Conditions(**conditions | {"nested": nested}),
        "estimate": estimate,
    }
    return Saved(**found | own)


def _wrong(found: dict[str, Any]) -> str:
    """Return what is wrong with the file's content, or ""."""
    for name, shape in SHAPE.items():
        if name not in found or not _fits(found[name], shape):
            return f"{name} is missing, or is not what it should be"
    unknown = sorted(found.keys() - SHAPE.keys())
    return f"nothing is known of {', '.join(unknown)}" if unknown else ""


def _fits(value: Any, shape: Any) -> bool:  # noqa: ANN401 - any JSON, and any part of `SHAPE`
    match shape:
        case None:
            return value is None
        case tuple():
            return any(_fits(value, each) for each in shape)
        case list():
            return isinstance(value, list) and all(_fits(item, shape[0]) for item in value)
        case dict():
            same = isinstance(value, dict) and value.keys() == shape.keys()
            return same and all(_fits(value[name], each) for name, each in shape.items())
        case _ if shape in {int, float}:
            is_number = isinstance(value, int if shape is int else int | float) and not isinstance(value, bool)
            return is_number and 0 <= value <= LONGEST
        case _:
            return isinstance(value, shape)
