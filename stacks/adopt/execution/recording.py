"""Writing the journal while a takeover, or its undo, goes on."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from stacks.adopt.execution.journal import Journal, Operator, Status, Step, find_journal, write_journal
from stacks.errors import Code, UserError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stacks.adopt.execution.journal import Found
    from stacks.aws.session import Aws

LEASE_SECONDS = 1800.0
"""Seconds after its last write in which an execution by somebody else counts as under way. A step takes minutes, the
drift detection of a stack up to ten."""


class Recorder:
    """Keeps the journal, and writes each change of it, as long as nobody else does."""

    def __init__(self, aws: Aws, bucket: str, journal: Journal, etag: str) -> None:
        self._aws, self._bucket, self._etag = aws, bucket, etag
        self.journal = journal
        self._written: Journal | None = None

    def write(self, **changed: Any) -> None:  # noqa: ANN401 - fields of the journal
        """Write the journal with these fields changed; one that is as it was is not written."""
        journal = dataclasses.replace(self.journal, **changed)
        if self._etag and journal == self._written:
            return
        self._etag = write_journal(self._aws, self._bucket, journal, self._etag)
        self.journal = self._written = journal

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Record the beginning of a step, and its end where the block does not raise."""
        begun = Step(name=name, begun=_now())
        self.write(steps=(*(it for it in self.journal.steps if it.name != name), begun))
        yield
        ended = dataclasses.replace(begun, ended=_now())
        self.write(steps=tuple(ended if it is begun else it for it in self.journal.steps))

    def has_ended(self, name: str) -> bool:
        """Whether a step was taken to its end, in this execution or before."""
        return any(it.name == name and it.ended for it in self.journal.steps)


def begin(aws: Aws, bucket: str, journal: Journal) -> Recorder:
    """Return the recorder of an execution of this takeover, or of one that goes on.

    Raises UserError where another takeover into the same root is recorded, or where somebody else is executing it.
    """
    found = find_journal(aws, bucket, journal.root)
    if found is not None and found.journal.status != "undone":
        _refuse_other_state(found.journal, journal)
        _refuse_busy(aws, found)
        kept = found.journal
        # A finished one is only proven again.
        journal = dataclasses.replace(kept, operator=journal.operator, status="executing", state=journal.state)
    recorder = Recorder(aws, bucket, journal, found.etag if found else "")
    recorder.write()
    return recorder


def resume(aws: Aws, bucket: str, root: str, status: Status) -> Recorder | None:
    """Return the recorder of the takeover that the journal tells of, now with this status; None without a journal."""
    found = find_journal(aws, bucket, root)
    if found is None:
        return None
    _refuse_busy(aws, found)
    recorder = Recorder(aws, bucket, found.journal, found.etag)
    recorder.write(status=status, operator=new_operator(aws))
    return recorder


def new_operator(aws: Aws) -> Operator:
    """Return the caller, as the operator of one execution."""
    return Operator(arn=aws.caller_arn, token=uuid.uuid4().hex)


def _refuse_other_state(kept: Journal, new: Journal) -> None:
    if kept.state.lineage != new.state.lineage:
        why = (
            f"a takeover of another state (lineage {kept.state.lineage}) has begun, and this one is {new.state.lineage}"
        )
        then = "Take that one back first: `adopt ENV --undo`."
        raise UserError(f"journal of {kept.root}", why, then, code=Code.STATE)
    if kept.status == "undoing":
        then = "Let that end first: `adopt ENV --undo`."
        raise UserError(f"journal of {kept.root}", "an undo has begun, and not ended", then, code=Code.STATE)


def _resources(journal: Journal) -> set[tuple[str, str]]:
    return {(it.path, json.dumps(dict(it.identifier), sort_keys=True)) for it in journal.resources}


def _refuse_busy(aws: Aws, found: Found) -> None:
    """Raise UserError where somebody else is executing; who repeats the own command goes on at once."""
    journal = found.journal
    if not journal.is_under_way or journal.operator.arn == aws.caller_arn or found.age > LEASE_SECONDS:
        return
    why = f"{journal.operator.arn} is executing it, and has recorded a step {found.age:.0f} s ago"
    left = (LEASE_SECONDS - found.age) / 60
    then = f"Wait for its end. If it was interrupted: the same caller goes on at once, anybody else in {left:.0f} min."
    raise UserError(f"journal of {journal.root}", why, then, code=Code.STATE)


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
