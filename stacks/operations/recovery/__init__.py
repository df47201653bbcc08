"""Recovery: a stack in any state is brought to where a deployment can start."""

from stacks.operations.recovery.children import delete_outside, outside
from stacks.operations.recovery.diagnosis import Diagnosis, Stuck, diagnose
from stacks.operations.recovery.leftovers import clear
from stacks.operations.recovery.retained import chosen, leave
from stacks.operations.recovery.states import ANSWERS, Answer
from stacks.operations.recovery.steps import Step, perform

__all__ = [
    "ANSWERS",
    "Answer",
    "Diagnosis",
    "Step",
    "Stuck",
    "chosen",
    "clear",
    "delete_outside",
    "diagnose",
    "leave",
    "outside",
    "perform",
]
