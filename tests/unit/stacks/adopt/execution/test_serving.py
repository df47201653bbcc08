"""What is said of tasks and targets before and after a takeover."""

from __future__ import annotations

import pytest

from stacks.adopt.execution.journal import Serving
from stacks.adopt.execution.serving import compare_serving, is_as_before, refuse_changed
from stacks.errors import UserError

CLUSTER = "arn:aws:ecs:ap-northeast-2:123456789012"


def serving(tasks: str, targets: str = "", revision: int = 7) -> Serving:
    """Return a service with tasks and healthy targets of these letters."""
    return Serving(
        task_definition=f"{CLUSTER}:task-definition/web:{revision}",
        desired=len(tasks),
        task_arns=tuple(f"{CLUSTER}:task/web/{it}" for it in tasks),
        healthy_targets=tuple(f"10.0.0.{it}:8501" for it in targets),
    )


def test_what_is_as_before_is_said_in_a_sentence_each() -> None:
    """One or many."""
    assert compare_serving(serving("a", "1"), serving("a", "1")) == (
        "The same task runs without interruption.",
        "The same target is healthy as before.",
        "It runs web:7, as before.",
    )
    assert compare_serving(serving("ab"), serving("ba"))[0] == "The same 2 tasks run without interruption."
    assert compare_serving(None, None) == ("There is no service among what is taken over.",)


def test_more_tasks_are_as_before_and_fewer_are_not() -> None:
    """Autoscaling goes on meanwhile: what runs still has to run, and may have got company."""
    assert is_as_before(serving("a", "1"), serving("ab", "12"))
    assert not is_as_before(serving("ab"), serving("a"))
    assert not is_as_before(serving("a", "1"), serving("a"))
    assert not is_as_before(serving("a"), serving("a", revision=8))
    assert is_as_before(None, None)
    assert compare_serving(serving("ab"), serving("bc"))[0] == "Tasks: 2 before, 2 now: -a +c."


def test_another_task_definition_stops_a_takeover() -> None:
    """What is imported names the one that ran."""
    refuse_changed(serving("a"), serving("b"))
    with pytest.raises(UserError, match="it runs web:8 now, and ran web:7 when the takeover began"):
        refuse_changed(serving("a"), serving("a", revision=8))


def test_a_takeover_stops_where_nothing_serves_any_more() -> None:
    """Some targets fewer are what autoscaling does; none at all is an interruption, and no further step is taken."""
    refuse_changed(serving("ab", "12"), serving("a", "1"))
    refuse_changed(serving("a"), serving("a"))
    with pytest.raises(UserError, match="no target is healthy any more; there were 2 when the takeover began"):
        refuse_changed(serving("ab", "12"), serving("ab"))
