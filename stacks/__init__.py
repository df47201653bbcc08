"""How the infrastructure gets there: settings, rendering, lint, publishing, plan, deploy, outputs."""

import sys

__version__ = "0.1.0"

# Every Python can read this file, and an old one none of those that are imported next.
if sys.version_info < (3, 11):  # noqa: UP036 - who runs it with another one gets a line that says so
    sys.exit(
        "Python 3.11 or newer is needed, and %s is %s: use .venv/bin/python, which `make demo PYTHON=python3.11` makes."  # noqa: UP031 - older ones have no f-strings
        % (sys.executable, sys.version.split()[0])
    )
