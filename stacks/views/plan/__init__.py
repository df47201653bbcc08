"""A plan, for people and for programs."""

from stacks.views.plan.screen import document, summary, text

__all__ = ["document", "summary", "text"]
