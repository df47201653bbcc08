"""The timeline of an operation: one HTML page that needs nothing else."""

from stacks.views.timeline.page import page

__all__ = ["page"]
