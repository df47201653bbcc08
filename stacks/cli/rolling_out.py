"""`bootstrap ENV --fleet`: the bootstrap stack in many accounts and regions, by a stack set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks import terminal
from stacks.aws.errors import translate_aws_errors
from stacks.cli.follow import SECOND_CHANCE
from stacks.cli.reporting import DONE, FAILED, Formats, progress, show
from stacks.errors import UserError
from stacks.fleet.execution import Rolled, execute_fleet_plan, stop_operation, wait_for_running
from stacks.fleet.planning import FleetPlan, plan_fleet, plan_removal, refuse_no_fleet
from stacks.fleet.stack_set import call_as, find_stack_set, running_operation
from stacks.fleet.template import want_stack_set
from stacks.views import fleet as view

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.aws.session import Aws
    from stacks.cli.arguments import OperationOptions
    from stacks.fleet.execution import Result
    from stacks.fleet.stack_set import Operation
    from stacks.settings import Settings

FORMATS: Formats[Rolled] = {"text": view.rolled_text, "json": view.rolled_document}
STOP = "stop"


def roll_out(aws: Aws, settings: Settings, options: OperationOptions, *, destroys: bool, retains: bool) -> int:
    """Wait for what is under way, show what would change, ask, execute, report, and return the exit code."""
    refuse_no_fleet(settings)
    emit = progress(options)
    _wait(aws, settings, options)
    make_plan = plan_removal if destroys else plan_fleet
    plan = make_plan(aws, settings, retains=retains)
    if plan.is_nothing:
        show(
            options,
            Rolled(plan=plan, done=()),
            {"text": lambda it: view.plan_text(it.plan), "json": view.rolled_document},
        )
        return DONE
    if options.yes:
        emit(view.plan_text(plan))
    else:
        word = plan.wanted.name if destroys else "yes"
        terminal.confirm(view.plan_text(plan), word)
    rolled = execute_fleet_plan(
        aws,
        settings,
        plan,
        on_result=_telling(emit),
        on_interrupt=lambda operation: _interrupted(aws, settings, plan, operation),
    )
    show(options, rolled, FORMATS, terminal.data if rolled.succeeded else terminal.message)
    return DONE if rolled.succeeded else FAILED


def _telling(emit: Callable[[str], None]) -> Callable[[Result], None]:
    return lambda result: emit(view.result_line(result))


def _wait(aws: Aws, settings: Settings, options: OperationOptions) -> None:
    """Follow an operation that is under way to its end: a stack set has one at a time."""
    name, called, emit = want_stack_set(settings).name, call_as(settings), progress(options)
    with translate_aws_errors():
        if find_stack_set(aws, name, called) is None or (running := running_operation(aws, name, called)) is None:
            return
        emit(f"Stack set {name}: the operation {running.action} is under way, and is waited for.")
        wait_for_running(aws, name, called, on_result=_telling(emit))


def _interrupted(aws: Aws, settings: Settings, plan: FleetPlan, operation: Operation) -> bool:
    """Say how to come back; a second Ctrl-C asks whether to stop the operation. Return whether to go on following."""
    if not terminal.is_interactive():
        return False
    terminal.message(
        f"{plan.wanted.name}: CloudFormation goes on by itself\n"
        f"Come back to it with: python build.py bootstrap {plan.environment} --fleet\n"
        f"Ctrl-C once more in the next {SECOND_CHANCE:.0f} s to stop it instead; Enter to leave."
    )
    if not terminal.interrupted_within(SECOND_CHANCE):
        return False
    try:
        terminal.confirm(f"\nStop the operation {operation.action} on {plan.wanted.name}?", STOP)
        terminal.message(stop_operation(aws, plan.wanted.name, operation, call_as(settings)))
    except UserError as error:
        terminal.message(f"{error.what}: {error.why}")
        return False
    return True
