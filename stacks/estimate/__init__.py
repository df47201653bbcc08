"""How long a deployment or a deletion will take: the critical path of what changes, by what is known of each."""

from stacks.estimate.deletion import of_deletion
from stacks.estimate.estimating import Estimate, Step, of

__all__ = ["Estimate", "Step", "of", "of_deletion"]
