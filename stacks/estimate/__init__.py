"""Estimate a deployment or a deletion: the critical path of its changes, by their usual durations."""

from stacks.estimate.deletion import estimate_deletion
from stacks.estimate.estimating import Estimate, Step, estimate_changes

__all__ = ["Estimate", "Step", "estimate_changes", "estimate_deletion"]
