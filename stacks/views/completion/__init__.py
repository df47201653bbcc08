"""Completion for shells: a script in a shell's own language, which starts no Python when somebody presses Tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stacks.views.completion import bash, fish, zsh

if TYPE_CHECKING:
    from collections.abc import Callable

    from stacks.views.completion.grammar import Grammar

SHELLS: dict[str, Callable[[Grammar], str]] = {"bash": bash.script, "zsh": zsh.script, "fish": fish.script}
"""By the name of a shell, what makes its script."""
