"""Putting these operations in the place of ministack's own, wherever it calls them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.services.cloudformation import changesets, handlers, stacks

from sandbox.extension.authorisation import steps as authorisation
from sandbox.extension.cloudformation import (
    deletion,
    deployment,
    kinds,
    nested,
    operation,
    removal,
    rollback,
    steps,
    trouble,
)
from sandbox.extension.operations import OPERATIONS
from sandbox.extension.schemas import shipped

if TYPE_CHECKING:
    from sandbox.options import Options

_REPLACED = {
    "_deploy_stack_async": deployment.deploy,
    "_delete_stack_async": deletion.delete_stack,
    "_roll_back_operation": rollback.roll_back_by_request,
    "_continue_update_rollback_async": rollback.continue_update_rollback,
}

HOOKS = (
    *(f"services.cloudformation.stacks:{name}" for name in _REPLACED),
    *(f"services.cloudformation.handlers:{name}" for name in _REPLACED),
    "services.cloudformation.changesets:_deploy_stack_async",
    *authorisation.HOOKS,
    *deletion.HOOKS,
    *deployment.HOOKS,
    *kinds.HOOKS,
    *nested.HOOKS,
    *operation.HOOKS,
    *removal.HOOKS,
    *rollback.HOOKS,
    *steps.HOOKS,
    *trouble.HOOKS,
)


def install(options: Options) -> None:
    """Replace ministack's operations, and set how fast time passes. Raises MissingHookError without schemas."""
    shipped.require()
    OPERATIONS.time_scale = options.time_scale
    for name, replacement in _REPLACED.items():
        for module in (stacks, handlers, changesets):
            if hasattr(module, name):
                setattr(module, name, replacement)
    nested.install(options)
    rollback.install(options)
