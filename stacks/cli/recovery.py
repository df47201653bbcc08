"""Before a plan is made: a stack that cannot be changed is brought to where it can, after a yes or by an option."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from stacks import terminal
from stacks.cli import session
from stacks.errors import Code, UserError, coded
from stacks.operations import recovery
from stacks.operations.recovery import Answer, Step

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from stacks.aws.session import Aws
    from stacks.cloudformation.events import OnEvent
    from stacks.operations.recovery import Diagnosis

CHOICES = {
    Answer.WAIT: (Step.WAIT,),
    Answer.RECREATE: (Step.DELETE,),
    Answer.ROLL_BACK: (Step.ROLL_BACK,),
    Answer.CONTINUE_ROLLBACK: (Step.RETRY, Step.SKIP),
}


@coded(Code.STATE)
def refuse_unready(aws: Aws, stack_name: str, args: argparse.Namespace) -> None:
    """Raise UserError where the stack cannot be changed as it is, and say why, and how it gets out of it."""
    if found := recovery.diagnose(aws, args.environment, stack_name):
        raise _refusal(found, f"python build.py deploy {args.environment}")
    recovery.clear(aws, stack_name, emit=session.progress(args))


@coded(Code.STATE)
def make_ready(aws: Aws, stack_name: str, args: argparse.Namespace) -> None:
    """Bring the stack to where it can be planned, one step after the other; each is asked for, or has its option.

    Raises UserError where no step is allowed, or a step that nobody chose by hand has not helped.
    """
    from stacks.views import recovery as view

    tried: set[Step] = set()
    while found := recovery.diagnose(aws, args.environment, stack_name):
        if found.answer is Answer.REPEAT and getattr(args, "express", False):
            session.progress(args)(view.text(found))
            break
        step = _allowed(found, args)
        if step is None:
            step = _asked(found, args)
        elif step in tried:
            raise _refusal(found, _command(args))
        else:
            tried |= {step} - {Step.WAIT}
            session.progress(args)(view.text(found))
        _perform(aws, found, step, args)
    recovery.clear(aws, stack_name, emit=session.progress(args))


@coded(Code.STATE)
def make_deletable(aws: Aws, stack_name: str, args: argparse.Namespace) -> Callable[[OnEvent], tuple[str, ...]]:
    """Wait for what is under way, unless it is the deletion itself; say what was in the way of an earlier deletion.

    Gives what leaves behind the resources of `--retain`: it is to be called after the yes, and gives the root's own.
    Raises UserError where nobody wants to wait, or where a resource cannot be left behind.
    """
    from stacks.views import recovery as view

    while (found := recovery.diagnose(aws, args.environment, stack_name)) and found.answer is Answer.WAIT:
        if found.stack.state == "DELETE_IN_PROGRESS":
            found = None
            break
        if args.yes:
            session.progress(args)(view.text(found))
        else:
            terminal.choose(view.question(found), [Step.WAIT.value])
        _perform(aws, found, Step.WAIT, args)
    left = recovery.chosen(found, args.retain)
    if found is None:
        return lambda _: ()
    session.progress(args)(view.text(found))
    return partial(recovery.leave, aws, found, left)


def _perform(aws: Aws, found: Diagnosis, step: Step, args: argparse.Namespace) -> None:
    from stacks.cli.following import Following

    with Following(args, aws, found.stack.name, found.stack.stack_id) as following:
        recovery.perform(
            aws,
            found,
            step,
            on_event=following.on_event,
            on_look=following.on_look,
            on_interrupt=following.on_interrupt,
        )


def _asked(found: Diagnosis, args: argparse.Namespace) -> Step:
    from stacks.views import recovery as view

    protected = found.answer is Answer.RECREATE and found.stack.protected
    if found.answer not in CHOICES or protected or args.yes:
        raise _refusal(found, _command(args))
    return Step(terminal.choose(view.question(found), [step.value for step in CHOICES[found.answer]]))


def _command(args: argparse.Namespace) -> str:
    return f"python build.py {args.command} {args.environment}"


def _allowed(found: Diagnosis, args: argparse.Namespace) -> Step | None:
    match found.answer:
        case Answer.RECREATE if args.recreate and not found.stack.protected:
            return Step.DELETE
        case Answer.CONTINUE_ROLLBACK if args.skip_failed:
            return Step.SKIP
        case Answer.CONTINUE_ROLLBACK if args.yes:
            return Step.RETRY
        case Answer.WAIT if args.yes:
            return Step.WAIT
        case Answer.ROLL_BACK if args.yes:
            return Step.ROLL_BACK
        case _:
            return None


def _refusal(found: Diagnosis, command: str) -> UserError:
    from stacks.views import recovery as view

    stack = found.stack
    then = view.then(found, command)
    if found.answer is Answer.RECREATE and stack.protected:
        then = (
            f"{then}\nTermination protection is on; switch it off first: aws cloudformation "
            f"update-termination-protection --no-enable-termination-protection --stack-name {stack.name}"
        )
    return UserError(f"stack {stack.name}", f"it cannot be changed: its state is {stack.state}", then)
