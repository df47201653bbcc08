"""`python -m stacks.lint FILE...`: cfn-lint, with the project's rules beside its own, over templates of anybody's.

The arguments and exit codes are cfn-lint's.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Run cfn-lint's command line, which ends the process."""
    from cfnlint import runner

    from stacks.lint.linter import OWN_RULES

    # In front: `--append-rules` takes several values, and would take the files for rules.
    sys.argv[1:1] = [f"--append-rules={OWN_RULES}"]
    runner.main()


if __name__ == "__main__":
    main()
