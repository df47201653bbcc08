"""`python -m stacks.lint FILE...`: cfn-lint, with the project's rules beside its own, over templates of anybody's.

The arguments and exit codes are cfn-lint's.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from stacks.errors import uninstalled

try:
    from cfnlint.runner import cli

    from stacks.lint.linter import OWN_RULES, PARAMETERS, ROOT, is_local_child
except ImportError as error:
    sys.exit(str(uninstalled(error)))

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cfnlint.match import Match


class Runner(cli.Runner):
    """Without what is as it is meant to be in `out/ENV/`: children beside their parent, parameters beside both."""

    def run(self) -> Iterator[Match]:
        """Find what is to be reported."""
        for match in super().run():
            file = Path(match.filename or "")
            is_parameters = file.name == PARAMETERS and (file.parent / ROOT).is_file()
            if not is_parameters and not is_local_child(match, file):
                yield match


def main() -> None:
    """Run cfn-lint's command line, which ends the process."""
    cli.Runner = Runner  # type: ignore[misc]  # it is made by name, in cfn-lint's `main`
    # In front: `--append-rules` takes several values, and would take the files for rules.
    sys.argv[1:1] = [f"--append-rules={OWN_RULES}"]
    cli.main()


if __name__ == "__main__":
    main()
