"""Conditions know the pseudo parameters, such as `Fn::Equals: [Ref: AWS::Region, ...]`.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ministack.core.responses import get_account_id, get_region
from ministack.services.cloudformation import changesets, engine, handlers, stacks

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.extension.untyped import Record


def install() -> None:
    """Add them to the parameters with which conditions are evaluated, in each module that does so."""
    stock: Callable[[Record, Record], Record] = engine._evaluate_conditions

    def evaluate(template: Record, params: Record) -> Record:
        return stock(template, _pseudo_parameters() | params)

    engine._evaluate_conditions = handlers._evaluate_conditions = evaluate
    changesets._evaluate_conditions = stacks._evaluate_conditions = evaluate


def _pseudo_parameters() -> Record:
    """Return them as ministack keeps parameters; the stack's name and id are not among them."""
    values = {
        "AWS::AccountId": get_account_id(),
        "AWS::Partition": "aws",
        "AWS::Region": get_region(),
        "AWS::URLSuffix": "amazonaws.com",
    }
    return {name: {"Value": value, "NoEcho": False} for name, value in values.items()}
