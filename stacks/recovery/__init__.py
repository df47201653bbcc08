"""Recovery: a stack in any state is brought to where a deployment can start."""

from stacks.recovery.children import delete_outside, outside
from stacks.recovery.diagnosis import Diagnosis, Stuck, diagnose
from stacks.recovery.leftovers import clear
from stacks.recovery.retained import chosen, leave
from stacks.recovery.states import ANSWERS, Answer
from stacks.recovery.steps import Step, perform

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
