"""`python -m stacks.lint FILE...`: cfn-lint, with the project's rules beside its own, over templates of anybody's.

The arguments and exit codes are cfn-lint's.
"""

from __future__ import annotations

import sys

from cfnlint.runner import main

from stacks.lint.linter import OWN_RULES

# In front: `--append-rules` takes several values, and would take the files for rules.
sys.argv[1:1] = [f"--append-rules={OWN_RULES}"]
main()
