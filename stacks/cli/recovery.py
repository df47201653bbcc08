"""Before a plan is made: a stack that cannot be changed is brought to where it can, after a yes or by an option."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli.follow import Following
from stacks.cli.refusals import unready
from stacks.cli.reporting import progress
from stacks.errors import Code, coded
from stacks.operations import recovery
from stacks.operations.recovery import Answer, Step
from stacks.views import recovery as view

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from stacks.aws.session import Aws
    from stacks.cli.arguments import ChangeOptions, OperationOptions
    from stacks.cloudformation.events import OnEvent
    from stacks.operations.recovery import Diagnosis
    from stacks.settings import Settings

CHOICES = {
    Answer.WAIT: (Step.WAIT,),
    Answer.RECREATE: (Step.DELETE,),
    Answer.ROLL_BACK: (Step.ROLL_BACK,),
    Answer.CONTINUE_ROLLBACK: (Step.RETRY, Step.SKIP),
}


@coded(Code.STATE)
def make_ready(aws: Aws, settings: Settings, stack_name: str, options: ChangeOptions, command: str) -> None:
    """Bring the stack to where it can be planned, one step after the other; each is asked for, or has its option.

    `command` is the one that does so. Raises UserError where no step is allowed, or a step that nobody chose by hand
    has not helped.
    """
    tried: set[Step] = set()
    emit, again = progress(options), f"python build.py {command} {settings.environment}"
    while found := recovery.diagnose(aws, stack_name):
        if found.answer is Answer.REPEAT and options.express:
            emit(view.text(found))
            break
        step = _allowed(found, options)
        if step is None:
            step = _asked(found, again, is_asked=not options.yes)
        elif step in tried:
            raise unready(found, again)
        else:
            tried |= {step} - {Step.WAIT}
            emit(view.text(found))
        _perform(aws, settings, found, step, options)
    recovery.clear_leftovers(aws, stack_name, emit=emit)


@coded(Code.STATE)
def make_deletable(
    aws: Aws, settings: Settings, options: OperationOptions, retain: Sequence[str]
) -> Callable[[OnEvent], tuple[str, ...]]:
    """Wait for what is under way, unless it is the deletion itself; say what was in the way of an earlier deletion.

    Gives what leaves behind the resources of `retain`: it is to be called after the yes, and gives the root's own.
    Raises UserError where nobody wants to wait, or where a resource cannot be left behind.
    """
    emit, stack_name = progress(options), settings.identity.name
    while (found := recovery.diagnose(aws, stack_name)) and found.answer is Answer.WAIT:
        if found.stack.state == "DELETE_IN_PROGRESS":
            found = None
            break
        if options.yes:
            emit(view.text(found))
        else:
            terminal.choose(view.question(found), [Step.WAIT.value])
        _perform(aws, settings, found, Step.WAIT, options)
    left = recovery.chosen_to_retain(found, retain)
    if found is None:
        return lambda _: ()
    emit(view.text(found))
    return partial(recovery.delete_retaining, aws, found, left)


def _perform(aws: Aws, settings: Settings, found: Diagnosis, step: Step, options: OperationOptions) -> None:
    with Following(options, aws, settings, found.stack.name, found.stack.stack_id) as following:
        recovery.perform_step(
            aws,
            found,
            step,
            on_event=following.on_event,
            on_poll=following.on_poll,
            on_interrupt=following.on_interrupt,
        )


def _asked(found: Diagnosis, command: str, *, is_asked: bool) -> Step:
    protected = found.answer is Answer.RECREATE and found.stack.protected
    if found.answer not in CHOICES or protected or not is_asked:
        raise unready(found, command)
    return Step(terminal.choose(view.question(found), [step.value for step in CHOICES[found.answer]]))


def _allowed(found: Diagnosis, options: ChangeOptions) -> Step | None:
    match found.answer:
        case Answer.RECREATE if options.recreate and not found.stack.protected:
            return Step.DELETE
        case Answer.CONTINUE_ROLLBACK if options.skip_failed:
            return Step.SKIP
        case Answer.CONTINUE_ROLLBACK if options.yes:
            return Step.RETRY
        case Answer.WAIT if options.yes:
            return Step.WAIT
        case Answer.ROLL_BACK if options.yes:
            return Step.ROLL_BACK
        case _:
            return None
