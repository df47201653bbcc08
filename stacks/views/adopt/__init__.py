"""A takeover from Terraform, for people and for programs."""

from stacks.views.adopt.comment import markdown
from stacks.views.adopt.documents import document
from stacks.views.adopt.screen import coloured, lines, shown, text
from stacks.views.adopt.words import has_changes, summary

__all__ = ["coloured", "document", "has_changes", "lines", "markdown", "shown", "summary", "text"]
