"""A Procfile: the command of each type of process."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stacks.new.clues import Clue
from stacks.new.shell import SHELL_FORM

if TYPE_CHECKING:
    from stacks.new.sources import Sources

PROCFILE = "Procfile"
_LINE = re.compile(r"([A-Za-z0-9_-]+):\s*(\S.*)")


def processes(sources: Sources) -> dict[str, Clue[tuple[str, ...]]]:
    """Return the commands by their type, such as `web`; a shell runs them (devcenter.heroku.com/articles/procfile)."""
    return {
        found[1]: Clue(value=(*SHELL_FORM, found[2].strip()), why=f"{PROCFILE}:{number}")
        for number, line in enumerate((sources.text(PROCFILE) or "").split("\n"), start=1)
        if (found := _LINE.fullmatch(line.strip()))
    }
