"""A replay of autoscaling, for people and for programs."""

from stacks.views.scale.document import document
from stacks.views.scale.page import page
from stacks.views.scale.screen import screen
from stacks.views.scale.words import text

__all__ = ["document", "page", "screen", "text"]
