"""`python -m stacks COMMAND ...`: the command line where the project is installed, without its `build.py`."""

import sys

from stacks.cli import main

sys.exit(main(sys.argv[1:]))
