"""A plan in a file: its change set is kept, and exactly this one is executed later, or none."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from stacks import atomic, changes, deployed
from stacks import aws as amazon
from stacks.aws import reported
from stacks.changes import StackChanges
from stacks.changeset import ChangeSet, Request
from stacks.errors import UserError
from stacks.plan.explanation import explain
from stacks.plan.planning import Plan
from stacks.plan.sources import gather

if TYPE_CHECKING:
    from pathlib import Path

    from stacks.aws import Aws
    from stacks.deployed import Deployed

FORMAT = "preto-2 plan 1"
"""First entry of the file; another number is another form."""


@dataclass(frozen=True, kw_only=True)
class Saved:
    """What has to be the same when the plan is executed. `change_set_id` is "" for a plan without changes."""

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
    architecture: str


def writable(path: Path) -> None:
    """Raise UserError where the file could not be written: found out before a change set is made for it."""
    atomic.refuse_unwritable(path, "Nothing was planned. Name another file with --out.")


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
        state=existing.state if existing else deployed.REVIEW,
        changed_at=_instant(existing),
        made_at=plan.made_at.isoformat() if plan.made_at else "",
        artifact_bucket=plan.artifact_bucket,
        notes=plan.request.notes,
        architecture=plan.request.architecture,
    )
    text = json.dumps({"format": FORMAT} | asdict(saved), indent=2, ensure_ascii=False) + "\n"
    atomic.write(path, text, "The plan was not saved.")


def read(path: Path) -> Saved:
    """The saved plan in a file.

    Raises UserError where there is none, or the file is something else.
    """
    try:
        found = json.loads(path.read_bytes())
    except OSError as error:
        raise UserError(str(path), error.strerror or str(error), "`plan ENV --out FILE` writes one.") from error
    except ValueError as error:
        raise UserError(str(path), f"it is no saved plan: {error}", "`plan ENV --out FILE` writes one.") from error
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        why = f'it is no saved plan of this version: "format" is not "{FORMAT}"'
        raise UserError(str(path), why, "`plan ENV --out FILE` writes one.")
    if wrong := _wrong(found):
        raise UserError(str(path), f"it is no saved plan: {wrong}", "It was changed after it was written. Plan anew.")
    return Saved(**found | {"notes": tuple(found["notes"])})


def _wrong(found: dict[str, object]) -> str:
    """What is not as `write` writes it, or ""."""
    kinds: dict[str, type] = {field.name: str for field in fields(Saved)} | {"creates": bool, "notes": list}
    for name, kind in kinds.items():
        if not isinstance(found.get(name), kind):
            return f"{name} is missing, or is not what it should be"
    notes = found["notes"]
    if isinstance(notes, list) and not all(isinstance(note, str) for note in notes):
        return "notes are not texts"
    unknown = sorted(found.keys() - kinds.keys())
    return f"nothing is known of {', '.join(unknown)}" if unknown else ""


@reported()
def reopen(aws: Aws, saved: Saved, environment: str, stack_name: str) -> Plan:
    """The plan again, as CloudFormation has it, if everything is still as it was when it was made.

    Raises UserError where it is for another environment, account or region, where its change set is gone, or where
    the stack has moved since.
    """
    _refuse_other(aws, saved, environment, stack_name)
    existing = deployed.read(aws, saved.stack_id)
    _refuse_moved(saved, existing)
    request = Request(
        environment=saved.environment,
        stack_name=saved.stack_name,
        delete_command=f"python build.py destroy {saved.environment}",
        template="",
        existing=existing,
        nested=True,
        notes=saved.notes,
        architecture=saved.architecture,
        kept=True,
    )
    change_set, tree = None, StackChanges(stack_id=saved.stack_id)
    if saved.change_set_id:
        tree = _read(aws, saved)
        change_set = ChangeSet(
            change_set_id=saved.change_set_id,
            stack_id=saved.stack_id,
            stack_name=saved.stack_name,
            stack_is_new=saved.creates,
        )
    return Plan(
        request=request,
        changes=tree if saved.creates else explain(tree, gather(aws, tree)),
        change_set=change_set,
        artifact_bucket=saved.artifact_bucket,
        account_id=aws.account_id,
        region=aws.region,
        made_at=datetime.now(UTC),
    )


def _refuse_other(aws: Aws, saved: Saved, environment: str, stack_name: str) -> None:
    for what, planned, now in (
        ("environment", saved.environment, environment),
        ("stack", saved.stack_name, stack_name),
        ("account", saved.account_id, aws.account_id),
        ("region", saved.region, aws.region),
    ):
        if planned != now:
            raise UserError("saved plan", f"it is for {what} {planned}, and this is {now}", "Nothing was changed.")


def _refuse_moved(saved: Saved, existing: Deployed | None) -> None:
    then = f"Nothing was changed. Plan anew: python build.py plan {saved.environment} --out FILE"
    if existing is None or existing.state == "DELETE_COMPLETE":
        raise UserError("saved plan", f"stack {saved.stack_name} for which it was made is gone", then)
    moved = existing.state != saved.state or (not saved.creates and _instant(existing) != saved.changed_at)
    if moved:
        why = (
            f"stack {saved.stack_name} has moved since: it was {saved.state} ({saved.changed_at or 'new'}), "
            f"and is {existing.state} ({_instant(existing)})"
        )
        raise UserError("saved plan", why, then)


def _read(aws: Aws, saved: Saved) -> StackChanges:
    """The changes, if the change set can still be executed."""
    then = f"Nothing was changed. Plan anew: python build.py plan {saved.environment} --out FILE"
    try:
        found = next(changes.describe(aws, saved.change_set_id))
        if found["ExecutionStatus"] == "AVAILABLE" and found["StackId"] == saved.stack_id:
            return changes.read(aws, saved.change_set_id)
    except amazon.ClientError as error:
        if amazon.code(error) != "ChangeSetNotFound" and not amazon.is_absent(error):
            raise
        raise UserError("saved plan", "its change set is gone: executed, or deleted", then) from error
    why = f"its change set cannot be executed any more: {found['ExecutionStatus']}"
    raise UserError("saved plan", why, then)


def _instant(existing: Deployed | None) -> str:
    return existing.changed_at.isoformat() if existing and existing.changed_at else ""
