"""A plan, for people and for programs."""

from stacks.views.plan.comment import markdown
from stacks.views.plan.documents import document
from stacks.views.plan.screen import shown, text
from stacks.views.plan.words import summary

__all__ = ["document", "markdown", "shown", "summary", "text"]
