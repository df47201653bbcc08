"""The command line: `python build.py COMMAND ...`; `python build.py --help` lists the commands."""

from __future__ import annotations

import sys

from stacks.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
