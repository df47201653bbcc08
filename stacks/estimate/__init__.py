"""How long a deployment or a deletion will take: the critical path of what changes, by what is known of each."""

from stacks.estimate.deletion import estimate_deletion
from stacks.estimate.estimating import Estimate, Step, estimate_changes

__all__ = ["Estimate", "Step", "estimate_changes", "estimate_deletion"]
