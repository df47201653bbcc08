"""Errors of cfn-lint in a tree, without linting again what was linted before."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stacks.build.render import staged_folder
from stacks.lint import linter
from stacks.rendered.rendered import ROOT

if TYPE_CHECKING:
    from stacks.lint import Finding
    from stacks.rendered.rendered import Rendered


@dataclass(frozen=True)
class Linting:
    """Lints trees one after the other.

    What is found in a child depends on its text and the region alone, but for rule W9101, which is a warning;
    what is found in the root depends on its children, too.
    """

    passed: set[tuple[str, str, str]] = field(default_factory=set)

    def errors(self, rendered: Rendered, region: str) -> list[Finding]:
        """The errors of those templates that have not passed in this region yet."""
        tree = "".join(text for _, text in sorted(rendered.templates.items()))
        keys = {name: (region, name, tree if name == ROOT else text) for name, text in rendered.templates.items()}
        new = sorted(name for name, key in keys.items() if key not in self.passed)
        with staged_folder(rendered) as folder:
            errors = [it for it in linter.lint(folder, new, region) if it.level == "error"]
        failed = {it.file for it in errors}
        self.passed.update(keys[name] for name in new if name not in failed)
        return errors
