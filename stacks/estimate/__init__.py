"""How long a deployment will take: the critical path of its changes, by what is known of each."""

from stacks.estimate.estimating import Estimate, Step, of

__all__ = ["Estimate", "Step", "of"]
