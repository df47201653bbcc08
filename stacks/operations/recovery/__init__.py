"""Recovery: a stack in any state is brought to where a deployment can start."""

from stacks.operations.recovery.children import children_outside, delete_children_outside
from stacks.operations.recovery.diagnosis import Diagnosis, Stuck, diagnose
from stacks.operations.recovery.leftovers import clear_leftovers
from stacks.operations.recovery.retained import chosen_to_retain, delete_retaining
from stacks.operations.recovery.states import ANSWERS, Answer
from stacks.operations.recovery.steps import Step, perform_step

__all__ = [
    "ANSWERS",
    "Answer",
    "Diagnosis",
    "Step",
    "Stuck",
    "children_outside",
    "chosen_to_retain",
    "clear_leftovers",
    "delete_children_outside",
    "delete_retaining",
    "diagnose",
    "perform_step",
]
