"""What differs between what runs and our templates, and what the first deployment does about it."""

from stacks.adopt.differences.adopted import compare
from stacks.adopt.differences.resolution import Resolved, resolve

__all__ = ["Resolved", "compare", "resolve"]
